"""What becomes of a match's facts when its record says something else. Called inside `ledger.entry()`, by whoever holds
the lock of its company (matching.twins).

A fact is never changed: what it said is reversed and posted again under the next revision of the record.
"""

from matching import facts, marks
from matching.counting import count
from matching.models import Chain, Match

COUNTED = ["rule", "counts", "not_counted_reason", "counted_on", "counted_as", "revision"]
"""What counting says on a match."""


def settle(match: Match, before: facts.Said | None) -> None:
    """After the record was changed and before it is saved: the ledger says what it says now, under the next revision.

    Where the fact would be the same, nothing is written. The mark of a check that confirmed it follows.
    """
    now = facts.said_by(match)
    if before != now:
        if before is not None:
            facts.reverse(match)
        match.revision += 1
        if now is not None:
            facts.post(match, now)
    marks.settle(match, changed=before != now)


def recount(match: Match) -> None:
    """The match counts by its own rule as it stands now, and so do those that grew out of it.

    The caller has locked its company (matching.twins), which everybody who writes about its matches locks first.
    """
    before = facts.said_by(match)
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
