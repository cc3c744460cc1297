"""Amounts over the API: recommended, set aside, released."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.ui import etags
from portal.ui.api import ChangesListView, CodeFilter, DayFilter, FlagFilter, IdFilter, RecordView
from programmes.amounts import require_stating, state_amount, withdraw_amount
from programmes.api.amount_shapes import AmountEntrySerializer, AmountSerializer
from programmes.api.money_shapes import MoneyReasonSerializer, Named, YearFilter
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.models import Amount
from programmes.rights import STATE_AMOUNTS, VIEW_MONEY

ENTRY, WITHDRAWAL = "amount", "amount-withdraw"
EXAMPLE = OpenApiExample(
    "A frame released year by year",
    value={
        "funding_source": "erhvervspuljen",
        "initiative": 4,
        "step": "released",
        "form": "yearly",
        "lines": [{"year": 2023, "quantity": "250000.00"}, {"year": 2024, "quantity": "250000.00"}],
        "stated_on": "2022-10-12",
        "comes_from": 17,
    },
    request_only=True,
)


def with_names(amounts: QuerySet[Amount]) -> QuerySet[Amount]:
    """Two queries for any number."""
    return amounts.select_related("funding_source", "initiative__programme").prefetch_related("lines")


def said_now(pk: int) -> Any:
    return AmountSerializer(with_names(Amount.objects.filter(pk=pk)).get()).data


class AmountFilters(django_filters.FilterSet):
    funding_source = django_filters.CharFilter(field_name="funding_source__key", max_length=60, label="A source's key.")
    owner = IdFilter(field_name="funding_source__owner_id", label="The id of the organisation that keeps the money.")
    initiative = IdFilter(field_name="initiative_id", label="An initiative's id.")
    programme = django_filters.CharFilter(
        field_name="initiative__programme__slug", max_length=60, label="The slug of the initiative's programme."
    )
    step = CodeFilter(codes=lambda: Amount.Step.values, label="The step.")
    form = CodeFilter(codes=lambda: Amount.Form.values, label="How it is stated.")
    year = YearFilter(field_name="lines__year", label="With a number for this year.")
    comes_from = IdFilter(field_name="comes_from_id", label="The id of the amount that they come from.")
    decision = IdFilter(field_name="decision_id", label="A decision's id.")
    stated_from = DayFilter(field_name="stated_on", lookup_expr="gte", label="Stated on this day or later.")
    stated_to = DayFilter(field_name="stated_on", lookup_expr="lte", label="Stated on this day or earlier.")
    withdrawn = FlagFilter(method="filter_withdrawn", label="Whether it was withdrawn. Both when left out.")

    def filter_withdrawn(self, rows: QuerySet[Amount], name: str, withdrawn: bool) -> QuerySet[Amount]:
        return rows.filter(withdrawn_at__isnull=not withdrawn)


class AmountList(Writing, ChangesListView):
    rights = {"GET": VIEW_MONEY, "POST": STATE_AMOUNTS}
    queryset = Amount.objects.none()
    serializer_class = AmountSerializer
    filterset_class = AmountFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Amount]:
        return with_names(Amount.objects.visible_to(self.actor))

    @extend_schema(
        summary="List amounts",
        description=(
            "What was recommended, set aside and released, newest registration first. Withdrawn ones are there, with "
            "the reason. Appropriations are budget changes. Amounts of different steps are not added: an amount "
            "`comes_from` the one that it is a later step of."
        ),
        operation_id="amounts_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register an amount",
        description=f"For those who keep the source's money. What comes of a frame is never more than it. {ONCE}",
        operation_id="amounts_create",
        request=AmountEntrySerializer,
        examples=[EXAMPLE],
        **makes("the amount", AmountSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(AmountEntrySerializer)
        said, named = dict(content), Named(self.actor)
        said["funding_source"] = named.source(said.get("funding_source"))
        said["initiative"] = named.initiative(said.get("initiative"))
        said["comes_from"] = named.amount(said.get("comes_from"))
        said["decision"] = named.decision(said.get("decision"))
        said["lines"] = self._lines(said.get("lines", ()), named)
        if said["form"] != Amount.Form.FRAME:
            fault = _("Only a frame runs from one year to another. Leave it out.")
            named.wrong |= {name: fault for name in ("first_year", "last_year") if said.get(name) is not None}
        refuse(named.wrong)

        def act(written: Written) -> int:
            return state_amount(self.actor, written=written, **said).pk

        pk, now = self.once(ENTRY, content, act)
        return self.made(said_now(pk), reverse("api_amount", args=[pk]), now)

    def _lines(self, lines: Any, named: Named) -> dict[int | None, Decimal]:
        by_year: dict[int | None, Decimal] = {}
        for number, line in enumerate(lines):
            if line.get("year") in by_year:
                named.wrong[f"lines.{number}.year"] = _("The year stands there twice.")
            by_year[line.get("year")] = line["quantity"]
        return by_year


@extend_schema(summary="An amount")
class AmountRecord(RecordView):
    rights = {"GET": VIEW_MONEY}
    queryset = Amount.objects.none()
    serializer_class = AmountSerializer

    def visible(self) -> QuerySet[Amount]:
        return with_names(Amount.objects.visible_to(self.actor))


class AmountWithdraw(Writing, RecordView):
    rights = {"POST": STATE_AMOUNTS}
    http_method_names = ["post"]
    queryset = Amount.objects.none()
    serializer_class = AmountSerializer

    def visible(self) -> QuerySet[Amount]:
        return Amount.objects.visible_to(self.actor).select_related("funding_source", "initiative__programme__owner")

    @extend_schema(
        summary="Withdraw an amount",
        description=(
            "It should not stand. It stays in the list with `withdrawn_at` and the reason, and what was known before "
            "is still found with `as_of`. Not while something that came of it stands."
        ),
        operation_id="amounts_withdraw",
        request=MoneyReasonSerializer,
        **changes(AmountSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        amount = self.get_object()
        require_stating(self.actor, amount.funding_source, amount.initiative)
        if_match = etags.IfMatch(request)
        content = self.read(MoneyReasonSerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(said_now(amount.pk))  # noqa: E731
            return withdraw_amount(self.actor, amount, seen=seen, written=written, **content).pk

        pk, now = self.once(WITHDRAWAL, {**content, "amount": amount.pk}, act)
        return self.done(said_now(pk), reverse("api_amount", args=[pk]), now)
