"""What a person agrees to, and that they take it back. A row is never changed: it is withdrawn, or followed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.companies import tidy
from matching.models import Consent, Person
from matching.models.people import SHOWING
from matching.people import KEEP, Wrong, locked, no_cpr, noted, theirs
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.ui import formats
from programmes.models import PartnerRole, Programme

ASKED_FOR = (*SHOWING, Consent.Purpose.NEWSLETTER)
"""What only the person's own consent opens."""
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Agreed:
    """A row that is not saved yet, and what is wrong with it."""

    row: Consent
    wrong: Wrong


def programmes_of(person_owner: int) -> Any:
    """The programmes in which the organisation takes part today: to their partners its people may be shown."""
    parts = PartnerRole.objects.on(timezone.localdate()).filter(organisation=person_owner)
    return Programme.objects.filter(pk__in=parts.order_by().values("programme_id"))


def consent_of(
    actor: Actor,
    person: Person,
    *,
    purpose: str,
    basis: str,
    given_on: date | None,
    how: str,
    expires_on: date | None = None,
    programme: Programme | None = None,
) -> Agreed:
    """The row that would say it. Asks nothing but the programmes of the owner, where one is given."""
    how, today = tidy(how), timezone.localdate()
    wrong = no_cpr({"how": how})
    if purpose not in Consent.Purpose.values:
        wrong["purpose"] = [_("Choose the purpose.")]
    if basis not in Consent.Basis.values:
        wrong["basis"] = [_("Choose the legal basis.")]
    elif purpose in ASKED_FOR and basis != Consent.Basis.CONSENT:
        wrong["basis"] = [_("Only the person's own consent opens this.")]
    if given_on is None or not EARLIEST <= given_on <= today:
        wrong["given_on"] = [_("Write a day that is not ahead.")]
    elif expires_on is not None and expires_on < given_on:
        wrong["expires_on"] = [_("The end must not be before the beginning.")]
    if not how:
        wrong.setdefault("how", [_("Write how it was given.")])
    elif len(how) > 200:
        wrong.setdefault("how", [_("Write at most 200 characters.")])
    if purpose in SHOWING:
        if programme is None or not programmes_of(person.owner_id).filter(pk=programme.pk).exists():
            wrong["programme"] = [_("Choose the programme whose partners may see the person.")]
    else:
        programme = None
    row = Consent(  # type: ignore[misc]  # without a day it is wrong, and not saved
        person=person if person.pk else None, purpose=purpose, basis=basis, given_on=given_on, how=how,
        expires_on=expires_on, programme=programme, registered_by=actor.user,
    )  # fmt: skip
    return Agreed(row, wrong)


def give_consent(actor: Actor, person: Person, *, written: Written | None = None, **said: Any) -> Consent:
    """`said`: purpose, basis, given_on, how, expires_on, programme. Raises Refused and ValidationError by field."""
    rights.require(actor, KEEP)
    with transaction.atomic():
        row = locked(person)
        if not theirs(actor, row):
            raise Refused(_("Only the person's own organisation registers what they agree to."))
        agreed = consent_of(actor, row, **said)
        if agreed.wrong:
            raise ValidationError(agreed.wrong)
        agreed.row.save(force_insert=True)
        noted(row)
        if written is not None:
            written(agreed.row.pk)
    return agreed.row


def thing(consent: Consent) -> str:
    return versions.thing_of("consent", consent.pk)


def mark(consent: Consent) -> str:
    return str(consent.withdrawn_at)


def withdraw_consent(actor: Actor, consent: Consent, *, seen: versions.Seen | None = None) -> Consent:
    """From here on it holds no more; whoever saw the person by it sees nobody. Again changes nothing."""
    rights.require(actor, KEEP)
    with transaction.atomic():
        row = Consent.objects.select_for_update(no_key=True, of=("self",)).select_related("person").get(pk=consent.pk)
        if not theirs(actor, row.person):
            raise Refused(_("Only the person's own organisation registers what they agree to."))
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by = timezone.now(), actor.user
            row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return row


def state_words(consent: Consent, today: date) -> str:
    """Whether it holds, in words."""
    if consent.withdrawn_at is not None:
        return _("withdrawn %(day)s") % {"day": formats.date_da(consent.withdrawn_at)}
    if consent.expires_on is not None and consent.expires_on < today:
        return _("ended %(day)s") % {"day": formats.date_da(consent.expires_on)}
    if consent.expires_on is not None:
        return _("holds until %(day)s") % {"day": formats.date_da(consent.expires_on)}
    return _("holds")
