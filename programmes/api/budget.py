"""The budget over the API: its changes, which are never changed, and the grid of what they come to."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, Prefetch, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.audit.submissions import Written
from portal.ledger.models import FactRecord
from portal.ledger.moments import MOMENT, MOMENT_NAMES, PLACE, after_in, as_of_in
from portal.ui.api import CodeFilter, IdFilter, ListView, PortalAPIView, RecordView, StrictFilterBackend
from portal.ui.api_paging import PlacedPagination
from portal.ui.problems import flatten, invalid
from programmes import cells
from programmes.api.budget_shapes import (
    BudgetChangeEntrySerializer,
    BudgetChangeSerializer,
    TakeBackSerializer,
)
from programmes.api.grid import GridSerializer, grid
from programmes.api.money_shapes import Named, YearFilter
from programmes.api.money_views import ONCE, Writing, makes, refuse
from programmes.budget import MEASURE, SOURCE, Line, change_budget, take_back
from programmes.models import BudgetChange, BudgetLine, Initiative
from programmes.rights import CHANGE_BUDGET, VIEW_MONEY
from programmes.scope import organisations_of_area

ENTRY, TAKE_BACK = "budget-change", "budget-change-take-back"
EXAMPLE = OpenApiExample(
    "A transfer",
    value={
        "kind": "transfer",
        "decision": 8,
        "title": "Mere til iværksætteri",
        "lines": [
            {"funding_source": "erhvervspuljen", "initiative": 4, "year": 2026, "quantity": "-50000.00"},
            {"funding_source": "erhvervspuljen", "initiative": 5, "year": 2026, "quantity": "50000.00"},
        ],
    },
    request_only=True,
)
AFTER = OpenApiParameter(
    "after", {"type": "integer", "minimum": 0}, description="Only what came after this place of the ledger."
)


def with_names(changes: QuerySet[BudgetChange]) -> QuerySet[BudgetChange]:
    """Two queries for any number."""
    lines = BudgetLine.objects.select_related("cell__funding_source", "cell__initiative__programme").order_by("pk")
    return changes.select_related("owner", "decision", "reversed_by").prefetch_related(Prefetch("lines", lines))


def said_now(pk: int) -> Any:
    return BudgetChangeSerializer(with_names(BudgetChange.objects.filter(pk=pk)).get()).data


def _of_line(**conditions: Any) -> Any:
    """Changes with such a line: a question inside the question, so that none comes twice."""
    return BudgetLine.objects.filter(**conditions).order_by().values("change")


class BudgetChangeFilters(django_filters.FilterSet):
    kind = CodeFilter(codes=lambda: BudgetChange.Kind.values, label="The kind.")
    owner = IdFilter(field_name="owner_id", label="The id of the organisation whose budget it is.")
    decision = IdFilter(field_name="decision_id", label="A decision's id.")
    funding_source = django_filters.CharFilter(
        method="filter_source", max_length=60, label="With a line of this source: its key."
    )
    initiative = IdFilter(method="filter_initiative", label="With a line of this initiative: its id.")
    year = YearFilter(method="filter_year", label="With a line of this budget year.")

    def filter_source(self, rows: QuerySet[BudgetChange], name: str, key: str) -> QuerySet[BudgetChange]:
        return rows.filter(pk__in=_of_line(cell__funding_source__key=key))

    def filter_initiative(self, rows: QuerySet[BudgetChange], name: str, pk: int) -> QuerySet[BudgetChange]:
        return rows.filter(pk__in=_of_line(cell__initiative=pk))

    def filter_year(self, rows: QuerySet[BudgetChange], name: str, year: int) -> QuerySet[BudgetChange]:
        return rows.filter(pk__in=_of_line(cell__year=year))


class BudgetChangeList(Writing, ListView):
    rights = {"GET": VIEW_MONEY, "POST": CHANGE_BUDGET}
    queryset = BudgetChange.objects.none()
    serializer_class = BudgetChangeSerializer
    filterset_class = BudgetChangeFilters
    pagination_class = PlacedPagination
    further_parameters = ("after", *MOMENT_NAMES[1:])
    ordering = ("-pk",)

    @cached_property
    def as_of(self) -> ledger.AsOf:
        return as_of_in(self.request.query_params) or ledger.AsOf.now()

    def visible(self) -> QuerySet[BudgetChange]:
        """Those whose facts had come at the place; with `after` only those that came later than that."""
        until, after = self.as_of.place, after_in(self.request.query_params)
        seen = with_names(BudgetChange.objects.visible_to(self.actor))
        if after is None and "place" not in self.request.query_params:
            return seen
        records = FactRecord.objects.filter(measure=MEASURE, source=SOURCE, fact__place__lte=until).order_by()
        if after is not None:
            records = records.filter(fact__place__gt=after)
        lines = records.annotate(line=Cast("source_id", BigIntegerField())).values("line")
        return seen.filter(pk__in=_of_line(pk__in=lines))

    @extend_schema(
        summary="List budget changes",
        description=(
            "Original budgets, supplementary appropriations, transfers and what was carried over, newest registration "
            "first, each with its lines. A change is never changed: to follow them, ask next time for what came "
            "`after` the answer's `place`. Places are given in the order of the commits, so nothing is missed. One "
            "that was taken back stands, and names the one that takes it back."
        ),
        operation_id="budget_changes_list",
        parameters=[PLACE, AFTER],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Change a budget",
        description=(
            "All lines or none, by a decision of a body that may: who may decide what, and up to how much, is data "
            "(`bodies/`). No more is taken out of a place than is left there. What is wrong with a line "
            f"stands at `lines.` and its number, counted from 0. {ONCE}"
        ),
        operation_id="budget_changes_create",
        request=BudgetChangeEntrySerializer,
        examples=[EXAMPLE],
        **makes("the budget change", BudgetChangeSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(BudgetChangeEntrySerializer)
        said, named = dict(content), Named(self.actor)
        decision = named.decision(said.pop("decision"))
        lines = self._lines(said.pop("lines"), named)
        refuse(named.wrong)
        assert decision is not None
        owner = lines[0].funding_source.owner

        def act(written: Written) -> int:
            return change_budget(
                self.actor, said.pop("kind"), owner=owner, decision=decision, lines=lines, written=written, **said
            ).pk

        pk, now = self.once(ENTRY, content, act)
        return self.made(said_now(pk), reverse("api_budget_change", args=[pk]), now)

    def _lines(self, entries: list[dict[str, Any]], named: Named) -> list[Line]:
        """What the lines name, in three questions; what is not there is noted in `named`."""
        sources = named.sources(entry["funding_source"] for entry in entries)
        initiatives = named.initiatives(entry.get("initiative") for entry in entries)
        amounts = named.amounts(entry.get("comes_from") for entry in entries)
        lines = []
        for number, entry in enumerate(entries):
            at = f"lines.{number}"
            source = named.pick_source(sources, entry["funding_source"], f"{at}.funding_source")
            initiative = named.pick_initiative(initiatives, entry.get("initiative"), f"{at}.initiative")
            amount = named.pick_amount(amounts, entry.get("comes_from"), f"{at}.comes_from")
            if source is not None:
                quantity: Decimal = entry["quantity"]
                lines.append(Line(source, initiative, entry["year"], quantity, amount))
        return lines


@extend_schema(summary="A budget change")
class BudgetChangeRecord(RecordView):
    rights = {"GET": VIEW_MONEY}
    queryset = BudgetChange.objects.none()
    serializer_class = BudgetChangeSerializer

    def visible(self) -> QuerySet[BudgetChange]:
        return with_names(BudgetChange.objects.visible_to(self.actor))


class BudgetChangeTakeBack(Writing, RecordView):
    rights = {"POST": CHANGE_BUDGET}
    http_method_names = ["post"]
    queryset = BudgetChange.objects.none()
    serializer_class = BudgetChangeSerializer

    def visible(self) -> QuerySet[BudgetChange]:
        return BudgetChange.objects.visible_to(self.actor).select_related("owner")

    @extend_schema(
        summary="Take a budget change back",
        description=(
            "Makes another change with the same lines and the other sign, by a decision of its own: once, and whole. "
            f"The answer is the new change, whose `reverses` names the old one. {ONCE}"
        ),
        operation_id="budget_changes_take_back",
        request=TakeBackSerializer,
        **makes("the budget change", BudgetChangeSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        change = self.get_object()
        first = change.lines.select_related("cell__funding_source__owner").order_by("pk")[0]
        cells.require_keeper(self.actor, first.cell.funding_source, CHANGE_BUDGET)
        content = self.read(TakeBackSerializer)
        named = Named(self.actor)
        decision = named.decision(content["decision"])
        refuse(named.wrong)
        assert decision is not None

        def act(written: Written) -> int:
            try:
                made = take_back(self.actor, change, decision=decision, reason=content["reason"], written=written)
            except ValidationError as problem:
                if not hasattr(problem, "error_dict"):
                    raise
                errors = flatten(problem.message_dict)
                raise invalid({"reason" if name == "note" else name: texts for name, texts in errors.items()}) from None
            return made.pk

        pk, now = self.once(TAKE_BACK, {**content, "change": change.pk}, act)
        return self.made(said_now(pk), reverse("api_budget_change", args=[pk]), now)


class BudgetFilters(django_filters.FilterSet):
    """Read into a condition on facts; the queryset is not looked at."""

    owner = IdFilter(method="ignore", label="The id of the organisation whose budget it is.")
    year = YearFilter(method="ignore", label="The budget year.")
    source = django_filters.CharFilter(method="ignore", max_length=60, label="A funding source's key.")
    initiative = IdFilter(method="ignore", label="An initiative's id.")

    def ignore(self, rows: Any, name: str, value: Any) -> Any:
        return rows


class Budget(PortalAPIView):
    rights = {"GET": VIEW_MONEY}
    filterset_class = BudgetFilters
    filter_backends = [StrictFilterBackend]
    further_parameters = MOMENT_NAMES

    @extend_schema(
        summary="The budget",
        description=(
            "Budget, committed, spent, expected and left by funding source, initiative and year, computed from the "
            "ledger's facts: of the caller's area, now, or as known at the end of a day or at a place. A number that "
            "nobody has said is null, never 0. `total` is the sum of the rows; the same as_of and place give the same "
            "numbers for ever."
        ),
        operation_id="budget_retrieve",
        parameters=[*MOMENT],
        responses=GridSerializer,
    )
    def get(self, request: Request) -> Response:
        chosen = BudgetFilters(request.query_params, queryset=BudgetChange.objects.none())
        StrictFilterBackend().filter_queryset(request, BudgetChange.objects.none(), self)
        chosen.is_valid()
        as_of = as_of_in(request.query_params) or ledger.AsOf.now()
        return Response(grid(as_of, self.where(chosen.form.cleaned_data)))

    def where(self, chosen: dict[str, Any]) -> Q:
        """What is asked for, as a condition on facts."""
        where = Q(organisation__in=organisations_of_area(self.actor))
        if chosen["owner"]:
            where &= Q(organisation=chosen["owner"])
        if chosen["year"]:
            where &= Q(period__startswith=date(chosen["year"], 1, 1))
        if chosen["source"]:
            where &= Q(subcategory=chosen["source"])
        if chosen["initiative"]:
            where &= Q(heading__in=Initiative.objects.filter(pk=chosen["initiative"]).values("heading"))
        return where
