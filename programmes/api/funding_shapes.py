"""What a funding source looks like over the API, and what is read from a body."""

from typing import Any

from rest_framework import serializers

from portal.ui.api_writing import StrictSerializer
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
from programmes.api.serializers import OrganisationSerializer
from programmes.models import Account, FundingSource

MOST_PARTS = 2_147_483_647
"""What the column of a support rate's parts holds."""


class AccountOfSourceSerializer(serializers.ModelSerializer[Account]):
    """An account of the finance system: what is booked on it belongs to the source, and to the initiative named."""

    account = serializers.CharField(source="written", help_text="Its parts with dots between: 06.48.67.1.0.001.")
    name = serializers.CharField()
    initiative = InitiativeNameSerializer(allow_null=True)

    class Meta:
        model = Account
        fields = ("id", "account", "name", "initiative")


class AccountEntrySerializer(StrictSerializer):
    other_numbers = frozenset({"account"})

    account = text_field(60, required=True, help_text="06.48.67.1.0.001, 0648671001 or 06 48 67.")
    name = text_field(120)
    initiative = identifier(
        required=False, allow_null=True, help_text="What is booked counts for it; left out: for the source itself."
    )


class FundingSourceSerializer(serializers.ModelSerializer[FundingSource]):
    """A pool, a budget agreement, a grant or an own frame."""

    key = serializers.CharField(help_text="Never changes: facts carry it.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=FundingSource.Kind.values)
    status = serializers.ChoiceField(choices=FundingSource.Status.values)
    way = serializers.ChoiceField(choices=["", *FundingSource.Way.values], help_text="How it was had; may be empty.")
    owner = OrganisationSerializer(help_text="The organisation that keeps the money.")
    parent = serializers.CharField(  # type: ignore[assignment]  # the source's, not the field's
        source="parent.key", allow_null=True, default=None, help_text="The key of what it is part of."
    )
    heading = serializers.IntegerField(source="heading_id", help_text="Where its facts hang that are of no initiative.")
    sought = KronerField(allow_null=True)
    granted = KronerField(allow_null=True)
    rate_of = serializers.IntegerField(
        allow_null=True, help_text="The highest share that it pays is `rate_of` of `rate_in`; null: not stated."
    )
    rate_in = serializers.IntegerField(allow_null=True)
    price_year = serializers.IntegerField(allow_null=True)
    accounts = AccountOfSourceSerializer(many=True)
    source = serializers.CharField(help_text="The document that says so.")  # type: ignore[assignment]  # the column
    updated_at = serializers.DateTimeField()

    class Meta:
        model = FundingSource
        fields = (
            "key", "name", "kind", "status", "way", "owner", "parent", "heading", "funder", "starts_on", "ends_on",
            "sought", "granted", "deadline", "answered_on", "eligibility", "rate_of", "rate_in", "co_financing",
            "asks_timesheets", "price_year", "accounts", "source", "fictional", "updated_at",
        )  # fmt: skip


class FundingSourceChangeSerializer(StrictSerializer):
    """What is to be different. What is left out stays as it is."""

    name = text_field(160, required=True)
    kind = serializers.ChoiceField(choices=FundingSource.Kind.values)
    status = serializers.ChoiceField(choices=FundingSource.Status.values, required=False)
    way = serializers.ChoiceField(choices=["", *FundingSource.Way.values], required=False)
    parent: Any = source_key(required=False, allow_null=True, help_text="The key of the source that it is part of.")
    funder = text_field(160, help_text="Who gives it.")
    starts_on = day_field(required=False, allow_null=True)
    ends_on = day_field(required=False, allow_null=True)
    sought = KronerField(required=False, allow_null=True)
    granted = KronerField(required=False, allow_null=True)
    deadline = day_field(required=False, allow_null=True, help_text="For applying.")
    answered_on = day_field(required=False, allow_null=True)
    eligibility = text_field(10_000, help_text="What it may be used for.")
    rate_of = whole_field(0, MOST_PARTS, required=False, allow_null=True, help_text="50 of 100 is 50 percent.")
    rate_in = whole_field(1, MOST_PARTS, required=False, allow_null=True)
    co_financing = text_field(10_000)
    asks_timesheets = serializers.BooleanField(required=False)
    price_year = year_field(required=False, allow_null=True)
    source: Any = text_field(300, help_text="The document that says so.")


class FundingSourceEntrySerializer(FundingSourceChangeSerializer):
    """A funding source to make."""

    owner = identifier(
        required=False, allow_null=True, help_text="The organisation that keeps the money; left out, the caller's own."
    )
