"""Reading sums from the ledger: one grouped query per measure and filter, from the buckets or from the facts.

Both sources have the same columns, so the same SQL groups them and the answers have the same shape.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Max, Min, Q, QuerySet, Subquery, Sum
from psycopg import sql

from portal import ledger
from portal.ledger import registry
from portal.ledger.models import Fact
from reporting.engine.moment import Moment
from reporting.models import BatchBucket, Bucket, BucketStamp

COLUMNS = {
    "municipality": "municipality_id",
    "organisation": "organisation_id",
    "heading": "heading_id",
    "category": "category",
    "subcategory": "subcategory",
    "month": "month",
}
"""What sums can be grouped and filtered by, and the column of each in facts and buckets alike."""
TYPES = {
    "municipality": "text",
    "organisation": "bigint",
    "heading": "bigint",
    "category": "text",
    "subcategory": "text",
    "month": "date",
}

Key = tuple[Any, ...]
Cells = dict[Key, Decimal]


Spans = tuple["ledger.Span", ...]


@dataclass(frozen=True)
class Group:
    """What is summed: a measure below some headings inside a window, narrowed by `where` (columns that facts and
    buckets share).

    Each of `below` holds headings with the days between which they belong; a fact must lie in all of them. `window`
    includes both its days. `columns` are the dimensions that `where` speaks of.
    """

    measure: str
    below: tuple[Spans, ...]
    window: tuple[date, date]
    where: Q = field(default_factory=Q, compare=False)
    columns: frozenset[str] = frozenset()

    def days(self) -> tuple[date, date]:
        """The window in days of facts: a measure about persons carries the first of the month only."""
        first, last = self.window
        return (first.replace(day=1), last) if registry.get(self.measure).about_person else (first, last)

    def whole_months(self) -> bool:
        """Do all limits lie between months, so that sums by month can answer?"""
        if registry.get(self.measure).about_person:
            return True
        first, last = self.days()
        limits = [first, last + timedelta(days=1)]
        limits += [day for spans in self.below for span in spans for day in (span.valid_from, span.valid_to) if day]
        return all(day.day == 1 for day in limits)

    def filter(self, day_column: str) -> Q:
        """The filter, where `day_column` (occurred_on of facts, month of buckets) is the day something happened."""
        first, last = self.days()
        condition = Q(**{f"{day_column}__gte": first, f"{day_column}__lte": last}) & self.where
        for spans in self.below:
            condition &= _lies_in(spans, day_column)
        return condition


def _lies_in(spans: Spans, day_column: str) -> Q:
    always = [span.heading for span in spans if span.valid_from is None and span.valid_to is None]
    condition = Q(heading__in=always)
    for span in spans:
        if span.valid_from is None and span.valid_to is None:
            continue
        dated = Q(heading=span.heading)
        if span.valid_from is not None:
            dated &= Q(**{f"{day_column}__gte": span.valid_from})
        if span.valid_to is not None:
            dated &= Q(**{f"{day_column}__lt": span.valid_to})
        condition |= dated
    return condition


def facts_of(group: Group, as_of: ledger.AsOf) -> QuerySet[Fact]:
    """The facts that the group's sums are made of, reversals among them."""
    return Fact.objects.known(as_of).filter(group.filter("occurred_on"), measure=group.measure)


def sums(group: Group, sets: Iterable[tuple[str, ...]], moment: Moment) -> dict[tuple[str, ...], Cells]:
    """For each set of dimensions the sums by their values, in one query. The empty set gives the total under ().

    Keys are in the order of the set: codes as text, organisation and heading as numbers, months as dates, None for
    what is not given. A set without any fact is an empty mapping, but the total is then 0.
    """
    ledger.sum_allowed(group.measure, "time")
    # The total is always read along: it is one row even when there is nothing, and says how far the buckets have come.
    wanted = sorted({*sets, ()})
    if group.measure in moment.counted_ahead and group.whole_months():
        stamp = sql.SQL("(SELECT computed_to_place FROM reporting_bucketstamp WHERE measure_id = {})")
        place, answer = _grouped(_buckets(group, wanted), stamp.format(sql.Literal(group.measure)))
        if place == moment.place:
            return answer
        # A worker has counted on since the moment was read: the facts still say what was known at its place.
    return _grouped([(facts_of(group, moment.as_of), wanted)], sql.SQL("0"))[1]


Source = tuple[QuerySet[Any, Any], list[tuple[str, ...]]]
"""Rows, and the sets of dimensions to be summed from them."""


def _buckets(group: Group, wanted: list[tuple[str, ...]]) -> list[Source]:
    """For each detail the sets that it is the coarsest to answer."""
    by_detail: dict[str, list[tuple[str, ...]]] = {}
    for each in wanted:
        needed = {*each, *group.columns} - {"heading", "month"}
        detail = Bucket.Detail.FULL
        if needed <= {"category"}:
            detail = Bucket.Detail.TYPE
        elif needed <= {"municipality", "organisation"}:
            detail = Bucket.Detail.PLACE
        by_detail.setdefault(detail, []).append(each)
    rows = Bucket.objects.filter(group.filter("month"), measure=group.measure)
    return [(rows.filter(detail=detail), sets) for detail, sets in by_detail.items()]


def _grouped(sources: list[Source], stamp: sql.Composable) -> tuple[int, dict[tuple[str, ...], Cells]]:
    """The value of `stamp` in the very statement that sums, and the sums by set. One query for all sources."""
    dimensions = sorted({name for _rows, sets in sources for each in sets for name in each})
    parts: list[sql.Composable] = []
    parameters: list[Any] = []
    for number, (rows, sets) in enumerate(sources):
        inner, given = rows.order_by().values(*sorted(COLUMNS.values()), "quantity").query.sql_with_params()
        parts.append(_one_source(number, inner, sets, dimensions, stamp))
        parameters += given
    answer: dict[tuple[str, ...], Cells] = {each: {} for _rows, sets in sources for each in sets}
    by_mask = {(number, _mask(each, dimensions)): each for number, (_rows, sets) in enumerate(sources) for each in sets}
    place = 0
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts).as_string(cursor.connection), parameters)
        for stamped, number, mask, quantity, *values in cursor.fetchall():
            each, place = by_mask[number, mask], int(stamped)
            found = dict(zip(dimensions, values, strict=True))
            answer[each][tuple(found[name] for name in each)] = Decimal(quantity or 0)
    return place, answer


def _one_source(
    number: int, inner: str, sets: list[tuple[str, ...]], dimensions: list[str], stamp: sql.Composable
) -> sql.Composable:
    """The grouped query of one source, with a column for every dimension of all of them."""
    own = {name for each in sets for name in each}
    listed = sql.SQL(", ")
    columns, mask = [], []
    for place, name in enumerate(dimensions):
        column = sql.Identifier(COLUMNS[name])
        bit = sql.Literal(2 ** (len(dimensions) - 1 - place))
        columns.append(column if name in own else sql.SQL("NULL::{}").format(sql.SQL(TYPES[name])))
        mask.append(sql.SQL("{} * GROUPING({})").format(bit, column) if name in own else bit)
    return sql.SQL(
        "SELECT {stamp}, {number}, {mask}, sum(quantity){columns} FROM ({rows}) AS counted"
        " GROUP BY GROUPING SETS ({sets})"
    ).format(
        stamp=stamp,
        number=sql.Literal(number),
        mask=sql.SQL(" + ").join(mask) if mask else sql.SQL("0"),
        columns=sql.SQL("").join(sql.SQL(", {}").format(column) for column in columns),
        rows=sql.SQL(inner),  # Django's own SQL, with its own placeholders
        sets=listed.join(
            sql.SQL("({})").format(listed.join(sql.Identifier(COLUMNS[name]) for name in each)) for each in sets
        ),
    )


def _mask(each: tuple[str, ...], dimensions: list[str]) -> int:
    """What GROUPING() says of a set: a bit per column, 1 where the column is not among the set's."""
    mask = 0
    for name in dimensions:
        mask = mask * 2 + (name not in each)
    return mask


def along(cells: Mapping[Key, Decimal], place: int) -> Cells:
    """The cells summed over all but one of their dimensions."""
    summed: Cells = {}
    for key, quantity in cells.items():
        summed[key[place],] = summed.get((key[place],), Decimal(0)) + quantity
    return summed


def history_in(group: Group, moment: Moment) -> list[dict[str, Any]]:
    """The imported history that the group's facts hold, as `ledger.batches_known` tells it. One query.

    For pages of now that narrow nothing it has been counted ahead; else the facts are asked.
    """
    if group.measure not in moment.counted_ahead or group.columns or not group.whole_months():
        return ledger.batches_known(moment.as_of, group.measure, group.filter("occurred_on"))
    rows = (
        BatchBucket.objects.filter(group.filter("month"), measure=group.measure)
        .order_by()
        .values(name=F("batch__name"), origin=F("batch__origin"))
        .annotate(
            last=Max("last_place"),
            number=Sum("facts"),
            first_learnt=Min("learnt_from"),
            last_learnt=Max("learnt_to"),
            stamp=Subquery(
                BucketStamp.objects.filter(measure=group.measure).order_by().values("computed_to_place")[:1]
            ),
        )
        .order_by("last")
    )
    found = list(rows)
    if any(row["stamp"] != moment.place for row in found):
        return ledger.batches_known(moment.as_of, group.measure, group.filter("occurred_on"))
    return [
        {
            "place": row["last"],
            "name": row["name"],
            "origin": row["origin"],
            "facts": int(row["number"]),
            "learnt_from": row["first_learnt"],
            "learnt_to": row["last_learnt"],
        }
        for row in found
    ]
