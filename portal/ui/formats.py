"""Numbers, money, shares, dates and lists as a person reads them, in the language that is active.

Pure functions: a value in, text out. A shown figure is rounded here, once, half up from its exact value (never from
a float that was already rounded). Thousands and decimals follow the language: 1.234,5 in Danish, 1,234.5 in English.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone, translation
from django.utils.translation import gettext as _

Exact = int | Decimal | Fraction
NBSP = "\u00a0"
MINUS = "\u2212"

MONTHS = {
    "da": [
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def language() -> str:
    """The active language among those we have; Danish when another or none is active."""
    return "en" if (translation.get_language() or "da").startswith("en") else "da"


def _exact(value: Exact | float | str) -> Fraction:
    if isinstance(value, bool):
        raise TypeError("a truth value is not a number")
    if isinstance(value, float):
        return Fraction(repr(value))
    return Fraction(value)


def rounded(value: Exact | float | str, decimals: int = 0) -> Decimal:
    """`value` rounded half away from zero to `decimals` places, exactly."""
    exact = _exact(value)
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = tuple(int(digit) for digit in str(whole))
    return Decimal((1 if exact < 0 and whole else 0, digits, -decimals))


def decimal(value: Exact | float | str, decimals: int = 2) -> str:
    """1234.5 as `1.234,50`, with exactly `decimals` decimals and a real minus sign."""
    number_ = rounded(value, decimals)
    text = f"{abs(number_):,.{decimals}f}"
    if language() == "da":
        text = text.replace(",", "\0").replace(".", ",").replace("\0", ".")
    return f"{MINUS}{text}" if number_ < 0 else text


def number(value: Exact | float | str, max_decimals: int = 2) -> str:
    """1234567 as `1.234.567`; only as many decimals as the value has, at most `max_decimals`."""
    if type(value) is int:  # most are, and pages and files have thousands
        text = f"{abs(value):,}"
        return f"{MINUS if value < 0 else ''}{text.replace(',', '.') if language() == 'da' else text}"
    shown = rounded(value, max_decimals)
    decimals = max(0, -int(shown.normalize().as_tuple().exponent))
    return decimal(shown, decimals)


def signed(value: Exact | float | str, max_decimals: int = 2) -> str:
    """A difference: `+141`, `−3`, `0`."""
    text = number(value, max_decimals)
    return f"+{text}" if _exact(value) > 0 and text.strip("0.,") else text


def money(value: Exact | float | str, decimals: int = 2) -> str:
    """`1.234.567,50 kr.` with a space that does not break; in English `DKK 1,234,567.50`."""
    text = decimal(value, decimals)
    return f"{text}{NBSP}kr." if language() == "da" else f"DKK{NBSP}{text}"


def percent(value: Exact | float | str, decimals: int = 1) -> str:
    """A share (Fraction(783, 1000)) as `78,3 %`; in English `78.3%`. Divide with `share()`, never with floats."""
    text = decimal(_exact(value) * 100, decimals)
    return f"{text}{NBSP}%" if language() == "da" else f"{text}%"


def share(numerator: Exact, denominator: Exact) -> Fraction | None:
    """numerator/denominator exactly; None when there is nothing to divide by."""
    return None if denominator == 0 else _exact(numerator) / _exact(denominator)


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def date_da(value: date | datetime) -> str:
    """`31.01.2021`, in both languages, as it is written in Denmark. A moment is shown as its day in Copenhagen."""
    day = _day(value)
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def date_long(value: date | datetime) -> str:
    """`31. januar 2021`; in English `31 January 2021`."""
    day = _day(value)
    dot = "." if language() == "da" else ""
    return f"{day.day}{dot} {MONTHS[language()][day.month - 1]} {day.year}"


def month_da(value: date | datetime) -> str:
    """`januar 2021`; in English `January 2021`."""
    day = _day(value)
    return f"{MONTHS[language()][day.month - 1]} {day.year}"


def month_short(value: date | datetime) -> str:
    """`jan. 21`, for axes; `maj 21` needs no full stop."""
    day = _day(value)
    name = MONTHS[language()][day.month - 1]
    short = name if len(name) <= 3 else f"{name[:3]}."
    return f"{short} {day.year % 100:02}"


def moment_da(value: datetime) -> str:
    """`31.01.2021 14:30`, the time in Copenhagen."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{date_da(local)} {local.hour:02}:{local.minute:02}"


def join_and(items: Iterable[object]) -> str:
    """`a, b og c`."""
    texts = [str(item) for item in items]
    if len(texts) < 2:
        return "".join(texts)
    return _("%(items)s and %(last)s") % {"items": ", ".join(texts[:-1]), "last": texts[-1]}


def cvr(value: str) -> str:
    """A CVR number as it is printed: `12 34 56 78`, held together by spaces that do not break."""
    return NBSP.join(value[start : start + 2] for start in range(0, len(value), 2)) if len(value) == 8 else value
