"""Writing to the ledger: entry(), post(), reverse(), define(). Nothing is written before the outermost entry ends.

The end of an entry is the only place in the programme where the head is locked, and it lasts from one statement to the
commit. So everything that could wait for another transaction (foreign keys, unique keys) is done before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from portal.ledger import registry, writing
from portal.ledger.asof import today
from portal.ledger.errors import EntryRefused, LearntOnRefused, TooManyFacts, Undeclared
from portal.ledger.models import Versioned

MOST_FACTS = 1000


@dataclass(frozen=True, slots=True)
class History:
    """The named batch that imported facts belong to. The first entry makes it, later ones with the name continue it."""

    name: str
    origin: str


@dataclass(eq=False, slots=True)
class Item:
    """Something to be written: `place` is set when the outermost entry has ended, None if it already stood."""

    learnt_on: date | None
    place: int | None = field(default=None, init=False)


@dataclass(eq=False, slots=True)
class Keyed(Item):
    measure: str
    source: str
    source_id: str
    revision: int

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.measure, self.source, self.source_id, self.revision


@dataclass(eq=False, slots=True)
class Post(Keyed):
    content: dict[str, Any]
    """The repeated columns by name (see writing.CONTENT), in the types the database gives back."""
    fresh: bool = False


@dataclass(eq=False, slots=True)
class Reversal(Keyed):
    """Of the fact that was posted under the same key."""


@dataclass(eq=False, slots=True)
class Definition(Item):
    instance: Versioned


class Entry:
    """What is collected until the outermost entry ends. Afterwards `places` and `place` say what it got."""

    def __init__(self, atomic: Any, history: History | None, outer: Entry | None) -> None:
        self.atomic, self.history, self.outer = atomic, history, outer
        self.items: list[Item] = []
        # Labels are asked for once per outermost entry, not once per fact.
        self.labels: dict[tuple[str, str], Mapping[str, Any]] = outer.labels if outer else {}

    @property
    def places(self) -> list[int]:
        """The places written, in order; empty before the outermost entry has ended, and for what already stood."""
        return sorted(item.place for item in self.items if item.place is not None)

    @property
    def place(self) -> int | None:
        places = self.places
        return places[-1] if places else None

    def collected(self) -> int:
        return len(self.items) + (self.outer.collected() if self.outer else 0)

    def add(self, item: Item) -> None:
        if self.collected() >= MOST_FACTS:
            raise TooManyFacts(f"An entry holds at most {MOST_FACTS} facts and definitions; use more entries.")
        self.items.append(item)


_open: ContextVar[Entry | None] = ContextVar("ledger_entry", default=None)


@contextmanager
def entry(history: History | None = None) -> Iterator[Entry]:
    """The transaction in which facts are posted.

    Outermost: a durable transaction of its own, refused inside any other (EntryRefused), so that nothing can follow the
    write. Inner: a savepoint; when it is left by an exception, what was collected inside is dropped with it.
    """
    outer = _open.get()
    # A context may have been copied to another thread; an entry counts only on the connection it was opened on.
    if outer is not None and outer.atomic not in connection.atomic_blocks:
        outer = None
    if outer is None:
        yield from _outermost(history)
    else:
        yield from _inner(history, outer)


def _outermost(history: History | None) -> Iterator[Entry]:
    blocks = connection.atomic_blocks
    if blocks and not blocks[-1]._from_testcase:  # type: ignore[attr-defined]
        raise EntryRefused(
            "An entry is a transaction of its own and was opened inside another: open the entry instead of atomic()."
        )
    atomic = transaction.atomic(durable=True)
    with atomic:
        opened = Entry(atomic, history, None)
        token = _open.set(opened)
        try:
            yield opened
        finally:
            _open.reset(token)
        if opened.items:
            writing.write(opened.items, history)


def _inner(history: History | None, outer: Entry) -> Iterator[Entry]:
    if connection.atomic_blocks[-1] is not outer.atomic:
        raise EntryRefused(
            "An inner entry was opened inside a bare atomic(), which could undo it: use entry() instead."
        )
    if history is not None and history != outer.history:
        raise EntryRefused("An inner entry belongs to the same history as the entry around it.")
    atomic = transaction.atomic()
    with atomic:
        opened = Entry(atomic, outer.history, outer)
        token = _open.set(opened)
        try:
            yield opened
        finally:
            _open.reset(token)
    outer.items.extend(opened.items)


def _current() -> Entry:
    opened = _open.get()
    if opened is None or opened.atomic not in connection.atomic_blocks:
        raise EntryRefused("Facts are posted inside ledger.entry().")
    if connection.atomic_blocks[-1] is not opened.atomic:
        raise EntryRefused("Facts were posted inside a bare atomic(), which could undo what they tell of: use entry().")
    return opened


def post(
    *,
    measure: str,
    occurred_on: date,
    source: str,
    source_id: str,
    revision: int = 0,
    quantity: Decimal | int = Decimal(1),
    municipality: str | None = None,
    organisation: int | None = None,
    heading: int | None = None,
    subject: UUID | None = None,
    category: str = "",
    subcategory: str = "",
    dims: Mapping[str, Any] | None = None,
    period: tuple[date, date] | None = None,
    qualifier: str = "",
    learnt_on: date | None = None,
    fresh: bool = False,
) -> Post:
    """Collects one fact. Idempotent by (measure, source, source_id, revision): the same again is dropped at the end.

    period is half-open (first day, day after the last). learnt_on is given in a history batch, and only there.
    `fresh`: the record was made in this very entry, so the ledger is not asked what stands of it; were that wrong, the
    unique key would refuse it. Raises Undeclared for what the registry does not declare; Conflict comes at the end of
    the outermost entry.
    """
    opened = _current()
    definition = registry.get(measure)
    if isinstance(occurred_on, datetime) or not isinstance(occurred_on, date):
        raise TypeError("occurred_on is a date.")
    if definition.about_person:
        if period is not None:
            raise Undeclared(f"{measure} is about persons: it carries the month and no period.")
        occurred_on = occurred_on.replace(day=1)
    content: dict[str, Any] = {
        "occurred_on": occurred_on,
        "period": _period(period),
        "municipality_id": municipality,
        "organisation_id": organisation,
        "heading_id": heading,
        "subject": UUID(str(subject)) if subject is not None else None,
        "category": category,
        "subcategory": subcategory,
        "dims": dict(dims or {}),
        "quantity": _exact(quantity),
        "qualifier": qualifier,
    }
    for column in ("municipality", "organisation", "heading", "subject"):
        value = content["subject" if column == "subject" else f"{column}_id"]
        if value is None and column not in definition.nullable:
            raise Undeclared(f"{measure} needs a {column}; say nullable in the registry if it may be empty.")
        if isinstance(value, models.Model):
            raise TypeError(f"{column} is a key, not an object.")
    _check_dimensions(opened, definition, {"category": category, "subcategory": subcategory, **content["dims"]})
    if not source or not source_id or revision < 0:
        raise ValueError("A fact names its source, the source's id and a revision counted from zero.")
    if fresh and revision:
        raise ValueError("A record that was made in this entry posts its first revision.")
    item = Post(_learnt_on(opened, learnt_on), measure, source, str(source_id), revision, content, fresh)
    opened.add(item)
    return item


def reverse(*, measure: str, source: str, source_id: str, revision: int = 0, learnt_on: date | None = None) -> Reversal:
    """Collects the reversal of the fact under this key, whatever it says: the original is read at the end.

    Raises there NothingToReverse or AlreadyReversed. A changed record is reversed and posted as the next revision.
    """
    opened = _current()
    registry.get(measure)
    item = Reversal(_learnt_on(opened, learnt_on), measure, source, str(source_id), revision)
    opened.add(item)
    return item


def define(instance: models.Model, learnt_on: date | None = None) -> Definition:
    """Collects an unsaved row of an append-only table; it gets its place, clock and day in the same write."""
    opened = _current()
    if not isinstance(instance, Versioned):
        raise TypeError("Only a Versioned row is defined; others are saved.")
    if getattr(instance, "pk", None) is not None:
        raise ValueError("The row already has a place: a change is a new row.")
    item = Definition(_learnt_on(opened, learnt_on), instance)
    opened.add(item)
    return item


def _learnt_on(opened: Entry, learnt_on: date | None) -> date | None:
    if opened.history is None:
        if learnt_on is not None:
            raise LearntOnRefused("What is recorded today was learnt today; only a history batch says otherwise.")
        return None
    if learnt_on is None:
        raise LearntOnRefused("In a history batch every fact says when it was learnt.")
    if learnt_on > today():
        raise LearntOnRefused(f"{learnt_on} has not come yet; nothing was learnt then.")
    return learnt_on


def _period(period: tuple[date, date] | None) -> tuple[date, date] | None:
    if period is None:
        return None
    start, end = period
    if not start < end:
        raise ValueError("A period runs from its first day to the day after its last.")
    return start, end


def _exact(quantity: object) -> Decimal:
    if isinstance(quantity, bool) or not isinstance(quantity, (int, Decimal)):
        raise TypeError("A quantity is a Decimal or an int; a float is not exact.")
    exact = Decimal(quantity)
    if not exact.is_finite():
        raise ValueError("A quantity is a number.")
    return exact


TYPES: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int,), "flag": (bool,)}


def ask_ahead(measure: str) -> None:
    """Asks now for the labels that facts of the measure are checked against, so that post() asks the database nothing
    in this entry. Raises Undeclared, EntryRefused."""
    opened, definition = _current(), registry.get(measure)
    for key, dimension in definition.dimensions.items():
        if dimension.labels is not None:
            _labels(opened, definition, key)


def _labels(opened: Entry, definition: registry.MeasureDefinition, key: str) -> Mapping[str, Any]:
    cached, labels = (definition.key, key), definition.dimensions[key].labels
    if cached not in opened.labels:
        opened.labels[cached] = labels() if labels is not None else {}
    return opened.labels[cached]


def _check_dimensions(opened: Entry, definition: registry.MeasureDefinition, values: Mapping[str, Any]) -> None:
    """Undeclared keys, values of another type and values without a label are refused."""
    for key in definition.dimensions.keys() - values.keys():
        if definition.dimensions[key].required:
            raise Undeclared(f"{definition.key} needs a value for {key}.")
    for key, value in values.items():
        dimension = definition.dimensions.get(key)
        empty = value == "" and key in registry.COLUMN_DIMENSIONS
        if dimension is None:
            if empty:
                continue
            raise Undeclared(f"{definition.key} declares no dimension {key}.")
        if empty:
            if dimension.required:
                raise Undeclared(f"{definition.key} needs a value for {key}.")
            continue
        if not isinstance(value, TYPES[dimension.type]) or (dimension.type == "number" and isinstance(value, bool)):
            raise Undeclared(f"{definition.key}: {key} is a {dimension.type}, not {value!r}.")
        if dimension.labels is not None and value not in _labels(opened, definition, key):
            raise Undeclared(f"{definition.key}: {value!r} is not a declared value of {key}.")
