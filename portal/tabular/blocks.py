"""Rows of a file by columns: of each column every different cell once, for a column has few.

What a cell says is then asked once of all that are alike, and a hundred thousand rows take little room on their way.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from portal.tabular.limits import Row
from portal.tabular.sheet_process import by_columns, plain

Value = TypeVar("Value")

_encode = json.JSONEncoder(default=plain, separators=(",", ":")).encode


class Column(NamedTuple):
    """`places`: for each row the place of its cell in `cells`; None where each row has one of its own."""

    cells: list[Any]
    places: list[int] | None

    def spread(self, values: Sequence[Value]) -> Sequence[Value]:
        """For each row the value of its cell; `values` are those of `cells`."""
        return values if self.places is None else list(map(values.__getitem__, self.places))

    def having(self, cells: set[int]) -> Iterator[tuple[int, int]]:
        """(row, cell) of the rows that have one of these cells, by their places."""
        if self.places is None:
            yield from ((place, place) for place in sorted(cells))
        else:
            yield from ((row, cell) for row, cell in enumerate(self.places) if cell in cells)


@dataclass(frozen=True)
class Block:
    """`numbers`: those of the rows in the file, from 1. `text`: the block as JSON, where it came so."""

    numbers: Sequence[int]
    columns: Sequence[Column]
    text: str = ""

    def __len__(self) -> int:
        return len(self.numbers)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Block":
        cells = by_columns([cells for _number, cells in rows])
        return cls([number for number, _cells in rows], [Column(*each) for each in cells])

    @classmethod
    def parsed(cls, text: str) -> "Block":
        """What `as_text` said. Raises ValueError."""
        numbers, columns = json.loads(text)
        return cls(numbers, [Column(unpacked(cells), places) for cells, places in columns], text)

    def as_text(self) -> str:
        return self.text or _encode([self.numbers, self.columns])

    def part(self, begin: int, end: int) -> "Block":
        """Some of the rows, as a block of their own."""
        return Block.of(self.rows()[begin:end])

    def cells(self, row: int) -> list[Any]:
        """Of one row, by its place in the block; without what only fills it up."""
        cells = [each.cells[row if each.places is None else each.places[row]] for each in self.columns]
        while cells and cells[-1] is None:
            cells.pop()
        return cells

    def rows(self) -> list[Row]:
        return [(number, self.cells(row)) for row, number in enumerate(self.numbers)]


def unpacked(cells: list[Any]) -> list[Any]:
    """Cells as they were before they became JSON (sheet_process.plain)."""
    return [_cell(*cell) if type(cell) is list else cell for cell in cells] if list in map(type, cells) else cells


@lru_cache(maxsize=10_000)
def _cell(kind: str, text: str) -> Any:
    return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text) if kind == "date" else text
