"""What may be asked of an indicator, and what the answer holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from reporting.rules.steps import Step
from reporting.rules.values import Value


@dataclass(frozen=True)
class Ask:
    """An indicator in a window. Both days belong to it; None is no limit. `vintage`: that publication alone."""

    indicator: str
    start: date | None
    end: date | None
    municipality: str | None = None
    vintage: str = ""


@dataclass(frozen=True)
class FactsRef:
    """The facts a value was made of, as a filter that can be stored: `facts_behind` gives the rows.

    where: "from" and "to" (days), "headings" ([heading, from day, day after the last] each), "municipalities",
    "organisations", "categories", "subcategories", "places"; what is not named does not narrow.
    """

    measure: str
    where: Mapping[str, Any]
    count: int


@dataclass(frozen=True)
class Reading:
    """The answer. `counts`: what a share or score was divided from, and how many were invited, where that is known.

    `facts` is None for what is computed from other indicators: their leaves in `step` name theirs. `days` are the first
    and last day of what counted.
    """

    value: Value
    step: Step
    counts: Mapping[str, Fraction] = field(default_factory=dict)
    facts: FactsRef | None = None
    unit: str = ""
    name: str = ""
    days: tuple[date | None, date | None] = (None, None)
