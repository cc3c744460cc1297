"""A measure to post, a broker of our own, and workers that see the test's database."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from portal import ledger
from portal.ledger import registry
from portal.ledger.models import Measure
from tests.jobs.machinery import TABLES, Machinery, OwnBroker, own_broker

EVENT = registry.MeasureDefinition(
    key="jobs_test",
    name="jobs_test",
    unit="number",
    kind="flow",
    disclosure="open",
    about_person=False,
    dimensions={},
    nullable=frozenset({"municipality", "organisation", "heading", "subject"}),
    expected=lambda period: "",
    describe=lambda records, actor: {},
    visible=lambda actor: None,
)


@pytest.fixture
def post(transactional_db: None) -> Iterator[Callable[[], int]]:
    """Posts one fact and returns its place."""
    posted = 0

    def one() -> int:
        nonlocal posted
        posted += 1
        with ledger.entry() as entry:
            ledger.post(
                measure="jobs_test",
                occurred_on=date(2026, 3, 14),
                source="jobs_test",
                source_id=str(posted),
                revision=0,
                quantity=Decimal(1),
            )
        assert entry.place is not None
        return entry.place

    with registry.registered(EVENT):
        Measure.objects.create(key=EVENT.key, **EVENT.as_row())
        yield one


@pytest.fixture
def tables(transactional_db: None) -> Iterator[None]:
    """The tables of the workers' listener, made by the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        owner = cursor.fetchone()[0]
        cursor.execute(f'SET ROLE "{owner}"')
        cursor.execute(TABLES + "GRANT ALL ON jobs_test_seen, jobs_test_reached TO PUBLIC")
        cursor.execute("RESET ROLE")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{owner}"')
        cursor.execute("DROP TABLE jobs_test_seen, jobs_test_reached")
        cursor.execute("RESET ROLE")


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnBroker]:
    """A broker process of this test's own; wake-ups of this process go to it."""
    with own_broker("jobs", monkeypatch) as own:
        yield own


@pytest.fixture
def machinery(broker: OwnBroker, tables: None, tmp_path: Path) -> Iterator[Machinery]:
    log = tmp_path / "celery.log"
    own = Machinery(broker.url, log)
    try:
        yield own
    finally:
        own.end()
        # Shown by pytest when the test fails.
        print(log.read_text() if log.exists() else "")  # noqa: T201
