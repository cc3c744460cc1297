"""What changed from one day to another, for what the reader sees: for a meeting, and for anybody who was away.

What counts is the day on which it became known here (the knowing day), both days included: what was decided in March
and registered in April is news to a meeting in May. Both days are said where they differ. What a loader brought in was
known when it happened. The sources are the typed tables with their days of registration, and the ledger's facts for
what is only a sum; never the audit trail. Ten questions to the database, however much there is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.identity.actor import Actor
from programmes.models import Meeting, Programme
from programmes.scope import own_organisations
from programmes.since_known import found
from programmes.since_window import KINDS, Change, Window

USUAL = timedelta(days=31)


def last_meeting(actor: Actor, today: date) -> Meeting | None:
    """The last one that a body of the reader's own organisation has held."""
    if actor.organisation is None:
        return None
    held = Meeting.objects.filter(
        body__organisation__in=own_organisations(actor.organisation), status=Meeting.Status.HELD, day__lte=today
    )
    return held.select_related("body").order_by("-day", "-pk").first()


def usual_since(actor: Actor, today: date) -> date:
    """The day of the last meeting, where there was one; else a month ago."""
    meeting = last_meeting(actor, today)
    return meeting.day if meeting is not None else today - USUAL


@dataclass(frozen=True)
class Group:
    """The changes of a plan; None: of no plan, or of several."""

    plan: Programme | None
    changes: list[Change]


@dataclass(frozen=True)
class Since:
    """All that changed, in groups, and how much of each kind."""

    since: date
    until: date
    plans: dict[int, Programme] = field(repr=False)
    groups: list[Group]

    @property
    def changes(self) -> list[Change]:
        return [change for group in self.groups for change in group.changes]

    def count(self, kind: str) -> int:
        """How many there are: of sums the records that they are made of, each once."""
        of_kind = [change for change in self.changes if change.kind == kind]
        records = frozenset[int]().union(*(change.records for change in of_kind))
        return len(records) + sum(not change.records for change in of_kind)


def changes_since(
    actor: Actor,
    since: date,
    until: date,
    plan: Programme | str | None = None,
    *,
    plans: dict[int, Programme] | None = None,
) -> Since:
    """What became known from `since` to `until`, both included; with `plan` (or its slug) what has to do with it.

    Who has read the reader's plans already (`plans_of`) gives them along.
    """
    window = Window(actor, since, until)
    if plans is not None:
        window.__dict__["plans"] = plans
    slug = plan.slug if isinstance(plan, Programme) else plan
    only = next((pk for pk, row in window.plans.items() if row.slug == slug), 0) if slug else None
    rows = [change for change in found(window) if only is None or only in change.plans]
    return Since(since, until, window.plans, grouped(rows, window.plans, only))


def natural(text: str) -> list[tuple[int, str]]:
    """Sorts 2 before 10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", text)]


def grouped(rows: Iterable[Change], plans: dict[int, Programme], only: int | None) -> list[Group]:
    """By plan as plans are listed, what is of none or of several last; inside as it is read."""
    order = {kind: place for place, kind in enumerate(KINDS)}
    by_plan: dict[int, list[Change]] = {}
    for change in rows:
        of_one = next(iter(change.plans)) if len(change.plans) == 1 else 0
        by_plan.setdefault(only or of_one, []).append(change)
    groups = []
    for key in [*plans, 0]:
        if changes := by_plan.get(key):
            changes.sort(key=lambda each: (order[each.kind], natural(each.about), natural(each.text), each.known))
            groups.append(Group(plans.get(key), changes))
    return groups
