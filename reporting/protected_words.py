"""What has been published of a protected measure, in words and tables."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.ledger import registry
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell as TableCell
from portal.ui.tables import Column, GroupRow, Row, Table
from reporting.engine.protected import Cell, Published
from reporting.engine.query import NOT_GIVEN, month_of

DIMENSIONS: dict[str, str | Promise] = {
    "municipality": gettext_lazy("Municipality"),
    "organisation": gettext_lazy("Created by"),
    "month": gettext_lazy("Month"),
}
CLASSES: dict[str, str | Promise] = {
    "open": gettext_lazy("Open"),
    "companies": gettext_lazy("Companies"),
    "people": gettext_lazy("People"),
}
MEANING: dict[str, str | Promise] = {
    "open": gettext_lazy("Everybody in the area sees every number, of any day."),
    "companies": gettext_lazy("Numbers under 3 are hidden, and what they could be worked out from."),
    "people": gettext_lazy("Numbers under 5 are hidden, and what they could be worked out from."),
}


def dimension_name(measure: str, dimension: str) -> str:
    """What a dimension of the measure is called."""
    declared = registry.get(measure).dimensions.get(dimension)
    return str(declared.name if declared is not None else DIMENSIONS.get(dimension, dimension))


def rule(found: Published) -> str:
    """Why numbers are hidden, as it stands on every page that hides some."""
    return _(
        "Hidden means that the number is from 1 to %(most)s, or that such a number, or so small a change since an "
        "earlier day, could be worked out from it. Zero is shown as 0."
    ) % {"most": found.smallest - 1}


def shown(cell: Cell) -> Any:
    """A number in a table; a hidden one says so, and what it was when it was last shown."""
    if cell.value is not None:
        return cell.value
    if cell.last is None or cell.last_on is None:
        return EmptyValue.HIDDEN
    note = _("was %(number)s on %(day)s")
    return TableCell(
        EmptyValue.HIDDEN, note=note % {"number": formats.number(cell.last), "day": formats.date_da(cell.last_on)}
    )


class Names:
    """Names of codes. A query for each dimension at most."""

    def __init__(self, measure: str) -> None:
        self.measure = measure
        self._kept: dict[str, Mapping[str, str]] = {}

    def of(self, dimension: str, code: str) -> str:
        if code == NOT_GIVEN:
            return _("Not given")
        if dimension == "month":
            return formats.month_da(month_of(code))
        if dimension not in self._kept:
            self._kept[dimension] = self._read(dimension)
        return self._kept[dimension].get(code, code)

    def _read(self, dimension: str) -> Mapping[str, str]:
        if dimension == "municipality":
            return dict(Municipality.objects.values_list("code", "name"))
        if dimension == "organisation":
            return {str(pk): name for pk, name in Organisation.objects.values_list("pk", "name")}
        declared = registry.get(self.measure).dimensions.get(dimension)
        labels = declared.labels() if declared is not None and declared.labels is not None else {}
        return {str(code): str(label) for code, label in labels.items()}

    def sorted(self, dimension: str, codes: list[str]) -> list[str]:
        """Months by time, all else by name."""
        return sorted(codes) if dimension == "month" else sorted(codes, key=lambda code: self.of(dimension, code))


def table(found: Published, by: str, across: str) -> Table:
    """The numbers by one dimension, or by two: then the second under each of the first, with the total before it."""
    names = Names(found.measure)
    rows: list[Row | GroupRow | dict[str, Any]] = []
    for code in names.sorted(by, found.codes(by)):
        total = {"name": names.of(by, code), "value": shown(found.cell({by: code}))}
        if not across:
            rows.append(total)
            continue
        rows.append(GroupRow(names.of(by, code)))
        rows.append({"name": _("In all"), "value": total["value"]})
        cells = found.cells({by: code}, across)
        rows.extend(
            {"name": names.of(across, other), "value": shown(cells[other])}
            for other in names.sorted(across, list(cells))
        )
    title = dimension_name(found.measure, across or by)
    return Table(
        caption=_("Divided by %(what)s") % {"what": dimension_name(found.measure, by).lower()},
        caption_hidden=True,
        columns=[Column("name", title), Column("value", _("Number"), kind="number", decimals=0)],
        rows=rows,
        total={"name": _("In all"), "value": shown(found.cell({}))},
        empty=_("Nothing has been published yet."),
    )


def file_columns(measure: str, by: str, across: str) -> list[Column]:
    columns = [Column("code", _("Code"), kind="id"), Column("name", dimension_name(measure, by))]
    if across:
        columns += [
            Column("across_code", _("Code"), kind="id"),
            Column("across_name", dimension_name(measure, across)),
        ]
    return [
        *columns,
        Column("value", _("Number"), kind="number"),
        Column("last", _("Number when last shown"), kind="number"),
        Column("last_on", _("Last shown on"), kind="date"),
        Column("as_of", _("As registered on"), kind="date"),
    ]


def file_rows(found: Published, by: str, across: str) -> Iterator[dict[str, Any]]:
    """Every number of the page for a file; a hidden one is the word, never empty and never 0."""
    names = Names(found.measure)
    day = found.publication.as_of if found.publication is not None else ""

    def row(code: str, other: str, cell: Cell) -> dict[str, Any]:
        return {
            "code": code,
            "name": names.of(by, code) if code else _("In all"),
            "across_code": other,
            "across_name": names.of(across, other) if other else _("In all"),
            "value": EmptyValue.HIDDEN if cell.value is None else cell.value,
            "last": "" if cell.last is None else cell.last,
            "last_on": cell.last_on or "",
            "as_of": day,
        }

    if found.publication is not None:
        yield row("", "", found.cell({}))
    for code in names.sorted(by, found.codes(by)):
        yield row(code, "", found.cell({by: code}))
        cells = found.cells({by: code}, across) if across else {}
        for other in names.sorted(across, list(cells)):
            yield row(code, other, cells[other])


def conclusion(found: Published) -> str:
    """The number in all, in a sentence."""
    if found.publication is None:
        return _("Nothing has been published yet. The numbers are protected and are published by the quarter.")
    total = found.cell({}).value or Decimal(0)
    return _("%(number)s in all, as known on %(day)s.") % {
        "number": formats.number(total),
        "day": formats.date_da(found.publication.as_of),
    }
