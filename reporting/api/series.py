"""Series and their observations over the API: the same rows, rules and reasons as on the pages."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.audit import submissions
from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.ui import formats, problems
from portal.ui.api import (
    MAX_ID,
    CodeFilter,
    DayFilter,
    FlagFilter,
    ListView,
    MunicipalityFilter,
    RecordView,
    check_parameters,
)
from portal.ui.api_schema import ProblemSerializer, example
from portal.ui.api_writing import KEY_USED, StrictSerializer, idempotency_key, idempotency_parameters
from portal.ui.cvr import clean_cvr, cvr_problem
from portal.ui.problems import Problem, invalid
from reporting import measures
from reporting.engine.payload import plain
from reporting.models import Observation, ObservationChange, Series
from reporting.observations import may_write, observe
from reporting.rights import REGISTER_OBSERVATION, VIEW_SERIES
from reporting.scope import organisations_of_area, owned_in_area

SUBMISSION = "observation"


class SeriesFilters(django_filters.FilterSet):
    kind = CodeFilter(field_name="measure_id", codes=lambda: measures.KINDS, label="The key of the measure.")
    name = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", min_length=2, max_length=80, label="Part of the name."
    )


class SeriesSerializer(serializers.ModelSerializer[Series]):
    key = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(source="measure_id", help_text="The key of the measure that its facts are of.")
    heading = serializers.IntegerField(source="heading_id", help_text="Its heading in the ledger.")
    owner = serializers.IntegerField(source="owner_id", help_text="The organisation that is responsible for it.")
    table = serializers.CharField(source="table.code", allow_null=True, default=None, help_text="Of a statistic.")
    selection = serializers.DictField(help_text="Of a statistic: what is fixed in the table, column to code.")

    class Meta:
        model = Series
        fields = ("key", "name", "kind", "heading", "owner", "unit", "question", "source", "table", "selection")


class QuantitySerializer(serializers.Serializer):  # type: ignore[type-arg]
    exact = serializers.CharField(help_text="The number as it was registered, with a decimal point.")
    shown = serializers.CharField(help_text="As the pages show it, in the language of the request.")


class ObservationSerializer(serializers.ModelSerializer[Observation]):
    """One answer, measurement, delivery, volume, assessment or published value."""

    quantity = serializers.SerializerMethodField()
    municipality = serializers.CharField(source="municipality_id", allow_null=True)
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    category = serializers.CharField(help_text="Of answers the answer, of statistics the area.")
    company = serializers.UUIDField(source="subject", allow_null=True, help_text="A random key of the company.")
    withdrawn_reason_code = serializers.CharField(
        help_text="The kind of reason: error, source or other; empty when it is not stated."
    )
    counts = serializers.SerializerMethodField(help_text="False when withdrawn, and while confirmation is awaited.")

    class Meta:
        model = Observation
        fields = (
            "id", "occurred_on", "period_from", "period_to", "municipality", "organisation", "category", "vintage",
            "company", "quantity", "qualifier", "constructed", "source", "note", "revision", "counts",
            "registered_at", "confirmed_at", "withdrawn_at", "withdrawn_reason",
            "withdrawn_reason_code",
        )  # fmt: skip

    @extend_schema_field(QuantitySerializer)
    def get_quantity(self, observation: Observation) -> dict[str, str]:
        return {"exact": plain(observation.quantity), "shown": formats.number(observation.quantity, 10)}

    def get_counts(self, observation: Observation) -> bool:
        waiting = observation.series.measure_id == measures.ASSESSMENT and observation.confirmed_at is None
        return observation.withdrawn_at is None and not waiting


def observations() -> QuerySet[Observation]:
    """With the kind of reason of those that are withdrawn."""
    withdrawn = ObservationChange.objects.filter(
        observation=OuterRef("pk"), what=ObservationChange.What.WITHDRAWN
    ).order_by("-pk")
    code = Coalesce(Subquery(withdrawn.values("reason_code")[:1]), Value(""))
    return Observation.objects.select_related("series").annotate(withdrawn_reason_code=code)


class ObservationFilters(django_filters.FilterSet):
    municipality = MunicipalityFilter(field_name="municipality_id", label="Four digits.")
    category = django_filters.CharFilter(max_length=60, label="The answer, or the area of a statistic.")
    vintage = django_filters.CharFilter(max_length=40, label="The vintage.")
    occurred_from = DayFilter(field_name="occurred_on", lookup_expr="gte", label="On this day or later.")
    occurred_to = DayFilter(field_name="occurred_on", lookup_expr="lte", label="On this day or earlier.")
    withdrawn = FlagFilter(method="filter_withdrawn", label="Whether it was withdrawn. Both when left out.")

    def filter_withdrawn(self, rows: QuerySet[Observation], name: str, withdrawn: bool) -> QuerySet[Observation]:
        return rows.filter(withdrawn_at__isnull=not withdrawn)


def _day(**options: Any) -> serializers.DateField:
    messages: dict[str, Any] = dict.fromkeys(("invalid", "datetime"), gettext_lazy("Write the date as YYYY-MM-DD."))
    return serializers.DateField(input_formats=["%Y-%m-%d"], error_messages=messages, **options)


def _text(most: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, max_length=most,
        error_messages={"invalid": gettext_lazy("Write a text.")}, **options,
    )  # fmt: skip


class ObservationEntrySerializer(StrictSerializer):
    """An observation to register. What the kind of the series does not know is refused at its field."""

    occurred_on = _day()
    quantity = serializers.DecimalField(
        max_digits=25,
        decimal_places=10,
        required=False,
        help_text="A number or a text; 1 when left out.",
        error_messages={"invalid": gettext_lazy("Write a number.")},
    )
    category = _text(60, help_text="Of answers the answer.")
    vintage = _text(40)
    period_from = _day(required=False, allow_null=True)
    period_to = _day(required=False, allow_null=True, help_text="The last day, which belongs to the period.")
    municipality = serializers.CharField(required=False, allow_null=True, max_length=4, help_text="Four digits.")
    organisation = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_ID)
    cvr = _text(30, help_text="Of a volume: the company's number. It is replaced by a random key.")
    qualifier = serializers.ChoiceField(required=False, choices=["", "ca.", ">", "<"])
    constructed = serializers.BooleanField(required=False, help_text="Whether the number is made up.")
    source = _text(300)  # type: ignore[assignment]  # a field called source, as the column is
    note = _text(2000, help_text="No names of persons.")


class SeriesList(ListView):
    rights = {"GET": VIEW_SERIES}
    queryset = Series.objects.none()
    serializer_class = SeriesSerializer
    filterset_class = SeriesFilters
    ordering = ("key",)

    def visible(self) -> QuerySet[Series]:
        return owned_in_area(Series.objects.select_related("table"), self.actor)

    @extend_schema(summary="List series", description="The series of the caller's area.", operation_id="series_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


ENTRY_EXAMPLE = OpenApiExample(
    "An answer", value={"occurred_on": "2020-03-12", "category": "Enig", "quantity": 1}, request_only=True
)


class ObservationList(ListView):
    rights = {"GET": VIEW_SERIES, "POST": REGISTER_OBSERVATION}
    queryset = Observation.objects.none()
    serializer_class = ObservationSerializer
    filterset_class = ObservationFilters
    ordering = ("-occurred_on", "-pk")

    @cached_property
    def series(self) -> Series:
        rows = owned_in_area(Series.objects.select_related("owner"), self.actor)
        return get_object_or_404(rows, key=self.kwargs["key"])

    def visible(self) -> QuerySet[Observation]:
        return observations().filter(series=self.series)

    @extend_schema(
        summary="List observations",
        description="What was registered in a series, newest day first. Withdrawn ones are there, with the reason.",
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
            (409, problems.MEDIA_TYPE): OpenApiResponse(
                ProblemSerializer(many=False), "The key was used for other content.", [example(KEY_USED)]
            ),
        },
        examples=[ENTRY_EXAMPLE],
        filters=False,
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request.query_params, ())
        key = idempotency_key(request.headers.get("Idempotency-Key"))
        series = self.series
        verdict = may_write(self.actor, series)
        if not verdict:
            raise Refused(verdict.reason)
        if series.measure_id == measures.STATISTIC:
            raise Refused(_("Published statistics are imported from a file, not typed in."))
        reader = ObservationEntrySerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        said, cvr = self.said(reader.validated_data)

        def act(written: Callable[[int], None]) -> int:
            with ledger.entry():
                if cvr:
                    said["subject"] = ledger.subject_for("cvr", cvr)
                return observe(series, actor=self.actor, written=written, **said).pk

        try:
            if key is None:
                pk, created = act(lambda _pk: None), True
            else:
                content = {**said, "cvr": cvr, "series": series.key}
                pk, created = submissions.once(self.actor.user, SUBMISSION, key, content, act)
        except submissions.OtherContent as refused:
            raise Problem(KEY_USED, KEY_USED.advice) from refused
        except ValidationError as refused:
            raise invalid(refused.message_dict) from refused
        body = ObservationSerializer(observations().get(pk=pk)).data
        if not created:
            return Response(body, headers={"Idempotent-Replayed": "true"})
        address = request.build_absolute_uri(reverse("api_observation", args=[series.key, pk]))
        return Response(body, status.HTTP_201_CREATED, headers={"Location": address})

    def said(self, read: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """The arguments of `observe`, and the company's number. Raises Problem (400) at the field."""
        start, end = read.pop("period_from", None), read.pop("period_to", None)
        if (start is None) != (end is None):
            raise invalid({"period_to" if start else "period_from": _("Say both the first and the last day.")})
        cvr = clean_cvr(read.pop("cvr", ""))
        if cvr and cvr_problem(cvr):
            raise invalid({"cvr": _("A CVR number has eight digits; check this one: %(number)s.") % {"number": cvr}})
        organisation = read.get("organisation")
        if organisation is not None:
            in_area = Organisation.objects.filter(pk__in=organisations_of_area(self.actor))
            if not in_area.filter(pk=organisation).exists():
                raise invalid({"organisation": _("There is no organisation with this id.")})
        code = read.get("municipality")
        if code is not None and code not in _municipalities():
            raise invalid({"municipality": _("There is no municipality with this code.")})
        return {**read, "period": (start, end) if start and end else None}, cvr


def _municipalities() -> set[str]:
    return set(Municipality.objects.values_list("code", flat=True))


@extend_schema(summary="An observation")
class ObservationRecord(RecordView):
    rights = {"GET": VIEW_SERIES}
    queryset = Observation.objects.none()
    serializer_class = ObservationSerializer

    def visible(self) -> QuerySet[Observation]:
        series = owned_in_area(Series.objects.order_by(), self.actor).filter(key=self.kwargs["key"])
        return observations().filter(series__in=series)
