"""Real workers and a real broker: what is posted is worked through once, whatever dies on the way."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from portal.jobs.models import Heartbeat
from tests.jobs.machinery import GATE, Machinery, OwnBroker, until

Post = Callable[[], int]


def seen() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT place FROM jobs_test_seen ORDER BY place")
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def closed_gate() -> Iterator[None]:
    """While it is closed, a worker that comes to the gate waits in the middle of its transaction."""
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
        yield
    finally:
        other.close()


def at_the_gate() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [GATE],
        )
        return int(cursor.fetchone()[0])


def test_a_posted_fact_reaches_the_listener_by_its_wake_up_alone(post: Post, machinery: Machinery) -> None:
    """Protection: ledger.entry() wakes a worker on commit. No beat runs here."""
    machinery.worker()
    assert until(Heartbeat.objects.exists, 0.1) is False, "nothing has woken the worker yet"
    places = [post() for _ in range(25)]
    assert until(lambda: seen() == places), seen()
    places.append(post())
    assert until(lambda: seen() == places), seen()


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(post: Post, machinery: Machinery) -> None:
    """Protection: the sweep's transaction around each listener, and the lock that is free when its holder is dead."""
    first = machinery.worker()
    with closed_gate():
        places = [post() for _ in range(12)]
        assert until(lambda: at_the_gate() == 1), "the worker did not come into the middle of its transaction"
        machinery.kill(first)
    assert seen() == [], "half a transaction can be seen"
    machinery.worker()
    machinery.beat()  # the message died with the worker, only the tick is left
    assert until(lambda: seen() == places), seen()
    places.append(post())
    assert until(lambda: seen() == places), seen()


def test_a_broker_that_is_away_stops_nobody_and_loses_nothing(
    post: Post, machinery: Machinery, broker: OwnBroker, caplog: pytest.LogCaptureFixture
) -> None:
    """Protection: wake-ups are sent by a thread, and beat's tick finds what no wake-up told of."""
    machinery.worker()
    machinery.beat()
    places = [post()]
    assert until(lambda: seen() == places), seen()
    broker.stop()
    slowest = 0.0
    with caplog.at_level(logging.WARNING, "portal.jobs"):
        for _ in range(20):
            begin = time.monotonic()
            places.append(post())
            slowest = max(slowest, time.monotonic() - begin)
        assert until(lambda: bool(caplog.records)), "the outage is not in the log"
        post_again = time.monotonic() + 1.5
        while time.monotonic() < post_again:
            places.append(post())
            time.sleep(0.2)
    assert slowest < 1, f"a save waited {slowest:.2f} s for the broker"
    assert [record.name for record in caplog.records] == ["portal.jobs.wakeup"], "once per outage"
    assert places[-1] not in seen(), "the broker was not away"
    broker.start()
    assert until(lambda: seen() == places), (len(seen()), len(places))
