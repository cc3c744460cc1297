"""Registering a contact with a company, correcting and undoing it, and taking the next step that was agreed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import contact_people
from matching.models import Company, CompanyContact, ContactPerson, ContactTheme
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Membership, User
from portal.identity.rights import Refused, Verdict

VIEW, REGISTER = "matching.view_contacts", "matching.register_contact"
MOST_TEXT, MOST_STEP = 4000, 200
EARLIEST = date(2000, 1, 1)
"""An older contact is a slip of the finger."""


def thing(contact: CompanyContact) -> str:
    return versions.thing_of("company_contact", contact.pk)


def mark(contact: CompanyContact) -> str:
    return str(contact.updated_at.isoformat())


def register_contact(
    actor: Actor,
    company: Company,
    *,
    settles: Iterable[int] = (),
    written: Written | None = None,
    **said: Any,
) -> CompanyContact:
    """`said`: contacted_on, kind, themes (codes), contact_person (an id) or person_name (of somebody new), text,
    shared_text, unasked, next_step, next_step_on, next_step_by (a user's id; left out: the actor).

    `settles`: the contacts whose next step this was. Raises Refused and ValidationError by field.
    """
    rights.require(actor, REGISTER)
    with transaction.atomic():
        company = contact_people.locked(company)
        contact = CompanyContact(company=company, organisation=actor.organisation, registered_by=actor.user)
        _say(actor, contact, {**DEFAULTS, **said})
        contact.save()
        mine = steps_of(actor, company).filter(pk__in=list(settles))
        mine.update(next_step_done_on=contact.contacted_on, settled_by=contact)
        if written is not None:
            written(contact.pk)
    contact.refresh_from_db(fields=["updated_at"])
    return contact


def steps_of(actor: Actor, company: Company) -> Any:
    """The own organisation's next steps that wait at the company."""
    own = CompanyContact.objects.filter(organisation_id__in=actor.organisation_ids, company=company)
    return own.steps_open().order_by("next_step_on", "pk")


def _settled_by(contact: CompanyContact) -> Any:
    """Those whose next step it was: taken on its day, and waiting again when it was not so."""
    return CompanyContact.objects.filter(company=contact.company_id, settled_by=contact)


def may_correct(actor: Actor, contact: CompanyContact) -> Verdict:
    """May this person correct or undo it, and if not, why?"""
    verdict = rights.may(actor, REGISTER)
    if not verdict:
        return verdict
    if contact.registered_by_id != actor.user.pk or contact.organisation_id not in actor.organisation_ids:
        return Verdict(False, _("A contact is corrected by the person who registered it."))
    if contact.withdrawn:
        return Verdict(False, _("The contact has been undone."))
    return Verdict(True)


def correct_contact(
    actor: Actor,
    contact: CompanyContact,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> CompanyContact:
    """What is left out stays. Raises Refused, Changed and ValidationError by field."""
    with transaction.atomic():
        row = _locked(contact)
        _allow(may_correct(actor, row))
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        now = {name: getattr(row, name) for name in DEFAULTS if hasattr(row, name)}
        now |= {"contact_person": row.contact_person_id, "next_step_by": row.next_step_by_id}
        before = row.next_step_on
        _say(actor, row, {**now, **said})
        if row.next_step_on is None or row.next_step_on != before:
            row.next_step_done_on = row.settled_by = None
        row.save()
        _settled_by(row).update(next_step_done_on=row.contacted_on)
        if written is not None:
            written(row.pk)
    row.refresh_from_db(fields=["updated_at"])
    return row


def undo_contact(
    actor: Actor, contact: CompanyContact, *, seen: versions.Seen | None = None, written: Written | None = None
) -> CompanyContact:
    """It was not so. The row stays, marked, and the next steps that it was wait again. Raises Refused and Changed."""
    with transaction.atomic():
        row = _locked(contact)
        _allow(may_correct(actor, row))
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        row.withdrawn_at, row.withdrawn_by = timezone.now(), actor.user
        row.save()
        _settled_by(row).update(next_step_done_on=None, settled_by=None)
        if written is not None:
            written(row.pk)
    return row


def may_take_step(actor: Actor, contact: CompanyContact) -> Verdict:
    verdict = rights.may(actor, REGISTER)
    if not verdict:
        return verdict
    if contact.organisation_id not in actor.organisation_ids:
        return Verdict(False, _("The next step is the organisation's that had the contact."))
    if not contact.step_waits:
        return Verdict(False, _("There is no next step that waits."))
    return Verdict(True)


def take_step(
    actor: Actor,
    contact: CompanyContact,
    done_on: date | None,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> CompanyContact:
    """The next step was taken on that day. Raises Refused, Changed and ValidationError by field."""
    with transaction.atomic():
        row = _locked(contact)
        _allow(may_take_step(actor, row))
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if done_on is None:
            raise ValidationError({"done_on": [_("Enter the day on which it was done.")]})
        if done_on > timezone.localdate():
            raise ValidationError({"done_on": [_("The day has not come yet. Enter the day on which it was done.")]})
        if done_on < row.contacted_on:
            raise ValidationError({"done_on": [_("The next step cannot be taken before the contact.")]})
        row.next_step_done_on = done_on
        row.save()
        if written is not None:
            written(row.pk)
    row.refresh_from_db(fields=["updated_at"])
    return row


def colleagues(actor: Actor) -> list[User]:
    """Who of the organisation may take a next step: those who work with companies there today."""
    roles = [str(role) for role in rights.actions()[REGISTER].roles]
    members = Membership.objects.on(actor.on).filter(organisation=actor.organisation, role__in=roles)
    return list(User.objects.filter(pk__in=members.order_by().values("user"), is_active=True).order_by("name", "pk"))


DEFAULTS: dict[str, Any] = {
    "contacted_on": None,
    "kind": "",
    "themes": [],
    "contact_person": None,
    "person_name": "",
    "text": "",
    "shared_text": False,
    "unasked": None,
    "next_step": "",
    "next_step_on": None,
    "next_step_by": None,
}


def _allow(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


def _locked(contact: CompanyContact) -> CompanyContact:
    rows = CompanyContact.objects.select_for_update(no_key=True, of=("self",)).select_related("company")
    found: CompanyContact = rows.get(pk=contact.pk)
    return found


def _say(actor: Actor, row: CompanyContact, said: dict[str, Any]) -> None:
    """Write what is said into the row. Raises ValidationError with everything that is wrong, by field."""
    wrong: dict[str, list[str]] = {}
    day: date | None = said["contacted_on"]
    row.kind = said["kind"]
    row.text, row.next_step = str(said["text"]).strip(), " ".join(str(said["next_step"]).split())
    row.shared_text, row.unasked = bool(said["shared_text"]), said["unasked"]
    row.themes = list(dict.fromkeys(said["themes"] or []))
    if row.kind not in CompanyContact.Kind.values:
        wrong["kind"] = [_("Choose how the contact was.")]
    if day is None:
        wrong["contacted_on"] = [_("Enter the day of the contact.")]
    elif day > timezone.localdate():
        wrong["contacted_on"] = [_("The day has not come yet. What is planned is a next step.")]
    elif day < EARLIEST:
        wrong["contacted_on"] = [_("Look at the year.")]
    else:
        row.contacted_on = day
    if len(row.text) > MOST_TEXT:
        wrong["text"] = [_("Write at most %(most)s characters.") % {"most": MOST_TEXT}]
    if set(row.themes) - set(ContactTheme.objects.filter(code__in=row.themes).values_list("code", flat=True)):
        wrong["themes"] = [_("Choose from the list.")]
    if row.company.advertising_protected and row.unasked is None:
        wrong["unasked"] = [
            _("The company is protected against advertising. Say whether it had asked for the contact.")
        ]
    wrong |= _step(actor, row, said)
    try:
        row.contact_person = _person(actor, row, said, ready=not wrong)
    except ValidationError as refused:
        wrong |= {"person_name" if name == "name" else name: texts for name, texts in refused.message_dict.items()}
    if wrong:
        raise ValidationError(wrong)


def _step(actor: Actor, row: CompanyContact, said: dict[str, Any]) -> dict[str, list[str]]:
    """The next step is whole: what, by when and who."""
    wrong: dict[str, list[str]] = {}
    day, who = said["next_step_on"], said["next_step_by"]
    if not row.next_step:
        row.next_step_on = row.next_step_by = None
        if day is not None:
            wrong["next_step"] = [_("Write what is to be done by that day.")]
        return wrong
    if len(row.next_step) > MOST_STEP:
        wrong["next_step"] = [_("Write at most %(most)s characters.") % {"most": MOST_STEP}]
    if day is None:
        wrong["next_step_on"] = [_("Enter the day by which it is to be done.")]
    elif said["contacted_on"] is not None and day < said["contacted_on"]:
        wrong["next_step_on"] = [_("The next step comes after the contact.")]
    if who is None:
        who = actor.user.pk
    if who not in {each.pk for each in colleagues(actor)} | {actor.user.pk, row.next_step_by_id}:
        wrong["next_step_by"] = [_("Choose a colleague.")]
    else:
        row.next_step_by_id = who
    row.next_step_on = day
    return wrong


def _person(actor: Actor, row: CompanyContact, said: dict[str, Any], *, ready: bool) -> ContactPerson | None:
    """Whom the contact was with: one of the company's people, or somebody new, who is added (`ready`: the rest is
    right, so that it is written)."""
    name = " ".join(str(said.get("person_name") or "").split())
    if said["contact_person"] is not None or not name:
        return contact_people.person_of(row.company, said["contact_person"], stands=row.contact_person_id)
    known = contact_people.named_at(row.company, name)
    if known is not None or not ready:
        return known
    return contact_people.add_person(actor, row.company, name=name)
