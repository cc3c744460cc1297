"""Decisions and those who take them, over the API."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.submissions import Written
from portal.identity.rights import Refused
from portal.ui import etags
from portal.ui.api import ChangesListView, CodeFilter, DayFilter, IdFilter, RecordView
from programmes.api.decision_shapes import (
    DecisionChangeSerializer,
    DecisionEntrySerializer,
    DecisionSerializer,
)
from programmes.api.money_shapes import Named
from programmes.api.money_views import ONCE, Writing, changes, makes, refuse
from programmes.decisions import change_decision, may_register, register_decision
from programmes.models import Decision
from programmes.rights import DECIDE, VIEW_MONEY

ENTRY, CHANGE = "decision", "decision-change"
EXAMPLE = OpenApiExample(
    "A council's decision",
    value={
        "body": 3,
        "outcome": "as_recommended",
        "decided_on": "2022-10-12",
        "agenda_item": "14",
        "title": "Budget 2023",
    },
    request_only=True,
)


def said_now(pk: int) -> Any:
    return DecisionSerializer(Decision.objects.select_related("body").get(pk=pk)).data


class DecisionFilters(django_filters.FilterSet):
    body = IdFilter(field_name="body_id", label="A deciding body's id.")
    organisation = IdFilter(field_name="body__organisation_id", label="The id of the organisation it decides for.")
    outcome = CodeFilter(codes=lambda: Decision.Outcome.values, label="The outcome.")
    meeting = IdFilter(field_name="meeting_id", label="The id of the meeting at which it was decided.")
    decided_from = DayFilter(field_name="decided_on", lookup_expr="gte", label="Decided on this day or later.")
    decided_to = DayFilter(field_name="decided_on", lookup_expr="lte", label="Decided on this day or earlier.")


class DecisionList(Writing, ChangesListView):
    rights = {"GET": VIEW_MONEY, "POST": DECIDE}
    queryset = Decision.objects.none()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilters
    ordering = ("-pk",)

    def visible(self) -> QuerySet[Decision]:
        return Decision.objects.visible_to(self.actor).select_related("body")

    @extend_schema(
        summary="List decisions",
        description="What bodies of the caller's area were recommended and decided, newest registration first.",
        operation_id="decisions_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a decision",
        description=f"Where the body decides on an agenda, a decision names the item. {ONCE}",
        operation_id="decisions_create",
        request=DecisionEntrySerializer,
        examples=[EXAMPLE],
        **makes("the decision", DecisionSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        content = self.read(DecisionEntrySerializer)
        said, named = dict(content), Named(self.actor)
        body = named.body(said.pop("body"))
        if "meeting" in said:
            said["meeting"] = named.meeting(said["meeting"])
        refuse(named.wrong)
        assert body is not None

        def act(written: Written) -> int:
            return register_decision(self.actor, body, written=written, **said).pk

        pk, now = self.once(ENTRY, content, act)
        return self.made(said_now(pk), reverse("api_decision", args=[pk]), now)


class DecisionRecord(Writing, RecordView):
    rights = {"GET": VIEW_MONEY, "POST": DECIDE}
    queryset = Decision.objects.none()
    serializer_class = DecisionSerializer

    def visible(self) -> QuerySet[Decision]:
        return Decision.objects.visible_to(self.actor).select_related("body")

    @extend_schema(summary="A decision", operation_id="decisions_retrieve")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Change a decision",
        description=(
            "Only what is named changes: most often that it has been decided. Of what money rests on, the day and the "
            "yes stay."
        ),
        operation_id="decisions_change",
        request=DecisionChangeSerializer,
        **changes(DecisionSerializer),
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        decision = self.get_object()
        verdict = may_register(self.actor, decision.body)
        if not verdict:
            raise Refused(verdict.reason)
        if_match = etags.IfMatch(request)
        content, named = self.read(DecisionChangeSerializer, partial=True), Named(self.actor)
        said = dict(content)
        if "meeting" in said:
            said["meeting"] = named.meeting(said["meeting"])
        refuse(named.wrong)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(said_now(decision.pk))  # noqa: E731
            return change_decision(self.actor, decision, seen=seen, written=written, **said).pk

        pk, now = self.once(CHANGE, {**content, "decision": decision.pk}, act)
        return self.done(said_now(pk), reverse("api_decision", args=[pk]), now)
