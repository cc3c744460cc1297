"""That the bench measures a region that could be true: records and ledger agree, and every guard has been passed."""

import pytest
from django.db import connection

from portal.geography.models import Municipality
from portal.identity import demo as people
from portal.ledger import audit
from portal.ledger.models import Batch, Fact, FactRecord, LedgerHead
from reporting.engine import buckets
from tests.bench.seed import SEED, Size, build
from tests.ledger.conftest import as_owner, savepoint

pytestmark = pytest.mark.django_db
FACTS = 2000
SHAPE = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT indrelid::regclass::text, '', pg_get_indexdef(indexrelid) FROM pg_index
     WHERE indrelid::regclass::text ~ '^(ledger|matching|reporting)_'
    UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger
     WHERE NOT tgisinternal
     ORDER BY 1, 2, 3
"""
CONTENT = """
    SELECT measure_id, occurred_on, learnt_on, municipality_id, category, subcategory, quantity, subject
      FROM ledger_fact ORDER BY place
"""


def asked(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def seeded(seed: int = SEED) -> None:
    people.load()
    with as_owner() as cursor:
        build(cursor, Size.of(FACTS), seed)


def test_records_and_ledger_agree() -> None:
    seeded()
    assert audit.differences() == []
    buckets.fold()
    assert buckets.differences() == []


def test_it_has_the_shape_of_the_budgets() -> None:
    seeded()
    facts = Fact.objects.count()
    # Whole hundreds of records of each kind: a little less than asked for.
    assert FACTS * 0.85 <= facts <= FACTS
    assert FactRecord.objects.count() == facts
    reversals = Fact.objects.filter(reverses__isnull=False).count()
    assert reversals * 103 == facts * 2
    late = [learnt for learnt, on in Fact.objects.values_list("learnt_on", "occurred_on") if (learnt - on).days > 60]
    assert len(late) > facts / 50
    assert Fact.objects.values("municipality").distinct().count() == 11
    assert not Fact.objects.exclude(municipality__in=Municipality.objects.values("pk")).exists()


def test_every_place_was_taken_in_the_order_of_the_facts() -> None:
    seeded()
    places = list(Fact.objects.order_by("place").values_list("place", flat=True))
    assert places == list(range(places[0], places[0] + len(places)))
    assert LedgerHead.objects.get().place == places[-1]
    assert Batch.objects.filter(place__gt=places[-1]).count() == 0


def test_nothing_of_the_tables_is_missing_afterwards() -> None:
    before = asked(SHAPE)
    seeded()
    assert asked(SHAPE) == before


def test_the_same_seed_gives_the_same() -> None:
    given = []
    for seed in (SEED, SEED, SEED + 1):
        with savepoint(keep=False):
            seeded(seed)
            given.append(asked(CONTENT))
    assert given[0] == given[1] != given[2]
