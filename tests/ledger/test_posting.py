"""entry(), post(), reverse(), define(): what they do and what they refuse."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal import ledger
from portal.ledger import posting, registry
from portal.ledger.models import Batch, Fact, FactRecord, HeadingParent, Measure
from tests.ledger.conftest import definition, savepoint
from tests.ledger.helpers import DAY, HISTORY, post, posted, reverse, reversed_

pytestmark = pytest.mark.django_db


def test_a_fact_is_stored_as_it_was_given(world: SimpleNamespace) -> None:
    subject = uuid4()
    before = ledger.head()
    with ledger.entry() as entry:
        post(
            municipality=world.municipalities[0],
            organisation=world.organisations[0],
            heading=world.headings[0],
            subject=subject,
            category="a",
            dims={"size": 3},
            quantity=Decimal("12345678901234567890.123456789"),
            period=(date(2026, 1, 1), date(2026, 4, 1)),
            qualifier="ca.",
        )
        assert entry.places == []
    fact = Fact.objects.get()
    assert entry.places == [fact.place] == [before + 1] == [ledger.head()]
    assert fact.quantity == Decimal("12345678901234567890.123456789")
    assert (fact.period.lower, fact.period.upper) == (date(2026, 1, 1), date(2026, 4, 1))
    assert fact.month == date(2026, 3, 1)
    assert fact.dims == {"size": 3}
    assert (fact.municipality_id, fact.subject, fact.category) == (world.municipalities[0], subject, "a")
    assert fact.learnt_on == ledger.today()
    record = FactRecord.objects.get()
    assert (record.place, record.source_id, record.revision, record.reversal) == (fact.place, "1", 0, False)


def test_places_follow_the_order_of_posting(world: SimpleNamespace) -> None:
    with ledger.entry() as entry:
        items = [post(str(number)) for number in range(5)]
    assert [item.place for item in items] == entry.places == list(range(entry.places[0], entry.places[0] + 5))
    assert list(FactRecord.objects.order_by("pk").values_list("source_id", flat=True)) == ["0", "1", "2", "3", "4"]


def test_about_a_person_only_the_month_is_stored(measures: None) -> None:
    with ledger.entry():
        post(measure="test_person")
    assert Fact.objects.get().occurred_on == date(2026, 3, 1)
    with ledger.entry(), pytest.raises(ledger.Undeclared):
        post(measure="test_person", period=(DAY, DAY + timedelta(days=1)))


# ------------------------------------------------------------------------------------------ entries and transactions
def test_post_needs_an_entry(measures: None) -> None:
    for call in (post, reverse, lambda: ledger.define(HeadingParent())):
        with pytest.raises(ledger.EntryRefused):
            call()


def test_an_entry_inside_a_transaction_is_refused(measures: None) -> None:
    with transaction.atomic(), pytest.raises(ledger.EntryRefused), ledger.entry():
        pass


def test_the_refusal_does_not_rest_on_our_own_check_alone(measures: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protection: durable=True. With the readable check out of the way Django's own still refuses."""

    monkeypatch.setattr(posting, "connection", SimpleNamespace(atomic_blocks=[]))
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), ledger.entry():
        pass


def test_post_in_a_bare_atomic_is_refused(measures: None) -> None:
    with ledger.entry() as entry, transaction.atomic():
        with pytest.raises(ledger.EntryRefused):
            post()
        with pytest.raises(ledger.EntryRefused), ledger.entry():
            pass
    assert entry.places == []


def test_an_inner_entry_that_fails_takes_its_facts_with_it(world: SimpleNamespace) -> None:
    with ledger.entry() as outer:
        post("kept")
        with pytest.raises(ValueError), ledger.entry():
            post("dropped")
            with ledger.entry():
                post("dropped too")
            raise ValueError
        with ledger.entry() as inner:
            kept = post("kept as well")
    assert sorted(FactRecord.objects.values_list("source_id", flat=True)) == ["kept", "kept as well"]
    assert inner.places == [kept.place]
    assert outer.places == [outer.places[0], kept.place]


def test_an_entry_that_fails_writes_nothing(measures: None) -> None:
    before = ledger.head()
    with pytest.raises(ValueError), ledger.entry():
        post()
        raise ValueError
    assert (ledger.head(), Fact.objects.count()) == (before, 0)
    with pytest.raises(ledger.EntryRefused):
        post()


def test_an_entry_of_another_thread_is_not_this_ones(measures: None) -> None:
    """A context copied to another thread brings the entry along, but that thread has a connection of its own."""
    refused: list[Exception] = []

    def elsewhere() -> None:
        try:
            post()
        except ledger.EntryRefused as error:
            refused.append(error)
        finally:
            connection.close()

    with ledger.entry():
        thread = threading.Thread(target=copy_context().run, args=[elsewhere])
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_at_most_a_thousand_facts(measures: None) -> None:
    with ledger.entry() as entry:
        for number in range(999):
            post(str(number))
        with ledger.entry():
            post("the thousandth")
            with pytest.raises(ledger.TooManyFacts):
                post("one too many")
    assert len(entry.places) == Fact.objects.count() == 1000


def test_the_end_of_an_entry_is_three_statements(world: SimpleNamespace) -> None:
    """What stands, then SET CONSTRAINTS, then places and facts and records in one."""
    with CaptureQueriesContext(connection) as queries, ledger.entry():
        post()
        post("2", municipality=world.municipalities[0])
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 3
    assert statements[1] == "SET CONSTRAINTS ALL IMMEDIATE"
    assert "ledger_take" in statements[2]


def test_the_worker_is_woken_after_the_commit_only(
    measures: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[int] = []
    monkeypatch.setattr("portal.jobs.wake", lambda: woken.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        with ledger.entry():
            post()
        assert woken == []
    assert woken == [1]
    with django_capture_on_commit_callbacks(execute=True), ledger.entry():
        post()  # stands already
    assert woken == [1]


# ------------------------------------------------------------------------------------------ keys
def test_the_same_key_and_content_is_posted_once(world: SimpleNamespace) -> None:
    content: dict[str, Any] = {
        "municipality": world.municipalities[0],
        "subject": uuid4(),
        "dims": {"size": 1},
        "category": "a",
        "period": (date(2026, 1, 1), date(2026, 2, 1)),
        "quantity": Decimal("1.50"),
    }
    place = posted(**content)
    with ledger.entry() as entry:
        post(**content, organisation=None)
        post(**{**content, "quantity": Decimal("1.5")})
        post("2")
        post("2")
    assert entry.places == [place + 1]
    assert Fact.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        {"quantity": 2},
        {"occurred_on": DAY + timedelta(days=1)},
        {"category": "b"},
        {"dims": {"size": 1}},
        {"subject": uuid4()},
        {"period": (DAY, DAY + timedelta(days=1))},
        {"qualifier": "ca."},
    ],
)
def test_the_same_key_with_other_content_is_a_conflict(measures: None, other: dict[str, Any]) -> None:
    posted(category="a")
    with pytest.raises(ledger.Conflict, match=next(iter(other))), ledger.entry():
        post(**{"category": "a", **other})
    with pytest.raises(ledger.Conflict), ledger.entry():
        post("2", category="a")
        post("2", **{"category": "a", **other})
    assert Fact.objects.count() == 1


def test_what_is_said_to_be_fresh_is_not_asked_for_and_never_doubled(measures: None) -> None:
    """Protection: the unique key of a record's facts."""
    with CaptureQueriesContext(connection) as asked, ledger.entry():
        post(fresh=True)
    assert not [each for each in asked if "WHERE NOT r.reversal" in each["sql"]]
    with pytest.raises(ledger.Conflict), ledger.entry():
        post(fresh=True)
    with pytest.raises(ValueError, match="first revision"), ledger.entry():
        post("2", fresh=True, revision=1)
    assert Fact.objects.count() == 1


# ------------------------------------------------------------------------------------------ reversals
def test_a_reversal_repeats_its_original_negated(world: SimpleNamespace) -> None:
    original = Fact.objects.get(
        pk=posted(
            quantity=Decimal("7.25"),
            municipality=world.municipalities[0],
            organisation=world.organisations[0],
            heading=world.headings[0],
            subject=uuid4(),
            category="a",
            dims={"size": 2},
            period=(date(2026, 1, 1), date(2026, 2, 1)),
            qualifier=">",
        )
    )
    reversal = Fact.objects.get(pk=reversed_())
    assert reversal.reverses == original
    assert reversal.quantity == -original.quantity
    for name in ("occurred_on", "period", "municipality_id", "organisation_id", "heading_id", "subject", "category",
                 "dims", "qualifier"):  # fmt: skip
        assert getattr(reversal, name) == getattr(original, name), name
    record = FactRecord.objects.get(pk=reversal.place)
    assert (record.source_id, record.revision, record.reversal) == ("1", 0, True)


def test_reversed_once_and_then_the_next_revision(measures: None) -> None:
    posted()
    reversed_()
    with pytest.raises(ledger.AlreadyReversed), ledger.entry():
        reverse()
    with pytest.raises(ledger.Conflict, match="revision 1"), ledger.entry():
        post()
    posted(revision=1, category="b")
    with ledger.entry():  # a change in one go
        reverse(revision=1)
        post(revision=2, category="a")
    assert ledger.sums("test_flow", ledger.AsOf.now()).get()["total"] == 1
    assert [fact.category for fact in Fact.objects.standing(ledger.AsOf.now())] == ["a"]


def test_two_revisions_never_stand_together(measures: None) -> None:
    posted()
    with pytest.raises(ledger.Conflict, match="still stands"), ledger.entry():
        post(revision=1)
    with pytest.raises(ledger.Conflict, match="still stands"), ledger.entry():
        post("2")
        post("2", revision=1)


def test_nothing_to_reverse(measures: None) -> None:
    with pytest.raises(ledger.NothingToReverse), ledger.entry():
        reverse()


def test_post_and_reverse_in_one_entry(measures: None) -> None:
    with ledger.entry() as entry:
        post()
        reverse()
        post(revision=1)
    assert len(entry.places) == 3
    assert Fact.objects.get(reverses__isnull=False).reverses_id == entry.places[0]
    with pytest.raises(ledger.AlreadyReversed), ledger.entry():
        post("2")
        reverse("2")
        reverse("2")


# ------------------------------------------------------------------------------------------ the registry holds
@pytest.mark.parametrize(
    "given",
    [
        {"measure": "unheard_of"},
        {"category": "c"},
        {"subcategory": "a"},
        {"dims": {"colour": "red"}},
        {"dims": {"size": "large"}},
        {"dims": {"size": True}},
        {"measure": "test_placed"},
    ],
)
def test_what_is_not_declared_is_refused(measures: None, given: dict[str, Any]) -> None:
    with ledger.entry(), pytest.raises(ledger.Undeclared):
        post(**given)


@pytest.mark.parametrize("given", [{"quantity": 1.5}, {"quantity": True}, {"occurred_on": "2026-03-14"}])
def test_other_types_are_refused(measures: None, given: dict[str, Any]) -> None:
    with ledger.entry(), pytest.raises(TypeError):
        post(**given)


def test_a_required_dimension(db: None) -> None:
    wanted = definition(
        "test_wanted", "flow", dimensions={"category": registry.Dimension("type", lambda: {"a": "A"}, required=True)}
    )
    Measure.objects.create(key=wanted.key, **wanted.as_row())
    with registry.registered(wanted), ledger.entry():
        post(measure="test_wanted", category="a")
        with pytest.raises(ledger.Undeclared):
            post("2", measure="test_wanted")


def test_labels_are_asked_for_once_per_entry(db: None) -> None:
    asked: list[int] = []

    def labels() -> dict[str, str]:
        asked.append(1)
        return {"a": "A"}

    counted = definition("test_labels", "flow", dimensions={"category": registry.Dimension("type", labels)})
    Measure.objects.create(key=counted.key, **counted.as_row())
    with registry.registered(counted), ledger.entry():
        for number in range(5):
            post(str(number), measure="test_labels", category="a")
        with ledger.entry():
            post("inner", measure="test_labels", category="a")
    assert asked == [1]
    with registry.registered(counted), ledger.entry():
        ledger.ask_ahead("test_labels")
        assert asked == [1, 1]
        post("ahead", measure="test_labels", category="a")
    assert asked == [1, 1]
    with registry.registered(counted), pytest.raises(ledger.EntryRefused):
        ledger.ask_ahead("test_labels")


def test_an_unknown_municipality_is_refused(measures: None) -> None:
    with pytest.raises(IntegrityError, match="municipality"), savepoint(), ledger.entry():
        post(municipality="9999")


# ------------------------------------------------------------------------------------------ history
def test_history_is_a_named_batch_with_dates_of_its_own(measures: None) -> None:
    for number, learnt_on in enumerate([date(2021, 5, 1), date(2022, 5, 1)]):
        with ledger.entry(HISTORY):
            post(str(number), occurred_on=date(2021, 1, 5), learnt_on=learnt_on)
    batch = Batch.objects.get()
    assert (batch.name, batch.origin, batch.learnt_on) == (HISTORY.name, HISTORY.origin, ledger.today())
    assert list(Fact.objects.values_list("learnt_on", "batch")) == [
        (date(2021, 5, 1), batch.place),
        (date(2022, 5, 1), batch.place),
    ]
    assert ledger.batches_known(ledger.AsOf.now(), "test_flow") == [
        {
            "place": batch.place + 2,
            "name": HISTORY.name,
            "origin": HISTORY.origin,
            "facts": 2,
            "learnt_from": date(2021, 5, 1),
            "learnt_to": date(2022, 5, 1),
        }
    ]
    assert ledger.batches_known(ledger.AsOf.at(date(2021, 4, 30)), "test_flow") == []


def test_history_again_is_dropped_or_a_conflict(measures: None) -> None:
    def bring(learnt_on: date) -> list[int]:
        with ledger.entry(HISTORY) as entry:
            post(learnt_on=learnt_on)
        return entry.places

    assert len(bring(date(2021, 5, 1))) == 1
    assert bring(date(2021, 5, 1)) == []
    with pytest.raises(ledger.Conflict, match="learnt_on"):
        bring(date(2021, 5, 2))
    with pytest.raises(ledger.Conflict, match="origin"), ledger.entry(ledger.History(HISTORY.name, "elsewhere")):
        post("2", learnt_on=date(2021, 5, 1))


def test_learnt_on_belongs_to_history_only(measures: None) -> None:
    with ledger.entry(), pytest.raises(ledger.LearntOnRefused):
        post(learnt_on=date(2021, 5, 1))
    with ledger.entry(HISTORY):
        with pytest.raises(ledger.LearntOnRefused):
            post()
        with pytest.raises(ledger.LearntOnRefused):
            post(learnt_on=ledger.today() + timedelta(days=1))
        with pytest.raises(ledger.EntryRefused), ledger.entry(ledger.History("Another", "elsewhere")):
            pass
        with ledger.entry(HISTORY):
            post(learnt_on=date(2021, 5, 1))
    # What is planned may be known before it happens.
    with ledger.entry(HISTORY):
        post("2", occurred_on=date(2022, 1, 1), learnt_on=date(2021, 5, 1))
    assert Fact.objects.count() == 2


def test_reversals_in_history(measures: None) -> None:
    with ledger.entry(HISTORY):
        post(learnt_on=date(2021, 5, 1))
        post("2", learnt_on=date(2021, 5, 1))
    with pytest.raises(ledger.LearntOnRefused), ledger.entry(HISTORY):
        reverse(learnt_on=date(2021, 4, 30))
    with ledger.entry(HISTORY):
        reverse(learnt_on=date(2021, 6, 1))
    reversed_("2")  # an ordinary one, learnt today

    def standing(day: date) -> int:
        return Fact.objects.standing(ledger.AsOf.at(day)).count()

    assert [standing(day) for day in (date(2021, 4, 30), date(2021, 5, 1), date(2021, 6, 1), ledger.today())] == [
        0, 2, 1, 0,
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------ definitions
def test_a_definition_gets_its_place_in_the_same_write(world: SimpleNamespace) -> None:
    top, low, _ = world.headings
    with ledger.entry() as entry:
        fact = post()
        row = HeadingParent(heading_id=low, parent_id=top, valid_from=date(2026, 1, 1))
        defined = ledger.define(row)
    assert sorted(entry.places) == sorted([fact.place, defined.place])
    stored = HeadingParent.objects.get()
    assert (stored.place, stored.learnt_on, stored.recorded_at) == (defined.place, ledger.today(), row.recorded_at)
    assert Fact.objects.get().recorded_at == stored.recorded_at
    with ledger.entry(), pytest.raises(ValueError):
        ledger.define(stored)


def test_a_definition_in_history(world: SimpleNamespace) -> None:
    top, low, _ = world.headings
    with ledger.entry(HISTORY):
        ledger.define(HeadingParent(heading_id=low, parent_id=top), learnt_on=date(2020, 1, 1))
        post(learnt_on=date(2020, 1, 2))
    stored = HeadingParent.objects.get()
    assert (stored.learnt_on, stored.batch) == (date(2020, 1, 1), Batch.objects.get())


def test_rows_with_a_place_cannot_be_saved_past_the_ledger(measures: None) -> None:
    place = posted()
    calls: list[Callable[[], Any]] = [
        lambda: Fact(place=place + 1).save(),
        lambda: Fact.objects.get(pk=place).save(),
        lambda: Fact.objects.get(pk=place).delete(),
        lambda: Fact.objects.update(quantity=2),
        lambda: Fact.objects.all().delete(),
        lambda: HeadingParent().save(),
    ]
    for call in calls:
        with pytest.raises(TypeError):
            call()


def test_one_subject_key_per_object(db: None) -> None:
    first = ledger.subject_for("company", 1)
    assert ledger.subject_for("company", 1) == first
    assert len({first, ledger.subject_for("company", 2), ledger.subject_for("person", 1)}) == 3
