"""Inviting somebody, sending the letter again, and taking the invitation back."""

import secrets
from collections.abc import Callable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.members import mails
from portal.identity.members.administering import must_be_allowed, must_end_in_time, visible_invitations
from portal.identity.models import Invitation, Membership, Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.identity.tokens import digest

HOLDS = timedelta(days=14)
MOST_IN_AN_HOUR = 30
"""Letters an administrator can send in an hour: enough for a new department, too few to bother strangers with."""
MOST_TIMES = 5
"""How often one invitation is sent."""


def invite(
    actor: Actor,
    organisation: Organisation,
    email: str,
    name: str,
    roles: list[Role],
    valid_from: date,
    valid_to: date | None = None,
) -> tuple[Invitation, str]:
    """The invitation and its token, which is kept nowhere. The letter is `send`'s.

    Raises Refused and ValidationError. Whether the address has an account elsewhere shows in nothing.
    """
    must_be_allowed(actor, organisation, roles)
    must_end_in_time(roles, valid_from, valid_to)
    today = timezone.localdate()
    if valid_to is not None and valid_to < today:
        raise ValidationError({"valid_to": _("The date must not be in the past.")})
    _must_have_letters_left(actor)
    email = email.strip().lower()
    has = Membership.objects.still_to_hold(today).filter(organisation=organisation, user__email__iexact=email)
    already = [str(Role(entry.role).label) for entry in has.filter(user__is_active=True) if Role(entry.role) in roles]
    if already:
        text = _("The person has this role in %(organisation)s already: %(roles)s.")
        raise ValidationError({"email": text % {"organisation": organisation, "roles": ", ".join(already)}})
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organisation=organisation,
        email=email,
        name=name.strip(),
        roles=[role.value for role in roles],
        valid_from=valid_from,
        valid_to=valid_to,
        invited_by=actor.user,
        expires_at=timezone.now() + HOLDS,
        digest=digest(token),
    )
    invitation.full_clean()
    with transaction.atomic():
        invitation.save()
    return invitation, token


def send_again(actor: Actor, invitation: Invitation) -> str:
    """A new link, good for another fourteen days; the one before opens nothing more. Returns the token."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        locked = _open(actor, invitation)
        _must_have_letters_left(actor)
        if locked.sendings >= MOST_TIMES:
            raise ValidationError(_("It has been sent five times. Withdraw it, and check the address."))
        locked.digest, locked.expires_at = digest(token), timezone.now() + HOLDS
        locked.save(update_fields=["digest", "expires_at"])
    return token


def withdraw(actor: Actor, invitation: Invitation) -> None:
    """The link opens nothing more."""
    with transaction.atomic():
        locked = _open(actor, invitation)
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])


def send(invitation: Invitation, token: str, address: Callable[[str], str]) -> bool:
    """The letter. `address(token)` is the whole address of the link. False when it could not leave."""
    account = User.objects.filter(email__iexact=invitation.email).first()
    sent = mails.send(
        "invitation",
        invitation.email,
        account.language if account else "",
        invitation=invitation,
        roles=[str(Role(role).label) for role in invitation.roles],
        link=address(token),
    )
    now = timezone.now()
    Invitation.objects.filter(pk=invitation.pk).update(
        sendings=invitation.sendings + 1, sent_at=now if sent else invitation.sent_at
    )
    return sent


def _open(actor: Actor, invitation: Invitation) -> Invitation:
    """The invitation, locked, if it waits for an answer and is the actor's to handle."""
    locked = (
        Invitation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation")
        .get(pk=invitation.pk)
    )
    must_be_allowed(actor, locked.organisation, [Role(role) for role in locked.roles])
    if not visible_invitations(actor).filter(pk=locked.pk).exists():
        raise Refused(_("This invitation is another organisation's."))
    if locked.accepted_at or locked.withdrawn_at:
        raise ValidationError(_("The invitation has been answered or withdrawn already."))
    return locked


def _must_have_letters_left(actor: Actor) -> None:
    hour = timezone.now() - timedelta(hours=1)
    lately = Q(made_at__gt=hour) | Q(sent_at__gt=hour)
    if Invitation.objects.filter(lately, invited_by=actor.user).count() >= MOST_IN_AN_HOUR:
        raise ValidationError(_("You have sent 30 invitations within an hour. Wait a little before the next."))
