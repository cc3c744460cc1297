"""A real worker and a real broker: a long file is registered once, whatever dies on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from matching.models import Company, Match
from portal.ledger import audit
from portal.ledger.models import Fact
from portal.tabular import long
from portal.tabular.models import UploadedTable
from tests.jobs.machinery import Machinery, own_machinery, until
from tests.matching.conftest import World, make_world
from tests.matching.files.test_long import brought, new
from tests.matching.files.test_reading import csv

WRONG = ";Café Drossel;Tryllejob;4.1.2021;Aalborg;"
IN_THE_WAY = "Firma nummer 170"
"""Its row is the 171st, in the fourth portion of fifty. The line of headings is read with the first fifty."""
BEFORE = 3 * 50 - 1
PATIENCE = 240.0
"""Seconds: two processes start meanwhile."""
Phase = UploadedTable.Phase


@pytest.fixture
def machinery(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Machinery]:
    """More than 100 rows are long, 50 a portion: here and in the workers."""
    for name, value in (("LONG_FILE_ROWS", 100), ("LONG_FILE_PORTION", 50)):
        monkeypatch.setenv(name, str(value))
        setattr(settings, name, value)
    with own_machinery("long", monkeypatch, tmp_path) as own:
        yield own


@contextmanager
def holding(name: str) -> Iterator[None]:
    """Somebody corrects the company: whoever registers a match of it waits."""
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM matching_company WHERE name = %s FOR NO KEY UPDATE", [name])
        yield
    finally:
        other.close()


def test_killed_in_the_middle_it_goes_on_and_doubles_nothing(machinery: Machinery) -> None:
    """Protection: what was registered and the note of it are one transaction, the table is the work list, and beat's
    tick finds what no message tells of."""
    world: World = make_world()
    Company.objects.create(name=IN_THE_WAY, municipality_id="0851")
    file = brought(world, csv(*(new(each) for each in range(297)), WRONG, new(3, "9.1.2021"), WRONG))
    first = machinery.worker()
    assert until(lambda: phase(file) == Phase.LOOKED, PATIENCE), state(file)
    with holding(IN_THE_WAY):
        long.ask_import(file, world.actor("office"))
        assert until(lambda: state(file)["rows_imported"] == BEFORE, PATIENCE), state(file)
        machinery.kill(first)
        assert Match.objects.count() == BEFORE, "half a portion can be seen"
    machinery.worker()
    machinery.beat()  # the message died with the worker, only the tick is left
    assert until(lambda: phase(file) == Phase.DONE, PATIENCE), state(file)
    file.refresh_from_db()
    accepted = {f"Firma nummer {each}" for each in range(297)}
    counted = Fact.objects.filter(measure="match_registered")
    assert (file.rows_imported, file.found["left"]) == (297, 3)
    assert sorted(Match.objects.values_list("company__name", flat=True)) == sorted(accepted)
    assert (counted.count(), {fact.quantity for fact in counted}) == (297, {1})
    assert counted.values("subject").distinct().count() == 297
    assert audit.differences() == []
    assert not file.portions.exists()


def phase(file: UploadedTable) -> str:
    return str(state(file)["phase"])


def state(file: UploadedTable) -> dict[str, Any]:
    names = ("phase", "rows_imported", "rows_done", "attempts", "error", "message")
    return dict(UploadedTable.objects.filter(pk=file.pk).values(*names).get())
