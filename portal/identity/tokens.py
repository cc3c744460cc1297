"""Bearer tokens of the API. A token is shown once, when it is made; only its hash is kept."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.identity import rights
from portal.identity.actor import Actor, actor_for
from portal.identity.models import ApiToken, Membership, User
from portal.identity.models.tokens import ApiTokenQuerySet
from portal.identity.rights import Refused, Verdict
from portal.identity.scopes import API_SCOPES, Scope
from portal.identity.token_rights import MAKE_API_KEYS, REVOKE_MEMBERS_KEYS
from portal.ui.middleware import SAFE_METHODS, after_reading

PREFIX = "vb_"
"""Lets a scanner of source code and logs recognise a token that has strayed."""
LIFE = timedelta(days=90)
USED_AT_MOST_EVERY = timedelta(minutes=1)


def digest(token: str) -> str:
    """What is stored. A plain hash is enough: 32 random bytes cannot be guessed, unlike a password."""
    return hashlib.sha256(token.encode()).hexdigest()


# ------------------------------------------------------------------------------------------------------------- make
def may_make_token(request: HttpRequest) -> Verdict:
    """May the person in front of this page make a token in this session, and if not, why?

    The one place where it is decided. A role that needs a second factor has passed it: no page opens before
    (signin.middleware).
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by ActorMiddleware
    return rights.may(actor, MAKE_API_KEYS)


def issue(
    membership: Membership,
    scopes: Iterable[Scope | str] = API_SCOPES,
    name: str = "",
    *,
    life: timedelta = LIFE,
    by: User | None = None,
) -> str:
    """A new token by which a program acts as this membership, as the text that is shown this once.

    Without a name it is called by its first characters. `by` None: whoever runs the portal. Raises ValidationError with
    the message of the rule that it breaks. A page has asked `may_make_token` before.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    row = ApiToken(
        membership=membership,
        digest=digest(token),
        name=name.strip() or f"{token[: len(PREFIX) + 6]}…",
        scopes=sorted({Scope(scope).value for scope in scopes}),
        created_at=now,
        created_by=by,
        expires_at=now + life,
    )
    row.validate_constraints()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same name at the same time
        row.validate_constraints()
        raise
    return token


def issue_token(user: User, name: str = "") -> str:
    """A new token for what the person is today. Raises ValueError for one without a role, and as `issue` does."""
    membership = actor_for(user).membership
    if membership is None:
        raise ValueError("no membership holds today")
    return issue(membership, name=name)


# ----------------------------------------------------------------------------------------------------------- revoke
def visible_tokens(actor: Actor) -> ApiTokenQuerySet:
    """One's own; for an administrator also those by which members act for the own organisation."""
    seen = Q(membership__user=actor.user)
    if rights.may(actor, REVOKE_MEMBERS_KEYS):
        seen |= Q(membership__organisation_id__in=actor.organisation_ids)
    return ApiToken.objects.filter(seen).select_related("membership__user", "membership__organisation")


def revoke(actor: Actor, token: ApiToken) -> ApiToken:
    """From here on it opens nothing. Again changes nothing. Raises Refused."""
    with transaction.atomic():
        row = (
            ApiToken.objects.select_for_update(no_key=True, of=("self",)).select_related("membership").get(pk=token.pk)
        )
        if row.membership.user_id != actor.user.pk:
            rights.require(actor, REVOKE_MEMBERS_KEYS)
            if row.membership.organisation_id not in actor.organisation_ids:
                raise Refused(_("The key belongs to another organisation. Its own administrator can revoke it."))
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = timezone.now(), actor.user
            row.save(update_fields=["revoked_at", "revoked_by"])
    return row


# -------------------------------------------------------------------------------------------------------------- use
class TokenRefused(Exception):
    """A token that opens nothing; the message says why, as far as its holder may know."""


def token_of(text: str, today: date) -> ApiToken:
    """The token, if it holds: not expired or revoked, of a membership of that day and a person who is not closed.

    One query. Raises TokenRefused.
    """
    row = (
        ApiToken.objects.filter(digest=digest(text))
        .select_related("membership__user", "membership__organisation__municipality", "membership__organisation__area")
        .first()
    )
    if row is None:
        raise TokenRefused(_("The token is unknown. Make a new one under API keys in the portal."))
    if row.revoked_at is not None:
        raise TokenRefused(_("The token has been revoked. Make a new one under API keys in the portal."))
    if row.expires_at <= timezone.now():
        said = _("The token expired on %(day)s. Make a new one under API keys in the portal.")
        raise TokenRefused(said % {"day": f"{timezone.localdate(row.expires_at):%Y-%m-%d}"})
    membership = row.membership
    if not membership.holds(today) or not membership.user.is_active:
        raise TokenRefused(_("The user of the token no longer has the role that it was made for. Ask for a new one."))
    return row


def note_use(request: HttpRequest, token: ApiToken) -> None:
    """When it was last used, at most once a minute; of a reading after its read-only transaction has ended."""
    now = timezone.now()
    latest = now - USED_AT_MOST_EVERY

    def write() -> None:
        unused = Q(last_used_at=None) | Q(last_used_at__lt=latest)
        ApiToken.objects.filter(unused, pk=token.pk).update(last_used_at=now)

    if token.last_used_at is not None and token.last_used_at >= latest:
        return
    if request.method in SAFE_METHODS:
        after_reading(request, write)
    else:
        write()
