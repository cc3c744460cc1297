"""Referring a company: to a partner, to somebody outside, or noting that it has asked itself. And withdrawing that.

`referral_sent` counts those that a partner sends to others; what goes on inside a municipality is its own affair.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.companies import require_in_use
from matching.models import (
    Company,
    ContactPerson,
    ExternalParty,
    Referral,
    ReferralKind,
    ReferralStatus,
    ReferralStep,
    Service,
)
from matching.models.referrals import mark_of
from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from portal.identity.roles import OrganisationKind
from portal.ui import formats
from programmes.models import PartnerRole, Programme

SEND, VIEW = "matching.send_referral", "matching.view_referrals"
MEASURE, SOURCE = "referral_sent", "referral"
Kind = ReferralStep.Kind
LONGEST = 2000
BACK = 60
"""So many days back a referral may have been made before it is written down here."""


@dataclass(frozen=True)
class NewReferral:
    """What is said of a referral. Exactly one receiver: a service, an organisation or an external party.

    `from_company`: the company has asked the actor's organisation itself; `from_external`: somebody outside refers it
    there. Both are received by the actor's own organisation. Without either the actor's organisation sends it.
    """

    programme: Programme
    company: Company
    kind: str
    asked: str
    asked_on: date | None
    contact_person: ContactPerson | None = None
    service: Service | None = None
    to_organisation: Organisation | None = None
    to_external: ExternalParty | None = None
    from_company: bool = False
    from_external: ExternalParty | None = None
    due_on: date | None = None


def thing(referral: Referral) -> str:
    return versions.thing_of("referral", referral.pk)


def mark(referral: Referral) -> str:
    return mark_of(referral)


def due_after(day: date) -> date:
    """By when an answer is expected when nothing else is said."""
    return day + timedelta(days=settings.REFERRAL_DUE_DAYS)


def municipality_of(organisation: Organisation | None) -> Organisation | None:
    """The municipality that it is, or is a part of."""
    if organisation is None or organisation.kind == OrganisationKind.MUNICIPALITY:
        return organisation
    parent: Organisation | None = organisation.parent
    return parent if parent is not None and parent.kind == OrganisationKind.MUNICIPALITY else None


def receivers(actor: Actor, programmes: Iterable[Programme], day: date) -> Any:
    """To whom a company may be referred: the partners of these programmes, and the own municipality's units."""
    partners = PartnerRole.objects.on(day).filter(programme__in=programmes).order_by().values("organisation_id")
    wanted = Q(pk__in=partners)
    home = municipality_of(actor.organisation)
    if home is not None:
        wanted |= Q(parent=home)
    rows = Organisation.objects.on(day).filter(wanted)
    return rows.exclude(pk=actor.organisation.pk if actor.organisation else 0).order_by("sort_key", "pk")


def send(actor: Actor, said: NewReferral, *, written: Written | None = None) -> Referral:
    """Write it down and, where a partner sends it, count it. Raises Refused, and ValidationError by field."""
    rights.require(actor, SEND)
    with ledger.entry():
        row = make(actor, said)
        if written is not None:
            written(row.pk)
    return row


def make(actor: Actor, said: NewReferral, follows: Referral | None = None) -> Referral:
    """As `send`, inside an entry; `follows` is the one that is passed on."""
    company = lock_company(said.company)
    require_in_use(company)
    sender, receiver = _parties(actor, said)
    wrong = _wrong(actor, said, company, receiver) | _wrong_days(said, follows)
    if wrong:
        raise ValidationError(wrong)
    assert actor.organisation is not None  # for the type checker: `require` has refused
    assert said.asked_on is not None
    home = municipality_of(sender)
    row: Referral = Referral.objects.create(
        programme=said.programme,
        company=company,
        contact_person=said.contact_person,
        municipality_id=company.municipality_id,
        from_organisation=sender,
        from_external=said.from_external,
        from_company=said.from_company,
        to_organisation=receiver,
        to_external=said.to_external,
        receiver_kind=(receiver or said.to_external).kind,  # type: ignore[union-attr]  # one of the two is there
        service=said.service,
        internal_to=home if home is not None and home == municipality_of(receiver) else None,
        kind=said.kind,
        asked=said.asked.strip(),
        asked_on=said.asked_on,
        first_asked_on=follows.first_asked_on if follows else said.asked_on,
        due_on=said.due_on or due_after(said.asked_on),
        follows=follows,
        registered_by=actor.organisation,
        registered_by_user=actor.user,
    )
    note_step(row, Kind.SENT, row.asked_on, actor)
    content = fact_of(row)
    if content is not None:
        ledger.post(measure=MEASURE, source=SOURCE, source_id=str(row.pk), **content)
    row.refresh_from_db()
    return row


def _parties(actor: Actor, said: NewReferral) -> tuple[Organisation | None, Organisation | None]:
    if said.from_company or said.from_external is not None:
        return None, said.service.organisation if said.service else said.to_organisation or actor.organisation
    return actor.organisation, said.service.organisation if said.service else said.to_organisation


def fact_of(row: Referral) -> Mapping[str, Any] | None:
    """What its fact says: the month, for a company may be a person; None where no partner sent it to another one."""
    if row.from_organisation_id is None or row.internal_to_id is not None:
        return None
    return {
        "occurred_on": row.asked_on.replace(day=1),
        "quantity": Decimal(1),
        "organisation": row.from_organisation_id,
        "municipality": row.municipality_id,
        "heading": row.programme.heading_id,
        "category": row.kind,
        "subcategory": row.receiver_kind,
    }


def _wrong(actor: Actor, said: NewReferral, company: Company, receiver: Organisation | None) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if company.merged_into_id is not None:
        wrong["company"] = [_("The company has been merged into another one. Refer that one.")]
    if not Programme.objects.visible_to(actor).filter(pk=said.programme.pk).exists():
        wrong["programme"] = [_("Choose a programme from the list.")]
    wrong |= _wrong_receiver(actor, said, receiver)
    if said.kind not in ReferralKind.values:
        wrong["kind"] = [_("Choose what it is about.")]
    if not said.asked.strip():
        wrong["asked"] = [_("Write what is asked.")]
    elif len(said.asked.strip()) > LONGEST:
        wrong["asked"] = [_("Write at most %(most)s characters.") % {"most": LONGEST}]
    person = said.contact_person
    if person is not None and (person.company_id != company.pk or person.erased):
        wrong["contact_person"] = [_("Choose a contact person of the company.")]
    return wrong


def _wrong_receiver(actor: Actor, said: NewReferral, receiver: Organisation | None) -> dict[str, list[str]]:
    to_us = said.from_company or said.from_external is not None
    if said.from_company and said.from_external is not None:
        return {"from_external": [_("Say who asks: the company itself, or somebody outside.")]}
    if to_us:
        if said.to_external is not None or receiver is None or receiver.pk not in actor.organisation_ids:
            return {"to": [_("You note what your own organisation is asked.")]}
    elif (receiver is None) == (said.to_external is None):
        return {"to": [_("Choose one whom the company is referred to.")]}
    day = said.asked_on or timezone.localdate()
    service = said.service
    if service is not None:
        if not Service.objects.visible_to(actor).on(day).filter(pk=service.pk).exists():
            return {"to": [_("The service is not offered. Choose another one.")]}
        if service.programme_id != said.programme.pk:
            return {"to": [_("The service is offered in another programme.")]}
    if to_us:
        return {}
    if said.to_external is not None:
        return {} if said.to_external.active else {"to": [_("Choose one of the list.")]}
    assert receiver is not None  # one of the two is there
    if actor.organisation is not None and receiver.pk == actor.organisation.pk:
        return {"to": [_("An organisation does not refer a company to itself.")]}
    if service is None and not receivers(actor, [said.programme], day).filter(pk=receiver.pk).exists():
        return {"to": [_("Choose one of the programme's partners.")]}
    return {}


def _wrong_days(said: NewReferral, follows: Referral | None) -> dict[str, list[str]]:
    today = timezone.localdate()
    if said.asked_on is None:
        return {"asked_on": [_("Enter the day on which it was asked.")]}
    if said.asked_on > today:
        return {"asked_on": [_("The day has not come yet. Enter the day on which it was asked.")]}
    if said.asked_on < today - timedelta(days=BACK):
        text = _("Enter %(first)s or a later day: an older one would be late before it is read.")
        return {"asked_on": [text % {"first": formats.date_da(today - timedelta(days=BACK))}]}
    if follows is not None and said.asked_on < follows.asked_on:
        text = _("Enter %(first)s or a later day: before that nobody had asked.")
        return {"asked_on": [text % {"first": formats.date_da(follows.asked_on)}]}
    if not said.programme.holds(said.asked_on):
        return {"asked_on": [_("The programme does not run on that day.")]}
    if said.due_on is not None and not said.asked_on <= said.due_on <= due_after(said.asked_on):
        text = _("Enter a day from %(first)s to %(last)s: nobody should wait longer.")
        days = {"first": formats.date_da(said.asked_on), "last": formats.date_da(due_after(said.asked_on))}
        return {"due_on": [text % days]}
    return {}


def note_step(row: Referral, kind: Kind, day: date, actor: Actor, reason: str = "") -> None:
    """One row more of what happened, by whom and for which organisation."""
    ReferralStep.objects.create(
        referral=row,
        kind=kind,
        day=day,
        reason=reason,
        registered_by=actor.user,
        organisation=actor.organisation or row.registered_by,
    )


def lock_company(company: Company) -> Company:
    """Before any of its referrals, as merging locks them."""
    found: Company = Company.objects.select_for_update(no_key=True, of=("self",)).get(pk=company.pk)
    return found


def lock(pk: int) -> Referral:
    found: Referral = (
        Referral.objects.select_for_update(no_key=True, of=("self",))
        .select_related("company", "programme", "to_organisation", "to_external", "from_organisation", "from_external")
        .get(pk=pk)
    )
    return found


def waiting_status(row: Referral) -> ReferralStatus:
    """Of one that waits again."""
    return ReferralStatus.TAKEN_ON if row.taken_on_by_id else ReferralStatus.SENT


def may_withdraw(actor: Actor, referral: Referral) -> Verdict:
    verdict = rights.may(actor, SEND)
    if not verdict:
        return verdict
    if referral.registered_by_id not in actor.organisation_ids:
        return Verdict(False, _("A referral is withdrawn by the organisation that registered it."))
    if referral.status == ReferralStatus.WITHDRAWN:
        return Verdict(False, _("The referral has been withdrawn."))
    if not referral.waits:
        return Verdict(False, _("The referral has been answered or passed on, so it is not withdrawn any more."))
    return Verdict(True)


def withdraw(actor: Actor, referral: Referral, reason: str, *, seen: versions.Seen | None = None) -> Referral:
    """It is no longer to be answered, and its fact is reversed; one that was passed on as it waits again where it was.
    Raises Refused, Changed and ValidationError."""
    with ledger.entry():
        # The earlier one first, as whoever passes it on locks it.
        before = lock(referral.follows_id) if referral.follows_id is not None else None
        row = lock(referral.pk)
        verdict = may_withdraw(actor, row)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if not reason.strip():
            raise ValidationError({"reason": [_("Say why, in a few words.")]})
        row.status = ReferralStatus.WITHDRAWN
        row.save(update_fields=["status"])
        note_step(row, Kind.WITHDRAWN, timezone.localdate(), actor, reason.strip()[:300])
        if fact_of(row) is not None:
            ledger.reverse(measure=MEASURE, source=SOURCE, source_id=str(row.pk))
        if before is not None:
            before.status = waiting_status(before)
            before.save(update_fields=["status"])
            note_step(before, Kind.RETURNED, timezone.localdate(), actor)
        row.refresh_from_db()
    return row
