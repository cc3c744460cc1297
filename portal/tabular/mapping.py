"""Columns matched once: an app says which fields it wants, a person says which column is which, and it is remembered.

    table = open_table(content, FIELDS)
    known = recalled(actor, "spending", table)                # what the organisation said of such a file before
    form = MappingForm(table, FIELDS, request.POST or None, known=known)          # portal.tabular.forms
    remember(actor, "spending", table, form.chosen())
    rows = read_table(table, FIELDS, form.chosen())           # values, and faults in words at their row and column
    columns, lines = leftovers(table, rows)                   # what was not taken, to mend and bring again

No database but in recalled and remember.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.tabular.blocks import Block
from portal.tabular.cells import text_of
from portal.tabular.columns import filled, heading_text, named_heading
from portal.tabular.fields import Chosen, Fault, Field, FileColumn, ReadRow, TableFile
from portal.tabular.limits import LONG, MOST_TITLES, SHORT, Limits, Row, Unreadable, blank
from portal.tabular.models import ColumnMapping
from portal.tabular.numbers import DecimalMark, decimal_mark
from portal.tabular.packing import Looked
from portal.tabular.reading import read_rows, stream
from portal.tabular.values import RowReader
from portal.ui import formats
from portal.ui.export import is_formula
from portal.ui.tables import Column

__all__ = [
    "Chosen",
    "Fault",
    "Field",
    "FileColumn",
    "ReadRow",
    "TableFile",
    "chosen_in",
    "chosen_of",
    "guess",
    "guess_decimal",
    "left_lines",
    "leftovers",
    "open_long",
    "open_start",
    "open_table",
    "read_table",
    "recalled",
    "remember",
]

EXAMPLES = 3
LONGEST_EXAMPLE = 24
ROW, FAULTS = frozenset({"række", "row"}), frozenset({"fejl", "error"})
"""How the first and last column of a file with leftovers are called; they are no part of the table."""


def open_table(content: bytes, fields: Sequence[Field] = (), limits: Limits = SHORT) -> TableFile:
    """The table in a file: the row with headings is found below titles, by the fields' names or by its shape.

    The columns that a file with leftovers has besides are left out. Raises Unreadable.
    """
    return _table(read_rows(content, limits), fields)


def open_start(content: bytes, fields: Sequence[Field], first: int) -> TableFile:
    """The table of a file that may be long: whole, or its first so many rows (`cut`). Raises Unreadable."""
    with stream(io.BytesIO(content), LONG, first) as opened:
        rows = [row for block in opened.blocks for row in block.rows()]
        table = _table(rows, fields)
        return replace(table, cut=len(rows) >= first, height=opened.height)


@contextmanager
def open_long(
    content: IO[bytes], fields: Sequence[Field], first: int, at_once: int
) -> Iterator[tuple[TableFile, Iterator[Block]]]:
    """The table as `open_start` finds it, and all rows of it, at most `at_once` to a block. Raises Unreadable, also on
    the way."""
    with stream(content, LONG, at_once=at_once) as opened:
        rows: list[Row] = []
        for block in opened.blocks:
            rows += block.rows()
            if len(rows) >= first:
                break
        rows, over = rows[:first], rows[first:]
        table = replace(_table(rows, fields), height=opened.height)

        def body() -> Iterator[Block]:
            begun = [*table.rows, *_body(map(_plainly, over), table.faults_at)]
            for begin in range(0, len(begun), at_once):
                yield Block.of(begun[begin : begin + at_once])
            yield from _below(opened.blocks, table.faults_at)

        yield table, body()


def _below(blocks: Iterable[Block], faults_at: int) -> Iterator[Block]:
    """Blocks below the first rows, as `_table` understands these."""
    for block in blocks:
        if faults_at or _is_guarded(block):
            rows = list(_body(map(_plainly, block.rows()), faults_at))
            if rows:
                yield Block.of(rows)
        else:
            yield block


def _table(found: Sequence[Row], fields: Sequence[Field]) -> TableFile:
    if not found:
        raise Unreadable(_("The file is empty."))
    rows = [_plainly(row) for row in found]
    top = _heading([cells for _number, cells in rows], fields)
    heading, body = rows[top][1], rows[top + 1 :]
    if not body:
        raise Unreadable(_("The file has a line of headings and no rows."))
    width = _width(heading)
    faults_at = 0
    if width > 2 and _plain(heading[0]) in ROW and _plain(heading[width - 1]) in FAULTS:
        faults_at = width
        heading = heading[1 : width - 1]
        width = _width(heading)
        body = list(_body(body, faults_at))
    columns = tuple(_columns(heading[:width], body))
    if not columns or not body:
        raise Unreadable(_("The file has no line that names its columns, or no rows below it."))
    return TableFile(columns, tuple(body), width, faults_at=faults_at)


def _body(rows: Iterable[Row], faults_at: int) -> Iterator[Row]:
    """The rows without what a file with leftovers has before and behind them."""
    for number, cells in rows:
        if not faults_at:
            yield number, cells
        elif not blank(left := [*cells[1 : faults_at - 1], *cells[faults_at:]]):
            yield number, left


def guess(fields: Sequence[Field], table: TableFile) -> dict[str, str]:
    """Which column each field probably is: by its names in full, then by a name as words of the heading."""
    found: dict[str, str] = {}
    tests = (lambda heading, name: heading == name, lambda heading, name: f" {name} " in f" {heading} ")
    for same in tests:
        for each in fields:
            if each.name in found:
                continue
            free = [column for column in table.columns if column.key not in found.values()]
            for name in _names(each):
                match = next((column for column in free if same(heading_text(column.title), name)), None)
                if match is not None:
                    found[each.name] = match.key
                    break
    return found


def guess_decimal(fields: Sequence[Field], table: TableFile, columns: Mapping[str, str]) -> DecimalMark:
    """Which sign the numbers that are text seem to have; a comma when they do not tell."""
    places = [table.by_key[columns[each.name]].place for each in fields
              if each.number and columns.get(each.name) in table.by_key]  # fmt: skip
    texts = [cells[place] for _number, cells in table.rows for place in places
             if place < len(cells) and isinstance(cells[place], str)]  # fmt: skip
    return decimal_mark(texts) or ","


def recalled(actor: Actor, purpose: str, table: TableFile) -> ColumnMapping | None:
    """What the organisation said of a file with the same headings for the same purpose."""
    known = ColumnMapping.objects.visible_to(actor)
    return known.filter(purpose=purpose, signature=table.signature).first()


def remember(
    actor: Actor, purpose: str, table: TableFile, chosen: Chosen, also: Mapping[str, Any] | None = None
) -> ColumnMapping:
    """Keep the answer for the organisation, with what else is to be filled in next time (`also`, as JSON). Whether the
    person may import is the caller's question.

    Raises Refused when the person acts for no organisation.
    """
    if actor.organisation is None:
        raise Refused(_("Choose which organisation you act for first."))
    said = {
        "headings": [column.title for column in table.columns],
        "columns": dict(chosen.columns),
        "decimal_sign": chosen.decimal,
        "also": dict(also or {}),
    }
    known = recalled(actor, purpose, table)
    if known is not None and all(getattr(known, name) == value for name, value in said.items()):
        return known
    kept, _made = ColumnMapping.objects.update_or_create(
        organisation=actor.organisation,
        purpose=purpose,
        signature=table.signature,
        defaults={**said, "changed_by": actor.user},
    )
    return kept


def chosen_of(known: ColumnMapping) -> Chosen:
    return Chosen(known.columns, "." if known.decimal_sign == "." else ",")


def chosen_in(state: Mapping[str, Any]) -> Chosen:
    """What was said of a file that waits (portal.tabular.uploads)."""
    return Chosen(state["columns"], "." if state["decimal"] == "." else ",")


def read_table(table: TableFile, fields: Sequence[Field], chosen: Chosen) -> list[ReadRow]:
    """Every row below the headings with its values, or with what is wrong; none is left out, none stops the others."""
    return RowReader(table, fields, chosen).read(Block.of(table.rows)).rows()


def leftovers(table: TableFile, rows: Iterable[ReadRow]) -> tuple[list[Column], list[dict[str, Any]]]:
    """(columns, rows) for portal.ui.export: the original cells of the rows that have faults, their number in the file
    before and what is wrong behind. Mended and brought again, the file is read with the same mapping."""
    left = [Looked(row.number, list(row.cells), "wrong", row.says) for row in rows if row.faults]
    columns, lines = left_lines(table, lambda: left)
    return columns, list(lines)


def left_lines(table: TableFile, left: Callable[[], Iterable[Looked]]) -> tuple[list[Column], Iterator[dict[str, Any]]]:
    """The same of rows that come one by one; `left` is asked twice for them, the first time for how wide they are."""
    titles = {each.place: each.title for each in table.columns if not each.untitled}
    width = max([table.width, *(_width(row.cells) for row in left())])  # what has no heading comes too
    columns = [Column("row", _("Row"), kind="id")]
    columns += [Column(f"cell_{place}", titles.get(place, "")) for place in range(width)]
    columns.append(Column("faults", _("Error")))
    return columns, (_left_line(row, width) for row in left())


def _left_line(row: Looked, width: int) -> dict[str, Any]:
    line: dict[str, Any] = {f"cell_{place}": None for place in range(width)}
    line |= {f"cell_{place}": _original(cell) for place, cell in enumerate(row.cells[:width])}
    return {**line, "row": row.number, "faults": row.text}


def _original(cell: Any) -> Any:
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date()
    return cell if isinstance(cell, bool | int | float | date | None) else str(cell)


def _plainly(row: Row) -> Row:
    """What an export guarded against becoming a formula, as it was (portal.ui.export)."""
    number, cells = row
    return number, [cell[1:] if _guarded(cell) else cell for cell in cells]


def _is_guarded(block: Block) -> bool:
    if block.text and "'" not in block.text:
        return False
    return any(_guarded(cell) for column in block.columns for cell in column.cells)


def _guarded(cell: Any) -> bool:
    return type(cell) is str and cell[:1] == "'" and is_formula(cell[1:])


def _heading(rows: Sequence[list[Any]], fields: Sequence[Field]) -> int:
    """By the names of the fields that are required; else the first row of texts that is about as wide as the table."""
    names = {name: each.name for each in fields for name in _names(each)}
    needed = {each.name for each in fields if each.required}
    if needed and (named := named_heading(rows, names.get, needed)) is not None:
        return named
    widest = max(filled(cells) for cells in rows[: MOST_TITLES + 1])
    for place, cells in enumerate(rows[:MOST_TITLES]):
        if 2 * filled(cells) > widest and all(cell is None or isinstance(cell, str) for cell in cells):
            return place
    return 0


def _names(each: Field) -> list[str]:
    """What a field is called: its synonyms and its label, as headings are compared."""
    return [heading_text(name) for name in (*each.synonyms, str(each.label))]


def _plain(cell: Any) -> str:
    return " ".join(text_of(cell).split()).casefold()


def _width(cells: Sequence[Any]) -> int:
    """How far the cells that have something in them reach."""
    return max((place for place, cell in enumerate(cells, start=1) if text_of(cell)), default=0)


def _columns(heading: Sequence[Any], body: Sequence[Row]) -> Iterator[FileColumn]:
    """A column for each heading, and for each gap between headings that has something below it."""
    used: set[str] = set()
    for place, cell in enumerate(heading):
        title = " ".join(text_of(cell).split())
        below = (cells[place] for _number, cells in body if place < len(cells) and text_of(cells[place]))
        examples = tuple(_example(each) for each in islice(below, EXAMPLES))
        if not title and not examples:
            continue
        name = key = title.casefold() or f"#{place + 1}"
        number = 1
        while key in used:
            number += 1
            key = f"{name} ({number})"
        used.add(key)
        shown = title[:200] or _("Column %(number)s") % {"number": place + 1}
        yield FileColumn(place, shown, key, examples, untitled=not title)


def _example(cell: Any) -> str:
    if isinstance(cell, date):
        return formats.date_da(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return formats.number(cell, 10)
    text = " ".join(text_of(cell).split())
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[: LONGEST_EXAMPLE - 1]}…"
