"""What is taken from a cube: which dimension is the area, which the time, which values of the others. No writing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.ui.dates import FIRST_YEAR, LAST_YEAR
from reporting.statistics.areas import COUNTRY, Area, Areas
from reporting.statistics.cube import Cube, Dimension, StatisticsError
from reporting.statistics.periods import TIME_NAMES, days_of

AREA_NAMES = frozenset(
    {"område", "omraade", "region", "komk", "bopkom", "arbkom", "kommune", "municipality", "area", "geo", "regi07a"}
)
MOST_VALUES = 100_000

# What a mark says, in the words for values that are not there. A number without a mark is one; an unknown mark is "not
# stated in the source", which claims least.
WHY = {"-": "not_reported", "–": "not_reported", ".": "not_relevant", "...": "later", "…": "later"}


@dataclass(frozen=True)
class Value:
    """One cell for a series: a value, or why there is none."""

    area: Area
    period: str
    days: tuple[date, date]
    value: Decimal | None
    why: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Chosen:
    """One series: the fixed values of the other dimensions, and its cells."""

    key: str
    name: str
    selection: Mapping[str, str]
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Choice:
    """`values`: dimension → the chosen codes; a dimension that is not named is taken whole."""

    area: str = ""
    time: str = ""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)


def area_dimension(cube: Cube) -> Dimension | None:
    by_role = next((each for each in cube.dimensions if each.role == "geo"), None)
    return by_role or next((each for each in cube.dimensions if each.code.casefold() in AREA_NAMES), None)


def time_dimension(cube: Cube) -> Dimension | None:
    by_role = next((each for each in cube.dimensions if each.role == "time"), None)
    by_name = by_role or next((each for each in cube.dimensions if each.code.casefold() in TIME_NAMES), None)
    return by_name or next((each for each in cube.dimensions if all(_is_period(code) for code in each.values)), None)


def _is_period(code: str) -> bool:
    """By its content alone a column of numbers such as 1234 is no column of years."""
    span = days_of(code)
    return span is not None and FIRST_YEAR <= span[0].year <= LAST_YEAR


def choose(cube: Cube, table: str, choice: Choice, areas: Areas) -> list[Chosen]:
    """The series that the choice makes of the cube. Raises StatisticsError at the dimension that is wrong."""
    area = _named(cube, choice.area) if choice.area else area_dimension(cube)
    time = _named(cube, choice.time) if choice.time else time_dimension(cube)
    if time is None:
        raise StatisticsError("no_time", _("No column with periods was found. Say which one it is."))
    if area is time:
        raise StatisticsError("shape", _("Area and time must be two columns."), time.code)
    taken = {each.code: _taken(each, choice.values.get(each.code)) for each in cube.dimensions}
    unknown = set(choice.values) - set(taken)
    if unknown:
        raise StatisticsError("unknown", _("There is no such column in the file."), ", ".join(sorted(unknown)))
    days = {code: _days(code, time) for code in taken[time.code]}
    found = {code: areas.find(code, area.values[code]) for code in taken[area.code]} if area else {}
    _no_area_twice(found)
    others = [each for each in cube.dimensions if each is not time and each is not area]
    count = len(days) * max(len(found), 1)
    for each in others:
        count *= len(taken[each.code])
    if count > MOST_VALUES:
        raise StatisticsError(
            "too_large", _("More than 100,000 values are chosen. Choose fewer areas, periods or series.")
        )
    return [_series(cube, table, area, time, others, fixed, found, days)
            for fixed in product(*(taken[each.code] for each in others))]  # fmt: skip


def _series(
    cube: Cube,
    table: str,
    area: Dimension | None,
    time: Dimension,
    others: Sequence[Dimension],
    fixed: tuple[str, ...],
    found: Mapping[str, Area],
    days: Mapping[str, tuple[date, date]],
) -> Chosen:
    selection = {each.code: code for each, code in zip(others, fixed, strict=True)}
    values = []
    for area_code, place in found.items() or [("", Area(COUNTRY, None, ""))]:
        for period, span in days.items():
            at = {**selection, time.code: period, **({area.code: area_code} if area else {})}
            cell = cube.cells.get(tuple(at[each.code] for each in cube.dimensions))
            if cell is None:
                continue
            why = "" if cell.value is not None else WHY.get(cell.mark, "not_in_source")
            values.append(Value(place, period, span, cell.value, why, cell.mark))
    # A dimension with one value in the file says nothing that tells this series from its sisters.
    telling = [each for each in others if len(each.values) > 1]
    key = slugify("-".join([table, *(f"{each.code}-{selection[each.code]}" for each in telling)]))
    names = [each.values[selection[each.code]] for each in telling]
    return Chosen(key[:80], ", ".join([cube.title or table, *names])[:240], selection, tuple(values))


def _named(cube: Cube, code: str) -> Dimension:
    found = cube.dimension(code)
    if found is None:
        raise StatisticsError("unknown", _("There is no such column in the file."), code)
    return found


def _taken(dimension: Dimension, codes: Sequence[str] | None) -> list[str]:
    if not codes:
        return list(dimension.values)
    unknown = [code for code in codes if code not in dimension.values]
    if unknown:
        raise StatisticsError(
            "unknown", _("The file has no such value."), f"{dimension.code}: {', '.join(unknown)[:80]}"
        )
    wanted = set(codes)
    return [code for code in dimension.values if code in wanted]


def _days(code: str, time: Dimension) -> tuple[date, date]:
    span = days_of(code) or days_of(time.values[code])
    if span is None:
        raise StatisticsError(
            "period", _("This is no period: write 2020, 2020K1, 2020M01 or 2020H1."), f"{time.code}: {code[:40]}"
        )
    return span


def _no_area_twice(found: Mapping[str, Area]) -> None:
    seen: dict[str, str] = {}
    for code, place in found.items():
        if place.category in seen:
            raise StatisticsError("twice", _("Two values name the same area."), f"{seen[place.category]}, {code}")
        seen[place.category] = code


def tidy_key(text: str) -> str:
    """A vintage as it is kept: without spaces around and inside."""
    return re.sub(r"\s+", "-", text.strip())
