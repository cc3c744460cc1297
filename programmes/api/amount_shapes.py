"""What an amount looks like over the API, and what is read from a body."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.ui.api_writing import StrictSerializer
from programmes.api.money_shapes import (
    InitiativeNameSerializer,
    KronerField,
    SumField,
    day_field,
    identifier,
    initiative_id,
    source_key,
    text_field,
    year_field,
)
from programmes.models import Amount, AmountLine

MOST_LINES = 110
"""One for each year that there is."""


class AmountLineSerializer(serializers.ModelSerializer[AmountLine]):
    year = serializers.IntegerField(allow_null=True, help_text="null: the source states no year, or it is a frame.")
    quantity = KronerField()

    class Meta:
        model = AmountLine
        fields = ("year", "quantity")


class AmountSerializer(serializers.ModelSerializer[Amount]):
    """One amount at one step. `comes_from` is the amount that it is a later step of: one krone is never two."""

    funding_source = serializers.CharField(
        source="funding_source.key", allow_null=True, default=None, help_text="A key; null: no money is needed."
    )
    initiative = InitiativeNameSerializer(allow_null=True, help_text="null: the source's own frame.")
    step = serializers.ChoiceField(choices=Amount.Step.values)
    form = serializers.ChoiceField(choices=Amount.Form.values)
    lines = AmountLineSerializer(many=True, help_text="Empty when no number is stated.")
    total = serializers.SerializerMethodField(help_text="The sum of the lines; null when no number is stated.")
    comes_from = serializers.IntegerField(source="comes_from_id", allow_null=True, help_text="An amount's id.")
    decision = serializers.IntegerField(source="decision_id", allow_null=True, help_text="A decision's id.")
    first_year = serializers.IntegerField(allow_null=True, help_text="Of a frame.")
    last_year = serializers.IntegerField(allow_null=True)
    price_year = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(help_text="The document that states it.")  # type: ignore[assignment]  # the column
    updated_at = serializers.DateTimeField()

    class Meta:
        model = Amount
        fields = (
            "id", "funding_source", "initiative", "step", "form", "lines", "total", "comes_from", "decision",
            "stated_on", "first_year", "last_year", "price_year", "note", "source", "registered_at", "withdrawn_at",
            "withdrawn_reason", "updated_at",
        )  # fmt: skip

    @extend_schema_field(SumField(allow_null=True))
    def get_total(self, amount: Amount) -> str | None:
        lines = list(amount.lines.all())
        return SumField().to_representation(sum((line.quantity for line in lines), Decimal(0))) if lines else None


class AmountLineEntrySerializer(StrictSerializer):
    year = year_field(required=False, allow_null=True, help_text="null or left out: no year is stated.")
    quantity = KronerField(help_text="Above zero.")


class AmountEntrySerializer(StrictSerializer):
    """An amount to register: at which step, in which form, and its numbers."""

    funding_source = source_key(required=False, allow_null=True, help_text="A key; null only of what needs no money.")
    initiative = initiative_id()
    step = serializers.ChoiceField(choices=Amount.Step.values)
    form = serializers.ChoiceField(
        choices=Amount.Form.values,
        help_text=(
            "`yearly`: a line for each year. `one_off`: one line with its year. `frame`: one line without a year, and "
            "first_year and last_year. `year_not_stated`: one line without a year. The others: no lines."
        ),
    )
    lines = serializers.ListField(child=AmountLineEntrySerializer(), required=False, max_length=MOST_LINES)
    stated_on = day_field(help_text="The day of the document or the decision.")
    comes_from = identifier(required=False, allow_null=True, help_text="The id of the amount of which it is a part.")
    decision = identifier(required=False, allow_null=True)
    first_year = year_field(required=False, allow_null=True)
    last_year = year_field(required=False, allow_null=True)
    price_year = year_field(required=False, allow_null=True)
    note = text_field(300)
    source: Any = text_field(300, help_text="The document that states it.")
