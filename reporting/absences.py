"""Values known not to be there, and why: zero is an observation, these are not."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from portal import ledger
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from reporting.models import Absence, Series
from reporting.observation_rules import Period
from reporting.observations import may_write


def absent(
    series: Series,
    occurred_on: date,
    why: str,
    *,
    category: str = "",
    municipality: str | None = None,
    period: Period | None = None,
    vintage: str = "",
    note: str = "",
    actor: Actor | None = None,
    learnt_on: date | None = None,
    withdrawn: bool = False,
) -> Absence:
    """Say that a value is not there, and why. The newest of the same cell holds; `withdrawn` takes it back."""
    if actor is not None:
        verdict = may_write(actor, series)
        if not verdict:
            raise Refused(verdict.reason)
    row = Absence(
        series=series,
        why=why,
        occurred_on=occurred_on,
        period_from=period[0] if period else None,
        period_to=period[1] if period else None,
        municipality_id=municipality,
        category=category,
        vintage=vintage,
        note=note.strip(),
        withdrawn=withdrawn,
    )
    row.clean_fields(exclude=["place", "recorded_at", "learnt_on", "batch"])
    with ledger.entry():
        ledger.define(row, learnt_on=learnt_on)
    return row


CELL = ("series_id", "occurred_on", "municipality_id", "category", "vintage")


def absences(series: Sequence[Series] | Series, as_of: ledger.AsOf) -> list[Absence]:
    """What is known not to be there as of then: of each cell the newest, unless it was taken back. One query."""
    chosen = [series] if isinstance(series, Series) else list(series)
    newest: dict[tuple[Any, ...], Absence] = {}
    rows = Absence.objects.known(as_of).filter(series__in=chosen).select_related("municipality")
    for row in rows.order_by("learnt_on", "place"):
        newest[tuple(getattr(row, name) for name in CELL)] = row
    return [row for row in newest.values() if not row.withdrawn]
