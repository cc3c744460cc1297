"""Observations from a file: every row read, every fault said at its row and column, nothing written before it is asked.

CSV (semicolon, comma or tab) or Excel. The first line names the columns, in Danish or English; the order is free.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal import ledger
from portal.tabular.cells import read_day, read_text, text_of
from portal.tabular.columns import heading_text, named_heading
from portal.tabular.numbers import exact
from portal.tabular.reading import Row, Unreadable, blank, read_rows
from portal.ui.cvr import clean_cvr, cvr_problem
from reporting import measures
from reporting.models import Series
from reporting.observation_rules import Said, problems
from reporting.statistics.areas import Areas

WHOLE = re.compile(r"(\d+)[.,]0+")
FOR_FILES = (
    measures.ANSWER,
    measures.INVITED,
    measures.MEASUREMENT,
    measures.DELIVERY,
    measures.VOLUME,
    measures.PERSONS,
)

# Heading in a file → what it is. The first Danish one is what the page tells people to write.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "occurred_on": ("dag", "dato", "svardato", "day", "date"),
    "category": ("svar", "gruppe", "answer", "group", "score", "nps", "nps-score", "nps score"),
    "quantity": ("antal", "værdi", "tal", "number", "value"),
    "municipality": ("kommune", "municipality"),
    "company": ("cvr", "cvr-nummer", "cvr number"),
    "vintage": ("årgang", "vintage"),
    "note": ("bemærkning", "note"),
}
NAMES = {name: field for field, names in COLUMNS.items() for name in names}
FIELDS_OF = {
    measures.ANSWER: ("occurred_on", "category", "quantity", "municipality", "note"),
    measures.INVITED: ("occurred_on", "quantity", "municipality", "note"),
    measures.MEASUREMENT: ("occurred_on", "quantity", "municipality", "vintage", "note"),
    measures.DELIVERY: ("occurred_on", "quantity", "municipality", "note"),
    measures.VOLUME: ("occurred_on", "quantity", "municipality", "company", "note"),
    measures.PERSONS: ("occurred_on", "category", "quantity", "municipality", "note"),
}
NEEDED = {
    measures.ANSWER: ("occurred_on", "category"),
    measures.INVITED: ("occurred_on", "quantity"),
    measures.MEASUREMENT: ("occurred_on", "quantity"),
    measures.DELIVERY: ("occurred_on",),
    measures.VOLUME: ("occurred_on", "quantity"),
    measures.PERSONS: ("occurred_on", "category"),
}


@dataclass(frozen=True)
class Line:
    """A row of the file: what it says, or what is wrong with it, by the column's name in the file."""

    number: int
    said: Said | None
    faults: tuple[tuple[str, str], ...] = ()
    company: str = ""


def columns_wanted(series: Series) -> list[str]:
    return [COLUMNS[field][0] for field in FIELDS_OF[series.measure_id]]


def read(series: Series, content: bytes, name: str) -> list[Line]:
    """Every row with what it says or what is wrong. Raises Unreadable. Two queries at most (places), none per row."""
    rows = read_rows(content)
    top = _heading(series, rows)
    header = _header(series, rows[top][1])
    if len(rows) == top + 1:
        raise Unreadable(_("The file has a line of headings and no rows."))
    areas = Areas()
    return [_line(series, header, number, cells, areas, name) for number, cells in rows[top + 1 :]]


def _heading(series: Series, rows: list[Row]) -> int:
    """Where the columns are named: the first line, or below a title the first that names all that are needed."""
    return named_heading([cells for _number, cells in rows], NAMES.get, NEEDED[series.measure_id]) or 0


def _header(series: Series, cells: list[Any]) -> list[tuple[str, str]]:
    """(field, the column's name) of every column."""
    known, header = FIELDS_OF[series.measure_id], []
    for cell in cells:
        text = str(cell or "").strip()
        field = NAMES.get(heading_text(cell), "")
        if text and field not in known:
            raise Unreadable(
                _("There is no column called %(name)s here. Columns: %(known)s.")
                % {"name": text[:60], "known": ", ".join(columns_wanted(series))}
            )
        header.append((field, text))
    fields = [field for field, _text in header if field]
    if len(set(fields)) != len(fields):
        raise Unreadable(_("A column stands in the file twice."))
    missing = [COLUMNS[field][0] for field in NEEDED[series.measure_id] if field not in fields]
    if missing:
        raise Unreadable(_("The first line must name the columns. Missing: %(names)s.") % {"names": ", ".join(missing)})
    return header


def _line(
    series: Series, header: list[tuple[str, str]], number: int, cells: list[Any], areas: Areas, name: str
) -> Line:
    faults: list[tuple[str, str]] = []
    said: dict[str, Any] = {"source": _("%(file)s, row %(row)s") % {"file": name[:240], "row": number}}
    company = ""
    titles = {field: title for field, title in header if field}
    if len(cells) > len(header) and not blank(cells[len(header) :]):
        faults.append(("", str(_("The row has more columns than the first line."))))
    for (field, title), cell in zip(header, cells, strict=False):
        if not field or cell is None or str(cell).strip() == "":
            continue
        try:
            value = _value(field, cell, areas)
        except ValueError as error:
            faults.append((title, str(error)))
            continue
        if field == "company":
            company = value
        else:
            said[field] = value
    if "occurred_on" not in said and not any(title == titles["occurred_on"] for title, _text in faults):
        faults.append((titles["occurred_on"], _("Write a date like 31.01.2021")))
    if "quantity" in NEEDED[series.measure_id] and "quantity" not in said and not faults:
        faults.append((titles["quantity"], _("Write a number.")))
    if faults:
        return Line(number, None, tuple(faults))
    read = Said(**said)
    wrong = problems(series, read)
    faults = [(titles.get(field, ""), " ".join(texts)) for field, texts in wrong.items()]
    return Line(number, None if faults else read, tuple(faults), company)


def _value(field: str, cell: Any, areas: Areas) -> Any:
    """Raises ValueError with what to write."""
    if field == "occurred_on":
        return read_day(cell)
    if field == "quantity":
        return _number(cell)
    text = text_of(cell)
    if field == "category" and (whole := WHOLE.fullmatch(text)):
        return whole[1]  # "10.0" is the answer 10
    if field == "municipality":
        found = areas.find(text)
        if found.municipality is None:
            raise ValueError(_("There is no municipality called %(name)s.") % {"name": text[:60]})
        return found.municipality
    if field == "company":
        number = clean_cvr(text)
        if cvr_problem(number):
            raise ValueError(_("A CVR number has eight digits; check this one: %(number)s.") % {"number": text[:20]})
        return number
    return read_text(cell)


def _number(cell: Any) -> Decimal:
    if isinstance(cell, bool):
        raise ValueError(_("Write a number."))
    # What a spreadsheet shows as 34,7 it keeps as a float: the shortest text that means it is what was typed.
    value = Decimal(repr(cell)) if isinstance(cell, int | float) else exact(str(cell), ",")
    if value is None or not value.is_finite():
        raise ValueError(_("%(text)s is no number. Write it like 1.400 or 34,7.") % {"text": str(cell)[:30]})
    return value


def with_subjects(lines: list[Line]) -> list[Said]:
    """What the rows without faults say, companies exchanged for their random keys. Inside an entry or outside."""
    keys: dict[str, Any] = {}
    said = []
    for line in lines:
        if line.said is None:
            continue
        if not line.company:
            said.append(line.said)
            continue
        if line.company not in keys:
            keys[line.company] = ledger.subject_for("cvr", line.company)
        said.append(replace(line.said, subject=keys[line.company]))
    return said
