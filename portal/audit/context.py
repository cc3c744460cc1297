"""Who does something and for what: said to the connection, so that the trail's triggers can write it down.

A write by page or API is stamped when the person is known, a job and a listener when they begin. What nobody stamped
(a command, somebody at a prompt) is recorded with the name of the program and the database role.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection
from django.http import HttpRequest

from portal.ui.middleware import SAFE_METHODS
from portal.ui.request_id import request_id

if TYPE_CHECKING:
    from portal.identity.actor import Actor

SETTING = "vaekstbro.context"
_STAMPED = "_audit_stamped"


def stamp(
    source: str,
    *,
    user: int | None = None,
    membership: int | None = None,
    organisation: int | None = None,
    request: str = "",
) -> None:
    """From now on what this connection writes is `source`'s. Ids or None; `request` is the id of the request."""
    said = {
        "source": source,
        "user": user,
        "membership": membership,
        "organisation": organisation,
        "request": request,
    }
    _say(json.dumps(said))


def clear() -> None:
    _say("")


def _say(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, text])


def stamp_request(request: HttpRequest, actor: "Actor | None") -> None:
    """Says who sent a request that may write; one that only reads needs no stamp."""
    if request.method in SAFE_METHODS:
        return
    match = request.resolver_match
    membership = actor.membership if actor else None
    stamp(
        str(match.view_name if match is not None else request.path_info),
        user=actor.person.pk if actor else None,
        membership=membership.pk if membership else None,
        organisation=membership.organisation_id if membership else None,
        request=request_id(request),
    )
    request.__dict__[_STAMPED] = True


def clear_request(request: HttpRequest) -> None:
    """The connection goes back to a pool; what the next one writes is not this person's."""
    if request.__dict__.pop(_STAMPED, False):
        clear()


@contextmanager
def acting(source: str) -> Iterator[None]:
    """What a job or a listener writes is its own."""
    stamp(source)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            clear()
