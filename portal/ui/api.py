"""What every list and record of the API shares: reading the request, paging by key, filters that refuse nonsense."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics
from rest_framework.exceptions import ParseError
from rest_framework.pagination import BasePagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from portal.identity.actor import Actor
from portal.identity.api import HasRight, actor_of
from portal.ui.problems import invalid

MAX_ID = 2**63 - 1
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class PortalJSONParser(JSONParser):
    """JSON nested deeper than Python reads is the caller's error, not ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None


class KeysetPagination(BasePagination):
    """Pages by the key of the last row seen, so that rows added meanwhile neither repeat nor push out others.

    The view's `ordering` names columns whose values together are unique. A cursor is opaque to the caller: the
    direction and the key of the row at the edge. Two parameters: `cursor` and `page_size` (1 to 200).
    """

    parameters = ("cursor", "page_size")
    pinned: Mapping[str, str] = {}
    """Parameters that the links carry whatever the request said."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.request = request
        self.ordering: tuple[str, ...] = view.ordering  # type: ignore[union-attr]
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
        text = json.dumps([direction, *key], cls=DjangoJSONEncoder, separators=(",", ":"))
        cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        url = self.request.build_absolute_uri()
        for name, value in {**self.pinned, "cursor": cursor}.items():
            url = replace_query_param(url, name, value)
        return url


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
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if getattr(field, "generated", False):
        field = field.output_field  # type: ignore[union-attr]
    value = field.to_python(written)  # type: ignore[union-attr]
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


def check_parameters(given: QueryDict, known: Iterable[str]) -> None:
    """Raise a 400 for a parameter nobody knows, one given twice and one without a value: each would answer another
    question than the one that was asked."""
    names = sorted(known)
    errors = {}
    for name, values in given.lists():
        if name not in names:
            errors[name] = _("There is no parameter called this. Known: %(names)s.") % {"names": ", ".join(names)}
        elif len(values) > 1:
            errors[name] = _("Give this once.")
        elif not values[0].strip() or "\x00" in values[0]:
            errors[name] = _("Give a value, or leave the parameter out.")
    if errors:
        raise invalid(errors)


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter, except that what it would pass over in silence is refused."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        names = set(filterset.filters) if filterset is not None else set()
        check_parameters(
            request.query_params,
            {*names, *KeysetPagination.parameters, *getattr(view, "further_parameters", ())},
        )
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise invalid({name: [str(message) for message in texts] for name, texts in filterset.errors.items()})
        return cast("QuerySet[Any]", filterset.qs)


class IdFilter(django_filters.Filter):
    """An id of ours; `shape` is the filter's schema in the OpenAPI document, here and below."""

    shape = {"type": "integer", "minimum": 1, "maximum": MAX_ID}
    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        message = gettext_lazy("Write a whole number.")
        kwargs.setdefault("error_messages", dict.fromkeys(("invalid", "min_value", "max_value"), message))
        super().__init__(*args, min_value=1, max_value=MAX_ID, **kwargs)


class DayFilter(django_filters.DateFilter):
    shape = {"type": "string", "format": "date"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": gettext_lazy("Write the date as YYYY-MM-DD.")})
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


class MonthField(forms.CharField):
    """YYYY-MM, read as the first of the month."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return parse_month(text) if text else None


def parse_month(text: str) -> date:
    """The first of the month written YYYY-MM. Raises ValidationError."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
            raise ValueError
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValidationError(_("Write the month as YYYY-MM.")) from None


class MonthFilter(django_filters.Filter):
    shape = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
    field_class = MonthField


class MunicipalityFilter(django_filters.Filter):
    """A municipality by its four-digit code."""

    shape = {"type": "string", "pattern": "^[0-9]{4}$"}
    field_class = forms.RegexField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "error_messages", {"invalid": gettext_lazy("Write the municipality's code of four digits, such as 0851.")}
        )
        super().__init__(*args, regex=r"^[0-9]{4}\Z", **kwargs)


class FlagFilter(django_filters.Filter):
    """true or false, and nothing that looks like them."""

    shape = {"type": "boolean"}
    field_class = forms.TypedChoiceField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid_choice": gettext_lazy("Write true or false.")})
        super().__init__(
            *args,
            choices=[("true", "true"), ("false", "false")],
            coerce=lambda text: text == "true",
            empty_value=None,
            **kwargs,
        )


class CodeFilter(django_filters.Filter):
    """One of the codes of a list that lies in the database (or another callable): an unknown code is refused."""

    shape = {"type": "string"}
    field_class = forms.CharField

    def __init__(self, *args: Any, codes: Callable[[], Iterable[str]], **kwargs: Any) -> None:
        def known(value: str) -> None:
            possible = sorted(codes())
            if value not in possible:
                raise ValidationError(_("Choose one of: %(names)s.") % {"names": ", ".join(possible)})

        super().__init__(*args, validators=[known], **kwargs)


class PortalAPIView(APIView):
    """A view for a known caller with a right: `rights = {"GET": "app.action"}`."""

    http_method_names = ["get", "head", "post"]
    permission_classes = [IsAuthenticated, HasRight]
    parser_classes = [PortalJSONParser]
    rights: dict[str, str] = {}

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)


class ListView(PortalAPIView, generics.ListAPIView):  # type: ignore[type-arg]
    """GET of a list: `visible()` gives the rows the caller may see, `ordering` their order.

    `queryset` is an empty one of the model: it tells the OpenAPI document what the rows are, and shows nothing to
    anybody should `visible()` be forgotten.
    """

    pagination_class = KeysetPagination
    filter_backends = [StrictFilterBackend]
    ordering: tuple[str, ...] = ("pk",)
    further_parameters: tuple[str, ...] = ()
    """Parameters the view reads itself."""

    def visible(self) -> QuerySet[Any]:
        return super().get_queryset()

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset() if getattr(self, "swagger_fake_view", False) else self.visible()


class RecordView(PortalAPIView, generics.RetrieveAPIView):  # type: ignore[type-arg]
    """GET of one row among those the caller may see; any other is 404. `queryset` as in ListView."""

    filter_backends: list[Any] = []

    def visible(self) -> QuerySet[Any]:
        return super().get_queryset()

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset() if getattr(self, "swagger_fake_view", False) else self.visible()

    def get_object(self) -> Any:
        check_parameters(self.request.query_params, ())
        value = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        if isinstance(value, int) and value > MAX_ID:
            raise Http404
        return super().get_object()
