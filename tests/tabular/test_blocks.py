"""Rows by columns: nothing of them is lost, on their way from the reader's process, and between look and import."""

import json
import zlib
from datetime import date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.tabular.blocks import Block
from portal.tabular.packing import Kind, Looked, LookedBlock, packed, unpack

CELL = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from([0.0, 1.0, 2.5]),
    st.sampled_from(["", "1", "æ", "'=1"]), st.dates(date(2020, 1, 1), date(2020, 1, 3)),
    st.sampled_from([datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2020-01-01T08:30")]),
)  # fmt: skip
ROWS = st.lists(st.lists(CELL, max_size=4), min_size=1, max_size=12)


def numbered(rows: list[list[Any]]) -> list[tuple[int, list[Any]]]:
    return [(7 + 2 * place, cells) for place, cells in enumerate(rows)]


def told(rows: list[tuple[int, list[Any]]]) -> list[tuple[int, list[tuple[type, Any]]]]:
    """With the types: 1, 1.0 and True are equal. Without what fills a row up."""
    found = []
    for number, cells in rows:
        cells = list(cells)
        while cells and cells[-1] is None:
            cells.pop()
        found.append((number, [(type(cell), cell) for cell in cells]))
    return found


@given(ROWS)
def test_rows_are_the_same_by_columns_and_as_text(rows: list[list[Any]]) -> None:
    block = Block.of(numbered(rows))
    assert told(block.rows()) == told(numbered(rows))
    again = Block.parsed(block.as_text())
    assert told(again.rows()) == told(numbered(rows))
    assert again.as_text() == block.as_text()
    begin, end = len(rows) // 3, len(rows) - len(rows) // 4
    assert told(block.part(begin, end).rows()) == told(numbered(rows)[begin:end])


def test_a_cell_that_many_rows_have_is_kept_once() -> None:
    block = Block.of(numbered([["Aalborg", 1.0], ["Aalborg", 2.0], ["Rebild", 1.0]]))
    assert [(column.cells, column.places) for column in block.columns] == [
        (["Aalborg", "Rebild"], [0, 0, 1]),
        ([1.0, 2.0], [0, 1, 0]),
    ]
    assert [column.spread(["x", "y"]) for column in block.columns] == [["x", "x", "y"], ["x", "y", "x"]]
    assert list(block.columns[0].having({0})) == [(0, 0), (1, 0)]


@given(ROWS, st.data())
def test_what_was_said_of_them_comes_back(rows: list[list[Any]], data: st.DataObject) -> None:
    kinds: list[Kind] = data.draw(
        st.lists(st.sampled_from(["new", "there", "asked", "wrong"]), min_size=len(rows), max_size=len(rows))
    )
    looked = [
        Looked(number, cells, kind, f"Ret række {number}" if kind in ("asked", "wrong") else "")
        for (number, cells), kind in zip(numbered(rows), kinds, strict=True)
    ]
    again = unpack(packed(LookedBlock.of(looked)))
    assert again.waiting == sum(kind != "there" for kind in kinds)
    for wanted in (("new",), ("asked", "wrong"), ("new", "there", "asked", "wrong")):
        expected = [row for row in looked if row.kind in wanted]
        found = list(again.rows(wanted))
        assert told([(row.number, row.cells) for row in found]) == told([(row.number, row.cells) for row in expected])
        assert [(row.kind, row.text) for row in found] == [(row.kind, row.text) for row in expected]
        only = again.only(wanted)
        assert list(only.numbers) == [row.number for row in expected]


def test_what_waited_when_the_portal_was_updated_is_read_still() -> None:
    """Until then a portion was a list of rows."""
    before = [[2, ["99000031", ["date", "2021-01-04"]], "new", ""], [3, ["x"], "wrong", "Type: ret det"]]
    assert list(unpack(zlib.compress(json.dumps(before).encode())).rows(("new", "wrong"))) == [
        Looked(2, ["99000031", date(2021, 1, 4)], "new"),
        Looked(3, ["x"], "wrong", "Type: ret det"),
    ]
