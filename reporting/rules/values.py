"""What a calculation gives: a number, a truth, nothing (and why), or a failure (and why). Zero is none of the last two."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Empty(StrEnum):
    """Why there is no value. Different things everywhere."""

    NOT_REPORTED = "not_reported"
    NOT_RELEVANT = "not_relevant"
    LATER = "later"
    NOT_IN_SOURCE = "not_in_source"
    UNDECIDED = "undecided"


class Fault(StrEnum):
    """Why a value could not be computed."""

    MISSING = "missing_data"
    DIVISION_BY_ZERO = "division_by_zero"
    FORBIDDEN = "forbidden"
    CYCLIC = "cyclic"
    TYPE = "type"
    UNKNOWN = "unknown_name"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Number:
    """An exact number. A ratio keeps what it was made of; `qualifier` is >, < or ca. as the source has it."""

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


Value = Number | Truth | Absent | Failed
