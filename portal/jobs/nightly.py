"""Scheduled jobs of the house itself; an app's own are registered in the app."""

import dataclasses
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.jobs.registry import Outcome, Run, scheduled

SHOWN = 100


@scheduled("ledger_audit", period="day", at="02:00", title=_("Compare the records with the ledger"))
def ledger_audit(run: Run) -> Outcome:
    """Empty, or an alert with the first differences."""
    from portal.ledger import audit

    found = list(audit.differences())
    first = [_plain(difference) for difference in found[:SHOWN]]
    return Outcome({"differences": len(found), "first": first}, alert=bool(found))


def _plain(difference: Any) -> Any:
    """A difference as JSON can hold it."""
    if dataclasses.is_dataclass(difference) and not isinstance(difference, type):
        return {name: _plain(value) for name, value in dataclasses.asdict(difference).items()}
    if isinstance(difference, dict):
        return {str(name): _plain(value) for name, value in difference.items()}
    if isinstance(difference, list | tuple):
        return [_plain(value) for value in difference]
    return difference if isinstance(difference, bool | int | float | None) else str(difference)
