"""What waits on a person, line by line: the page "Min dag". The portal knows no app; each registers its sources in its
AppConfig.ready(). (`members.tasks` only counts, for whoever leaves; this leads to each thing.)"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from portal.identity.actor import Actor

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
class WaitingSource:
    """A kind of things that wait. `rows(actor, most)`: at most so many, the oldest first, in a fixed number of
    queries; nothing for whom it does not concern, without a query. `number(actor)`: how many there are.
    `all_url(actor)`: the page that lists all of them; empty when there is none. Lower `order` stands first."""

    key: str
    title: Text
    rows: Callable[[Actor, int], Sequence[Waiting]]
    number: Callable[[Actor], int]
    all_url: Callable[[Actor], str] = lambda _actor: ""
    order: int = 100


_sources: dict[str, WaitingSource] = {}


def register(source: WaitingSource) -> None:
    """Registering the same key again replaces the source, so that a reload does no harm."""
    _sources[source.key] = source


def sources() -> list[WaitingSource]:
    return sorted(_sources.values(), key=lambda source: (source.order, source.key))
