"""What scenarios, co-financing and eligibility look like over the API, and what lists are narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.ui.api import CodeFilter, IdFilter
from portal.ui.api_writing import StrictSerializer
from programmes import scenario_sets
from programmes.models import Contribution, ContributionEntry, ContributionYear, Eligibility, ScenarioLine, ScenarioSet
from programmes.scenarios import Outcome, Part


def kroner(amount: Any) -> str:
    return format(amount, ".2f")


class PartSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    who = serializers.CharField(help_text="Who pays it; empty when it is open.")
    rule = serializers.ChoiceField(choices=ScenarioLine.Rule.values)
    kroner = serializers.CharField(help_text="With two decimals, rounded so that the parts sum to the total.")
    share = serializers.CharField(allow_null=True, help_text="Of the total, exact, as a fraction: 23/146.")
    above_highest_rate = serializers.BooleanField(help_text="More than the funding source behind it pays.")


class OutcomeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    units = serializers.IntegerField()
    total = serializers.CharField(help_text="Kroner.")
    costs = PartSerializer(many=True)
    financing = PartSerializer(many=True)
    missing = serializers.CharField(help_text="Kroner that nobody pays yet.")


def outcome(name: str, each: Outcome) -> dict[str, Any]:
    return {
        "name": name,
        "units": each.units,
        "total": kroner(each.total),
        "costs": [part(one) for one in each.costs],
        "financing": [part(one) for one in each.financing],
        "missing": kroner(each.missing),
    }


def part(one: Part) -> dict[str, Any]:
    return {
        "name": one.line.name,
        "who": one.line.who,
        "rule": one.line.rule,
        "kroner": kroner(one.amount),
        "share": None if one.share is None else str(one.share),
        "above_highest_rate": one.above_limit,
    }


class ScenarioSetSerializer(serializers.ModelSerializer[ScenarioSet]):
    """Unit prices, who pays, and each scenario computed."""

    programme = serializers.CharField(source="plan.slug", help_text="The slug of the plan.")
    initiative = serializers.IntegerField(source="initiative_id", allow_null=True)
    grant = serializers.CharField(source="grant.key", default=None, allow_null=True, help_text="Key of the source.")
    granted = serializers.SerializerMethodField(help_text="Kroner that were really granted.")
    source = serializers.CharField()  # type: ignore[assignment]  # a field called source, as the column is
    scenarios = serializers.SerializerMethodField()

    class Meta:
        model = ScenarioSet
        fields = (
            "id", "programme", "initiative", "name", "unit", "years", "grant", "granted", "note", "source", "scenarios",
            "updated_at",
        )  # fmt: skip

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_granted(self, row: ScenarioSet) -> str | None:
        return kroner(row.grant.granted) if row.grant is not None and row.grant.granted is not None else None

    @extend_schema_field(OutcomeSerializer(many=True))
    def get_scenarios(self, row: ScenarioSet) -> Any:
        computed = scenario_sets.compare(row, **self.context.get("asked", {}))
        return [outcome(name, each) for name, each in computed.columns]


class ScenarioSetFilters(django_filters.FilterSet):
    programme = CodeFilter(method="filter_programme", label="Slug of the plan, also of its initiatives' scenarios.")
    initiative = IdFilter(field_name="initiative_id", label="Of this initiative.")

    def filter_programme(self, rows: QuerySet[ScenarioSet], name: str, slug: str) -> QuerySet[ScenarioSet]:
        return rows.filter(Q(programme__slug=slug) | Q(initiative__programme__slug=slug))


class PlannedSerializer(serializers.ModelSerializer[ContributionYear]):
    class Meta:
        model = ContributionYear
        fields = ("year", "quantity", "hours", "hourly_rate")


class ContributionSerializer(serializers.ModelSerializer[Contribution]):
    """A partner's contribution with what is planned each year."""

    funding_source = serializers.CharField(source="funding_source.key")
    partner = serializers.IntegerField(source="partner_id", allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]
    years = PlannedSerializer(many=True)

    class Meta:
        model = Contribution
        fields = (
            "id", "funding_source", "initiative", "partner", "partner_name", "form", "note", "source", "years",
            "withdrawn_at", "withdrawn_reason", "updated_at",
        )  # fmt: skip


class ContributionFilters(django_filters.FilterSet):
    funding_source = CodeFilter(field_name="funding_source__key", label="Key of the funding source.")
    initiative = IdFilter(field_name="initiative_id", label="Of this initiative.")
    form = django_filters.ChoiceFilter(choices=Contribution.Form.choices, label="Of this form.")


class EntrySerializer(serializers.ModelSerializer[ContributionEntry]):
    """What was registered; of a timesheet `days` are the hours from Monday to Sunday, the day its Thursday."""

    class Meta:
        model = ContributionEntry
        fields = (
            "id", "occurred_on", "days", "hours", "hourly_rate", "quantity", "text", "status", "registered_at",
            "decided_at", "decided_reason", "updated_at",
        )  # fmt: skip


class EntryWriteSerializer(StrictSerializer):
    occurred_on = serializers.DateField(help_text="Of a timesheet any day of its week.")
    quantity = serializers.DecimalField(14, 2, required=False, help_text="Kroner; not of working hours.")
    days = serializers.ListField(
        child=serializers.DecimalField(4, 2, min_value=0, max_value=24), min_length=7, max_length=7, required=False
    )
    hours = serializers.DecimalField(9, 2, required=False)
    hourly_rate = serializers.DecimalField(14, 2, required=False)
    text = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="No names of persons.")


class EligibilitySerializer(serializers.ModelSerializer[Eligibility]):
    funding_source = serializers.CharField(source="funding_source.key")
    source = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = Eligibility
        fields = (
            "id", "initiative", "funding_source", "verdict", "note", "said_by", "said_on", "source", "updated_at",
        )  # fmt: skip


class EligibilityFilters(django_filters.FilterSet):
    funding_source = CodeFilter(field_name="funding_source__key", label="Key of the funding source.")
    initiative = IdFilter(field_name="initiative_id", label="Of this initiative.")
    verdict = django_filters.ChoiceFilter(choices=Eligibility.Verdict.choices, label="What was said.")
