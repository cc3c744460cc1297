"""Observations over the API: the same rows, rules and reasons as on the pages."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.audit import submissions
from portal.audit.submissions import Act, Written
from portal.identity.rights import Refused
from portal.ui import etags, problems
from portal.ui.api import MAX_ID, ChangesListView, PortalAPIView, RecordView, check_parameters
from portal.ui.api_schema import ProblemSerializer, example
from portal.ui.api_writing import KEY_USED, idempotency_key, idempotency_parameters, key_parameter, replay_parameters
from portal.ui.problems import Problem, invalid
from programmes.scope import owned_in_area
from reporting import measures
from reporting.api.observation_shapes import (
    CorrectionSerializer,
    ManyReceiptSerializer,
    ManySerializer,
    ObservationEntrySerializer,
    ObservationFilters,
    ObservationSerializer,
    Reader,
    WithdrawalSerializer,
    observations,
)
from reporting.engine.protected import is_protected
from reporting.models import Observation, Series
from reporting.observation_rules import Said
from reporting.observation_rules import problems as faults
from reporting.observations import correct, may_write, observe, observe_many, withdraw
from reporting.rights import REGISTER_OBSERVATION, VIEW_SERIES

SUBMISSION, CORRECTION, WITHDRAWAL, MANY = "observation", "observation-correct", "observation-withdraw", "observations"
CONFLICT = {
    (409, problems.MEDIA_TYPE): OpenApiResponse(
        ProblemSerializer(many=False), "The key was used for other content.", [example(KEY_USED)]
    )
}
ENTRY_EXAMPLE = OpenApiExample(
    "An answer", value={"occurred_on": "2020-03-12", "category": "Enig", "quantity": 1}, request_only=True
)


class InSeries(PortalAPIView):
    """An address below one series, named by its key."""

    @cached_property
    def series(self) -> Series:
        rows = owned_in_area(Series.objects.select_related("owner"), self.actor)
        return get_object_or_404(rows, key=self.kwargs["key"])

    def writable(self) -> Series:
        """The series, if the caller may write in it. Raises Refused."""
        verdict = may_write(self.actor, self.series)
        if not verdict:
            raise Refused(verdict.reason)
        return self.series

    def observation(self) -> Observation:
        pk = self.kwargs["pk"]
        if pk > MAX_ID:
            raise Http404
        return get_object_or_404(measures.visible_observations(self.actor).filter(series=self.series), pk=pk)

    def once(self, kind: str, content: Mapping[str, Any], act: Act) -> tuple[int, bool]:
        """(what `act` gave, whether it was done now): with an Idempotency-Key once, else always. Raises Problem."""
        key = idempotency_key(self.request.headers.get("Idempotency-Key"))
        try:
            if key is None:
                return act(lambda _made: None), True
            return submissions.once(self.actor.user, kind, key, {**content, "series": self.series.key}, act)
        except submissions.OtherContent as refused:
            raise Problem(KEY_USED, KEY_USED.advice) from refused


def said_now(pk: int) -> Any:
    """What the record says now."""
    return ObservationSerializer(observations().get(pk=pk)).data


REPLAYED = {"Idempotent-Replayed": "true"}


class ObservationList(InSeries, ChangesListView):
    rights = {"GET": VIEW_SERIES, "POST": REGISTER_OBSERVATION}
    queryset = Observation.objects.none()
    serializer_class = ObservationSerializer
    filterset_class = ObservationFilters
    ordering = ("-occurred_on", "-pk")

    def visible(self) -> QuerySet[Observation]:
        opens = measures.may_open_observations(self.actor, self.series)
        if not opens and is_protected(str(self.series.measure_id)):
            raise Refused(
                _("The series is protected: its numbers are at %(address)s, as far as they may be shown.")
                % {"address": reverse("api_series_numbers", args=[self.series.key])}
            )
        if not opens:
            raise Refused(opens.reason)
        return observations().filter(series=self.series)

    @extend_schema(
        summary="List observations",
        description=(
            "What was registered in a series, newest day first. Withdrawn ones are there, with the reason. With "
            "`updated_since` those that are new, corrected, confirmed or withdrawn since."
        ),
        operation_id="observations_list",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Register an observation",
        description=(
            "Counts from the moment of the answer; an assessment when somebody else has confirmed it. Send an "
            "Idempotency-Key of your own with each: the same key with the same content is registered once and answered "
            "with 200 and `Idempotent-Replayed: true`; with other content it is refused with 409 (`key-used`)."
        ),
        operation_id="observations_create",
        request=ObservationEntrySerializer,
        parameters=idempotency_parameters("the observation", "The key had already registered this observation."),
        responses={
            201: OpenApiResponse(ObservationSerializer(many=False), "Registered."),
            200: OpenApiResponse(ObservationSerializer(many=False), "Registered before with the same key."),
            **CONFLICT,
        },
        examples=[ENTRY_EXAMPLE],
        filters=False,
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request.query_params, ())
        series = typed_in(self.writable())
        reader = ObservationEntrySerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        said, cvr, wrong = Reader(self.actor).said(reader.validated_data)
        if wrong:
            raise invalid(wrong)

        def act(written: Written) -> int:
            with ledger.entry():
                if cvr:
                    said["subject"] = ledger.subject_for("cvr", cvr)
                return observe(series, actor=self.actor, written=written, **said).pk

        pk, created = self.once(SUBMISSION, {"period": None, **said, "cvr": cvr}, act)
        path = reverse("api_observation", args=[series.key, pk])
        if not created:
            return etags.changed(said_now(pk), path, headers=REPLAYED)
        address = request.build_absolute_uri(path)
        return etags.changed(said_now(pk), path, status.HTTP_201_CREATED, {"Location": address})


def typed_in(series: Series) -> Series:
    """The series, unless its values come from a file. Raises Refused."""
    if series.measure_id == measures.STATISTIC:
        raise Refused(_("Published statistics are imported from a file, not typed in."))
    return series


class ObservationsMany(InSeries):
    rights = {"POST": REGISTER_OBSERVATION}

    @extend_schema(
        summary="Register many observations",
        description=(
            "Up to 500 of one series, all or none: when one is wrong, the message stands at `observations.` and its "
            "number, counted from 0, and nothing is registered. With an Idempotency-Key they are registered once. What "
            "was registered is in the list, at the end of `updated_since`."
        ),
        operation_id="observations_create_many",
        request=ManySerializer,
        parameters=replay_parameters("The key had already registered these observations."),
        responses={
            201: OpenApiResponse(ManyReceiptSerializer, "Registered."),
            200: OpenApiResponse(ManyReceiptSerializer, "Registered before with the same key; nothing was done."),
            **CONFLICT,
        },
    )
    def post(self, request: Request, key: str) -> Response:
        check_parameters(request.query_params, ())
        series = typed_in(self.writable())
        reader = ManySerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        rows = self.read(series, reader.validated_data["observations"])

        def act(written: Written) -> int:
            with ledger.entry():
                subjects = {cvr: ledger.subject_for("cvr", cvr) for cvr in sorted({cvr for _said, cvr in rows if cvr})}
                saids = [Said(**said, subject=subjects.get(cvr)) for said, cvr in rows]
                return observe_many(series, saids, actor=self.actor, done=written)

        content = {"observations": [{**said, "cvr": cvr} for said, cvr in rows]}
        number, created = self.once(MANY, content, act)
        if not created:
            return Response({"registered": number}, headers=REPLAYED)
        return Response({"registered": number}, status.HTTP_201_CREATED)

    def read(self, series: Series, entries: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
        """What each says, and its company's number. Raises Problem (400) with the messages of all of them."""
        reader, rows = Reader(self.actor), []
        wrong: dict[str, Any] = {}
        for number, entry in enumerate(entries):
            said, cvr, errors = reader.said(entry)
            rows.append((said, cvr))
            found: dict[str, Any] = {**faults(series, Said(**said)), **errors}
            if cvr and series.measure_id != measures.VOLUME:
                found["cvr"] = _("Only a volume is counted by company.")
            wrong |= {f"observations.{number}.{field}": texts for field, texts in found.items()}
        if wrong:
            raise invalid(wrong)
        return rows


@extend_schema(summary="An observation")
class ObservationRecord(RecordView):
    rights = {"GET": VIEW_SERIES}
    queryset = Observation.objects.none()
    serializer_class = ObservationSerializer

    def visible(self) -> QuerySet[Observation]:
        readable = measures.visible_observations(self.actor).filter(series__key=self.kwargs["key"]).order_by()
        return observations().filter(pk__in=readable.values("pk"))


CHANGE: list[OpenApiParameter] = [
    etags.if_match_parameter(),
    key_parameter(),
]


class ObservationCorrect(InSeries):
    rights = {"POST": REGISTER_OBSERVATION}

    @extend_schema(
        summary="Correct an observation",
        description=(
            "Only what is named changes, with the reason. What it said before is kept, and still known with `as_of`. "
            "An assessment must be confirmed again. Published statistics are not corrected here: import the newer "
            "vintage."
        ),
        operation_id="observations_correct",
        request=CorrectionSerializer,
        parameters=CHANGE,
        responses={200: ObservationSerializer, **CONFLICT},
    )
    def post(self, request: Request, key: str, pk: int) -> Response:
        check_parameters(request.query_params, ())
        observation = self.observation()
        series = self.writable()
        if series.measure_id == measures.STATISTIC:
            raise Refused(_("A published value is corrected by its publisher: import the newer vintage."))
        if_match = etags.IfMatch(request)
        reader = CorrectionSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        said, _cvr, wrong = Reader(self.actor).said(reader.validated_data)
        if wrong:
            raise invalid(wrong)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(said_now(pk))  # noqa: E731
            return correct(observation, self.actor, seen=seen, written=written, **said).pk

        _pk, now = self.once(CORRECTION, {**said, "observation": pk}, act)
        path = reverse("api_observation", args=[series.key, pk])
        return etags.changed(said_now(pk), path, headers={} if now else REPLAYED)


class ObservationWithdraw(InSeries):
    rights = {"POST": REGISTER_OBSERVATION}

    @extend_schema(
        summary="Withdraw an observation",
        description=(
            "It should never have counted. It stays in the list with `withdrawn_at` and the reason, and what was known "
            "before is still found with `as_of`. Withdrawing again changes nothing."
        ),
        operation_id="observations_withdraw",
        request=WithdrawalSerializer,
        parameters=CHANGE,
        responses={200: ObservationSerializer, **CONFLICT},
    )
    def post(self, request: Request, key: str, pk: int) -> Response:
        check_parameters(request.query_params, ())
        observation = self.observation()
        series = self.writable()
        if_match = etags.IfMatch(request)
        reader = WithdrawalSerializer(data=request.data)
        reader.is_valid(raise_exception=True)

        def act(written: Written) -> int:
            seen = lambda: if_match.check(said_now(pk))  # noqa: E731
            return withdraw(observation, self.actor, seen=seen, written=written, **reader.validated_data).pk

        _pk, now = self.once(WITHDRAWAL, {**reader.validated_data, "observation": pk}, act)
        path = reverse("api_observation", args=[series.key, pk])
        return etags.changed(said_now(pk), path, headers={} if now else REPLAYED)
