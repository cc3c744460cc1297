"""What bodies, people, meetings, recommendations and follow-up look like over the API, and what is read of them."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal import ledger
from portal.audit.openings import opened
from portal.ui.api import CodeFilter, DayFilter, FlagFilter, IdFilter
from portal.ui.api_writing import StrictSerializer
from programmes.api.decision_shapes import BodyNameSerializer, DelegationSerializer
from programmes.api.money_shapes import InitiativeNameSerializer, day_field, identifier, text_field
from programmes.api.serializers import OrganisationSerializer
from programmes.models import (
    AgendaItem,
    Appointment,
    Body,
    FollowUp,
    Mandate,
    MandateItem,
    Meeting,
    Milestone,
    Person,
    Recommendation,
    Seat,
)

KIND = "person"


class HolderSerializer(serializers.Serializer):  # type: ignore[type-arg]
    person = serializers.IntegerField(source="person_id", help_text="The person's id.")
    name = serializers.CharField(source="person.name")
    background = serializers.SerializerMethodField(help_text="As the source of this body prints it.")

    def get_background(self, row: Appointment) -> str:
        return row.background or row.person.background


class SeatSerializer(serializers.ModelSerializer[Seat]):
    """A seat and who holds it today."""

    role = serializers.ChoiceField(choices=Seat.Role.values)
    appointed_by = serializers.CharField(source="appointer", help_text="In words; empty where it is not stated.")
    holder = serializers.SerializerMethodField(help_text="Null: nobody, or nobody that the source states.")
    vacant = serializers.SerializerMethodField(
        help_text="Nobody holds it: not the same as a holder that is not stated."
    )

    class Meta:
        model = Seat
        fields = (
            "id", "role", "in_right_of", "appointed_by", "holder", "vacant", "holder_not_stated", "valid_from",
            "valid_to",
        )  # fmt: skip

    @extend_schema_field(HolderSerializer(allow_null=True))
    def get_holder(self, seat: Seat) -> Any:
        held = next(iter(vars(seat)["holders"]), None)
        return HolderSerializer(held).data if held is not None else None

    def get_vacant(self, seat: Seat) -> bool:
        return not vars(seat)["holders"] and not seat.holder_not_stated


class MandateItemSerializer(serializers.ModelSerializer[MandateItem]):
    kind = serializers.ChoiceField(choices=MandateItem.Kind.values)

    class Meta:
        model = MandateItem
        fields = ("kind", "title", "text")


class MandateSerializer(serializers.ModelSerializer[Mandate]):
    items = MandateItemSerializer(many=True)
    document = serializers.CharField(help_text="Where the mandate is; may be empty.")
    deadline_precision = serializers.ChoiceField(choices=Milestone.Precision.values)
    funding_source = serializers.CharField(
        source="funding_source.key", default=None, allow_null=True,
        help_text="Key of the source that follows it up. Mandates of several bodies may share one: it counts once.",
    )  # fmt: skip
    source = serializers.CharField()  # type: ignore[assignment]  # a field called source, as the column is

    class Meta:
        model = Mandate
        fields = (
            "id", "title", "purpose", "answers_to", "deadline_words", "deadline_precision", "deadline",
            "funding_source", "funding_note", "source", "document", "items",
        )  # fmt: skip


class BodySerializer(serializers.ModelSerializer[Body]):
    """A council, board, growth team, steering group …, who sits in it, and what it may decide about money."""

    organisation = OrganisationSerializer()
    kind = serializers.ChoiceField(choices=Body.Kind.values)
    asks_agenda_item = serializers.BooleanField(help_text="Whether its decisions name an item of an agenda.")
    programme = serializers.IntegerField(
        source="programme_id", allow_null=True, help_text="The id of the plan that it steers."
    )
    source = serializers.CharField()  # type: ignore[assignment]
    delegations = DelegationSerializer(many=True)
    seats = SeatSerializer(many=True, source="seats_now")

    class Meta:
        model = Body
        fields = (
            "id", "organisation", "name", "kind", "asks_agenda_item", "programme", "covers", "purpose", "source",
            "valid_from", "valid_to", "delegations", "seats",
        )  # fmt: skip


class BodyRecordSerializer(BodySerializer):
    mandates = MandateSerializer(many=True)

    class Meta(BodySerializer.Meta):
        fields = (*BodySerializer.Meta.fields, "mandates")  # type: ignore[assignment]


class PersonSeatSerializer(serializers.ModelSerializer[Appointment]):
    """A seat that the person holds or held, in a body that the caller sees."""

    body = serializers.IntegerField(source="seat.body_id")
    body_name = serializers.CharField(source="seat.body.name")
    role = serializers.ChoiceField(choices=Seat.Role.values, source="seat.role")

    class Meta:
        model = Appointment
        fields = ("body", "body_name", "role", "background", "printed_name", "valid_from", "valid_to")


class PersonSerializer(serializers.ModelSerializer[Person]):
    """A person in a public office. Who reads it is noted."""

    owner = serializers.IntegerField(source="owner_id", help_text="The organisation that registered the person.")
    source = serializers.CharField()  # type: ignore[assignment]
    seats = PersonSeatSerializer(many=True, source="seats_seen")

    class Meta:
        model = Person
        fields = ("id", "name", "background", "owner", "source", "seats", "updated_at")

    def to_representation(self, instance: Person) -> Any:
        opened(KIND, instance.pk)
        return super().to_representation(instance)


class AgendaItemSerializer(serializers.ModelSerializer[AgendaItem]):
    class Meta:
        model = AgendaItem
        fields = ("number", "title")


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """What was decided at it: `decisions/?meeting=`; what is followed up: `follow-ups/?meeting=`."""

    body = BodyNameSerializer()
    status = serializers.ChoiceField(choices=Meeting.Status.values)
    agenda = serializers.CharField(help_text="Where the agenda is; may be empty.")
    minutes = serializers.CharField(help_text="Where the minutes are; may be empty.")
    items = AgendaItemSerializer(many=True)
    source = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = Meeting
        fields = (
            "id", "body", "title", "day", "starts_at", "place", "status", "agenda", "minutes", "items", "source",
            "fictional", "updated_at",
        )  # fmt: skip


class RecommendationSerializer(serializers.ModelSerializer[Recommendation]):
    body = BodyNameSerializer()
    status = serializers.ChoiceField(choices=Recommendation.Status.values)
    initiative = InitiativeNameSerializer(allow_null=True)
    decision = serializers.IntegerField(source="decision_id", allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = Recommendation
        fields = (
            "id", "body", "number", "text", "addressed_to", "given_on", "status", "outcome", "initiative", "decision",
            "source", "fictional", "updated_at",
        )  # fmt: skip


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    body = BodyNameSerializer()
    meeting = serializers.IntegerField(source="meeting_id", allow_null=True)
    decision = serializers.IntegerField(source="decision_id", allow_null=True)
    recommendation = serializers.IntegerField(source="recommendation_id", allow_null=True)
    responsible = serializers.IntegerField(
        source="responsible_id", allow_null=True, help_text="The organisation; null where it is in words."
    )
    state = serializers.ChoiceField(choices=FollowUp.State.values)
    document = serializers.CharField(help_text="Where the documentation is; may be empty.")
    source = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = FollowUp
        fields = (
            "id", "body", "meeting", "decision", "recommendation", "what", "responsible", "responsible_words", "due",
            "state", "settled_on", "note", "document", "source", "fictional", "updated_at",
        )  # fmt: skip


# ---------------------------------------------------------------------------------------------------- what is read


def _address(**given: Any) -> serializers.URLField:
    messages: dict[str, Any] = {"invalid": gettext_lazy("Write an address like https://…")}
    return serializers.URLField(required=False, allow_blank=True, max_length=400, error_messages=messages, **given)


class AgendaEntrySerializer(StrictSerializer):
    number = text_field(20, required=True)
    title = text_field(200, required=True)


class MeetingChangeSerializer(StrictSerializer):
    """What is to be different. What is left out stays as it is; a list that is named is the whole list."""

    title = text_field(160)
    day = day_field(required=False)
    starts_at = serializers.TimeField(
        required=False, allow_null=True, input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Write a time like 09:30.")},
    )  # fmt: skip
    place = text_field(160)
    status = serializers.ChoiceField(choices=Meeting.Status.values, required=False)
    agenda = _address()
    minutes = _address()
    items = AgendaEntrySerializer(many=True, required=False)
    source = text_field(300)  # type: ignore[assignment]


class MeetingEntrySerializer(MeetingChangeSerializer):
    """A meeting to register."""

    body = identifier(help_text="A body's id.")
    day = day_field()


class RecommendationChangeSerializer(StrictSerializer):
    number = text_field(20)
    text = text_field(20_000, required=True)
    addressed_to = text_field(200)
    given_on = day_field(required=False, allow_null=True)
    status = serializers.ChoiceField(choices=Recommendation.Status.values, required=False)
    outcome = text_field(20_000, help_text="What came of it, in words.")
    initiative = identifier(required=False, allow_null=True)
    decision = identifier(required=False, allow_null=True)
    source = text_field(300)  # type: ignore[assignment]


class RecommendationEntrySerializer(RecommendationChangeSerializer):
    """A recommendation to register."""

    body = identifier(help_text="A body's id.")


class ReportSerializer(StrictSerializer):
    """How far a follow-up is."""

    state = serializers.ChoiceField(choices=FollowUp.State.values)
    settled_on = day_field(required=False, allow_null=True, help_text="Left out: today.")
    note = text_field(20_000, help_text="What came of it, or why it is dropped. No names of persons.")
    document = _address(help_text="Where the documentation is.")


class FollowUpChangeSerializer(StrictSerializer):
    what = text_field(300, required=True)
    responsible = identifier(required=False, allow_null=True, help_text="An organisation's id.")
    responsible_words = text_field(160, help_text="Where it is no organisation of the portal.")
    due = day_field(required=False, allow_null=True)
    source = text_field(300)  # type: ignore[assignment]


class FollowUpEntrySerializer(FollowUpChangeSerializer):
    """Of a meeting, a decision or a recommendation: one of them, by its id."""

    meeting = identifier(required=False, allow_null=True)
    decision = identifier(required=False, allow_null=True)
    recommendation = identifier(required=False, allow_null=True)


# ---------------------------------------------------------------------------------------------------------- filters


class BodyFilters(django_filters.FilterSet):
    organisation = IdFilter(field_name="organisation_id", label="The id of the organisation whose they are.")
    kind = CodeFilter(codes=lambda: Body.Kind.values, label="The kind.")


class PersonFilters(django_filters.FilterSet):
    body = IdFilter(
        field_name="appointments__seat__body_id", label="Who holds or held a seat in this body.", distinct=True
    )


class MeetingFilters(django_filters.FilterSet):
    body = IdFilter(field_name="body_id", label="Of this body.")
    status = CodeFilter(codes=lambda: Meeting.Status.values, label="The status.")
    day_from = DayFilter(field_name="day", lookup_expr="gte", label="On this day or later.")
    day_to = DayFilter(field_name="day", lookup_expr="lte", label="On this day or earlier.")


class RecommendationFilters(django_filters.FilterSet):
    body = IdFilter(field_name="body_id", label="Of this body.")
    status = CodeFilter(codes=lambda: Recommendation.Status.values, label="What came of it.")


class FollowUpFilters(django_filters.FilterSet):
    body = IdFilter(field_name="body_id", label="Of this body.")
    responsible = IdFilter(field_name="responsible_id", label="The id of the responsible organisation.")
    meeting = IdFilter(field_name="meeting_id", label="Of this meeting.")
    decision = IdFilter(field_name="decision_id", label="Of this decision.")
    recommendation = IdFilter(field_name="recommendation_id", label="Of this recommendation.")
    state = CodeFilter(codes=lambda: FollowUp.State.values, label="The state.")
    overdue = FlagFilter(method="late", label="Open after the day it was due.")

    def late(self, rows: Any, _name: str, value: bool) -> Any:
        late = FollowUp.objects.overdue(ledger.today()).order_by().values("pk")
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)
