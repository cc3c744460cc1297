"""Writers that overlap, on connections of their own. What holds is shown to fail when its protection is taken away."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Sum

from portal import ledger
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.ledger import writing
from portal.ledger.models import Fact, FactRecord
from tests.ledger.conftest import as_owner
from tests.ledger.helpers import post, posted

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60
"""Seconds after which a test gives up waiting for another thread; nothing sleeps that long when it works."""


class Worker(threading.Thread):
    """Runs a function on a connection of its own and keeps what it raised."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.work, self.error, self.pid = work, None, 0
        self.connected = threading.Event()

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            self.connected.set()
            self.work()
        except Exception as error:
            self.error = error
        finally:
            self.connected.set()
            connection.close()

    def done(self) -> None:
        self.join(PATIENCE)
        assert not self.is_alive(), "the other transaction hangs"
        if self.error is not None:
            raise self.error


def started(work: Callable[[], Any]) -> Worker:
    worker = Worker(work)
    worker.start()
    assert worker.connected.wait(PATIENCE)
    return worker


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def waits_for_a_lock(worker: Worker) -> Callable[[], bool]:
    """True while the worker's transaction waits for another's."""

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [worker.pid])
            return bool(cursor.fetchone()[0])

    return waits


# ------------------------------------------------------------------------------------------ overlapping transactions
@pytest.fixture
def slow_writer(monkeypatch: pytest.MonkeyPatch, measures: None) -> Iterator[Callable[[], SimpleNamespace]]:
    """Starts an entry that has written its fact and then does not commit until `go` is set."""
    written, go = threading.Event(), threading.Event()
    real = writing.write

    def slow(items: Any, history: Any) -> None:
        real(items, history)
        if any(getattr(item, "source_id", "") == "slow" for item in items) and not written.is_set():
            written.set()
            go.wait(PATIENCE)

    def start() -> SimpleNamespace:
        worker = started(lambda: posted("slow"))
        assert written.wait(PATIENCE)
        return SimpleNamespace(worker=worker, go=go)

    monkeypatch.setattr(writing, "write", slow)
    yield start
    go.set()


def test_places_appear_in_the_order_of_commit(slow_writer: Callable[[], SimpleNamespace]) -> None:
    """Protection: the head row stays locked until the commit, so a later place never overtakes an earlier one."""
    posted("before")
    slow = slow_writer()
    as_of = ledger.AsOf.now()
    before = ledger.total("test_flow", as_of)
    quick = started(lambda: posted("quick"))
    wait_until(waits_for_a_lock(quick))
    assert ledger.AsOf.now() == as_of  # neither has a place that anybody can read
    slow.go.set()
    slow.worker.done()
    quick.done()
    order = FactRecord.objects.order_by("pk").values_list("source_id", flat=True)
    assert list(order) == ["before", "slow", "quick"]
    assert ledger.total("test_flow", as_of) == before == 1
    assert ledger.total("test_flow", ledger.AsOf.now()) == 3


def test_without_the_lock_a_place_appears_behind_a_reader(slow_writer: Callable[[], SimpleNamespace]) -> None:
    """The fault of the test above: places from a sequence, the head moved without holding it."""
    with places_from_a_sequence():
        slow = slow_writer()
        started(lambda: posted("quick")).done()
        as_of = ledger.AsOf(None, Fact.objects.latest("place").place)
        before = ledger.total("test_flow", as_of)
        slow.go.set()
        slow.worker.done()
        assert ledger.total("test_flow", as_of) == before + 1


@contextmanager
def places_from_a_sequence() -> Iterator[None]:
    with as_owner() as cursor:
        cursor.execute("SELECT pg_get_functiondef('ledger_take'::regproc)")
        (real,) = cursor.fetchone()
        cursor.execute("CREATE SEQUENCE unlocked")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION ledger_take(n integer, OUT first_place bigint, OUT at timestamptz)"
            " LANGUAGE sql SECURITY DEFINER AS $$ SELECT nextval('unlocked'), clock_timestamp() $$"
        )
        cursor.execute("ALTER TABLE ledger_fact DISABLE TRIGGER guard_facts")
    try:
        yield
    finally:
        with as_owner() as cursor:
            cursor.execute(real)
            cursor.execute("ALTER TABLE ledger_fact ENABLE TRIGGER guard_facts")
            cursor.execute("DROP SEQUENCE unlocked")


def test_fifty_writers_lose_no_fact_and_tie_no_place(measures: None) -> None:
    """And at every moment a reader of the head sees every place up to it."""
    each, writers = 4, 50
    start = threading.Barrier(writers + 1, timeout=PATIENCE)
    base = ledger.head()

    def write(writer: int) -> Callable[[], None]:
        def work() -> None:
            start.wait()
            for number in range(each):
                posted(f"{writer}-{number}", quantity=number)

        return work

    workers = [started(write(writer)) for writer in range(writers)]
    start.wait()
    reads = 0
    while any(worker.is_alive() for worker in workers):
        place = ledger.head()
        assert Fact.objects.filter(place__gt=base, place__lte=place).count() == place - base
        reads += 1
        time.sleep(0.005)
    for worker in workers:
        worker.done()
    assert reads > 1
    places = list(Fact.objects.order_by("place").values_list("place", flat=True))
    assert places == list(range(base + 1, base + 1 + writers * each))
    assert FactRecord.objects.values("source_id").distinct().count() == writers * each
    assert Fact.objects.aggregate(total=Sum("quantity"))["total"] == writers * sum(range(each))
    clocks = list(Fact.objects.order_by("place").values_list("recorded_at", flat=True))
    assert clocks == sorted(clocks)


def test_two_who_post_the_same_record_at_once(slow_writer: Callable[[], SimpleNamespace]) -> None:
    """Protection: the unique key of fact_record. The later is told, and finds it standing when it tries again."""
    slow = slow_writer()
    twin = started(lambda: posted("slow"))
    wait_until(waits_for_a_lock(twin))
    slow.go.set()
    slow.worker.done()
    with pytest.raises(ledger.Conflict, match="at this moment"):
        twin.done()
    with ledger.entry() as entry:
        post("slow")
    assert (entry.places, Fact.objects.count()) == ([], 1)


# ------------------------------------------------------------------------------------------ the deadlock
@pytest.fixture
def organisation(measures: None) -> Organisation:
    return Organisation.objects.create(name="Locked", kind=OrganisationKind.ASSOCIATION)


def meet(lock: str, organisation: Organisation, other: Callable[[], None]) -> SimpleNamespace:
    """One holds the organisation's row and then posts; the other writes something that points at it, and posts.

    Gives the two errors. In between, one waits until the other has either finished or waits for it.
    """
    locked, met = threading.Event(), threading.Event()

    def holder() -> None:
        with ledger.entry():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT 1 FROM identity_organisation WHERE id = %s {lock}", [organisation.pk])
            locked.set()
            assert met.wait(PATIENCE)
            post("holder")

    first = started(holder)
    assert locked.wait(PATIENCE)
    second = started(other)
    waits = waits_for_a_lock(second)
    wait_until(lambda: not second.is_alive() or waits())
    waited = second.is_alive()
    met.set()
    for worker in (first, second):
        worker.join(PATIENCE)
        assert not worker.is_alive()
    return SimpleNamespace(errors=[worker.error for worker in (first, second) if worker.error], waited=waited)


def with_a_child_of(organisation: Organisation) -> Callable[[], None]:
    """Writes a row whose deferred foreign key points at the organisation, and a fact that does not."""

    def work() -> None:
        with ledger.entry():
            Organisation.objects.create(name="Part", kind=OrganisationKind.ASSOCIATION, parent=organisation)
            post("other")

    return work


def with_a_fact_of(organisation: Organisation) -> Callable[[], None]:
    return lambda: void(posted("other", organisation=organisation.pk))


def void(_: object) -> None: ...


def test_constraints_are_checked_before_the_head_is_taken(organisation: Organisation) -> None:
    met = meet("FOR UPDATE", organisation, with_a_child_of(organisation))
    assert (met.errors, met.waited) == ([], True)
    assert Fact.objects.count() == 2


def test_the_deadlock_returns_without_set_constraints(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protection: SET CONSTRAINTS ALL IMMEDIATE as the first statement of the end of an entry."""
    monkeypatch.setattr(writing, "CHECK_NOW", "SELECT 1")
    met = meet("FOR UPDATE", organisation, with_a_child_of(organisation))
    assert len(met.errors) == 1
    assert isinstance(met.errors[0], OperationalError | DatabaseError)
    assert "deadlock detected" in str(met.errors[0])


def test_rows_locked_without_their_key_never_hold_up_a_fact(organisation: Organisation) -> None:
    met = meet("FOR NO KEY UPDATE", organisation, with_a_fact_of(organisation))
    assert (met.errors, met.waited) == ([], False)


def test_the_deadlock_returns_when_rows_are_locked_with_their_key(organisation: Organisation) -> None:
    """Protection: select_for_update(no_key=True) only, which test_structure holds for the whole source."""
    met = meet("FOR UPDATE", organisation, with_a_fact_of(organisation))
    assert "deadlock detected" in str(met.errors[0])


def test_an_entry_is_durable_where_there_is_no_test_transaction(measures: None) -> None:
    with transaction.atomic(), pytest.raises(ledger.EntryRefused), ledger.entry():
        pass
    assert posted() == ledger.head()


def test_a_flush_leaves_an_empty_ledger_that_can_be_posted_to(measures: None) -> None:
    """What the step after migrate puts back: the test before this one was flushed away."""
    assert Fact.objects.count() == 0
    assert ledger.head() == 0
    assert posted() == 1
