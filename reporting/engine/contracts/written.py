"""Values, steps and days as plain data, and back."""

from datetime import date
from fractions import Fraction
from typing import Any

from reporting.engine.payload import ratio
from reporting.rules.steps import Step, value_payload
from reporting.rules.totals import shown
from reporting.rules.values import Number, Value


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def exact(value: Fraction) -> str:
    """A whole number, a decimal that ends, or a fraction: 97, 34.7, 1/3."""
    bottom = value.denominator
    for factor in (2, 5):
        while bottom % factor == 0:
            bottom //= factor
    if bottom != 1:
        return str(value)
    digits = 0
    scaled = value
    while scaled.denominator != 1:
        scaled *= 10
        digits += 1
    if not digits:
        return str(scaled.numerator)
    sign = "-" if scaled < 0 else ""
    text = str(abs(scaled.numerator)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def score(value: Fraction) -> dict[str, str]:
    """A score: as a fraction, with ten decimals, and as it is shown, rounded once."""
    return {**ratio(Fraction(value.numerator), value.denominator), "shown": shown(value)}


def value(given: Value) -> dict[str, Any]:
    """A value as steps write it; a number also with ten decimals."""
    said = dict(value_payload(given))
    if isinstance(given, Number):
        said["exact"] = ratio(Fraction(given.value.numerator), given.value.denominator)["exact"]
    return said


def step(given: Step) -> dict[str, Any]:
    return dict(given.as_payload())
