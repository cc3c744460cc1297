"""Whose things a person sees: those of the own area. One function for page, API, export."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from portal.geography.models import Area, AreaMembership
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from programmes.models import Programme

M = TypeVar("M", bound=Model)


def organisations_of_area(actor: Actor) -> Any:
    """The organisations that work where the person's own does: as owners, their contracts and indicators are seen.

    A KKR area and the area of its erhvervshus are the same municipalities, so areas that share one are one here.
    """
    organisation = actor.organisation
    if organisation is None:
        return Organisation.objects.none().values("pk")
    mine = Q(pk__in=own_organisations(organisation))
    memberships = AreaMembership.objects.on(actor.on).order_by()
    if organisation.area_id:
        areas: Any = [organisation.area_id]
    elif organisation.municipality_id:
        areas = memberships.filter(municipality=organisation.municipality_id, kind=Area.Kind.KKR).values("area")
    else:
        # A university or an a-kasse has no place: it works in the areas of the programmes it has a part in.
        areas = (
            Programme.objects.filter(roles__organisation__in=own_organisations(organisation)).order_by().values("area")
        )
    places = memberships.filter(area__in=areas).values("municipality")
    overlapping = memberships.filter(municipality__in=places).values("area")
    mine |= Q(area__in=areas) | Q(area__in=overlapping) | Q(municipality__in=places)
    return Organisation.objects.filter(mine).order_by().values("pk")


def own_organisations(organisation: Organisation) -> Any:
    """As `actor.organisation_ids`, but inside the question that asks: a municipality's are also its parts'."""
    own = Q(pk=organisation.pk)
    if organisation.kind == OrganisationKind.MUNICIPALITY:
        own |= Q(parent=organisation.pk)
    return Organisation.objects.filter(own).order_by().values("pk")


def owned_in_area(rows: "QuerySet[M]", actor: Actor) -> "QuerySet[M]":
    """The rows whose `owner` lies in the person's area."""
    return rows.filter(owner__in=organisations_of_area(actor))
