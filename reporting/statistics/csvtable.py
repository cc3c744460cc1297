"""CSV as the statistics offices write it, read into a cube: a column for each dimension, the last one is the value.

Semicolon, comma or tab; UTF-8 with or without BOM, or Windows' cp1252; Danish or English decimals. A dimension's cell
is a code, a text, or a code and its text ("851 Aalborg").
"""

import csv
import io
import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

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
from reporting.statistics.numbers import DecimalMark, decimal_mark, exact, is_mark

CODE_AND_TEXT = re.compile(r"(\d{1,4}|\d{4}[KQMH]\d{1,2})[ :]+(?=\D)(.+)")


def decode(content: bytes) -> str:
    """Text in UTF-8 (with or without a BOM) or, when it is not that, in cp1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def rows_of(text: str) -> list[list[str]]:
    """The rows of a CSV text, in whatever separator its first line has most of. Empty lines are left out."""
    first = text.split("\n", 1)[0]
    separator = max(";\t,", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise StatisticsError("not_csv", _("The file is not CSV that can be read."), str(error)) from None


def read(content: bytes, mark: DecimalMark | None = None) -> Cube:
    """`mark` says which sign is the decimal one where the file does not. Raises StatisticsError."""
    if len(content) > MOST_BYTES:
        raise StatisticsError("too_large", _("The file is larger than 20 MB. Ask the source for fewer values."))
    text = decode(content)
    if "\x00" in text:
        raise StatisticsError("not_csv", _("The file is not CSV that can be read."))
    rows = rows_of(text)
    header = [name.strip() for name in rows[0]] if rows else []
    if len(header) < 2:
        raise StatisticsError(
            "shape", _("The first line must name the columns: dimensions first, then the value."), "line 1"
        )
    if len(header) > MOST_DIMENSIONS:
        raise StatisticsError("too_large", _("The table has too many dimensions."), "line 1")
    if not all(header[:-1]) or len({name.casefold() for name in header}) != len(header):
        raise StatisticsError("shape", _("Every column needs a name of its own."), "line 1")
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if len(body) > MOST_CELLS:
        raise StatisticsError("too_large", _("The table has more than a million cells. Choose fewer values."))
    return _cube(header, body, mark)


def _cube(header: Sequence[str], body: list[tuple[int, list[str]]], mark: DecimalMark | None) -> Cube:
    for number, row in body:
        if len(row) != len(header):
            raise StatisticsError("shape", _("The line does not have as many columns as the first."), f"line {number}")
    mark = mark or decimal_mark(row[-1] for _number, row in body)
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
    value = exact(text, mark)
    if value is None:
        raise StatisticsError("number", _("This is no number, and no mark for a missing one."), f"{place}: {text[:40]}")
    if not fits(value):
        raise StatisticsError("number", _("Write a number with at most 15 digits and 10 decimals."), place)
    return Cell(value)


def _code_and_label(text: str) -> tuple[str, str]:
    text = text.strip()
    found = CODE_AND_TEXT.fullmatch(text)
    return (found[1], found[2].strip()) if found else (text, text)
