"""Standing in: a colleague approves, decides and confirms in somebody's place, from a day to a day."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.members import rights as members
from portal.identity.members.offboard import colleagues
from portal.identity.models import Deputy, Membership
from portal.identity.rights import Refused
from portal.identity.roles import Role


def roles_that_approve() -> frozenset[Role]:
    """The roles for which somebody can stand in: those that may approve something."""
    found: frozenset[Role] = frozenset()
    for action in rights.actions().values():
        if action.deputisable:
            found |= rights.roles_of(action)
    return found


def principals(actor: Actor) -> QuerySet[Membership]:
    """For whom the actor may name a deputy: the own membership; an administrator for all that approve."""
    today = timezone.localdate()
    approving = Membership.objects.on(today).filter(
        role__in=roles_that_approve(), organisation__in=actor.organisation_ids, user__is_active=True
    )
    if not rights.may(actor, members.MANAGE_MEMBERS):
        if actor.membership is None or actor.deputy_id:
            return Membership.objects.none()
        approving = approving.filter(pk=actor.membership.pk)
    return approving.select_related("user", "organisation").order_by("user__name", "pk")


def visible_deputies(actor: Actor) -> QuerySet[Deputy]:
    """Who stands in for whom in the own organisation, and has stood in."""
    return (
        Deputy.objects.filter(principal__organisation__in=actor.organisation_ids)
        .select_related("principal__user", "principal__organisation", "deputy__user", "given_by")
        .order_by("-valid_to", "-pk")
    )


def give(actor: Actor, principal: Membership, deputy: Membership, valid_from: date, valid_to: date) -> Deputy:
    """Name a deputy. Raises Refused and ValidationError.

    Nobody stands in twice for the same person at the same time.
    """
    rights.require(actor, members.GIVE_DEPUTY)
    if not principals(actor).filter(pk=principal.pk).exists():
        if principal.role not in roles_that_approve():
            raise ValidationError({"principal": _("This role approves nothing, so nobody can stand in for it.")})
        raise Refused(_("You name a deputy for yourself; your administrator names them for others."))
    if not colleagues(principal).filter(pk=deputy.pk).exists():
        raise ValidationError({"deputy": _("Choose a colleague in the same organisation whose role is not read-only.")})
    today = timezone.localdate()
    if valid_to < today:
        raise ValidationError({"valid_to": _("The date must not be in the past.")})
    with transaction.atomic():
        Membership.objects.select_for_update(no_key=True).get(pk=principal.pk)
        same_time = Deputy.objects.filter(
            principal=principal, deputy__user=deputy.user_id, ended_at=None,
            valid_from__lte=valid_to, valid_to__gte=valid_from,
        )  # fmt: skip
        if same_time.exists():
            raise ValidationError({"deputy": _("This colleague stands in then already.")})
        given = Deputy(
            principal=principal, deputy=deputy, valid_from=valid_from, valid_to=valid_to, given_by=actor.user
        )
        given.full_clean()
        given.save()
    return given


def may_end(actor: Actor, deputy: Deputy) -> bool:
    """The principal, the deputy, and the organisation's administrator may."""
    if actor.user.pk in (deputy.principal.user_id, deputy.deputy.user_id):
        return True
    return bool(rights.may(actor, members.MANAGE_MEMBERS)) and (
        deputy.principal.organisation_id in actor.organisation_ids
    )


def end(actor: Actor, deputy: Deputy) -> None:
    """From now on the colleague no longer stands in. Raises Refused."""
    if not may_end(actor, deputy):
        raise Refused(_("This is ended by one of the two, or by your administrator."))
    Deputy.objects.filter(pk=deputy.pk, ended_at=None).update(ended_at=timezone.now())


def of_person(membership: Membership) -> QuerySet[Deputy]:
    """Those that end with the membership: by which somebody stands in for it, or by which it stands in."""
    return (
        Deputy.objects.filter(Q(principal=membership) | Q(deputy=membership), ended_at=None)
        .filter(valid_to__gte=timezone.localdate())
        .select_related("principal__user", "deputy__user")
        .order_by("pk")
    )
