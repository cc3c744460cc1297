"""Text that looks like a CPR number: ten digits that begin with a day on which somebody alive may have been born.

No check digit: since 2007 numbers are given that do not hold it. What is said to be a P-number is none.
"""

import re
from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TEN = re.compile(
    r"(?<![\d+])(?<!\d[.,/])"  # not the end of a longer number, an amount or a number from abroad
    r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{2})[ \u00a0\u202f]?[-\u2010-\u2015]?[ \u00a0\u202f]?(?P<rest>\d{4})"
    r"(?!\d|[.,/]\d)",
    re.ASCII,
)
P_NUMBER = re.compile(
    r"(?:\bp[- ]?(?:nr|nummer|numre|enhed\w*|no|number)|\bproduktionsenhed\w*)[.:]?\s*$", re.IGNORECASE
)
REPLACEMENT = 60
"""Added to the day in the numbers that hospitals give to those without one."""
MARK = "xxxxxx-xxxx"
OTHER_NUMBERS = frozenset({"p_number"})
"""Names of fields of ten digits that are no CPR numbers."""
MESSAGE = _("It looks like a CPR number. CPR numbers are never kept here: take it out.")


def find_cpr(text: str, today: date | None = None) -> str | None:
    """The first text that looks like one; None when nothing does."""
    return next((found[0] for found in _all(text, today)), None)


def without_cpr(text: str) -> str:
    """The text with a mark for each: where it is kept before anybody has been asked what the number is."""
    for found in _all(text):
        text = text.replace(found[0], MARK)
    return text


def _all(text: str, today: date | None = None) -> Iterator[re.Match[str]]:
    for found in TEN.finditer(text):
        if P_NUMBER.search(text[: found.start()]):
            continue
        if _born(found["day"], found["month"], found["year"], found["rest"], today or timezone.localdate()):
            yield found


def _born(day: str, month: str, year: str, rest: str, today: date) -> bool:
    """May somebody have been born that day who is alive? The seventh digit tells the century."""
    number = int(day)
    if number > REPLACEMENT:
        number -= REPLACEMENT
    try:
        born = date(_century(int(year), int(rest[0])) + int(year), int(month), number)
    except ValueError:
        return False
    return born <= today


def _century(year: int, seventh: int) -> int:
    """Raises ValueError for the nineteenth: nobody born then is alive."""
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    if year <= 57:
        return 2000
    raise ValueError
