"""Puts the actor on every request, and holds what is sent to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.identity.acting import SESSION_KEY, check_sent
from portal.identity.actor import Actor, actor_for
from portal.identity.members import support
from portal.ui.middleware import SAFE_METHODS, after_reading, is_api, read_only

SWITCHED = "switched_role"
"""In the session: the address that was open when the person switched role."""


class ActorMiddleware:
    """`request.actor` is an Actor for a signed-in person, else None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor = request.actor = self._actor(request)  # type: ignore[attr-defined]  # Django's way of handing things on
        if actor is not None and actor.support is not None:
            return self._seen_by_support(request, actor)
        response = self.get_response(request)
        return _home_if_hidden(request, response) if SWITCHED in request.session else response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if getattr(request, "actor", None) is None or request.method in SAFE_METHODS or is_api(request):
            return None
        return check_sent(request, view)

    @staticmethod
    def _actor(request: HttpRequest) -> Actor | None:
        if not request.user.is_authenticated:
            return None
        if support.SESSION_KEY in request.session:
            seen = support.actor_in(request.user, request.session[support.SESSION_KEY])
            if seen is not None:
                return seen
            del request.session[support.SESSION_KEY]
            messages.info(request, _("The support view has ended. You see the portal as yourself again."))
        return actor_for(request.user, request.session.get(SESSION_KEY))

    def _seen_by_support(self, request: HttpRequest, actor: Actor) -> HttpResponseBase:
        """Each page is written down. Whatever else is sent meets a database that does not let itself be written in."""
        if request.method in SAFE_METHODS:
            after_reading(request, lambda: support.opened(actor, request.path))
            return self.get_response(request)
        if request.path in (reverse("support_end"), reverse("sign_off")):
            return self.get_response(request)
        with read_only():
            return self.get_response(request)


def _home_if_hidden(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The first page after a switch: where the person was, if the new role may see it, else home."""
    if request.method not in SAFE_METHODS:
        return response
    asked = request.session.pop(SWITCHED)
    if response.status_code in (403, 404) and request.get_full_path() == asked:
        messages.info(request, _("The page you were on is not for this role. Here is the front page."))
        return HttpResponseRedirect(reverse("home"))
    return response


__all__ = ["SESSION_KEY", "ActorMiddleware"]
