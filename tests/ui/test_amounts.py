"""Amounts as people write them. Every expected value is written by hand; format-then-read is tried on many more."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError as Refused

from portal.ui.amounts import AmountError, format_amount, read_amount, read_years
from portal.ui.api_money import MoneyAmountField
from portal.ui.forms import MoneyField, PortalForm
from portal.ui.templatetags.ui import form_fields


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    with translation.override("da"):
        yield


READ = [
    ("0", "0.00"),
    ("-0", "0.00"),
    ("7", "7.00"),
    ("250000", "250000.00"),
    ("250.000", "250000.00"),
    ("250 000", "250000.00"),
    ("250\u00a0000", "250000.00"),
    ("250\u202f000,5", "250000.50"),
    ("  250.000  ", "250000.00"),
    ("250.000,50", "250000.50"),
    ("1.234,5", "1234.50"),
    ("0,50", "0.50"),
    ("1.000 kr.", "1000.00"),
    ("250.000 kr.", "250000.00"),
    ("250.000 kr", "250000.00"),
    ("250.000 kroner", "250000.00"),
    ("250.000 KR.", "250000.00"),
    ("250.000,-", "250000.00"),
    ("250.000,- kr.", "250000.00"),
    ("250.000,\u2013", "250000.00"),
    ("kr. 500.000", "500000.00"),
    ("kr 500.000,00", "500000.00"),
    ("DKK 250.000", "250000.00"),
    ("250.000 DKK", "250000.00"),
    ("t.kr. 800.000", "800000000.00"),
    ("500 t.kr.", "500000.00"),
    ("500 tkr", "500000.00"),
    ("500t.kr.", "500000.00"),
    ("TDKK 500", "500000.00"),
    ("5.215.000 tkr.", "5215000000.00"),
    ("12,5 mio. kr.", "12500000.00"),
    ("12,5 mio.\u00a0kr.", "12500000.00"),
    ("12,5 mio", "12500000.00"),
    ("12,5 millioner kroner", "12500000.00"),
    ("kr. 12,5 mio.", "12500000.00"),
    ("mio. kr. 12,5", "12500000.00"),
    ("627,1 mio. kr.", "627100000.00"),
    ("1.600 mio. kr.", "1600000000.00"),
    ("1,6 mia. kr.", "1600000000.00"),
    ("1,6 milliarder", "1600000000.00"),
    ("1,23456789 mio. kr.", "1234567.89"),
    ("1,234 mio. kr.", "1234000.00"),
    ("0,05 mio. kr.", "50000.00"),
    ("5 tusind kr.", "5000.00"),
    ("32.850.000", "32850000.00"),
    ("999.999.999.999,99", "999999999999.99"),
    ("-250.000", "-250000.00"),
    ("\u2212250.000", "-250000.00"),
    ("\u2013 250.000 kr.", "-250000.00"),
    ("- 250.000,50", "-250000.50"),
    ("kr. -500", "-500.00"),
    ("-kr. 500", "-500.00"),
    ("250.000-", "-250000.00"),
    ("(250.000)", "-250000.00"),
    ("(250.000 kr.)", "-250000.00"),
    ("(250.000) kr.", "-250000.00"),
    ("-1,6 mia. kr.", "-1600000000.00"),
    ("+250.000", "250000.00"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kroner"), READ)
def test_it_is_read(text: str, kroner: str) -> None:
    amount = read_amount(text, allow_negative=True)
    assert str(amount.kroner) == kroner
    assert amount.warnings == ()


REFUSED = [
    ("", "empty", "Skriv et beløb"),
    ("  \u00a0", "empty", "Skriv et beløb"),
    ("32.850.0000", "group", "0000"),
    ("1.23.456", "group", "23"),
    ("1234.567", "group", "1234"),
    ("250.", "text", "250."),
    ("25 00", "group", "00"),
    ("1.234 567", "group", "punktummer"),
    ("1..234", "group", "–"),
    ("12,5,3", "comma", "ét komma"),
    ("12,5.3", "comma", "ét komma"),
    ("250.000,", "text", "250.000,"),
    (",5", "text", ",5"),
    (".5", "text", ".5"),
    ("250.00", "point", "skriv 250,00"),
    ("250.5", "point", "skriv 250,5"),
    ("0.250", "point", "skriv 0,250"),
    ("1,234.50", "english", "skriv 1.234,50"),
    ("1,234,567", "english", "skriv 1.234.567"),
    ("1,000", "decimals", "to decimaler"),
    ("12,345", "decimals", "to decimaler"),
    ("250.000,505", "decimals", "to decimaler"),
    ("1,2345678901 mio.", "decimals", "to decimaler"),
    ("0,001 t.kr. 5", "text", "0,001 t.kr. 5"),
    ("5 t.kr. kr.", "unit", "t.kr. kr."),
    ("t.kr. 5 mio.", "units", "to enheder"),
    ("DKK 5 kr.", "units", "to enheder"),
    ("5 mio. 250.000 kr.", "text", "5 mio."),
    ("5 EUR", "unit", "EUR"),
    ("€ 5", "unit", "€"),
    ("5 %", "unit", "%"),
    ("5 t", "unit", "t"),
    ("500k", "unit", "k"),
    ("ca. 500", "unit", "ca."),
    ("1.000.000.000.000", "digits", "12 cifre"),
    ("1.000 mia. kr.", "digits", "12 cifre"),
    ("9" * 70, "text", "999"),
    ("ikke oplyst", "text", "ikke oplyst"),
    ("kr.", "text", "kr."),
    ("-", "text", "-"),
    ("--5", "text", "--5"),
    ("-5-", "text", "-5-"),
    ("-(5)", "text", "-(5)"),
    ("(5", "text", "(5"),
    ("5)", "text", "5)"),
    ("((5))", "text", "((5))"),
    ("200-300", "text", "200-300"),
    ("1'000", "text", "1'000"),
    ("12½ mio.", "unit", "½"),
    ("1e5", "text", "1e5"),
    ("007", "zeros", "begynder med 0"),
    ("0.250.000", "zeros", "begynder med 0"),
    ("٢٥٠", "text", "٢٥٠"),
    ("250\u200b000", "text", "250"),
    ("NaN", "text", "NaN"),
    ("=1+1", "text", "=1+1"),
    ("100%s", "unit", "%s"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "words"), REFUSED)
def test_it_is_refused_with_a_reason(text: str, code: str, words: str) -> None:
    with pytest.raises(AmountError) as refused:
        read_amount(text, allow_negative=True)
    assert refused.value.code == code, str(refused.value)
    assert words in str(refused.value)


def test_the_wrong_group_is_named() -> None:
    with pytest.raises(AmountError) as refused:
        read_amount("32.850.0000")
    assert str(refused.value) == "I 32.850.0000 skal gruppe nr. 3, 0000, have tre cifre. Tjek tallet."


@pytest.mark.parametrize(
    ("text", "kroner"),
    [("14.3 mio.", "14300000.00"), ("14.35 mio. kr.", "14350000.00"), ("0.250 mio. kr.", "250000.00")],
)
def test_a_decimal_point_before_a_unit_is_read_with_a_warning(text: str, kroner: str) -> None:
    amount = read_amount(text)
    assert str(amount.kroner) == kroner
    number = text.split()[0]
    assert [str(each) for each in amount.warnings] == [
        f"{number} er læst som {number.replace('.', ',')}: decimaler står efter et komma her."
    ]


@pytest.mark.parametrize("text", ["-1", "(1)", "1-", "-0,01 kr."])
def test_a_minus_must_be_asked_for(text: str) -> None:
    with pytest.raises(AmountError) as refused:
        read_amount(text)
    assert refused.value.code == "negative"


def test_nothing_may_be_refused() -> None:
    with pytest.raises(AmountError) as refused:
        read_amount("0,00 mio. kr.", allow_zero=False)
    assert refused.value.code == "zero"


@pytest.mark.parametrize(
    ("cell", "kroner"),
    [
        (250000, "250000.00"),
        (250000.0, "250000.00"),
        (0.1, "0.10"),
        (1234.56, "1234.56"),
        (-12.5, "-12.50"),
        (-0.0, "0.00"),
        (1e9, "1000000000.00"),
        (Decimal("250000.500"), "250000.50"),
        (Decimal("1E+3"), "1000.00"),
    ],
)
def test_cells_of_a_spreadsheet(cell: Any, kroner: str) -> None:
    assert str(read_amount(cell, allow_negative=True).kroner) == kroner


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "empty"),
        (True, "number"),
        (float("nan"), "number"),
        (float("inf"), "number"),
        (Decimal("NaN"), "number"),
        (Decimal("sNaN"), "number"),
        ([1], "number"),
        (0.1 + 0.2, "decimals"),  # 0.30000000000000004
        (1.005, "decimals"),
        (Decimal("0.001"), "decimals"),
        (1e-7, "decimals"),
        (Decimal("1E-999999"), "decimals"),
        (1e12, "digits"),
        (Decimal("1E+999999"), "digits"),
        pytest.param(10**5000, "digits", id="very long"),
    ],
)
def test_cells_that_are_no_amount(cell: Any, code: str) -> None:
    with pytest.raises(AmountError) as refused:
        read_amount(cell, allow_negative=True)
    assert refused.value.code == code
    assert len(str(refused.value)) < 200


CENTS = st.integers(min_value=-(10**14) + 1, max_value=10**14 - 1)


@given(CENTS)
def test_what_is_written_is_read_back(cents: int) -> None:
    kroner = Decimal(f"{cents}E-2")
    text = format_amount(kroner)
    assert read_amount(text, allow_negative=True).kroner == kroner
    for other in (text.replace(".", " "), text.replace(".", "\u00a0"), text.replace(".", ""), f"{text} kr.",
                  f"DKK {text}", text.replace("-", "\u2212")):  # fmt: skip
        assert read_amount(other, allow_negative=True).kroner == kroner


@given(st.integers(min_value=0, max_value=10**10), st.sampled_from([("t.kr.", 3), ("mio. kr.", 6), ("mia. kr.", 9)]))
def test_a_unit_multiplies(kroner: int, unit: tuple[str, int]) -> None:
    """`kroner` written in the unit: as many decimals as the unit has zeros."""
    name, zeros = unit
    whole, decimals = divmod(kroner, 10**zeros)
    text = f"{format_amount(whole)},{decimals:0{zeros}} {name}"
    assert read_amount(text).kroner == kroner


@given(st.text(alphabet="0123456789.,-+() krtmioa\u00a0\u2212'e%", max_size=30) | st.text(max_size=80))
def test_anything_is_read_or_refused(text: str) -> None:
    try:
        amount = read_amount(text, allow_negative=True)
    except AmountError as refused:
        assert str(refused)  # noqa: PT017
    else:
        assert amount.kroner.as_tuple().exponent == -2
        assert read_amount(format_amount(amount.kroner), allow_negative=True).kroner == amount.kroner


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_float_is_read_as_it_is_written_or_refused(cell: float) -> None:
    try:
        assert read_amount(cell, allow_negative=True).kroner == Decimal(repr(cell))
    except AmountError as refused:
        assert refused.code in ("number", "decimals", "digits")  # noqa: PT017


def test_an_amount_is_never_rounded_when_it_is_written() -> None:
    assert format_amount(Decimal("-1234.50")) == "-1.234,50"
    assert format_amount(0) == "0"
    with pytest.raises(ValueError, match="more than two decimals"):
        format_amount(Decimal("0.001"))


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2023", (2023,)),
        (2023, (2023,)),
        (2023.0, (2023,)),
        ("2023-2026", (2023, 2024, 2025, 2026)),
        ("2023 \u2013 2024", (2023, 2024)),
        ("2023, 2025", (2023, 2025)),
        ("2024 og 2023", (2023, 2024)),
        ("2023-2024, 2024", (2023, 2024)),
    ],
)
def test_years(text: Any, years: tuple[int, ...]) -> None:
    assert read_years(text) == years


@pytest.mark.parametrize("text", ["", None, "23", "2026-2023", "1899", "2200", "1900-2199", "2023/24", "i år", "2023,"])
def test_what_is_no_years(text: Any) -> None:
    with pytest.raises(AmountError):
        read_years(text)


class Paid(PortalForm):
    amount = MoneyField(label="Beløb", allow_zero=False)
    change = MoneyField(label="Ændring", allow_negative=True, required=False)


def test_a_form_reads_and_shows_amounts() -> None:
    form = Paid({"amount": "12,5 mio. kr.", "change": "-250.000"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"amount": Decimal("12500000.00"), "change": Decimal("-250000.00")}
    html = form_fields(Paid(initial={"amount": Decimal("250000.00"), "change": -1234}))
    assert 'value="250.000"' in html
    assert 'value="-1.234"' in html
    assert 'inputmode="decimal"' in html
    assert "I kroner, for eksempel 250.000 eller 12,5 mio. kr." in html


def test_what_was_typed_stays_and_the_reason_is_at_the_field() -> None:
    form = Paid({"amount": "32.850.0000", "change": "<b>1"})
    assert not form.is_valid()
    html = form_fields(form)
    assert 'value="32.850.0000"' in html
    assert "I 32.850.0000 skal gruppe nr. 3, 0000, have tre cifre. Tjek tallet." in html
    assert "&lt;b&gt;1" in html
    assert "<b>1" not in html


@pytest.mark.parametrize(
    ("typed", "message"),
    [("", "Skriv et beløb, for eksempel 250.000 eller 12,5 mio. kr."), ("0", "Beløbet må ikke være 0."),
     ("-1", "Beløbet må ikke være negativt.")],
)  # fmt: skip
def test_the_field_says_what_to_do(typed: str, message: str) -> None:
    assert Paid({"amount": typed}).errors["amount"] == [message]


def test_the_same_amount_in_other_words_is_no_change() -> None:
    same = Paid({"amount": "0,25 mio.", "change": ""}, initial={"amount": Decimal(250_000), "change": None})
    assert not same.has_changed()
    assert Paid({"amount": "250.001"}, initial={"amount": Decimal(250_000)}).has_changed()
    assert Paid({"amount": "x"}, initial={"amount": Decimal(250_000)}).has_changed()


def test_over_the_api_an_amount_is_text() -> None:
    field = MoneyAmountField(allow_negative=True)
    for text, kroner in (("250000.00", "250000.00"), ("250000", "250000.00"), ("-0.5", "-0.50"), ("-0", "0.00"),
                         ("999999999999.99", "999999999999.99")):  # fmt: skip
        assert str(field.run_validation(text)) == kroner
    assert field.to_representation(Decimal("250000.0")) == "250000.00"
    assert field.to_representation(Decimal("999999999999.99")) == "999999999999.99"
    assert field.to_representation(7) == "7.00"
    with pytest.raises(ValueError, match="more than two decimals"):
        field.to_representation(Decimal("0.005"))


@pytest.mark.parametrize(
    "sent",
    ['250000', '250000.00', '0.1', 'NaN', 'Infinity', 'true', 'null', '[]', '{}', '""', '"NaN"', '"1e5"', '"250.000"',
     '"250.000,00"', '"12,5 mio. kr."', '"0.001"', '"1.000"', '"01"', '" 1"', '"1\\n"', '"1_000"', '"\\u0661"', '"+1"',
     '"1000000000000"'],
)  # fmt: skip
def test_over_the_api_nothing_else_is_an_amount(sent: str) -> None:
    with pytest.raises(Refused):
        MoneyAmountField(allow_negative=True).run_validation(json.loads(sent))


def test_over_the_api_a_minus_and_nothing_must_be_asked_for() -> None:
    with pytest.raises(Refused, match="negativt"):
        MoneyAmountField().run_validation("-1.00")
    with pytest.raises(Refused, match="må ikke være 0"):
        MoneyAmountField(allow_zero=False).run_validation("0.00")
