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

from portal.ui.empty import EmptyValue
from portal.ui.export import BOM, csv_lines, csv_response, guarded, xlsx_chunks
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
