"""Ending a membership, now or on a day: open work is handed over, and an account without a membership is closed."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.members import tasks
from portal.identity.members.administering import (
    begin,
    close_if_left,
    lock,
    must_be_allowed,
    must_end_in_time,
    must_keep_an_administrator,
    require_administrator,
)
from portal.identity.models import Deputy, Membership
from portal.identity.roles import READ_ONLY_ROLES, Role


def colleagues(membership: Membership) -> QuerySet[Membership]:
    """Who may take over: those who hold a membership in the same organisation today, and whose role may write."""
    return (
        Membership.objects.on(timezone.localdate())
        .filter(organisation=membership.organisation_id, user__is_active=True)
        .exclude(user=membership.user_id)
        .exclude(role__in=READ_ONLY_ROLES)
        .select_related("user")
        .order_by("user__name", "pk")
    )


def thing(membership: Membership) -> str:
    """The membership as forms and edits name it."""
    return versions.thing_of("membership", membership.pk)


def mark(membership: Membership) -> str:
    """What tells its versions apart: its end. Another role is another membership."""
    return f"to {membership.valid_to}"


def end(
    actor: Actor,
    membership: Membership,
    last_day: date | None = None,
    to: Membership | None = None,
    *,
    seen: versions.Seen | None = None,
) -> None:
    """End it at once (`last_day` None) or after `last_day`. Open work goes to the colleague `to` at once.

    Sessions and tokens follow: they act by memberships that hold. Raises Refused, ValidationError, and Changed when it
    is not as it was `seen`.
    """
    with transaction.atomic():
        current = _locked(actor, membership, seen)
        if last_day is not None:
            if last_day < timezone.localdate():
                raise ValidationError({"last_day": _("The date must not be in the past.")})
            if current.valid_to is not None and last_day > current.valid_to:
                raise ValidationError({"last_day": _("The membership ends before that already.")})
            must_end_in_time([], current.valid_from, last_day)
        must_keep_an_administrator(current, last_day)
        _hand_over(actor, current, to)
        _end(current, last_day)
        if last_day is None:
            close_if_left(current.user)


def change(
    actor: Actor, membership: Membership, role: Role, valid_to: date | None, *, seen: versions.Seen | None = None
) -> Membership:
    """Another role, or another end: this membership ends and a new one begins, so that history stays.

    One that has not begun yet is begun anew on its own day. Raises as `end` does.
    """
    with transaction.atomic():
        current = _locked(actor, membership, seen)
        must_be_allowed(actor, current.organisation, [role])
        start = max(timezone.localdate(), current.valid_from)
        must_end_in_time([role], start, valid_to)
        if role == current.role and valid_to == current.valid_to:
            raise ValidationError(_("Nothing has been changed: choose another role or another end."))
        if current.role == Role.ADMINISTRATOR and (role != Role.ADMINISTRATOR or valid_to is not None):
            must_keep_an_administrator(current, valid_to if role == Role.ADMINISTRATOR else None)
        if role == current.role and current.valid_from == start:
            # The same role from the same day is the same membership: only its end is another.
            current.valid_to = valid_to
            current.save(update_fields=["valid_to"])
            return current
        if role != current.role and held_by(current, role).exists():
            raise ValidationError({"role": _("The person has this role here already.")})
        _end(current, None)
        return begin(current.user, current.organisation, role, start, valid_to)


def held_by(membership: Membership, role: Role) -> QuerySet[Membership]:
    """The same person's memberships with that role there, now or to come."""
    return Membership.objects.still_to_hold(timezone.localdate()).filter(
        user=membership.user_id, organisation=membership.organisation_id, role=role
    )


def _locked(actor: Actor, membership: Membership, seen: versions.Seen | None) -> Membership:
    """The membership as it stands now, its organisation kept from other changes of members."""
    require_administrator(actor, membership.organisation)
    lock(membership.organisation)
    current = (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "organisation")
        .get(pk=membership.pk)
    )
    today = timezone.localdate()
    if not Membership.objects.still_to_hold(today).filter(pk=current.pk).exists():
        raise ValidationError(_("The membership has ended already."))
    versions.settle(actor, thing(current), seen=seen, now=mark(current))
    return current


def _hand_over(actor: Actor, membership: Membership, to: Membership | None) -> None:
    theirs = [task for task in tasks.open_tasks(membership) if task.is_the_persons]
    if not theirs:
        return
    if to is None or not colleagues(membership).filter(pk=to.pk).exists():
        raise ValidationError({"to": _("Choose a colleague who takes over what is open.")})
    tasks.hand_over(membership, to, actor.user)


def _end(membership: Membership, last_day: date | None) -> None:
    """At once: for good on this very day. A membership that has not begun never will."""
    now = timezone.now()
    if last_day is None:
        membership.valid_to, membership.stopped_at = max(timezone.localdate(), membership.valid_from), now
        Deputy.objects.filter(Q(principal=membership) | Q(deputy=membership), ended_at=None).update(ended_at=now)
    else:
        membership.valid_to = last_day
    membership.save(update_fields=["valid_to", "stopped_at"])
