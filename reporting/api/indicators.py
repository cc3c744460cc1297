"""Indicators over the API: what they say, and their value as known then."""

import re
from datetime import date
from typing import Any

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal import ledger
from portal.ui.api import ChangesListView, PortalAPIView, check_parameters
from portal.ui.dates import day_of_iso
from portal.ui.problems import invalid
from reporting import indicator_values as values
from reporting.api.moments import MOMENT, MOMENT_NAMES, as_of_in
from reporting.engine.indicators import Ask, read_indicators
from reporting.engine.payload import ENGINE_VERSION, day_text
from reporting.indicator_words import facts_url
from reporting.models import Indicator, IndicatorVersion
from reporting.rights import VIEW_INDICATORS
from reporting.views.indicators import visible_indicators

SAID = (
    "kind", "aggregate", "filter", "share_of", "formula", "open_question", "unit", "direction", "over_time",
    "over_place", "accumulation", "disaggregation", "data_owner", "cadence", "publication_lag_days", "verification",
    "source", "accuracy", "limitation", "mitigation", "note", "reason", "reason_code", "withdrawn",
)  # fmt: skip


class IndicatorFilters(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__slug", label="The slug of the programme it is of.")
    group = django_filters.CharFilter(label="The group, as it is written.")


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    key = serializers.CharField(help_text="Its name in formulas and in this API.")
    name = serializers.CharField()
    owner = serializers.CharField(source="owner.name", help_text="The organisation that defines it.")
    programme = serializers.CharField(source="programme.slug", allow_null=True, default=None)
    group = serializers.CharField()
    updated_at = serializers.DateTimeField(
        source="changed_at", help_text="When the indicator, or what it says, last changed."
    )

    class Meta:
        model = Indicator
        fields = ("key", "name", "owner", "programme", "group", "updated_at")


class IndicatorValueSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A number with what it came from, true or false, or why there is none."""

    kind = serializers.ChoiceField(choices=["number", "truth", "absent", "failed"])
    exact = serializers.CharField(required=False, help_text="Ten decimals, half-even.")
    numerator = serializers.CharField(required=False)
    denominator = serializers.CharField(required=False)
    shown = serializers.CharField(required=False, help_text="As the pages show it, rounded once.")
    qualifier = serializers.CharField(required=False, help_text="ca., > or <, as the source has it.")
    reason = serializers.CharField(required=False, help_text="Of what is absent: not_reported, undecided …")
    fault = serializers.CharField(required=False, help_text="Of what failed: missing_data, division_by_zero …")


class IndicatorRecordSerializer(IndicatorSerializer):
    """An indicator with the version that was known, and its value in the period."""

    as_of = serializers.DateField()
    place = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    engine = serializers.IntegerField()
    version = serializers.DictField(allow_null=True, help_text="What it says, and the place it says it from.")
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Quality fields that nobody has filled in."
    )
    period = serializers.DictField(help_text="from and to, both included.")
    municipality = serializers.CharField(allow_null=True)
    value = IndicatorValueSerializer()
    counts = serializers.DictField(help_text="What a share or score was divided from; invited and answered of surveys.")
    days = serializers.DictField(help_text="The first and last day of what counted.")
    facts = serializers.DictField(help_text="How many registrations, and the page that lists them.")
    step = serializers.DictField(help_text="The explanation: a tree that the value can be worked out from again.")

    class Meta(IndicatorSerializer.Meta):
        fields = (
            *IndicatorSerializer.Meta.fields, "engine", "as_of", "place", "computed_at", "version", "missing", "period",
            "municipality", "value", "counts", "days", "facts", "step",
        )  # type: ignore[assignment]  # fmt: skip


@extend_schema(
    summary="List indicators", description="Those of the caller's area, in the order of their groups.",
)  # fmt: skip
class IndicatorList(ChangesListView):
    rights = {"GET": VIEW_INDICATORS}
    queryset = Indicator.objects.none()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilters
    ordering = ("order", "key")
    changed = "changed_at"

    def visible(self) -> QuerySet[Indicator]:
        return with_change(visible_indicators(self.actor))


class OneIndicator(PortalAPIView):
    rights = {"GET": VIEW_INDICATORS}

    @extend_schema(
        summary="An indicator and its value",
        description=(
            "Without `from` and `to`: the period that its page shows. The answer's `as_of` and `place`, asked for "
            "again, give the same value, whatever has been registered since."
        ),
        operation_id="indicator_retrieve",
        tags=["indicators"],
        parameters=[
            *MOMENT,
            OpenApiParameter("from", {"type": "string", "format": "date"}, description="The first day, YYYY-MM-DD."),
            OpenApiParameter("to", {"type": "string", "format": "date"}, description="The last day, YYYY-MM-DD."),
            OpenApiParameter("municipality", str, description="A four-digit code: only what counted there."),
            OpenApiParameter("vintage", str, description="Of a published value: that publication alone."),
        ],
        responses=IndicatorRecordSerializer,
    )
    def get(self, request: Request, key: str) -> Response:
        given = request.query_params
        check_parameters(given, (*MOMENT_NAMES, "from", "to", "municipality", "vintage"))
        indicator = get_object_or_404(with_change(visible_indicators(self.actor)), key=key)
        days = {name: self.day(given, name) for name in ("from", "to")}
        municipality = given.get("municipality")
        if municipality is not None and not re.fullmatch(r"[0-9]{4}", municipality):
            raise invalid({"municipality": _("Write the municipality's code of four digits, such as 0851.")})
        as_of = as_of_in(given) or ledger.AsOf.now()
        day = as_of.day or ledger.today()
        version = values.newest_versions([indicator], as_of).get(indicator.pk)
        period = values.current_period(indicator, version, day)
        ask = Ask(key, days["from"] or period.start, days["to"] or period.end, municipality, given.get("vintage", ""))
        if ask.start is not None and ask.end is not None and ask.end < ask.start:
            raise invalid({"to": _("The period must not end before it starts.")})
        reading = read_indicators([ask], as_of)[ask]
        asked = values.Period(ask.start or period.start, ask.end or period.end)
        more = {"municipality": municipality} if municipality else {}
        kept = {"as_of": day_text(day), "place": str(as_of.place)} if as_of.day else {}
        return Response(
            {
                **IndicatorSerializer(indicator).data,
                "engine": ENGINE_VERSION,
                "as_of": day_text(day),
                "place": as_of.place,
                "computed_at": timezone.now().isoformat(),
                "version": None if version is None else said(version),
                "missing": [] if version is None else values.missing_quality(version),
                "period": {"from": day_text(asked.start), "to": day_text(asked.end)},
                "municipality": municipality,
                "value": values.value_json(reading.value),
                "counts": {name: str(count) for name, count in reading.counts.items()},
                "days": {
                    name: None if each is None else day_text(each)
                    for name, each in zip(("first", "last"), reading.days, strict=True)
                },
                "facts": {
                    "count": reading.facts.count if reading.facts else None,
                    "url": facts_url(indicator, asked, kept, **more),
                },
                "step": reading.step.as_payload(),
            }
        )

    def day(self, given: Any, name: str) -> date | None:
        text = given.get(name)
        try:
            return None if text is None else day_of_iso(text)
        except ValueError:
            raise invalid({name: _("Write the date as YYYY-MM-DD.")}) from None


def with_change(rows: "QuerySet[Indicator]") -> "QuerySet[Indicator]":
    """With `changed_at`: the later of its own change and its newest version's."""
    newest = IndicatorVersion.objects.filter(indicator=OuterRef("pk")).order_by("-place").values("recorded_at")[:1]
    return rows.annotate(changed_at=Greatest("updated_at", Subquery(newest)))


def said(version: IndicatorVersion) -> dict[str, Any]:
    """What a version says, with the place it is known from."""
    content = {name: getattr(version, name) for name in SAID}
    return {"place": version.place, "learnt_on": day_text(version.learnt_on), "measure": version.measure_id, **content}
