"""What commitments, vouchers and a year's end look like over the API, and what is read from a body."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from portal.audit.openings import opened
from portal.ui.api_writing import StrictSerializer
from programmes.api.money_shapes import (
    InitiativeNameSerializer,
    KronerField,
    PlaceSerializer,
    SumField,
    day_field,
    identifier,
    reason_field,
    source_key,
    text_field,
    whole_field,
    year_field,
)
from programmes.api.serializers import OrganisationSerializer
from programmes.models import Commitment, ExpectedOutturn, Reconciliation, Voucher, YearClosing
from programmes.spending import AT_ONCE

MOST_ORDINAL = 32_767


class OfPlaceSerializer(serializers.ModelSerializer[Any]):
    """A row about a place: a source, an initiative (or none yet) and a budget year."""

    funding_source = serializers.CharField(source="cell.funding_source.key", help_text="The source's key.")
    initiative = InitiativeNameSerializer(
        source="cell.initiative", allow_null=True, help_text="null: not released to any."
    )
    year = serializers.IntegerField(source="cell.year")
    quantity = KronerField()

    class Meta:
        model: Any = Commitment
        fields: Any = ("id", "funding_source", "initiative", "year", "quantity")


class CommitmentSerializer(OfPlaceSerializer):
    """Money that is bound: an order or an agreement (`own`), or a grant (`grant`)."""

    kind = serializers.ChoiceField(choices=Commitment.Kind.values)
    quantity = KronerField(help_text="Of a closed one: what is spent of it.")
    counterpart = serializers.CharField(help_text="To whom.")
    decision = serializers.IntegerField(source="decision_id", allow_null=True, help_text="A decision's id.")
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Commitment) -> Any:
        opened("commitment", instance.pk)
        return super().to_representation(instance)

    class Meta(OfPlaceSerializer.Meta):
        model = Commitment
        fields = (
            *OfPlaceSerializer.Meta.fields, "kind", "committed_on", "counterpart", "reference", "text", "decision",
            "registered_at", "closed_at", "closed_reason", "updated_at",
        )  # fmt: skip


class CommitmentChangeSerializer(StrictSerializer):
    """What is to be different. What is left out stays as it is."""

    other_numbers = frozenset({"reference"})

    quantity = KronerField(help_text="Above zero.")
    counterpart = text_field(200, required=True, help_text="To whom.")
    reference = text_field(80)
    text = text_field(300, help_text="What it is about.")


class CommitmentEntrySerializer(PlaceSerializer, CommitmentChangeSerializer):
    """Money to bind. Refused, with what is left, when it is more than that."""

    kind = serializers.ChoiceField(choices=Commitment.Kind.values, required=False, help_text="Left out: own.")
    committed_on = day_field()
    decision = identifier(required=False, allow_null=True, help_text="Where a body has decided it.")


class CloseSerializer(StrictSerializer):
    """Why nothing more comes of it."""

    reason = reason_field(gettext_lazy("Say why it is closed, for example that the last invoice has come."))


class VoucherSerializer(OfPlaceSerializer):
    """A line of the finance system. `drawn` is how much of it its commitment had foreseen."""

    owner = serializers.IntegerField(source="owner_id", help_text="The organisation's id.")
    commitment = serializers.IntegerField(source="commitment_id", allow_null=True, help_text="A commitment's id.")
    drawn = KronerField()
    late = serializers.BooleanField(help_text="Booked after the year was closed.")
    ordinal = serializers.IntegerField(help_text="Tells apart lines that agree in everything.")
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Voucher) -> Any:
        opened("voucher", instance.pk)
        return super().to_representation(instance)

    class Meta(OfPlaceSerializer.Meta):
        model = Voucher
        fields = (
            *OfPlaceSerializer.Meta.fields, "owner", "number", "account", "booked_on", "ordinal", "text", "supplier",
            "commitment", "drawn", "late", "file_name", "registered_at", "withdrawn_at", "withdrawn_reason",
            "updated_at",
        )  # fmt: skip


class VoucherEntrySerializer(PlaceSerializer):
    """A line of the finance system."""

    other_numbers = frozenset({"number", "account"})

    number = text_field(40, required=True)
    booked_on = day_field()
    quantity = KronerField(allow_negative=True, allow_zero=False, help_text="Below zero: received or taken back.")
    account = text_field(40)
    text = text_field(300)
    supplier = text_field(200)
    commitment = identifier(required=False, allow_null=True, help_text="The commitment that it draws on.")
    ordinal = whole_field(
        1, MOST_ORDINAL, required=False,
        help_text="Its number among lines that agree in everything; left out: among those of this request.",
    )  # fmt: skip


class VouchersSerializer(StrictSerializer):
    """Lines of sources that one organisation keeps, all or none."""

    vouchers = serializers.ListField(
        child=VoucherEntrySerializer(),
        allow_empty=False,
        max_length=AT_ONCE,
        error_messages={
            "empty": gettext_lazy("Send at least one voucher."),
            "required": gettext_lazy("Send at least one voucher."),
            "not_a_list": gettext_lazy("Write a list."),
            "max_length": gettext_lazy("Send at most {max_length} vouchers at a time."),
        },
    )


class VoucherReceiptSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    there_already = serializers.BooleanField(help_text="It was booked before, so it was not booked again.")


class VouchersReceiptSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What became of each, in the order they were sent."""

    booked = serializers.IntegerField(help_text="How many were booked now.")
    vouchers = VoucherReceiptSerializer(many=True)


class ExpectedOutturnSerializer(OfPlaceSerializer):
    """What a place is expected to have cost when its year is over. The newest holds."""

    updated_at = serializers.DateTimeField()

    class Meta(OfPlaceSerializer.Meta):
        model = ExpectedOutturn
        fields = (*OfPlaceSerializer.Meta.fields, "stated_on", "note", "revision", "updated_at")


class ExpectedOutturnEntrySerializer(PlaceSerializer):
    """An expectation. Said again for the same place and day, it is corrected."""

    quantity = KronerField(allow_negative=True)
    stated_on = day_field()
    note = text_field(300)


class ReconciliationSerializer(serializers.ModelSerializer[Reconciliation]):
    """The finance system's total beside ours, from the beginning of a year to the end of a month."""

    owner = OrganisationSerializer()
    funding_source = serializers.CharField(
        source="funding_source.key", allow_null=True, default=None, help_text="null: all of the organisation's."
    )
    year = serializers.IntegerField()
    month = serializers.IntegerField()
    system_total = KronerField()
    our_total = KronerField()
    difference = SumField(help_text="The finance system's less ours.")
    place = serializers.IntegerField(help_text="The place of the ledger that ours was read at.")

    class Meta:
        model = Reconciliation
        fields = (
            "id", "owner", "funding_source", "year", "month", "system_total", "our_total", "difference", "explanation",
            "place", "made_at",
        )  # fmt: skip


class ReconciliationEntrySerializer(StrictSerializer):
    """The finance system's total. A difference must be explained."""

    owner = identifier(required=False, allow_null=True, help_text="Left out: the caller's own organisation.")
    funding_source = source_key(required=False, allow_null=True, help_text="A key; left out: all the organisation's.")
    year = year_field()
    month = whole_field(1, 12)
    system_total = KronerField(allow_negative=True)
    explanation = text_field(500)


class YearClosingSerializer(serializers.ModelSerializer[YearClosing]):
    """A year that an organisation has closed: nothing more is committed in it."""

    owner = OrganisationSerializer()
    year = serializers.IntegerField()
    place = serializers.IntegerField(help_text="Ask the budget at this place for the account as it was closed.")

    class Meta:
        model = YearClosing
        fields = ("id", "owner", "year", "place", "note", "closed_at")


class YearClosingEntrySerializer(StrictSerializer):
    owner = identifier(required=False, allow_null=True, help_text="Left out: the caller's own organisation.")
    year = year_field()
    note = text_field(300)
