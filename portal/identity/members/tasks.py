"""What is left on a person's desk. The portal knows no app: each registers its sources in its AppConfig.ready()."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from portal.identity.models import Membership, User
from portal.ui.counting import counts

HandOver = Callable[[Membership, Membership, User], int]


@dataclass(frozen=True)
class TaskSource:
    """A kind of open work.

    `rows(membership)`: what of it the person has open in that organisation; all kinds that say so are counted in one
    question. `count(membership)`: how much, where there are no rows to count. `hand_over(from, to, by)` gives it to a
    colleague, inside the caller's transaction, and returns how much; None when the work is the organisation's and
    stays with it: `stays` says with whom. `since(membership)`: the day from which the oldest of it has waited, where
    the source knows it; None when there is nothing.
    """

    key: str
    title: str | Promise
    count: Callable[[Membership], int] | None = None
    hand_over: HandOver | None = None
    stays: str | Promise = ""
    since: Callable[[Membership], date | None] | None = None
    rows: "Callable[[Membership], QuerySet[Any]] | None" = None


@dataclass(frozen=True)
class OpenTask:
    source: TaskSource
    number: int
    since: date | None = None

    @property
    def is_the_persons(self) -> bool:
        return self.source.hand_over is not None


_sources: dict[str, TaskSource] = {}


def register(source: TaskSource) -> None:
    """Registering the same key again replaces the source, so that a reload does no harm."""
    _sources[source.key] = source


def sources() -> list[TaskSource]:
    return list(_sources.values())


def open_tasks(membership: Membership) -> list[OpenTask]:
    """What the person has open there; kinds of which there is nothing are left out. One question for all that have
    rows, one for each that counts, and one more of those that know since when."""
    listed = [(source.key, source.rows(membership)) for source in _sources.values() if source.rows is not None]
    found = dict(zip(dict(listed), counts([rows for _key, rows in listed]), strict=True))
    counted = [
        (source, source.count(membership) if source.count is not None else found.get(source.key, 0))
        for source in _sources.values()
    ]
    return [
        OpenTask(source, number, source.since(membership) if source.since is not None else None)
        for source, number in counted
        if number
    ]


def hand_over(membership: Membership, to: Membership, by: User) -> int:
    """Give the person's own open work to a colleague; returns how much there was."""
    return sum(source.hand_over(membership, to, by) for source in _sources.values() if source.hand_over is not None)
