"""What services, external parties and referrals look like over the API, and what is read of them."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.api.filters import match_type_codes
from matching.api.serializers import CompanyNameSerializer
from matching.models import (
    ExternalKind,
    ExternalParty,
    Referral,
    ReferralKind,
    ReferralOutcome,
    ReferralStatus,
    Service,
    ServiceContact,
)
from matching.models.referrals import ReferralQuerySet
from portal.audit.openings import opened
from portal.ui.api import CodeFilter, DayFilter, FlagFilter, IdFilter
from portal.ui.api_writing import StrictSerializer
from programmes.api.serializers import OrganisationSerializer

TEXT = gettext_lazy("Write a text.")


class ServiceContactSerializer(serializers.ModelSerializer[ServiceContact]):
    email = serializers.CharField()

    class Meta:
        model = ServiceContact
        fields = ("name", "title", "phone", "email")


class ServiceSerializer(serializers.ModelSerializer[Service]):
    """Something an organisation offers companies. Without municipalities it covers the whole area."""

    organisation = OrganisationSerializer()
    programme = serializers.CharField(source="programme.slug")
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=ReferralKind.values), help_text="Themes.")
    match_types = serializers.SerializerMethodField(help_text="Codes of /match-types/.")
    municipalities = serializers.SerializerMethodField(help_text="Four digits each.")
    contacts = ServiceContactSerializer(many=True)

    class Meta:
        model = Service
        fields = (
            "id", "organisation", "programme", "title", "offers", "for_whom", "kinds", "match_types", "municipalities",
            "contacts", "valid_from", "valid_to", "updated_at",
        )  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_match_types(self, row: Service) -> list[str]:
        return [each.code for each in row.match_types.all()]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_municipalities(self, row: Service) -> list[str]:
        return [each.code for each in row.municipalities.all()]


class ContactEntrySerializer(StrictSerializer):
    name = serializers.CharField(max_length=120)
    title = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    email = serializers.CharField(max_length=254, required=False, allow_blank=True, default="")


class ServiceEntrySerializer(StrictSerializer):
    """A service of the caller's own organisation, or of a unit of the own municipality (`organisation`, an id)."""

    programme = serializers.CharField(max_length=100)
    organisation = serializers.IntegerField(required=False, min_value=1)
    title = serializers.CharField(max_length=120)
    offers = serializers.CharField(max_length=1000)
    for_whom = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=ReferralKind.values), required=False, default=list, max_length=7
    )
    match_types = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=20
    )
    municipalities = serializers.ListField(
        child=serializers.CharField(max_length=4), required=False, default=list, max_length=98
    )
    contacts = serializers.ListField(child=ContactEntrySerializer(), required=False, default=list, max_length=3)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, allow_null=True, default=None)


class ServiceChangeSerializer(ServiceEntrySerializer):
    """The whole service as it should be; programme and organisation stay."""

    programme = None  # type: ignore[assignment]
    organisation = None  # type: ignore[assignment]


class ServiceFilters(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__slug", label="The programme's slug.")
    organisation = IdFilter(field_name="organisation_id", label="Offered by, an id.")
    kind = CodeFilter(method="filter_kind", codes=lambda: list(ReferralKind.values), label="A theme.")
    match_type = CodeFilter(method="filter_match_type", codes=match_type_codes, label="A code of /match-types/.")
    offered_on = DayFilter(method="filter_day", label="Offered on this day.")

    def filter_kind(self, rows: Any, name: str, kind: str) -> Any:
        return rows.filter(kinds__contains=[kind])

    def filter_match_type(self, rows: Any, name: str, code: str) -> Any:
        fitting = Service.match_types.through.objects.filter(matchtype=code)
        return rows.filter(pk__in=fitting.values("service"))

    def filter_day(self, rows: Any, name: str, day: Any) -> Any:
        return rows.on(day)


class ExternalPartySerializer(serializers.ModelSerializer[ExternalParty]):
    """Somebody that companies are referred to, or that refers them, without being a partner here."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ExternalKind.values)
    website = serializers.CharField()

    class Meta:
        model = ExternalParty
        fields = ("id", "name", "kind", "website", "active", "updated_at")


class ExternalPartyEntrySerializer(StrictSerializer):
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=ExternalKind.values)
    website = serializers.URLField(required=False, allow_blank=True, default="")


class ExternalPartyFilters(django_filters.FilterSet):
    kind = CodeFilter(field_name="kind", codes=lambda: list(ExternalKind.values), label="The kind.")
    active = FlagFilter(field_name="active", label="Whether it can be chosen.")


class PartyNameSerializer(serializers.ModelSerializer[ExternalParty]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ExternalKind.values)

    class Meta:
        model = ExternalParty
        fields = ("id", "name", "kind")


class ReferredCompanySerializer(CompanyNameSerializer):
    class Meta(CompanyNameSerializer.Meta):
        pass


class ReferralSerializer(serializers.ModelSerializer[Referral]):
    """A company that was referred, or has asked. Of three senders one is given, of two receivers one."""

    programme = serializers.CharField(source="programme.slug")
    company = ReferredCompanySerializer()
    from_organisation = OrganisationSerializer(allow_null=True)
    from_external = PartyNameSerializer(allow_null=True)
    from_company = serializers.BooleanField(help_text="The company has asked itself.")
    to_organisation = OrganisationSerializer(allow_null=True)
    to_external = PartyNameSerializer(allow_null=True)
    service = serializers.IntegerField(source="service_id", allow_null=True)
    contact_person = serializers.IntegerField(source="contact_person_id", allow_null=True)
    kind = serializers.ChoiceField(choices=ReferralKind.values)
    first_asked_on = serializers.DateField(help_text="Since when the company has waited, also where it was passed on.")
    status = serializers.ChoiceField(choices=ReferralStatus.values)
    outcome = serializers.ChoiceField(choices=["", *ReferralOutcome.values], help_text="Empty until it is answered.")
    follows = serializers.IntegerField(
        source="follows_id", allow_null=True, help_text="The id of the one that was passed on."
    )
    inside_municipality = serializers.SerializerMethodField(help_text="Both are units of one municipality.")

    class Meta:
        model = Referral
        fields = (
            "id", "programme", "company", "from_organisation", "from_external", "from_company", "to_organisation",
            "to_external", "service", "contact_person", "kind", "asked", "asked_on", "first_asked_on", "due_on",
            "status", "outcome",
            "answer", "alternatives", "answered_on", "company_answered_on", "follows", "inside_municipality",
            "registered_at", "updated_at",
        )  # fmt: skip

    def to_representation(self, instance: Referral) -> Any:
        opened("referral", instance.pk)
        return super().to_representation(instance)

    def get_inside_municipality(self, row: Referral) -> bool:
        return row.internal_to_id is not None


class ReferralEntrySerializer(StrictSerializer):
    """One receiver: `service`, `to_organisation` or `to_external`. With `from_company` or `from_external` the caller's
    own organisation receives it."""

    programme = serializers.CharField(max_length=100)
    company = serializers.IntegerField(min_value=1, help_text="The company's id.")
    kind = serializers.ChoiceField(choices=ReferralKind.values)
    asked = serializers.CharField(max_length=2000)
    asked_on = serializers.DateField()
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    service = serializers.IntegerField(required=False, min_value=1)
    to_organisation = serializers.IntegerField(required=False, min_value=1)
    to_external = serializers.IntegerField(required=False, min_value=1)
    contact_person = serializers.IntegerField(required=False, min_value=1, help_text="Of the company.")
    from_company = serializers.BooleanField(required=False, default=False)
    from_external = serializers.IntegerField(required=False, min_value=1)


class ReferralAnswerSerializer(StrictSerializer):
    """What came of it. `no_match` says in `alternatives` what else the company was told of."""

    outcome = serializers.ChoiceField(choices=ReferralOutcome.values)
    answer = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    alternatives = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    answered_on = serializers.DateField()
    company_answered_on = serializers.DateField(required=False, allow_null=True, default=None)


class CompanyAnswerSerializer(StrictSerializer):
    company_answered_on = serializers.DateField()


class ReferralFilters(django_filters.FilterSet):
    programme = django_filters.CharFilter(field_name="programme__slug", label="The programme's slug.")
    status = CodeFilter(field_name="status", codes=lambda: list(ReferralStatus.values), label="The status.")
    kind = CodeFilter(field_name="kind", codes=lambda: list(ReferralKind.values), label="What it is about.")
    company = IdFilter(field_name="company_id", label="The company's id.")
    from_organisation = IdFilter(field_name="from_organisation_id", label="The sender's id.")
    to_organisation = IdFilter(field_name="to_organisation_id", label="The receiver's id.")
    asked_from = DayFilter(field_name="asked_on", lookup_expr="gte", label="Asked on this day or later.")
    asked_to = DayFilter(field_name="asked_on", lookup_expr="lte", label="Asked on this day or earlier.")
    company_waits = FlagFilter(method="filter_waits", label="Whether the company has had no answer yet.")

    def filter_waits(self, rows: ReferralQuerySet, name: str, wanted: bool) -> ReferralQuerySet:
        waiting = Referral.objects.company_waits().order_by().values("pk")
        return rows.filter(pk__in=waiting) if wanted else rows.exclude(pk__in=waiting)
