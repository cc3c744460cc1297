"""What a register says of a company or a place of work, whatever its shape was.

There is no room here for persons: owners, managers, c/o names and contact details are left behind when a reply is read,
so they can be neither stored nor logged. A field that is None was not said, and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from matching.models import Classification, Employees, RegisterEntry, Status

Attribute = RegisterEntry.Attribute
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
UNKNOWN_START = date(1901, 1, 1)
"""What the register writes where nobody knows when something began."""
FIRST_YEAR, LAST_YEAR = 1900, 9999
DB07_FROM = date(2008, 1, 1)


@dataclass(frozen=True)
class Entry:
    """One thing the register says or has said, for a period."""

    attribute: str
    code: str
    value: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Place:
    """Where a company or a place of work lies. `municipality` is a code of four digits."""

    municipality: str | None = None
    address: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True)
class Industry:
    code: str = ""
    version: str = ""
    text: str = ""


@dataclass(frozen=True)
class UnitSaid:
    """A place of work. `head` None: the source does not say which one is the head unit."""

    number: str
    cvr: str
    register_id: int | None = None
    name: str | None = None
    place: Place | None = None
    industry: Industry | None = None
    head: bool | None = None
    ceased_on: date | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True)
class CompanySaid:
    """`history` has the attributes of which the source says everything there ever was, and all of it."""

    cvr: str
    name: str | None = None
    register_id: int | None = None
    other_names: tuple[str, ...] = ()
    place: Place | None = None
    employees: str | None = None
    industry: Industry | None = None
    form_code: int | None = None
    form: str | None = None
    status: str | None = None
    status_text: str | None = None
    advertising_protected: bool | None = None
    ceased_on: date | None = None
    updated_at: datetime | None = None
    history: dict[str, tuple[Entry, ...]] = field(default_factory=dict)


Said = CompanySaid | UnitSaid


class RegisterProblem(Exception):  # what it says, as Django's DoesNotExist does
    """The register could not be asked, or answered that it does not answer: quota, log-in, time."""


def listed(given: Any) -> list[dict[str, Any]]:
    """The entries of a list that may be missing, null, or hold nulls."""
    return [entry for entry in given if isinstance(entry, dict)] if isinstance(given, list) else []


def part(given: Any, name: str) -> dict[str, Any]:
    found = given.get(name) if isinstance(given, dict) else None
    return found if isinstance(found, dict) else {}


def text_of(given: Any, longest: int) -> str:
    """A text as it can be kept: without nulls and double blanks, and no longer than its column."""
    return " ".join(str(given).replace("\0", " ").split())[:longest] if given is not None else ""


def whole(given: Any) -> int | None:
    try:
        return int(given)
    except (TypeError, ValueError):
        return None


def day_of(given: Any) -> date | None:
    """A day out of a date or a moment; None where the register writes that nobody knows."""
    text = str(given or "").strip()
    if len(text) > len("2000-01-01"):
        moment = moment_of(text)
        found = moment.astimezone(COPENHAGEN).date() if moment else None
    else:
        try:
            found = date.fromisoformat(text) if text else None
        except ValueError:
            found = None
    return None if found is None or found.year < FIRST_YEAR or found == UNKNOWN_START else found


def moment_of(given: Any) -> datetime | None:
    """A moment with `Z` or an offset; without either it is Danish time."""
    try:
        moment = datetime.fromisoformat(str(given)) if given else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=COPENHAGEN)


def cvr_of(given: Any) -> str:
    """Eight digits; "" when it is no number."""
    number = whole(given)
    return f"{number:08}" if number is not None and 0 < number < 10**8 else ""


def unit_number_of(given: Any) -> str:
    number = whole(given)
    return f"{number:010}" if number is not None and 0 < number < 10**10 else ""


def own_number_of(given: Any) -> int | None:
    """The register's own number of a unit, as far as it has room in 64 bits."""
    number = whole(given)
    return number if number is not None and 0 < number < 2**63 else None


def form_code_of(given: Any) -> int | None:
    """Two or three digits in truth; what has no room in the column is no code."""
    code = whole(given)
    return code if code is not None and 0 <= code < 10**4 else None


def municipality_of(given: Any) -> str | None:
    """The register's 851 is our 0851."""
    number = whole(given)
    return f"{number:04}" if number is not None and 0 < number < 10**4 else None


def postal_code_of(given: Any) -> str:
    number = whole(given)
    return f"{number:04}" if number is not None and 0 < number < 10**4 else ""


def version_of(code: str, since: date | None, until: date | None) -> str:
    """Which list a code is from follows from its period: nobody writes it beside the code.

    The day from which the register uses DB25 is a setting: sources disagree, and it came to each company by itself.
    """
    if not code:
        return ""
    if until is not None and until < DB07_FROM:
        return Classification.DB03
    if since is None:
        return ""
    if since < DB07_FROM:
        return Classification.DB03
    return Classification.DB25 if since >= settings.CVR_DB25_FROM else Classification.DB07


def industry_of(code: Any, text: Any, since: date | None, until: date | None) -> Industry:
    digits = str(code if code is not None else "").strip().replace(".", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= 6 and int(digits):
        digits = digits.zfill(6)
        return Industry(digits, version_of(digits, since, until), text_of(text, 160))
    return Industry("", "", text_of(text, 160))


def employees_of(interval: Any, number: Any = None) -> str:
    """The register's interval (ANTAL_50_99, 50-99, 1.000+), else the one that a number lies in; "" for neither."""
    text = str(interval or "").upper().removeprefix("ANTAL_").replace(".", "").replace(" ", "").replace("-", "_")
    if text.startswith("1000"):
        return Employees.FROM_1000
    if text in Employees.values:
        return text
    count = whole(text) if text else whole(number)
    if count is None or count < 0:
        return ""
    return next(each for each in Employees.values if count <= int(each.split("_")[1]))


_ENDED = ("OPLØST", "OPLOEST", "OPHØRT", "OPHOERT", "OPHØR", "SLETTET", "TVANGSOPLØST", "TVANGSOPLOEST", "LIKVIDERET")
_ENDING = ("KONKURS", "TVANGSOPL", "LIKVIDATION", "AFVIKLING")


def status_of(text: str, lives: bool | None) -> str:
    """Our reading of the register's words. `lives`: has its newest period no end? None where nobody says."""
    said = text.upper().replace("_", "").replace(" ", "")
    if lives is False or said.startswith(_ENDED):
        return Status.CEASED
    if said.startswith("UNDER") and any(word in said for word in _ENDING):
        return Status.WINDING_UP
    if said in ("AKTIV", "NORMAL") or said == "UNDERREKONSTRUKTION":
        return Status.ACTIVE
    return Status.ACTIVE if lives and not said else Status.UNKNOWN


def runs(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """What is said month after month as one entry for as long as it is the same; the last one has no end."""
    found: list[Entry] = []
    for entry in sorted(entries, key=lambda each: each.valid_from or date.min):
        last = found[-1] if found else None
        if last is not None and (last.code, last.value) == (entry.code, entry.value):
            continue
        if last is not None and entry.valid_from is not None:
            if last.valid_from == entry.valid_from:
                found.pop()
            else:
                found[-1] = Entry(
                    last.attribute, last.code, last.value, last.valid_from, entry.valid_from - timedelta(days=1)
                )
        found.append(Entry(entry.attribute, entry.code, entry.value, entry.valid_from, None))
    return tuple(found)
