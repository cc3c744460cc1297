"""Registering a highly educated person, and on what basis the organisation looks for a match for them."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.consents import consent_of
from matching.models import Consent, Person
from matching.people import KEEP, save, thing, write
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused


def register_person(
    actor: Actor,
    *,
    basis: str,
    given_on: date | None = None,
    how: str = "",
    expires_on: date | None = None,
    fictional: bool = False,
    written: Written | None = None,
    **said: Any,
) -> Person:
    """A new person of the actor's organisation, and on what legal basis it looks for a match for them.

    `said`: what of SAID is known. Raises Refused and ValidationError by field.
    """
    rights.require(actor, KEEP)
    if actor.organisation is None:
        raise Refused(_("Choose which organisation you act for first."))
    person = Person(owner=actor.organisation, fictional=fictional, last_active_on=timezone.localdate())
    with transaction.atomic():
        wrong = write(person, said)
        agreed = consent_of(
            actor, person, purpose=Consent.Purpose.FIND_MATCH, basis=basis, given_on=given_on or timezone.localdate(),
            how=how, expires_on=expires_on,
        )  # fmt: skip
        wrong |= agreed.wrong
        if wrong:
            raise ValidationError(wrong)
        save(person)
        agreed.row.person = person
        agreed.row.save(force_insert=True)
        versions.record(actor, thing(person))
        if written is not None:
            written(person.pk)
    return person
