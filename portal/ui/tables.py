"""Tables: what the columns are, how values are shown, sorting by links, and folding on a narrow screen.

A row is a mapping or an object; a column's key is looked up in it. A value may be a Cell (with a link or a note), an
EmptyValue, or plain. On a narrow screen the row's first cell becomes a heading with the other values in lines under it,
so that a page never scrolls sideways.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import formats
from portal.ui.empty import EmptyValue

Kind = Literal["text", "number", "date", "month", "moment", "money", "percent", "id", "chart"]
NOTHING = gettext_lazy("There is nothing to show")
RIGHT: frozenset[str] = frozenset({"number", "money", "percent"})


@dataclass(frozen=True)
class Cell:
    """A value with a link, a small note under it, or both."""

    value: Any
    url: str = ""
    note: str | Promise = ""


@dataclass(frozen=True)
class Column:
    """`url` makes a link of each value: row -> address ("" for none). `decimals` is for numbers: all rows alike.

    `sort` is the name in the address (`?sort=name`, `?sort=-name`) when the list can be sorted by this column.
    `lead` is the figure that stays beside the row's heading on a narrow screen; the first figure when none is named.
    `export_only` columns stand in files, not on the page.
    """

    key: str
    title: str | Promise
    kind: Kind = "text"
    url: Callable[[Any], str] | None = None
    decimals: int | None = None
    sort: str = ""
    lead: bool = False
    export_only: bool = False


@dataclass(frozen=True)
class GroupRow:
    """A heading across the table, over the rows that follow."""

    heading: str | Promise


@dataclass(frozen=True)
class Head:
    title: str | Promise
    kind: str
    sort_url: str = ""
    sort_direction: str = ""
    sort_icon: str = "sort-table-none"


@dataclass(frozen=True)
class Shown:
    text: str
    kind: str
    head: bool
    label: str | Promise
    url: str
    note: str | Promise
    blank: bool
    lead: bool


@dataclass(frozen=True)
class Row:
    cells: list[Shown]
    tone: str = ""
    heading: str | Promise = ""


@dataclass
class Table:
    """`total` is one more row, at the foot. `tone(row)` may name a row "own" (marked as the reader's own)."""

    caption: str | Promise
    columns: list[Column]
    rows: Iterable[Any]
    total: Any = None
    caption_hidden: bool = False
    compact: bool = False
    sort: str = ""
    id: str = ""
    empty: str | Promise = NOTHING
    tone: Callable[[Any], str] | None = None
    query: QueryDict | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.columns = [column for column in self.columns if not column.export_only]

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def folds(self) -> bool:
        """Two columns fit everywhere; more are folded on a narrow screen."""
        return len(self.columns) > 2

    @property
    def lead(self) -> Column | None:
        figures = [column for column in self.columns[1:] if column.kind in RIGHT]
        return next((column for column in figures if column.lead), figures[0] if figures else None)

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    @property
    def body(self) -> list[Row]:
        return [
            Row(cells=[], heading=row.heading)
            if isinstance(row, GroupRow)
            else Row(cells=self._cells(row), tone=self.tone(row) if self.tone else "")
            for row in self.rows
        ]

    @property
    def foot(self) -> list[Shown]:
        return [] if self.total is None else self._cells(self.total)

    def _head(self, column: Column) -> Head:
        kind = "number" if column.kind in RIGHT else column.kind
        if not column.sort or self.query is None:
            return Head(column.title, kind)
        ascending, descending = self.sort == column.sort, self.sort == f"-{column.sort}"
        url = url_with(
            self.query, sort=f"-{column.sort}" if ascending else column.sort, page=None, after=None, before=None
        )
        direction = "ascending" if ascending else "descending" if descending else ""
        return Head(column.title, kind, url, direction, f"sort-table-{direction or 'none'}")

    def _cells(self, row: Any) -> list[Shown]:
        cells = []
        for place, column in enumerate(self.columns):
            value = lookup(row, column.key)
            cell = value if isinstance(value, Cell) else Cell(value)
            url = cell.url or (column.url(row) if column.url and row is not self.total else "")
            cells.append(
                Shown(
                    text=show(cell.value, column),
                    kind="number" if column.kind in RIGHT else column.kind,
                    head=place == 0,
                    label="" if place == 0 or column.kind == "chart" else column.title,
                    url=url,
                    note=cell.note,
                    blank=cell.value is None or cell.value == "",
                    lead=column is self.lead,
                )
            )
        return cells


def lookup(row: Any, key: str) -> Any:
    """`key` of a mapping, else the attribute (dots go deeper; a method is called). Raises when it is not there."""
    if isinstance(row, Mapping):
        return row[key]
    value = row
    for name in key.split("."):
        value = None if value is None else getattr(value, name)
    return value() if callable(value) and not isinstance(value, type) else value


def show(value: Any, column: Column) -> str:
    """The text of a value in a column. A missing figure must say why it is missing (EmptyValue), so None is refused."""
    if isinstance(value, SafeString):
        return value
    if isinstance(value, EmptyValue):
        return str(value.label)
    if column.kind in RIGHT:
        if value is None:
            raise ValueError(f"column {column.key!r}: None is not a figure; say with EmptyValue why it is missing")
        if isinstance(value, str):
            return value
        return _figure(value, column)
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return formats.moment_da(value) if column.kind == "moment" else formats.date_da(value)
    if isinstance(value, date):
        return formats.month_da(value) if column.kind == "month" else formats.date_da(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _figure(value: int | Decimal | Fraction, column: Column) -> str:
    if column.kind == "money":
        return formats.money(value, 2 if column.decimals is None else column.decimals)
    if column.kind == "percent":
        return formats.percent(value, 1 if column.decimals is None else column.decimals)
    return formats.number(value) if column.decimals is None else formats.decimal(value, column.decimals)


def url_with(query: QueryDict, **changes: str | None) -> str:
    """The same page with other parameters: `?…`. None takes a parameter away."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    return f"?{changed.urlencode()}" if changed else "?"
