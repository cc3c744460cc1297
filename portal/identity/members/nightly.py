"""Every night: accounts whose last membership has run out are closed."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.identity.models import Membership, User
from portal.jobs.registry import Outcome, Run, scheduled


@scheduled("close_accounts", period="day", at="00:30", title=_("Close accounts without a membership"))
def close_accounts(run: Run) -> Outcome:
    """Those who never had a membership are left alone: they may be waiting for their first."""
    theirs = Membership.objects.filter(user=OuterRef("pk")).order_by()
    left = User.objects.filter(Exists(theirs), ~Exists(theirs.still_to_hold(timezone.localdate())), is_active=True)
    return Outcome({"closed": left.update(is_active=False)})
