"""Which figure is asked for: the words of an address or of a call, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from portal.ledger.registry import MeasureDefinition
from portal.ui.dates import FIRST_YEAR, LAST_YEAR
from reporting.engine.payload import month_text

KINDS = ("count", "expected", "target", "attainment")
PARTS = ("both", "neither")
DIMENSIONS = ("municipality", "category", "organisation", "month", "heading", "subcategory")
"""In the order in which a figure is opened, when the reader has not chosen."""
NOT_GIVEN = "-"
OTHER_WORDS = frozenset(
    {"as_of", "as_of_day", "as_of_month", "as_of_year", "place", "after", "before", "export", "format", "programme"}
)
"""Words of the same address that say something else than which figure."""


class Unanswerable(Exception):  # what the person asked, not a fault of ours
    """The figure cannot be asked for; the message says why, for the person."""


@dataclass(frozen=True)
class FigureQuery:
    """One figure of a programme.

    kind: count, expected, target or attainment. target: the key of the target whose part is counted. part: both or
    neither of the two parts. The dimensions narrow to one value each (`-` is "not given"); until is the last month that
    is counted; by is the dimension that the cells below are shown by.
    """

    kind: str = "count"
    target: str = ""
    part: str = ""
    municipality: str = ""
    category: str = ""
    organisation: str = ""
    month: str = ""
    heading: str = ""
    subcategory: str = ""
    until: str = ""
    by: str = ""

    def fixed(self) -> dict[str, str]:
        """The dimensions narrowed to one value."""
        return {name: getattr(self, name) for name in DIMENSIONS if getattr(self, name)}

    def open_dimensions(self) -> list[str]:
        """Those the figure can still be opened by, in order."""
        return [name for name in DIMENSIONS if not getattr(self, name)]

    def crossing(self) -> frozenset[str]:
        """The dimensions asked for together: those fixed, the one opened by, and those that a part is made of."""
        asked = {*self.fixed(), *([self.by] if self.by else []), *(["month"] if self.until else [])}
        if self.part:
            asked |= {"municipality", "organisation"}
        return frozenset(asked)

    def narrowed(self, **fixed: str) -> "FigureQuery":
        return replace(self, **{"by": "", **fixed})

    def words(self) -> dict[str, str]:
        """The query as words of an address; only what is said."""
        named = {"figure": "" if self.kind == "count" else self.kind, "target": self.target, "part": self.part}
        named |= {name: getattr(self, name) for name in (*DIMENSIONS, "until", "by")}
        return {name: value for name, value in named.items() if value}

    def address(self, **more: str) -> str:
        """`?…`"""
        return "?" + urlencode({**self.words(), **{name: value for name, value in more.items() if value}})


def read_query(words: Mapping[str, Any]) -> FigureQuery:
    """The query of an address. Raises Unanswerable for a word that no figure knows, and for values it cannot have."""
    known = {"figure", "target", "part", "until", "by", *DIMENSIONS}
    unknown = sorted(set(words) - known - OTHER_WORDS)
    if unknown:
        raise Unanswerable(_("Figures cannot be divided by %(what)s.") % {"what": ", ".join(unknown)})
    said = {name: str(words.get(name, "")).strip() for name in known}
    query = FigureQuery(kind=said.pop("figure") or "count", **said)
    if query.kind not in KINDS:
        raise Unanswerable(_("There is no figure of that kind: %(what)s.") % {"what": query.kind})
    if query.part and query.part not in PARTS:
        raise Unanswerable(_("There is no part called %(what)s.") % {"what": query.part})
    if query.by and query.by not in DIMENSIONS:
        raise Unanswerable(_("Figures cannot be divided by %(what)s.") % {"what": query.by})
    if query.kind != "count" and not query.target:
        raise Unanswerable(_("Say which target the figure belongs to."))
    if query.part and query.kind != "count":
        raise Unanswerable(_("Only a number of registrations can be opened for a part."))
    for name in ("month", "until"):
        if getattr(query, name) not in ("", NOT_GIVEN):
            month_of(getattr(query, name))
    for name in ("organisation", "heading"):
        value = getattr(query, name).removesuffix("own" if name == "heading" else "")
        if value and value != NOT_GIVEN and not (value.isascii() and value.isdigit() and len(value) < 19):
            raise Unanswerable(_("There is no such figure: %(what)s.") % {"what": value})
    if query.by and query.by in query.fixed():
        query = replace(query, by="")
    return query


def check_dimensions(query: FigureQuery, measure: MeasureDefinition) -> None:
    """Raises Unanswerable unless the measure has the dimensions that are asked for."""
    for name in query.crossing():
        if name in ("category", "subcategory") and name not in measure.dimensions:
            raise Unanswerable(_("Figures cannot be divided by %(what)s.") % {"what": name})


def month_of(text: str) -> date:
    """The first day of a month written 2021-01. Raises Unanswerable."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Unanswerable(_("Write a month like 2021-01.")) from None
    if month_text(month) != text or not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise Unanswerable(_("Write a month like 2021-01."))
    return month
