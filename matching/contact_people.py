"""The people one talks with at a company: adding one, changing what is said of them, and that somebody has left."""

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.changing import CHANGE
from matching.companies import require_in_use, tidy
from matching.models import Company, ContactPerson
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.danish import fold
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused

VIEW = "matching.view_companies"
MOST = {"name": 120, "title": 120, "phone": 30, "email": 254}


def visible_to(actor: Actor) -> "QuerySet[ContactPerson]":
    """Whoever sees companies sees whom to ask for there; an erased one is nobody's to see."""
    found: QuerySet[ContactPerson] = ContactPerson.objects.filter(erased=False)
    return found if rights.may(actor, VIEW) else found.none()


def thing(person: ContactPerson) -> str:
    return versions.thing_of("contact_person", person.pk)


def mark(person: ContactPerson) -> str:
    return str(person.updated_at.isoformat())


def add_person(actor: Actor, company: Company, *, written: Written | None = None, **said: Any) -> ContactPerson:
    """`said`: name, title, phone, email. Raises Refused and ValidationError by field."""
    rights.require(actor, CHANGE)
    with transaction.atomic():
        company = locked(company)
        person = ContactPerson(company=company, **_checked(company, said))
        person.save()
        if written is not None:
            written(person.pk)
    return person


def change_person(
    actor: Actor,
    person: ContactPerson,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> ContactPerson:
    """What is left out stays. Raises Refused, Changed and ValidationError by field."""
    rights.require(actor, CHANGE)
    with transaction.atomic():
        row = _locked(person)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        now = {name: getattr(row, name) for name in MOST}
        for name, value in _checked(row.company, {**now, **said}, besides=row.pk).items():
            setattr(row, name, value)
        row.save()
        if written is not None:
            written(row.pk)
    row.refresh_from_db(fields=["updated_at"])
    return row


def say_left(
    actor: Actor,
    person: ContactPerson,
    left_on: date | None,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> ContactPerson:
    """The person has left the company on that day; None: works there after all. Raises as `change_person`."""
    rights.require(actor, CHANGE)
    with transaction.atomic():
        row = _locked(person)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if left_on is not None and left_on > timezone.localdate():
            raise ValidationError({"left_on": [_("The day has not come yet. Say it when the person has left.")]})
        row.left_on = left_on
        row.save()
        if written is not None:
            written(row.pk)
    row.refresh_from_db(fields=["updated_at"])
    return row


def locked(company: Company) -> Company:
    """The company, locked, or the one that it was merged into meanwhile: what is registered goes there. Raises Refused
    for one that has asked that its data are not used."""
    rows = Company.objects.select_for_update(no_key=True, of=("self",))
    row: Company = rows.get(pk=company.pk)
    while row.merged_into_id is not None:
        row = rows.get(pk=row.merged_into_id)
    require_in_use(row)
    return row


def _locked(person: ContactPerson) -> ContactPerson:
    row = ContactPerson.objects.select_for_update(no_key=True, of=("self",)).select_related("company")
    found: ContactPerson = row.get(pk=person.pk)
    if found.erased:
        raise Refused(_("The person has been erased."))
    return found


def person_of(company: Company, person: int | None, *, stands: int | None = None) -> ContactPerson | None:
    """Somebody at the company; one who was erased only where they `stand` already. Raises ValidationError at
    `contact_person` for anybody else."""
    if person is None:
        return None
    people = ContactPerson.objects.filter(Q(erased=False) | Q(pk=stands), company=company)
    found: ContactPerson | None = people.filter(pk=person).first()
    if found is None:
        raise ValidationError({"contact_person": [_("Choose one of the people at the company.")]})
    return found


def named_at(company: Company, name: str) -> ContactPerson | None:
    """Who is called that there and has not left."""
    folded = fold(tidy(name))
    people = ContactPerson.objects.filter(company=company, erased=False, left_on=None)
    return next((person for person in people if fold(person.name) == folded), None)


def _checked(company: Company, said: dict[str, Any], besides: int | None = None) -> dict[str, str]:
    """The columns, tidied. Raises ValidationError by field."""
    found = {name: tidy(str(said.get(name) or "")) for name in MOST}
    wrong: dict[str, list[str]] = {}
    for name, most in MOST.items():
        if len(found[name]) > most:
            wrong[name] = [_("Write at most %(most)s characters.") % {"most": most}]
    if not found["name"]:
        wrong["name"] = [_("Write the person's name.")]
    elif "name" not in wrong and re.search(r"\d{6}-?\d{4}", found["name"]):
        wrong["name"] = [_("Write the name without numbers. A CPR number must not stand here.")]
    if found["phone"] and not re.fullmatch(r"\+?[\d ()./-]{4,}", found["phone"]):
        wrong["phone"] = [_("Write a telephone number, for example 98 12 34 56.")]
    if found["email"]:
        try:
            validate_email(found["email"])
        except ValidationError:
            wrong["email"] = [_("Write an e-mail address, for example navn@virksomhed.dk.")]
    if not wrong:
        same = named_at(company, found["name"])
        if same is not None and same.pk != besides:
            text = _("%(name)s is among the company's people already. Change that entry, or write who it is.")
            wrong["name"] = [text % {"name": same.name}]
    if wrong:
        raise ValidationError(wrong)
    return found
