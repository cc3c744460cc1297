"""Whether a target follows its plan. Compares exact fractions; only shown numbers are rounded."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from reporting.rules.path import Expected

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


def status(value: Decimal, expected: Expected | None, commitment: Commitment) -> Status:
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
