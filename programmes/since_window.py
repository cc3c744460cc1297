"""A change that became known in a time, and the time for which one reader asks. See programmes.since."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.ledger.models import HeadingParent
from portal.ui import formats
from programmes.models import Programme

KINDS: dict[str, str | Promise] = {
    "overspent": gettext_lazy("Overspending"),
    "missed": gettext_lazy("Milestone not reported as reached"),
    "late": gettext_lazy("Follow-up overdue"),
    "settled": gettext_lazy("Follow-up done or dropped"),
    "reached": gettext_lazy("Milestone reached"),
    "status": gettext_lazy("Changed status"),
    "initiative": gettext_lazy("New initiative"),
    "decision": gettext_lazy("Decision"),
    "budget": gettext_lazy("Budget change"),
    "amount": gettext_lazy("Amount"),
    "withdrawn": gettext_lazy("Amount withdrawn"),
    "commitment": gettext_lazy("Committed"),
    "plan": gettext_lazy("Plan"),
    "area": gettext_lazy("New focus area"),
}
"""In the order in which they are read: first what asks for something."""
TROUBLE = ("overspent", "missed", "late")


@dataclass(frozen=True)
class Change:
    """`known` is the last day on which (some of) it became known, `happened` the day it happened where that is
    another thing, `verb` what happened then. `plans` are ids; of none or of several it stands with what is common."""

    kind: str
    text: str
    url: str
    known: date
    happened: date | None = None
    verb: str | Promise = ""
    about: str = ""
    quantity: Decimal | None = None
    plans: frozenset[int] = frozenset()
    records: frozenset[int] = frozenset()
    """Of a sum: what it is made of, by id, so that a change with two sides is counted once."""

    @property
    def when(self) -> str:
        """`decided 03.03.2026, registered 02.04.2026`; one day where they are the same."""
        known = formats.date_da(self.known)
        if self.happened is None:
            return known
        happened = f"{self.verb} {formats.date_da(self.happened)}".strip()
        if self.happened == self.known:
            return happened
        return _("%(happened)s, registered %(known)s") % {"happened": happened, "known": known}


def with_known(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Plans, areas or initiatives with the day on which each became known: that of its heading's first place."""
    first = HeadingParent.objects.filter(heading=OuterRef("heading")).order_by("place")
    found: QuerySet[Any] = rows.annotate(known=Subquery(first.values("learnt_on")[:1]))
    return found


def plans_of(actor: Actor) -> dict[int, Programme]:
    """Those that the reader sees, by name, with the day each became known (`known`). One query."""
    rows = with_known(Programme.objects.visible_to(actor)).select_related("replaces")
    return {row.pk: row for row in rows.order_by("name", "pk")}


def placed(window: "Window") -> "QuerySet[Any, Any]":
    """Headings that were placed in the time, for the first time or again: among them are those that became known."""
    return HeadingParent.objects.filter(learnt_on__range=window.days).order_by().values("heading")


@dataclass(frozen=True)
class Window:
    """From `since` to `until`, both included, for one reader."""

    actor: Actor
    since: date
    until: date

    def has(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.until

    @property
    def days(self) -> tuple[date, date]:
        return self.since, self.until

    @cached_property
    def plans(self) -> dict[int, Programme]:
        return plans_of(self.actor)
