"""Programmes as the API gives them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from programmes.api.numbers import NumberField
from programmes.models import BackgroundFact, Initiative, PartnerRole, Programme


class MunicipalitySerializer(serializers.Serializer):  # type: ignore[type-arg]
    code = serializers.CharField(help_text="The four-digit municipality code.")
    name = serializers.CharField()


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=OrganisationKind.values)

    class Meta:
        model = Organisation
        fields = ("id", "name", "short_name", "kind")


class PartnerSerializer(serializers.ModelSerializer[PartnerRole]):
    """An organisation's role in the programme and the days from and to which it has it (both included)."""

    organisation = OrganisationSerializer()
    role = serializers.ChoiceField(choices=PartnerRole.Role.values)

    class Meta:
        model = PartnerRole
        fields = ("organisation", "role", "valid_from", "valid_to")


class ActivitySerializer(serializers.ModelSerializer[Initiative]):
    number = serializers.CharField()
    name = serializers.CharField()
    lead = serializers.CharField(help_text="Who leads it, in the source's words; empty when undecided.")

    class Meta:
        model = Initiative
        fields = ("id", "number", "name", "lead")


class BackgroundFactSerializer(serializers.ModelSerializer[BackgroundFact]):
    """A number that a plan argues from, as its source prints it; never a result."""

    value = NumberField()
    value_to = NumberField(allow_null=True, help_text="The higher number of an interval.")
    source = serializers.CharField()  # type: ignore[assignment]  # a field called source, as the column is

    class Meta:
        model = BackgroundFact
        fields = ("name", "qualifier", "value", "value_to", "unit", "geography", "period", "source")


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    name = serializers.CharField()
    short_name = serializers.CharField()
    slug = serializers.CharField()
    kind = serializers.ChoiceField(choices=Programme.Kind.values)
    owner = OrganisationSerializer()
    area = serializers.CharField(
        source="area.name", allow_null=True, read_only=True, help_text="The area's name; null is the whole country."
    )
    status = serializers.ChoiceField(choices=Programme.Status.values)
    version = serializers.IntegerField()
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent_slug", allow_null=True, read_only=True,
        help_text="The address of the plan that it carries out, where the caller sees that; else null.",
    )  # fmt: skip
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day of the programme.")
    counted_from = serializers.DateField(help_text="Matches agreed before this day do not count.")
    fictional = serializers.BooleanField()
    updated_at = serializers.DateTimeField(help_text="When the programme itself last changed.")

    class Meta:
        model = Programme
        fields = (
            "id",
            "slug",
            "name",
            "short_name",
            "kind",
            "owner",
            "area",
            "status",
            "version",
            "parent",
            "starts_on",
            "ends_on",
            "counted_from",
            "fictional",
            "updated_at",
        )


class ProgrammeRecordSerializer(ProgrammeSerializer):
    """A programme with everything that a match in it is chosen from, apart from match types and work areas."""

    description = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the programme's, not the field's
    partners = serializers.SerializerMethodField(help_text="Every role, also those that have ended.")
    activities = ActivitySerializer(many=True, source="initiatives")
    municipalities = serializers.SerializerMethodField(
        help_text="The municipalities of the programme's area today; after its end, on its last day."
    )

    background_facts = serializers.SerializerMethodField(
        help_text="What the plan as a whole argues from; an area has its own."
    )

    class Meta(ProgrammeSerializer.Meta):
        fields = (
            *ProgrammeSerializer.Meta.fields,
            "description",
            "source",
            "partners",
            "activities",
            "municipalities",
            "background_facts",
        )  # type: ignore[assignment]

    @extend_schema_field(PartnerSerializer(many=True))
    def get_partners(self, programme: Programme) -> Any:
        roles = programme.roles.select_related("organisation").order_by("organisation__sort_key", "role", "valid_from")
        return PartnerSerializer(roles, many=True).data

    @extend_schema_field(BackgroundFactSerializer(many=True))
    def get_background_facts(self, programme: Programme) -> Any:
        facts = programme.background_facts.filter(focus_area=None).order_by("order", "pk")
        return BackgroundFactSerializer(facts, many=True).data

    @extend_schema_field(MunicipalitySerializer(many=True))
    def get_municipalities(self, programme: Programme) -> Any:
        day = min(max(self.context["today"], programme.starts_on), programme.ends_on)
        return MunicipalitySerializer(programme.municipalities(day), many=True).data
