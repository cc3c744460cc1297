"""A long file is looked at by columns, a short one row by row: what is said of a row is the same."""

from contextlib import ExitStack
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.files import companies, known, reading, rules
from matching.files import long as worker
from matching.files.fields import FIELDS
from matching.files.lines import Fixed
from matching.files.writing import asked
from matching.models import Company, Match
from portal.tabular import values
from portal.tabular.blocks import Block
from portal.tabular.mapping import Chosen, guess, open_table
from portal.tabular.models import UploadedTable
from tests.matching.conftest import LIMFJORD, World
from tests.ring import LONG, wider

pytestmark = pytest.mark.django_db

HEADINGS = ("CVR-nr.", "Virksomhed", "Type", "Dato", "Kommune", "Fagområde", "Medvirkende", "Starter",
            "Antal studerende", "Sagsnummer", "Hvorfor er det et andet match")  # fmt: skip
CELLS = (
    (LIMFJORD, LIMFJORD, "99000023", "9900003", "", ""),
    ("", "Limfjord Køleteknik", "Café Drossel", "Café Ravn", "Helt Andet Navn"),
    ("Studiejob", "Studiejob", "Ordinært job", "Tryllejob", ""),
    ("4.1.2021", "5.1.2021", "1.3.2021", "4.1.2031", "i går", ""),
    ("Aalborg", "Ålborg", "Hjørring", "Atlantis", ""),
    ("Andet", "", "Trylleri"),
    ("", "AAU", "AAU; UCN", "Ingen"),
    ("", "", "5.1.2021", "3.1.2021"),
    ("", "", "2", "mange"),
    ("", "", "S-1", "S-2", "S-3"),
    ("", "", "To studerende, hver sin aftale"),
)
ROW = st.tuples(*map(st.sampled_from, CELLS))


Told = tuple[list[tuple[int, str, str]], int]
"""Number, kind and text of each row; how many notes stand below."""


def short(world: World, content: bytes, fixed: Fixed) -> Told:
    table = open_table(content, FIELDS)
    found = reading.read(world.actor("office"), table, Chosen(guess(FIELDS, table)), fixed)
    said = {"wrong": lambda line: line.read.says, "asked": lambda line: asked(line).says}
    return [
        (line.read.number, line.kind, said.get(line.kind, lambda _line: "")(line)) for line in found.lines
    ], found.notes


def by_columns(world: World, content: bytes, fixed: Fixed, at_once: int) -> Told:
    table = open_table(content, FIELDS)
    state: dict[str, Any] = {
        "programme": world.programme.slug, "columns": guess(FIELDS, table), "decimal": ",",
        "created_by": fixed.created_by, "work_area": fixed.work_area, "source_system": fixed.source_system,
    }  # fmt: skip
    look = worker.Look(world.actor("office"), UploadedTable(state=state), table)
    blocks = [Block.of(table.rows[begin : begin + at_once]) for begin in range(0, len(table.rows), at_once)]
    looked = [each for place in range(0, len(blocks), 2) for each in look.look(blocks[place : place + 2])]
    found = look.end()
    rows = [
        (number, kind, each.texts.get(place, ""))
        for each in looked
        for place, (number, kind) in enumerate(zip(each.block.numbers, each.kinds, strict=True))
    ]
    assert {kind: sum(row[1] == kind for row in rows) for kind in ("new", "there", "asked", "wrong")} == {
        kind: found[kind] for kind in ("new", "there", "asked", "wrong")
    }
    return rows, found["notes"]


@wider
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=400 if LONG else 40)
@given(st.lists(ROW, min_size=1, max_size=14), st.sampled_from([1, 3, 100]), st.booleans(), st.booleans())
def test_the_same_is_said(
    world: World, rows: list[tuple[str, ...]], at_once: int, keyed: bool, forgetful: bool
) -> None:
    """`forgetful`: as little is remembered between the rows as of a file with more companies than are remembered."""
    if not Match.objects.exists():
        company = Company.objects.get(cvr=LIMFJORD)
        own = {"company": company, "created_by": world["BusinessAalborg"].pk, "work_area": "other"}
        world.register("office", **own, agreed_on=date(2021, 1, 4))
        world.register("AAU", company=company, created_by=world["AAU"].pk, agreed_on=date(2021, 1, 5),
                       different_reason="En anden studerende")  # fmt: skip
    content = "\n".join(";".join(row) for row in [HEADINGS, *rows, ("I alt", "7")]).encode()
    fixed = Fixed(
        world.programme, world["BusinessAalborg"].pk, "other", source_system="VITAS" if keyed else ""
    )  # fmt: skip
    wanted = short(world, content, fixed)
    with ExitStack() as memories:
        for module in (companies, known, reading, rules, values) if forgetful else ():
            memories.enter_context(patch.object(module, "MOST_REMEMBERED", 0))
        assert by_columns(world, content, fixed, at_once) == wanted
