"""Facts read for many leaves and windows at once: one grouped query per way of counting, whatever is asked.

The days are cut where any window or heading's span begins or ends; between two cuts nothing changes, so a fact is
grouped by the number of its interval ("slot") and a window is a run of slots. Facts are the standing ones: a fact and
the reversal that takes it away are both left out.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import connection

from portal import ledger
from reporting.engine.indicators.plan import Leaf, Span

COLUMNS = {
    "heading": ("heading_id", "bigint"),
    "municipality": ("municipality_id", "text"),
    "organisation": ("organisation_id", "bigint"),
    "category": ("category", "text"),
    "subcategory": ("subcategory", "text"),
}
DAY = timedelta(days=1)
# Fact by fact as the cells are: the planner, who cannot know how few they are, would read every fact of the measure.
# The month is in the key of the index of sums and keeps other months from being fetched; the day decides.
IN_CELLS = """
    unnest(%s::bigint[], %s::date[], %s::date[], %s::date[]) AS cell (heading, month, first, last)
    CROSS JOIN LATERAL (
        SELECT * FROM ledger_fact fact
         WHERE fact.measure_id = %s AND fact.heading_id = cell.heading AND fact.month BETWEEN cell.month AND cell.last
           AND fact.occurred_on BETWEEN cell.first AND cell.last OFFSET 0) f
"""
STANDING = " WHERE /* standing */ "
Window = tuple[date, date]
"""Both days belong to it; without a limit it is the calendar's first or last day."""


@dataclass(frozen=True)
class Moment:
    """As known when. `without`: places of facts and reversals that are read as if they had never been registered."""

    as_of: ledger.AsOf
    without: frozenset[int] = frozenset()


class Cut(NamedTuple):
    """A question to one leaf: a window, and a municipality or vintage if the ask names one."""

    start: date | None
    end: date | None
    municipality: str | None = None
    vintage: str = ""


@dataclass
class Need:
    """What is to be read of one measure."""

    measure: str
    leaves: list[Leaf] = field(default_factory=list)
    cuts: set[Cut] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    ranges: dict[int, list[Window]] = field(default_factory=dict)
    """The days that are asked for below each heading; nothing is read that nobody asks for."""

    def add(self, leaf: Leaf, cuts: Iterable[Cut], columns: Iterable[str] = ()) -> None:
        self.leaves.append(leaf)
        cuts = list(cuts)
        for span in leaf.spans or ():
            asked = ((_first(cut.start, span), _last(cut.end, span)) for cut in cuts)
            self.ranges.setdefault(span.heading, []).extend(each for each in asked if each[0] <= each[1])
        self.columns.update(columns)
        named = {
            "heading": leaf.spans,
            "municipality": leaf.municipalities,
            "organisation": leaf.organisations,
            "category": leaf.categories,
            "subcategory": leaf.subcategories,
        }
        self.columns.update(name for name, narrowing in named.items() if narrowing is not None)
        for cut in cuts:
            self.cuts.add(cut)
            if cut.municipality is not None:
                self.columns.add("municipality")
            if cut.vintage:
                self.columns.add("subcategory")

    def boundaries(self) -> list[date]:
        """The first days of the slots 1, 2, …; slot 0 is everything before."""
        days = {cut.start for cut in self.cuts} | {cut.end + DAY for cut in self.cuts if cut.end is not None}
        for leaf in self.leaves:
            for span in leaf.spans or ():
                days |= {span.first, span.after}
        return sorted(day for day in days if day is not None)

    def headings(self) -> list[int] | None:
        if any(leaf.spans is None for leaf in self.leaves):
            return None
        return sorted({span.heading for leaf in self.leaves for span in leaf.spans or ()})

    def cells(self) -> tuple[list[int], list[date], list[date], list[date]]:
        """The parameters of CELLS: what is asked for, no fact in two of them."""
        apart = [(heading, *window) for heading in sorted(self.ranges) for window in _apart(self.ranges[heading])]
        months = [first.replace(day=1) for _heading, first, _last in apart]
        return ([heading for heading, *_days in apart], months, [first for _heading, first, _last in apart],
                [last for *_rest, last in apart])  # fmt: skip

    def days(self) -> tuple[date | None, date | None]:
        starts, ends = [cut.start for cut in self.cuts], [cut.end for cut in self.cuts]
        first = None if None in starts else min(day for day in starts if day is not None)
        last = None if None in ends else max(day for day in ends if day is not None)
        return first, last


def _first(start: date | None, span: Span) -> date:
    return max(start or date.min, span.first or date.min)


def _last(end: date | None, span: Span) -> date:
    return min(end or date.max, date.max if span.after is None else span.after - DAY)


def _apart(windows: Iterable[Window]) -> list[Window]:
    """The same days, no window touching another."""
    apart: list[Window] = []
    for first, last in sorted(windows):
        if apart and (apart[-1][1] == date.max or first <= apart[-1][1] + DAY):
            apart[-1] = (apart[-1][0], max(apart[-1][1], last))
        else:
            apart.append((first, last))
    return apart


class Row(NamedTuple):
    """A cell of sums, or for the last value of each cell that fact: then `place` and one `facts`."""

    heading: int | None
    municipality: str | None
    organisation: int | None
    category: str | None
    subcategory: str | None
    slot: int
    quantity: int | Fraction
    facts: int
    first: date
    last: date
    qualifiers: tuple[str, ...]
    place: int


QUANTITY = Row._fields.index("quantity")


def summed(needs: Mapping[str, Need], moment: Moment) -> dict[str, list[Row]]:
    """The sums of each measure by what its leaves and asks speak of. One query."""

    def part(number: int, need: Need, source: str, slot: str) -> str:
        qualifiers = (
            "array_agg(DISTINCT f.qualifier) FILTER (WHERE f.qualifier <> '')"
            if any(leaf.of_series for leaf in need.leaves)
            else "NULL::text[]"
        )
        return f"""
            SELECT {number}, {_listed(need.columns)}, {slot}, sum(f.quantity), count(*),
                   min(f.occurred_on), max(f.occurred_on), {qualifiers}, max(f.place)
              FROM {source} GROUP BY 2, 3, 4, 5, 6, 7
        """  # noqa: S608  only column names from above

    return _read(needs, moment, part)


def last_of_each(needs: Mapping[str, Need], moment: Moment) -> dict[str, list[Row]]:
    """In each cell the standing fact that occurred last (of one day: the last placed). One query."""

    def part(number: int, need: Need, source: str, slot: str) -> str:
        return f"""
            (SELECT DISTINCT ON (2, 3, 4, 5, 6, 7) {number}, {_listed(need.columns)}, {slot}, f.quantity, 1,
                    f.occurred_on, f.occurred_on, CASE WHEN f.qualifier <> '' THEN ARRAY[f.qualifier::text] END, f.place
               FROM {source} ORDER BY 2, 3, 4, 5, 6, 7, f.occurred_on DESC, f.place DESC)
        """  # noqa: S608  only column names from above

    return _read(needs, moment, part)


# Heading and municipality are equalities of their own, so that the planner can join by them.
MATCHING = """
    SELECT w.item, n.who, n.net, n.facts, n.first, n.last
      FROM wanted w JOIN net_{number} n ON {heading} AND {municipality} AND n.slot BETWEEN w.low AND w.high
       AND (w.municipalities IS NULL OR n.municipality_id = ANY (w.municipalities))
       AND (w.organisations IS NULL OR n.organisation_id = ANY (w.organisations))
       AND (w.categories IS NULL OR n.category = ANY (w.categories))
       AND (w.subcategories IS NULL OR n.subcategory = ANY (w.subcategories))
       AND (w.vintage IS NULL OR n.subcategory = w.vintage)
     WHERE w.measure = {number}
"""

Counted = tuple[int, int, date | None, date | None]
"""Of a distinct count: subjects, facts, first and last day."""


def distinct(needs: Mapping[str, Need], asked: list[tuple[Leaf, Cut]], moment: Moment) -> list[Counted]:
    """For each asked leaf and cut, how many subjects have a net quantity above zero. Never a sum of sub-counts.

    Merged companies count as one, as known then. One query.
    """
    if not asked:
        return []
    nets: list[str] = []
    numbers: dict[str, int] = {}
    parameters = _gone_parameters(needs, moment)
    for number, (measure, need) in enumerate(needs.items()):
        numbers[measure] = number
        source, slot, given = _source(need, moment)
        nets.append(f"""
            net_{number} AS MATERIALIZED (
                SELECT coalesce(r.root, f.subject) AS who, {_listed(need.columns)}, {slot} AS slot,
                       sum(f.quantity) AS net, count(*) AS facts,
                       min(f.occurred_on) AS first, max(f.occurred_on) AS last
                  FROM {source.replace(STANDING, f" LEFT JOIN roots r ON r.subject = f.subject{STANDING}")}
                   AND f.subject IS NOT NULL
                 GROUP BY 1, 2, 3, 4, 5, 6, 7)""")  # noqa: S608  only column names from above
        parameters += given
    wanted: list[dict[str, Any]] = []
    for item, (leaf, cut) in enumerate(asked):
        wanted += _wanted(item, numbers[leaf.measure], leaf, cut, needs[leaf.measure].boundaries())
    shapes = sorted({(row["measure"], row["heading"] is None, row["municipality"] is None) for row in wanted})
    parts = [
        MATCHING.format(
            number=number,
            heading="w.heading IS NULL" if anywhere else "w.heading = n.heading_id",
            municipality="w.municipality IS NULL" if everywhere else "w.municipality = n.municipality_id",
        )
        for number, anywhere, everywhere in shapes
    ]
    sql = f"""
        WITH gone AS MATERIALIZED ({_gone(needs, moment)}),
             roots AS MATERIALIZED (SELECT * FROM ledger_subject_roots(%s, %s)),
             {", ".join(nets)},
             wanted AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS w(
                 item integer, measure integer, heading bigint, low integer, high integer, municipality text,
                 municipalities text[], organisations bigint[], categories text[], subcategories text[], vintage text)),
             whoever AS (
                 SELECT item, who, sum(facts) AS facts, min(first) AS first, max(last) AS last
                   FROM ({" UNION ALL ".join(parts)}) found GROUP BY item, who HAVING sum(net) > 0)
        SELECT item, count(*), sum(facts), min(first), max(last) FROM whoever GROUP BY item
    """  # noqa: S608  only column names from above
    gone = _gone_parameters(needs, moment)
    between = [moment.as_of.day, moment.as_of.place]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*gone, *between, *parameters[len(gone) :], json.dumps(wanted)])
        found = {item: (int(count), int(facts), first, last) for item, count, facts, first, last in cursor.fetchall()}
    return [found.get(item, (0, 0, None, None)) for item in range(len(asked))]


def _wanted(item: int, number: int, leaf: Leaf, cut: Cut, boundaries: list[date]) -> list[dict[str, Any]]:
    """The rows that say which cells of `net` count: one for each heading and the days it belongs."""
    low, high = slots(boundaries, cut.start, cut.end)
    common = {
        "item": item,
        "measure": number,
        "heading": None,
        "low": low,
        "high": high,
        "municipality": cut.municipality,
        "municipalities": _sorted(leaf.municipalities),
        "organisations": _sorted(leaf.organisations),
        "categories": _sorted(leaf.categories),
        "subcategories": _sorted(leaf.subcategories),
        "vintage": cut.vintage or None,
    }
    if leaf.spans is None:
        return [common]
    rows = []
    for span in leaf.spans:
        first, last = slots_of(boundaries, span)
        if max(low, first) <= min(high, last):
            rows.append({**common, "heading": span.heading, "low": max(low, first), "high": min(high, last)})
    return rows


def slots(boundaries: list[date], start: date | None, end: date | None) -> tuple[int, int]:
    """The first and last slot of a window whose ends are among the boundaries."""
    low = 0 if start is None else boundaries.index(start) + 1
    high = len(boundaries) if end is None else boundaries.index(end + DAY)
    return low, high


def slots_of(boundaries: list[date], span: Span) -> tuple[int, int]:
    return slots(boundaries, span.first, None if span.after is None else span.after - DAY)


def _read(needs: Mapping[str, Need], moment: Moment, part: Any) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {measure: [] for measure in needs}
    if not needs:
        return rows
    measures = list(needs)
    parts, parameters = [], list(_gone_parameters(needs, moment))
    for number, need in enumerate(needs.values()):
        source, slot, given = _source(need, moment)
        parts.append(part(number, need, source, slot))
        parameters += given
    with connection.cursor() as cursor:
        cursor.execute(f"WITH gone AS MATERIALIZED ({_gone(needs, moment)}) {' UNION ALL '.join(parts)}", parameters)
        for number, *values in cursor.fetchall():
            values[QUANTITY] = _number(values[QUANTITY])
            values[-2] = tuple(values[-2] or ())
            rows[measures[number]].append(Row._make(values))
    return rows


def _number(exact: Decimal) -> int | Fraction:
    """Whole numbers are added up faster; nothing is rounded."""
    return int(exact) if exact == exact.to_integral_value() else Fraction(exact)


def _gone(needs: Mapping[str, Need], moment: Moment) -> str:
    """The places that do not stand: what was reversed, and the reversals themselves."""
    learnt = "" if moment.as_of.day is None else " AND v.learnt_on <= %s"
    without = " AND NOT v.place = ANY (%s)" if moment.without else ""
    # A reversal repeats the heading of what it takes back.
    below = "" if _headings(needs) is None else " AND v.heading_id = ANY (%s)"
    return (
        "SELECT unnest(ARRAY[v.reverses_id, v.place]) AS place FROM ledger_fact v"  # noqa: S608
        f" WHERE v.reverses_id IS NOT NULL AND v.measure_id = ANY (%s) AND v.place <= %s{learnt}{without}{below}"
    )


def _gone_parameters(needs: Mapping[str, Need], moment: Moment) -> list[Any]:
    given: list[Any] = [list(needs), moment.as_of.place]
    given += [] if moment.as_of.day is None else [moment.as_of.day]
    given += [sorted(moment.without)] if moment.without else []
    headings = _headings(needs)
    return given if headings is None else [*given, headings]


def _headings(needs: Mapping[str, Need]) -> list[int] | None:
    """The headings that all needs together speak of; None as soon as one speaks of every heading."""
    named = [need.headings() for need in needs.values()]
    return None if None in named else sorted({heading for each in named for heading in each or ()})


def _source(need: Need, moment: Moment) -> tuple[str, str, list[Any]]:
    """FROM … WHERE of the measure's standing facts, the slot of each, and the parameters of slot and source.

    The slot stands before FROM in every query, so its parameter comes first.
    """
    given: list[Any] = [need.boundaries()]
    if need.headings() is None:
        source, (first, last) = "ledger_fact f", need.days()
    else:
        source, (first, last) = IN_CELLS, (None, None)
        given += [*need.cells(), need.measure]
    conditions = ["f.measure_id = %s", "f.place <= %s"]
    given += [need.measure, moment.as_of.place]
    for condition, value in (
        ("f.learnt_on <= %s", moment.as_of.day),
        ("f.occurred_on >= %s", first),
        ("f.occurred_on <= %s", last),
        ("NOT f.place = ANY (%s)", sorted(moment.without) or None),
    ):
        if value is not None:
            conditions.append(condition)
            given.append(value)
    # Last, and in this form: asked only of what the others keep, in a hash of the few that are gone.
    conditions.append("f.place NOT IN (SELECT g.place FROM gone g)")
    return f"{source}{STANDING}{' AND '.join(conditions)}", "width_bucket(f.occurred_on, %s::date[])", given


def _listed(columns: set[str]) -> str:
    """Every column of a cell, empty where nothing speaks of it."""
    return ", ".join(
        f"f.{column} AS {column}" if name in columns else f"NULL::{kind} AS {column}"
        for name, (column, kind) in COLUMNS.items()
    )


def _sorted(values: frozenset[Any] | None) -> list[Any] | None:
    return None if values is None else sorted(values)
