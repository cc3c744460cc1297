"""Reading the ledger as known on a day and at a place. A bounded number of queries, whatever the rows.

Everything here takes an AsOf and gives the same answer for the same AsOf for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from portal.ledger import registry
from portal.ledger.asof import AsOf
from portal.ledger.errors import AgainstKind
from portal.ledger.models import Fact, FactQuerySet

TIME = {"month", "occurred_on"}


@dataclass(frozen=True, slots=True)
class Span:
    """The days [valid_from, valid_to) on which `heading` lies below the one asked for; None is no limit."""

    heading: int
    valid_from: date | None
    valid_to: date | None


def headings_under(heading: int, as_of: AsOf) -> list[Span]:
    """The heading itself and everything below it with the days it lay there, as known then. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT heading, nullif(valid_from, '-infinity'), nullif(valid_to, 'infinity')"
            " FROM ledger_headings_under(%s, %s, %s) u ORDER BY u.heading, u.valid_from",
            [heading, as_of.day, as_of.place],
        )
        return _joined([Span(*row) for row in cursor.fetchall()])


def _joined(spans: list[Span]) -> list[Span]:
    """Spans of one heading that follow each other without a gap become one."""
    joined: list[Span] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before and before.heading == span.heading and before.valid_to == span.valid_from is not None:
            joined[-1] = Span(span.heading, before.valid_from, span.valid_to)
        else:
            joined.append(span)
    return joined


def under(heading: int, as_of: AsOf) -> Q:
    """The same as a filter on facts: by heading, and by occurred_on where the heading lay there for some days only."""
    always: list[int] = []
    condition = Q()
    for span in headings_under(heading, as_of):
        if span.valid_from is None and span.valid_to is None:
            always.append(span.heading)
            continue
        dated = Q(heading=span.heading)
        if span.valid_from is not None:
            dated &= Q(occurred_on__gte=span.valid_from)
        if span.valid_to is not None:
            dated &= Q(occurred_on__lt=span.valid_to)
        condition |= dated
    return Q(heading__in=always) | condition


def _of(measure: str, as_of: AsOf, where: Q | None) -> FactQuerySet:
    facts = Fact.objects.known(as_of).filter(measure=measure)
    return facts.filter(where) if where is not None else facts


def sums(measure: str, as_of: AsOf, by: Sequence[str] = (), where: Q | None = None) -> QuerySet[Fact, dict[str, Any]]:
    """Rows of {*by, "total"}: the quantities added up, reversals included. One query when it is read.

    No fact, no row; without `by` one row at most, see total(). Raises AgainstKind when the kind does not allow the sum.
    """
    kind = registry.get(measure).kind
    if kind == "published":
        registry.sum_allowed(measure, "place")
    if kind == "level":
        raise AgainstKind(f"{measure} is a level: read latest(), which takes the last of each period.")
    facts = _of(measure, as_of, where)
    # An aggregate over no rows is one row with NULL; grouped by a constant it is no row, as with every other grouping.
    grouped = facts.order_by().values(*by) if by else facts.order_by().values("measure")
    rows: QuerySet[Fact, dict[str, Any]] = grouped.annotate(total=Sum("quantity")).values(*by, "total").order_by(*by)
    return rows


def total(measure: str, as_of: AsOf, where: Q | None = None) -> Decimal:
    """One number: the sum of a flow or the count of answers."""
    return sum((row["total"] for row in sums(measure, as_of, (), where)), Decimal(0))  # one row or none


def latest(
    measure: str, as_of: AsOf, by: Sequence[str] = ("municipality", "month"), where: Q | None = None
) -> QuerySet[Fact, dict[str, Any]]:
    """Of a level or a published value: per `by` the standing fact that occurred last (of one day: the last placed).

    Rows of {*by, place, occurred_on, quantity, qualifier}. `by` without month or occurred_on is the last of all.
    """
    facts = Fact.objects.standing(as_of).filter(measure=measure)
    if where is not None:
        facts = facts.filter(where)
    newest = Window(RowNumber(), partition_by=[F(name) for name in by] or None, order_by=["-occurred_on", "-place"])
    rows: QuerySet[Fact, dict[str, Any]] = (
        facts.annotate(newest=newest)
        .filter(newest=1)
        .order_by(*by, "place")
        .values(*by, "place", "occurred_on", "quantity", "qualifier")
    )
    return rows


def distinct_subjects(
    measure: str, as_of: AsOf, by: Sequence[str] = (), where: Q | None = None
) -> list[dict[str, Any]]:
    """Rows of {*by, "subjects"}: how many subjects have a net quantity above zero, merged ones counted as one.

    Never a sum of sub-counts: ask for each grouping by itself. Facts without a subject are not counted. One query.
    """
    netted = (
        _of(measure, as_of, where)
        .filter(subject__isnull=False)
        .order_by()
        .values(*by, "subject")
        .annotate(net=Sum("quantity"))
        .values_list(*by, "subject", "net")
    )
    inner, params = netted.query.sql_with_params()
    columns = [f"c{number}" for number in range(len(by))]
    named = ", ".join([*columns, "subject", "net"])
    grouping = ", ".join(columns)
    prefix = f"{grouping}, " if columns else ""
    sql = f"""
        SELECT {prefix}count(*) FROM (
            SELECT {prefix}coalesce(r.root, f.subject) AS who
              FROM ({inner}) AS f({named})
              LEFT JOIN ledger_subject_roots(%s, %s) r ON r.subject = f.subject
             GROUP BY {prefix}who HAVING sum(f.net) > 0) whoever
        {f"GROUP BY {grouping} ORDER BY {grouping}" if columns else ""}
    """  # noqa: S608  the column names are numbered here; the inner query is Django's own
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, as_of.day, as_of.place])
        return [dict(zip((*by, "subjects"), row, strict=True)) for row in cursor.fetchall()]


def batches_known(as_of: AsOf, measure: str, heading: int | Q | None = None) -> list[dict[str, Any]]:
    """The imported history a figure holds, so that it can be named as a cause. At most two queries; with the filter of
    the figure itself in place of a heading, one.

    Rows of {name, origin, place, facts, learnt_from, learnt_to}: place is that of the batch's last fact in the figure.
    """
    from django.db.models import Count, Max, Min

    facts = Fact.objects.known(as_of).filter(measure=measure, batch__isnull=False)
    if heading is not None:
        facts = facts.filter(heading if isinstance(heading, Q) else under(heading, as_of))
    rows = (
        facts.order_by()
        .values(name=F("batch__name"), origin=F("batch__origin"))
        .annotate(last=Max("place"), facts=Count("place"), learnt_from=Min("learnt_on"), learnt_to=Max("learnt_on"))
        .order_by("last")
    )
    return [{"place": row.pop("last"), **row} for row in map(dict, rows)]
