"""What is done every night: away with ended sessions, old attempts and events; secrets under the newest key."""

from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext_lazy as _

from portal.identity.signin import attempts, events, second_factor
from portal.jobs.registry import Outcome, Run, scheduled


@scheduled("sign_in_sweep", period="day", at="03:30", title=_("Delete old log-ins and attempts"))
def sign_in_sweep(run: Run) -> Outcome:
    SessionStore.clear_expired()
    renewed = second_factor.renew_secrets()
    return Outcome({"attempts": attempts.sweep(), "events": events.sweep(), "renewed": renewed})
