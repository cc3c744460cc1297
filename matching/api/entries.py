"""What a caller sends to register a match, read into a MatchEntry. The rules themselves are register_match's."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from matching.companies import NewCompany, by_cvr, cvr_message
from matching.entries import MatchEntry, More
from matching.models import Company
from matching.models.more import MOST_STUDENTS
from portal.identity.actor import Actor
from portal.privacy.cpr import OTHER_NUMBERS
from portal.ui.api import MAX_ID
from portal.ui.api_writing import StrictSerializer
from portal.ui.cvr import clean_cvr
from portal.ui.problems import invalid
from programmes.models import Programme


def _id(**options: Any) -> serializers.IntegerField:
    message = gettext_lazy("Write a whole number.")
    return serializers.IntegerField(
        min_value=1,
        max_value=MAX_ID,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "max_string_length"), message),
        **options,
    )


def _text(**options: Any) -> serializers.CharField:
    return serializers.CharField(error_messages={"invalid": gettext_lazy("Write a text.")}, **options)


def _day(**options: Any) -> serializers.DateField:
    return serializers.DateField(
        required=False,
        allow_null=True,
        input_formats=["%Y-%m-%d"],
        error_messages=dict.fromkeys(("invalid", "datetime"), gettext_lazy("Write the date as YYYY-MM-DD.")),
        **options,
    )


class CompanyChoiceSerializer(StrictSerializer):
    """One of three: `id`; `cvr` of a company the portal knows; `name` with `cvr` or `municipality` or both.

    A named company is found again by its number, or without one by name and municipality, and added if it is new.
    """

    id = _id(required=False, help_text="A company's id.")
    cvr = _text(required=False, max_length=30, help_text="Eight digits.")
    name = _text(required=False, max_length=400)
    municipality = _text(required=False, max_length=10, help_text="The four-digit code of the company's municipality.")


class MatchEntrySerializer(StrictSerializer):
    """A match to register. Read with partial=True: what is missing is said by the rules, all at once and in words."""

    other_numbers = OTHER_NUMBERS | {"external_key"}

    programme = _text(max_length=60, help_text="The programme's slug.")
    company = CompanyChoiceSerializer()
    match_type = _text(max_length=60, help_text="A code of /match-types/.")
    work_area = _text(max_length=60, help_text="A code of /work-areas/.")
    agreed_on = serializers.DateField(
        input_formats=["%Y-%m-%d"],
        help_text="The day it was agreed, inside the programme's period and not to come.",
        error_messages=dict.fromkeys(("invalid", "datetime"), gettext_lazy("Write the date as YYYY-MM-DD.")),
    )
    municipality = _text(
        required=False,
        allow_null=True,
        max_length=10,
        help_text="The place of work, a four-digit code; left out, the company's own municipality.",
    )
    created_by = _id(
        required=False,
        allow_null=True,
        help_text="The match creator's id; left out, the caller's own organisation where it creates matches.",
    )
    on_behalf_of = _id(
        required=False, allow_null=True, help_text="The partner for whom it is registered, where it is not one's own."
    )
    assisted_by = serializers.ListField(
        child=_id(), required=False, max_length=50, help_text="The ids of organisations that helped."
    )
    activity = _id(required=False, allow_null=True, help_text="The id of one of the programme's activities.")
    different_reason = _text(
        required=False,
        allow_blank=True,
        max_length=300,
        help_text="After a likely-twin answer: why it is another match all the same.",
    )
    starts_on = _day(help_text="The first day; the day of the agreement or later.")
    ends_on = _day(help_text="The last day, as agreed or as it was.")
    broken_off_on = _day(help_text="When it was broken off; then with broken_off_reason.")
    broken_off_reason = _text(required=False, allow_blank=True, max_length=60, help_text="A code of /break-reasons/.")
    students = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MOST_STUDENTS,
        help_text="Of a student match with a group: how many. The group is one match.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_string_length"),
            gettext_lazy("Write how many students, from 1 to 500."),
        ),
    )
    education_level = _text(required=False, allow_blank=True, max_length=10, help_text="kvu, mvu or lvu.")
    scheme = _text(required=False, allow_blank=True, max_length=60, help_text="A code of /match-schemes/.")
    event = _text(required=False, allow_blank=True, max_length=160, help_text="The event where they met.")
    attested_by = _text(
        required=False, allow_blank=True, max_length=160, help_text="With on_behalf_of: who at the partner said so."
    )
    attested_on = _day(help_text="With on_behalf_of: when it was said.")
    source_system = _text(required=False, allow_blank=True, max_length=60, help_text="The system it comes from.")
    external_key = _text(
        required=False,
        allow_blank=True,
        max_length=120,
        help_text="Its key there: one match of the programme has it, and sent again it is answered with that match.",
    )
    p_number = _text(
        required=False,
        allow_blank=True,
        max_length=20,
        help_text="Of the place of work. Where the register knows it, `municipality` may be left out or must be its.",
    )
    follows = _id(
        required=False, allow_null=True, help_text="The id of the match it grew out of, with the same company."
    )


class MatchCorrectionSerializer(MatchEntrySerializer):
    """The match as it should be, whole, and why. What is left out is empty afterwards."""

    reason = _text(max_length=300)


class MatchReportSerializer(StrictSerializer):
    """What has happened with a match."""

    kind = _text(max_length=20, help_text="started, ended or broken_off.")
    day = _day(help_text="The day on which it happened.")
    why = _text(required=False, allow_blank=True, max_length=60, help_text="Of broken_off: a code of /break-reasons/.")
    remark = _text(required=False, allow_blank=True, max_length=300)


class UndoSerializer(StrictSerializer):
    """Why a match is undone; may be left out."""

    reason = _text(required=False, allow_blank=True, max_length=300)


def entry_of(data: Any, actor: Actor) -> MatchEntry:
    """The entry in a request's body. Raises Problem (400) for what cannot be read."""
    reader = MatchEntrySerializer(data=data, partial=True)
    reader.is_valid(raise_exception=True)
    return entry_said(reader.validated_data, actor)


def entry_said(read: Mapping[str, Any], actor: Actor) -> MatchEntry:
    slug = read.get("programme")
    return MatchEntry(
        programme=Programme.objects.visible_to(actor).filter(slug=slug).first() if slug else None,
        company=_company(read.get("company"), actor),
        match_type=read.get("match_type", ""),
        agreed_on=read.get("agreed_on"),
        work_area=read.get("work_area", ""),
        municipality=read.get("municipality"),
        created_by=read.get("created_by"),
        assisted_by=tuple(read.get("assisted_by", ())),
        on_behalf_of=read.get("on_behalf_of"),
        activity=read.get("activity"),
        different_reason=read.get("different_reason", ""),
        more=_more(read),
    )


def _more(read: Mapping[str, Any]) -> More:
    said: dict[str, Any] = {}
    for name in MORE:
        value = read.get(name)
        if value is not None:
            said[name] = value.strip() if isinstance(value, str) else value
    return More(**said)


def _company(choice: Mapping[str, Any] | None, actor: Actor) -> Company | NewCompany | None:
    """The company meant.

    A name always gives a NewCompany, also where the number is known by now: a submission that is sent again must read
    the same as the first time, when it was not.
    """
    if not choice:
        return None
    if "id" in choice:
        if len(choice) > 1:
            raise invalid({"company.id": _("Give the id alone, or leave it out.")})
        company = Company.objects.visible_to(actor).filter(pk=choice["id"]).first()
        if company is None:
            raise invalid({"company.id": _("There is no company with this id.")})
        return company
    if "cvr" in choice and "name" not in choice:
        if message := cvr_message(clean_cvr(choice["cvr"])):
            raise invalid({"company.cvr": message})
        company = by_cvr(choice["cvr"])
        if company is None:
            text = _("The portal does not know this CVR number yet. Enter the company's name.")
            raise invalid({"company.name": text})
        return company
    return NewCompany(
        name=choice.get("name", ""), municipality=choice.get("municipality"), cvr=clean_cvr(choice.get("cvr", ""))
    )


MORE = {each.name for each in fields(More)}
FIELD_OF_RULE = {
    "company_name": "company.name",
    "company_cvr": "company.cvr",
    "company_municipality": "company.municipality",
    "company_text": "company",
}
"""Where the rules name a field of the form, the API names it by where it stands in the body."""
