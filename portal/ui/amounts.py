"""Amounts of money as people and documents write them in Denmark, exact to the øre. Never a guess, never a float.

Read: 250.000 · 250.000,50 kr. · 12,5 mio. kr. · t.kr. 800.000 · 1,6 mia. · DKK 250.000 · (250.000), which is minus.
What can be read in two ways is refused, and the message says how to write it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

MOST_DIGITS = 12
"""Digits of whole kroner; with the øre 14, which is what a column of the database holds."""
LONGEST = 60
"""Characters; a longer text is no amount."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
MOST_YEARS = 50

KRONER = ("kr", "krone", "kroner", "dkk")
SCALES: Mapping[str, int] = {
    "tusind": 3, "tusinde": 3,
    "mio": 6, "mill": 6, "million": 6, "millioner": 6,
    "mia": 9, "milliard": 9, "milliarder": 9,
}  # fmt: skip
"""Power of ten of a word that may stand with or without kroner."""
UNITS: Mapping[str, int] = {
    **dict.fromkeys(KRONER, 0),
    **SCALES,
    **{f"{scale}{kroner}": power for scale, power in SCALES.items() for kroner in KRONER},
    "tkr": 3,
    "tkroner": 3,
    "tdkk": 3,
    "mdkk": 6,
}
"""What may stand beside the number, in small letters without spaces and full stops → power of ten."""

NO_AMOUNT = _("%(text)s is no amount. Write it like 250.000 or 12,5 mio. kr.")
NO_ORE = _("%(text)s is not a whole number of øre: an amount in kroner has at most two decimals.")
COMMA = _("%(text)s is read as %(better)s: decimals stand after a comma here.")
THREE = _("In %(text)s group no. %(place)s, %(group)s, must have three digits. Check the number.")

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_MINUSES = re.compile("[\u2212\u2010\u2011\u2012\u2013]")
_PARTS = re.compile(r"([^0-9]*)([0-9](?:[0-9., ]*[0-9])?)([^0-9]*)")
_BEFORE = re.compile(r"(?P<open>\()? ?(?P<sign>[-+])? ?(?P<unit>[^-+(),]*?) ?(?P<sign2>[-+])? ?(?P<open2>\()? ?")
_AFTER = re.compile(r"(?:,-|(?P<minus>-))? ?(?P<close>\))? ?(?P<unit>[^-+(),]*?) ?(?P<close2>\))?")
_ENGLISH = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_POINT = re.compile(r"([1-9][0-9]*|0)\.([0-9]{1,2})|(0)\.([0-9]+)")
_YEARS = re.compile(r"([0-9]{4})(?: ?[-\u2013] ?([0-9]{4}))?")


@dataclass
class AmountError(ValueError):
    """Why a text or a cell is no amount. `code` for programmes, `message` for people, translated when it is shown."""

    code: str
    message: Promise

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class Amount:
    """`kroner` has two decimals. `warnings`: what was understood, but should be looked at."""

    kroner: Decimal
    warnings: tuple[Promise, ...] = ()


def _said(message: Promise, /, **params: object) -> Promise:
    """The sentence with its values, in the language of whoever reads it."""
    return lazy(lambda: str(message) % params, str)()  # type: ignore[return-value]  # it is lazy


def _refuse(code: str, message: Promise, /, **params: object) -> NoReturn:
    raise AmountError(code, _said(message, **params))


def read_amount(given: Any, *, allow_negative: bool = False, allow_zero: bool = True) -> Amount:
    """The amount in a text that somebody wrote, or in a cell of a spreadsheet (int, float, Decimal).

    Raises AmountError with one of the codes empty, text, number, unit, units, group, point, english, comma, zeros,
    decimals, digits, negative, zero.
    """
    amount = _of_text(given or "") if given is None or isinstance(given, str) else _of_number(given)
    if amount.kroner < 0 and not allow_negative:
        _refuse("negative", _("The amount must not be negative."))
    if amount.kroner == 0 and not allow_zero:
        _refuse("zero", _("The amount must not be 0."))
    return amount


def format_amount(kroner: Decimal | int) -> str:
    """`250.000` or `1.234,50`, as it is written in a form, in any language: what read_amount reads as the same amount.

    Raises ValueError for an amount that has more than two decimals.
    """
    cents = Decimal(kroner) * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"{kroner} has more than two decimals")
    whole, rest = divmod(abs(int(cents)), 100)
    text = f"{whole:,}".replace(",", ".") + (f",{rest:02}" if rest else "")
    return f"-{text}" if cents < 0 else text


def _of_number(value: Any) -> Amount:
    """What a spreadsheet shows as 0,1 it keeps as a float: the shortest text that means it is what was typed."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        _refuse("number", NO_AMOUNT, text=str(value)[:40])
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        _refuse("number", NO_AMOUNT, text=str(value)[:40])
    sign, digits, exponent = exact.as_tuple()
    return Amount(_kroner(bool(sign), "".join(map(str, digits)), int(exponent), str(exact)))


def _kroner(negative: bool, digits: str, exponent: int, text: str) -> Decimal:
    """The digits times ten to the exponent, with two decimals; exact however many digits there are."""
    digits = digits.lstrip("0") or "0"
    if digits == "0":
        return Decimal("0.00")
    if len(digits) + exponent > MOST_DIGITS:
        _refuse("digits", _("%(text)s is too large: an amount has at most %(most)s digits before the comma."),
                text=text[:40], most=MOST_DIGITS)  # fmt: skip
    spare = -2 - exponent
    if spare > 0:
        if digits[-spare:].strip("0"):
            _refuse("decimals", NO_ORE, text=text[:40])
        digits, spare = digits[:-spare], 0
    return Decimal(f"{'-' if negative else ''}{digits}{'0' * -spare}").scaleb(-2)


def _of_text(given: str) -> Amount:
    text = _MINUSES.sub("-", _SPACES.sub(" ", given).strip())
    if not text:
        _refuse("empty", _("Write an amount, for example 250.000 or 12,5 mio. kr."))
    found = _PARTS.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        _refuse("text", NO_AMOUNT, text=text[:40])
    number = found[2]
    before, after = _BEFORE.fullmatch(found[1]), _AFTER.fullmatch(found[3])
    if before is None or after is None:
        _refuse("text", NO_AMOUNT, text=text[:40])
    power = _power(before["unit"], after["unit"], text)
    digits, decimals, warnings = _digits(number, power)
    kroner = _kroner(_negative(before, after, text), digits + decimals, power - len(decimals), text)
    return Amount(kroner, warnings)


def _negative(before: re.Match[str], after: re.Match[str], text: str) -> bool:
    """A minus before or after the number, or brackets around it; one of them."""
    signs = [each for each in (before["sign"], before["sign2"], after["minus"]) if each]
    opened = [each for each in (before["open"], before["open2"]) if each]
    closed = [each for each in (after["close"], after["close2"]) if each]
    if len(opened) != len(closed) or len(signs) + len(opened) > 1:
        _refuse("text", NO_AMOUNT, text=text[:40])
    return bool(opened) or signs == ["-"]


def _power(before: str, after: str, text: str) -> int:
    """What the units before and after the number make of it: "kr. 12,5 mio." has one of each."""
    keys = []
    for unit in (before, after):
        key = unit.replace(".", "").replace(" ", "").casefold()
        if key:
            keys.append(key)
        elif unit.strip():  # a full stop that belongs to nothing: a number that was cut, or .5
            _refuse("text", NO_AMOUNT, text=text[:40])
        if key and key not in UNITS:
            _refuse("unit", _("%(unit)s is no unit of an amount here. Write kr., t.kr., mio. kr. or mia. kr."),
                    unit=unit.strip()[:40])  # fmt: skip
    if len(keys) == 2 and not (keys[0] in KRONER and keys[1] in SCALES):
        _refuse("units", _("%(text)s has two units. Write one of them."), text=text[:40])
    return max((UNITS[key] for key in keys), default=0)


def _digits(number: str, power: int) -> tuple[str, str, tuple[Promise, ...]]:
    """(digits before the comma, digits after it, warnings) of 250.000,50."""
    if "." in number and not power and _POINT.fullmatch(number):
        _refuse("point", _("Decimals stand after a comma here: write %(better)s."), better=number.replace(".", ","))
    if found := _POINT.fullmatch(number):
        better = number.replace(".", ",")
        return found[1] or found[3], found[2] or found[4], (_said(COMMA, text=number, better=better),)
    if _ENGLISH.fullmatch(number) and ("." in number or number.count(",") > 1):
        better = number.replace(",", " ").replace(".", ",").replace(" ", ".")
        _refuse("english", _("%(text)s is written the English way: write %(better)s."), text=number, better=better)
    whole, comma, decimals = number.partition(",")
    if comma and not decimals.isdigit():
        _refuse("comma", _("%(text)s: a number has one comma, and only digits after it."), text=number)
    if comma and not power and len(decimals) > 2:  # "1,000" is not 1 krone
        _refuse("decimals", NO_ORE, text=number)
    if "." in whole and " " in whole:
        _refuse("group", _("%(text)s: thousands are divided either by full stops or by spaces."), text=number)
    groups = re.split("[. ]", whole)
    if len(groups) > 1:
        if not 1 <= len(groups[0]) <= 3:
            _refuse("group", _("In %(text)s the first group, %(group)s, must have one to three digits."),
                    text=number, group=groups[0])  # fmt: skip
        for place, group in enumerate(groups[1:], start=2):
            if len(group) != 3:
                _refuse("group", THREE, text=number, place=place, group=group or "–")
    digits = "".join(groups)
    if len(digits) > 1 and digits[0] == "0":
        _refuse("zeros", _("%(text)s begins with 0. Check whether it is an amount."), text=number)
    return digits, decimals, ()


def read_years(given: Any) -> tuple[int, ...]:
    """The years in "2023", "2023-2026", "2023, 2025" or "2023 og 2024", each once and in order.

    Raises AmountError with the code empty or years.
    """
    text = _SPACES.sub(" ", str(int(given) if isinstance(given, float) and given.is_integer() else given or "")).strip()
    if not text:
        _refuse("empty", _("Write a year, or several such as 2023-2026."))
    years: set[int] = set()
    for part in re.split(r" ?(?:,|;|\+| og | and ) ?", text[:200]):
        found = _YEARS.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not FIRST_YEAR <= first <= last <= LAST_YEAR or last - first >= MOST_YEARS:
            _refuse("years", _("%(text)s is not years. Write 2023, or several such as 2023-2026."), text=text[:40])
        years.update(range(first, last + 1))
    return tuple(sorted(years))
