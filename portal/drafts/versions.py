"""Which version of a thing a form was opened on. The rule function asks, inside its transaction and after its lock.

A page (portal.drafts.pages) signs into its form what it shows; what comes back is the `seen` of the rule function:

    with ledger.entry():
        row = Target.objects.select_for_update(no_key=True).get(pk=target.pk)
        versions.settle(actor, thing_of(row), seen=seen, now=newest.place)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils import timezone

from portal.drafts.models import Edit
from portal.identity.actor import Actor
from portal.identity.models import User

SALT = "portal.drafts.version"
Raw = dict[str, list[str]]
"""What controls send: name → values."""
Seen = str | Callable[[], None]
"""What the caller has seen: the mark that a form showed; or the caller's own look, at the row as it is once it is
locked, which raises (the API's If-Match)."""


class Changed(Exception):
    """Somebody has changed the thing since the form was opened; nothing was written. The page shows both."""


def thing_of(kind: str, pk: object) -> str:
    """The name of a thing, as edits and forms have it: target:12."""
    return f"{kind}:{pk}"


def settle(actor: Actor | None, thing: str, *, seen: Seen | None, now: object) -> None:
    """After the lock: raise Changed unless the thing is as it was `seen`, and note that the actor changes it.

    `now` is what tells versions apart, such as a place. `seen` None is no form (a loader, a test), so nothing
    was shown. `actor` None is a loader: nobody is noted.
    """
    if callable(seen):
        seen()
    elif seen is not None and seen != str(now):
        raise Changed
    record(actor, thing)


def record(actor: Actor | None, *things: str) -> None:
    """Note that the actor changes the things, so that whoever has one open can be told by whom. One statement."""
    if actor is not None:
        Edit.objects.bulk_create(
            Edit(thing=thing, user=actor.user, organisation=actor.organisation) for thing in things
        )


@dataclass(frozen=True)
class Shown:
    """What a form showed when it was opened: the thing, its version, the controls' values and what was told besides."""

    thing: str
    mark: str
    at: datetime
    fields: dict[str, Raw] = field(default_factory=dict)
    """Field → its controls."""
    told: list[tuple[str, str]] = field(default_factory=list)

    def signed(self, user: User) -> str:
        content = [self.thing, self.mark, int(self.at.timestamp()), self.fields, self.told]
        return signing.dumps(content, salt=f"{SALT}:{user.pk}", compress=True)


def read(text: str, user: User, thing: str) -> Shown | None:
    """What was signed into a form about the thing for this person; None when it is anything else."""
    try:
        content: Any = signing.loads(text, salt=f"{SALT}:{user.pk}")
        about, mark, at, fields, told = content
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if about != thing:
        return None
    opened = datetime.fromtimestamp(at, tz=timezone.get_default_timezone())
    return Shown(about, mark, opened, fields, [(title, text) for title, text in told])


def edits_since(things: list[str], at: datetime) -> list[Edit]:
    """Who has changed the things since then, the newest first. One query."""
    found = Edit.objects.filter(thing__in=things, at__gte=at).select_related("user", "organisation")
    return list(found.order_by("-at", "-pk")[:20])
