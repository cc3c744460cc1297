"""Scheduled work of reporting."""

from django.utils.translation import gettext_lazy as _

from portal.jobs import Outcome, Run, scheduled
from reporting.engine import buckets
from reporting.engine.contracts import check

SHOWN = 100


@scheduled("buckets_compared", period="day", at="02:00", title=_("Compare the sums with the facts"))
def buckets_compared(run: Run) -> Outcome:
    """Sums the facts anew and compares: empty, or an alert with the first differences."""
    found = buckets.differences()
    return Outcome({"differences": len(found), "first": found[:SHOWN]}, alert=bool(found))


@scheduled("contracts_compared", period="day", at="02:15", title=_("Compute every contract anew and compare"))
def contracts_compared(run: Run) -> Outcome:
    """Computes each stored and each sealed figure anew: empty, or an alert with what differs and what failed."""
    found = check.differences(run.progress)
    wrong, compared = found["first"], found["contracts"] + found["sealed"]
    return Outcome({"compared": compared, "differences": len(wrong), "first": wrong[:SHOWN]}, alert=bool(wrong))
