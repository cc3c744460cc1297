"""A match stops counting, and counts again: its record and its facts together. Called inside `ledger.entry()`.

Whoever may do that, and why, is said by the modules that do it: undoing one's own, duplicates, samples.
"""

from django.utils import timezone

from matching import marks
from matching.matches import MEASURE, SOURCE
from matching.models import Match
from portal import ledger
from portal.identity.models import User


def locked(*ids: int) -> dict[int, Match]:
    """The matches as they stand, locked in one order, so that two who take the same do not wait for each other."""
    rows = Match.objects.select_for_update(no_key=True, of=("self",)).select_related("programme", "activity")
    return {match.pk: match for match in rows.filter(pk__in=ids).order_by("pk")}


def take_out(match: Match, by: User, reason: str) -> None:
    """Mark a standing match withdrawn and reverse what it counted."""
    match.withdrawn_at = timezone.now()
    match.withdrawn_by = by
    match.withdrawn_reason = reason.strip()[:300]
    match.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    if match.counts:
        ledger.reverse(measure=MEASURE, source=SOURCE, source_id=str(match.pk), revision=match.revision)
    marks.settle(match)


def put_back(match: Match) -> None:
    """A withdrawn match stands again: the same content under the next revision, for the first one is reversed."""
    match.withdrawn_at, match.withdrawn_by, match.withdrawn_reason = None, None, ""
    match.revision += 1
    match.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "revision"])
    if match.counts:
        marks.post(MEASURE, match, match.revision)
    marks.settle(match)
