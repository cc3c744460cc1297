"""What is swept every night: sessions that are over, attempts that no longer count, old events."""

from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext_lazy as _

from portal.identity.signin import attempts, events
from portal.jobs.registry import Outcome, Run, scheduled


@scheduled("sign_in_sweep", period="day", at="03:30", title=_("Delete old log-ins and attempts"))
def sign_in_sweep(run: Run) -> Outcome:
    SessionStore.clear_expired()
    return Outcome({"attempts": attempts.sweep(), "events": events.sweep()})
