"""A goal amended inside the period: what its rule says for the whole of it, in proportion to days. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(/[0-9]+)?")

FIXED = frozenset(
    {"score", "else", "key", "name", "direction", "compare", "unit", "over", "kind", "share", "deadline",
     "base_year", "vintage", "population"}
)  # fmt: skip
"""Words of a rule's params that are not thresholds: where they differ, the two rules are not the same rule."""


@dataclass(frozen=True)
class Part:
    """Days [start, end] under one version's params."""

    start: date
    end: date
    params: Mapping[str, Any]

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def parts_of(starts: Sequence[date], params: Sequence[Mapping[str, Any]], last: date) -> list[Part]:
    """Each version's part, from its first day to the day before the next."""
    ends = [*(start - timedelta(days=1) for start in starts[1:]), last]
    return [Part(start, end, each) for start, end, each in zip(starts, ends, params, strict=True)]


def blended(parts: Sequence[Part]) -> dict[str, Any] | None:
    """The params with each threshold the mean over the days, exactly; None when more than thresholds differ."""
    weights = [part.days for part in parts]
    try:
        return dict(_blend([dict(part.params) for part in parts], weights, ""))
    except _Different:
        return None


class _Different(Exception):
    pass


def _blend(values: Sequence[Any], weights: Sequence[int], name: str) -> Any:
    first = values[0]
    if all(value == first for value in values):
        return first
    if name in FIXED:
        raise _Different
    if all(isinstance(value, Mapping) for value in values):
        if any(set(value) != set(first) for value in values):
            raise _Different
        return {key: _blend([value[key] for value in values], weights, key) for key in first}
    if all(isinstance(value, list) for value in values):
        if any(len(value) != len(first) for value in values):
            raise _Different
        return [_blend(items, weights, name) for items in zip(*values, strict=True)]
    if all(isinstance(value, str) and NUMBER.fullmatch(value) for value in values):
        mean = sum((Fraction(value) * weight for value, weight in zip(values, weights, strict=True)), Fraction(0))
        return str(mean / sum(weights))
    raise _Different
