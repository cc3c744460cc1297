"""Possible duplicates and samples over the API: read and written by the rules of the pages."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from matching import duplicates, samples
from matching.api.quality_shapes import (
    DuplicateFilters,
    DuplicateSerializer,
    OutcomeEntrySerializer,
    RulingEntrySerializer,
    SampleFilters,
    SampleItemFilters,
    SampleItemSerializer,
    SampleSerializer,
)
from matching.models import Sample, SampleItem, Suspicion
from matching.quality_figures import by_outcome
from portal.audit.submissions import Written
from portal.identity.rights import Refused
from portal.ui import etags
from portal.ui.api import MAX_ID, ChangesListView, ListView, RecordView
from programmes.api.money_views import Writing, changes

READ = {"GET": duplicates.VIEW}
WRITE = {"POST": duplicates.KEEP}


def pairs(rows: "QuerySet[Suspicion]") -> "QuerySet[Suspicion]":
    found: QuerySet[Suspicion] = rows.with_both().prefetch_related("rulings__organisation")  # type: ignore[attr-defined]
    return found


def pair_now(pk: int) -> Any:
    return DuplicateSerializer(pairs(Suspicion.objects.filter(pk=pk)).get()).data


def item_rows(rows: "QuerySet[SampleItem]") -> "QuerySet[SampleItem]":
    return rows.select_related("sample", "match__company", "match__created_by")


def item_now(pk: int) -> Any:
    return SampleItemSerializer(item_rows(SampleItem.objects.filter(pk=pk)).get()).data


@extend_schema(
    summary="List possible duplicates",
    description=(
        "Pairs of matches that may be one, in the programmes of which the caller keeps the data. Whose company is "
        "shown is noted."
    ),
)
class DuplicateList(ChangesListView):
    rights = READ
    queryset = Suspicion.objects.none()
    serializer_class = DuplicateSerializer
    filterset_class = DuplicateFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Suspicion]:
        return pairs(Suspicion.objects.visible_to(self.actor))


@extend_schema(summary="A possible duplicate")
class DuplicateRecord(RecordView):
    rights = READ
    queryset = Suspicion.objects.none()
    serializer_class = DuplicateSerializer

    def visible(self) -> QuerySet[Suspicion]:
        return pairs(Suspicion.objects.visible_to(self.actor))


class DuplicateRuling(Writing):
    rights = WRITE

    @extend_schema(
        summary="Say what a possible duplicate is",
        description=(
            "By the programme's data steward, whose own organisation has created neither. The same match: the later "
            "one is undone and its fact reversed. A new ruling takes an earlier one back; both are kept."
        ),
        operation_id="duplicates_rule",
        request=RulingEntrySerializer,
        **changes(DuplicateSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(
            Suspicion.objects.visible_to(self.actor).select_related("earlier", "later"), pk=min(pk, MAX_ID)
        )
        verdict = duplicates.may_judge(self.actor, row.programme_id, (row.earlier, row.later))
        if not verdict:
            raise Refused(verdict.reason)
        if_match = etags.IfMatch(request)
        content = self.read(RulingEntrySerializer)

        def act(written: Written) -> int:
            duplicates.rule_duplicate(
                self.actor,
                row,
                content["outcome"],
                content["reason"],
                seen=lambda: if_match.check(pair_now(pk)),
                written=lambda _ruling: written(pk),
            )
            return pk

        _pk, now = self.once("api-ruling", {**content, "duplicate": pk}, act)
        return self.done(pair_now(pk), reverse("api_duplicate", args=[pk]), now)


@extend_schema(
    summary="List samples",
    description="Of the programmes of which the caller keeps the data, newest first, with how many had which outcome.",
)
class SampleList(ListView):
    rights = READ
    queryset = Sample.objects.none()
    serializer_class = SampleSerializer
    filterset_class = SampleFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Sample]:
        rows: QuerySet[Sample] = Sample.objects.visible_to(self.actor).select_related("programme")
        return rows.annotate(**by_outcome("items__"))


@extend_schema(summary="A sample")
class SampleRecord(RecordView):
    rights = READ
    queryset = Sample.objects.none()
    serializer_class = SampleSerializer

    def visible(self) -> QuerySet[Sample]:
        rows: QuerySet[Sample] = Sample.objects.visible_to(self.actor).select_related("programme")
        return rows.annotate(**by_outcome("items__"))


@extend_schema(summary="List matches in samples", description="Whose company is shown is noted.")
class SampleItemList(ChangesListView):
    rights = READ
    queryset = SampleItem.objects.none()
    serializer_class = SampleItemSerializer
    filterset_class = SampleItemFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[SampleItem]:
        return item_rows(SampleItem.objects.visible_to(self.actor))


@extend_schema(summary="A match in a sample")
class SampleItemRecord(RecordView):
    rights = READ
    queryset = SampleItem.objects.none()
    serializer_class = SampleItemSerializer

    def visible(self) -> QuerySet[SampleItem]:
        return item_rows(SampleItem.objects.visible_to(self.actor))


class SampleOutcome(Writing):
    rights = WRITE

    @extend_schema(
        summary="Say what the check of a match showed",
        description=(
            "Confirming makes the match quality-assured. A match found wrong still counts until it is undone on the "
            "page. An outcome may be corrected."
        ),
        operation_id="sample_items_outcome",
        request=OutcomeEntrySerializer,
        **changes(SampleItemSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(item_rows(SampleItem.objects.visible_to(self.actor)), pk=min(pk, MAX_ID))
        verdict = samples.may_check(self.actor, row)
        if not verdict:
            raise Refused(verdict.reason)
        if_match = etags.IfMatch(request)
        content = self.read(OutcomeEntrySerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(item_now(pk))  # noqa: E731
            note = content.get("note", "")
            return samples.set_outcome(self.actor, row, content["outcome"], note, seen=seen, written=written).pk

        _pk, now = self.once("api-sample-outcome", {**content, "item": pk}, act)
        return self.done(item_now(pk), reverse("api_sample_item", args=[pk]), now)
