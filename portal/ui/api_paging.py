"""Pages by key, and the window of what has changed since an earlier walk."""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import DateTimeField, Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from portal.ui.api_changes import SINCE, UNTIL, Window, moment_text, window_in
from portal.ui.api_changes import parameters as changes_parameters
from portal.ui.api_filters import MAX_ID
from portal.ui.problems import invalid

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class KeysetPagination(BasePagination):
    """Pages by the key of the last row seen, so that rows added meanwhile neither repeat nor push out others.

    The view's `ordering` names columns whose values together are unique. A cursor is opaque to the caller: the
    direction and the key of the row at the edge. Two parameters: `cursor` and `page_size` (1 to 200).
    """

    parameters: tuple[str, ...] = ("cursor", "page_size")
    pinned: Mapping[str, str] = {}
    """Parameters that the links carry whatever the request said."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        self.ordering = self.ordering_of(view)
        size = self._page_size(request)
        backwards, key = self._cursor(request, queryset.model)
        order = tuple(_turned(name) for name in self.ordering) if backwards else self.ordering
        if key is not None:
            queryset = queryset.filter(_after(order, key))
        rows = list(queryset.order_by(*order)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self.next_link = self._link("n", rows[-1:], key) if (more or backwards) else None
        self.previous_link = self._link("p", rows[:1], key) if (more if backwards else key is not None) else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_link, "previous": self.previous_link, "results": data})

    def ordering_of(self, view: Any) -> tuple[str, ...]:
        ordering: tuple[str, ...] = view.ordering
        return ordering

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        def link(what: str) -> dict[str, Any]:
            return {"type": "string", "format": "uri", "nullable": True, "description": what}

        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": link("The address of the next page; null on the last."),
                "previous": link("The address of the page before; null on the first."),
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page begins. Take it from `next` or `previous`; never write one yourself.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": "The most rows on a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
            },
        ]

    def _page_size(self, request: Request) -> int:
        text = request.query_params.get("page_size")
        if text is None:
            return PAGE_SIZE
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_PAGE_SIZE:
            raise invalid({"page_size": _("Write a whole number from 1 to %(most)s.") % {"most": MAX_PAGE_SIZE}})
        return int(text)

    def _cursor(self, request: Request, model: type[Model]) -> tuple[bool, list[Any] | None]:
        """(whether it leads back, the values of `ordering` at the edge or None for the first page)."""
        text = request.query_params.get("cursor")
        if text is None:
            return False, None
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            direction, *key = json.loads(base64.b64decode(padded, b"-_", validate=True))
            if direction not in ("n", "p") or len(key) != len(self.ordering):
                raise ValueError("another list's cursor")
            return direction == "p", [
                _value(model, name, written) for name, written in zip(self.ordering, key, strict=True)
            ]
        except (ValueError, TypeError, binascii.Error, ValidationError):
            raise invalid(
                {"cursor": _("This is no cursor of this list. Take it from next or previous, or leave it out.")}
            ) from None

    def _link(self, direction: str, edge: list[Any], key: list[Any] | None) -> str | None:
        if edge:
            key = [getattr(edge[0], _attribute(edge[0], name)) for name in self.ordering]
        if key is None:
            return None  # An empty list has nothing before or after it.
        exact = [moment_text(value) if isinstance(value, datetime) else value for value in key]  # to the microsecond
        text = json.dumps([direction, *exact], cls=DjangoJSONEncoder, separators=(",", ":"))
        cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        url = self.request.build_absolute_uri()
        for name, value in {**self.pinned, "cursor": cursor}.items():
            url = replace_query_param(url, name, value)
        return url


class ChangesPagination(KeysetPagination):
    """With `updated_since`: the rows whose `view.changed` lies in the window, in the order of their changes.

    Every link carries where the walk ends, and so does the answer: the next walk begins there.
    """

    parameters = (*KeysetPagination.parameters, SINCE, UNTIL)
    window: Window | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.window = window_in(request.query_params)
        if self.window is not None:
            queryset = queryset.filter(self.window.holds(view.changed))
            self.pinned = {**self.pinned, UNTIL: moment_text(self.window.until)}
        return super().paginate_queryset(queryset, request, view)

    def ordering_of(self, view: Any) -> tuple[str, ...]:
        return super().ordering_of(view) if self.window is None else (view.changed, "pk")

    def get_paginated_response(self, data: Any) -> Response:
        page = super().get_paginated_response(data)
        if self.window is not None:
            results = page.data.pop("results")
            page.data |= {UNTIL: moment_text(self.window.until), "results": results}
        return page

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        results = page["properties"].pop("results")
        page["properties"] |= {UNTIL: UNTIL_SCHEMA, "results": results}
        return page

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [*super().get_schema_operation_parameters(view), *changes_parameters()]


class PlacedPagination(KeysetPagination):
    """Every page of a walk is read at the ledger's place of the first (`view.as_of`), so nothing moves meanwhile.

    The answer says the place. Places are given in the order of the commits: to follow, ask for what came after it.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.place = view.as_of.place
        self.pinned = {"place": str(self.place)}
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        page = super().get_paginated_response(data)
        page.data = {"place": self.place, **page.data}
        return page

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        page["properties"] = {
            "place": {"type": "integer", "description": "The place the facts were read at."},
            **page["properties"],
        }
        page["required"] = ["place", *page["required"]]
        return page


UNTIL_SCHEMA = {
    "type": "string",
    "format": "date-time",
    "description": "With `updated_since`: every change before this moment is in the walk. Ask from it next time.",
}


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _attribute(row: Model, name: str) -> str:
    name = name.lstrip("-")
    return row._meta.pk.attname if name == "pk" else name


def _value(model: type[Model], name: str, written: Any) -> Any:
    """A cursor is the caller's text, so each value is read as its column reads it. Raises ValueError and its like."""
    if not isinstance(written, str | int) or isinstance(written, bool) or "\x00" in str(written):
        raise ValueError("no value of a column")
    name = name.lstrip("-")
    try:
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        field = DateTimeField()  # when the row last changed, worked out from several columns
    if getattr(field, "generated", False):
        field = field.output_field  # type: ignore[union-attr]
    value = field.to_python(written)  # type: ignore[union-attr]
    if isinstance(value, datetime) and timezone.is_naive(value):
        raise ValueError("no moment of a cursor")
    if isinstance(value, int) and not -MAX_ID <= value <= MAX_ID:
        raise ValueError("no value of a column")
    return value


def _after(order: Sequence[str], key: Sequence[Any]) -> Q:
    """The rows that come after `key`: a > x, or a = x and b > y, and so on; the first condition lets an index seek."""
    first = order[0]
    seek = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": key[0]})
    later, equal = Q(), Q()
    for name, value in zip(order, key, strict=True):
        column = name.lstrip("-")
        later |= equal & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{column: value})
    return seek & later
