"""Funding sources over the API: the same rows, rules and reasons as on the pages; and what is left of each."""

from typing import Any

import django_filters
from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.audit.submissions import Written
from portal.geography.danish import fold
from portal.identity.rights import Refused
from portal.ledger.moments import MOMENT, MOMENT_NAMES, as_of_in
from portal.ui import etags
from portal.ui.api import ChangesListView, CodeFilter, IdFilter, PortalAPIView, RecordView, check_parameters
from programmes import cells
from programmes.api.funding_shapes import (
    FundingSourceChangeSerializer,
    FundingSourceEntrySerializer,
    FundingSourceSerializer,
)
from programmes.api.grid import SourceBalanceSerializer, grid
from programmes.api.money_shapes import Named
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.models import Account, FundingSource
from programmes.rights import MANAGE_SOURCES, VIEW_MONEY
from programmes.sources import change_source, make_source

ENTRY, CHANGE = "funding-source", "funding-source-change"
EXAMPLE = OpenApiExample(
    "A pool",
    value={"name": "Erhvervspuljen", "kind": "pool", "starts_on": "2023-01-01", "rate_of": 50, "rate_in": 100},
    request_only=True,
)


def with_names(sources: QuerySet[FundingSource]) -> QuerySet[FundingSource]:
    """Three queries for any number."""
    accounts = Account.objects.select_related("initiative__programme").order_by("digits")
    return sources.select_related("owner", "parent").prefetch_related(Prefetch("accounts", accounts))


def said_now(pk: int) -> Any:
    return FundingSourceSerializer(with_names(FundingSource.objects.filter(pk=pk)).get()).data


class FundingSourceFilters(django_filters.FilterSet):
    kind = CodeFilter(codes=lambda: FundingSource.Kind.values, label="The kind.")
    status = CodeFilter(codes=lambda: FundingSource.Status.values, label="The status.")
    owner = IdFilter(field_name="owner_id", label="The id of the organisation that keeps it.")
    parent = django_filters.CharFilter(field_name="parent__key", max_length=60, label="The key of what it is part of.")
    text = django_filters.CharFilter(
        method="filter_text",
        min_length=2,
        max_length=160,
        label="Part of the name, at least two characters; capitals, accents and aa/å, ae/æ, oe/ø are all the same.",
    )

    def filter_text(self, rows: QuerySet[FundingSource], name: str, text: str) -> QuerySet[FundingSource]:
        return rows.filter(folded_name__contains=fold(text))


class FundingSourceList(Writing, ChangesListView):
    rights = {"GET": VIEW_MONEY, "POST": MANAGE_SOURCES}
    queryset = FundingSource.objects.none()
    serializer_class = FundingSourceSerializer
    filterset_class = FundingSourceFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[FundingSource]:
        return with_names(FundingSource.objects.visible_to(self.actor))

    @extend_schema(
        summary="List funding sources",
        description="Pools, budget agreements, grants and own frames of the caller's area, oldest registration first.",
        operation_id="funding_sources_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Make a funding source",
        description=f"Its key is made of the name and never changes. Its yearly frames are its budget. {ONCE}",
        operation_id="funding_sources_create",
        request=FundingSourceEntrySerializer,
        examples=[EXAMPLE],
        **makes("the funding source", FundingSourceSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(FundingSourceEntrySerializer)
        said, named = dict(content), Named(self.actor)
        owner = named.owner(said.pop("owner", None))
        said["parent"] = named.source(said.get("parent"), "parent")
        refuse(named.wrong)
        assert owner is not None  # who has the right has an organisation

        def act(written: Written) -> int:
            return make_source(self.actor, owner, written=written, **said).pk

        pk, now = self.once(ENTRY, content, act)
        body = said_now(pk)
        return self.made(body, reverse("api_funding_source", args=[body["key"]]), now)


class FundingSourceRecord(Writing, RecordView):
    rights = {"GET": VIEW_MONEY, "POST": MANAGE_SOURCES}
    queryset = FundingSource.objects.none()
    serializer_class = FundingSourceSerializer
    lookup_field = "key"

    def visible(self) -> QuerySet[FundingSource]:
        return with_names(FundingSource.objects.visible_to(self.actor))

    @extend_schema(summary="A funding source", operation_id="funding_sources_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a funding source",
        description="Only what is named changes. The key and who keeps it stay.",
        operation_id="funding_sources_change",
        request=FundingSourceChangeSerializer,
        **changes(FundingSourceSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        source = self.get_object()
        verdict = cells.may_keep(self.actor, source, MANAGE_SOURCES)
        if not verdict:
            raise Refused(verdict.reason)
        if_match = etags.IfMatch(request)
        content = self.read(FundingSourceChangeSerializer, partial=True)
        said, named = dict(content), Named(self.actor)
        if "parent" in said:
            said["parent"] = named.source(said["parent"], "parent")
        refuse(named.wrong)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(said_now(source.pk))  # noqa: E731
            return change_source(self.actor, source, seen=seen, written=written, **said).pk

        _pk, now = self.once(CHANGE, {**content, "funding_source": source.key}, act)
        return self.done(said_now(source.pk), reverse("api_funding_source", args=[source.key]), now)


class FundingSourceBalance(PortalAPIView):
    rights = {"GET": VIEW_MONEY}

    @extend_schema(
        summary="What is left of a funding source",
        description=(
            "Budget, committed, spent and left by year and initiative, computed from the ledger: now, or as known at "
            "the end of a day or at a place. A number that nobody has said is null, never 0. `left` is what can still "
            "be committed; below zero when it is overspent."
        ),
        operation_id="funding_sources_balance",
        parameters=[*MOMENT],
        responses=SourceBalanceSerializer,
    )
    def get(self, request: Request, key: str) -> Response:
        check_parameters(request.query_params, MOMENT_NAMES)
        source = get_object_or_404(FundingSource.objects.visible_to(self.actor), key=key)
        as_of = as_of_in(request.query_params) or ledger.AsOf.now()
        found = grid(as_of, Q(subcategory=source.key))
        return Response({"funding_source": source.key, **found})
