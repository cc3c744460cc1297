"""What waits on those who help people to a match: agreements that end soon, to be asked for anew or let go."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models import Consent, Person
from matching.people import KEEP
from portal.audit.openings import opened
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.scopes import Scope
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question, register

SOON = timedelta(days=30)


def ending(actor: Actor) -> "QuerySet[Consent]":
    """Agreements of the own people that end within a month, and that no later one follows."""
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


def line(row: Row) -> Waiting:
    opened("highly_educated", row.said["person"])
    return Waiting(
        title=row.said["name"],
        url=reverse("matching:person", args=[row.said["person"]]),
        action=_("Ask anew"),
        since=row.since,
        due=row.due,
        detail=str(Consent.Purpose(row.said["purpose"]).label),
    )


def asked(actor: Actor) -> Question | None:
    if not rights.may(actor, KEEP):
        return None
    said = {"person": "person_id", "name": "person__name", "purpose": "purpose"}
    return question(ending(actor), since="given_on", due="expires_on", **said)


def register_waiting() -> None:
    register(
        WaitingSource(
            "matching.consents",
            _("Agreements with people that end soon"),
            order=60,
            asked=asked,
            line=line,
            scope=Scope.PEOPLE_READ,
        )
    )
