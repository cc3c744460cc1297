"""Matches over the API: the same rows, rules and reasons as on the pages."""

from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from matching.api.entries import FIELD_OF_RULE, MatchEntrySerializer, UndoSerializer, entry_of
from matching.api.filters import MatchFilters
from matching.api.serializers import MatchSerializer, MatchTypeSerializer, WorkAreaSerializer
from matching.matches import Invalid, LikelyTwin, register_match, undo_match
from matching.models import Match, MatchAssist, MatchType, WorkArea
from portal.audit.submissions import OtherContent
from portal.ui import etags, problems
from portal.ui.api import MAX_ID, ChangesListView, ListView, PortalAPIView, RecordView, check_parameters
from portal.ui.api_schema import ProblemSerializer, example
from portal.ui.api_writing import KEY_USED, idempotency_key, idempotency_parameters
from portal.ui.problems import Problem

LIKELY_TWIN = problems.kind(
    "likely-twin",
    409,
    gettext_lazy("The match looks like one that is already registered"),
    gettext_lazy("If it is another match, send it again with different_reason; otherwise there is nothing to do."),
)


class TwinSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """All that is shown of a match which may be somebody else's."""

    partner = serializers.CharField()
    month = serializers.CharField(help_text="YYYY-MM")
    type = serializers.CharField()


class ConflictSerializer(ProblemSerializer):
    """Nothing was written: the match looks like another one (`likely-twin`), or the key is taken (`key-used`)."""

    twins = TwinSerializer(many=True, required=False)


def with_everything(matches: QuerySet[Match]) -> QuerySet[Match]:
    """Seven queries for any number of matches."""
    return matches.with_names().prefetch_related(_helpers())  # type: ignore[attr-defined, no-any-return]


def _helpers() -> "Prefetch[str]":
    return Prefetch("assists", MatchAssist.objects.select_related("organisation").order_by("pk"))


@extend_schema(summary="List match types")
class MatchTypeList(ListView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = MatchType.objects.none()
    serializer_class = MatchTypeSerializer
    ordering = ("order", "code")

    def visible(self) -> QuerySet[MatchType]:
        return MatchType.objects.all()


@extend_schema(summary="List work areas")
class WorkAreaList(ListView):
    rights = {"GET": "programmes.view_programmes"}
    queryset = WorkArea.objects.none()
    serializer_class = WorkAreaSerializer
    ordering = ("order", "code")

    def visible(self) -> QuerySet[WorkArea]:
        return WorkArea.objects.all()


ENTRY_EXAMPLE = OpenApiExample(
    "A match",
    value={
        "programme": "vaekst-via-viden-2",
        "company": {"name": "Limfjordens Fiktive Maskinfabrik ApS", "cvr": "99000007"},
        "match_type": "student_project",
        "work_area": "it_digital",
        "agreed_on": "2021-01-29",
        "created_by": 12,
        "assisted_by": [7],
    },
    request_only=True,
)
TWIN_EXAMPLE = example(LIKELY_TWIN, twins=[{"partner": "UCN", "month": "2021-01", "type": "Student project"}])


class MatchList(ChangesListView):
    rights = {"GET": "matching.view_matches", "POST": "matching.register_match"}
    queryset = Match.objects.none()
    serializer_class = MatchSerializer
    filterset_class = MatchFilters
    ordering = ("-agreed_on", "-pk")

    def visible(self) -> QuerySet[Match]:
        return with_everything(Match.objects.visible_to(self.actor))

    @extend_schema(
        summary="List matches",
        description=(
            "The matches that the caller's organisation created, assisted in or is named in (a data steward: all of "
            "the programme), newest agreement first. Undone matches are in the list, with `withdrawn_at`."
        ),
        operation_id="matches_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register a match",
        description=(
            "Counts from the moment of the answer. Send an Idempotency-Key of your own with each new match: when a "
            "connection breaks, send the same again with the same key, and it is registered once. The repeated request "
            "is answered with 200, the match as it stands and the header `Idempotent-Replayed: true`. The same key "
            "with other content is refused with 409 (`key-used`). A match with the same company and type within 31 "
            "days is refused with 409 (`likely-twin`) until `different_reason` says why it is another one; the key may "
            "be used again then. A match that has a key in a system of your own (`source_system`, `external_key`) is "
            "registered once for each such key in the programme: sent again with the same content it is answered with "
            "200 and the match; with other content it is refused at `external_key`."
        ),
        operation_id="matches_create",
        request=MatchEntrySerializer,
        parameters=[
            *idempotency_parameters("the match", "The key had already registered this match."),
        ],
        responses={
            201: OpenApiResponse(MatchSerializer(many=False), "Registered."),
            200: OpenApiResponse(MatchSerializer(many=False), "Registered before with the same key; nothing was done."),
            (409, problems.MEDIA_TYPE): OpenApiResponse(
                ConflictSerializer(many=False), "A likely twin, or a key used for other content.", [TWIN_EXAMPLE]
            ),
        },
        examples=[ENTRY_EXAMPLE],
        filters=False,
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request.query_params, ())
        key = idempotency_key(request.headers.get("Idempotency-Key"))
        try:
            receipt = register_match(self.actor, entry_of(request.data, self.actor), key=key)
        except Invalid as refused:
            raise problems.invalid(
                {FIELD_OF_RULE.get(name, name): texts for name, texts in refused.errors.items()}
            ) from refused
        except LikelyTwin as refused:
            twins = [
                {"partner": twin.partner, "month": f"{twin.month:%Y-%m}", "type": twin.match_type}
                for twin in refused.twins
            ]
            raise Problem(LIKELY_TWIN, LIKELY_TWIN.advice, twins=twins) from refused
        except OtherContent as refused:
            raise Problem(KEY_USED, KEY_USED.advice) from refused
        prefetch_related_objects([receipt.match], _helpers())
        body = MatchSerializer(receipt.match).data
        path = reverse("api_match", args=[receipt.match.pk])
        if not receipt.created:
            return etags.changed(body, path, headers={"Idempotent-Replayed": "true"})
        return etags.changed(body, path, status.HTTP_201_CREATED, {"Location": request.build_absolute_uri(path)})


@extend_schema(summary="A match")
class MatchRecord(RecordView):
    rights = {"GET": "matching.view_matches"}
    queryset = Match.objects.none()
    serializer_class = MatchSerializer

    def visible(self) -> QuerySet[Match]:
        return with_everything(Match.objects.visible_to(self.actor))


class MatchUndo(PortalAPIView):
    rights = {"POST": "matching.undo_match"}

    @extend_schema(
        summary="Undo a match",
        description=(
            "By the person who registered it, on the same day. It stays in the lists with `withdrawn_at` and no longer "
            "counts; what was known before is still found with `as_of` and `place`. Undoing again changes nothing."
        ),
        operation_id="matches_undo",
        request=UndoSerializer,
        parameters=[etags.if_match_parameter()],
        responses=MatchSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        check_parameters(request.query_params, ())
        visible = Match.objects.visible_to(self.actor)
        match = get_object_or_404(visible, pk=min(pk, MAX_ID))
        if_match = etags.IfMatch(request)
        reader = UndoSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        reason = reader.validated_data.get("reason", "")
        undo_match(self.actor, match, reason, seen=lambda: if_match.check(said_now(match.pk)))
        return etags.changed(said_now(match.pk), reverse("api_match", args=[match.pk]))


def said_now(pk: int) -> Any:
    """What the record says now. Read among all: who undoes it sees the answer, whatever is visible afterwards."""
    return MatchSerializer(with_everything(Match.objects.filter(pk=pk)).get()).data
