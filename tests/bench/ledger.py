"""How fast facts are posted: 50 clients, beside a bare INSERT of the same row by the same clients in the same run.

    from tests.bench.ledger import rows

Posts facts of a measure of its own into the database it is pointed at, so that must be one that may be thrown away.
"""

import os
import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from portal import ledger
from portal.ledger import registry
from portal.ledger.models import Measure
from tests.bench.rows import Row, p95, row

CLIENTS = 50
RUNS = 5
PACE = 200
"""Posts per second, all clients together, for the answer times: more than the 50 advisers of the budgets ever make."""


MEASURE = registry.MeasureDefinition(
    key="bench_flow",
    name="bench",
    unit="number",
    kind="flow",
    disclosure="open",
    about_person=False,
    expected=lambda period: "SELECT NULL",
    describe=lambda records, actor: {},
    visible=lambda actor: None,
    nullable=frozenset({"municipality", "organisation", "heading", "subject"}),
)
BARE = """INSERT INTO bench_bare (place, recorded_at, learnt_on, measure_id, occurred_on, subject, category,
    subcategory, dims, quantity, qualifier) VALUES (%s, clock_timestamp(), current_date, 'bench_flow', %s, %s, '',
    '', '{}', 1, '')"""


def rows(seconds: float = 2.0, runs: int = RUNS, owner_url: str | None = None) -> list[Row]:
    """Medians of `runs` runs of `seconds` each. The owner's address (DATABASE_OWNER_URL) makes the bare table."""
    Measure.objects.get_or_create(key=MEASURE.key, defaults=MEASURE.as_row())
    with registry.registered(MEASURE), _bare_table(owner_url or os.environ["DATABASE_OWNER_URL"]):
        measured = {
            (what, pace): [_run(work, seconds, pace) for _ in range(runs)]
            for what, work in (("post", _post), ("bare", _bare))
            for pace in (None, PACE)
        }
    rate = {
        what: statistics.median(len(times) / seconds for times in measured[what, None]) for what in ("post", "bare")
    }
    slow = {what: statistics.median(p95(times) for times in measured[what, PACE]) for what in ("post", "bare")}
    return [
        row(f"facts posted, {CLIENTS} clients", rate["post"], "per second", yardstick=rate["bare"]),
        row(f"one fact posted, p95 at {PACE} a second", slow["post"], "ms", yardstick=slow["bare"]),
    ]


def _post(number: int) -> None:
    with ledger.entry():
        ledger.post(
            measure=MEASURE.key,
            occurred_on=date(2026, 3, 1),
            source="bench",
            source_id=uuid.uuid4().hex,
            subject=uuid.UUID(int=number),
        )


def _bare(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [random.getrandbits(62), date(2026, 3, 1), uuid.UUID(int=number)])


def _run(work: Callable[[int], None], seconds: float, pace: int | None) -> list[float]:
    """Milliseconds of every call that CLIENTS threads made; with a pace they wait their turn between calls."""
    times: list[float] = []
    errors: list[BaseException] = []
    start = threading.Barrier(CLIENTS + 1)
    between = CLIENTS / pace if pace else 0.0

    def client(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            due = time.monotonic() + random.random() * between
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if between:
                    time.sleep(max(0.0, due - time.monotonic()))
                    due += between
                begin = time.perf_counter()
                work(number)
                times.append((time.perf_counter() - begin) * 1000)
        except BaseException as error:
            errors.append(error)
            start.abort()
        finally:
            connection.close()

    clients = [threading.Thread(target=client, args=[number], daemon=True) for number in range(1, CLIENTS + 1)]
    for thread in clients:
        thread.start()
    start.wait()
    for thread in clients:
        thread.join()
    if errors:
        raise errors[0]
    return times


@contextmanager
def _bare_table(owner_url: str) -> Iterator[None]:
    """A table with the columns and indexes of the facts, and without their guards, keys and head."""
    role = sql.Identifier(settings.RUNTIME_ROLE)
    name: Any = connection.settings_dict["NAME"]
    with psycopg.connect(owner_url, dbname=name, autocommit=True) as owner:
        owner.execute("DROP TABLE IF EXISTS bench_bare")
        owner.execute("CREATE TABLE bench_bare (LIKE ledger_fact INCLUDING ALL)")
        owner.execute(sql.SQL("GRANT INSERT ON bench_bare TO {}").format(role))
        try:
            yield
        finally:
            owner.execute("DROP TABLE bench_bare")
