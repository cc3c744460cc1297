"""How much was to be expected by a day: the expected path of a target from its counting start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any


def _after_months(start: date, months: int) -> date:
    """The day `months` whole months after `start`; the last of a shorter month stands for the missing day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(start.day, (following - timedelta(days=1)).day))


def _whole_months(start: date, until: date) -> int:
    """Whole months from the start of day `start` to the start of day `until`; 0 when none has passed."""
    months = (until.year - start.year) * 12 + until.month - start.month
    while months > 0 and _after_months(start, months) > until:
        months -= 1
    return max(months, 0)


def months_in(start: date, end: date) -> int:
    """The number of months of the period from `start` to `end`, both days included; a part of a month is one month."""
    until = end + timedelta(days=1)
    whole = _whole_months(start, until)
    return whole if _after_months(start, whole) == until else whole + 1


def months_passed(start: date, end: date, day: date) -> int:
    """Whole months passed when `day` is over, counted from the start of `start`; all of them once `end` is over."""
    if day >= end:
        return months_in(start, end)
    return _whole_months(start, day + timedelta(days=1))


@dataclass(frozen=True)
class Expected:
    """What was expected by a day, kept exactly: amount · part / whole.

    `passed` and `total` are whole months. On the linear path they are part and whole too; after the study year those
    are weights, with agreed milestones the milestone's number and the last one's.
    """

    amount: Decimal
    passed: int
    total: int
    shares: tuple[Fraction, Fraction] | None = None

    @property
    def part(self) -> Fraction:
        return self.shares[0] if self.shares else Fraction(self.passed)

    @property
    def whole(self) -> Fraction:
        return self.shares[1] if self.shares else Fraction(self.total)

    @property
    def value(self) -> Fraction:
        return Fraction(self.amount) * self.part / self.whole


def linear(amount: Decimal, start: date, end: date, day: date) -> Expected:
    """The linear path: the same number every month. `day` is included (as known at its end)."""
    if end < start:
        raise ValueError("the counting ends before it starts")
    return Expected(amount, months_passed(start, end, day), months_in(start, end))


def study_year(amount: Decimal, start: date, end: date, day: date, weights: Sequence[int]) -> Expected | None:
    """Each month's share is its weight (twelve of them, January first) over the weights of all months counted.

    A month of the counting weighs as the calendar month it begins in. None when no month counted has a weight.
    """
    months = linear(amount, start, end, day)
    if len(weights) != 12 or any(weight < 0 for weight in weights):
        raise ValueError("twelve weights of zero or above")
    counted = [weights[_after_months(start, turn).month - 1] for turn in range(months.total)]
    if not sum(counted):
        return None
    shares = (Fraction(sum(counted[: months.passed])), Fraction(sum(counted)))
    return Expected(amount, months.passed, months.total, shares)


@dataclass(frozen=True)
class Milestone:
    """So much at the end of that day."""

    by: date
    amount: Fraction


def milestones(amount: Decimal, start: date, end: date, day: date, agreed: Sequence[Milestone]) -> Expected:
    """A straight line by days from nothing at the start over each milestone in turn.

    After the last milestone the line goes on to the whole amount at the end of the counting, if that is later. Raises
    ValueError unless the days rise and the numbers do not fall.
    """
    months = linear(amount, start, end, day)
    line = [Milestone(start - timedelta(days=1), Fraction(0)), *agreed]
    if line[-1].by < end:
        line.append(Milestone(end, max(Fraction(amount), line[-1].amount)))
    if any(later.by <= earlier.by or later.amount < earlier.amount for earlier, later in pairwise(line)):
        raise ValueError("milestones rise by day")
    reached = line[-1].amount
    for earlier, later in pairwise(line):
        if day < later.by:
            passed = max((day - earlier.by).days, 0)
            reached = earlier.amount + (later.amount - earlier.amount) * Fraction(passed, (later.by - earlier.by).days)
            break
    return Expected(amount, months.passed, months.total, (reached, Fraction(amount)) if amount else None)


def expected_by(version: Any, day: date) -> Expected | None:
    """What a target's version (or anything with its fields) expects by the end of `day`; None where nothing is.

    A number per period is a path to as many numbers as there are periods. A maximum and a percentage are not worked up
    to month by month, and a target without a number expects none.
    """
    amount = in_all(version)
    if amount is None or version.form in ("maximum", "percentage", "not_stated", "milestone"):
        return None
    start, end = version.counted_from, version.counted_to
    if version.path == "study_year":
        return study_year(amount, start, end, day, [int(weight) for weight in version.profile])
    if version.path == "milestones":
        agreed = [Milestone(date.fromisoformat(each["by"]), Fraction(each["amount"])) for each in version.milestones]
        return milestones(amount, start, end, day, agreed)
    return linear(amount, start, end, day)


MONTHS_PER = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}


def in_all(version: Any) -> Decimal | None:
    """The number of the whole counting: of a frequency the number per period times the periods begun."""
    amount: Decimal | None = version.amount
    if amount is None or version.form != "frequency" or version.per not in MONTHS_PER:
        return amount
    return amount * -(-months_in(version.counted_from, version.counted_to) // MONTHS_PER[version.per])
