"""Periods as the statistics offices write them, as their first and last day."""

import re
from datetime import date, timedelta

from portal.ui.formats import MONTHS as NAMES

TIME_NAMES = frozenset({"tid", "time", "år", "aar", "year", "periode", "period", "kvartal", "måned", "time_period"})
"""What a column of periods is called."""

PATTERN = re.compile(r"(\d{4})(?:[ -]?([KQMHS])[ ]?(\d{1,2})|-(\d{2})|Å)?", re.IGNORECASE)
# 1. kvartal 2020, 4. kvt. 2020, 2020 2. kvartal, januar 2020
IN_WORDS = re.compile(r"(?:(\d{4}) )?(?:(\d)\. ?(kvartal|kvt\.?|halvår)|([^\W\d_]{3,9}))(?: (\d{4}))?", re.IGNORECASE)
MONTHS = {"M": 1, "K": 3, "Q": 3, "H": 6, "S": 6}


def days_of(code: str) -> tuple[date, date] | None:
    """2020 or 2020Å, 2020K1 or 2020Q1, 2020M01 or 2020-01, 2020H1 or 2020S1, 1. kvartal 2020; None for no period."""
    text = " ".join(code.split())
    if found := PATTERN.fullmatch(text):
        year, letter = int(found[1]), "M" if found[4] else (found[2] or "").upper()
        return _days(year, letter, int(found[4] or found[3] or 0))
    if (found := IN_WORDS.fullmatch(text)) and bool(found[1]) != bool(found[5]):
        year = int(found[1] or found[5])
        if found[2]:
            return _days(year, "H" if found[3].casefold() == "halvår" else "K", int(found[2]))
        month = _month(found[4].casefold())
        return _days(year, "M", month) if month else None
    return None


def _days(year: int, letter: str, number: int) -> tuple[date, date] | None:
    if not 1 <= year <= 9998:
        return None
    if not letter:
        return date(year, 1, 1), date(year, 12, 31)
    months = MONTHS[letter]
    if not 1 <= number <= 12 // months:
        return None
    first = (number - 1) * months + 1
    following = date(year + (first + months > 12), (first + months - 1) % 12 + 1, 1)
    return date(year, first, 1), following - timedelta(days=1)


def _month(word: str) -> int | None:
    for names in NAMES.values():
        for place, name in enumerate(names, start=1):
            if word in (name.casefold(), name[:3].casefold()):
                return place
    return None
