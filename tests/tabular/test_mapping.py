"""Columns matched once: found, guessed, asked for, remembered; values and faults; leftovers that come again."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused
from portal.identity.roles import OrganisationKind, Role
from portal.tabular.cells import read_day, read_kroner
from portal.tabular.forms import MappingForm
from portal.tabular.mapping import (
    Chosen,
    Field,
    TableFile,
    chosen_of,
    guess,
    guess_decimal,
    leftovers,
    open_table,
    read_table,
    recalled,
    remember,
)
from portal.tabular.models import ColumnMapping
from portal.tabular.reading import Unreadable
from portal.ui import export
from portal.ui.templatetags.ui import form_fields
from tests.memberships import member

FIELDS = (
    Field("day", "Dato", read_day, synonyms=("posteringsdato",)),
    Field("voucher", "Bilag", synonyms=("bilagsnr.", "bilagsnummer")),
    Field("amount", "Beløb", read_kroner, synonyms=("beløb i dkk",), number=True),
    Field("text", "Tekst", required=False, blank=""),
)
SPENT = """Udtræk fra økonomisystemet;;;;
Posteringsdato;Bilagsnr.;Beløb i DKK;Tekst;Artskonto
31.01.2024;4711;12.500,00;Konsulent;2290
05.02.2024;4712;32.850.0000;-Annoncer;2290
;4713;-250,50;"=HYPERLINK(""x"")";2290
"""
CHOSEN = Chosen({"day": "posteringsdato", "voucher": "bilagsnr.", "amount": "beløb i dkk", "text": "tekst"})


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    with translation.override("da"):
        yield


def opened(text: str = SPENT, fields: tuple[Field, ...] = FIELDS) -> TableFile:
    return open_table(text.encode(), fields)


def test_the_columns_are_found_below_a_title_with_their_first_values() -> None:
    columns = opened().columns
    assert [column.title for column in columns] == ["Posteringsdato", "Bilagsnr.", "Beløb i DKK", "Tekst", "Artskonto"]
    assert columns[2].examples == ("12.500,00", "32.850.0000", "-250,50")
    assert columns[0].examples == ("31.01.2024", "05.02.2024")


def test_without_names_we_know_the_headings_are_found_by_their_shape() -> None:
    table = opened("Konto 4711\n\nWann;Was;Wieviel\n1.1.2024;Brot;5\n", ())
    assert [column.title for column in table.columns] == ["Wann", "Was", "Wieviel"]
    assert table.rows == ((4, ["1.1.2024", "Brot", "5"]),)


def test_each_column_is_guessed_for_one_field() -> None:
    assert guess(FIELDS, opened()) == CHOSEN.columns
    # A name in full goes before a name among others.
    table = opened("Tekst;Beløb budget;Beløb;Bilag nr;Dato\na;1;2;3;1.1.2024\n")
    assert guess(FIELDS, table) == {"day": "dato", "voucher": "bilag nr", "amount": "beløb", "text": "tekst"}
    assert guess(FIELDS, opened("a;b\n1;2\n")) == {}


def test_columns_with_the_same_heading_or_none_are_told_apart() -> None:
    table = opened("A;a;;A (2);a\n1;2;3;4;5\n", ())
    assert [column.key for column in table.columns] == ["a", "a (2)", "#3", "a (2) (2)", "a (3)"]
    assert table.columns[2].title == "Kolonne 3"


@pytest.mark.parametrize(
    ("text", "sign"),
    [("Beløb;x\n1.234,5;a\n", ","), ("Beløb;x\n1234.5;a\n", "."), ('Beløb;x\n"1,234.50";a\n', "."),
     ("Beløb;x\n1.234;a\n", ","), ("x;y\n1.5;a\n", ",")],
)  # fmt: skip
def test_the_decimal_sign_is_guessed_from_the_numbers(text: str, sign: str) -> None:
    table = opened(text)
    assert guess_decimal(FIELDS, table, guess(FIELDS, table)) == sign


def test_values_and_faults_at_their_row_and_column() -> None:
    right, wrong, missing = read_table(opened(), FIELDS, CHOSEN)
    assert right.values == {
        "day": date(2024, 1, 31), "voucher": "4711", "amount": Decimal("12500.00"), "text": "Konsulent",
    }  # fmt: skip
    assert right.number == 3
    assert right.faults == ()
    assert [(fault.row, fault.column, fault.text) for fault in wrong.faults] == [
        (4, "Beløb i DKK", "I 32.850.0000 skal gruppe nr. 3, 0000, have tre cifre. Tjek tallet.")
    ]
    assert [(fault.row, fault.column, fault.text) for fault in missing.faults] == [
        (5, "Posteringsdato", "Her mangler noget.")
    ]
    twice = right.wrong("voucher", "Bilaget er der allerede.")
    assert [(fault.row, fault.column, fault.text) for fault in twice.faults] == [
        (3, "Bilagsnr.", "Bilaget er der allerede.")
    ]


def test_a_field_without_a_column_and_a_row_with_too_much() -> None:
    table = opened("Dato;Bilag;Beløb\n1.1.2024;7;5;mere\n2.1.2024;8\n")
    full, short = read_table(table, FIELDS, Chosen({"day": "dato", "voucher": "bilag", "amount": "beløb"}))
    assert [fault.text for fault in full.faults] == ["Rækken har flere kolonner end den første linje."]
    assert full.values["text"] == ""
    assert [(fault.column, fault.text) for fault in short.faults] == [("Beløb", "Her mangler noget.")]
    [row] = read_table(opened("Dato;Bilag\n1.1.2024;7\n"), FIELDS, Chosen({"day": "dato", "voucher": "bilag"}))
    assert [(fault.column, fault.text) for fault in row.faults] == [("Beløb", "Her mangler noget.")]


def test_numbers_in_the_english_way_are_read_when_the_file_is_said_to_have_them() -> None:
    table = opened('Dato;Bilag;Beløb\n1.1.2024;7;"1,234.50"\n1.1.2024;8;1234.5\n1.1.2024;9;1.234,50\n')
    columns = {"day": "dato", "voucher": "bilag", "amount": "beløb"}
    rows = read_table(table, FIELDS, Chosen(columns, "."))
    assert [row.values.get("amount") for row in rows] == [Decimal("1234.50"), Decimal("1234.50"), None]
    assert rows[2].faults


def test_a_file_of_headings_alone_is_refused() -> None:
    for text in ("Dato;Bilag;Beløb\n", "Række;Dato;Bilag;Fejl\n3;;;noget\n"):
        with pytest.raises(Unreadable):
            opened(text)


def exported(table: TableFile, rows: Any, kind: str) -> bytes:
    columns, lines = leftovers(table, rows)
    chunks = export.csv_lines(columns, lines) if kind == "csv" else export.xlsx_chunks(columns, lines)
    return b"".join(chunks)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_leftovers_are_brought_again_with_the_same_mapping(kind: str) -> None:
    table = opened()
    content = exported(table, read_table(table, FIELDS, CHOSEN), kind)
    again = open_table(content, FIELDS)
    assert again.signature == table.signature
    assert [cells[:4] for _number, cells in again.rows] == [
        ["05.02.2024", "4712", "32.850.0000", "-Annoncer"],
        ["", "4713", "-250,50", '=HYPERLINK("x")'],
    ]
    rows = read_table(again, FIELDS, CHOSEN)
    assert [len(row.faults) for row in rows] == [1, 1]  # nothing is mended, and no column is too many
    columns, lines = leftovers(table, read_table(table, FIELDS, CHOSEN))
    assert (columns[0].title, columns[-1].title) == ("Række", "Fejl")
    assert [line["row"] for line in lines] == [4, 5]
    assert lines[0]["faults"].startswith("Beløb i DKK: I 32.850.0000")


def test_leftovers_of_a_csv_file_are_no_formulas() -> None:
    table = opened()
    text = exported(table, read_table(table, FIELDS, CHOSEN), "csv").decode("utf-8-sig")
    assert ";'-Annoncer;" in text
    assert "'=HYPERLINK" in text
    assert "Konsulent" not in text


def test_leftovers_keep_what_has_no_heading() -> None:
    table = opened("Dato;Bilag;Beløb\n1.1.2024;7;5;mere\n")
    chosen = Chosen({"day": "dato", "voucher": "bilag", "amount": "beløb"})
    again = open_table(exported(table, read_table(table, FIELDS, chosen), "csv"), FIELDS)
    assert again.signature == table.signature
    [row] = read_table(again, FIELDS, chosen)
    assert [fault.text for fault in row.faults] == ["Rækken har flere kolonner end den første linje."]


def test_leftovers_of_a_spreadsheet_keep_numbers_and_days() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Dato", "Bilag", "Beløb"])
    sheet.write_datetime(1, 0, datetime.fromisoformat("2024-01-31"))
    sheet.write_number(1, 2, -1234.5)
    book.close()
    chosen = Chosen({"day": "dato", "voucher": "bilag", "amount": "beløb"})
    table = open_table(target.getvalue(), FIELDS)
    for kind in ("csv", "xlsx"):
        again = open_table(exported(table, read_table(table, FIELDS, chosen), kind), FIELDS)
        [row] = read_table(again, FIELDS, chosen)
        assert row.values["day"] == date(2024, 1, 31)
        assert row.values["amount"] == Decimal("-1234.50")
        assert [fault.column for fault in row.faults] == ["Bilag"]


CELL = st.text(alphabet=st.characters(codec="cp1252", exclude_categories=("Cc",)), max_size=8)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5))
def test_whatever_is_left_comes_back_as_it_was(cells: list[list[str]]) -> None:
    fields = (Field("no", "Nej", lambda cell: int("x")),)
    body = [["x", *row] for row in cells]
    heading = ["Nej", "B", "C", "D"]
    lines = b"".join(export.csv_lines(*_as_export([heading, *body])))
    table = open_table(lines, fields)
    rows = read_table(table, fields, Chosen({"no": "nej"}))
    assert all(row.faults for row in rows)
    again = open_table(exported(table, rows, "csv"), fields)
    assert [cells for _number, cells in again.rows] == [cells for _number, cells in table.rows]


def _as_export(rows: list[list[str]]) -> tuple[list[Any], list[Any]]:
    columns = [export.Column(f"c{place}", title) for place, title in enumerate(rows[0])]
    return columns, [{f"c{place}": cell for place, cell in enumerate(row)} for row in rows[1:]]


def test_the_form_asks_for_each_field_and_shows_the_first_values() -> None:
    form = MappingForm(opened(), FIELDS)
    html = form_fields(form)
    assert "Beløb i DKK (12.500,00 · 32.850.0000 · -250,50)" in html
    assert form.initial == {f"column_{name}": key for name, key in CHOSEN.columns.items()}
    assert "Vælg en kolonne" in html
    assert "ingen kolonne" in html
    data = {**form.initial, "decimal_sign": ","}
    sent = MappingForm(opened(), FIELDS, data)
    assert sent.is_valid(), sent.errors
    assert sent.chosen() == CHOSEN


def test_the_form_says_what_is_missing_twice_or_unknown() -> None:
    form = MappingForm(
        opened(), FIELDS,
        {"column_voucher": "tekst", "column_amount": "findes ikke", "column_text": "tekst", "decimal_sign": ","},
    )  # fmt: skip
    assert not form.is_valid()
    assert form.errors["column_day"] == ["Vælg kolonnen med: Dato"]
    assert form.errors["column_text"] == ["Kolonnen Tekst er allerede valgt til Bilag."]
    assert form.errors["column_amount"]


def test_a_form_without_numbers_asks_for_no_decimal_sign() -> None:
    assert "decimal_sign" not in MappingForm(opened(), FIELDS[:2]).fields


def actor(name: str) -> Actor:
    organisation = Organisation.objects.create(name=name, kind=OrganisationKind.HUB)
    user = User.objects.create_user(f"{name.lower()}@demo.example", name=name)
    return Actor(user, member(user, organisation, Role.HUB_CONTROLLER), timezone.localdate())


@pytest.mark.django_db
def test_the_answer_is_remembered_for_the_organisation_and_the_purpose() -> None:
    ours, theirs = actor("Ours"), actor("Theirs")
    table = opened()
    assert recalled(ours, "spending", table) is None
    odd = Chosen({**CHOSEN.columns, "text": "artskonto"}, ".")
    remember(ours, "spending", table, odd)
    # The same headings in another order, with other rows.
    again = opened("Artskonto;Tekst;Beløb i DKK;Bilagsnr.;Posteringsdato\n1;a;5;7;1.1.2025\n")
    known = recalled(ours, "spending", again)
    assert known is not None
    assert chosen_of(known) == odd
    form = MappingForm(again, FIELDS, known=known)
    assert form.initial["column_text"] == "artskonto"
    assert form.fields["decimal_sign"].initial == "."
    assert recalled(theirs, "spending", again) is None
    assert recalled(ours, "other", again) is None
    assert recalled(ours, "spending", opened("Dato;Bilag;Beløb\n1;2;3\n")) is None


@pytest.mark.django_db
def test_another_answer_takes_the_place_of_the_first_and_the_same_writes_nothing() -> None:
    ours, table = actor("Ours"), opened()
    first = remember(ours, "spending", table, CHOSEN)
    assert remember(ours, "spending", table, CHOSEN).changed_at == first.changed_at
    remember(ours, "spending", table, Chosen(CHOSEN.columns, "."))
    assert ColumnMapping.objects.get().decimal_sign == "."
    with pytest.raises(Refused):
        remember(Actor(ours.user, None, timezone.localdate()), "spending", table, CHOSEN)


@pytest.mark.django_db
def test_the_database_keeps_one_answer_and_a_decimal_sign() -> None:
    ours, table = actor("Ours"), opened()
    known = remember(ours, "spending", table, CHOSEN)
    for wrong in ({"signature": known.signature}, {"signature": "x", "decimal_sign": ":"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ColumnMapping.objects.create(
                organisation=ours.organisation,
                purpose="spending",
                changed_by=ours.user,
                **wrong,  # type: ignore[misc]
            )
