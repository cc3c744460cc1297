"""What scenarios, co-financing and eligibility look like over the API, and what lists are narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.ui.api import CodeFilter, IdFilter
from portal.ui.api_writing import StrictSerializer
from programmes import scenario_sets
from programmes.api.money_shapes import (
    InitiativeNameSerializer,
    KronerField,
    day_field,
    identifier,
    source_key,
    text_field,
    whole_field,
    year_field,
)
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
    initiative = InitiativeNameSerializer(allow_null=True, help_text="Null: the whole plan.")
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
    programme = django_filters.CharFilter(
        method="filter_programme", max_length=60, label="The slug of the plan, also of its initiatives' scenarios."
    )
    initiative = IdFilter(field_name="initiative_id", label="Of this initiative.")

    def filter_programme(self, rows: QuerySet[ScenarioSet], name: str, slug: str) -> QuerySet[ScenarioSet]:
        return rows.filter(Q(programme__slug=slug) | Q(initiative__programme__slug=slug))


class PlannedSerializer(serializers.ModelSerializer[ContributionYear]):
    """What is planned in a year: kroner, of working hours their value."""

    quantity = KronerField()
    hours = serializers.CharField(allow_null=True)
    hourly_rate = KronerField(allow_null=True)

    class Meta:
        model = ContributionYear
        fields = ("year", "quantity", "hours", "hourly_rate")


class ContributionSerializer(serializers.ModelSerializer[Contribution]):
    """A partner's contribution with what is planned each year, and what is registered and approved of it."""

    initiative = InitiativeNameSerializer()
    funding_source = serializers.CharField(source="funding_source.key")
    partner = serializers.IntegerField(source="partner_id", allow_null=True)
    form = serializers.ChoiceField(choices=Contribution.Form.values)
    source = serializers.CharField()  # type: ignore[assignment]
    years = PlannedSerializer(many=True)
    registered = KronerField(help_text="Kroner registered and not rejected.")
    approved = KronerField(help_text="Kroner of those approved.")

    class Meta:
        model = Contribution
        fields = (
            "id", "funding_source", "initiative", "partner", "partner_name", "form", "note", "source", "years",
            "registered", "approved",
            "withdrawn_at", "withdrawn_reason", "updated_at",
        )  # fmt: skip


class ContributionFilters(django_filters.FilterSet):
    funding_source = django_filters.CharFilter(field_name="funding_source__key", max_length=60, label="A source's key.")
    initiative = IdFilter(field_name="initiative_id", label="Of this initiative.")
    form = CodeFilter(codes=lambda: Contribution.Form.values, label="The form.")


class EntrySerializer(serializers.ModelSerializer[ContributionEntry]):
    """What was registered; of a timesheet `days` are the hours from Monday to Sunday, the day its Thursday."""

    quantity = KronerField()
    hourly_rate = KronerField(allow_null=True)
    days = serializers.ListField(child=serializers.CharField(), allow_null=True)
    hours = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=ContributionEntry.Status.values)

    class Meta:
        model = ContributionEntry
        fields = (
            "id", "occurred_on", "days", "hours", "hourly_rate", "quantity", "text", "status", "registered_at",
            "decided_at", "decided_reason", "updated_at",
        )  # fmt: skip


class HoursField(serializers.DecimalField):
    """Hours as a number or a text, with at most two decimals."""

    def __init__(self, most: int, **options: Any) -> None:
        message = gettext_lazy("Write hours with at most two decimals, for example 7.5.")
        names = ("invalid", "max_digits", "max_decimal_places", "max_whole_digits", "max_string_length", "min_value")
        errors: dict[str, Any] = dict.fromkeys((*names, "max_value"), message)
        super().__init__(9, 2, min_value=0, max_value=most, error_messages=errors, **options)


class EntryWriteSerializer(StrictSerializer):
    """Of cash and in kind `quantity`, of working hours `hours` and `hourly_rate`; `days` where timesheets are asked."""

    occurred_on = day_field(help_text="Of a timesheet any day of its week.")
    quantity = KronerField(required=False)
    days = serializers.ListField(
        child=HoursField(24), min_length=7, max_length=7, required=False, help_text="Hours from Monday to Sunday."
    )
    hours = HoursField(1_000_000, required=False)
    hourly_rate = KronerField(required=False)
    text = text_field(300, help_text="No names of persons.")


class DecideSerializer(StrictSerializer):
    approved = serializers.BooleanField()
    reason = text_field(300, help_text="Needed when it is rejected.")


class PlanYearSerializer(StrictSerializer):
    year = year_field()
    quantity = KronerField(required=False)
    hours = HoursField(1_000_000, required=False)
    hourly_rate = KronerField(required=False)


class ContributionEntrySerializer(StrictSerializer):
    """A contribution to plan. The partner by its id, or in words."""

    funding_source = source_key()
    initiative = identifier()
    partner = identifier(required=False, allow_null=True)
    partner_name = text_field(160)
    form = serializers.ChoiceField(choices=Contribution.Form.values)
    years = PlanYearSerializer(many=True, required=False)
    note = text_field(4000)
    source = text_field(300)  # type: ignore[assignment]


class EligibilityEntrySerializer(StrictSerializer):
    funding_source = source_key()
    initiative = identifier()
    verdict = serializers.ChoiceField(choices=Eligibility.Verdict.values)
    note = text_field(4000, required=True)
    said_by = text_field(160, required=True, help_text="A body or an organisation, no person's name.")
    said_on = day_field()
    source = text_field(300)  # type: ignore[assignment]


class CostSerializer(StrictSerializer):
    name = text_field(160, required=True)
    rule = serializers.ChoiceField(choices=["fixed", "per_unit"])
    quantity = KronerField()


class FinancingSerializer(StrictSerializer):
    """Of a fixed amount and of one for each unit `quantity`, of a share `rate_of` in `rate_in`, of the rest neither."""

    name = text_field(160, required=True)
    rule = serializers.ChoiceField(choices=ScenarioLine.Rule.values)
    quantity = KronerField(required=False)
    rate_of = whole_field(0, 1_000_000, required=False)
    rate_in = whole_field(1, 1_000_000, required=False)
    who = text_field(160, help_text="Who pays; empty when it is open.")
    group = text_field(160)
    funding_source = source_key(required=False)


class TriedSerializer(StrictSerializer):
    name = text_field(80, required=True)
    units = whole_field(0, scenario_sets.MOST_UNITS)


class ScenarioSetWriteSerializer(StrictSerializer):
    """Everything about the set but what it belongs to."""

    name = text_field(160, required=True)
    unit = text_field(60, required=True, help_text="In the plural.")
    years = whole_field(1, 30, required=False, allow_null=True)
    grant = source_key(required=False, allow_null=True)
    costs = CostSerializer(many=True)
    financing = FinancingSerializer(many=True, required=False)
    scenarios = TriedSerializer(many=True)
    note = text_field(4000)
    source = text_field(300)  # type: ignore[assignment]


class ScenarioSetEntrySerializer(ScenarioSetWriteSerializer):
    """Of a plan, by its slug, or of an initiative, by its id."""

    programme = serializers.SlugField(max_length=60, required=False)
    initiative = identifier(required=False)


class EligibilitySerializer(serializers.ModelSerializer[Eligibility]):
    initiative = InitiativeNameSerializer()
    funding_source = serializers.CharField(source="funding_source.key")
    verdict = serializers.ChoiceField(choices=Eligibility.Verdict.values)
    source = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = Eligibility
        fields = (
            "id", "initiative", "funding_source", "verdict", "note", "said_by", "said_on", "source", "updated_at",
        )  # fmt: skip


class EligibilityFilters(django_filters.FilterSet):
    funding_source = django_filters.CharFilter(field_name="funding_source__key", max_length=60, label="A source's key.")
    initiative = IdFilter(field_name="initiative_id", label="Of this initiative.")
    verdict = CodeFilter(codes=lambda: Eligibility.Verdict.values, label="What was said.")
