"""What holds of every form: it is sent as whom it was opened for, an auditor sends none, a support view sends none."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.identity.actor import Actor, actor_for
from portal.identity.rights import Refused, read_only_reason
from portal.identity.roles import READ_ONLY_ROLES

SESSION_KEY = "membership"
"""In the session: the key of the choice the person acts by."""
ACTING_AS = "acting_as"
"""In every form (templatetags/acting.py): the key of the choice it was opened by."""
SWITCH_BACK = "switch_back"
"""In the form of the page that says one has switched: the key to go back to before the form is read."""

V = TypeVar("V", bound=Callable[..., Any])


def own_account(view: V) -> V:
    """Mark a view (function or class) that changes nothing but the person's own sign-in, language or choice of role.

    Whoever is signed in may send it, whatever the role and whichever role the form was opened by.
    """
    view.own_account = True  # type: ignore[attr-defined]
    return view


def ends_support(view: V) -> V:
    """Mark a view that leaves the support view, or the portal: the only things sent from within one."""
    view.ends_support = True  # type: ignore[attr-defined]
    return own_account(view)


def _marked(view: Any, mark: str) -> bool:
    return bool(getattr(view, mark, False) or getattr(getattr(view, "view_class", None), mark, False))


def check_sent(request: HttpRequest, view: Any) -> HttpResponseBase | None:
    """Before a form is read. Raises Refused; answers with a page (409) when it was opened in another role."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.support is not None:
        if _marked(view, "ends_support"):
            return None
        raise Refused(
            _("You see the portal as %(name)s and can only read. Nothing was saved. End the support view first.")
            % {"name": actor.user.name}
        )
    if _marked(view, "own_account") or not getattr(view, "login_required", True):
        return None
    back = request.POST.get(SWITCH_BACK)
    if back is not None and any(choice.key == back for choice in actor.choices):
        request.session[SESSION_KEY] = back
        actor = request.actor = actor_for(actor.user, back)  # type: ignore[attr-defined]
    elif (opened_as := request.POST.get(ACTING_AS)) is not None and opened_as != actor.key:
        return _opened_in_another_role(request, actor, opened_as)
    if actor.role in READ_ONLY_ROLES:
        raise Refused(read_only_reason())
    return None


def _opened_in_another_role(request: HttpRequest, actor: Actor, opened_as: str) -> HttpResponseBase:
    """Nothing is saved; what was typed is carried along, to be sent again in the role it was typed in."""
    ours = {"csrfmiddlewaretoken", ACTING_AS, SWITCH_BACK}
    typed = [(name, value) for name, values in request.POST.lists() if name not in ours for value in values]
    opened = next((choice for choice in actor.choices if choice.key == opened_as), None)
    context = {
        "opened": opened,
        "current": next((choice for choice in actor.choices if choice.key == actor.key), None),
        "typed": typed,
        "files": [file.name for _name, many in request.FILES.lists() for file in many],
        "path": request.get_full_path(),
    }
    return render(request, "identity/switched.html", context, status=409)
