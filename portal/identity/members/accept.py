"""The link of an invitation: what it says, and accepting it with a new password or an account one has."""

from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.identity.members.administering import begin, lock
from portal.identity.models import Invitation, Membership, User
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.identity.tokens import digest

State = Literal["open", "expired", "withdrawn", "accepted"]


@dataclass(frozen=True)
class Letter:
    """An invitation as its link shows it. `has_account`: the invited sign in instead of choosing a password."""

    invitation: Invitation
    state: State
    has_account: bool


def letter(token: str) -> Letter | None:
    """What the link leads to; None when it leads nowhere (mistyped, or a newer letter was sent)."""
    invitation = Invitation.objects.filter(digest=digest(token)).select_related("organisation", "invited_by").first()
    if invitation is None:
        return None
    return Letter(invitation, _state(invitation), _account(invitation) is not None)


def accept_with_password(invitation: Invitation, name: str, password: str) -> User:
    """Make the account, or open a closed one again, and begin the memberships. The password has been checked.

    Raises ValidationError when the invitation is not open, or an account is in use: that one's person signs in.
    """
    with transaction.atomic():
        locked = _locked(invitation)
        if _account(locked) is not None:
            raise ValidationError(_("You have an account already. Log in to accept."))
        closed = User.objects.filter(email__iexact=locked.email).first()
        if closed is None:
            user = User.objects.create_user(locked.email, name, password)
        else:
            closed.set_password(password)
            closed.is_active = True
            closed.save(update_fields=["password", "is_active"])
            user = closed
        _begin(locked, user)
    return user


def accept_as(invitation: Invitation, user: User) -> list[Membership]:
    """The person who is signed in accepts. Raises Refused when the invitation is somebody else's."""
    if user.email.lower() != invitation.email.lower():
        raise Refused(
            _("The invitation is to %(invited)s, and you are logged in as %(you)s. Log off, and open the link again.")
            % {"invited": invitation.email, "you": user.email}
        )
    with transaction.atomic():
        return _begin(_locked(invitation), user)


def _begin(invitation: Invitation, user: User) -> list[Membership]:
    """The memberships from the day that was agreed, or today when that has passed."""
    today = timezone.localdate()
    start = max(invitation.valid_from, today)
    if invitation.valid_to is not None and invitation.valid_to < start:
        raise ValidationError(_("The time you were invited for is over. Ask for a new invitation."))
    lock(invitation.organisation)
    begun = [begin(user, invitation.organisation, Role(role), start, invitation.valid_to) for role in invitation.roles]
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return begun


def _locked(invitation: Invitation) -> Invitation:
    """The invitation as it stands now, kept from others: of two who accept at once, one comes second and is told."""
    locked = (
        Invitation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation")
        .get(pk=invitation.pk)
    )
    if locked.digest != invitation.digest or _state(locked) != "open":
        raise ValidationError(_("The invitation has been answered or withdrawn already."))
    return locked


def _account(invitation: Invitation) -> User | None:
    return User.objects.filter(email__iexact=invitation.email, is_active=True).first()


def _state(invitation: Invitation) -> State:
    if invitation.accepted_at:
        return "accepted"
    if invitation.withdrawn_at:
        return "withdrawn"
    return "expired" if invitation.expired else "open"
