"""A month's and a year's end over the API: expected outturns, reconciliations and closed years."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.ui.api import ChangesListView, DayFilter, IdFilter, ListView
from programmes.api.commitments import OfPlaceFilters, with_names
from programmes.api.money_shapes import Named, YearFilter
from programmes.api.money_views import ONCE, Writing, makes, refuse
from programmes.api.spending_shapes import (
    ExpectedOutturnEntrySerializer,
    ExpectedOutturnSerializer,
    ReconciliationEntrySerializer,
    ReconciliationSerializer,
    YearClosingEntrySerializer,
    YearClosingSerializer,
)
from programmes.closing import close_year, expect, reconcile
from programmes.models import ExpectedOutturn, FundingSource, Reconciliation, YearClosing
from programmes.rights import BOOK_SPENDING, CHANGE_BUDGET, CLOSE_YEAR, VIEW_MONEY
from programmes.scope import owned_in_area

EXPECTATION, RECONCILIATION, CLOSED_YEAR = "expected-outturn", "reconciliation", "year-closing"


class ExpectedOutturnFilters(OfPlaceFilters):
    stated_from = DayFilter(field_name="stated_on", lookup_expr="gte", label="Stated on this day or later.")
    stated_to = DayFilter(field_name="stated_on", lookup_expr="lte", label="Stated on this day or earlier.")


class ExpectedOutturnList(Writing, ChangesListView):
    rights = {"GET": VIEW_MONEY, "POST": CHANGE_BUDGET}
    queryset = ExpectedOutturn.objects.none()
    serializer_class = ExpectedOutturnSerializer
    filterset_class = ExpectedOutturnFilters
    ordering = ("-stated_on", "-pk")

    def visible(self) -> QuerySet[ExpectedOutturn]:
        sources = FundingSource.objects.visible_to(self.actor).order_by().values("pk")
        return with_names(ExpectedOutturn.objects.filter(cell__funding_source__in=sources))

    @extend_schema(
        summary="List expected outturns",
        description="What places were expected to have cost at their year's end, newest day first. The newest holds.",
        operation_id="expected_outturns_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="State an expected outturn",
        description=f"Said again for the same place and day, it is corrected. {ONCE}",
        operation_id="expected_outturns_create",
        request=ExpectedOutturnEntrySerializer,
        **makes("the expectation", ExpectedOutturnSerializer, address=False),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(ExpectedOutturnEntrySerializer)
        said, named = dict(content), Named(self.actor)
        said["funding_source"] = named.source(said["funding_source"])
        said["initiative"] = named.initiative(said.get("initiative"))
        refuse(named.wrong)

        def act(written: Written) -> int:
            return expect(self.actor, written=written, **said).pk

        pk, now = self.once(EXPECTATION, content, act)
        row = with_names(ExpectedOutturn.objects.filter(pk=pk)).get()
        return self.noted(ExpectedOutturnSerializer(row).data, now)


class OwnedFilters(django_filters.FilterSet):
    owner = IdFilter(field_name="owner_id", label="An organisation's id.")
    year = YearFilter(field_name="year", label="The year.")


class ReconciliationFilters(OwnedFilters):
    funding_source = django_filters.CharFilter(field_name="funding_source__key", max_length=60, label="A source's key.")


class ReconciliationList(Writing, ListView):
    rights = {"GET": VIEW_MONEY, "POST": BOOK_SPENDING}
    queryset = Reconciliation.objects.none()
    serializer_class = ReconciliationSerializer
    filterset_class = ReconciliationFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Reconciliation]:
        return owned_in_area(Reconciliation.objects.select_related("owner", "funding_source"), self.actor)

    @extend_schema(
        summary="List reconciliations",
        description="Newest first. They are never changed: reconciled again, there is another.",
        operation_id="reconciliations_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Reconcile with the finance system",
        description=f"Puts its total beside ours, which the portal computes. A difference must be explained. {ONCE}",
        operation_id="reconciliations_create",
        request=ReconciliationEntrySerializer,
        **makes("the reconciliation", ReconciliationSerializer, address=False),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(ReconciliationEntrySerializer)
        said, named = dict(content), Named(self.actor)
        owner = named.owner(said.pop("owner", None))
        said["funding_source"] = named.source(said.get("funding_source"))
        refuse(named.wrong)
        assert owner is not None  # who has the right has an organisation

        def act(written: Written) -> int:
            return reconcile(self.actor, owner, written=written, **said).pk

        pk, now = self.once(RECONCILIATION, content, act)
        row = Reconciliation.objects.select_related("owner", "funding_source").get(pk=pk)
        return self.noted(ReconciliationSerializer(row).data, now)


class YearClosingList(Writing, ListView):
    rights = {"GET": VIEW_MONEY, "POST": CLOSE_YEAR}
    queryset = YearClosing.objects.none()
    serializer_class = YearClosingSerializer
    filterset_class = OwnedFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[YearClosing]:
        return owned_in_area(YearClosing.objects.select_related("owner"), self.actor)

    @extend_schema(
        summary="List closed years",
        description="Newest first. A year is closed once, and stays so.",
        operation_id="year_closings_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Close a year",
        description=(
            "From then on nothing is committed in it, and its budget only moves to another year. What is booked later "
            f"is still taken, as late. It cannot be undone. {ONCE}"
        ),
        operation_id="year_closings_create",
        request=YearClosingEntrySerializer,
        **makes("the closing", YearClosingSerializer, address=False),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(YearClosingEntrySerializer)
        said, named = dict(content), Named(self.actor)
        owner = named.owner(said.pop("owner", None))
        refuse(named.wrong)
        assert owner is not None  # who has the right has an organisation

        def act(written: Written) -> int:
            return close_year(self.actor, owner, said.pop("year"), written=written, **said).pk

        pk, now = self.once(CLOSED_YEAR, content, act)
        row = YearClosing.objects.select_related("owner").get(pk=pk)
        return self.noted(YearClosingSerializer(row).data, now)
