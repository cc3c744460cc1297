"""The facts behind a figure, as far as the caller may open the records they came from."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.ledger import registry
from portal.ledger.models import Fact
from portal.ledger.moments import after_in
from portal.ui.api import IdFilter, ListView, MonthFilter, MunicipalityFilter
from portal.ui.api_changes import SINCE, since_in
from portal.ui.api_paging import PlacedPagination
from portal.ui.problems import invalid
from reporting.api.moments import AS_OF, MOMENT_NAMES, PLACE, PROGRAMME, as_of_in, programme_in
from reporting.engine.payload import plain
from reporting.engine.plan import MATCHES
from reporting.rights import VIEW_FACTS


class FactFilters(django_filters.FilterSet):
    municipality = MunicipalityFilter(field_name="municipality_id", label="Four digits.")
    organisation = IdFilter(field_name="organisation_id", label="An organisation's id.")
    heading = IdFilter(field_name="heading_id", label="The heading itself, without those below it.")
    category = django_filters.CharFilter(max_length=60, label="A value of the measure's first dimension.")
    subcategory = django_filters.CharFilter(max_length=60, label="A value of the measure's second dimension.")
    month = MonthFilter(field_name="month", label="The month in which it happened, YYYY-MM.")


class RecordOfFactSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What the fact came from, in the words of the part of the portal that owns it."""

    title = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Its page; null when it may not be opened.")
    reason = serializers.CharField(allow_null=True, help_text="Why it may not be opened; else null.")


class FactSerializer(serializers.ModelSerializer[Fact]):
    """This counted. A reversal (`reverses` names its original) has the negated quantity."""

    place = serializers.IntegerField(help_text="The fact's number in the ledger.")
    measure = serializers.CharField(source="measure_id")
    occurred_on = serializers.DateField(help_text="Of a measure about persons: the first of the month.")
    month = serializers.SerializerMethodField(help_text="YYYY-MM")
    learnt_on = serializers.DateField(help_text="The day from which `as_of` finds it.")
    recorded_at = serializers.DateTimeField(help_text="When it was written; of imported history later than learnt_on.")
    batch = serializers.CharField(source="batch.name", allow_null=True, default=None, help_text="The imported history.")
    municipality = serializers.CharField(source="municipality_id", allow_null=True)
    organisation = serializers.IntegerField(source="organisation_id", allow_null=True)
    heading = serializers.IntegerField(source="heading_id", allow_null=True)
    category = serializers.CharField()
    subcategory = serializers.CharField()
    dims = serializers.DictField(help_text="Further dimensions that the measure declares.")
    quantity = serializers.SerializerMethodField(help_text="Exact, as text.")
    qualifier = serializers.CharField()
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True)
    record = serializers.SerializerMethodField()

    class Meta:
        model = Fact
        fields = (
            "place",
            "measure",
            "occurred_on",
            "month",
            "learnt_on",
            "recorded_at",
            "batch",
            "municipality",
            "organisation",
            "heading",
            "category",
            "subcategory",
            "dims",
            "quantity",
            "qualifier",
            "reverses",
            "record",
        )

    def get_month(self, fact: Fact) -> str:
        month: date = fact.month
        return f"{month:%Y-%m}"

    def get_quantity(self, fact: Fact) -> str:
        return plain(fact.quantity)

    @extend_schema_field(RecordOfFactSerializer)
    def get_record(self, fact: Fact) -> dict[str, Any]:
        described = self.context["described"][fact.place]
        return {"title": str(described.title), "url": described.url, "reason": described.reason}


class FactList(ListView):
    rights = {"GET": VIEW_FACTS}
    queryset = Fact.objects.none()
    serializer_class = FactSerializer
    filterset_class = FactFilters
    pagination_class = PlacedPagination
    further_parameters = ("measure", "programme", "after", SINCE, *MOMENT_NAMES)
    ordering = ("place",)

    @cached_property
    def as_of(self) -> ledger.AsOf:
        return as_of_in(self.request.query_params) or ledger.AsOf.now()

    @cached_property
    def measure(self) -> registry.MeasureDefinition:
        wanted = self.request.query_params.get("measure", MATCHES)
        for definition in registry.all_measures():
            if definition.key == wanted:
                return definition
        known = ", ".join(definition.key for definition in registry.all_measures())
        raise invalid({"measure": _("Choose one of: %(names)s.") % {"names": known}})

    def visible(self) -> QuerySet[Fact]:
        given = self.request.query_params
        programme = programme_in(given, self.actor)
        since, after = since_in(given), after_in(given)
        newer = Q() if since is None else Q(recorded_at__gte=since)
        newer &= Q() if after is None else Q(place__gt=after)
        return (
            Fact.objects.known(self.as_of)
            .filter(ledger.under(programme.heading_id, self.as_of), measure=self.measure.key)
            .filter(newer, ledger.openable([self.measure.key], self.actor))
            .select_related("record", "batch")
        )

    @extend_schema(
        summary="List facts",
        description=(
            "The facts of a measure below a programme that the caller may open: those whose record the caller may see "
            "(of matches: those of the own organisation; a data steward all). In the order of the ledger. Without "
            "`place` the newest is taken, and the links to further pages carry it. To follow the ledger, ask next time "
            "for what came `after` the answer's `place`: places are given in the order of the commits, so nothing is "
            "missed. A registration that was undone is a fact that `reverses` another."
        ),
        operation_id="facts_list",
        parameters=[
            OpenApiParameter("measure", str, default=MATCHES, description="The measure's key."),
            PROGRAMME,
            AS_OF,
            PLACE,
            OpenApiParameter(
                "after", {"type": "integer", "minimum": 0}, description="Only facts after this place of the ledger."
            ),
            OpenApiParameter(SINCE, str, description="Only facts recorded since: a date, or a moment with its offset."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        if args and not getattr(self, "swagger_fake_view", False):
            records = [fact.record for fact in args[0]]
            kwargs["context"] = {
                **self.get_serializer_context(),
                "described": self.measure.describe(records, self.actor) if records else {},
            }
            return self.serializer_class(*args, **kwargs)
        return super().get_serializer(*args, **kwargs)
