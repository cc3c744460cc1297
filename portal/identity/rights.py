"""One permission map: what may be done, by which roles, and why not.

An app registers its actions in its own `rights.py`; pages, API and rule functions ask here and nowhere else.
Which rows an actor sees is the other half: a scoping method on the model's queryset.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import READ_ONLY_ROLES, Role
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
    """`title` is what one may, in words for the page "Roles and rights": "register matches"."""

    key: str
    roles: frozenset[Role]
    refusal: str | Promise
    title: str | Promise = ""
    deputisable: bool = False
    """An approval: a deputy may do it in the principal's place."""
    about_people: bool = False
    """It opens records of people or companies: its roles need a second factor, and a support view never opens them."""
    operator: bool = False
    """Only in the organisation that runs the portal."""
    scope: Scope | None = None
    """What a token of the API must be good for to do it; None: it is not open to tokens."""

    @property
    def reads(self) -> bool:
        """An action named view_… only reads; everything else writes."""
        return self.key.rpartition(".")[2].startswith("view_")


class Refused(PermissionDenied):
    """An action the person may not do; the message is the reason shown on the 403 page and in problem+json."""


_actions: dict[str, Action] = {}


def register_action(
    key: str,
    roles: Iterable[Role],
    refusal: str | Promise,
    *,
    title: str | Promise = "",
    deputisable: bool = False,
    about_people: bool = False,
    operator: bool = False,
    scope: Scope | None = None,
) -> None:
    if key in _actions:
        raise ValueError(f"action {key} is registered twice")
    _actions[key] = Action(key, frozenset(roles), refusal, title, deputisable, about_people, operator, scope)


def actions() -> dict[str, Action]:
    return dict(_actions)


def roles_of(action: Action) -> frozenset[Role]:
    """The roles that may: a role that only reads may nothing else, whoever wrote it down."""
    return action.roles if action.reads else action.roles - READ_ONLY_ROLES


def runs_the_portal(organisation: Organisation | None) -> bool:
    """Is it the one organisation that runs the installation (the setting OPERATOR)?"""
    return organisation is not None and organisation.name == settings.PORTAL["operator"]


def may(actor: Actor, key: str) -> Verdict:
    """May the actor do this at all? Raises KeyError for an action nobody registered."""
    action = _actions[key]
    if actor.role is None:
        return Verdict(False, _("You have no role in Vækstbro yet. Ask your organisation's administrator for one."))
    if actor.role not in roles_of(action):
        return Verdict(False, read_only_reason() if actor.role in action.roles else str(action.refusal))
    if action.operator and not runs_the_portal(actor.organisation):
        text = _("%(operator)s runs the portal, and only its people do this. Write to them.")
        return Verdict(False, text % {"operator": settings.PORTAL["operator"]})
    if actor.deputy_for and not (action.reads or action.deputisable):
        text = _("As deputy for %(name)s you read and approve. Switch to your own role to do this.")
        return Verdict(False, text % {"name": actor.deputy_for.name})
    if actor.support and action.about_people:
        return Verdict(False, _("Records of people and companies are not shown in a support view."))
    return Verdict(True)


def read_only_reason() -> str:
    return _("Your role reads and changes nothing. Nothing was saved.")


def require(actor: Actor, key: str) -> None:
    """Raise Refused with the reason unless `may`."""
    verdict = may(actor, key)
    if not verdict:
        raise Refused(verdict.reason)
