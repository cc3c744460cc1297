"""What waits on a person, line by line: the page "Min dag". The portal knows no app; each registers its sources in its
AppConfig.ready(). (`members.tasks` only counts, for whoever leaves; this leads to each thing.)

A source gives `asked` and `line`: all of those that concern a person are one query together, with their numbers
(portal.identity.my_day).

    register(WaitingSource(
        "matching.started", _("Has it started?"), order=30,
        asked=lambda actor: question(matches(actor), since="starts_on", company="company__name"),
        line=lambda row: Waiting(row.said["company"], reverse(…, args=[row.pk]), _("Report"), row.since),
    ))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, DateTimeField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, JSONObject, TruncDate
from django.utils.functional import Promise

from portal.identity.actor import Actor
from portal.identity.scopes import Scope

Text = str | Promise


@dataclass(frozen=True)
class Waiting:
    """One thing that waits. `since`: from which day; `due`: by when, where there is such a day. `action`: the words of
    the one link that is the next step ("Answer"), and `url` where it leads."""

    title: str
    url: str
    action: Text
    since: date
    due: date | None = None
    detail: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a source. `said`: what its question named besides."""

    pk: int
    since: date
    due: date | None
    said: dict[str, Any]


Question = QuerySet[Any, Any]


def question(
    rows: QuerySet[Any, Any],
    *,
    since: str | Combinable,
    due: str | Combinable | None = None,
    **said: Any,
) -> Question:
    """The question of a source: `since` and `due` are columns or expressions, a moment counts as its Copenhagen day;
    `said` names what its line needs besides. The oldest come first, and by `due` where there is one."""
    asked: Question = (
        rows.order_by()
        .annotate(
            waiting_since=_day(rows, since),
            waiting_due=_day(rows, due) if due is not None else Cast(Value(None), DateField()),
            waiting_said=JSONObject(**said),
        )
        .values("pk", "waiting_since", "waiting_due", "waiting_said")
    )
    return asked


def _day(rows: QuerySet[Any, Any], column: str | Combinable) -> Combinable:
    if not isinstance(column, str):
        return column
    model: Any = rows.model
    *way, name = column.split("__")
    for each in way:
        model = model._meta.get_field(each).related_model
    return TruncDate(column) if isinstance(model._meta.get_field(name), DateTimeField) else F(column)


@dataclass(frozen=True)
class WaitingSource:
    """A kind of things that wait; `all_url(actor)`: the page that lists all of them, empty when there is none. Lower
    `order` stands first.

    `asked(actor)`: a `question`; None for whom it does not concern. `line` makes what is shown of a row, and notes the
    opening of what it shows of people. `scope`: what an API key must be used to, to see it.
    """

    key: str
    title: Text
    asked: Callable[[Actor], Question | None]
    line: Callable[[Row], Waiting]
    all_url: Callable[[Actor], str] = lambda _actor: ""
    order: int = 100
    scope: Scope = Scope.RECORDS_READ


@dataclass(frozen=True)
class Done:
    """One thing the person has done."""

    title: str
    url: str
    day: date
    detail: str = ""


@dataclass(frozen=True)
class Lately:
    """What the person did of a kind: so many at most, the latest first; without a query where it concerns nobody."""

    key: str
    title: Text
    rows: Callable[[Actor, int], Sequence[Done]]
    all_url: Callable[[Actor], str] = lambda _actor: ""


@dataclass(frozen=True)
class Shortcut:
    """What a person begins often: a button of the page. `action`: the right it needs."""

    title: Text
    url_name: str
    action: str
    order: int = 100


_sources: dict[str, WaitingSource] = {}
_lately: dict[str, Lately] = {}
_shortcuts: dict[str, Shortcut] = {}


def register(source: WaitingSource) -> None:
    """Registering the same key again replaces the source, so that a reload does no harm."""
    _sources[source.key] = source


def register_lately(lately: Lately) -> None:
    _lately[lately.key] = lately


def register_shortcut(shortcut: Shortcut) -> None:
    _shortcuts[shortcut.url_name] = shortcut


def sources() -> list[WaitingSource]:
    return sorted(_sources.values(), key=lambda source: (source.order, source.key))


def lately() -> list[Lately]:
    return list(_lately.values())


def shortcuts() -> list[Shortcut]:
    return sorted(_shortcuts.values(), key=lambda each: (each.order, each.url_name))
