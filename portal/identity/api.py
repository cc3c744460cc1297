"""Who calls the API: bearer tokens, and the right each view asks for.

Named in the settings, so it is loaded while the framework's views are: it must not import them.
"""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from portal.audit.context import stamp_request
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import User
from portal.identity.roles import READ_ONLY_ROLES
from portal.identity.tokens import membership_of

if TYPE_CHECKING:
    from rest_framework.views import APIView

REALM = 'Bearer realm="Vaekstbro"'


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
        membership = membership_of(parts[1].decode("latin-1"), today)
        if membership is None:
            raise AuthenticationFailed(
                _("The token is unknown, or its user no longer has the role it was made for. Ask for a new one.")
            )
        actor = Actor(user=membership.user, membership=membership, on=today)
        # On Django's request too: what lies outside the view (logs, middleware) must see the same person.
        request._request.user = membership.user
        request._request.actor = actor  # type: ignore[attr-defined]
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
        return True


def actor_of(request: Request) -> Actor:
    """The actor of an authenticated request."""
    actor = request.auth
    assert isinstance(actor, Actor)
    return actor
