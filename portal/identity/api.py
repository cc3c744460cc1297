"""Who calls the API: bearer tokens, and the right each view asks for.

Named in the settings, so it is loaded while the framework's views are: it must not import them.
"""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from portal.audit.context import stamp_request
from portal.identity import rights, token_rate
from portal.identity.actor import Actor
from portal.identity.models import ApiToken, User
from portal.identity.roles import READ_ONLY_ROLES
from portal.identity.scopes import Scope
from portal.identity.tokens import TokenRefused, note_use, token_of
from portal.ui import problems
from portal.ui.problems import Problem

if TYPE_CHECKING:
    from rest_framework.views import APIView

REALM = 'Bearer realm="Vaekstbro"'
NO_SCOPE = problems.kind(
    "insufficient-scope",
    403,
    _("The token may not be used for this"),
    _("Make a token with the scope that is named, or use another. What a scope allows is shown when a token is made."),
)


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer vb_…`. The session of the pages opens nothing here, so no other site can call as you."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        """The user and, as `request.auth`, the actor; None without the header. Raises AuthenticationFailed."""
        parts = get_authorization_header(request).split()
        if not parts:
            return None
        if len(parts) != 2 or parts[0].lower() != b"bearer":
            raise AuthenticationFailed(_("Write the header as: Authorization: Bearer <token>."))
        today = timezone.localdate()
        try:
            token = token_of(parts[1].decode("latin-1"), today)
        except TokenRefused as refused:
            raise AuthenticationFailed(str(refused)) from refused
        membership = token.membership
        actor = Actor(user=membership.user, membership=membership, on=today, by_key=True)
        # On Django's request too: what lies outside the view (logs, middleware) must see the same person.
        request._request.user = membership.user
        request._request.actor = actor  # type: ignore[attr-defined]
        request._request.api_token = token  # type: ignore[attr-defined]
        note_use(request._request, token)
        stamp_request(request._request, actor)
        return membership.user, actor

    def authenticate_header(self, request: Request) -> str:
        return f'{REALM}, error="invalid_token"' if get_authorization_header(request) else REALM


class HasRight(BasePermission):
    """The view's `rights` name the action each method needs; refused with the reason in words.

    A method the view lacks passes, so that it is answered with 405 and not with a refusal.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        actor = actor_of(request)
        if actor.role in READ_ONLY_ROLES and request.method not in ("GET", "HEAD", "OPTIONS"):
            raise rights.Refused(rights.read_only_reason())
        needed: dict[str, str] = view.rights  # type: ignore[attr-defined]
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method in needed:
            rights.require(actor, needed[method])
            _require_scope(token_of_request(request), rights.actions()[needed[method]].scope)
        return True


def _require_scope(token: ApiToken, scope: Scope | None) -> None:
    """Raise Problem (403, RFC 6750's insufficient_scope) unless the token was made for it."""
    if scope is not None and scope in token.scopes:
        return
    if scope is None:
        raise Problem(NO_SCOPE, gettext("This is not open to tokens. Do it on the pages of the portal."))
    text = gettext("The token was not made for this: it needs the scope %(scope)s. Make a new one that has it.")
    challenge = f'{REALM}, error="insufficient_scope", scope="{scope.value}"'
    raise Problem(NO_SCOPE, text % {"scope": scope.value}, scope=scope.value).with_headers(
        **{"WWW-Authenticate": challenge}
    )


class TokenRate(BaseThrottle):
    """At most settings.API_REQUESTS_A_MINUTE requests of a token in a minute of the clock."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        token = getattr(request._request, "api_token", None)
        if token is None:
            return True
        self.left = token_rate.seconds_to_wait(token.digest)
        return self.left == 0

    def wait(self) -> float:
        return float(self.left)


def token_of_request(request: Request) -> ApiToken:
    """The token by which an authenticated request came."""
    token = request._request.api_token  # type: ignore[attr-defined]
    assert isinstance(token, ApiToken)
    return token


def actor_of(request: Request) -> Actor:
    """The actor of an authenticated request."""
    actor = request.auth
    assert isinstance(actor, Actor)
    return actor
