"""Whose members an administrator administers, and that an organisation always keeps an administrator."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.members import rights as members
from portal.identity.models import Invitation, Membership, Organisation, User
from portal.identity.models.members import InvitationQuerySet
from portal.identity.rights import Refused, require, runs_the_portal
from portal.identity.roles import AUDITOR_DAYS, ROLES_OF, OrganisationKind, Role


def visible_members(actor: Actor) -> QuerySet[Membership]:
    """The memberships of the own organisation, present, past and to come; a municipality's also its parts'."""
    return Membership.objects.filter(organisation__in=actor.organisation_ids)


def visible_invitations(actor: Actor) -> InvitationQuerySet:
    """Those into the own organisation, and those one has sent to an organisation's first administrator."""
    return Invitation.objects.filter(Q(organisation__in=actor.organisation_ids) | Q(invited_by=actor.user))


def require_administrator(actor: Actor, organisation: Organisation) -> None:
    """Raises Refused unless the actor administers the organisation's members."""
    require(actor, members.MANAGE_MEMBERS)
    if organisation.pk not in actor.organisation_ids:
        text = _("You administer the members of %(own)s. Those of %(other)s have an administrator of their own.")
        raise Refused(text % {"own": actor.organisation, "other": organisation})


def without_administrator() -> QuerySet[Organisation]:
    """Organisations that exist and that nobody administers, now or later."""
    today = timezone.localdate()
    admins = Membership.objects.still_to_hold(today).filter(role=Role.ADMINISTRATOR, user__is_active=True).order_by()
    return (
        Organisation.objects.on(today)
        .filter(
            ~Exists(admins.filter(organisation=OuterRef("pk"))), ~Exists(admins.filter(organisation=OuterRef("parent")))
        )
        .order_by("sort_key", "pk")
    )


def open_to(actor: Actor) -> QuerySet[Organisation]:
    """The organisations the actor may invite into: the own, and for the operator those without an administrator."""
    own = Q(pk__in=actor.organisation_ids)
    if runs_the_portal(actor.organisation):
        own |= Q(pk__in=without_administrator().order_by().values("pk"))
    return Organisation.objects.on(actor.on).filter(own).order_by("sort_key", "pk")


def must_be_allowed(actor: Actor, organisation: Organisation, roles: list[Role]) -> None:
    """The actor may give these roles there. Raises Refused or ValidationError (field `roles`)."""
    require(actor, members.MANAGE_MEMBERS)
    if organisation.pk not in actor.organisation_ids:
        first = roles == [Role.ADMINISTRATOR] and open_to(actor).filter(pk=organisation.pk).exists()
        if not first:
            if runs_the_portal(actor.organisation) and open_to(actor).filter(pk=organisation.pk).exists():
                text = _("You invite the first administrator of %(other)s, who then invites the others.")
                raise ValidationError({"roles": text % {"other": organisation}})
            require_administrator(actor, organisation)
    allowed = ROLES_OF[OrganisationKind(organisation.kind)]
    foreign = [str(role.label) for role in roles if role not in allowed]
    if foreign:
        text = _("%(organisation)s is a %(kind)s and does not have the role: %(roles)s.")
        said = {"organisation": organisation, "kind": organisation.get_kind_display(), "roles": ", ".join(foreign)}
        raise ValidationError({"roles": text % said})


def must_end_in_time(roles: list[Role], valid_from: date, valid_to: date | None) -> None:
    """Dates in order, and an auditor's within a year. Raises ValidationError at `valid_to`."""
    if valid_to is not None and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The end must not be before the beginning.")})
    if Role.AUDITOR in roles and (valid_to is None or valid_to > valid_from + timedelta(days=AUDITOR_DAYS)):
        raise ValidationError({"valid_to": _("An auditor has access for a time: set an end, at most a year away.")})


def lock(organisation: Organisation) -> None:
    """One change of members at a time: of two administrators who take each other off, one comes second and is told.

    A part's own administrators may be gone as long as the whole has some, so the whole is locked with its parts.
    """
    whole = organisation.parent_id or organisation.pk
    list(
        Organisation.objects.select_for_update(no_key=True, of=("self",))
        .filter(Q(pk=whole) | Q(parent=whole))
        .order_by("pk")
    )


def must_keep_an_administrator(membership: Membership, last_day: date | None) -> None:
    """Somebody else administers the organisation from the day after `last_day` (None: from now) on, without a gap, and
    for as long as this one would have.

    Raises ValidationError. The caller holds `lock`.
    """
    if membership.role != Role.ADMINISTRATOR:
        return
    organisation = membership.organisation
    after = timezone.localdate() if last_day is None else last_day + timedelta(days=1)
    others = (
        Membership.objects.on(after)
        .filter(role=Role.ADMINISTRATOR, user__is_active=True)
        .filter(Q(organisation=organisation) | Q(organisation=organisation.parent_id))
        .exclude(pk=membership.pk)
    )
    lasting = Q(valid_to=None)
    if membership.valid_to is not None:
        lasting |= Q(valid_to__gte=membership.valid_to)
    if not others.filter(lasting).exists():
        text = _("%(organisation)s must have an administrator. Give somebody else that role first.")
        raise ValidationError(text % {"organisation": organisation})


def begin(user: User, organisation: Organisation, role: Role, start: date, valid_to: date | None) -> Membership:
    """A membership from that day. The same one, stopped on the day it began, goes on."""
    membership, made = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, valid_from=start, defaults={"valid_to": valid_to}
    )
    if not made:
        membership.valid_to, membership.stopped_at = valid_to, None
        membership.save(update_fields=["valid_to", "stopped_at"])
    return membership


def close_if_left(user: User) -> bool:
    """Close the account of a person whose last membership is over. What the person did stays, with the name."""
    if Membership.objects.still_to_hold(timezone.localdate()).filter(user=user).exists():
        return False
    return bool(User.objects.filter(pk=user.pk, is_active=True).update(is_active=False))


def administrators_of(organisation: Organisation, on: date) -> list[User]:
    """Who to ask for a role: the organisation's administrators, or the whole's when a part has none of its own."""
    found = (
        Membership.objects.on(on)
        .filter(role=Role.ADMINISTRATOR, user__is_active=True)
        .filter(organisation__in=[pk for pk in (organisation.pk, organisation.parent_id) if pk])
        .select_related("user")
        .order_by("user__name", "pk")
    )
    own = [entry.user for entry in found if entry.organisation_id == organisation.pk]
    return own or [entry.user for entry in found]
