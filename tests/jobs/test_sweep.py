"""The sweep, in this process: what it promises the listeners, and what waking it costs."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from portal import jobs, ledger
from portal.jobs import registry, sweep, wakeup
from portal.jobs.locks import only_one
from portal.jobs.models import Heartbeat, ListenerState

Post = Callable[[], int]


@pytest.fixture(autouse=True)
def no_other_listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_listeners", {})


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hints that would have been sent."""
    wanted: list[str] = []
    monkeypatch.setattr(wakeup._messenger, "want", wanted.append)
    return wanted


def elsewhere(do: Callable[[], object]) -> None:
    """In another thread, that is over another connection, and done when this returns."""

    def work() -> None:
        try:
            do()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def test_a_listener_is_called_until_it_has_no_more_to_do(transactional_db: None) -> None:
    left = [3, 2, 0]
    jobs.on_facts(lambda: left.pop(0))
    assert sweep.run_sweep() == 5
    assert left == []
    assert ListenerState.objects.get().worked_at is not None


def test_a_failing_listener_does_not_stop_the_others_and_is_tried_again(
    transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    """Protection: each listener has its own transaction and its own handling of errors."""
    calls: list[str] = []
    well = False

    def failing() -> int:
        calls.append("failing")
        if not well:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")  # its transaction is lost; the next listener's must not be
        return 0

    def working() -> int:
        calls.append("working")
        Heartbeat.objects.get_or_create(name="trace", defaults={"seen_at": "2026-01-01T00:00Z"})
        return 0

    jobs.on_facts(failing)
    jobs.on_facts(working)
    with caplog.at_level(logging.CRITICAL):
        sweep.run_sweep()
        sweep.run_sweep()
    assert calls == ["failing", "working"] * 2
    assert Heartbeat.objects.filter(name="trace").exists()
    state = ListenerState.objects.get()
    assert (state.failures, state.name.endswith("failing")) == (2, True)
    assert "division by zero" in state.error
    well = True
    sweep.run_sweep()
    state.refresh_from_db()
    assert (state.failures, state.error) == (0, "")
    assert state.failed_at is not None


def test_what_a_failing_listener_wrote_is_gone(transactional_db: None, caplog: pytest.LogCaptureFixture) -> None:
    """Protection: the transaction around each listener."""

    def half() -> int:
        Heartbeat.objects.create(name="half", seen_at="2026-01-01T00:00Z")
        raise RuntimeError("in the middle")

    jobs.on_facts(half)
    with caplog.at_level(logging.CRITICAL):
        sweep.run_sweep()
    assert not Heartbeat.objects.filter(name="half").exists()


def test_a_second_sweep_leaves_at_once(transactional_db: None) -> None:
    """Protection: the lock."""
    called: list[int] = []
    jobs.on_facts(lambda: called.append(1))
    with only_one("sweep") as mine:
        assert mine is not None
        assert sweep.run_sweep() == 0
    assert called == []
    sweep.run_sweep()
    assert called == [1]


def test_a_fact_whose_own_sweep_left_is_found_by_the_sweep_it_left_to(post: Post, woken: list[str]) -> None:
    """Protection: the look at the head after the lock is let go. Else the fact would wait for beat."""
    heads: list[int] = []

    def reads_before_the_fact() -> int:
        heads.append(ledger.head())
        if len(heads) == 1:
            elsewhere(post)
            elsewhere(lambda: results.append(sweep.run_sweep()))
        return 0

    results: list[int] = []
    jobs.on_facts(reads_before_the_fact)
    sweep.run_sweep()
    assert results == [0], "the second sweep found the lock"
    assert woken == ["sweep"]
    assert heads == [heads[0], heads[0] + 1]


def test_a_long_sweep_hands_over(transactional_db: None, monkeypatch: pytest.MonkeyPatch, woken: list[str]) -> None:
    monkeypatch.setattr(sweep, "LONGEST", 0.0)
    jobs.on_facts(lambda: 1)
    assert sweep.run_sweep() == 1
    assert woken == ["sweep"]


def test_an_idle_sweep_costs_few_queries(
    transactional_db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    jobs.on_facts(lambda: 0)
    with django_assert_max_num_queries(8):
        sweep.run_sweep(by_beat=True)
    assert {beat.name for beat in Heartbeat.objects.all()} == {"worker", "beat"}


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a broker that accepts and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_waking_costs_nothing_however_the_broker_is_down(
    silent_server: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Protection: the thread. A broker that does not answer at all is the slowest way of being down."""
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", silent_server)
    monkeypatch.setattr(wakeup, "_messenger", wakeup.Messenger())
    begin = time.monotonic()
    for _ in range(1000):
        jobs.wake()
    # Less than a single attempt to reach the broker takes before it gives up.
    assert time.monotonic() - begin < 0.9
    end = time.monotonic() + 30
    while not caplog.records and time.monotonic() < end:
        time.sleep(0.05)
    for _ in range(3):
        jobs.wake()
    assert [record.name for record in caplog.records] == ["portal.jobs.wakeup"]
    assert silent_server not in caplog.text, "the address may hold a password"


def test_wake_ups_that_nobody_has_fetched_are_one(broker: "object", monkeypatch: pytest.MonkeyPatch) -> None:
    """Protection: HintTask looks at the length of the queue."""
    import redis

    with redis.Redis.from_url(broker.url) as client:  # type: ignore[attr-defined]
        for _ in range(5):
            jobs.wake()
            time.sleep(0.1)
        end = time.monotonic() + 30
        while not client.llen("sweep") and time.monotonic() < end:
            time.sleep(0.05)
        wakeup.wake_dispatcher()
        while not client.llen("dispatch") and time.monotonic() < end:
            time.sleep(0.05)
        assert (client.llen("sweep"), client.llen("dispatch")) == (1, 1)
        client.connection_pool.disconnect()
