"""What a rule is given and what it answers: the words that every kind of rule shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from django.utils.functional import Promise

from reporting.rules.steps import Step
from reporting.rules.values import Value

Params = Mapping[str, Any]
"""A rule's numbers as data; numbers are text, read exactly."""


class Outcome(StrEnum):
    SCORED = "scored"
    NOT_MEASURED = "not_measured"
    NOT_MEASURABLE = "not_measurable"
    """Too few answers."""
    FAILED = "failed"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a rule's data, at the field it is about: "tiers.0.from"."""

    field: str
    message: str | Promise


@dataclass(frozen=True)
class Given:
    """One input. `on` is the day of the evidence; from outside the window or after the deadline it counts if accepted.

    A deliverable is delivered when its number is at least 1, or true.
    """

    value: Value
    step: Step | None = None
    counts: Mapping[str, Fraction] = field(default_factory=dict)
    on: date | None = None
    outside: bool = False
    accepted: bool = False


@dataclass(frozen=True)
class Settings:
    """`decimals`: rounded half up to so many before comparing; None compares the raw value."""

    decimals: int | None = None
    missing: str = "not_counted"
    """not_counted, zero or previous (whoever reads the value gives the one before; without any it is not counted)."""
    least_answers: int | None = None


@dataclass(frozen=True)
class Distance:
    """What would lift or lower the score: it is `score` when the value is `wanted` (">=" ...) `threshold`.

    `difference` is threshold - value.
    """

    score: Fraction
    threshold: Fraction
    difference: Fraction
    wanted: str


@dataclass(frozen=True)
class Scored:
    """`score` in per cent; None unless the outcome is scored. `shown_value` is what was measured, not rounded."""

    outcome: Outcome
    score: Fraction | None
    step: Step
    shown_value: Value
    nearest: tuple[Distance, ...] = ()


class Kind(Protocol):
    """A kind of rule."""

    @property
    def name(self) -> str: ...

    def inputs(self, params: Params) -> tuple[str, ...]:
        """The names of the inputs it wants."""
        ...

    def check(self, params: Params) -> list[Problem]:
        """What is wrong with the data; nothing when it can be scored."""
        ...

    def score(self, params: Params, inputs: Mapping[str, Given], settings: Settings) -> Scored: ...
