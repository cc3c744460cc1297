"""What is dated ahead and lately passed, for what the reader sees. Page, file, API and calendar programs read it here.

A further kind of thing is one function: of (asked) that gives `Dated`, registered with `dated(key, title)`. Each asks
the database once, however much there is.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import ledger
from portal.identity.actor import Actor
from portal.ui import formats
from programmes.models import FundingSource, Programme

LATELY = timedelta(days=31)
"""So far back what has passed is shown when no period is chosen."""
INEXACT = timedelta(days=366)
"""The longest time that one date in words can mean: a year."""
SOON = 60
"""So many days ahead a day is also said as the number of days until it."""


class State(StrEnum):
    OVERDUE = "overdue"
    """It should have been done by now, and is not."""
    RUNNING = "running"
    """A time in words that has begun and is not over: "2026", "medio 2026"."""
    AHEAD = "ahead"
    DONE = "done"
    PASSED = "passed"
    """The day is over, and nobody waits for anything."""


def state_words(state: State) -> str:
    return {
        State.OVERDUE: _("overdue"),
        State.RUNNING: _("within its time now"),
        State.AHEAD: _("ahead"),
        State.DONE: _("done"),
        State.PASSED: _("passed"),
    }[state]


@dataclass(frozen=True)
class Dated:
    """`day` sorts, None where none is stated; `words` are the source's where the date is not exact, else empty.

    `last` is the last day that the words can mean. `key` names the thing for as long as it is the same thing, whatever
    its date. `lead` is who is to act: an organisation's id and name, or words. `mine`: the reader's own has to do with
    it.
    """

    kind: str
    key: str
    title: str
    url: str
    day: date | None
    state: State
    about: str = ""
    words: str = ""
    last: date | None = None
    done_on: date | None = None
    remark: str = ""
    plan: Programme | None = None
    lead: tuple[int | None, str] = (None, "")
    mine: bool = False
    changed: datetime | None = None

    @property
    def when(self) -> str:
        """As it is read: the source's words, never a day that nobody has said."""
        if self.words:
            return self.words
        return formats.date_da(self.day) if self.day is not None else _("not stated")

    def says(self, today: date) -> str:
        """How it stands, in words."""
        if self.remark:
            return self.remark
        if self.state == State.DONE and self.done_on is not None:
            return _("done %(day)s") % {"day": formats.date_da(self.done_on)}
        if self.state == State.OVERDUE and self.last is not None:
            late = (today - self.last).days
            return ngettext("%(days)s day overdue", "%(days)s days overdue", late) % {"days": formats.number(late)}
        if self.state == State.AHEAD and self.day is not None and not self.words:
            left = (self.day - today).days
            if left == 0:
                return _("today")
            if left <= SOON:
                return ngettext("in %(days)s day", "in %(days)s days", left) % {"days": left}
        return state_words(self.state)


@dataclass(frozen=True)
class Asked:
    """For whom and of when: from `since` to `until` (None: without end), and with `late` what is overdue from before.

    `undated` asks for what has no day too.
    """

    actor: Actor
    since: date
    until: date | None = None
    late: bool = True
    undated: bool = False
    today: date = field(default_factory=ledger.today)

    @classmethod
    def usual(cls, actor: Actor, since: date | None = None, until: date | None = None) -> "Asked":
        """What has passed in the last month and all that comes, unless a period is chosen."""
        chosen = since is not None
        undated = not chosen and until is None
        return cls(actor, since or ledger.today() - LATELY, until, late=not chosen, undated=undated)

    def of(self, since: date | None, until: date | None) -> "Asked":
        """The same reader's usual question of another time; the plans are not read again."""
        other = Asked.usual(self.actor, since, until)
        other.__dict__["plans"] = self.plans
        return other

    @cached_property
    def plans(self) -> dict[int, Programme]:
        """Those that the reader sees, by id. One query for all that ask."""
        rows = Programme.objects.visible_to(self.actor).select_related("owner").order_by("name", "pk")
        return {row.pk: row for row in rows}

    @cached_property
    def sources(self) -> list[FundingSource]:
        """Those with a date in the time that is asked for. One query."""
        unsent = Q(status=FundingSource.Status.IDEA)
        inside = self.within("deadline", unsent) | self.within("starts_on") | self.within("ends_on")
        rows = FundingSource.objects.visible_to(self.actor).filter(inside).select_related("owner")
        return list(rows.order_by("sort_key", "pk"))

    def within(self, name: str, open_: Q | None = None, back: timedelta = timedelta(0)) -> Q:
        """The rows whose `name` lies in the time that is asked for; with `open_` also older ones that still wait.

        `back` is how much earlier a date in words may be sorted than the last day that it can mean.
        """
        found = Q(**{f"{name}__gte": self.since - back})
        if self.until is not None:
            found &= Q(**{f"{name}__lte": self.until})
        if open_ is not None and self.late:
            found |= open_ & Q(**{f"{name}__lt": self.since})
        return found

    def shows(self, row: Dated) -> bool:
        """Does it lie in the time that is asked for? What the database was asked for is a little more."""
        if row.day is None:
            return self.undated and row.state == State.AHEAD
        if self.until is not None and row.day > self.until:
            return False
        late = self.late and row.state == State.OVERDUE
        return late or max(row.last or row.day, row.done_on or row.day) >= self.since

    def runs(self, plan: Programme) -> bool:
        """Is the plan's work still going on? Nothing of a plan that is over is overdue any more."""
        return plan.ends_on >= self.today and plan.status != Programme.Status.FINISHED

    def state(self, last: date | None, first: date | None, *, done: bool, waits: bool) -> State:
        """`waits`: somebody is to do it, so that it may come to be overdue."""
        if done:
            return State.DONE
        if last is not None and last < self.today:
            return State.OVERDUE if waits else State.PASSED
        return State.RUNNING if first is not None and first < self.today else State.AHEAD


Provider = Callable[[Asked], Iterable[Dated]]


@dataclass(frozen=True)
class Kind:
    key: str
    title: str | Promise
    provider: Provider


KINDS: dict[str, Kind] = {}
"""In the order in which things of one day stand."""


def dated(key: str, title: str | Promise) -> Callable[[Provider], Provider]:
    """Registers a kind of dated thing; the function gives the `Dated` of one question."""

    def register(provider: Provider) -> Provider:
        KINDS[key] = Kind(key, title, provider)
        return provider

    return register


def title_of(kind: str) -> str:
    return str(KINDS[kind].title)


def everything(asked: Asked, only: str = "") -> list[Dated]:
    """All that is dated (`only`: of that kind), by day and then as it is read; what has no day stands last."""
    kinds = [kind for kind in KINDS.values() if not only or kind.key == only]
    rows = [row for kind in kinds for row in kind.provider(asked) if asked.shows(row)]
    order = {key: place for place, key in enumerate(KINDS)}
    return sorted(rows, key=lambda row: (row.day is None, row.day or date.max, order[row.kind], row.title, row.key))


@dataclass(frozen=True)
class Chosen:
    """What narrows a list; empty is everything."""

    plan: str = ""
    kind: str = ""
    lead: str = ""
    mine: bool = False

    def fits(self, row: Dated) -> bool:
        return (
            (not self.plan or (row.plan is not None and row.plan.slug == self.plan))
            and (not self.kind or row.kind == self.kind)
            and (not self.lead or str(row.lead[0] or "") == self.lead)
            and (not self.mine or row.mine)
        )


def dates(asked: Asked, chosen: Chosen) -> list[Dated]:
    return [row for row in everything(asked, chosen.kind) if chosen.fits(row)]


def key_of(*parts: object) -> str:
    """A key of things that have no number of their own: short, and the same for the same words."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
