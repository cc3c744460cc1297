"""Files of the finance system: whatever their headings, a row is read or told what is wrong, and none counts twice."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from xlsxwriter import Workbook

from portal.ledger.audit import differences
from portal.tabular import uploads
from portal.tabular.mapping import Chosen, guess, guess_decimal, leftovers, open_table
from portal.tabular.models import UploadedTable
from portal.ui import export
from programmes import spending_files
from programmes.commitments import commit
from programmes.models import Voucher
from programmes.sources import add_account, make_source
from programmes.spending import Entry, book
from programmes.spending_files import FIELDS, PURPOSE, Fixed, Reading
from tests.programmes.money import DAY, YEAR, Money

ACCOUNT = "06.48.67.1.0.001"
OWN = "06.48.67.1.0.002"
BOOKED = datetime(2026, 2, 3)  # noqa: DTZ001  a spreadsheet has no time zones


@pytest.fixture
def money(money: Money) -> Money:
    """The first account is the pool's, the second the first initiative's."""
    add_account(money.officer, money.pool, ACCOUNT)
    add_account(money.officer, money.pool, OWN, initiative=money.first)
    return money


def csv(*lines: str, separator: str = ";") -> bytes:
    return "\r\n".join(line.replace(";", separator) for line in lines).encode()


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    file = io.BytesIO()
    book_ = Workbook(file, {"in_memory": True})
    sheet, day = book_.add_worksheet(), book_.add_format({"num_format": "dd.mm.yyyy"})
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(line, place, value, day)
            else:
                sheet.write(line, place, value)
    book_.close()
    return file.getvalue()


def read(money: Money, content: bytes, *, fixed: Fixed | None = None, accepted: Sequence[str] = ()) -> Reading:
    """As the page reads it when the person lets the guess of the columns stand."""
    table = open_table(content, FIELDS)
    columns = guess(FIELDS, table)
    chosen = Chosen(columns, guess_decimal(FIELDS, table, columns))
    return spending_files.read(money.officer, table, chosen, fixed or Fixed(), accepted)


def entries(reading: Reading) -> list[Entry]:
    return [line.entry for line in reading.new if line.entry is not None]


def faults(reading: Reading) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.text) for line in reading.wrong for fault in line.read.faults]


PLAIN = csv("Bilagsnr.;Bogføringsdato;Beløb;Konto;Tekst;Leverandør", f"4711;03.02.2026;1.234,50;{ACCOUNT};Lokale;Salen")


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.decode().encode("cp1252"),
        PLAIN.decode().encode("utf-16"),
        b"\xef\xbb\xbf" + PLAIN,
        csv(
            "Forbrug i Erhvervspuljen;;;;;", ";;;;;",
            "Leverandørnavn;Posteringstekst;Kontostreng;Beløb i DKK;Dato;Bilag",
            "Salen;Lokale;0648671 0 001;1234,50 kr.;3/2-2026;4711", "", "Udskrevet 5. marts",
        ),
        csv("Bilag;Posteringsdato;Debet;Kredit;Kontering;Tekst;Kreditor",
            f"4711;2026-02-03;1.234,50;;{ACCOUNT};Lokale;Salen"),
        csv("Bilag;Dato;Debet;Kredit;Konto;Tekst;Navn", f"4711;03-02-2026;1.500,00;265,50;{ACCOUNT};Lokale;Salen"),
        csv("Bilag;Dato;Amount;Konto;Tekst;Navn", '4711;03.02.2026;"1,234.50";06.48.67.1.0.001;Lokale;Salen',
            separator="\t"),
        xlsx([["Udtræk", "", "", "", "", ""],
              ["Bilagsnummer", "Bogføringsdato", "Beløb", "Kontonr.", "Tekst", "Leverandør"],
              [4711.0, BOOKED, 1234.5, 6486710001.0, "Lokale", "Salen"]]),
    ],
    ids=["plain", "cp1252", "utf16", "bom", "titles", "debit", "both-sides", "tabs-english", "xlsx"],
)  # fmt: skip
def test_unseen_files_say_the_same(money: Money, content: bytes) -> None:
    """A voucher of 1.234,50 kroner on the pool's account, as nine systems write it."""
    reading = read(money, content)
    assert faults(reading) == []
    (entry,) = entries(reading)
    assert (entry.number, entry.booked_on, entry.quantity) == ("4711", date(2026, 2, 3), Decimal("1234.50"))
    assert (entry.funding_source, entry.initiative, entry.year, entry.account) == (money.pool, None, 2026, ACCOUNT)
    assert (entry.text, entry.supplier) == ("Lokale", "Salen")


@pytest.mark.parametrize(
    ("written", "kroner"),
    [("12,5 mio. kr.", 12_500_000), ("250.000 kr.", 250_000), ("t.kr. 800.000", 800_000_000), ("-500,00", -500)],
)
def test_amounts_as_people_write_them(money: Money, written: str, kroner: int) -> None:
    (entry,) = entries(read(money, csv("Bilag;Dato;Beløb;Konto", f"1;03.02.2026;{written};{ACCOUNT}")))
    assert entry.quantity == kroner


def test_a_digit_too_many_is_refused_with_row_and_reason(money: Money) -> None:
    reading = read(
        money,
        csv("Bilag;Dato;Beløb;Konto", f"1;03.02.2026;32.850.000;{ACCOUNT}", f"2;03.02.2026;32.850.0000;{ACCOUNT}"),
    )
    assert [entry.quantity for entry in entries(reading)] == [32_850_000]
    ((row, column, text),) = faults(reading)
    assert (row, column) == (3, "Beløb")
    assert "32.850.0000" in text
    assert "0000" in text


@pytest.mark.parametrize(
    ("row", "column", "part"),
    [
        (";03.02.2026;1;06.48.67.1.0.001;", "Bilag", ""),
        ("1;31.02.2026;1;06.48.67.1.0.001;", "Dato", "31.02.2026"),
        ("1;03.02.2026;;06.48.67.1.0.001;", "Beløb", ""),
        ("1;03.02.2026;0;06.48.67.1.0.001;", "Beløb", ""),
        ("1;03.02.2026;1;99.99.99;", "Konto", "99.99.99"),
        ("1;03.02.2026;1;;", "Konto", ""),
        ("1;03.02.2026;1;06.48.67.1.0.001;D-9", "Disposition", "D-9"),
        (f"{'9' * 41};03.02.2026;1;06.48.67.1.0.001;", "Bilag", "40"),
    ],
)
def test_each_row_says_what_is_wrong_with_it(money: Money, row: str, column: str, part: str) -> None:
    reading = read(money, csv("Bilag;Dato;Beløb;Konto;Disposition", row, f"2;03.02.2026;5;{ACCOUNT};"))
    assert len(entries(reading)) == 1, "the row beside is not stopped"
    ((number, named, text),) = faults(reading)
    assert (number, named) == (2, column)
    assert part in text


def test_the_account_finds_the_initiative(money: Money) -> None:
    rows = [f"1;03.02.2026;1;{OWN}", "2;03.02.2026;1;0648671000277", "3;03.02.2026;1;648671.0.002"]
    reading = read(money, csv("Bilag;Dato;Beløb;Konto", *rows[:2]))
    found = [(entry.number, entry.initiative, entry.account) for entry in entries(reading)]
    assert found == [("1", money.first, OWN), ("2", money.first, f"{OWN}.77")], "own digits come after the account"


def test_a_place_for_the_whole_file(money: Money) -> None:
    other = make_source(money.officer, money.owner, name="En anden", kind="pool")
    content = csv("Bilag;Dato;Beløb;Konto", "1;03.02.2026;1;", f"2;03.02.2026;1;{ACCOUNT}")
    reading = read(money, content, fixed=Fixed(other, money.second))
    assert [(entry.funding_source, entry.initiative) for entry in entries(reading)] == [(other, money.second)]
    ((row, column, text),) = faults(reading)
    assert (row, column) == (3, "Konto")
    assert "Erhvervspuljen" in text, "an account of another source is no mistake to hide"
    reading = read(money, content, fixed=Fixed(money.pool))
    assert len(entries(reading)) == 2


def test_credits_below_zero_are_read_by_what_the_file_does(money: Money) -> None:
    """All below zero: that is how the system writes credits. Some of each can be read in two ways."""
    heading = "Bilag;Dato;Debet;Kredit;Konto"
    below = read(money, csv(heading, f"1;03.02.2026;;-50;{ACCOUNT}", f"2;03.02.2026;20;;{ACCOUNT}"))
    above = read(money, csv(heading, f"1;03.02.2026;;50;{ACCOUNT}", f"2;03.02.2026;20;;{ACCOUNT}"))
    assert [entry.quantity for entry in entries(below)] == [entry.quantity for entry in entries(above)] == [-50, 20]
    mixed = read(money, csv(heading, f"1;03.02.2026;;-50;{ACCOUNT}", f"2;03.02.2026;;20;{ACCOUNT}"))
    assert [entry.quantity for entry in entries(mixed)] == [-20]
    assert [fault[:2] for fault in faults(mixed)] == [(2, "Kredit")]


def test_a_row_draws_on_the_commitment_that_it_names(money: Money) -> None:
    money.adopt(100)
    what = commit(
        money.officer, funding_source=money.pool, initiative=None, year=YEAR, quantity=Decimal(100),
        committed_on=DAY, counterpart="A", reference="D-1",
    )  # fmt: skip
    rows = (f"1;03.02.2026;60;{ACCOUNT};D-1;", f"2;03.02.2026;60;{OWN};D-1;", f"3;03.02.2026;1;{ACCOUNT};D-1;2025")
    reading = read(money, csv("Bilag;Dato;Beløb;Konto;Disposition;Budgetår", *rows))
    assert [entry.commitment for entry in entries(reading)] == [what]
    assert [(row, column) for row, column, _text in faults(reading)] == [(3, "Disposition"), (4, "Disposition")]


def kept(money: Money, content: bytes) -> UploadedTable:
    return uploads.keep(money.officer, PURPOSE, content, "forbrug.csv")


def take(money: Money, content: bytes, **more: Any) -> tuple[int, UploadedTable | None]:
    return spending_files.import_file(money.officer, kept(money, content), read(money, content, **more))


def test_a_file_twice_is_booked_once(money: Money) -> None:
    content = csv("Bilag;Dato;Beløb;Konto", *(f"{number};03.02.2026;10;{ACCOUNT}" for number in range(5)))
    assert take(money, content) == (5, None)
    again = read(money, content)
    assert (len(again.new), len(again.there)) == (0, 5)
    with pytest.raises(ValidationError):
        spending_files.import_file(money.officer, kept(money, content), again)
    assert Voucher.objects.count() == 5
    assert differences() == []


def test_equal_lines_of_a_file_are_two_and_stay_two(money: Money) -> None:
    line = f"1;03.02.2026;10;{ACCOUNT}"
    content = csv("Bilag;Dato;Beløb;Konto", line, line)
    assert take(money, content)[0] == 2
    assert len(read(money, content).there) == 2
    assert len(read(money, csv("Bilag;Dato;Beløb;Konto", line, line, line)).new) == 1


def test_of_equal_lines_the_one_to_mend_is_not_taken_for_the_booked_one(money: Money) -> None:
    """Two equal lines, one of which names a commitment that is not there. Mended alone it is still the other one."""
    heading, line = "Bilag;Dato;Beløb;Konto;Disposition", f"1;03.02.2026;10;{ACCOUNT}"
    assert take(money, csv(heading, f"{line};", f"{line};D-9"))[0] == 1
    mended = csv(heading, f"{line};")
    assert (len(read(money, mended).there), len(read(money, mended).asked)) == (0, 1), "whether it is another, one says"
    assert take(money, mended, accepted=["1"])[0] == 1
    assert Voucher.objects.count() == 2


def test_a_known_voucher_with_another_amount_is_asked_about(money: Money) -> None:
    book(money.officer, money.owner, [Entry(money.pool, None, YEAR, "1", DAY, Decimal(99), account=ACCOUNT)])
    content = csv("Bilag;Dato;Beløb;Konto", f"1;03.02.2026;10;{ACCOUNT}", f"2;03.02.2026;10;{ACCOUNT}")
    reading = read(money, content)
    assert [line.entry.number for line in reading.asked if line.entry] == ["1"]
    assert [entry.number for entry in entries(reading)] == ["2"]
    assert [entry.number for entry in entries(read(money, content, accepted=["1"]))] == ["1", "2"]


def test_what_is_left_comes_as_a_file_and_back(money: Money) -> None:
    """One row of three is wrong. It is kept with what is wrong; mended, it is booked and nothing else."""
    content = csv(
        "Bilag;Dato;Beløb;Konto", f"1;03.02.2026;10;{ACCOUNT}", f"2;03.02.2026;32.850.0000;{ACCOUNT}",
        f"3;03.02.2026;10;{ACCOUNT}",
    )  # fmt: skip
    number, rest = take(money, content)
    assert number == 2
    assert rest is not None
    text = uploads.content_of(rest).decode("utf-8-sig")
    assert text.splitlines()[0] == "Række;Bilag;Dato;Beløb;Konto;Fejl"
    assert text.splitlines()[1].startswith("3;2;03.02.2026;32.850.0000;")
    mended = text.replace("32.850.0000", "32.850.000").encode()
    assert take(money, mended) == (1, None)
    assert sorted(Voucher.objects.values_list("number", "quantity")) == [("1", 10), ("2", 32_850_000), ("3", 10)]


def test_the_leftovers_are_what_an_export_writes(money: Money) -> None:
    reading = read(money, csv("Bilag;Dato;Beløb;Konto", "1;03.02.2026;10;99.99.99"))
    lines = b"".join(export.csv_lines(*leftovers(reading.table, reading.left()))).decode("utf-8-sig")
    assert "99.99.99" in lines
    assert "Konto: " in lines


def test_an_import_goes_on_where_it_stopped(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five rows, two at a time; it breaks after the first two. The same again books the other three."""
    monkeypatch.setattr(spending_files, "AT_ONCE", 2)
    content = csv("Bilag;Dato;Beløb;Konto", *(f"{turn // 3};03.02.2026;{turn + 1};{ACCOUNT}" for turn in range(5)))
    file, real, calls = kept(money, content), spending_files.spending.book, [0]

    def breaks(*given: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] == 2:
            raise ConnectionError
        return real(*given, **more)

    monkeypatch.setattr(spending_files.spending, "book", breaks)
    with pytest.raises(ConnectionError):
        spending_files.import_file(money.officer, file, read(money, content))
    assert Voucher.objects.count() == 2
    file.refresh_from_db()
    again = read(money, content, accepted=file.state["accepted"])
    assert len(again.asked) == 0, "it does not ask about the voucher that it began itself"
    assert spending_files.import_file(money.officer, file, again)[0] == 5
    assert sorted(Voucher.objects.values_list("quantity", flat=True)) == [1, 2, 3, 4, 5]
    assert differences() == []


def test_pressed_twice_it_is_booked_once(money: Money) -> None:
    content = csv("Bilag;Dato;Beløb;Konto", f"1;03.02.2026;10;{ACCOUNT}")
    file = kept(money, content)
    first, second = read(money, content), read(money, content)
    same = UploadedTable.objects.get(pk=file.pk)
    spending_files.import_file(money.officer, file, first)
    with pytest.raises(ValidationError):
        spending_files.import_file(money.officer, same, second)
    assert Voucher.objects.count() == 1


def test_places_that_get_overspent_are_named(money: Money) -> None:
    """Budget 100, spent 80, and 30 more come: 10 over. What brings money back overspends nothing."""
    rows = (f"1;03.02.2026;30;{ACCOUNT}", f"2;03.02.2026;-5;{OWN}")
    reading = read(money, csv("Bilag;Dato;Beløb;Konto", *rows))
    found = spending_files.overspending(reading.new, lambda entry: (Decimal(100), Decimal(80)))
    assert [(entry.number, over) for entry, over in found] == [("1", 10)]


@pytest.mark.parametrize("foot", ["I alt;;1.010,00;", ";;1.010,00;", "Total:;;1.010,00;", "Udskrevet af Bo;;;"])
def test_sums_and_notes_below_the_rows_are_left_out_and_told(money: Money, foot: str) -> None:
    reading = read(money, csv("Bilag;Dato;Beløb;Konto", f"1;03.02.2026;1.010,00;{ACCOUNT}", foot))
    assert (len(reading.new), len(reading.lines), reading.notes) == (1, 1, 1)


def test_a_last_row_that_lacks_its_day_is_no_note(money: Money) -> None:
    reading = read(money, csv("Bilag;Dato;Beløb;Konto", f"1;03.02.2026;1,00;{ACCOUNT}", f"2;;5,00;{ACCOUNT}"))
    assert [fault[:2] for fault in faults(reading)] == [(3, "Dato")]


def test_vouchers_and_accounts_may_have_ten_digits(money: Money) -> None:
    """Others of the row may not: there it looks like a CPR number."""
    add_account(money.officer, money.pool, "0101901234")
    head = "Bilagsnummer;Bogføringsdato;Beløb;Konto;Disposition;Tekst"
    found = read(money, csv(head, "0202911234;03-02-2026;100,00;0101901234;;Leje"))
    assert [entry.number for entry in entries(found)] == ["0202911234"]
    found = read(money, csv(head, "1;03-02-2026;100,00;0101901234;0303921234;0202911234"))
    assert [column for _row, column, text in faults(found) if "CPR" in text] == ["Tekst"]
