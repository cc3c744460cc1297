"""The view log. Whoever shows records of people says so here; the line is written after the answer has been made."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import HttpRequest

from portal.audit.models import Opening, Purpose
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.ui.middleware import after_reading
from portal.ui.request_id import request_id

SESSION_KEY = "purpose"
USUAL: dict[Role, Purpose] = {
    Role.HUB_CONTROLLER: Purpose.FIGURES,
    Role.KKR_SECRETARIAT: Purpose.FIGURES,
    Role.DATA_STEWARD: Purpose.QUALITY,
    Role.AUDITOR: Purpose.AUDIT,
    Role.DATA_PROTECTION_OFFICER: Purpose.RIGHTS,
    Role.ADMINISTRATOR: Purpose.SUPPORT,
}
"""What a role opens records for; every other role works with the companies. A person may choose another purpose."""


def purpose_of(request: HttpRequest, actor: Actor) -> Purpose:
    """What the person has chosen for this session, else what the role is for. A program has no session."""
    session = getattr(request, "session", None)
    chosen = session.get(SESSION_KEY, "") if session is not None else ""
    if chosen in Purpose.values:
        return Purpose(chosen)
    return USUAL.get(actor.role, Purpose.OWN_WORK) if actor.role else Purpose.OWN_WORK


def opened(request: HttpRequest, actor: Actor, kind: str, keys: Iterable[object]) -> None:
    """The answer shows these records of `kind` ("match", "company"). Nothing is written when there are none."""
    shown = sorted({str(key) for key in keys})
    if not shown:
        return
    match = request.resolver_match
    line = Opening(
        user=actor.user,
        organisation=actor.organisation,
        role=actor.role or "",
        kind=kind,
        keys=shown,
        purpose=purpose_of(request, actor),
        source=str(match.view_name if match is not None else request.path_info)[:200],
        request=request_id(request),
    )
    if request.method in ("GET", "HEAD", "OPTIONS"):
        after_reading(request, line.save)
    else:
        line.save()


def openings_of(kind: str, key: object) -> QuerySet[Opening]:
    """Everybody who was shown the record, newest first."""
    return Opening.objects.filter(kind=kind, keys__contains=[str(key)])
