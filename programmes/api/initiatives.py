"""Initiatives over the API: read, made, changed, and their status said, by the rules of the pages."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.audit import submissions
from portal.audit.submissions import Act, Written
from portal.ui import etags, problems
from portal.ui.api import MAX_ID, ChangesListView, PortalAPIView, RecordView, check_parameters
from portal.ui.api_schema import ProblemSerializer, example
from portal.ui.api_writing import KEY_USED, idempotency_key, idempotency_parameters, key_parameter
from portal.ui.problems import Problem
from programmes.api.shapes import (
    FocusAreaFilters,
    FocusAreaSerializer,
    InitiativeChangeSerializer,
    InitiativeFilters,
    InitiativeNewSerializer,
    InitiativeRecordSerializer,
    InitiativeSerializer,
    MilestonesSerializer,
    StatusEntrySerializer,
    sheet_from,
)
from programmes.initiatives import (
    SHEET,
    Moment,
    change_initiative,
    make_initiative,
    may_report,
    set_milestones,
    set_status,
    sheet_of,
)
from programmes.models import FocusArea, Initiative, Programme
from programmes.plans import may_edit, require
from programmes.rights import EDIT_PLANS, REPORT_INITIATIVE, VIEW_PROGRAMMES

MADE, CHANGE, SAID, REACHED = "initiative-api", "initiative-change", "initiative-status", "initiative-milestones"
REPLAYED = {"Idempotent-Replayed": "true"}
CONFLICT = {
    (409, problems.MEDIA_TYPE): OpenApiResponse(
        ProblemSerializer(many=False), "The key was used for other content.", [example(KEY_USED)]
    )
}
ENTRY_EXAMPLE = OpenApiExample(
    "A new initiative",
    value={"programme": "aalborg-erhvervsstrategi-2023-2026", "number": "8", "name": "Grønne forløb", "areas": []},
    request_only=True,
)

MILESTONES_EXAMPLE = OpenApiExample(
    "Three moments",
    value={
        "milestones": [
            {"kind": "start", "words": "primo 2023"},
            {"words": "medio 2023", "name": "Kortlægning", "reached_on": "2023-06-20"},
            {"kind": "end", "words": "ultimo 2026"},
        ]
    },
    request_only=True,
)


def records() -> QuerySet[Initiative]:
    return Initiative.objects.select_related("programme", "lead_organisation").prefetch_related(*SHEET, "history")


def said_now(pk: int) -> Any:
    """What the record says now."""
    return InitiativeRecordSerializer(records().get(pk=pk)).data


class Writing(PortalAPIView):
    def once(self, kind: str, content: Mapping[str, Any], act: Act) -> tuple[int, bool]:
        """(what `act` gave, whether it was done now): with an Idempotency-Key once, else always. Raises Problem."""
        key = idempotency_key(self.request.headers.get("Idempotency-Key"))
        try:
            if key is None:
                return act(lambda _made: None), True
            return submissions.once(self.actor.user, kind, key, content, act)
        except submissions.OtherContent as refused:
            raise Problem(KEY_USED, KEY_USED.advice) from refused

    def initiative(self, pk: int) -> Initiative:
        if pk > MAX_ID:
            raise Http404
        rows = Initiative.objects.visible_to(self.actor).select_related("programme__owner", "parent")
        return get_object_or_404(rows, pk=pk)


class InitiativeList(Writing, ChangesListView):
    rights = {"GET": VIEW_PROGRAMMES, "POST": EDIT_PLANS}
    queryset = Initiative.objects.none()
    serializer_class = InitiativeSerializer
    filterset_class = InitiativeFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[Initiative]:
        return Initiative.objects.visible_to(self.actor).select_related("programme", "lead_organisation")

    @extend_schema(
        summary="List initiatives",
        description="Those of the plans that the caller sees, oldest registration first.",
        operation_id="initiatives_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Make an initiative",
        description=(
            "In a plan of the caller's own organisation. It begins as an idea. Send an Idempotency-Key of your own "
            "with each: the same key with the same content makes it once and is answered with 200 and `Idempotent-"
            "Replayed: true`; with other content it is refused with 409 (`key-used`)."
        ),
        operation_id="initiatives_create",
        request=InitiativeNewSerializer,
        parameters=idempotency_parameters("the initiative", "The key had already made this initiative."),
        responses={
            201: OpenApiResponse(InitiativeRecordSerializer(many=False), "Made."),
            200: OpenApiResponse(InitiativeRecordSerializer(many=False), "Made before with the same key."),
            **CONFLICT,
        },
        examples=[ENTRY_EXAMPLE],
        filters=False,
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request.query_params, ())
        reader = InitiativeNewSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        said = dict(reader.validated_data)
        plan = get_object_or_404(
            Programme.objects.visible_to(self.actor).select_related("owner", "heading"), slug=said["programme"]
        )
        require(may_edit(self.actor, plan))
        sheet = sheet_from(self.actor, plan, said)

        def act(written: Written) -> int:
            with ledger.entry():
                made = make_initiative(plan, sheet, actor=self.actor)
                written(made.pk)
            return made.pk

        pk, created = self.once(MADE, said, act)
        path = reverse("api_initiative", args=[pk])
        if not created:
            return etags.changed(said_now(pk), path, headers=REPLAYED)
        address = request.build_absolute_uri(path)
        return etags.changed(said_now(pk), path, status.HTTP_201_CREATED, {"Location": address})


@extend_schema(summary="An initiative")
class InitiativeRecord(RecordView):
    rights = {"GET": VIEW_PROGRAMMES}
    queryset = Initiative.objects.none()
    serializer_class = InitiativeRecordSerializer

    def visible(self) -> QuerySet[Initiative]:
        return records().filter(pk__in=Initiative.objects.visible_to(self.actor).order_by().values("pk"))


class InitiativeChange(Writing):
    rights = {"POST": EDIT_PLANS}

    @extend_schema(
        summary="Change an initiative",
        description="Only what is named changes; a list that is named is the whole list. Its status is said elsewhere.",
        operation_id="initiatives_change",
        request=InitiativeChangeSerializer,
        parameters=[etags.if_match_parameter(), key_parameter()],
        responses={200: InitiativeRecordSerializer, **CONFLICT},
    )
    def post(self, request: Request, pk: int) -> Response:
        check_parameters(request.query_params, ())
        initiative = self.initiative(pk)
        require(may_edit(self.actor, initiative.programme))
        if_match = etags.IfMatch(request)
        reader = InitiativeChangeSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        sheet = sheet_from(self.actor, initiative.programme, reader.validated_data, sheet_of(initiative))

        def act(written: Written) -> int:
            with ledger.entry():
                seen = lambda: if_match.check(said_now(pk))  # noqa: E731
                change_initiative(self.actor, initiative, sheet, seen=seen)
                written(pk)
            return pk

        _pk, now = self.once(CHANGE, {**reader.validated_data, "initiative": pk}, act)
        return etags.changed(said_now(pk), reverse("api_initiative", args=[pk]), headers={} if now else REPLAYED)


class InitiativeSay(Writing):
    rights = {"POST": REPORT_INITIATIVE}

    @extend_schema(
        summary="Say an initiative's status",
        description="With the reason, which stands in its history. The plan's owner and the leading organisation may.",
        operation_id="initiatives_status",
        request=StatusEntrySerializer,
        parameters=[etags.if_match_parameter(), key_parameter()],
        responses={200: InitiativeRecordSerializer, **CONFLICT},
    )
    def post(self, request: Request, pk: int) -> Response:
        check_parameters(request.query_params, ())
        initiative = self.initiative(pk)
        if_match = etags.IfMatch(request)
        reader = StatusEntrySerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        said = reader.validated_data

        def act(written: Written) -> int:
            with ledger.entry():
                seen = lambda: if_match.check(said_now(pk))  # noqa: E731
                set_status(self.actor, initiative, said["status"], on=said.get("on"), reason=said["reason"], seen=seen)
                written(pk)
            return pk

        _pk, now = self.once(SAID, {**said, "initiative": pk}, act)
        return etags.changed(said_now(pk), reverse("api_initiative", args=[pk]), headers={} if now else REPLAYED)


class InitiativeMilestones(Writing):
    rights = {"POST": REPORT_INITIATIVE}

    @extend_schema(
        summary="Write an initiative's milestones",
        description=(
            "The list is the whole list: what it does not name is taken away. The plan's owner and the leading "
            "organisation may."
        ),
        operation_id="initiatives_milestones",
        request=MilestonesSerializer,
        parameters=[etags.if_match_parameter(), key_parameter()],
        responses={200: InitiativeRecordSerializer, **CONFLICT},
        examples=[MILESTONES_EXAMPLE],
    )
    def post(self, request: Request, pk: int) -> Response:
        check_parameters(request.query_params, ())
        initiative = self.initiative(pk)
        require(may_report(self.actor, initiative))
        if_match = etags.IfMatch(request)
        reader = MilestonesSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        moments = [Moment(**{"words": "", **line}) for line in reader.validated_data["milestones"]]

        def act(written: Written) -> int:
            with ledger.entry():
                seen = lambda: if_match.check(said_now(pk))  # noqa: E731
                set_milestones(self.actor, initiative, moments, seen=seen)
                written(pk)
            return pk

        _pk, now = self.once(REACHED, {**reader.validated_data, "initiative": pk}, act)
        return etags.changed(said_now(pk), reverse("api_initiative", args=[pk]), headers={} if now else REPLAYED)


@extend_schema(
    summary="List focus areas",
    description="What the plans that the caller sees are divided into, oldest registration first.",
)
class FocusAreaList(ChangesListView):
    rights = {"GET": VIEW_PROGRAMMES}
    queryset = FocusArea.objects.none()
    serializer_class = FocusAreaSerializer
    filterset_class = FocusAreaFilters
    ordering = ("pk",)

    def visible(self) -> QuerySet[FocusArea]:
        return FocusArea.objects.visible_to(self.actor).select_related("programme")
