"""The view log. Whoever shows records of people says so here; the line is written when the answer has been made."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import QuerySet
from django.http import HttpRequest

from portal.audit.models import Opening, Purpose
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.ui.request_id import request_id

SESSION_KEY = "purpose"
USUAL: dict[Role, Purpose] = {
    Role.HUB_CONTROLLER: Purpose.FIGURES,
    Role.BUDGET_OFFICER: Purpose.FIGURES,
    Role.KKR_SECRETARIAT: Purpose.FIGURES,
    Role.DATA_STEWARD: Purpose.QUALITY,
    Role.AUDITOR: Purpose.AUDIT,
    Role.DATA_PROTECTION_OFFICER: Purpose.RIGHTS,
    Role.ADMINISTRATOR: Purpose.SUPPORT,
}
"""What a role opens records for; every other role works with the companies. A person may choose another purpose."""

Shown = dict[str, set[str]]
_shown: ContextVar[Shown | None] = ContextVar("shown", default=None)


def opened(kind: str, key: object) -> None:
    """The answer shows this record of `kind` ("match", "company"). Outside a request nobody looks, and nothing is
    noted; the rows of a file are counted in the export log instead."""
    shown = _shown.get()
    if shown is not None:
        shown.setdefault(kind, set()).add(str(key))


def anything_opened() -> bool:
    """Has the answer shown a record of a person so far?"""
    return bool(_shown.get())


@contextmanager
def noting() -> Iterator[Shown]:
    """Around a request: {kind: keys} of what it showed."""
    shown: Shown = {}
    token = _shown.set(shown)
    try:
        yield shown
    finally:
        _shown.reset(token)


def write(request: HttpRequest, actor: Actor, shown: Shown) -> None:
    """One line a kind."""
    match = request.resolver_match
    for kind, keys in sorted(shown.items()):
        Opening.objects.create(
            user=actor.person,
            organisation=actor.organisation,
            role=actor.role or "",
            kind=kind,
            keys=sorted(keys),
            purpose=purpose_of(request, actor),
            source=str(match.view_name if match is not None else request.path_info)[:200],
            request=request_id(request),
        )


def purpose_of(request: HttpRequest, actor: Actor) -> Purpose:
    """What the person has chosen for this session, else what the role is for. A program has no session."""
    session = getattr(request, "session", None)
    chosen = session.get(SESSION_KEY, "") if session is not None else ""
    if chosen in Purpose.values:
        return Purpose(chosen)
    return USUAL.get(actor.role, Purpose.OWN_WORK) if actor.role else Purpose.OWN_WORK


def openings_of(kind: str, key: object) -> QuerySet[Opening]:
    """Everybody who was shown the record."""
    return Opening.objects.filter(kind=kind, keys__contains=[str(key)])
