"""The one fact of a match that counts, and what becomes of it when the record says something else.

A fact is never changed: what it said is reversed and posted again under the next revision of the record.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from matching.counting import count
from matching.models import Chain, Match
from portal import ledger
from programmes.models import Initiative, Programme

MEASURE = "match_registered"
SOURCE = "match"
COUNTED = ["rule", "counts", "not_counted_reason", "counted_on", "counted_as", "revision"]
"""What counting says on a match."""


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


def post(match: Match, content: Said, learnt_on: date | None = None) -> None:
    ledger.post(
        measure=MEASURE,
        occurred_on=content.month,
        source=SOURCE,
        source_id=str(match.pk),
        revision=match.revision,
        quantity=Decimal(content.quantity),
        municipality=content.municipality,
        organisation=content.organisation,
        heading=content.heading,
        subject=content.subject,
        category=content.match_type,
        subcategory=content.work_area,
        learnt_on=learnt_on,
    )


def reverse(match: Match, learnt_on: date | None = None) -> None:
    ledger.reverse(
        measure=MEASURE, source=SOURCE, source_id=str(match.pk), revision=match.revision, learnt_on=learnt_on
    )


def settle(match: Match, before: Said | None) -> None:
    """After the record was changed and before it is saved: the ledger says what it says now, under the next revision.

    Where the fact would be the same, nothing is written.
    """
    now = said_by(match)
    if before == now:
        return
    if before is not None:
        reverse(match)
    match.revision += 1
    if now is not None:
        post(match, now)


def recount(match: Match) -> None:
    """The match counts by its own rule as it stands now, and so do those that grew out of it.

    The caller has locked its company (matching.twins), which everybody who writes about its matches locks first.
    """
    before = said_by(match)
    count(match, match.programme, match.rule)
    settle(match, before)
    match.save(update_fields=COUNTED)
    recount_later(match)


def recount_later(match: Match) -> None:
    """Those that grew out of the match, where a rule says that only the first of a chain counts."""
    later = Match.objects.select_for_update(no_key=True, of=("self",)).filter(follows=match, withdrawn_at=None)
    for follower in later.select_related("programme", "activity", "rule").order_by("pk"):
        if follower.rule is not None and follower.rule.chain == Chain.FIRST:
            recount(follower)
        else:
            recount_later(follower)
