"""What a budget change looks like over the API, and what is read from a body."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from portal.ui.api_writing import StrictSerializer
from programmes.api.money_shapes import (
    InitiativeNameSerializer,
    KronerField,
    PlaceSerializer,
    identifier,
    reason_field,
    text_field,
    year_field,
)
from programmes.api.serializers import OrganisationSerializer
from programmes.budget import MOST_LINES
from programmes.models import BudgetChange, BudgetLine


class BudgetLineSerializer(serializers.ModelSerializer[BudgetLine]):
    """Kroner into a place, or below zero out of it."""

    funding_source = serializers.CharField(source="cell.funding_source.key", help_text="The source's key.")
    initiative = InitiativeNameSerializer(
        source="cell.initiative", allow_null=True, help_text="null: not released to any."
    )
    year = serializers.IntegerField(source="cell.year")
    quantity = KronerField()
    comes_from = serializers.IntegerField(
        source="comes_from_id", allow_null=True, help_text="The id of the amount of which it is the appropriation."
    )

    class Meta:
        model = BudgetLine
        fields = ("funding_source", "initiative", "year", "quantity", "comes_from")


class BudgetChangeSerializer(serializers.ModelSerializer[BudgetChange]):
    """One decision about the budget, and its lines. Never changed: a wrong one is taken back by another."""

    kind = serializers.ChoiceField(choices=BudgetChange.Kind.values)
    owner = OrganisationSerializer()
    decision = serializers.IntegerField(source="decision_id", help_text="A decision's id.")
    decided_on = serializers.DateField(source="decision.decided_on")
    financing = serializers.CharField(help_text="What a supplementary appropriation is financed by.")
    price_year = serializers.IntegerField(allow_null=True)
    reverses = serializers.IntegerField(
        source="reverses_id", allow_null=True, help_text="The id of the change that it takes back."
    )
    reversed_by = serializers.SerializerMethodField(help_text="The id of the change that takes it back.")
    lines = BudgetLineSerializer(many=True)

    class Meta:
        model = BudgetChange
        fields = (
            "id", "kind", "owner", "decision", "decided_on", "title", "financing", "price_year", "note", "reverses",
            "reversed_by", "lines", "registered_at",
        )  # fmt: skip

    def get_reversed_by(self, change: BudgetChange) -> int | None:
        later: Any = getattr(change, "reversed_by", None)
        return later.pk if later is not None else None


class BudgetLineEntrySerializer(PlaceSerializer):
    quantity = KronerField(allow_negative=True, help_text="Below zero: out of the place.")
    comes_from = identifier(
        required=False, allow_null=True, help_text="The id of the amount of which it is the appropriation."
    )


class BudgetChangeEntrySerializer(StrictSerializer):
    """A change to register, all lines or none. The lines are of sources that one organisation keeps."""

    kind = serializers.ChoiceField(
        choices=BudgetChange.Kind.values,
        help_text="A transfer sums to zero in each year; what is carried over sums to zero over the years.",
    )
    decision = identifier(help_text="The decision that gives it, by a body that may.")
    title = text_field(200, required=True)
    lines = serializers.ListField(
        child=BudgetLineEntrySerializer(),
        allow_empty=False,
        max_length=MOST_LINES,
        error_messages={
            "empty": gettext_lazy("Write at least one amount."),
            "required": gettext_lazy("Write at least one amount."),
            "not_a_list": gettext_lazy("Write a list."),
        },
    )
    financing = text_field(200, help_text="Of a supplementary appropriation: what it is financed by.")
    price_year = year_field(required=False, allow_null=True)
    note = text_field(500)


class TakeBackSerializer(StrictSerializer):
    """By which decision a change is taken back, and why."""

    decision = identifier()
    reason = reason_field(gettext_lazy("Say why it is taken back."))
