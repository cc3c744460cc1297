"""Whether a match counts, on which day and as how many, by the rule of its programme that it was registered under."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from matching.models import Chain, CountingRule, CountsOn, Group, Match, NotCounted, Stage
from programmes.models import Programme


class Rules:
    """The versions of a programme's rule. One query."""

    def __init__(self, programme: Programme) -> None:
        self.versions: Sequence[CountingRule] = list(
            CountingRule.objects.filter(programme=programme).order_by("-valid_from", "-place")
        )

    def on(self, day: date) -> CountingRule | None:
        """The version in force on the day, decided or not."""
        return next((rule for rule in self.versions if rule.valid_from <= day), None)

    def deciding(self, day: date) -> CountingRule | None:
        """The one that decides how a match agreed on the day counts; None where nothing is decided."""
        rule = self.on(day)
        return rule if rule is not None and rule.decided else None


def count(match: Match, programme: Programme, rule: CountingRule | None) -> None:
    """Say on the match how it counts: `counts`, `not_counted_reason`, `counted_on`, `counted_as`; nothing is saved.

    Without a rule, and for what a rule leaves undecided: by the day of agreement, each match, a group as one.
    """
    match.rule = rule
    match.counted_on, match.counted_as = None, 1
    reason, day = "", match.agreed_on
    if rule is not None:
        day, reason = _day(match, rule)
        match.counted_on = None if day == match.agreed_on else day
        if rule.group == Group.EACH:
            match.counted_as = match.students or 1
    if not reason and day < programme.counted_from:
        reason = NotCounted.BEFORE_COUNTING
    if not reason and rule is not None:
        if rule.minimum_days and not lasted(match, rule.minimum_days):
            reason = NotCounted.DURATION
        elif rule.chain == Chain.FIRST and match.follows_id is not None and earlier_counts(match):
            reason = NotCounted.LATER_IN_CHAIN
    match.counts, match.not_counted_reason = not reason, str(reason)


def _day(match: Match, rule: CountingRule) -> tuple[date, str]:
    """The day on which the match counts, and why it does not yet."""
    if rule.counts_on == CountsOn.STARTED:
        if match.starts_on is None or not started(match):
            return match.agreed_on, NotCounted.NOT_STARTED
        return match.starts_on, ""
    if rule.counts_on == CountsOn.ENDED:
        if match.ends_on is None or match.stage != Stage.ENDED:
            return match.agreed_on, NotCounted.NOT_ENDED
        return match.ends_on, ""
    return match.agreed_on, ""


def started(match: Match) -> bool:
    """Has it started, as far as somebody has said? One that was broken off may have been before its first day."""
    if match.starts_on is None or match.stage == Stage.AGREED:
        return False
    return match.broken_off_on is None or bool(match.starts_on <= match.broken_off_on)


def lasted(match: Match, days: int) -> bool:
    """From its first day to its last, both included; a match that runs lasts as long as was agreed."""
    last = match.broken_off_on or match.ends_on
    return match.starts_on is not None and last is not None and (last - match.starts_on).days + 1 >= days


def earlier_counts(match: Match) -> bool:
    """Does one of those it grew out of stand and count in the same programme? One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up AS (
                SELECT %s::bigint AS id
                 UNION
                SELECT m.follows_id FROM matching_match m JOIN up ON m.id = up.id WHERE m.follows_id IS NOT NULL
            )
            SELECT EXISTS (SELECT FROM matching_match m JOIN up ON m.id = up.id
                            WHERE m.counts AND m.withdrawn_at IS NULL AND m.programme_id = %s)
            """,
            [match.follows_id, match.programme_id],
        )
        return bool(cursor.fetchone()[0])
