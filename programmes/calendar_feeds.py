"""Secret addresses at which a calendar program reads the calendar: it cannot log in, so the address itself opens it.

An address is a token of the API (portal.identity.tokens) with the scope of the calendar alone: only its hash is kept,
it is shown once, has a name, a last use and an end, ends with the membership, and opens nothing else. A token that was
made for anything else does not open the calendar, so that no key of the API comes to stand in an address.
"""

from datetime import timedelta

from django.db.models import QuerySet

from portal.identity.actor import Actor
from portal.identity.models import ApiToken, Membership
from portal.identity.scopes import Scope
from portal.identity.tokens import TokenRefused, issue, token_of, visible_tokens
from portal.ledger import today
from programmes.dates_ahead import Chosen

LIFE = timedelta(days=365)
FILTERS = ("plan", "kind", "lead", "mine")


def make_address(actor: Actor, membership: Membership, name: str) -> str:
    """The token, as the text that is shown this once. Raises ValidationError. The page has asked `may_make_token`."""
    return issue(membership, [Scope.CALENDAR], name, life=LIFE, by=actor.user)


def addresses(actor: Actor) -> "QuerySet[ApiToken]":
    """One's own that were not revoked, the newest first."""
    rows = visible_tokens(actor).filter(membership__user=actor.user, scopes=[Scope.CALENDAR], revoked_at=None)
    return rows.order_by("-pk")


def opened_by(text: str) -> tuple[ApiToken, Actor] | None:
    """The token and for whom it reads, as that person's role is today; None for whatever opens no calendar."""
    day = today()
    try:
        token = token_of(text, day)
    except TokenRefused:
        return None
    if token.scopes != [Scope.CALENDAR.value]:
        return None
    return token, Actor(user=token.membership.user, membership=token.membership, on=day)


def chosen_of(query: dict[str, str]) -> Chosen:
    """What an address is narrowed by: its words are the calendar's own, and what is not among them is left out."""
    return Chosen(
        plan=query.get("plan", ""), kind=query.get("kind", ""), lead=query.get("lead", ""), mine=bool(query.get("mine"))
    )
