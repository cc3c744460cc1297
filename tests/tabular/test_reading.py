"""From bytes to rows: what comes in every shape people save tables in, and what is refused before it is read."""

import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.tabular import cells, columns, reading
from portal.tabular.limits import SHORT
from portal.tabular.reading import Unreadable, read_rows
from tests.uploads import files

PLAIN = [(1, ["dag", "beløb"]), (2, ["31.01.2021", "1.234,50"])]


@pytest.mark.parametrize(
    "content",
    [
        "dag;beløb\n31.01.2021;1.234,50\n".encode(),
        "dag;beløb\r\n31.01.2021;1.234,50\r\n".encode("utf-8-sig"),
        "dag;beløb\n31.01.2021;1.234,50".encode("cp1252"),
        "dag\tbeløb\n31.01.2021\t1.234,50\n".encode("utf-16"),
        'dag,beløb\n31.01.2021,"1.234,50"\n'.encode(),
        'dag;beløb\n"31.01.2021";"1.234,50"\n'.encode(),
    ],
)
def test_a_csv_file_in_every_shape(content: bytes) -> None:
    assert read_rows(content) == PLAIN


def test_the_separator_may_be_told_and_empty_rows_keep_their_numbers() -> None:
    assert read_rows(b"sep=,\na;b,c\n\n1,2\n") == [(2, ["a;b", "c"]), (4, ["1", "2"])]


def test_a_spreadsheet_keeps_its_numbers_and_days() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(1, 0, ["dag", "beløb"])
    sheet.write_datetime(2, 0, datetime.fromisoformat("2021-01-31"), book.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_number(2, 1, 1234.5)
    book.close()
    number, row = read_rows(target.getvalue())[-1]
    assert number == 3
    assert cells.read_day(row[0]) == date(2021, 1, 31)
    assert str(cells.read_kroner(row[1])) == "1234.50"


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "blank": b"\n\n;;\n",
    "pdf": b"%PDF-1.7\n1 0 obj",
    "null bytes": b"a;b\n\x00;1\n",
    "open quote": b'a;b\n"1;2\n',
    "zip": files.packed({"a.txt": b"a"}),
    "cut zip": files.xlsx()[:200],
    "no sheet": files.packed({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}),
    "broken sheet": files.xlsx_with("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
    "lies of its size": files.lying(files.xlsx(), 2**31),
}  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_cannot_be_read_is_refused_in_words(content: bytes) -> None:
    with translation.override("da"), pytest.raises(Unreadable) as refused:
        read_rows(content)
    assert str(refused.value).endswith(".")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with translation.override("da"), pytest.raises(Unreadable, match="for stor, når den pakkes ud"):
        read_rows(files.xlsx_with("xl/worksheets/sheet1.xml", b"0" * 1001), replace(SHORT, unpacked=1000))


@pytest.mark.parametrize(
    "cells",
    [
        # Two cells at the far ends: the reader makes room for all between them, and ends its process for want of it.
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        # The same without saying so: a million rows, and the last one reaches far.
        b"<row><c><v>1</v></c></row>" + b"<row/>" * 1_000_000 + b"<row>" + b"<c><v>1</v></c>" * 16_384 + b"</row>",
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="60000"><c r="A60000"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c><c r="ZZ1"><v>1</v></c></row>',
    ],
    ids=["far ends", "a million rows", "rows", "columns"],
)
def test_a_sheet_that_is_endless_is_refused_and_we_live_on(cells: bytes) -> None:
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    content = files.xlsx_with("xl/worksheets/sheet1.xml", sheet + cells + b"</sheetData></worksheet>")
    with translation.override("da"), pytest.raises(Unreadable, match=r"flere end 50\.000 rækker|kan ikke læses"):
        read_rows(content)


def test_an_open_document_that_repeats_without_end_is_refused_and_we_live_on() -> None:
    repeated = '<table:table-cell table:number-columns-repeated="16384"'
    endless = files.CELL.format("9").replace("<table:table-cell", repeated)
    rows = f'<table:table-row table:number-rows-repeated="1048576">{endless}</table:table-row>'
    content = files.packed({**files.parts_of(files.ods()), "content.xml": files.CONTENT.format(rows=rows).encode()})
    with translation.override("da"), pytest.raises(Unreadable):
        read_rows(content)


def test_a_row_that_is_far_too_wide_is_refused_before_the_others_are_made_as_wide() -> None:
    with translation.override("da"), pytest.raises(Unreadable, match="Række 902 har mere end 500 kolonner"):
        read_rows(b"a;b\n" + b"1;2\n" * 900 + b";" * 20_000 + b"x\n")
    assert read_rows(b"a;b\n1;2" + b";" * 20_000 + b"\n")[1][1][:3] == ["1", "2", ""]


def test_a_file_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.001)
    with translation.override("da"), pytest.raises(Unreadable, match="kan ikke læses"):
        read_rows(files.xlsx())


def test_too_many_rows_and_too_many_bytes() -> None:
    two = replace(SHORT, rows=2)
    assert len(read_rows(b"a;b\n1;2\n3;4\n", two)) == 3
    with translation.override("da"), pytest.raises(Unreadable, match=r"flere end 2 rækker. Del den\."):
        read_rows(b"a;b\n1;2\n3;4\n5;6\n", two)
    with translation.override("da"), pytest.raises(Unreadable, match="10 MB"):
        read_rows(b"a" * (SHORT.bytes + 1))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        rows = read_rows(content)
    except Unreadable:
        return
    assert all(not reading.blank(row) for _number, row in rows)


def test_headings_below_a_title() -> None:
    rows: list[list[Any]] = [["Udtræk", ""], ["", ""], ["Dato:", "SVAR (0-10)"], ["1", "2"]]
    assert columns.widest_heading(rows) == 2
    assert columns.named_heading(rows, {"dato": "day", "svar": "answer"}.get, ["day", "answer"]) == 2
    assert columns.named_heading(rows, {"dato": "day"}.get, ["day", "answer"]) is None


@pytest.mark.parametrize(
    ("cell", "day"),
    [("31.01.2021", date(2021, 1, 31)), ("31.01.2021 14:30", date(2021, 1, 31)),
     ("2021-01-31T14:30:00Z", date(2021, 1, 31)),
     (datetime.fromisoformat("2021-01-31T14:30"), date(2021, 1, 31)), (date(2021, 1, 31), date(2021, 1, 31))],
)  # fmt: skip
def test_days(cell: Any, day: date) -> None:
    assert cells.read_day(cell) == day


def test_text_of_numbers() -> None:
    assert [cells.text_of(each) for each in (851.0, 8.5, " a ", None, True)] == ["851", "8.5", "a", "", "True"]
    for bad in ("a\x00b", "a" * 2001):
        with translation.override("da"), pytest.raises(ValueError, match="for lang"):
            cells.read_text(bad)
