"""Tables and their files: right figures, no silent gaps, no formulas, and files as Danish spreadsheets read them."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.template import Context
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portal.ui.empty import EmptyValue
from portal.ui.export import BOM, csv_lines, csv_response, guarded, is_formula, xlsx_chunks
from portal.ui.pagination import _read
from portal.ui.samples import sample_table
from portal.ui.tables import Cell, Column, Table, lookup, url_with
from portal.ui.templatetags.ui import table as table_tag

COLUMNS = [
    Column("name", "Navn"),
    Column("count", "Match", kind="number"),
    Column("paid", "Udbetalt", kind="money"),
    Column("share", "Andel", kind="percent"),
    Column("day", "Dato", kind="date"),
]
ROW: dict[str, Any] = {
    "name": "Køl & Frys",
    "count": 1234,
    "paid": Decimal("1234.50"),
    "share": Fraction(1, 3),
    "day": date(2021, 1, 31),
}


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    with translation.override("da"):
        yield


def drawn(table: Table, query: str = "") -> str:
    class Request:
        GET = QueryDict(query)

    return table_tag(Context({"request": Request}), table)


def rows_of(columns: list[Column], rows: list[dict[str, Any]]) -> list[list[str]]:
    text = b"".join(csv_lines(columns, rows)).decode()
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM)), delimiter=";"))


def test_a_table_has_caption_scopes_and_roles() -> None:
    html = drawn(Table("Match", COLUMNS, [ROW]))
    assert '<caption class="vb-caption">Match</caption>' in html
    assert html.count('scope="col"') == len(COLUMNS)
    assert html.count('scope="row"') == 1
    assert "Køl &amp; Frys" in html
    assert "1.234,50\u00a0kr." in html
    assert "33,3\u00a0%" in html
    assert "31.01.2021" in html
    assert "style=" not in html


def test_a_missing_figure_must_say_why() -> None:
    with pytest.raises(ValueError, match="EmptyValue"):
        drawn(Table("Match", COLUMNS, [{**ROW, "count": None}]))
    assert "ikke oplyst i kilden" in drawn(Table("Match", COLUMNS, [{**ROW, "count": EmptyValue.NOT_IN_SOURCE}]))


def test_a_misspelt_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        drawn(Table("Match", [Column("nmae", "Navn")], [ROW]))


def test_figures_open_and_names_link() -> None:
    html = drawn(sample_table(), "kommune=x&sort=name&page=3")
    assert '<a href="#Aalborg" class="figure">131</a>' in html
    assert '<a href="#Aalborg">Aalborg</a>' in html
    # Sorting keeps the filters and begins at the first page.
    assert 'href="?kommune=x&amp;sort=name"' in html


def test_sorting_turns_round() -> None:
    html = drawn(sample_table("name"), "sort=name")
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-name"' in html


def test_an_empty_table_says_so() -> None:
    assert "Der er ikke noget at vise" in drawn(Table("Match", COLUMNS, []))


def test_lookup_follows_attributes() -> None:
    assert lookup(date(2021, 1, 31), "year") == 2021
    assert lookup(date(2021, 1, 31), "isoformat") == "2021-01-31"


def test_addresses() -> None:
    query = QueryDict("a=1&a=2&page=3")
    assert url_with(query, page=None) == "?a=1&a=2"
    assert url_with(QueryDict(""), page=None) == "?"


def test_a_token_that_is_not_ours_is_refused() -> None:
    from portal.geography.models import Municipality

    for token in ("x", "bnVsbA", "WyJhIl0", "ÆØÅ", "W10"):
        with pytest.raises(BadRequest):
            _read(token, ("name", "code"), Municipality)


def test_csv_is_as_danish_spreadsheets_read_it() -> None:
    columns = [*COLUMNS[:3], Column("half", "Halv", kind="number", decimals=1), COLUMNS[4]]
    head, row = rows_of(columns, [{**ROW, "half": Decimal("0.25")}])
    assert head == ["Navn", "Match", "Udbetalt", "Halv", "Dato"]
    assert row == ["Køl & Frys", "1234", "1234,50", "0,3", "31.01.2021"]


def test_csv_headers() -> None:
    response = csv_response("match i Ålborg.csv", COLUMNS, [ROW])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    assert "filename*=utf-8''match%20i%20%C3%85lborg.csv" in response["Content-Disposition"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_text_is_never_a_formula(text: str) -> None:
    _head, row = rows_of([COLUMNS[0]], [{"name": text}])
    assert row == [f"'{text}"]


def test_a_negative_figure_is_not_text() -> None:
    _head, row = rows_of([COLUMNS[1]], [{"count": -80}])
    assert row == ["-80"]


@given(st.text(max_size=40))
def test_guarded_text_never_starts_a_formula(text: str) -> None:
    assert not guarded(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert guarded(text).removeprefix("'") == text or text.startswith("'")


@given(st.lists(st.text(alphabet=st.characters(blacklist_characters="\0", codec="utf-8"), max_size=20), max_size=5))
def test_any_text_survives_the_file(texts: list[str]) -> None:
    with translation.override("da"):
        found = [row[0] if row else "" for row in rows_of([COLUMNS[0]], [{"name": text} for text in texts])[1:]]
    wanted = [guarded(text) for text in texts]
    # The reader of the standard library sees line ends inside quotes as they are.
    assert found == wanted


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\t", "\u200b", "\ufeff", "\x0b \u2028", " " * 500])
@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])
def test_what_is_not_seen_before_a_formula_does_not_hide_it(before: str, formula: str) -> None:
    assert guarded(before + formula) == f"'{before}{formula}"


LIKELY = ["=1+1", "+45 12", "-5", "@a", "\t=1", '=HYPERLINK("http://a")', "http://a.dk", "  =1", "12", "-12,5"]
TEXTS = st.one_of(
    st.sampled_from(LIKELY),
    st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20),
)


@given(
    st.lists(st.tuples(TEXTS, st.integers(-(10**9), 10**9), st.decimals(-(10**6), 10**6, places=2)), max_size=5), TEXTS
)
def test_a_workbook_read_back_has_the_same_texts_and_figures_and_no_formula(
    rows: list[tuple[str, int, Decimal]], title: str
) -> None:
    columns = [
        Column("name", title),
        Column("count", "=Match", kind="number"),
        Column("paid", "Udbetalt", kind="money"),
    ]
    with translation.override("da"):
        content = b"".join(
            xlsx_chunks(columns, [dict(zip(("name", "count", "paid"), row, strict=True)) for row in rows])
        )
    book = zipfile.ZipFile(io.BytesIO(content))
    parts = [book.read(name) for name in book.namelist()]
    assert not [part for part in parts if b"<f>" in part or b"<hyperlink" in part]
    head, *found = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert head == [title, "=Match", "Udbetalt"]
    assert [(name, int(count), round(Decimal(paid), 2)) for name, count, paid in found] == rows
    assert all(isinstance(figure, float | int) for row in found for figure in row[1:])
    if any(is_formula(text) for text, _count, _paid in rows):
        assert b'quotePrefix="1"' in book.read("xl/styles.xml")


def test_a_text_too_long_for_a_cell_is_cut_and_not_lost() -> None:
    content = b"".join(xlsx_chunks(COLUMNS[:1], [{"name": "x" * 40_000}]))
    _head, row = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert row == ["x" * 32_766 + "…"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("match.csv", "match.csv"), ("=cmd.csv", "cmd.csv"), ("../-rf.csv", "rf.csv"), ("a\r\nX: 1.csv", "aX: 1.csv")],
)
def test_the_name_of_a_file_is_plain(name: str, shown: str) -> None:
    said = csv_response(name, COLUMNS, [])["Content-Disposition"]
    assert said.startswith("attachment")
    assert f'filename="{shown}"' in said


def test_a_missing_value_is_in_words_in_files_too() -> None:
    _head, row = rows_of(COLUMNS[:2], [{"name": "Læsø", "count": EmptyValue.SETTLED_LATER}])
    assert row == ["Læsø", "opgøres senere"]


def test_excel_has_real_figures_and_dates_and_a_frozen_head() -> None:
    rows = [ROW, {**ROW, "name": "=1+1", "count": Cell(7, url="#x"), "share": EmptyValue.NOT_RELEVANT}]
    book = zipfile.ZipFile(io.BytesIO(b"".join(xlsx_chunks(COLUMNS, rows))))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1"' in sheet
    assert "<v>1234</v>" in sheet
    assert "<v>1234.5</v>" in sheet
    assert "<v>44227</v>" in sheet  # 31.01.2021
    assert "<f>" not in sheet
    assert "=1+1" in sheet
    assert "ikke relevant" in sheet
    assert "dd.mm.yyyy" in book.read("xl/styles.xml").decode()
