"""Whose entries of a log a reader sees: the one scoping function of the trail, the openings and the exports."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.geography.models import AreaMembership
from portal.identity.actor import Actor
from portal.identity.models import Organisation


class LoggedQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> "LoggedQuerySet":
        """What members of organisations in the reader's own area did.

        What jobs and commands did belongs to no organisation; the area that runs this installation sees it.
        """
        organisation = actor.organisation
        if organisation is None:
            return self.none()
        near = organisations_near(organisation, actor)
        seen = Q(organisation__in=near)
        if Organisation.objects.filter(name=settings.PORTAL["authority"], pk__in=near).exists():
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
