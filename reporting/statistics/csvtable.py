"""CSV as the statistics offices write it, read into a cube: a column for each dimension, the last one is the value.

Or the periods across: a column for each. Titles above and notes below the table are passed over. Semicolon, comma or
tab; UTF-8 with or without BOM, UTF-16 with one, or Windows' cp1252; Danish or English decimals. A dimension's cell
is a code, a text, or a code and its text ("851 Aalborg").
"""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from portal.tabular.columns import body_below, widest_heading
from portal.tabular.numbers import DecimalMark, decimal_mark, exact, flagged, is_mark
from portal.tabular.reading import Unreadable, decode, rows_of
from reporting.statistics.cube import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_DIMENSIONS,
    Cell,
    Cube,
    Dimension,
    StatisticsError,
    fits,
)
from reporting.statistics.periods import TIME_NAMES, days_of

CODE_AND_TEXT = re.compile(r"(\d{1,4}|\d{4}[KQMH]\d{1,2})[ :]+(?=\D)(.+)")


def read(content: bytes, mark: DecimalMark | None = None) -> Cube:
    """`mark` says which sign is the decimal one where the file does not. Raises StatisticsError."""
    if len(content) > MOST_BYTES:
        raise StatisticsError("too_large", _("The file is larger than 20 MB. Ask the source for fewer values."))
    text = decode(content)
    if "\x00" in text:
        raise StatisticsError("not_csv", _("The file is not CSV that can be read."))
    try:
        rows = rows_of(text)
    except Unreadable as error:
        raise StatisticsError("not_csv", str(error), error.detail) from None
    top = widest_heading(rows)
    header = [name.strip() for name in rows[top]] if rows else []
    if len(header) < 2:
        raise StatisticsError(
            "shape", _("The first line must name the columns: dimensions first, then the value."), "line 1"
        )
    if len(header) > MOST_DIMENSIONS:
        raise StatisticsError("too_large", _("The table has too many dimensions."), "line 1")
    if not all(header[:-1]) or len({name.casefold() for name in header}) != len(header):
        raise StatisticsError("shape", _("Every column needs a name of its own."), "line 1")
    body = body_below(rows, top)
    if not body:
        raise StatisticsError("empty", _("The file names its columns and has no lines below."))
    if "OBS_VALUE" in header:
        header, body = _as_eurostat(header, body)
    if across := _across(header):
        header, body = _one_value_a_line(header, body, across)
    if len(body) > MOST_CELLS:
        raise StatisticsError("too_large", _("The table has more than a million cells. Choose fewer values."))
    return _cube(header, body, mark)


Line = tuple[int, list[str]]


OF_THE_FILE = frozenset({"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "LAST UPDATE"})
FLAGS = frozenset({"OBS_FLAG", "CONF_STATUS"})


def _as_eurostat(header: Sequence[str], body: Sequence[Line]) -> tuple[list[str], list[Line]]:
    """Eurostat's CSV as one with the value last: what says something of the file, or of a value, is no dimension."""
    at, flags = list(header).index("OBS_VALUE"), [place for place, name in enumerate(header) if name in FLAGS]
    kept = [place for place, name in enumerate(header) if place != at and name not in FLAGS | OF_THE_FILE]
    lines = []
    for number, row in body:
        if len(row) != len(header):
            raise StatisticsError("shape", _("The line does not have as many columns as the first."), f"line {number}")
        said = [row[place].strip() for place in flags if row[place].strip() and not is_mark(row[at])]
        lines.append((number, [*(row[place] for place in kept), " ".join([row[at].strip(), *said[:1]])]))
    return [*(header[place] for place in kept), "OBS_VALUE"], lines


def _across(header: Sequence[str]) -> list[tuple[str, str]]:
    """The columns at the end that are periods, as (what stands before the period, period): a table with time across."""
    found: list[tuple[str, str]] = []
    for name in reversed(header[1:]):
        before, _space, last = name.rpartition(" ")
        if days_of(name):
            found.append(("", name))
        elif before and days_of(last):
            found.append((before.strip(), last))
        else:
            break
    found.reverse()
    if (len(found) == 1 and found[0][0]) or any(name.casefold() in TIME_NAMES for name in header):
        return []  # "antal 2020" beside a column of periods
    return found


def _one_value_a_line(
    header: Sequence[str], body: Sequence[Line], across: Sequence[tuple[str, str]]
) -> tuple[list[str], list[Line]]:
    """A table with time across, as one that has a line for each value."""
    kept = len(header) - len(across)
    several = len({before for before, _period in across}) > 1
    lines = []
    for number, row in body:
        if len(row) != len(header):
            raise StatisticsError("shape", _("The line does not have as many columns as the first."), f"line {number}")
        for (before, period), value in zip(across, row[kept:], strict=True):
            lines.append((number, [*row[:kept], *([before or "-"] if several else []), period, value]))
    return [*header[:kept], *(["indhold"] if several else []), "tid", "antal"], lines


def _cube(header: Sequence[str], body: list[tuple[int, list[str]]], mark: DecimalMark | None) -> Cube:
    for number, row in body:
        if len(row) != len(header):
            raise StatisticsError("shape", _("The line does not have as many columns as the first."), f"line {number}")
    mark = mark or decimal_mark(flagged(row[-1])[0] for _number, row in body)
    if mark is None:
        raise StatisticsError(
            "decimal_mark",
            _("Is 1.234 a thousand or one point two? The numbers do not tell: choose the decimal sign."),
            header[-1],
        )
    labels: list[dict[str, str]] = [{} for _name in header[:-1]]
    cells: dict[tuple[str, ...], Cell] = {}
    for number, row in body:
        key = []
        for name, values, text in zip(header, labels, row[:-1], strict=False):
            code, label = _code_and_label(text)
            if not code:
                raise StatisticsError("shape", _("A value is missing here."), f"line {number}, {name}")
            values.setdefault(code, label)
            key.append(code)
        if tuple(key) in cells:
            raise StatisticsError("twice", _("The same combination stands in an earlier line."), f"line {number}")
        cells[tuple(key)] = _cell(row[-1], mark, f"line {number}, {header[-1]}")
    dimensions = tuple(Dimension(name, name, values) for name, values in zip(header, labels, strict=False))
    return Cube(dimensions, cells)


def _cell(text: str, mark: DecimalMark, place: str) -> Cell:
    if is_mark(text):
        return Cell(None, text.strip())
    number, said = flagged(text)
    value = exact(number, mark)
    if value is None:
        raise StatisticsError("number", _("This is no number, and no mark for a missing one."), f"{place}: {text[:40]}")
    if not fits(value):
        raise StatisticsError("number", _("Write a number with at most 15 digits and 10 decimals."), place)
    return Cell(value, said)


def _code_and_label(text: str) -> tuple[str, str]:
    text = text.strip()
    if days_of(text):
        return text, text  # "2020 K1" is a quarter, not the year 2020 called K1
    found = CODE_AND_TEXT.fullmatch(text)
    return (found[1], found[2].strip()) if found else (text, text)
