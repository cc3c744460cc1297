"""Any history of posts, corrections, imports, merges and moves, against a plain model in memory.

For every day and place that is asked, the ledger says what the model says, and says the same when it is asked again
after everything that came later.
"""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal import ledger
from portal.ledger.models import Alias, Fact, Heading, HeadingParent
from tests.ledger.conftest import savepoint, set_clock
from tests.ledger.helpers import HISTORY, post, reverse
from tests.ring import LONG

EXAMPLES = 2000 if LONG else 200
STEPS = 14

START = datetime(2030, 1, 1, 12, tzinfo=UTC)
"""The clock is set here and only moved on, so that "today" lies after every date of the imported history."""
SUBJECTS = [UUID(int=number) for number in range(1, 4)]
MUNICIPALITIES = ["0851", "0813", None]
DAYS = st.sampled_from([date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 7, 1), date(2025, 1, 1)])
LEARNT = st.sampled_from([date(2020, 1, 1), date(2024, 2, 15), date(2024, 2, 16), date(2025, 6, 1)])
CONTENT = st.fixed_dictionaries(
    {
        "measure": st.sampled_from(["test_flow", "test_flow", "test_answer"]),
        "occurred_on": DAYS,
        "municipality": st.sampled_from(MUNICIPALITIES),
        "category": st.sampled_from(["a", "b", ""]),
        "subject": st.sampled_from([*SUBJECTS, None]),
        "quantity": st.integers(-3, 9),
        "heading": st.sampled_from([0, 1, 2, None]),
    }
)


@dataclass(frozen=True)
class Row:
    """A fact in the model."""

    place: int
    learnt_on: date
    key: tuple[str, str, int]
    content: dict[str, Any]
    reverses: int | None = None

    @property
    def quantity(self) -> int:
        return -int(self.content["quantity"]) if self.reverses else int(self.content["quantity"])


@dataclass(frozen=True)
class Version:
    """A parent of a heading (valid from a day or always), or the alias of a subject."""

    place: int
    learnt_on: date
    what: Any
    into: Any
    valid_from: date = date.min


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(savepoint(keep=False))
        self.rows: list[Row] = []
        self.parents: list[Version] = []
        self.aliases: list[Version] = []
        self.head = self.base = ledger.head()
        self.day = START
        self.serial = 0
        self.history = False
        self.asked: dict[ledger.AsOf, Any] = {}
        set_clock(START)
        self.headings = [Heading.objects.create().pk for _ in range(3)]

    def teardown(self) -> None:
        with self.stack:  # the savepoint goes also when something differs
            assert ledger.head() == self.head
            for day in (None, date(2024, 2, 16)):
                as_of = ledger.AsOf(day, self.head)
                assert self.answer(as_of) == self.model(as_of), as_of
            for as_of, before in self.asked.items():
                assert self.answer(as_of) == before, as_of

    # -------------------------------------------------------------------------------------- what is done
    @initialize()
    def begin(self) -> None:
        note(f"head {self.base}")

    def took(self, entry: ledger.Entry, count: int, batch: bool = False) -> list[int]:
        """The places an entry got are the next ones, in order."""
        first = self.head + 1
        if batch and not self.history:
            self.history, first = True, first + 1
        assert entry.places == list(range(first, first + count))
        self.head = first + count - 1
        return entry.places

    def given(self, content: dict[str, Any]) -> dict[str, Any]:
        number = content["heading"]
        return {**content, "heading": None if number is None else self.headings[number]}

    def new_key(self, measure: str) -> tuple[str, str, int]:
        self.serial += 1
        return measure, str(self.serial), 0

    @rule(contents=st.lists(CONTENT, min_size=1, max_size=3), learnt_on=st.none() | LEARNT)
    def post(self, contents: list[dict[str, Any]], learnt_on: date | None) -> None:
        keys = [self.new_key(content["measure"]) for content in contents]
        with ledger.entry(HISTORY if learnt_on else None) as entry:
            for key, content in zip(keys, contents, strict=True):
                post(key[1], learnt_on=learnt_on, **self.given(content))
        for place, key, content in zip(self.took(entry, len(keys), learnt_on is not None), keys, contents, strict=True):
            self.rows.append(Row(place, learnt_on or self.day.date(), key, content))

    @rule(content=CONTENT, deep=st.booleans())
    def fail(self, content: dict[str, Any], deep: bool) -> None:
        """An entry, or an inner one, that is left by an exception."""
        key = self.new_key(content["measure"])
        if not deep:
            with pytest.raises(ZeroDivisionError), ledger.entry():
                post(key[1], **self.given(content))
                raise ZeroDivisionError
            return
        with ledger.entry() as entry:
            with pytest.raises(ZeroDivisionError), ledger.entry():
                post("dropped", **self.given(content))
                raise ZeroDivisionError
            with ledger.entry():
                post(key[1], **self.given(content))
        (place,) = self.took(entry, 1)
        self.rows.append(Row(place, self.day.date(), key, content))

    def standing(self, rows: list[Row]) -> list[Row]:
        gone = {row.reverses for row in rows}
        return [row for row in rows if row.reverses is None and row.place not in gone]

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), other=st.booleans())
    def post_again(self, data: st.DataObject, other: bool) -> None:
        """The same key: dropped, or a conflict when the content differs or it no longer stands."""
        row = data.draw(st.sampled_from([row for row in self.rows if row.reverses is None]))
        content = {**row.content, "quantity": row.content["quantity"] + 1} if other else row.content
        again = {"revision": row.key[2], **self.given(content)}
        if other or row not in self.standing(self.rows):
            with pytest.raises(ledger.Conflict), ledger.entry():
                post(row.key[1], **again)
        else:
            with ledger.entry() as entry:
                post(row.key[1], **again)
            assert entry.places == []

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), correct=st.none() | CONTENT, history=st.booleans())
    def reverse(self, data: st.DataObject, correct: dict[str, Any] | None, history: bool) -> None:
        """Taken back, or corrected: the next revision in the same entry. In history too, never before it was learnt."""
        row = data.draw(st.sampled_from([row for row in self.rows if row.reverses is None]))
        measure, source_id, revision = row.key
        key = {"measure": measure, "revision": revision}
        learnt_on = data.draw(LEARNT) if history else None
        if row not in self.standing(self.rows):
            with pytest.raises(ledger.AlreadyReversed), ledger.entry():
                reverse(source_id, **key)
            return
        if learnt_on is not None and learnt_on < row.learnt_on:
            with pytest.raises(ledger.LearntOnRefused), ledger.entry(HISTORY):
                reverse(source_id, learnt_on=learnt_on, **key)
            return
        with ledger.entry(HISTORY if learnt_on else None) as entry:
            reverse(source_id, learnt_on=learnt_on, **key)
            if correct is not None:
                correct = {**correct, "measure": measure}
                post(source_id, revision=revision + 1, learnt_on=learnt_on, **self.given(correct))
        places = self.took(entry, 2 if correct else 1, learnt_on is not None)
        learnt = learnt_on or self.day.date()
        self.rows.append(Row(places[0], learnt, row.key, row.content, row.place))
        if correct is not None:
            self.rows.append(Row(places[1], learnt, (measure, source_id, revision + 1), correct))

    @rule(days=st.integers(1, 40))
    def a_day_passes(self, days: int) -> None:
        self.day += timedelta(days=days)
        set_clock(self.day)

    @rule(data=st.data(), subject=st.integers(1, 2), learnt_on=st.none() | LEARNT)
    def merge(self, data: st.DataObject, subject: int, learnt_on: date | None) -> None:
        """Into one before it, so that it never goes in a circle; into itself takes it back."""
        into = data.draw(st.integers(0, subject))
        row = Alias(subject=SUBJECTS[subject], into_subject=SUBJECTS[into], reason="the same")
        with ledger.entry(HISTORY if learnt_on else None) as entry:
            ledger.define(row, learnt_on=learnt_on)
        (place,) = self.took(entry, 1, learnt_on is not None)
        self.aliases.append(Version(place, learnt_on or self.day.date(), SUBJECTS[subject], SUBJECTS[into]))

    @rule(data=st.data(), heading=st.integers(1, 2), valid_from=st.none() | DAYS, learnt_on=st.none() | LEARNT)
    def move(self, data: st.DataObject, heading: int, valid_from: date | None, learnt_on: date | None) -> None:
        parent = data.draw(st.sampled_from([None, *range(heading)]))
        row = HeadingParent(
            heading_id=self.headings[heading],
            parent_id=None if parent is None else self.headings[parent],
            valid_from=valid_from,
        )
        with ledger.entry(HISTORY if learnt_on else None) as entry:
            ledger.define(row, learnt_on=learnt_on)
        (place,) = self.took(entry, 1, learnt_on is not None)
        self.parents.append(Version(place, learnt_on or self.day.date(), heading, parent, valid_from or date.min))

    # -------------------------------------------------------------------------------------- what is asked
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        learnt = {known.learnt_on for known in (*self.rows, *self.aliases, *self.parents)}
        days = sorted(learnt | {day - timedelta(days=1) for day in learnt}) or [date(2024, 1, 1)]
        day = data.draw(st.none() | st.sampled_from(days))
        as_of = ledger.AsOf(day, data.draw(st.integers(self.base, self.head)))
        answer = self.answer(as_of)
        assert answer == self.model(as_of), as_of
        assert self.asked.setdefault(as_of, answer) == answer

    def answer(self, as_of: ledger.AsOf) -> dict[str, Any]:
        facts = Fact.objects.filter(place__gt=self.base)
        flow = ledger.sums("test_flow", as_of, ("municipality", "month"))
        return {
            "sums": {(row["municipality"], row["month"]): row["total"] for row in flow},
            "under": [ledger.total("test_flow", as_of, ledger.under(heading, as_of)) for heading in self.headings],
            "standing": sorted(facts.standing(as_of).filter(measure="test_answer").values_list("place", flat=True)),
            "distinct": ledger.distinct_subjects("test_flow", as_of)[0]["subjects"],
            "distinct by place": {
                row["municipality"]: row["subjects"]
                for row in ledger.distinct_subjects("test_flow", as_of, ("municipality",))
            },
        }

    def model(self, as_of: ledger.AsOf) -> dict[str, Any]:
        rows = self.known(self.rows, as_of)
        flow = [row for row in rows if row.key[0] == "test_flow"]
        sums: Counter[Any] = Counter()
        for row in flow:
            sums[row.content["municipality"], row.content["occurred_on"].replace(day=1)] += row.quantity
        by_place = {
            municipality: count
            for municipality in MUNICIPALITIES
            if (count := self.distinct([row for row in flow if row.content["municipality"] == municipality], as_of))
        }
        return {
            # A cell that was posted to and reversed is 0, not absent.
            "sums": {key: sums[key] for key in sums},
            "under": [sum(row.quantity for row in flow if self.lies_under(row, number, as_of)) for number in range(3)],
            "standing": sorted(row.place for row in self.standing(rows) if row.key[0] == "test_answer"),
            "distinct": self.distinct(flow, as_of),
            "distinct by place": by_place,
        }

    def known(self, rows: list[Any], as_of: ledger.AsOf) -> list[Any]:
        return [row for row in rows if row.place <= as_of.place and (as_of.day is None or row.learnt_on <= as_of.day)]

    def distinct(self, rows: list[Row], as_of: ledger.AsOf) -> int:
        newest: dict[UUID, UUID] = {}
        for alias in sorted(self.known(self.aliases, as_of), key=lambda alias: (alias.learnt_on, alias.place)):
            newest[alias.what] = alias.into
        net: Counter[UUID] = Counter()
        for row in rows:
            subject = row.content["subject"]
            if subject is None:
                continue
            while newest.get(subject, subject) != subject:
                subject = newest[subject]
            net[subject] += row.quantity
        return sum(1 for quantity in net.values() if quantity > 0)

    def lies_under(self, row: Row, root: int, as_of: ledger.AsOf) -> bool:
        """Climbs from the fact's heading on the day it occurred."""
        heading = row.content["heading"]
        while heading is not None and heading != root:
            versions = [
                version
                for version in self.known(self.parents, as_of)
                if version.what == heading and version.valid_from <= row.content["occurred_on"]
            ]
            newest = max(versions, key=lambda v: (v.valid_from, v.learnt_on, v.place), default=None)
            heading = newest.into if newest else None
        return heading == root


@pytest.mark.django_db
def test_any_history_reads_as_the_model(measures: None) -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )
