"""Highly educated people: change, restrict, and make nobody of them (registering: matching.people_register).

Whose they are does not change. What is written of them is asked for anything that looks like a CPR number.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import TruncQuarter
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.companies import tidy
from matching.models import Competence, Consent, EducationField, Level, MatchPerson, Person
from matching.models.people_lists import is_higher
from matching.people_rights import KEEP, RESTRICT, VIEW
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.models import Municipality
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.privacy.cases import stopped_by_a_case
from portal.privacy.cpr import find_cpr

__all__ = ["KEEP", "RESTRICT", "VIEW"]

KIND = "highly_educated"
"""As openings note it: "person" is somebody in a public office there."""
SUBJECT = "person"
"""As cases about a person's rights name it."""
TEXTS = ("name", "email", "phone", "institution", "education", "competence_words", "language_note", "external_key")
PLAIN = ("status", "level", "may_move", "available_from", "unemployed_since", "reach")
SAID = (*TEXTS, *PLAIN, "field", "residence", "completed_on", "competences", "reach_places")
"""What is said of a person, in a form, over the API or in a file; field and residence by their codes."""
FIRST_YEAR, YEARS_AHEAD = 1950, 10
Wrong = dict[str, list[str]]


def thing(person: Person) -> str:
    return versions.thing_of(KIND, person.pk)


def mark(person: Person) -> str:
    """What tells versions apart: all that the form says, and whether the person is restricted. That a match or an
    agreement was added meanwhile is no change of it."""
    said = [str(getattr(person, name)) for name in ("status", "level", "field_id", "residence_id", *TEXTS)]
    rest = ("competences", "reach_places", "completed_on", "available_from", "unemployed_since", "may_move", "reach")
    return json.dumps([*said, *(str(getattr(person, name)) for name in (*rest, "restricted", "restricted_why"))])


def theirs(actor: Actor, person: Person) -> bool:
    """Is the person one of the actor's own organisation's?"""
    return person.owner_id in actor.organisation_ids


def may_keep(actor: Actor, person: Person) -> Verdict:
    """May the actor change what is said of the person, and if not, why?"""
    verdict = rights.may(actor, KEEP)
    if not verdict:
        return verdict
    if not theirs(actor, person):
        return Verdict(False, _("Only the person's own organisation changes what is registered."))
    if person.restricted:
        return Verdict(False, _("The person is restricted: the data are kept and not used. Lift it first."))
    return Verdict(True)


def may_restrict(actor: Actor, person: Person) -> Verdict:
    verdict = rights.may(actor, RESTRICT)
    if verdict and not theirs(actor, person):
        return Verdict(False, _("Only the person's own organisation restricts."))
    return verdict


def may_lift(person: Person) -> Verdict:
    """What the data protection officer stopped for a case is allowed again there, and not beside it."""
    if stopped_by_a_case(SUBJECT, person.pk):
        text = _(
            "The data protection officer has restricted the person because of a case. It is lifted on the case's page."
        )
        return Verdict(False, text)
    return Verdict(True)


def no_cpr(said: Mapping[str, Any]) -> Wrong:
    """The texts that have something like a CPR number in them."""
    text = _("“%(found)s” looks like a CPR number, and the portal keeps none. Leave it out.")
    return {
        name: [text % {"found": f"{found[:6]}-xxxx"}]
        for name, value in said.items()
        if isinstance(value, str) and (found := find_cpr(value))
    }


def change_person(
    actor: Actor, person: Person, *, seen: versions.Seen | None = None, written: Written | None = None, **said: Any
) -> Person:
    """`said`: what of SAID is to be otherwise. Raises Refused, Changed and ValidationError by field."""
    with transaction.atomic():
        row = locked(person)
        verdict = may_keep(actor, row)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        wrong = write(row, said)
        if wrong:
            raise ValidationError(wrong)
        row.last_active_on = timezone.localdate()
        save(row)
        if written is not None:
            written(row.pk)
    return row


def restrict_person(
    actor: Actor, person: Person, *, restricted: bool, why: str = "", seen: versions.Seen | None = None
) -> Person:
    """From here on the person's data are kept and not used (GDPR article 18), or may be used again."""
    with transaction.atomic():
        row = locked(person)
        verdict = may_restrict(actor, row)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        why = tidy(why) if restricted else ""
        wrong = no_cpr({"why": why})
        if restricted and not why:
            wrong["why"] = [_("Write why the person is restricted.")]
        if not restricted and not (lift := may_lift(row)):
            wrong["restricted"] = [lift.reason]
        if wrong:
            raise ValidationError(wrong)
        row.restricted, row.restricted_why = restricted, why
        row.save(update_fields=["restricted", "restricted_why"])
    return row


def locked(person: Person) -> Person:
    """The row as it stands, kept from others until the transaction ends. Raises Refused for nobody."""
    row = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    if row.anonymised_at is not None:
        raise Refused(_("The person has been anonymised. There is nothing left to work with."))
    return row


def noted(person: Person) -> None:
    """Something happened with the person today: the time until anonymising begins anew."""
    Person.objects.filter(pk=person.pk, anonymised_at=None).update(last_active_on=timezone.localdate())


def write(row: Person, said: Mapping[str, Any], lists: "Lists | None" = None) -> Wrong:
    """Put `said` into the row, which is not saved. Returns what is wrong, by field."""
    lists = lists or Lists()
    wrong = _write_texts(row, {name: tidy(said[name] or "") for name in TEXTS if name in said})
    _write_rest(row, said)
    for name, text in _problems(row, lists).items():
        wrong.setdefault(name, [text])
    return wrong


def _write_texts(row: Person, texts: Mapping[str, str]) -> Wrong:
    wrong = no_cpr(texts)
    for name, text in texts.items():
        setattr(row, name, text)
        most = getattr(Person._meta.get_field(name), "max_length", None)
        if most is not None and len(text) > most:
            wrong[name] = [_("Write at most %(limit_value)s characters. There are %(show_value)s.")
                           % {"limit_value": most, "show_value": len(text)}]  # fmt: skip
    return wrong


def _write_rest(row: Person, said: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in said:
            value = said[name]
            setattr(row, name, (value or "") if name == "reach" else bool(value) if name == "may_move" else value)
    if "field" in said:
        row.field_id = said["field"] or None
    if "residence" in said:
        row.residence_id = said["residence"] or None
    if "completed_on" in said:
        row.completed_on = said["completed_on"].replace(day=1) if said["completed_on"] else None
    for name in ("competences", "reach_places"):
        if name in said:
            setattr(row, name, sorted(set(said[name] or ())))
    if row.reach != Person.Reach.NAMED:
        row.reach_places = []
    if row.status != Person.Status.UNEMPLOYED:
        row.unemployed_since = None


class Lists:
    """The codes that may be chosen, read once for however many people."""

    def __init__(self) -> None:
        self.fields = set(EducationField.objects.order_by().values_list("code", flat=True))
        self.competences = set(Competence.objects.order_by().values_list("code", flat=True))
        places = Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY).order_by()
        self.places = set(places.values_list("code", flat=True))


def _problems(row: Person, lists: Lists) -> dict[str, str]:
    """What is wrong with the row as a whole, a message to a field."""
    wrong: dict[str, str] = {}
    if not row.name:
        wrong["name"] = _("Write the person's name.")
    if row.email and not _is_email(row.email):
        wrong["email"] = _("Write the e-mail as name@example.dk.")
    if row.status not in Person.Status.values:
        wrong["status"] = _("Choose what the person is.")
    if row.level not in Level.values:
        wrong["level"] = _("Choose the level from the list.")
    elif not is_higher(row.level):
        wrong["level"] = _("That level is not highly educated. Choose a higher one.")
    return wrong | _problems_of_lists(row, lists) | _problems_of_days(row)


def _problems_of_lists(row: Person, lists: Lists) -> dict[str, str]:
    chosen: dict[str, tuple[set[Any], set[Any]]] = {
        "field": ({row.field_id} - {None}, lists.fields),
        "residence": ({row.residence_id} - {None}, lists.places),
        "competences": (set(row.competences), lists.competences),
        "reach_places": (set(row.reach_places), lists.places),
        "reach": ({row.reach}, set(Person.Reach.values)),
    }
    wrong = {name: _("Choose from the list.") for name, (codes, known) in chosen.items() if not codes <= known}
    if row.reach == Person.Reach.NAMED and not row.reach_places:
        wrong["reach_places"] = _("Choose the municipalities that the person can work in.")
    return wrong


def _problems_of_days(row: Person) -> dict[str, str]:
    today, wrong = timezone.localdate(), {}
    if row.completed_on and not FIRST_YEAR <= row.completed_on.year <= today.year + YEARS_AHEAD:
        said = {"first": str(FIRST_YEAR), "last": str(today.year + YEARS_AHEAD)}
        wrong["completed_on"] = _("Write a month between %(first)s and %(last)s.") % said
    if row.unemployed_since and row.unemployed_since > today:
        wrong["unemployed_since"] = _("The day must not lie ahead.")
    return wrong


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def save(row: Person) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refused:
        taken = Person.objects.filter(owner=row.owner_id, external_key=row.external_key).exclude(pk=row.pk)
        if row.external_key and taken.exists():
            text = _("The key belongs to another person of the organisation.")
            raise ValidationError({"external_key": [text]}) from refused
        raise


# ------------------------------------------------------------------------------------------------------- anonymising
COARSE: dict[str, Any] = {
    "name": "",
    "email": "",
    "phone": "",
    "institution": "",
    "education": "",
    "competences": [],
    "competence_words": "",
    "language_note": "",
    "reach": "",
    "reach_places": [],
    "may_move": False,
    "available_from": None,
    "unemployed_since": None,
    "restricted": False,
    "restricted_why": "",
    "external_key": "",
    "completed_on": TruncQuarter("completed_on"),
    "last_active_on": TruncQuarter("last_active_on"),
    "created_at": TruncQuarter("created_at"),
}
"""What stands in the row of somebody anonymised: level, field, status, municipality and organisation stay, days become
quarters, and all else goes."""


def anonymise_person(person: Person) -> None:
    """Nothing that is left leads back to the person. The matches stand, without whom they were about; so do all facts.

    Done twice it comes to the same. No right is asked: the time that is up, an erasure and its repetition after a
    restore all come here.
    """
    with transaction.atomic():
        row = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        links, agreements = _taken(MatchPerson.objects.filter(person=row)), _taken(Consent.objects.filter(person=row))
        columns = COARSE if row.anonymised_at is None else {}
        if columns:
            Person.objects.filter(pk=row.pk).update(**columns, anonymised_at=timezone.now())
        _forget(Person, [row.pk])
        _forget(MatchPerson, links)
        _forget(Consent, agreements)


def erase_person(pk: int) -> None:
    """The same by its number, for the portal's list of those about whom it holds data."""
    anonymise_person(Person.objects.get(pk=pk))


def _taken(rows: Any) -> list[int]:
    keys = list(rows.order_by().values_list("pk", flat=True))
    rows.delete()
    return keys


def _forget(model: type[Any], keys: Iterable[int]) -> None:
    """What the trail kept of the rows."""
    rows = [str(key) for key in keys]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_forget(%s, %s)", [model._meta.db_table, rows])
