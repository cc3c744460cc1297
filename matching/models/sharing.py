"""Who works together: what one partner of a programme registers, the others may see as far as it is shared."""

from typing import Any

from django.db.models import Q, QuerySet

from portal.identity.actor import Actor
from programmes.models import PartnerRole, Programme


def partners_of(actor: Actor) -> "QuerySet[Any, Any]":
    """The ids of the organisations that take part today in a programme that the actor's takes part in or owns."""
    own, roles = actor.organisation_ids, PartnerRole.objects.on(actor.on).order_by()
    takes_part = Q(pk__in=roles.filter(organisation_id__in=own).values("programme_id"))
    programmes = Programme.objects.filter(takes_part | Q(owner_id__in=own)).order_by()
    return roles.filter(programme_id__in=programmes.values("pk")).values("organisation_id")
