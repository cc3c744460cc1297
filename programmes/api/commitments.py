"""Commitments over the API. Never above what is left, however many come at once."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.ui import etags
from portal.ui.api import ChangesListView, CodeFilter, DayFilter, FlagFilter, IdFilter, RecordView
from programmes import cells
from programmes.api.money_shapes import Named, YearFilter
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.api.spending_shapes import (
    CloseSerializer,
    CommitmentChangeSerializer,
    CommitmentEntrySerializer,
    CommitmentSerializer,
)
from programmes.commitments import change_commitment, close_commitment, commit
from programmes.models import Commitment
from programmes.rights import COMMIT, VIEW_VOUCHERS

ENTRY, CHANGE, CLOSING = "commitment", "commitment-change", "commitment-close"
EXAMPLE = OpenApiExample(
    "A grant",
    value={
        "funding_source": "erhvervspuljen",
        "initiative": 4,
        "year": 2026,
        "kind": "grant",
        "quantity": "250000.00",
        "committed_on": "2026-02-03",
        "counterpart": "Limfjordens Fiktive Maskinfabrik ApS",
    },
    request_only=True,
)


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("cell__funding_source", "cell__initiative__programme")


def said_now(pk: int) -> Any:
    return CommitmentSerializer(with_names(Commitment.objects.filter(pk=pk)).get()).data


class OfPlaceFilters(django_filters.FilterSet):
    """What rows about places are narrowed by."""

    funding_source = django_filters.CharFilter(
        field_name="cell__funding_source__key", max_length=60, label="A source's key."
    )
    initiative = IdFilter(field_name="cell__initiative_id", label="An initiative's id.")
    programme = django_filters.CharFilter(
        field_name="cell__initiative__programme__slug", max_length=60, label="The slug of the initiative's programme."
    )
    year = YearFilter(field_name="cell__year", label="The budget year.")


class CommitmentFilters(OfPlaceFilters):
    kind = CodeFilter(codes=lambda: Commitment.Kind.values, label="The kind.")
    decision = IdFilter(field_name="decision_id", label="A decision's id.")
    counterpart = django_filters.CharFilter(
        field_name="counterpart", lookup_expr="icontains", max_length=200, label="Part of the name to whom."
    )
    reference = django_filters.CharFilter(field_name="reference", max_length=80, label="The whole reference.")
    committed_from = DayFilter(field_name="committed_on", lookup_expr="gte", label="On this day or later.")
    committed_to = DayFilter(field_name="committed_on", lookup_expr="lte", label="On this day or earlier.")
    closed = FlagFilter(method="filter_closed", label="Whether it is closed. Both when left out.")

    def filter_closed(self, rows: QuerySet[Any], name: str, closed: bool) -> QuerySet[Any]:
        return rows.filter(closed_at__isnull=not closed)


class CommitmentList(Writing, ChangesListView):
    rights = {"GET": VIEW_VOUCHERS, "POST": COMMIT}
    queryset = Commitment.objects.none()
    serializer_class = CommitmentSerializer
    filterset_class = CommitmentFilters
    ordering = ("-committed_on", "-pk")

    def visible(self) -> QuerySet[Any]:
        return with_names(Commitment.objects.visible_to(self.actor))

    @extend_schema(
        summary="List commitments",
        description=(
            "Of the money that the caller's own organisation keeps, newest day first. Sums are open and in `budget/`. "
            "What is spent of one are the vouchers that name it (`vouchers/?commitment=`)."
        ),
        operation_id="commitments_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Commit money",
        description=(
            "Never more than is left in the place, however many come at once: what is too much is refused with 400, "
            f"and the message at `quantity` says what is left. Nothing is committed in a closed year. {ONCE}"
        ),
        operation_id="commitments_create",
        request=CommitmentEntrySerializer,
        examples=[EXAMPLE],
        **makes("the commitment", CommitmentSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(CommitmentEntrySerializer)
        said, named = dict(content), Named(self.actor)
        said["funding_source"] = named.source(said["funding_source"])
        said["initiative"] = named.initiative(said.get("initiative"))
        said["decision"] = named.decision(said.get("decision"))
        refuse(named.wrong)

        def act(written: Written) -> int:
            return commit(self.actor, written=written, **said).pk

        pk, now = self.once(ENTRY, content, act)
        return self.made(said_now(pk), reverse("api_commitment", args=[pk]), now)


class OfKeeper(Writing, RecordView):
    """A commitment of the caller's own organisation."""

    queryset = Commitment.objects.none()
    serializer_class = CommitmentSerializer

    def visible(self) -> QuerySet[Any]:
        return with_names(Commitment.objects.visible_to(self.actor)).select_related("cell__funding_source__owner")

    def own(self) -> Commitment:
        """Raises Refused for whom it is not to change."""
        commitment: Commitment = self.get_object()
        cells.require_keeper(self.actor, commitment.cell.funding_source, COMMIT)
        return commitment


class CommitmentRecord(OfKeeper):
    rights = {"GET": VIEW_VOUCHERS, "POST": COMMIT}

    @extend_schema(summary="A commitment", operation_id="commitments_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a commitment",
        description=(
            "Only what is named changes. More only as far as there is money; never below what is spent of it. Where it "
            "lies does not change: close it and make another."
        ),
        operation_id="commitments_change",
        request=CommitmentChangeSerializer,
        **changes(CommitmentSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        commitment = self.own()
        if_match = etags.IfMatch(request)
        content = self.read(CommitmentChangeSerializer, partial=True)
        stays = {name: getattr(commitment, name) for name in ("quantity", "counterpart", "reference", "text")}

        def act(written: Written) -> int:
            seen = lambda: if_match.check(said_now(commitment.pk))  # noqa: E731
            return change_commitment(self.actor, commitment, seen=seen, written=written, **(stays | content)).pk

        pk, now = self.once(CHANGE, {**content, "commitment": commitment.pk}, act)
        return self.done(said_now(pk), reverse("api_commitment", args=[pk]), now)


class CommitmentClose(OfKeeper):
    rights = {"POST": COMMIT}
    http_method_names = ["post"]

    @extend_schema(
        summary="Close a commitment",
        description="Lets go of what is not spent of it, so that it can be committed again; of an unspent one, all.",
        operation_id="commitments_close",
        request=CloseSerializer,
        **changes(CommitmentSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        commitment = self.own()
        if_match = etags.IfMatch(request)
        content = self.read(CloseSerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(said_now(commitment.pk))  # noqa: E731
            return close_commitment(self.actor, commitment, seen=seen, written=written, **content).pk

        pk, now = self.once(CLOSING, {**content, "commitment": commitment.pk}, act)
        return self.done(said_now(pk), reverse("api_commitment", args=[pk]), now)
