"""What a decision and its body look like over the API, and what is read from a body."""

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from portal.ui.api_writing import StrictSerializer
from programmes.api.money_shapes import KronerField, day_field, identifier, text_field
from programmes.models import Body, Decision, Delegation


class DelegationSerializer(serializers.ModelSerializer[Delegation]):
    what = serializers.ChoiceField(choices=Delegation.What.values)
    up_to = KronerField(allow_null=True, help_text="In one decision; null: without limit.")

    class Meta:
        model = Delegation
        fields = ("what", "up_to")


class BodyNameSerializer(serializers.ModelSerializer[Body]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Body.Kind.values)
    organisation = serializers.IntegerField(source="organisation_id")

    class Meta:
        model = Body
        fields = ("id", "name", "kind", "organisation")


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What a body was recommended and what it decided; without a day it waits for the body."""

    body = BodyNameSerializer()
    outcome = serializers.ChoiceField(choices=Decision.Outcome.values)
    meeting = serializers.IntegerField(
        source="meeting_id", allow_null=True, help_text="The id of the meeting; null where none is registered."
    )
    document = serializers.CharField(help_text="Where the minutes are; may be empty.")
    updated_at = serializers.DateTimeField()

    class Meta:
        model = Decision
        fields = (
            "id", "body", "meeting", "outcome", "decided_on", "agenda_item", "title", "recommended", "decided",
            "document", "updated_at",
        )  # fmt: skip


class DecisionChangeSerializer(StrictSerializer):
    """What is to be different. What is left out stays as it is."""

    outcome = serializers.ChoiceField(choices=Decision.Outcome.values, required=False)
    decided_on = day_field(required=False, allow_null=True, help_text="null of what still waits.")
    meeting = identifier(
        required=False, allow_null=True, help_text="A meeting of the body; what is decided at one has its day."
    )
    agenda_item = text_field(60)
    title = text_field(200, required=True)
    recommended = text_field(20_000)
    decided = text_field(20_000, help_text="The text of the decision.")
    document = serializers.URLField(
        required=False,
        allow_blank=True,
        max_length=400,
        error_messages={"invalid": gettext_lazy("Write an address like https://…")},
        help_text="Where the minutes are.",
    )


class DecisionEntrySerializer(DecisionChangeSerializer):
    """A decision to register."""

    body = identifier(help_text="A deciding body's id.")
