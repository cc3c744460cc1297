"""How much was to be expected by a day: the expected path of a target, in whole months from its counting start."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction


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
    """What was expected by a day: amount · passed / total, kept exactly."""

    amount: Decimal
    passed: int
    total: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.amount) * self.passed / self.total


def linear(amount: Decimal, start: date, end: date, day: date) -> Expected:
    """The linear path: the same number every month. `day` is included (as known at its end)."""
    if end < start:
        raise ValueError("the counting ends before it starts")
    return Expected(amount, months_passed(start, end, day), months_in(start, end))
