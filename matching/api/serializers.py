"""Companies and matches as the API gives them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.models import (
    BreakReason,
    Classification,
    Company,
    CountingRule,
    EducationLevel,
    Employees,
    Match,
    MatchTransition,
    MatchType,
    NotCounted,
    ProductionUnit,
    Scheme,
    Stage,
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
    restricted = serializers.BooleanField(
        source="use_stopped",
        help_text="It has asked that what is held about it is not used (GDPR article 18): nothing new is registered.",
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
            "restricted",
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


class _ListedSerializer(serializers.ModelSerializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField(source="label", help_text="In the language of the request.")
    active = serializers.BooleanField(help_text="Whether new matches can have it.")


class MatchSchemeSerializer(_ListedSerializer):
    class Meta:
        model = Scheme
        fields = ("code", "name", "active")


class BreakReasonSerializer(_ListedSerializer):
    class Meta:
        model = BreakReason
        fields = ("code", "name", "active")


class TransitionSerializer(serializers.ModelSerializer[MatchTransition]):
    """What happened with a match: never changed, only more is said."""

    kind = serializers.ChoiceField(choices=MatchTransition.Kind.values)
    day = serializers.DateField()
    why = serializers.CharField(
        source="break_reason_id", allow_null=True, help_text="Of broken_off: a code of /break-reasons/."
    )
    reason = serializers.CharField(help_text="A remark, or why it was corrected or undone.")
    organisation = OrganisationSerializer(help_text="The organisation for which it was said.")
    registered_at = serializers.DateTimeField()

    class Meta:
        model = MatchTransition
        fields = ("id", "kind", "day", "why", "reason", "organisation", "registered_at")


class CountingRuleSerializer(serializers.ModelSerializer[CountingRule]):
    """A version of how a programme's matches count; of those valid from the same day the one with the highest place."""

    place = serializers.IntegerField()
    valid_from = serializers.DateField()
    counts_on = serializers.ChoiceField(choices=["agreed", "started", "ended"])
    chain = serializers.ChoiceField(choices=["each", "first", "undecided"])
    group = serializers.ChoiceField(choices=["one", "each", "undecided"])
    minimum_days = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=["decided", "undecided"])
    decided_by = serializers.CharField()
    decided_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()

    class Meta:
        model = CountingRule
        fields = (
            "place", "valid_from", "counts_on", "chain", "group", "minimum_days", "status", "decided_by", "decided_on",
            "note",
        )  # fmt: skip


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
    stage = serializers.ChoiceField(choices=Stage.values, help_text="How far it has come, as far as it was said.")
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    broken_off_on = serializers.DateField(allow_null=True)
    broken_off_reason = serializers.CharField(
        source="broken_off_reason_id", allow_null=True, help_text="A code of /break-reasons/."
    )
    students = serializers.IntegerField(allow_null=True, help_text="Of a group of students: how many.")
    education_level = serializers.ChoiceField(choices=["", *EducationLevel.values])
    scheme = serializers.CharField(source="scheme_id", allow_null=True, help_text="A code of /match-schemes/.")
    event = serializers.CharField(help_text="The event where they met, for example a job fair.")
    attested_by = serializers.CharField(help_text="Of a match on behalf of a partner: who there said so.")
    attested_on = serializers.DateField(allow_null=True)
    source_system = serializers.CharField()
    external_key = serializers.CharField(help_text="Its key in the source system.")
    p_number = serializers.CharField(help_text="Of the place of work; empty where it was not said.")
    follows = serializers.IntegerField(
        source="follows_id", allow_null=True, help_text="The id of the match it grew out of."
    )
    counted_on = serializers.DateField(allow_null=True, help_text="The day it counts on, when not that of agreement.")
    counted_as = serializers.IntegerField(help_text="As how many matches it counts, if it does.")
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
            "stage",
            "starts_on",
            "ends_on",
            "broken_off_on",
            "broken_off_reason",
            "students",
            "education_level",
            "scheme",
            "event",
            "attested_by",
            "attested_on",
            "source_system",
            "external_key",
            "p_number",
            "follows",
            "counted_on",
            "counted_as",
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
