"""What ends of a person's own if nothing is done: an API key, a calendar address, the role itself."""

from datetime import timedelta

from django.db.models import DateField, F, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import ApiToken, Membership
from portal.identity.scopes import Scope
from portal.identity.token_jobs import AHEAD
from portal.identity.token_rights import MAKE_API_KEYS
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question, register

MEMBERSHIP_AHEAD = timedelta(days=30)
"""So long before its end a role is told of: time for an administrator to see to it."""


def expiring(actor: Actor) -> "QuerySet[ApiToken]":
    """The person's own live keys that are told of, as the letter does; nobody else's, whoever stands in."""
    now = timezone.now()
    rows = ApiToken.objects.live(now).filter(membership=actor.membership, expires_at__lte=now + AHEAD)
    return rows if actor.support is None and actor.deputy_id is None else rows.none()


def told_of(rows: "QuerySet[ApiToken]") -> Question:
    return question(rows, since=TruncDate(F("expires_at") - AHEAD), due="expires_at", name="name")


def _tokens(actor: Actor) -> Question | None:
    """Addresses of a calendar are also keys; they have pages of their own."""
    if not rights.may(actor, MAKE_API_KEYS):
        return None
    return told_of(expiring(actor).exclude(scopes=[Scope.CALENDAR]))


def _token_line(row: Row) -> Waiting:
    title = _("The API key “%(name)s” expires.") % {"name": row.said["name"]}
    return Waiting(title, reverse("token_new"), gettext_lazy("Make a new one"), row.since, row.due)


def _membership(actor: Actor) -> Question | None:
    """Not asked at all while the end is far away: the membership is known."""
    membership = actor.membership
    if membership is None or membership.valid_to is None or actor.deputy_id is not None:
        return None
    told = membership.valid_to - MEMBERSHIP_AHEAD
    if told > actor.on:
        return None
    since = Value(max(told, membership.valid_from), DateField())
    rows = Membership.objects.filter(pk=membership.pk)
    return question(rows, since=since, due="valid_to", organisation="organisation__name")


def _membership_line(row: Row) -> Waiting:
    title = _("Your role in %(organisation)s ends.") % {"organisation": row.said["organisation"]}
    url, detail = reverse("my_account"), _("Ask your administrator if you are to go on.")
    return Waiting(title, url, gettext_lazy("See your roles"), row.since, row.due, detail)


def register_waiting() -> None:
    register(
        WaitingSource(
            "identity.membership", gettext_lazy("Your role"), asked=_membership, line=_membership_line, order=5
        )
    )
    register(
        WaitingSource(
            "identity.tokens",
            gettext_lazy("Keys that expire"),
            asked=_tokens,
            line=_token_line,
            all_url=lambda _actor: reverse("tokens"),
            order=70,
        )
    )
