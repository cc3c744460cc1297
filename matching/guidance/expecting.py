"""Writing down what the contract of a year expects of the guidance."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matching.guidance.rights import EXPECT
from matching.models import GuidanceExpectation
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind


def thing(hub: int, year: int) -> str:
    return versions.thing_of("guidance_expectation", f"{hub}-{year}")


def mark(row: GuidanceExpectation | None) -> str:
    return row.updated_at.isoformat() if row is not None else "nothing"


def expect(actor: Actor, year: int, *, seen: versions.Seen | None = None, **said: Any) -> GuidanceExpectation:
    """`said`: growth_operation, short_early_warning, companies (each a number or None) and source.

    Raises Refused, Changed, ValidationError.
    """
    rights.require(actor, EXPECT)
    hub = actor.organisation
    if hub is None or hub.kind != OrganisationKind.HUB:
        raise Refused(_("Only of an erhvervshus does a contract expect guidance."))
    source = str(said.pop("source", "")).strip()
    if not source:
        raise ValidationError({"source": [_("Write where it is stated.")]})
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=hub.pk)
        row = GuidanceExpectation.objects.filter(hub=hub, year=year).first()
        versions.settle(actor, thing(hub.pk, year), seen=seen, now=mark(row))
        row = row or GuidanceExpectation(hub=hub, year=year)
        for name, value in said.items():
            setattr(row, name, value)
        row.source, row.set_by = source, actor.user
        row.save()
    return row
