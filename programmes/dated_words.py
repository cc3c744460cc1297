"""Times as plans write them: "primo 2023", "medio 2023", "juni 2023", "2023", "15.03.2023". The words are kept."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from portal.ui.dates import DateError, parse_date
from programmes.models import Milestone

Precision = Milestone.Precision

MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
    "december",
)  # fmt: skip
PART = re.compile(r"(primo|medio|ultimo)(?: (\w+))? (\d{4})")
MONTH = re.compile(r"(\w+) (\d{4})")
YEAR = re.compile(r"\d{4}")
DAYS = re.compile(r"\d{1,2}[./-]|\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class When:
    """The words, how exact they are, and the day by which they sort; no day where none is stated."""

    words: str
    precision: Milestone.Precision
    day: date | None


def read(text: str) -> When:
    """What the words say. Words that are no time are kept as not stated: a plan may say "når midlerne er fundet"."""
    words = " ".join(text.split())
    plain = words.casefold().rstrip(".")
    found = _part(plain) or _month(plain) or _year(plain) or _day(words)
    precision, day = found or (Precision.NOT_STATED, None)
    return When(words, precision, day)


def last_day(day: date, precision: str, words: str) -> date:
    """The last day that the words can mean: until then nothing is late. Primo, medio and ultimo are thirds."""
    if precision == Precision.YEAR:
        return date(day.year, 12, 31)
    if precision == Precision.MONTH:
        return date(day.year, day.month, monthrange(day.year, day.month)[1])
    match = PART.fullmatch(" ".join(words.split()).casefold().rstrip(".")) if precision == Precision.PART else None
    if match is None or match[1] == "ultimo":
        return day
    if match[2] is None:
        return date(day.year, 4, 30) if match[1] == "primo" else date(day.year, 8, 31)
    return date(day.year, day.month, 10 if match[1] == "primo" else 20)


def _part(text: str) -> tuple[Milestone.Precision, date] | None:
    match = PART.fullmatch(text)
    if match is None:
        return None
    part, month, year = match[1], match[2], _year_of(match[3])
    if year is None or (month is not None and month not in MONTHS):
        return None
    if month is None:
        days = {"primo": date(year, 1, 1), "medio": date(year, 7, 1), "ultimo": date(year, 12, 31)}
    else:
        number = MONTHS.index(month) + 1
        last = monthrange(year, number)[1]
        days = {"primo": date(year, number, 1), "medio": date(year, number, 15), "ultimo": date(year, number, last)}
    return Precision.PART, days[part]


def _month(text: str) -> tuple[Milestone.Precision, date] | None:
    match = MONTH.fullmatch(text)
    year = _year_of(match[2]) if match is not None and match[1] in MONTHS else None
    return (Precision.MONTH, date(year, MONTHS.index(match[1]) + 1, 1)) if match is not None and year else None


def _year(text: str) -> tuple[Milestone.Precision, date] | None:
    year = _year_of(text) if YEAR.fullmatch(text) else None
    return (Precision.YEAR, date(year, 1, 1)) if year else None


def _day(text: str) -> tuple[Milestone.Precision, date] | None:
    if not DAYS.match(text):
        return None
    try:
        return Precision.DAY, parse_date(text)
    except DateError:
        return None


def _year_of(text: str) -> int | None:
    """None for what is no year of a plan."""
    return int(text) if 1900 <= int(text) <= 2199 else None
