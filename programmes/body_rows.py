"""What belongs to a body (seats, people, mandates, meetings …) is made, changed and taken away in the same steps."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from programmes.models import Body
from programmes.rights import KEEP_BODIES
from programmes.rows import fill, locked, mark, remove, save_checked

R = TypeVar("R", bound=Model)
Wrong = dict[str, list[str]]


def may_keep(actor: Actor, organisation: Organisation) -> Verdict:
    """May the person write in the organisation's bodies, and if not, why?"""
    verdict = rights.may(actor, KEEP_BODIES)
    if verdict and organisation.pk not in actor.organisation_ids:
        text = _("%(owner)s keeps this body, its meetings and its people. You can read it.")
        return Verdict(False, text % {"owner": organisation})
    return verdict


def require_keeper(actor: Actor | None, body: Body) -> None:
    """Raise Refused unless the person may. None is a loader."""
    if actor is not None:
        verdict = may_keep(actor, body.organisation)
        if not verdict:
            raise Refused(verdict.reason)


def thing(row: Model) -> str:
    """The row as forms and edits name it."""
    return versions.thing_of(str(row._meta.model_name), row.pk)


def refuse(wrong: Wrong) -> None:
    if wrong:
        raise ValidationError(wrong)


def add(
    actor: Actor | None,
    row: R,
    said: Mapping[str, Any],
    *,
    check: Callable[[R], Wrong] = lambda _row: {},
    parts: Callable[[R], None] = lambda _row: None,
    written: Written | None = None,
) -> R:
    """Save a new row. `check` says what is wrong by field, `parts` writes what hangs on it. Raises ValidationError."""
    fill(row, said)
    refuse(check(row))
    with transaction.atomic():
        save_checked(row)
        parts(row)
        versions.record(actor, thing(row))
        if written is not None:
            written(row.pk)
    return row


def alter(
    actor: Actor | None,
    row: R,
    said: Mapping[str, Any],
    *,
    seen: versions.Seen | None = None,
    now: Callable[[R], str] = mark,
    check: Callable[[R], Wrong] = lambda _row: {},
    parts: Callable[[R], None] = lambda _row: None,
    written: Written | None = None,
) -> R:
    """Change a row that is locked meanwhile. Raises Changed, ValidationError."""
    with transaction.atomic():
        found = locked(row)
        versions.settle(actor, thing(found), seen=seen, now=now(found))
        fill(found, said)
        refuse(check(found))
        save_checked(found)
        parts(found)
        if written is not None:
            written(found.pk)
    return found


def take_away(
    actor: Actor | None,
    row: Model,
    *,
    seen: versions.Seen | None = None,
    now: Callable[[Any], str] = mark,
    written: Written | None = None,
) -> None:
    """Remove a row on which nothing rests. Raises Changed, ValidationError."""
    with transaction.atomic():
        found = locked(row)
        versions.settle(actor, thing(found), seen=seen, now=now(found))
        pk = found.pk
        remove(found)
        if written is not None:
            written(pk)
