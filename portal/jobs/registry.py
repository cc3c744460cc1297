"""What there is to do: listeners to facts, jobs done once per period, and work that waits in tables. Filled while the
apps get ready."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from django.utils.functional import Promise

Period = Literal["day", "month"]


class Run(Protocol):
    """What a scheduled job is given."""

    @property
    def name(self) -> str: ...

    @property
    def period(self) -> str:
        """The period the job is done for: "2026-11-22" or "2026-11"."""

    def progress(self, done: int, total: int) -> None:
        """Shows how far the job is, at once, also from inside a transaction."""


@dataclass(frozen=True)
class Outcome:
    """What a scheduled job found. `result` is anything JSON can hold; `alert`: a person must look at it."""

    result: Any = None
    alert: bool = False


Listen = Callable[[], int | None]
Do = Callable[[Run], Outcome | None]


@dataclass(frozen=True)
class Listener:
    name: str
    title: str | Promise
    call: Listen


@dataclass(frozen=True)
class ScheduledJob:
    name: str
    title: str | Promise
    period: Period
    at: datetime.time
    depends_on: tuple[str, ...]
    call: Do


@dataclass(frozen=True)
class WaitingLine:
    """A thing that waits or is worked on, as the operations page tells it: nothing of what is in it."""

    whose: str
    state: str
    done: int
    total: int
    since: datetime.datetime


TimeLeft = Callable[[], bool]


@dataclass(frozen=True)
class Waiting:
    """`ready`: what can be worked on now, whatever waited longest first. `work(key, time_left)`: goes on with one of it
    while there is time, in transactions of its own, and notes in its table how far it came and what failed; it may be
    called at any time and any number of times. `lines`: what the operations page shows."""

    name: str
    title: str | Promise
    ready: Callable[[], list[int]]
    work: Callable[[int, TimeLeft], None]
    lines: Callable[[], list[WaitingLine]]


_listeners: dict[str, Listener] = {}
_waiting: dict[str, Waiting] = {}
_jobs: dict[str, ScheduledJob] = {}

L = TypeVar("L", bound=Listen)
D = TypeVar("D", bound=Do)


def on_facts(listener: L, title: str | Promise = "") -> L:
    """Register a listener to new facts; `title` names it on the operations page.

    Call it in AppConfig.ready(), or use it as a decorator in a module loaded there.

    A listener works through facts that it has not seen yet and remembers how far it got in the same transaction, which
    is opened around it; it returns how many it worked through and is called again until that is 0. It may be called at
    any time and any number of times. It must not post facts (an entry is a transaction of its own).
    """
    name = f"{listener.__module__}.{listener.__qualname__}"
    _listeners[name] = Listener(name, title or name, listener)
    return listener


def scheduled(
    name: str,
    period: Period = "day",
    at: str = "02:00",
    depends_on: Iterable[str] = (),
    title: str | Promise = "",
) -> Callable[[D], D]:
    """Register a job that is done once per day (from the time `at`, in Copenhagen) or month (on its first day).

    It runs when the jobs it depends on are done for the same period. Run again, it must come to the same result: a
    worker may die in the middle of it. A job that was missed is done when there is a worker again, for the newest
    period only.
    """
    clock = datetime.time.fromisoformat(at)

    def register(call: D) -> D:
        if name in _jobs and _jobs[name].call.__module__ != call.__module__:
            raise ValueError(f"scheduled job {name} is registered twice")
        _jobs[name] = ScheduledJob(name, title or name, period, clock, tuple(depends_on), call)
        return call

    return register


def on_waiting(kind: Waiting) -> None:
    """Register work that waits in a table. Call it in AppConfig.ready()."""
    _waiting[kind.name] = kind


def waiting() -> list[Waiting]:
    return list(_waiting.values())


def listeners() -> list[Listener]:
    return list(_listeners.values())


def jobs() -> dict[str, ScheduledJob]:
    return dict(_jobs)


def in_order() -> list[ScheduledJob]:
    """The jobs, each after those it depends on. Raises ValueError naming a dependency that cannot be met."""
    placed: dict[str, ScheduledJob] = {}

    def place(job: ScheduledJob, waiting: tuple[str, ...]) -> None:
        if job.name in placed:
            return
        if job.name in waiting:
            raise ValueError(f"scheduled jobs wait for each other: {' → '.join((*waiting, job.name))}")
        for needed in job.depends_on:
            other = _jobs.get(needed)
            if other is None:
                raise ValueError(f"scheduled job {job.name} depends on {needed}, which nobody registered")
            if other.period != job.period:
                raise ValueError(f"scheduled job {job.name} depends on {needed}, which has another period")
            place(other, (*waiting, job.name))
        placed[job.name] = job

    for job in sorted(_jobs.values(), key=lambda job: (job.at, job.name)):
        place(job, ())
    return list(placed.values())


def newest_period(job: ScheduledJob, now: datetime.datetime) -> str:
    """The newest period for which the job is due at `now` (a Copenhagen time)."""
    day = now.date()
    if job.period == "day":
        return (day if now.time() >= job.at else day - datetime.timedelta(days=1)).isoformat()
    if day.day == 1 and now.time() < job.at:
        day -= datetime.timedelta(days=1)
    return f"{day:%Y-%m}"
