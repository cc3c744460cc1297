"""Reading a date that a person typed. Says what is wrong and in which part, and never guesses between two readings."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from portal.ui.formats import MONTHS, language

Part = Literal["day", "month", "year"]
PARTS: tuple[Part, Part, Part] = ("day", "month", "year")
FIRST_YEAR, LAST_YEAR = 1900, 2199

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DANISH = re.compile(r"(\d{1,2})\s*[./\-\s]\s*(\d{1,2})\s*[./\-\s]\s*(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[./\-\s]\s*\d{1,2}\s*[./\-\s]\s*\d{1,3}")
_WORDS = re.compile(r"(\d{1,2})\.?\s*([a-zA-Z]{3,9})\.?\s+(\d{4})")
_EIGHT = re.compile(r"\d{8}")


@dataclass
class DateError(ValueError):
    """What is wrong, for the person, and which of the three parts are to be looked at."""

    message: str
    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return self.message


def days_in(month: int, year: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


def day_of_iso(text: str) -> date:
    """The date of YYYY-MM-DD in an address, in the years that can be typed too. Raises ValueError."""
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def date_of_parts(day: str, month: str, year: str) -> date:
    """The date of three typed parts. Raises DateError naming the parts that are missing or wrong."""
    typed = {"day": day.strip(), "month": month.strip(), "year": year.strip()}
    names = {"day": _("day"), "month": _("month"), "year": _("year")}
    missing = tuple(part for part in PARTS if not typed[part])
    if missing:
        wanted = [names[part] for part in missing]
        what = wanted[0] if len(wanted) == 1 else _("%(items)s and %(last)s") % {"items": wanted[0], "last": wanted[-1]}
        raise DateError(_("The date lacks %(parts)s") % {"parts": what}, missing)

    numbers: dict[str, int] = {}
    problems: list[tuple[Part, str]] = []
    checks: tuple[tuple[Part, int, int, str], ...] = (
        ("month", 1, 12, _("The month must be a number between 1 and 12")),
        ("year", FIRST_YEAR, LAST_YEAR, _("The year must have four digits, for example 2021")),
    )
    for part, first, last, message in checks:
        text = typed[part].rstrip(".")
        if part == "month" and (named := _month_named(text)):
            numbers[part] = named
        elif text.isascii() and text.isdigit() and len(text) <= 4 and first <= int(text) <= last:
            numbers[part] = int(text)
        else:
            problems.append((part, message))
    last_day = days_in(numbers["month"], numbers["year"]) if len(numbers) == 2 else 31
    text = typed["day"].rstrip(".")
    if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= last_day:
        numbers["day"] = int(text)
    elif last_day == 31 or text not in ("29", "30", "31"):
        problems.insert(0, ("day", _("The day must be a number between 1 and 31")))
    else:
        month_name = MONTHS["en" if language() == "en" else "da"][numbers["month"] - 1]
        message = _("%(month)s %(year)s has only %(last)s days") % {
            "month": month_name.capitalize(), "year": numbers["year"], "last": last_day,
        }  # fmt: skip
        problems.insert(0, ("day", message))
    if problems:
        raise DateError(". ".join(text for _part, text in problems), tuple(part for part, _text in problems))
    return date(numbers["year"], numbers["month"], numbers["day"])


def parse_date(text: str) -> date:
    """The date in one text: 31.01.2021, 31-1-2021, 31/1-2021, 31. januar 2021, 2021-01-31, 31012021.

    Raises DateError. A year of two digits is refused: 310121 can be read as two dates.
    """
    typed = " ".join(text.split())
    if not typed:
        raise DateError(_("Enter a date like 31.01.2021"), PARTS)
    if match := _ISO.fullmatch(typed):
        return date_of_parts(match[3], match[2], match[1])
    if match := _DANISH.fullmatch(typed):
        return date_of_parts(*match.groups())
    if (match := _WORDS.fullmatch(typed)) and (month := _month_named(match[2])):
        return date_of_parts(match[1], str(month), match[3])
    if _EIGHT.fullmatch(typed):
        readings = set()
        for parts in ((typed[:2], typed[2:4], typed[4:]), (typed[6:], typed[4:6], typed[:4])):
            try:
                readings.add(date_of_parts(*parts))
            except DateError:
                continue
        if len(readings) == 1:
            return readings.pop()
    if _SHORT_YEAR.fullmatch(typed) or re.fullmatch(r"\d{6}", typed):
        raise DateError(_("The year must have four digits, for example 2021"), ("year",))
    raise DateError(_("Enter a date like 31.01.2021"), PARTS)


def _month_named(text: str) -> int | None:
    """The number of a month written as a Danish or English word, or its first three letters."""
    word = text.strip().rstrip(".").lower()
    if len(word) < 3:
        return None
    for names in MONTHS.values():
        for place, name in enumerate(names, start=1):
            if word in (name.lower(), name[:3].lower()):
                return place
    return None
