"""Numbers, money, shares and dates as they are written in Denmark, and read back."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.ui import formats
from portal.ui.cvr import WEIGHTS, clean_cvr, cvr_problem
from portal.ui.dates import DateError, date_of_parts, parse_date
from portal.ui.empty import EmptyValue

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    with translation.override("da"):
        yield


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567, "1.234.567"), (0, "0"), (-1234, "−1.234"), (Decimal("1234.50"), "1.234,5"), (Fraction(1, 3), "0,33"),
        (Decimal("0.004"), "0"), (Decimal("-0.004"), "0"), (Fraction(200, 1), "200"), (1000000, "1.000.000"),
    ],
)  # fmt: skip
def test_numbers(value: int | Decimal | Fraction, shown: str) -> None:
    assert formats.number(value) == shown


def test_rounding_is_half_away_from_zero_and_exact() -> None:
    assert formats.decimal(Decimal("0.125"), 2) == "0,13"
    assert formats.decimal(Decimal("-0.125"), 2) == "−0,13"
    assert formats.decimal(Fraction(2, 3), 1) == "0,7"
    assert formats.rounded(0.285, 2) == Decimal("0.29")  # a float is the number it is written as


def test_money_and_percent() -> None:
    assert formats.money(Decimal("1234567.5")) == "1.234.567,50\u00a0kr."
    assert formats.money(-5, 0) == "−5\u00a0kr."
    assert formats.percent(Fraction(783, 1000)) == "78,3\u00a0%"
    assert formats.percent(Fraction(1, 3), 0) == "33\u00a0%"
    assert formats.share(3, 0) is None
    with translation.override("en"):
        assert formats.money(Decimal("1234567.5")) == "DKK\u00a01,234,567.50"
        assert formats.percent(Fraction(783, 1000)) == "78.3%"


def test_signed() -> None:
    assert [formats.signed(value) for value in (141, -3, 0, Decimal("0.001"))] == ["+141", "−3", "0", "0"]


def test_dates() -> None:
    day = date(2021, 1, 31)
    assert formats.date_da(day) == "31.01.2021"
    assert formats.date_long(day) == "31. januar 2021"
    assert formats.month_da(day) == "januar 2021"
    assert formats.month_short(date(2021, 5, 1)) == "maj 21"
    # A moment is the day in Copenhagen, not in UTC.
    assert formats.date_da(datetime(2021, 1, 31, 23, 30, tzinfo=UTC)) == "01.02.2021"
    assert formats.moment_da(datetime(2021, 6, 30, 12, 5, tzinfo=UTC)) == "30.06.2021 14:05"


def test_lists() -> None:
    assert formats.join_and([]) == ""
    assert formats.join_and(["UCN"]) == "UCN"
    assert formats.join_and(["UCN", "AAU", "Akademikernes"]) == "UCN, AAU og Akademikernes"


def test_the_words_for_missing_values_are_the_agreed_ones() -> None:
    assert [str(kind.label) for kind in EmptyValue] == [
        "ikke indberettet", "ikke relevant", "opgøres senere", "ikke oplyst i kilden", "uafklaret",
        "skjult",
    ]  # fmt: skip


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_a_decimal_can_be_read_back(value: Decimal) -> None:
    with translation.override("da"):
        text = formats.decimal(value, 2)
    assert Decimal(text.replace(".", "").replace(",", ".").replace("−", "-")) == value


@given(DAYS)
def test_every_way_of_writing_a_day_gives_the_day(day: date) -> None:
    for text in (
        formats.date_da(day),
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day}/{day.month}-{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f" {day.day} {day.month}  {day.year} ",
        day.isoformat(),
        f"{day.day:02}{day.month:02}{day.year}",
        f"{day.day}. {formats.MONTHS['da'][day.month - 1]} {day.year}",
    ):
        assert parse_date(text) == day, text
    assert date_of_parts(str(day.day), str(day.month), str(day.year)) == day


def _is_read_or_explained(read: Callable[[], date]) -> bool:
    with translation.override("da"):
        try:
            return 1900 <= read().year <= 2199
        except DateError as error:
            return bool(error.message and error.parts)


@given(st.text(max_size=20))
def test_any_text_gives_a_date_or_a_message(text: str) -> None:
    assert _is_read_or_explained(lambda: parse_date(text))


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))
def test_any_three_parts_give_a_date_or_a_message(day: str, month: str, year: str) -> None:
    assert _is_read_or_explained(lambda: date_of_parts(day, month, year))


@pytest.mark.parametrize(
    ("parts", "message", "wrong"),
    [
        (("31", "x", "2021"), "Måneden skal være et tal mellem 1 og 12", ("month",)),
        (("31", "13", "2021"), "Måneden skal være et tal mellem 1 og 12", ("month",)),
        (("30", "2", "2021"), "Februar 2021 har kun 28 dage", ("day",)),
        (("29", "2", "2100"), "Februar 2100 har kun 28 dage", ("day",)),
        (("31", "4", "2021"), "April 2021 har kun 30 dage", ("day",)),
        (("x", "2", "2021"), "Dagen skal være et tal mellem 1 og 31", ("day",)),
        (("32", "1", "2021"), "Dagen skal være et tal mellem 1 og 31", ("day",)),
        (("1", "1", "21"), "Årstallet skal have fire cifre, for eksempel 2021", ("year",)),
        (("1", "", ""), "Datoen mangler måned og år", ("month", "year")),
        (("", "1", "2021"), "Datoen mangler dag", ("day",)),
        (("²", "1", "2021"), "Dagen skal være et tal mellem 1 og 31", ("day",)),
    ],
)
def test_the_message_says_what_is_wrong(parts: tuple[str, str, str], message: str, wrong: tuple[str, ...]) -> None:
    with pytest.raises(DateError) as caught:
        date_of_parts(*parts)
    assert caught.value.message == message
    assert caught.value.parts == wrong


@pytest.mark.parametrize("text", ["310121", "31-1-21", "31.1.21", "010203"])
def test_a_year_of_two_digits_is_not_guessed(text: str) -> None:
    with pytest.raises(DateError, match="fire cifre"):
        parse_date(text)


@pytest.mark.parametrize("number", ["47458714", "11617034", "10150817", "21265837", "35682872", "20756438"])
def test_real_cvr_numbers_pass(number: str) -> None:
    assert cvr_problem(number) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("12345678", "check_digit"),
        ("1234567", "length"),
        ("04745871", "length"),
        ("", "length"),
        ("١٢٣٤٥٦٧٨", "length"),
    ],
)
def test_wrong_cvr_numbers(text: str, problem: str) -> None:
    assert cvr_problem(text) == problem


@pytest.mark.parametrize("text", ["DK47458714", "dk 47 45 87 14", "47.45.87.14", "47-45-87-14", " CVR-nr.: 47458714 "])
def test_cvr_numbers_are_read_as_people_write_them(text: str) -> None:
    assert clean_cvr(text) == "47458714"


@given(st.integers(min_value=10_000_000, max_value=99_999_999), st.integers(0, 6))
def test_two_neighbours_swapped_are_noticed(number: int, place: int) -> None:
    digits = list(str(number))
    if cvr_problem("".join(digits)) is not None or digits[place] == digits[place + 1]:
        return
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    changed = "".join(digits)
    weights_differ_by = WEIGHTS[place] - WEIGHTS[place + 1]
    assert weights_differ_by % 11
    assert cvr_problem(changed) is not None
