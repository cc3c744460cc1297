"""A publication as plain data: what may be shown, and which numbers are hidden. No hidden number is in it.

    {"total": "140", "margins": {"municipality": {"0851": {"value": "90"}, "0825": {"value": null}}},
     "crossings": [{"dimensions": ["municipality", "category"], "cells": [["0851", "ing", {"value": "7"}], …]}]}

What is not named is zero. A hidden number may say what it was when it was last shown: {"value": null, "last": "12",
"last_on": "2021-03-31"}.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reporting.engine.payload import Payload, plain
from reporting.rules.disclosure import Counts, Pattern

Dimensions = tuple[str, ...]
Codes = tuple[str, ...]
Shown = Mapping[tuple[Dimensions, Codes], "Cell"]


@dataclass(frozen=True)
class Cell:
    """A number, or that it is hidden; then perhaps what it was when it was last shown."""

    value: Decimal | None
    last: Decimal | None = None
    last_on: date | None = None

    @property
    def hidden(self) -> bool:
        return self.value is None

    def as_payload(self) -> Payload:
        said: Payload = {"value": None if self.value is None else plain(self.value)}
        if self.last is not None and self.last_on is not None:
            said |= {"last": plain(self.last), "last_on": self.last_on.isoformat()}
        return said

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Cell":
        value, last, day = said["value"], said.get("last"), said.get("last_on")
        return cls(
            None if value is None else Decimal(value),
            None if last is None else Decimal(last),
            None if day is None else date.fromisoformat(day),
        )


def written(counts: Counts, pattern: Pattern, before: Shown, day: date | None) -> Payload:
    """The payload of what `pattern` leaves of `counts`; `before` is what the publication of `day` showed."""

    def cell(dimensions: Dimensions, codes: Codes, value: Decimal, hidden: bool) -> Payload:
        if not hidden:
            return Cell(value).as_payload()
        earlier = before.get((dimensions, codes))
        if earlier is None:
            return Cell(None).as_payload()
        if earlier.hidden:
            return Cell(None, earlier.last, earlier.last_on).as_payload()
        return Cell(None, earlier.value, day).as_payload()

    zero = Decimal(0)
    margins: Payload = {}
    for dimension, codes in counts.margins.items():
        unseen = pattern.margins[dimension]
        margins[dimension] = {
            code: cell((dimension,), (code,), codes.get(code, zero), code in unseen)
            for code in sorted({*codes, *unseen})
        }
    crossings = []
    for pair, unseen_pairs in pattern.crossings.items():
        cells = counts.crossings[pair]
        crossings.append(
            {
                "dimensions": list(pair),
                "cells": [
                    [*codes, cell(pair, codes, cells.get(codes, zero), codes in unseen_pairs)]
                    for codes in sorted({*cells, *unseen_pairs})
                ],
            }
        )
    return {"total": plain(counts.total), "margins": margins, "crossings": crossings}


def shown_in(payload: Payload) -> dict[tuple[Dimensions, Codes], Cell]:
    """Every number that the payload names."""
    found: dict[tuple[Dimensions, Codes], Cell] = {((), ()): Cell(Decimal(payload["total"]))}
    for dimension, codes in payload["margins"].items():
        for code, said in codes.items():
            found[(dimension,), (code,)] = Cell.read(said)
    for crossing in payload["crossings"]:
        for first, second, said in crossing["cells"]:
            found[tuple(crossing["dimensions"]), (first, second)] = Cell.read(said)
    return found


def pattern_in(payload: Payload) -> Pattern:
    """What the payload hides."""
    return Pattern(
        {
            dimension: frozenset(code for code, said in codes.items() if said["value"] is None)
            for dimension, codes in payload["margins"].items()
        },
        {
            (each["dimensions"][0], each["dimensions"][1]): frozenset(
                (first, second) for first, second, said in each["cells"] if said["value"] is None
            )
            for each in payload["crossings"]
        },
    )
