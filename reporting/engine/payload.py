"""Figures as plain data: what pages, API, exports and papers are made from, and the same bytes for the same answer."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Any

Payload = dict[str, Any]
"""JSON-able: dicts with text keys, lists, text, whole numbers, true/false and None. Exact numbers are text."""

ENGINE_VERSION = 1
"""Goes up when the same facts and definitions would give other figures."""


def plain(value: Decimal | int) -> str:
    """A number exactly, without exponent and without zeros that say nothing: 318, 0.5."""
    exact = Decimal(value)
    if not exact:
        return "0"
    with localcontext() as context:
        context.prec = max(28, len(exact.as_tuple().digits))
        return format(exact.normalize(), "f")


def ratio(numerator: Decimal | Fraction, denominator: Decimal | Fraction | int) -> dict[str, str]:
    """A fraction as it came about, and its value with ten decimals, half-even. The denominator is not zero."""
    top, bottom = Fraction(numerator), Fraction(denominator)
    value = top / bottom
    with localcontext() as context:
        context.prec = 60
        exact = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
            Decimal("1.0000000000"), rounding=ROUND_HALF_EVEN
        )
    return {"numerator": _whole(top), "denominator": _whole(bottom), "exact": format(exact, "f")}


def fraction_of(stored: Mapping[str, str]) -> Fraction:
    """The exact value of what `ratio` gave."""
    return Fraction(stored["numerator"]) / Fraction(stored["denominator"])


def day_text(day: date) -> str:
    return day.isoformat()


def month_text(month: date) -> str:
    """2021-01"""
    return f"{month.year:04}-{month.month:02}"


def to_bytes(payload: Payload) -> bytes:
    """The payload as JSON in UTF-8 with sorted keys: equal answers are equal bytes, `computed_at` apart."""
    return json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def repeatable_bytes(payload: Payload) -> bytes:
    """`to_bytes` without the only part that may differ when the same is asked again."""
    return to_bytes({key: value for key, value in payload.items() if key != "computed_at"})


def _whole(value: Fraction) -> str:
    """A fraction as text: 10000, or 1/3 where it is not whole (amounts with decimals)."""
    return str(value)
