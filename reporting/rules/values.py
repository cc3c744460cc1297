"""What a figure can be: a number, a truth, nothing yet, or a failure that says why. Zero is a number like any other."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias


class Empty(StrEnum):
    """Why there is no number. None of these is zero."""

    NOT_REPORTED = "not_reported"
    NOT_RELEVANT = "not_relevant"
    LATER = "later"
    NOT_IN_SOURCE = "not_in_source"
    UNDECIDED = "undecided"


class Fault(StrEnum):
    """Why a figure could not be computed."""

    MISSING = "missing_data"
    DIVISION_BY_ZERO = "division_by_zero"
    FORBIDDEN = "forbidden"
    CYCLIC = "cyclic"
    TYPE = "type"
    UNKNOWN = "unknown_name"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Number:
    """An exact number. What was divided keeps both counts; `qualifier` is the source's own: '>', '<' or 'ca.'."""

    value: Fraction
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    qualifier: str = ""


@dataclass(frozen=True)
class Truth:
    value: bool


@dataclass(frozen=True)
class Absent:
    reason: Empty = Empty.NOT_REPORTED


@dataclass(frozen=True)
class Failed:
    fault: Fault
    detail: str = ""


Value: TypeAlias = Number | Truth | Absent | Failed

LARGEST_BITS = 2000
"""Numerator and denominator are below 2 to this power, so that a number can always be written out."""
WRITTEN = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,100}|/[0-9]{1,300})?", re.ASCII)


def exact(written: object) -> Fraction:
    """The number that "60", "34.7" or "100900/183" says, exactly. Raises ValueError: it is none of these."""
    text = str(written) if isinstance(written, int) and not isinstance(written, bool) else written
    if not isinstance(text, str) or not WRITTEN.fullmatch(text.strip()):
        raise ValueError("not a number")
    try:
        return Fraction(text.strip())
    except ZeroDivisionError:
        raise ValueError("not a number") from None


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Rounded half up: 0.5 becomes 1, and -0.5 becomes -1."""
    scale = 10**decimals
    whole = int(abs(value) * scale + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, scale)


def bounded(number: Number) -> Value:
    """The number, or the failure that it has outgrown what can be written."""
    value = number.value
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LARGEST_BITS:
        return Failed(Fault.TOO_LARGE)
    return number


def obstacle(values: Iterable[Value]) -> Absent | Failed | None:
    """What stands in the way of computing with all of these: the first failure, else the first that is absent."""
    absent: Absent | None = None
    for value in values:
        if isinstance(value, Failed):
            return value
        if absent is None and isinstance(value, Absent):
            absent = value
    return absent
