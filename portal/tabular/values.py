"""What the rows of a file say, by columns: what a cell says is found once for all that are alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from portal.privacy.cpr import MESSAGE
from portal.tabular.blocks import Block, Column
from portal.tabular.cells import text_of
from portal.tabular.fields import Chosen, Fault, Field, ReadRow, TableFile

MOST_REMEMBERED = 20_000
"""Of a file: different cells of a column, and whatever else is found once for rows that say the same."""
_SWAPPED = str.maketrans(",.", ".,")


class Unread:
    """Stands for the value of a cell that is wrong."""

    def __bool__(self) -> bool:
        return False


UNREAD = Unread()


@dataclass(frozen=True)
class ReadBlock:
    """The rows of a block as they are understood.

    `columns`: by field that has a column, the value of each row, UNREAD where it is wrong; `blanks` are the values of
    the other fields. `faults`: what is wrong, by the row's place in the block.
    """

    block: Block
    columns: Mapping[str, Sequence[Any]] = field(repr=False)
    blanks: Mapping[str, Any]
    faults: Mapping[int, list[Fault]]
    titles: Mapping[str, str] = field(repr=False)

    def __len__(self) -> int:
        return len(self.block)

    def column(self, name: str) -> Sequence[Any]:
        """The values of a field, one for each row."""
        return self.columns[name] if name in self.columns else [self.blanks[name]] * len(self)

    def row(self, place: int) -> ReadRow:
        values = {name: value for name, column in self.columns.items() if (value := column[place]) is not UNREAD}
        return ReadRow(
            self.block.numbers[place],
            tuple(self.block.cells(place)),
            {**self.blanks, **values},
            tuple(self.faults.get(place, ())),
            self.titles,
        )

    def part(self, begin: int, end: int) -> "ReadBlock":
        """Some of the rows, as a block of their own."""
        if (begin, end) == (0, len(self)):
            return self
        columns = {name: column[begin:end] for name, column in self.columns.items()}
        faults = {place - begin: found for place, found in self.faults.items() if begin <= place < end}
        return replace(self, block=self.block.part(begin, end), columns=columns, faults=faults)

    def rows(self) -> list[ReadRow]:
        return [self.row(place) for place in range(len(self))]


class RowReader:
    """Reads the rows of a table as they come."""

    def __init__(self, table: TableFile, fields: Sequence[Field], chosen: Chosen) -> None:
        self.width, self.swap = table.width, chosen.decimal == "."
        columns = {name: table.by_key[key] for name, key in chosen.columns.items() if key in table.by_key}
        self.titles = {name: column.title for name, column in columns.items()}
        self._blanks = {each.name: each.blank for each in fields if each.name not in columns}
        self._lacking = [each for each in fields if each.required and each.name not in columns]
        self._columns = [_Cells(columns[each.name].place, each, self.swap) for each in fields if each.name in columns]

    def read(self, block: Block) -> ReadBlock:
        faults: dict[int, list[Fault]] = {}

        def wrong(row: int, column: str, text: str) -> None:
            faults.setdefault(row, []).append(Fault(block.numbers[row], column, text))

        for row in self._too_wide(block):
            wrong(row, "", _("The row has more columns than the first line."))
        for each in self._lacking:
            for row in range(len(block)):
                wrong(row, str(each.label), _("This must be filled in."))
        values: dict[str, Sequence[Any]] = {}
        for cells in self._columns:
            # A row of a CSV file may end before the column.
            column = (
                block.columns[cells.place] if cells.place < len(block.columns) else Column([None], [0] * len(block))
            )
            said, texts = cells.say(column.cells)
            values[cells.field.name] = column.spread(said)
            for row, cell in column.having(set(texts)) if texts else ():
                wrong(row, self.titles[cells.field.name], texts[cell])
        return ReadBlock(block, values, self._blanks, faults, self.titles)

    def _too_wide(self, block: Block) -> list[int]:
        """The rows with something behind the last column, by their places."""
        found: set[int] = set()
        for column in block.columns[self.width :]:
            cells = {place for place, cell in enumerate(column.cells) if cell not in ("", None)}
            found |= {row for row, _cell in column.having(cells)} if cells else set()
        return sorted(found)


class _Cells:
    """What the cells of a column say, remembered."""

    def __init__(self, place: int, field: Field, swap: bool) -> None:
        self.place, self.field, self.swap = place, field, swap and field.number
        self._values: dict[tuple[type, Any], Any] = {}
        self._texts: dict[tuple[type, Any], str] = {}

    def say(self, cells: Sequence[Any]) -> tuple[list[Any], dict[int, str]]:
        """(the values, what is wrong by place)."""
        if len(self._values) > MOST_REMEMBERED:
            self._values.clear()
            self._texts.clear()
        keys = list(zip(map(type, cells), cells, strict=True))
        for key in set(keys).difference(self._values):
            self._values[key], text = self._read(key[1])
            if text:
                self._texts[key] = text
        values = list(map(self._values.__getitem__, keys))
        if not self._texts:
            return values, {}
        return values, {place: self._texts[key] for place, key in enumerate(keys) if key in self._texts}

    def _read(self, cell: Any) -> tuple[Any, str]:
        """(the value, what is wrong with it)."""
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return self.field.blank, _("This must be filled in.") if self.field.required else ""
        if self.swap and isinstance(cell, str):
            cell = cell.translate(_SWAPPED)
        try:
            value = self.field.read(cell)
        except ValueError as problem:
            return UNREAD, str(problem) or _("This cannot be read.")
        if isinstance(value, str) and self.field.forbids(text_of(cell)):
            return UNREAD, str(MESSAGE)  # the row is left over, to be mended
        return value, ""
