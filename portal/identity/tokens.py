"""Bearer tokens of the API. A token is shown once, when it is made; only its hash is kept."""

import hashlib
import secrets
from datetime import date

from portal.identity.actor import actor_for
from portal.identity.models import ApiToken, Membership, User

PREFIX = "vb_"
"""Lets a scanner of source code and logs recognise a token that has strayed."""


def digest(token: str) -> str:
    """What is stored. A plain hash is enough: 32 random bytes cannot be guessed, unlike a password."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(membership: Membership) -> str:
    """A new token by which a program acts as this membership."""
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(membership=membership, digest=digest(token))
    return token


def issue_token(user: User) -> str:
    """A new token for what the person is today. Raises ValueError for one without a role."""
    membership = actor_for(user).membership
    if membership is None:
        raise ValueError("no membership holds today")
    return issue(membership)


def membership_of(token: str, on: date) -> Membership | None:
    """The membership the token stands for, if it holds on that day and the person is not closed (one query)."""
    found = (
        ApiToken.objects.filter(digest=digest(token), membership__user__is_active=True)
        .filter(membership__in=Membership.objects.on(on))
        .select_related("membership__user", "membership__organisation__municipality", "membership__organisation__area")
        .first()
    )
    return found.membership if found else None
