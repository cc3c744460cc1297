"""What an organisation does with its services: offers one, changes it, ends it; and the list of external parties."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.companies import tidy
from matching.models import ExternalKind, ExternalParty, MatchType, ReferralKind, Service, ServiceContact
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.models import Municipality
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from portal.privacy.forgetting import forget_trail
from programmes.models import Programme

VIEW, KEEP, KEEP_EXTERNAL = "matching.view_services", "matching.keep_services", "matching.keep_external_parties"
MOST_CONTACTS = 3
CHOOSE_PROGRAMME = gettext_lazy("Choose a programme from the list.")
CHOOSE_OWN = gettext_lazy("Choose one of your own organisations.")
CHOOSE_ONE = gettext_lazy("Choose one of the list.")
CHOOSE_COMPANY = gettext_lazy("Choose the company.")


@dataclass(frozen=True)
class Contact:
    name: str
    title: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class ServiceSaid:
    """What is said of a service. Match types and municipalities by their codes."""

    title: str
    offers: str
    valid_from: date | None
    for_whom: str = ""
    kinds: Sequence[str] = ()
    match_types: Sequence[str] = ()
    municipalities: Sequence[str] = ()
    valid_to: date | None = None
    contacts: Sequence[Contact] = field(default_factory=tuple)


def thing(service: Service) -> str:
    return versions.thing_of("service", service.pk)


def mark(service: Service) -> str:
    return str(service.updated_at.isoformat())


def may_keep(actor: Actor, service: Service) -> Verdict:
    verdict = rights.may(actor, KEEP)
    if verdict and service.organisation_id not in actor.organisation_ids:
        return Verdict(False, _("A service is changed by the organisation that offers it."))
    return verdict


def make_service(
    actor: Actor, organisation: Organisation, programme: Programme, said: ServiceSaid, *, written: Written | None = None
) -> Service:
    """Raises Refused, and ValidationError by field."""
    rights.require(actor, KEEP)
    if organisation.pk not in actor.organisation_ids:
        raise Refused(_("A service is changed by the organisation that offers it."))
    with transaction.atomic():
        wrong = _wrong(said)
        if not Programme.objects.visible_to(actor).filter(pk=programme.pk).exists():
            wrong["programme"] = [_("Choose a programme from the list.")]
        if wrong:
            raise ValidationError(wrong)
        row = Service(organisation=organisation, programme=programme, made_by=actor.user)
        _write(row, said)
        versions.record(actor, thing(row))
        if written is not None:
            written(row.pk)
    return row


def change_service(
    actor: Actor,
    service: Service,
    said: ServiceSaid,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Service:
    """Raises Refused, Changed, and ValidationError by field."""
    with transaction.atomic():
        row = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
        verdict = may_keep(actor, row)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        wrong = _wrong(said)
        if wrong:
            raise ValidationError(wrong)
        _write(row, said)
        if written is not None:
            written(row.pk)
    return row


def end_service(actor: Actor, service: Service, valid_to: date | None, *, seen: versions.Seen | None = None) -> Service:
    """From the day after `valid_to` it is no longer offered; what was referred to it stays."""
    with transaction.atomic():
        row = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
        verdict = may_keep(actor, row)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if valid_to is None:
            raise ValidationError({"valid_to": [_("Enter the last day on which it is offered.")]})
        if valid_to < row.valid_from:
            raise ValidationError({"valid_to": [_("The end must not be before the beginning.")]})
        row.valid_to = valid_to
        row.save(update_fields=["valid_to"])
    return row


def _write(row: Service, said: ServiceSaid) -> None:
    row.title, row.offers, row.for_whom = tidy(said.title), said.offers.strip(), tidy(said.for_whom)
    row.kinds = [kind for kind in ReferralKind.values if kind in said.kinds]
    row.valid_from, row.valid_to = said.valid_from, said.valid_to  # type: ignore[assignment]  # _wrong has asked
    row.save()
    row.match_types.set(MatchType.objects.filter(code__in=said.match_types))
    row.municipalities.set(Municipality.objects.filter(code__in=said.municipalities))
    _write_contacts(row, [Contact(*(tidy(text) for text in asdict(each).values())) for each in said.contacts])
    row.refresh_from_db()


def _write_contacts(service: Service, wanted: Sequence[Contact]) -> None:
    """Whoever stays keeps the row, and with it the key by which the file of erasures names them. Of whoever goes the
    trail forgets what it said, too: nobody would find them there."""
    left = list(service.contacts.all())
    rows: dict[int, ServiceContact] = {}
    for same in ("name", "email"):
        for order, contact in enumerate(wanted, start=1):
            said = getattr(contact, same).casefold()
            found = next((each for each in left if said and getattr(each, same).casefold() == said), None)
            if order not in rows and found is not None:
                rows[order] = found
                left.remove(found)
    for order, contact in enumerate(wanted, start=1):
        row = rows.get(order) or ServiceContact(service=service)
        values = asdict(contact) | {"order": order}
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    gone = [row.pk for row in left]
    service.contacts.filter(pk__in=gone).delete()
    forget_trail(ServiceContact, gone)


def _wrong(said: ServiceSaid) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not tidy(said.title):
        wrong["title"] = [_("Write what the service is called.")]
    if not said.offers.strip():
        wrong["offers"] = [_("Write in a few lines what the service offers.")]
    wrong |= _wrong_lists(said)
    for name, most in (("title", 120), ("offers", 1000), ("for_whom", 300)):
        if len(getattr(said, name).strip()) > most:
            wrong[name] = [_("Write at most %(most)s characters.") % {"most": most}]
    if said.valid_from is None:
        wrong["valid_from"] = [_("Enter the day from which it is offered.")]
    elif said.valid_to is not None and said.valid_to < said.valid_from:
        wrong["valid_to"] = [_("The end must not be before the beginning.")]
    for number, contact in enumerate(said.contacts, start=1):
        for name, text in contact_wrong(contact).items():
            wrong[f"contact_{number}_{name}"] = [text]
    return wrong


def _wrong_lists(said: ServiceSaid) -> dict[str, list[str]]:
    """Of what is chosen from lists."""
    wrong: dict[str, list[str]] = {}
    if set(said.kinds) - set(ReferralKind.values):
        wrong["kinds"] = [_("Choose themes from the list.")]
    if len(set(said.match_types)) != MatchType.objects.filter(code__in=said.match_types).count():
        wrong["match_types"] = [_("Choose match types from the list.")]
    known = Municipality.objects.filter(code__in=said.municipalities, kind=Municipality.Kind.MUNICIPALITY)
    if len(set(said.municipalities)) != known.count():
        wrong["municipalities"] = [_("Choose municipalities from the list.")]
    if len(said.contacts) > MOST_CONTACTS:
        wrong["contacts"] = [_("Name at most %(most)s contacts.") % {"most": MOST_CONTACTS}]
    return wrong


def contact_wrong(contact: Contact) -> dict[str, str]:
    wrong = {}
    if not tidy(contact.name):
        wrong["name"] = _("Write the contact's name.")
    if not tidy(contact.phone) and not tidy(contact.email):
        wrong["phone"] = _("Write a telephone number or an e-mail address.")
    for name, most in (("name", 120), ("title", 120), ("phone", 30), ("email", 254)):
        if len(tidy(getattr(contact, name))) > most:
            wrong[name] = _("Write at most %(most)s characters.") % {"most": most}
    if tidy(contact.email) and "email" not in wrong:
        try:
            validate_email(tidy(contact.email))
        except ValidationError:
            wrong["email"] = _("Write an e-mail address, for example navn@virksomhed.dk.")
    return wrong


def party_thing(party: ExternalParty) -> str:
    return versions.thing_of("external_party", party.pk)


def party_mark(party: ExternalParty) -> str:
    return str(party.updated_at.isoformat())


def make_party(
    actor: Actor, *, name: str, kind: str, website: str = "", written: Written | None = None
) -> ExternalParty:
    """Raises Refused, and ValidationError by field."""
    rights.require(actor, KEEP_EXTERNAL)
    with transaction.atomic():
        row = _party(ExternalParty(), name=name, kind=kind, website=website)
        if written is not None:
            written(row.pk)
    return row


def change_party(
    actor: Actor,
    party: ExternalParty,
    *,
    name: str,
    kind: str,
    website: str = "",
    active: bool = True,
    seen: versions.Seen | None = None,
) -> ExternalParty:
    """Raises Refused, Changed, and ValidationError by field. One that is not active is offered no more."""
    rights.require(actor, KEEP_EXTERNAL)
    with transaction.atomic():
        row = ExternalParty.objects.select_for_update(no_key=True).get(pk=party.pk)
        versions.settle(actor, party_thing(row), seen=seen, now=party_mark(row))
        row.active = active
        return _party(row, name=name, kind=kind, website=website)


def _party(row: ExternalParty, *, name: str, kind: str, website: str) -> ExternalParty:
    row.name, row.kind, row.website = tidy(name), kind, website.strip()
    wrong: dict[str, Any] = {}
    if not row.name:
        wrong["name"] = [_("Write what the party is called.")]
    elif len(row.name) > 120:
        wrong["name"] = [_("Write at most %(most)s characters.") % {"most": 120}]
    if kind not in ExternalKind.values:
        wrong["kind"] = [_("Choose what kind of party it is.")]
    if wrong:
        raise ValidationError(wrong)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as known:
        if "external_party_once" not in str(known):
            raise
        raise ValidationError({"name": [_("There is already an external party of this name.")]}) from known
    row.refresh_from_db()
    return row


def offered_today(actor: Actor, programme: Programme | None = None) -> Any:
    """The services that a company may be referred to today, by partner."""
    rows = Service.objects.visible_to(actor).on(timezone.localdate())
    return rows if programme is None else rows.filter(programme=programme)
