"""What waits on those who help people to a match: agreements that end soon, to be asked for anew or let go."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models import Consent, Person
from matching.people import KEEP
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.waiting import Waiting, WaitingSource, register

SOON = timedelta(days=30)


def ending(actor: Actor) -> "QuerySet[Consent]":
    """Agreements of the own people that end within a month, and that no later one follows."""
    if not rights.may(actor, KEEP):
        return Consent.objects.none()
    own = Person.objects.usable().of(actor).order_by().values("pk")
    held = Consent.objects.holding(actor.on)
    follows: Any = held.filter(
        Q(programme=OuterRef("programme")) | Q(programme=None),
        Q(expires_on=None) | Q(expires_on__gt=OuterRef("expires_on")),
        person=OuterRef("person"),
        purpose=OuterRef("purpose"),
    )
    found: QuerySet[Consent] = held.filter(~Exists(follows.order_by()), person__in=own, expires_on__lte=actor.on + SOON)
    return found


def rows(actor: Actor, most: int) -> Sequence[Waiting]:
    found = ending(actor).select_related("person").order_by("expires_on", "pk")[:most]
    return [
        Waiting(
            title=each.person.name,
            url=reverse("matching:person", args=[each.person_id]),
            action=_("Ask anew"),
            since=each.given_on,
            due=each.expires_on,
            detail=str(each.get_purpose_display()),
        )
        for each in found
    ]


def register_waiting() -> None:
    register(
        WaitingSource(
            "matching.consents",
            _("Agreements with people that end soon"),
            rows,
            lambda actor: ending(actor).count(),
            order=60,
        )
    )
