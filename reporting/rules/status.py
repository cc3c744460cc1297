"""Whether a target follows its plan. Compares exact fractions; only shown numbers are rounded."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from reporting.rules.path import Expected, expected_by, months_passed

SLIGHTLY_BEHIND_FROM = Fraction(9, 10)
"""At least this share of what was expected is "slightly behind", less is "behind"."""


class Status(StrEnum):
    ON_TRACK = "on_track"
    SLIGHTLY_BEHIND = "slightly_behind"
    BEHIND = "behind"
    TOO_EARLY = "too_early"
    REACHED = "reached"
    """The period is over and the target was reached."""
    NOT_REACHED = "not_reached"
    NONE = "none"
    """No status is given: the target has no number, no path, or a commitment that carries no traffic light."""


class Commitment(StrEnum):
    INDICATIVE = "indicative"
    BINDING = "binding"
    PRELIMINARY = "preliminary"
    EXPECTATION = "expectation"
    APPEAL = "appeal"


WITH_STATUS = frozenset({Commitment.INDICATIVE, Commitment.BINDING})


def status(value: Fraction | Decimal, expected: Expected | None, commitment: Commitment) -> Status:
    """The status of `value` against what was expected by the day."""
    if expected is None or commitment not in WITH_STATUS:
        return Status.NONE
    if expected.passed == 0:
        return Status.TOO_EARLY
    reached = Fraction(value) >= expected.value
    if expected.passed == expected.total:
        return Status.REACHED if reached else Status.NOT_REACHED
    if reached:
        return Status.ON_TRACK
    return Status.SLIGHTLY_BEHIND if Fraction(value) >= expected.value * SLIGHTLY_BEHIND_FROM else Status.BEHIND


def judge(value: Fraction | Decimal | None, version: Any, day: date) -> Status:
    """The status of a target's value by the form of the target, at the end of `day`.

    An interval is reached from its lower end on: 31 of "20 to 30" is no failure. A maximum holds as long as it is not
    exceeded, and is lost when it is. A percentage is compared as it stands, for there is no path to it.
    """
    commitment, form = Commitment(version.commitment), version.form
    if value is None or version.amount is None or commitment not in WITH_STATUS:
        return Status.NONE
    if form not in ("maximum", "percentage"):
        return status(value, expected_by(version, day), commitment)
    passed = months_passed(version.counted_from, version.counted_to, day)
    over = day >= version.counted_to
    number, amount = Fraction(value), Fraction(version.amount)
    if form == "maximum":
        if number > amount:
            return Status.NOT_REACHED if over else Status.BEHIND
        return Status.REACHED if over else Status.ON_TRACK if passed else Status.TOO_EARLY
    if not over and passed == 0:
        return Status.TOO_EARLY
    if number >= amount:
        return Status.REACHED if over else Status.ON_TRACK
    if over:
        return Status.NOT_REACHED
    return Status.SLIGHTLY_BEHIND if number >= amount * SLIGHTLY_BEHIND_FROM else Status.BEHIND
