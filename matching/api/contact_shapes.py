"""What contacts, needs and the people at companies look like over the API, and what is read of them."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.api.serializers import CompanyNameSerializer
from matching.models import (
    BreakReason,
    CompanyContact,
    Competence,
    ContactPerson,
    ContactTheme,
    EducationLevel,
    MatchType,
    Need,
)
from matching.models.contacts import CompanyContactQuerySet
from portal.audit.openings import opened
from portal.ui.api import CodeFilter, DayFilter, FlagFilter, IdFilter, MunicipalityFilter, parse_month
from portal.ui.api_writing import StrictSerializer
from programmes.api.money_shapes import day_field, identifier, text_field, whole_field
from programmes.api.serializers import OrganisationSerializer


def codes_of(model: Any) -> list[str]:
    return list(model.objects.values_list("code", flat=True))


class ListedSerializer(serializers.ModelSerializer[Any]):
    """A row of a list that can be edited."""

    name = serializers.CharField(source="label", help_text="In the language of the request.")
    active = serializers.BooleanField(help_text="Whether it can be chosen.")
    constructed = serializers.BooleanField(help_text="Made up by us: the sources name no such list.")


class ContactThemeSerializer(ListedSerializer):
    class Meta:
        model = ContactTheme
        fields = ("code", "name", "active", "constructed")


class ContactCompanySerializer(CompanyNameSerializer):
    class Meta(CompanyNameSerializer.Meta):
        pass


class ContactPersonSerializer(serializers.ModelSerializer[ContactPerson]):
    """Somebody one talks with at a company."""

    company = ContactCompanySerializer()
    name = serializers.CharField()
    title = serializers.CharField(help_text="Empty when nobody has said it, as telephone and e-mail.")
    phone = serializers.CharField()
    email = serializers.CharField()
    left_on = serializers.DateField(allow_null=True, help_text="The day on which the person left the company.")

    def to_representation(self, instance: ContactPerson) -> Any:
        opened("contact_person", instance.pk)
        return super().to_representation(instance)

    class Meta:
        model = ContactPerson
        fields = ("id", "company", "name", "title", "phone", "email", "left_on", "updated_at")


class PersonNameSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    name = serializers.CharField()


class ContactPersonEntrySerializer(StrictSerializer):
    name = text_field(120, required=True)
    title = text_field(120)
    phone = text_field(30)
    email = text_field(254)


class NewContactPersonSerializer(ContactPersonEntrySerializer):
    company = identifier(help_text="The company's id.")


class PersonLeftSerializer(StrictSerializer):
    left_on = day_field(allow_null=True, help_text="null: works there after all.")


UNTOLD: dict[str, Any] = {
    "themes": [], "first": False, "unasked": None, "next_step": "", "next_step_on": None, "next_step_done_on": None,
}  # fmt: skip
"""All that others are told of a contact that an organisation has taken back: that there is none any more."""


class CompanyContactSerializer(serializers.ModelSerializer[CompanyContact]):
    """A contact with a company. What was said, and with whom, is null where the caller may not read it."""

    company = ContactCompanySerializer()
    organisation = OrganisationSerializer()
    kind = serializers.ChoiceField(choices=CompanyContact.Kind.values)
    themes = serializers.ListField(child=serializers.CharField(), help_text="Codes of /contact-themes/.")
    first = serializers.BooleanField(help_text="No earlier contact with the company stands, of those one sees.")
    readable = serializers.BooleanField(help_text="The own organisation's, or shared.")
    contact_person = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    unasked = serializers.BooleanField(
        allow_null=True, help_text="Of a company protected against advertising: it had not asked for the contact."
    )
    next_step_on = serializers.DateField(allow_null=True, help_text="The day by which it is to be taken.")
    next_step_done_on = serializers.DateField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(
        allow_null=True, help_text="Undone. Of another organisation's nothing else is told then: delete what you have."
    )

    def to_representation(self, instance: CompanyContact) -> Any:
        opened("company_contact", instance.pk)
        said = super().to_representation(instance)
        taken_back = instance.withdrawn and not vars(instance)["readable"]
        return {**said, **UNTOLD} if taken_back else said

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_text(self, row: CompanyContact) -> str | None:
        return row.text if vars(row)["readable"] else None

    @extend_schema_field(PersonNameSerializer(allow_null=True))
    def get_contact_person(self, row: CompanyContact) -> Any:
        person = row.contact_person
        if person is None or person.erased or not vars(row)["readable"]:
            return None
        opened("contact_person", person.pk)
        return {"id": person.pk, "name": person.name}

    class Meta:
        model = CompanyContact
        fields = (
            "id", "company", "contacted_on", "organisation", "kind", "themes", "first", "readable", "contact_person",
            "text", "shared_text", "unasked", "next_step", "next_step_on", "next_step_done_on", "withdrawn_at",
            "created_at", "updated_at",
        )  # fmt: skip


class ContactEntrySerializer(StrictSerializer):
    """What is said of a contact. Of one that is corrected, what is left out stays."""

    contacted_on = day_field()
    kind = serializers.ChoiceField(choices=CompanyContact.Kind.values)
    themes = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    contact_person = identifier(required=False, allow_null=True, help_text="An id of /contact-people/.")
    text = text_field(4000)
    shared_text = serializers.BooleanField(
        required=False, help_text="Partners of the programme may read the text and with whom it was; false left out."
    )
    unasked = serializers.BooleanField(required=False, allow_null=True, help_text="Asked of protected companies only.")
    next_step = text_field(200)
    next_step_on = day_field(required=False, allow_null=True)


class NewContactSerializer(ContactEntrySerializer):
    company = identifier(help_text="The company's id.")


class StepTakenSerializer(StrictSerializer):
    done_on = day_field()


class MonthField(serializers.CharField):
    """YYYY-MM, read as the first of the month."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return parse_month(text)
        except ValidationError as wrong:
            raise serializers.ValidationError(list(wrong.messages)) from wrong

    def to_representation(self, value: Any) -> str:
        return f"{value:%Y-%m}"


class NeedSerializer(serializers.ModelSerializer[Need]):
    """A need of a company."""

    company = ContactCompanySerializer()
    organisation = OrganisationSerializer(help_text="Who found it.")
    kind = serializers.ChoiceField(choices=Need.Kind.values)
    growth = serializers.ChoiceField(choices=["", *Need.Growth.values], help_text="Empty: not assessed.")
    work_area = serializers.CharField(source="work_area_id", allow_null=True)
    competences = serializers.ListField(child=serializers.CharField(), help_text="Codes of /competences/.")
    education_level = serializers.ChoiceField(choices=["", *EducationLevel.values])
    match_types = serializers.ListField(child=serializers.CharField(), help_text="Codes of /match-types/.")
    start_month = MonthField(allow_null=True, help_text="YYYY-MM.")
    visibility = serializers.ChoiceField(choices=Need.Visibility.values)
    status = serializers.ChoiceField(choices=Need.Status.values)
    candidates = serializers.IntegerField(help_text="How many have been presented to the company.")
    stepped_on = serializers.DateField(help_text="The day on which somebody last did something about it.")
    close_reason = serializers.CharField(source="close_reason_id", allow_null=True)

    def to_representation(self, instance: Need) -> Any:
        opened("need", instance.pk)
        return super().to_representation(instance)

    class Meta:
        model = Need
        fields = (
            "id", "company", "found_on", "organisation", "kind", "growth", "potential", "wish", "tasks", "work_area",
            "competences", "education_level", "match_types", "number_wanted", "start_month", "visibility", "status",
            "candidates", "stepped_on", "closed_on", "close_reason", "close_note", "created_at", "updated_at",
        )  # fmt: skip


class NeedEntrySerializer(StrictSerializer):
    """What is said of a need. Of one that is changed, what is left out stays."""

    found_on = day_field()
    kind = serializers.ChoiceField(choices=Need.Kind.values)
    wish = text_field(2000, required=True)
    growth = serializers.ChoiceField(choices=["", *Need.Growth.values], required=False)
    potential = text_field(2000)
    tasks = text_field(2000)
    work_area = serializers.CharField(required=False, allow_null=True, max_length=40)
    competences = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    education_level = serializers.ChoiceField(choices=["", *EducationLevel.values], required=False)
    match_types = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=50)
    number_wanted = whole_field(1, 500, required=False)
    start_month = MonthField(required=False, allow_null=True, help_text="YYYY-MM.")
    contact_person = identifier(required=False, allow_null=True, help_text="An id of /contact-people/.")
    visibility = serializers.ChoiceField(
        choices=Need.Visibility.values, required=False, help_text="`own` when left out: partners do not see it."
    )


class NewNeedSerializer(NeedEntrySerializer):
    company = identifier(help_text="The company's id.")


class NeedStepSerializer(StrictSerializer):
    candidates = whole_field(0, 500, help_text="How many have been presented in all.")


class NeedCloseSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=40, help_text="A code of /break-reasons/.")
    note = text_field(300)


class NothingSerializer(StrictSerializer):
    """Nothing needs to be said."""


class PersonFilters(django_filters.FilterSet):
    company = IdFilter(field_name="company_id", label="The company's id.")
    here = FlagFilter(method="filter_here", label="Whether the person still works there.")

    def filter_here(self, rows: "QuerySet[ContactPerson]", name: str, here: bool) -> "QuerySet[ContactPerson]":
        return rows.filter(left_on__isnull=here)


class ContactFilters(django_filters.FilterSet):
    company = IdFilter(field_name="company_id", label="The company's id.")
    organisation = IdFilter(field_name="organisation_id", label="The organisation that had it, by id.")
    municipality = MunicipalityFilter(field_name="company__municipality_id", label="The company's, four digits.")
    kind = CodeFilter(field_name="kind", codes=lambda: list(CompanyContact.Kind.values), label="How it was.")
    theme = CodeFilter(method="filter_theme", codes=lambda: codes_of(ContactTheme), label="A code of /contact-themes/.")
    contacted_from = DayFilter(field_name="contacted_on", lookup_expr="gte", label="On this day or later.")
    contacted_to = DayFilter(field_name="contacted_on", lookup_expr="lte", label="On this day or earlier.")
    step = CodeFilter(
        method="filter_step", codes=lambda: ["open", "late"], label="open: its next step waits; late: and was due."
    )
    withdrawn = FlagFilter(method="filter_withdrawn", label="Whether it has been undone. Both when left out.")

    def filter_theme(self, rows: CompanyContactQuerySet, name: str, theme: str) -> CompanyContactQuerySet:
        return rows.filter(themes__contains=[theme])

    def filter_step(self, rows: CompanyContactQuerySet, name: str, step: str) -> CompanyContactQuerySet:
        waiting = rows.steps_open()
        return waiting.filter(next_step_on__lt=timezone.localdate()) if step == "late" else waiting

    def filter_withdrawn(self, rows: CompanyContactQuerySet, name: str, wanted: bool) -> CompanyContactQuerySet:
        return rows.filter(withdrawn_at__isnull=not wanted)


class NeedFilters(django_filters.FilterSet):
    company = IdFilter(field_name="company_id", label="The company's id.")
    organisation = IdFilter(field_name="organisation_id", label="The organisation that found it, by id.")
    municipality = MunicipalityFilter(field_name="company__municipality_id", label="The company's, four digits.")
    status = CodeFilter(field_name="status", codes=lambda: list(Need.Status.values), label="open, in_progress, met …")
    kind = CodeFilter(field_name="kind", codes=lambda: list(Need.Kind.values), label="job_profile or student_case.")
    competence = CodeFilter(
        method="filter_competence", codes=lambda: codes_of(Competence), label="A code of /competences/."
    )
    match_type = CodeFilter(
        method="filter_match_type", codes=lambda: codes_of(MatchType), label="A code of /match-types/."
    )
    close_reason = CodeFilter(
        field_name="close_reason_id", codes=lambda: codes_of(BreakReason), label="A code of /break-reasons/."
    )
    found_from = DayFilter(field_name="found_on", lookup_expr="gte", label="Found on this day or later.")
    found_to = DayFilter(field_name="found_on", lookup_expr="lte", label="Found on this day or earlier.")

    def filter_competence(self, rows: "QuerySet[Need]", name: str, code: str) -> "QuerySet[Need]":
        return rows.filter(competences__contains=[code])

    def filter_match_type(self, rows: "QuerySet[Need]", name: str, code: str) -> "QuerySet[Need]":
        return rows.filter(match_types__contains=[code])
