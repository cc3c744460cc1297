"""A session that is over ends before anything is read; and what must be done before a page opens is done first."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.signin import resuming, second_factor, sessions
from portal.identity.signin.forms import SignInForm
from portal.ui.middleware import SAFE_METHODS, is_api

GetResponse = Callable[[HttpRequest], HttpResponseBase]
ENDED = "_ended_session_of"
OVER = "slut"
"""Query parameter of the log-in page: says why one is asked again."""


def before_second_factor(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page that opens for somebody who has given the password only: the way to the second factor."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def leaves_session_alone(view: Callable[..., Any]) -> Callable[..., Any]:
    """An address that a page asks by itself: nobody is at the keyboard, so the session is not extended."""
    view.leaves_session_alone = True  # type: ignore[attr-defined]
    return view


class SessionLifeMiddleware:
    """Stands outside the read-only transaction: to end a session is to write."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        owner = request.session.get(SESSION_KEY)
        # To ask who it is may end the session too, when the password or the mark has changed elsewhere.
        if owner is not None and not (request.user.is_authenticated and sessions.seconds_left(request.session)):
            request.session.flush()
            request.user = AnonymousUser()
            request.__dict__[ENDED] = int(owner)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        owner = request.__dict__.get(ENDED)
        if owner is None:
            if request.user.is_authenticated and not getattr(view, "leaves_session_alone", False):
                sessions.touch(request.session)
            return None
        return over(request, owner) if getattr(view, "login_required", True) else None


def over(request: HttpRequest, owner: int) -> HttpResponse:
    """The session had ended when this was asked: log in again, and come back to it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(_("You have been logged off. Log in again."), status=401)
    if request.method in SAFE_METHODS:
        query = urlencode({"next": request.get_full_path(), OVER: "1"})
        return HttpResponseRedirect(f"{reverse('sign_in')}?{query}")
    kept = resuming.keep(request, owner)
    context = {"form": SignInForm(request), "next": "", "kept": kept, "files": bool(request.FILES)}
    return render(request, "identity/session_over.html", context, status=403)


class GateMiddleware:
    """After ActorMiddleware: leads to what must be done first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        actor = request.actor  # type: ignore[attr-defined]
        if actor is None or is_api(request) or not getattr(view, "login_required", True):
            return None
        if getattr(view, "before_second_factor", False):
            return None
        first = to_do_first(request, actor)
        if not first or first == request.path:
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(_("Log in again."), status=401)
        back = request.get_full_path() if request.method in SAFE_METHODS else ""
        return HttpResponseRedirect(f"{first}?{urlencode({'next': back})}" if back else first)


def to_do_first(request: HttpRequest, actor: Actor) -> str:
    """The page that comes before all others now; empty when everything is in order."""
    mark = request.session.get(sessions.FACTOR)
    if mark != sessions.PASSED:
        required = second_factor.required_of(actor)
        if required or mark is None:
            if second_factor.has(actor.user):
                return reverse("second_step")
            if required:
                return reverse("second_factor")
    return reverse("change_password") if request.session.get(sessions.CHANGE) else ""
