"""A few measures that exist in these tests only, and the rows they need."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from portal.geography.models import Municipality
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.ledger import registry
from portal.ledger.models import Heading, Measure


def nothing_expected(period: registry.Period | None) -> str:
    return """SELECT ''::text AS source, '' AS source_id, 0 AS revision, current_date AS occurred_on,
        NULL::text AS municipality, NULL::bigint AS organisation, NULL::bigint AS heading, NULL::uuid AS subject,
        '' AS category, '' AS subcategory, 0 AS quantity, '{}'::jsonb AS dims WHERE false"""


def definition(key: str, kind: registry.Kind, **given: Any) -> registry.MeasureDefinition:
    return registry.MeasureDefinition(
        key=key,
        name=key,
        unit="number",
        kind=kind,
        **{
            "disclosure": "open",
            "about_person": False,
            "dimensions": {
                "category": registry.Dimension("type", labels=lambda: {"a": "A", "b": "B"}),
                "size": registry.Dimension("size", type="number"),
            },
            "nullable": frozenset({"municipality", "organisation", "heading", "subject"}),
            "expected": nothing_expected,
            "describe": lambda records, actor: {},
            "visible": lambda actor: None,
            **given,
        },
    )


MEASURES = (
    definition("test_flow", "flow"),
    definition("test_person", "flow", about_person=True),
    definition("test_level", "level"),
    definition("test_published", "published"),
    definition("test_answer", "answer"),
    definition("test_placed", "flow", nullable=frozenset()),
)


@pytest.fixture
def world(measures: None) -> SimpleNamespace:
    """Two municipalities, two organisations, three headings."""
    first, second = Municipality.objects.filter(code__in=["0851", "0813"]).order_by("-code")
    organisations = [
        Organisation.objects.create(name=f"Test organisation {n}", kind=OrganisationKind.ASSOCIATION) for n in (1, 2)
    ]
    return SimpleNamespace(
        municipalities=[first.code, second.code],
        organisations=[organisation.pk for organisation in organisations],
        headings=[Heading.objects.create().pk for _ in range(3)],
    )


@pytest.fixture
def measures(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    with registry.registered(*MEASURES):
        for measure in MEASURES:
            Measure.objects.create(key=measure.key, **measure.as_row())
        yield


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor of the role that owns the tables; afterwards the runtime role again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        cursor.execute(f'SET ROLE "{cursor.fetchone()[0]}"')
        try:
            yield cursor
        except DatabaseError:
            raise  # the savepoint that is rolled back around this takes the role along
        cursor.execute("RESET ROLE")


@contextmanager
def savepoint(keep: bool = True) -> Iterator[None]:
    """A savepoint inside which entries may be opened, as inside the test's own transaction."""
    atomic = transaction.atomic()
    atomic._from_testcase = True
    with atomic:
        yield
        if not keep:
            transaction.set_rollback(True)


def set_clock(at: datetime) -> None:
    """Moves the ledger's clock forward: it never runs back, so the next facts are recorded then."""
    with as_owner() as cursor:
        cursor.execute("UPDATE ledger_head SET recorded_at = %s", [at])
