"""What stands beside the rows of a file is found in as many steps as there are rows, whatever the planner knows."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from matching.files.known import WITHIN, days_around
from matching.history import import_matches
from matching.models import Company, Match
from portal import ledger
from portal.tabular.inserting import insert
from tests.access.world import gather_statistics
from tests.matching.conftest import World
from tests.matching.files.test_reading import csv, read
from tests.matching.test_audit import historic

STANDING, EACH = 1500, 300
ROWS = st.sets(st.tuples(st.integers(1, 2), st.sampled_from(["job", "project"]), st.integers(0, 400)), max_size=12)


@given(ROWS)
def test_the_days_around_the_rows_are_those_near_one_of_them_and_each_is_there_once(
    rows: set[tuple[int, str, int]],
) -> None:
    first = date(2021, 1, 1).toordinal()
    around = days_around((company, kind, date.fromordinal(first + day)) for company, kind, day in rows)
    days = Counter(
        (company, kind, day)
        for company, kind, begin, end in around
        for day in range(begin.toordinal(), end.toordinal() + 1)
    )
    assert max(days.values(), default=1) == 1
    assert set(days) == {
        (company, kind, first + day + step) for company, kind, day in rows for step in range(-WITHIN, WITHIN + 1)
    }


def rows_read(plan: dict[str, Any]) -> float:
    """By every node of the plan: those it gave and those it threw away, each time it was run."""
    thrown = sum(value for name, value in plan.items() if name.startswith("Rows Removed"))
    own = (plan["Actual Rows"] + thrown) * plan["Actual Loops"]
    return float(own + sum(map(rows_read, plan.get("Plans", []))))


def questions(queries: list[dict[str, str]]) -> Iterator[str]:
    for query in queries:
        if re.search(r"matching_match[\" ]", query["sql"]) and query["sql"].lstrip().startswith("SELECT"):
            yield query["sql"]


@pytest.mark.django_db
def test_the_first_long_file_is_no_slower_than_the_next(world: World) -> None:
    """Protection: each row looks into the index for itself. The statistics tell of one match, as they do when a first
    file has just brought thousands; with a join the rows are compared with all that stands: 1,500 times 300."""
    world.register()
    gather_statistics()
    insert(
        companies := [Company(name=f"Firma nummer {n}", municipality_id="0851", fictional=True) for n in range(EACH)]
    )
    rows = (historic(world, company=companies[place % EACH], agreed_on=date(2020, 10, 1 + place // EACH * 7))
            for place in range(STANDING))  # fmt: skip
    import_matches(world.programme, rows, ledger.History("Gammelt", origin="test"))
    assert Match.objects.count() == STANDING + 1
    content = csv(*(f";Firma nummer {place};Studieprojekt;20.10.2020;Aalborg;" for place in range(EACH)))
    with CaptureQueriesContext(connection) as asked:
        found = read(world, content)
    assert {len(line.twins) for line in found.lines} == {STANDING // EACH}
    asked_of_matches = list(questions(asked.captured_queries))
    assert len(asked_of_matches) >= 2
    with connection.cursor() as cursor:
        for sql in asked_of_matches:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            (found,) = cursor.fetchone()
            plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
            assert rows_read(plan) < 20 * STANDING, json.dumps(plan, indent=1)
