"""What happens with a match after it was registered, its correction, and the rules by which it counts, over the API."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from matching.api.entries import FIELD_OF_RULE, MatchCorrectionSerializer, MatchReportSerializer, entry_said
from matching.api.serializers import (
    BreakReasonSerializer,
    CountingRuleSerializer,
    MatchSchemeSerializer,
    MatchSerializer,
    TransitionSerializer,
)
from matching.api.views import LIKELY_TWIN, TWIN_EXAMPLE, ConflictSerializer, said_now
from matching.corrections import correct_match
from matching.course import report
from matching.errors import Invalid, LikelyTwin
from matching.models import BreakReason, CountingRule, Match, MatchTransition, Scheme
from portal.audit.openings import opened
from portal.ui import etags, problems
from portal.ui.api import MAX_ID, ListView, PortalAPIView, check_parameters
from portal.ui.problems import Problem
from programmes.models import Programme


@extend_schema(summary="List schemes of matches")
class SchemeList(ListView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = Scheme.objects.none()
    serializer_class = MatchSchemeSerializer
    ordering = ("order", "code")

    def visible(self) -> QuerySet[Scheme]:
        return Scheme.objects.all()


@extend_schema(summary="List reasons for breaking off")
class BreakReasonList(ListView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = BreakReason.objects.none()
    serializer_class = BreakReasonSerializer
    ordering = ("order", "code")

    def visible(self) -> QuerySet[BreakReason]:
        return BreakReason.objects.all()


class CountingRuleList(ListView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = CountingRule.objects.none()
    serializer_class = CountingRuleSerializer
    ordering = ("-valid_from", "-place")

    def visible(self) -> QuerySet[CountingRule]:
        programme = get_object_or_404(Programme.objects.visible_to(self.actor), slug=self.kwargs["slug"])
        rules: QuerySet[CountingRule] = CountingRule.objects.filter(programme=programme)
        return rules

    @extend_schema(summary="List versions of a programme's counting rule", operation_id="counting_rules_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


class MatchCourse(ListView):
    rights = {"GET": "matching.view_matches", "POST": "matching.report_course"}
    queryset = MatchTransition.objects.none()
    serializer_class = TransitionSerializer

    def match(self) -> Match:
        return get_object_or_404(Match.objects.visible_to(self.actor), pk=min(self.kwargs["pk"], MAX_ID))

    def visible(self) -> QuerySet[MatchTransition]:
        match = self.match()
        opened("match", match.pk)
        return match.transitions.select_related("organisation")

    @extend_schema(summary="What has happened with a match", operation_id="matches_course_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Say that a match has started, ended or was broken off",
        description="By those whose match it is: its creator, whom it is on behalf of, and who registered it.",
        operation_id="matches_course_report",
        request=MatchReportSerializer,
        parameters=[etags.if_match_parameter()],
        responses=MatchSerializer(many=False),
        filters=False,
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request.query_params, ())
        match = self.match()
        if_match = etags.IfMatch(request)
        reader = MatchReportSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        read = reader.validated_data
        try:
            report(
                self.actor, match, read["kind"], read.get("day"), why=read.get("why", ""),
                remark=read.get("remark", ""), seen=lambda: if_match.check(said_now(match.pk)),
            )  # fmt: skip
        except Invalid as refused:
            raise problems.invalid(refused.errors) from refused
        return etags.changed(said_now(match.pk), reverse("api_match", args=[match.pk]))


class MatchCorrection(PortalAPIView):
    rights = {"POST": "matching.correct_match"}

    @extend_schema(
        summary="Correct a match",
        description=(
            "By the organisation that registered it, for as many days as the portal allows, and by the programme's "
            "data steward. Send the whole match as it should be. What counted is taken back and counted again."
        ),
        operation_id="matches_correct",
        request=MatchCorrectionSerializer,
        parameters=[etags.if_match_parameter()],
        responses={
            200: OpenApiResponse(MatchSerializer(many=False), "Corrected."),
            (409, problems.MEDIA_TYPE): OpenApiResponse(
                ConflictSerializer(many=False), "It now looks like another match.", [TWIN_EXAMPLE]
            ),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        check_parameters(request.query_params, ())
        match = get_object_or_404(
            Match.objects.visible_to(self.actor).select_related("programme", "registered_by"), pk=min(pk, MAX_ID)
        )
        if_match = etags.IfMatch(request)
        reader = MatchCorrectionSerializer(data=request.data, partial=True)
        reader.is_valid(raise_exception=True)
        read = reader.validated_data
        try:
            correct_match(
                self.actor, match, entry_said(read, self.actor), read.get("reason", ""),
                seen=lambda: if_match.check(said_now(match.pk)),
            )  # fmt: skip
        except Invalid as refused:
            errors = {FIELD_OF_RULE.get(name, name): texts for name, texts in refused.errors.items()}
            raise problems.invalid(errors) from refused
        except LikelyTwin as refused:
            twins = [
                {"partner": twin.partner, "month": f"{twin.month:%Y-%m}", "type": twin.match_type}
                for twin in refused.twins
            ]
            raise Problem(LIKELY_TWIN, LIKELY_TWIN.advice, twins=twins) from refused
        return etags.changed(said_now(match.pk), reverse("api_match", args=[match.pk]))
