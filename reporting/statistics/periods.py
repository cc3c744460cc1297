"""Periods as the statistics offices write them, as their first and last day."""

import re
from datetime import date, timedelta

PATTERN = re.compile(r"(\d{4})(?:[ -]?([KQMHkqmh])[ ]?(\d{1,2}))?")
MONTHS = {"M": 1, "K": 3, "Q": 3, "H": 6}


def days_of(code: str) -> tuple[date, date] | None:
    """2020, 2020K1 or 2020Q1, 2020M01, 2020H1; None for what is no period."""
    found = PATTERN.fullmatch(code.strip())
    if found is None or not 1 <= int(found[1]) <= 9998:
        return None
    year, letter = int(found[1]), (found[2] or "").upper()
    if not letter:
        return date(year, 1, 1), date(year, 12, 31)
    months = MONTHS[letter]
    number = int(found[3])
    if not 1 <= number <= 12 // months:
        return None
    first = (number - 1) * months + 1
    following = date(year + (first + months > 12), (first + months - 1) % 12 + 1, 1)
    return date(year, first, 1), following - timedelta(days=1)
