"""Meetings, recommendations and follow-up over the API: read and written by the rules of the pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.identity.models import Organisation
from portal.ui import etags
from portal.ui.api import MAX_ID, ChangesListView, RecordView
from programmes import mandates, meetings
from programmes.api.body_shapes import (
    FollowUpChangeSerializer,
    FollowUpEntrySerializer,
    FollowUpFilters,
    FollowUpSerializer,
    MeetingChangeSerializer,
    MeetingEntrySerializer,
    MeetingFilters,
    MeetingSerializer,
    RecommendationChangeSerializer,
    RecommendationEntrySerializer,
    RecommendationFilters,
    RecommendationSerializer,
    ReportSerializer,
)
from programmes.api.money_shapes import Named
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.body_rows import require_keeper
from programmes.meetings import Item, may_report
from programmes.models import FollowUp, Meeting, Recommendation
from programmes.planning import organisations_and_partners
from programmes.plans import require
from programmes.rights import KEEP_BODIES, REPORT_FOLLOW_UP, VIEW_PROGRAMMES

READ_AND_KEEP = {"GET": VIEW_PROGRAMMES, "POST": KEEP_BODIES}


def meeting_rows() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("body__organisation").prefetch_related("items")


def meeting_now(pk: int) -> Any:
    return MeetingSerializer(meeting_rows().get(pk=pk)).data


def agenda(content: list[dict[str, str]] | None) -> list[Item] | None:
    return None if content is None else [Item(each["number"], each["title"]) for each in content]


class MeetingList(Writing, ChangesListView):
    rights = READ_AND_KEEP
    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Meeting]:
        return meeting_rows().filter(pk__in=Meeting.objects.visible_to(self.actor).order_by().values("pk"))

    @extend_schema(
        summary="List meetings",
        description="Of the bodies that the caller sees, newest registration first.",
        operation_id="meetings_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a meeting",
        description=f"Of a body that the caller's organisation keeps. {ONCE}",
        operation_id="meetings_create",
        request=MeetingEntrySerializer,
        **makes("the meeting", MeetingSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content, named = self.read(MeetingEntrySerializer), Named(self.actor)
        said = dict(content)
        body, items = named.body(said.pop("body")), agenda(said.pop("items", None))
        refuse(named.wrong)
        assert body is not None

        def act(written: Written) -> int:
            return meetings.make_meeting(self.actor, body, items or (), written=written, **said).pk

        pk, now = self.once("api-meeting", content, act)
        return self.made(meeting_now(pk), reverse("api_meeting", args=[pk]), now)


class MeetingRecord(Writing, RecordView):
    rights = READ_AND_KEEP
    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer

    def visible(self) -> QuerySet[Meeting]:
        return meeting_rows().filter(pk__in=Meeting.objects.visible_to(self.actor).order_by().values("pk"))

    @extend_schema(summary="A meeting", operation_id="meetings_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a meeting",
        description="Only what is named changes. One that has decided stays held, and on its day.",
        operation_id="meetings_change",
        request=MeetingChangeSerializer,
        **changes(MeetingSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_keeper(self.actor, row.body)
        if_match = etags.IfMatch(request)
        content = self.read(MeetingChangeSerializer, partial=True)
        said = dict(content)
        items = agenda(said.pop("items", None))

        def act(written: Written) -> int:
            seen = lambda: if_match.check(meeting_now(row.pk))  # noqa: E731
            return meetings.change_meeting(self.actor, row, items, seen=seen, written=written, **said).pk

        pk, now = self.once("api-meeting-change", {**content, "meeting": row.pk}, act)
        return self.done(meeting_now(pk), reverse("api_meeting", args=[pk]), now)


def recommendation_rows() -> QuerySet[Recommendation]:
    return Recommendation.objects.select_related("body__organisation", "initiative__programme")


def recommendation_now(pk: int) -> Any:
    return RecommendationSerializer(recommendation_rows().get(pk=pk)).data


def read_recommendation(named: Named, content: dict[str, Any]) -> dict[str, Any]:
    said = dict(content)
    if "initiative" in said:
        said["initiative"] = named.initiative(said["initiative"])
    if "decision" in said:
        said["decision"] = named.decision(said["decision"])
    return said


class RecommendationList(Writing, ChangesListView):
    rights = READ_AND_KEEP
    queryset = Recommendation.objects.none()
    serializer_class = RecommendationSerializer
    filterset_class = RecommendationFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Recommendation]:
        seen = Recommendation.objects.visible_to(self.actor).order_by().values("pk")
        return recommendation_rows().filter(pk__in=seen)

    @extend_schema(
        summary="List recommendations",
        description="Of the bodies that the caller sees, and what came of each.",
        operation_id="recommendations_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a recommendation",
        description=f"Of a body that the caller's organisation keeps. {ONCE}",
        operation_id="recommendations_create",
        request=RecommendationEntrySerializer,
        **makes("the recommendation", RecommendationSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content, named = self.read(RecommendationEntrySerializer), Named(self.actor)
        said = read_recommendation(named, content)
        body = named.body(said.pop("body"))
        refuse(named.wrong)
        assert body is not None

        def act(written: Written) -> int:
            return mandates.make_recommendation(self.actor, body, written=written, **said).pk

        pk, now = self.once("api-recommendation", content, act)
        return self.made(recommendation_now(pk), reverse("api_recommendation", args=[pk]), now)


class RecommendationRecord(Writing, RecordView):
    rights = READ_AND_KEEP
    queryset = Recommendation.objects.none()
    serializer_class = RecommendationSerializer

    def visible(self) -> QuerySet[Recommendation]:
        seen = Recommendation.objects.visible_to(self.actor).order_by().values("pk")
        return recommendation_rows().filter(pk__in=seen)

    @extend_schema(summary="A recommendation", operation_id="recommendations_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a recommendation, and say what came of it",
        description="Only what is named changes.",
        operation_id="recommendations_change",
        request=RecommendationChangeSerializer,
        **changes(RecommendationSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_keeper(self.actor, row.body)
        if_match = etags.IfMatch(request)
        content, named = self.read(RecommendationChangeSerializer, partial=True), Named(self.actor)
        said = read_recommendation(named, content)
        refuse(named.wrong)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(recommendation_now(row.pk))  # noqa: E731
            return mandates.change_recommendation(self.actor, row, seen=seen, written=written, **said).pk

        pk, now = self.once("api-recommendation-change", {**content, "recommendation": row.pk}, act)
        return self.done(recommendation_now(pk), reverse("api_recommendation", args=[pk]), now)


def follow_up_rows() -> QuerySet[FollowUp]:
    return FollowUp.objects.select_related("body__organisation", "responsible")


def follow_up_now(pk: int) -> Any:
    return FollowUpSerializer(follow_up_rows().get(pk=pk)).data


def read_responsible(named: Named, said: dict[str, Any]) -> None:
    """Naming one way of saying who is responsible takes the other away."""
    if said.get("responsible") is not None:
        rows = Organisation.objects.filter(pk__in=organisations_and_partners(named.actor))
        found = rows.filter(pk=said["responsible"]).first()
        if found is None:
            named.wrong["responsible"] = _("There is no organisation with this id.")
        said["responsible"] = found
        said.setdefault("responsible_words", "")
    elif said.get("responsible_words"):
        said["responsible"] = None


class FollowUpList(Writing, ChangesListView):
    rights = READ_AND_KEEP
    queryset = FollowUp.objects.none()
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[FollowUp]:
        return follow_up_rows().filter(pk__in=FollowUp.objects.visible_to(self.actor).order_by().values("pk"))

    @extend_schema(
        summary="List follow-up",
        description="What somebody is to do because of a meeting, a decision or a recommendation.",
        operation_id="follow_ups_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a follow-up",
        description=f"Of a meeting, a decision or a recommendation of a body that the caller keeps. {ONCE}",
        operation_id="follow_ups_create",
        request=FollowUpEntrySerializer,
        **makes("the follow-up", FollowUpSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content, named = self.read(FollowUpEntrySerializer), Named(self.actor)
        said = dict(content)
        read_responsible(named, said)
        of = [
            named.meeting(said.pop("meeting", None)),
            named.decision(said.pop("decision", None)),
            named.recommendation(said.pop("recommendation", None)),
        ]
        origins = [each for each in of if each is not None]
        if not named.wrong and len(origins) != 1:
            named.wrong["meeting"] = _("Name one thing: a meeting, a decision or a recommendation.")
        refuse(named.wrong)

        def act(written: Written) -> int:
            return meetings.follow_up(self.actor, origins[0], written=written, **said).pk

        pk, now = self.once("api-follow-up", content, act)
        return self.made(follow_up_now(pk), reverse("api_follow_up", args=[pk]), now)


class FollowUpRecord(Writing, RecordView):
    rights = READ_AND_KEEP
    queryset = FollowUp.objects.none()
    serializer_class = FollowUpSerializer

    def visible(self) -> QuerySet[FollowUp]:
        return follow_up_rows().filter(pk__in=FollowUp.objects.visible_to(self.actor).order_by().values("pk"))

    @extend_schema(summary="A follow-up", operation_id="follow_ups_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a follow-up",
        description="What is to be done, by whom and by when. How far it is, is said at `report/`.",
        operation_id="follow_ups_change",
        request=FollowUpChangeSerializer,
        **changes(FollowUpSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        require_keeper(self.actor, row.body)
        if_match = etags.IfMatch(request)
        content, named = self.read(FollowUpChangeSerializer, partial=True), Named(self.actor)
        said = dict(content)
        read_responsible(named, said)
        refuse(named.wrong)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(follow_up_now(row.pk))  # noqa: E731
            return meetings.change_follow_up(self.actor, row, seen=seen, written=written, **said).pk

        pk, now = self.once("api-follow-up-change", {**content, "follow_up": row.pk}, act)
        return self.done(follow_up_now(pk), reverse("api_follow_up", args=[pk]), now)


class FollowUpReport(Writing):
    rights = {"POST": REPORT_FOLLOW_UP}

    @extend_schema(
        summary="Say how far a follow-up is",
        description="The responsible organisation may, and the one that keeps the body.",
        operation_id="follow_ups_report",
        request=ReportSerializer,
        **changes(FollowUpSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        if pk > MAX_ID:
            raise Http404
        seen_rows = follow_up_rows().filter(pk__in=FollowUp.objects.visible_to(self.actor).order_by().values("pk"))
        row = get_object_or_404(seen_rows, pk=pk)
        require(may_report(self.actor, row))
        if_match = etags.IfMatch(request)
        content = self.read(ReportSerializer)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(follow_up_now(pk))  # noqa: E731
            return meetings.report(self.actor, row, seen=seen, written=written, **content).pk

        _pk, now = self.once("api-follow-up-report", {**content, "follow_up": pk}, act)
        return self.done(follow_up_now(pk), reverse("api_follow_up", args=[pk]), now)
