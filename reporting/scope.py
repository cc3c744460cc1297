"""Which contracts a person sees. What has an owner in the own area is `programmes.scope`."""

from django.db.models import F, Q, QuerySet

from portal.identity.actor import Actor
from programmes.scope import organisations_of_area, own_organisations
from reporting.models import Contract


def visible_contracts(actor: Actor) -> "QuerySet[Contract]":
    """The contracts the person sees: owned in the own area, or with the own organisation as a party."""
    if actor.organisation is None:
        return Contract.objects.none()
    return Contract.objects.filter(
        Q(owner__in=organisations_of_area(actor))
        | Q(
            pk__in=Contract.objects.filter(parties__organisation__in=own_organisations(actor.organisation)).values("pk")
        )
    ).order_by(F("ends_on").desc(), "slug")
