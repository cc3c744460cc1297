"""Pages of a list. By keyset for long lists: the next page starts after a row, so it costs the same however far on it
is, and nothing is skipped or shown twice while others add rows.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Page
from django.db.models import Field, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.ui import formats
from portal.ui.tables import url_with

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """`next` and `previous` are tokens for `?after=` and `?before=`; "" at the ends."""

    rows: list[Row]
    next: str
    previous: str

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset(queryset: QuerySet[Row], query: QueryDict, order: tuple[str, ...], size: int = 50) -> KeysetPage[Row]:
    """The page of `queryset` that the address asks for, in `order` (names of columns that are never null, `-` for
    descending; the last must be unique). One query. Raises BadRequest (400) for a token that is not ours.
    """
    backwards = "before" in query
    token = query.get("before") or query.get("after") or ""
    direction = [_turned(name) for name in order] if backwards else list(order)
    rows_asked = queryset.order_by(*direction)
    if token:
        rows_asked = rows_asked.filter(_beyond(direction, _read(token, order, queryset.model)))
    rows = list(rows_asked[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
        has_previous, has_next = more, bool(token)
    else:
        has_previous, has_next = bool(token), more
    return KeysetPage(
        rows=rows,
        next=_token(rows[-1], order) if rows and has_next else "",
        previous=_token(rows[0], order) if rows and has_previous else "",
    )


def links_of(page: Any, query: QueryDict) -> tuple[str, str, str]:
    """(address of the previous page, of the next, text of where we are) for a Django Page or a KeysetPage."""
    if isinstance(page, KeysetPage):
        previous = url_with(query, before=page.previous, after=None) if page.previous else ""
        following = url_with(query, after=page.next, before=None) if page.next else ""
        return previous, following, ""
    if not isinstance(page, Page):
        raise TypeError(f"{page!r} is not a page")
    previous = url_with(query, page=str(page.previous_page_number())) if page.has_previous() else ""
    following = url_with(query, page=str(page.next_page_number())) if page.has_next() else ""
    position = _("Page %(page)s of %(pages)s") % {
        "page": formats.number(page.number),
        "pages": formats.number(page.paginator.num_pages),
    }
    return previous, following, position


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _beyond(order: list[str], values: list[Any]) -> Q:
    """Rows after `values` in `order`: a > x, or a = x and b > y, and so on."""
    result = Q()
    same: dict[str, Any] = {}
    for name, value in zip(order, values, strict=True):
        bare = name.removeprefix("-")
        comparison = "lt" if name.startswith("-") else "gt"
        result |= Q(**same, **{f"{bare}__{comparison}": value})
        same = {**same, bare: value}
    return result


def _token(row: Model, order: tuple[str, ...]) -> str:
    values = [_said(row, name.removeprefix("-")) for name in order]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _column(model: Model | type[Model], name: str) -> "Field[Any, Any] | None":
    """The column that a name in an order means, "pk" being the key whatever it is called; None: a text that the
    question computes."""
    if name == "pk":
        return model._meta.pk
    columns = {field.name: field for field in model._meta.concrete_fields}
    return columns.get(name)


def _said(row: Model, name: str) -> str:
    column = _column(row, name)
    return column.value_to_string(row) if column is not None else str(getattr(row, name))


def _meant(model: type[Model], name: str, value: Any) -> Any:
    column = _column(model, name)
    if column is not None:
        return column.to_python(value)
    if not isinstance(value, str):
        raise ValueError
    return value


def _read(token: str, order: tuple[str, ...], model: type[Model]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            raise ValueError
        if any(value is None or (isinstance(value, str) and "\x00" in value) for value in values):
            raise ValueError
        return [_meant(model, name.removeprefix("-"), value) for name, value in zip(order, values, strict=True)]
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError, ValidationError) as problem:
        raise BadRequest(_("The address names a page that does not exist. Go to the start of the list.")) from problem
