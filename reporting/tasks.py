"""Scheduled work of reporting."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from portal.jobs import Outcome, Run, scheduled
from reporting.engine import buckets
from reporting.engine.contracts import check
from reporting.engine.protected import closed_measures, publish_all

SHOWN = 100
QUARTERS = (1, 4, 7, 10)


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


@scheduled("protected_published", period="month", at="03:00", title=_("Publish protected numbers after each quarter"))
def protected_published(run: Run) -> Outcome:
    """On the first of a quarter what may be shown as known at the end of the last; in other months nothing."""
    first = date.fromisoformat(f"{run.period}-01")
    if first.month not in QUARTERS:
        return Outcome({"published": 0})
    done = left = 0
    for measure in closed_measures():
        published, unchanged = publish_all(measure, first - timedelta(days=1))
        done, left = done + published, left + unchanged
    return Outcome({"published": done, "unchanged": left})
