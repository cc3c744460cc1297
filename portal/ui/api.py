"""What every list and record of the API shares: reading the request, the right it needs, and the ETag of the answer."""

import json
from collections.abc import Iterable
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.identity.actor import Actor
from portal.identity.api import HasRight, TokenRate, actor_of
from portal.ui import etags
from portal.ui.api_filters import (
    MAX_ID,
    CodeFilter,
    DayFilter,
    FlagFilter,
    IdFilter,
    MonthFilter,
    MunicipalityFilter,
    parse_month,
)
from portal.ui.api_paging import MAX_PAGE_SIZE, PAGE_SIZE, ChangesPagination, KeysetPagination
from portal.ui.problems import invalid

__all__ = [
    "MAX_ID",
    "MAX_PAGE_SIZE",
    "PAGE_SIZE",
    "ChangesListView",
    "ChangesPagination",
    "CodeFilter",
    "DayFilter",
    "FlagFilter",
    "IdFilter",
    "KeysetPagination",
    "ListView",
    "MonthFilter",
    "MunicipalityFilter",
    "PortalAPIView",
    "PortalJSONParser",
    "RecordView",
    "StrictFilterBackend",
    "check_parameters",
    "parse_month",
]


class PortalJSONParser(JSONParser):
    """JSON nested deeper than Python reads, or with half a character, is the caller's error, not ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            read = super().parse(stream, media_type, parser_context)
            json.dumps(read, ensure_ascii=False).encode()  # a message may repeat what was sent, and it must be sendable
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except UnicodeEncodeError:
            raise ParseError(_("The JSON has half a character in it: a surrogate without the other.")) from None
        return read


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
            {*names, *getattr(view, "paging_parameters", ()), *getattr(view, "further_parameters", ())},
        )
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise invalid({name: [str(message) for message in texts] for name, texts in filterset.errors.items()})
        return cast("QuerySet[Any]", filterset.qs)


class PortalAPIView(APIView):
    """A view for a known caller with a right: `rights = {"GET": "app.action"}`."""

    http_method_names = ["get", "head", "post"]
    permission_classes = [IsAuthenticated, HasRight]
    parser_classes = [PortalJSONParser]
    throttle_classes = [TokenRate]
    rights: dict[str, str] = {}

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What was read has an ETag, and is kept by its reader alone, who asks each time whether it still holds."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method in ("GET", "HEAD") and response.status_code == 200:
            etags.stamp(request, response)
        return response


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

    @property
    def paging_parameters(self) -> tuple[str, ...]:
        return cast("KeysetPagination", self.paginator).parameters

    def visible(self) -> QuerySet[Any]:
        return super().get_queryset()

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset() if getattr(self, "swagger_fake_view", False) else self.visible()


class ChangesListView(ListView):
    """A list that can be followed with `updated_since`. `changed`: the column that says when a row last changed."""

    pagination_class = ChangesPagination
    changed = "updated_at"


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
