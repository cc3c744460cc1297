"""What a match's facts say: that it counts, and that a check has confirmed it (matching.marks).

What becomes of them when the record says something else: matching.recounting.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matching.models import Match
from portal import ledger
from programmes.models import Initiative, Programme

MEASURE = "match_registered"
SOURCE = "match"


@dataclass(frozen=True)
class Said:
    """What the fact of a match says. Of persons the ledger keeps the month alone."""

    month: date
    quantity: int
    municipality: str
    organisation: int
    heading: int
    subject: uuid.UUID
    match_type: str
    work_area: str


def said(match: Match, programme: Programme, activity: Initiative | None) -> Said | None:
    """What its fact says; None when it has none."""
    if not match.counts or match.withdrawn:
        return None
    return Said(
        month=(match.counted_on or match.agreed_on).replace(day=1),
        quantity=match.counted_as,
        municipality=match.municipality_id,
        organisation=match.created_by_id,
        heading=(activity or programme).heading_id,
        subject=match.subject,
        match_type=match.match_type_id,
        work_area=match.work_area_id,
    )


def said_by(match: Match) -> Said | None:
    return said(match, match.programme, match.activity)


def ask_ahead() -> None:
    """What many facts are checked against is asked for before they are posted."""
    ledger.ask_ahead(MEASURE)


def post(match: Match, content: Said, learnt_on: date | None = None, *, fresh: bool = False) -> None:
    """`fresh`: of a match that was registered in this very entry."""
    post_as(MEASURE, match, match.revision, content, learnt_on, fresh=fresh)


def post_as(
    measure: str, match: Match, revision: int, content: Said, learnt_on: date | None = None, *, fresh: bool = False
) -> None:
    ledger.post(
        measure=measure,
        occurred_on=content.month,
        source=SOURCE,
        source_id=str(match.pk),
        revision=revision,
        quantity=Decimal(content.quantity),
        municipality=content.municipality,
        organisation=content.organisation,
        heading=content.heading,
        subject=content.subject,
        category=content.match_type,
        subcategory=content.work_area,
        learnt_on=learnt_on,
        fresh=fresh,
    )


def reverse(match: Match, learnt_on: date | None = None) -> None:
    ledger.reverse(
        measure=MEASURE, source=SOURCE, source_id=str(match.pk), revision=match.revision, learnt_on=learnt_on
    )
