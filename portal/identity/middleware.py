"""Puts the actor on every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.identity.actor import Actor, actor_for

SESSION_KEY = "membership"


class ActorMiddleware:
    """`request.actor` is an Actor for a signed-in person, else None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor: Actor | None = None
        if request.user.is_authenticated:
            actor = actor_for(request.user, request.session.get(SESSION_KEY))
        request.actor = actor  # type: ignore[attr-defined]  # Django's way of handing things on
        return self.get_response(request)
