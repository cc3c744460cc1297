"""Whose entries of a log a reader sees: the one scoping function of the trail, the openings and the exports."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.geography.models import AreaMembership
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Role


class LoggedQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> "LoggedQuerySet":
        """What members of organisations in the reader's own area did; for an administrator, of the own organisation.

        What jobs and commands did belongs to no organisation; it is seen where the organisation lies that runs the
        portal, and by that organisation's administrators.
        """
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        own = Organisation.objects.filter(pk__in=actor.organisation_ids).order_by().values("pk")
        near: Any = own if actor.role == Role.ADMINISTRATOR else organisations_near(organisation, actor)
        seen = Q(organisation__in=near)
        if Organisation.objects.filter(name=settings.PORTAL["operator"], pk__in=near).exists():
            seen |= Q(organisation=None)
        return self.filter(seen)


def organisations_near(organisation: Organisation, actor: Actor) -> Any:
    """The organisations that lie where `organisation` does, itself among them. A KKR area and the area of its
    erhvervshus are the same municipalities."""
    memberships = AreaMembership.objects.on(actor.on).order_by()
    mine = Q(pk__in=actor.organisation_ids)
    if organisation.area_id:
        places: Any = memberships.filter(area=organisation.area_id).values("municipality")
        areas: Any = memberships.filter(municipality__in=places).values("area")
        mine |= Q(area__in=areas) | Q(municipality__in=places)
    elif organisation.municipality_id:
        mine |= Q(municipality=organisation.municipality_id)
    return Organisation.objects.filter(mine).order_by().values("pk")
