"""Scheduled work of reporting."""

from django.utils.translation import gettext_lazy as _

from portal.jobs import Outcome, Run, scheduled
from reporting.engine import buckets

SHOWN = 100


@scheduled("buckets_compared", period="day", at="02:00", title=_("Compare the sums with the facts"))
def buckets_compared(run: Run) -> Outcome:
    """Sums the facts anew and compares: empty, or an alert with the first differences."""
    found = buckets.differences()
    return Outcome({"differences": len(found), "first": found[:SHOWN]}, alert=bool(found))
