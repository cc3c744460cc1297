"""Companies and matches as the API gives them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.models import (
    Classification,
    Company,
    Employees,
    Match,
    MatchType,
    NotCounted,
    ProductionUnit,
    Status,
    WorkArea,
)
from portal.audit.openings import opened
from programmes.api.serializers import ActivitySerializer, MunicipalitySerializer, OrganisationSerializer


class ProductionUnitSerializer(serializers.ModelSerializer[ProductionUnit]):
    """A place of work of a company, as the register says it."""

    number = serializers.CharField(help_text="The P-number, ten digits.")
    name = serializers.CharField()
    head = serializers.BooleanField(help_text="Whether it is the head unit.")
    municipality = MunicipalitySerializer(allow_null=True)
    address = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    industry = serializers.CharField()
    industry_code = serializers.CharField()
    industry_version = serializers.ChoiceField(choices=["", *Classification.values])
    ceased_on = serializers.DateField(allow_null=True)

    class Meta:
        model = ProductionUnit
        fields = (
            "number",
            "name",
            "head",
            "municipality",
            "address",
            "postal_code",
            "city",
            "industry",
            "industry_code",
            "industry_version",
            "ceased_on",
        )


class CompanySerializer(serializers.ModelSerializer[Company]):
    """A company: the register's data, or name and municipality alone of one that has no CVR number here yet."""

    cvr = serializers.CharField(allow_null=True, help_text="Eight digits; null while the number is not known.")
    name = serializers.CharField()
    municipality = MunicipalitySerializer(allow_null=True)
    address = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    employees = serializers.ChoiceField(
        choices=["", *Employees.values], help_text="The register's interval; empty when it is not known."
    )
    industry = serializers.CharField()
    industry_code = serializers.CharField(help_text="Six digits; empty when it is not known.")
    industry_version = serializers.ChoiceField(
        choices=["", *Classification.values], help_text="The list that the code is from; empty when it is not known."
    )
    form = serializers.CharField(help_text="The company form in the register's words.")
    form_code = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=Status.values, help_text="Our reading of status_text.")
    status_text = serializers.CharField(help_text="The register's words.")
    ceased_on = serializers.DateField(allow_null=True)
    advertising_protected = serializers.BooleanField(
        help_text="The law forbids to approach the company unasked. Leave it out of lists for outreach."
    )
    other_names = serializers.ListField(
        source="secondary_names", child=serializers.CharField(), help_text="Secondary and former names."
    )
    first_highly_educated = serializers.BooleanField(
        allow_null=True, help_text="As the company answered; null while nobody has asked."
    )
    production_units = ProductionUnitSerializer(many=True)
    register_updated_at = serializers.DateTimeField(allow_null=True, help_text="When it changed in the register.")
    fetched_on = serializers.DateField(allow_null=True, help_text="When the register was asked; null if never.")
    merged_into = serializers.IntegerField(
        source="merged_into_id", allow_null=True, help_text="The id of the company that this one turned out to be."
    )
    fictional = serializers.BooleanField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Company) -> Any:
        opened("company", instance.pk)
        return super().to_representation(instance)

    class Meta:
        model = Company
        fields = (
            "id",
            "cvr",
            "name",
            "municipality",
            "address",
            "postal_code",
            "city",
            "employees",
            "industry",
            "industry_code",
            "industry_version",
            "form",
            "form_code",
            "status",
            "status_text",
            "ceased_on",
            "advertising_protected",
            "other_names",
            "first_highly_educated",
            "production_units",
            "register_updated_at",
            "fetched_on",
            "merged_into",
            "fictional",
            "updated_at",
        )


class CompanyNameSerializer(serializers.ModelSerializer[Company]):
    cvr = serializers.CharField(allow_null=True)
    name = serializers.CharField()

    class Meta:
        model = Company
        fields = ("id", "cvr", "name")


class MatchTypeSerializer(serializers.ModelSerializer[MatchType]):
    code = serializers.CharField()
    name = serializers.CharField(source="label", help_text="In the language of the request.")
    kind = serializers.ChoiceField(choices=MatchType.Kind.values)

    class Meta:
        model = MatchType
        fields = ("code", "name", "kind")


class WorkAreaSerializer(serializers.ModelSerializer[WorkArea]):
    code = serializers.CharField()
    name = serializers.CharField(source="label", help_text="In the language of the request.")
    active = serializers.BooleanField(help_text="Whether new matches can have it.")
    constructed = serializers.BooleanField(help_text="Whether the list's makers made it up (the sources name none).")

    class Meta:
        model = WorkArea
        fields = ("code", "name", "active", "constructed")


class MatchSerializer(serializers.ModelSerializer[Match]):
    programme = serializers.CharField(source="programme.slug", help_text="The programme's slug.")
    company = CompanyNameSerializer()
    match_type = serializers.CharField(source="match_type_id", help_text="A code of /match-types/.")
    work_area = serializers.CharField(source="work_area_id", help_text="A code of /work-areas/.")
    municipality = MunicipalitySerializer(help_text="The place of work.")
    agreed_on = serializers.DateField()
    created_by = OrganisationSerializer(help_text="The match creator: the organisation whose match it is.")
    registered_by = OrganisationSerializer(help_text="The organisation of the person who registered it.")
    on_behalf_of = OrganisationSerializer(
        allow_null=True, help_text="The creator, when another organisation registered the match for it."
    )
    assisted_by = serializers.SerializerMethodField(help_text="Organisations that helped; they get no credit.")
    activity = ActivitySerializer(allow_null=True)
    different_reason = serializers.CharField(help_text="Why it is not the same as the likely twin; else empty.")
    counts = serializers.BooleanField()
    not_counted_reason = serializers.ChoiceField(
        choices=["", *NotCounted.values], help_text="Why it does not count; empty when it does."
    )
    registered_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True, help_text="When it was undone; null while it stands.")
    withdrawn_reason = serializers.CharField()
    fictional = serializers.BooleanField()
    updated_at = serializers.DateTimeField(help_text="When it was registered, corrected or undone, whichever is last.")

    def to_representation(self, instance: Match) -> Any:
        opened("match", instance.pk)
        return super().to_representation(instance)

    class Meta:
        model = Match
        fields = (
            "id",
            "programme",
            "company",
            "match_type",
            "work_area",
            "municipality",
            "agreed_on",
            "created_by",
            "registered_by",
            "on_behalf_of",
            "assisted_by",
            "activity",
            "different_reason",
            "counts",
            "not_counted_reason",
            "registered_at",
            "withdrawn_at",
            "withdrawn_reason",
            "fictional",
            "updated_at",
        )

    @extend_schema_field(OrganisationSerializer(many=True))
    def get_assisted_by(self, match: Match) -> Any:
        helpers = [assist.organisation for assist in match.assists.all()]
        helpers.sort(key=lambda helper: (helper.sort_key, helper.pk))
        return OrganisationSerializer(helpers, many=True).data
