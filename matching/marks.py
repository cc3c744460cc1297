"""The mark "quality-assured": a match that a sample check has confirmed, and that stands. A second measure beside the
first; no condition for counting."""

from matching import facts
from matching.models import Match, QualityMark, SampleItem
from portal import ledger

MEASURE = "match_quality_assured"
SOURCE = "match"
TELLING = (SampleItem.Outcome.CONFIRMED, SampleItem.Outcome.WRONG)
"""Outcomes that say something of the match: one that could not be checked leaves it as it was."""


def is_assured(match: Match) -> bool:
    """Does it stand, count, and did the last check that says something confirm it?"""
    if match.withdrawn or not match.counts:
        return False
    told = SampleItem.objects.filter(match=match, outcome__in=TELLING).order_by("-checked_at", "-pk")
    return told.values_list("outcome", flat=True).first() == SampleItem.Outcome.CONFIRMED


def settle(match: Match, *, changed: bool = False) -> None:
    """Bring the fact of the second measure in line with the match; call it after every change to a match or a check.

    `changed`: what the fact says of the match (its place of work, type, creator …) is another now. Inside
    `ledger.entry()`, with the match locked.
    """
    mark = QualityMark.objects.select_for_update(no_key=True).filter(match=match).first()
    wanted = is_assured(match)
    if mark is None:
        if wanted:
            QualityMark.objects.create(match=match)
            _post(match, 0)
        return
    if mark.stands and (changed or not wanted):
        ledger.reverse(measure=MEASURE, source=SOURCE, source_id=str(match.pk), revision=mark.revision)
        mark.stands = False
    if wanted and not mark.stands:
        mark.revision += 1
        mark.stands = True
        _post(match, mark.revision)
    mark.save()


def _post(match: Match, revision: int) -> None:
    """It says of the match what the first measure says."""
    content = facts.said_by(match)
    if content is not None:
        facts.post_as(MEASURE, match, revision, content)
