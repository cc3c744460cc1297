"""One permission map: what may be done, by which roles, and why not.

An app registers its actions in its own `rights.py`; pages, API and rule functions ask here and nowhere else.
Which rows an actor sees is the other half: a scoping method on the model's queryset.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.identity.scopes import Scope


@dataclass(frozen=True)
class Verdict:
    """Whether an action is allowed and, if not, the reason in words for the person."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Action:
    key: str
    roles: frozenset[Role]
    refusal: str | Promise
    scope: Scope | None = None
    """What a token of the API must be good for to do it; None: it is not open to tokens."""


class Refused(PermissionDenied):
    """An action the person may not do; the message is the reason shown on the 403 page and in problem+json."""


_actions: dict[str, Action] = {}


def register_action(key: str, roles: Iterable[Role], refusal: str | Promise, scope: Scope | None = None) -> None:
    if key in _actions:
        raise ValueError(f"action {key} is registered twice")
    _actions[key] = Action(key, frozenset(roles), refusal, scope)


def actions() -> dict[str, Action]:
    return dict(_actions)


def may(actor: Actor, key: str) -> Verdict:
    """May the actor's role do this at all? Raises KeyError for an action nobody registered."""
    action = _actions[key]
    if actor.role is None:
        return Verdict(False, _("You have no role in Vækstbro yet. Ask your organisation's administrator for one."))
    if actor.role not in action.roles:
        return Verdict(False, str(action.refusal))
    return Verdict(True)


def require(actor: Actor, key: str) -> None:
    """Raise Refused with the reason unless `may`."""
    verdict = may(actor, key)
    if not verdict:
        raise Refused(verdict.reason)
