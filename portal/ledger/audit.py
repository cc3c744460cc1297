"""Records and erasure log against the ledger, in both directions. Empty, or an alert.

What the ledger should hold comes from each measure's `expected`, which is written without the code that posts; what it
does hold is read by way of fact_record. Each comparison is one statement, so it sees one moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from portal.ledger import registry

MOST_SHOWN = 200
"""Differences listed per measure and kind; a broken `expected` should not fill the memory."""

MISSING = "missing in the ledger"
UNEXPECTED = "not expected in the ledger"
NO_RECORD = "fact without a record and not in the erasure log"
STILL_RECORDED = "in the erasure log, but there is no such fact without a record"
MISFIT = "record says something else than its fact"

OPTIONAL = {"dims": "'{}'::jsonb", "period": "NULL::daterange", "qualifier": "''::text"}
TYPES = {
    "source": "text",
    "source_id": "text",
    "revision": "integer",
    "occurred_on": "date",
    "municipality": "text",
    "organisation": "bigint",
    "heading": "bigint",
    "subject": "uuid",
    "category": "text",
    "subcategory": "text",
    "quantity": "numeric",
    "dims": "jsonb",
    "period": "daterange",
    "qualifier": "text",
}
COMPARE = """
WITH expected AS MATERIALIZED (SELECT {wanted} FROM ({expected}) AS q),
standing AS MATERIALIZED (
    SELECT r.source::text, r.source_id::text, r.revision, f.occurred_on, f.municipality_id::text, f.organisation_id,
           f.heading_id, f.subject, f.category::text, f.subcategory::text, f.quantity, f.dims, f.period,
           f.qualifier::text
      FROM ledger_fact f JOIN ledger_fact_record r ON r.place = f.place
     WHERE f.measure_id = %s AND f.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM ledger_fact x WHERE x.reverses_id = f.place)
       AND (%s::date IS NULL OR f.occurred_on >= %s) AND (%s::date IS NULL OR f.occurred_on < %s))
SELECT * FROM (SELECT 0, e.* FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM standing) e LIMIT {most}) missing
UNION ALL
SELECT * FROM (SELECT 1, e.* FROM (SELECT * FROM standing EXCEPT ALL SELECT * FROM expected) e LIMIT {most}) unexpected
"""
# Every fact of the measure either has its record or is in the erasure log, never both and never neither.
WITHOUT_RECORD = """
WITH erased AS MATERIALIZED (
    SELECT DISTINCT unnest(places) AS place FROM ledger_erasure_log WHERE measure = %(measure)s),
bare AS MATERIALIZED (
    SELECT f.place FROM ledger_fact f
     WHERE f.measure_id = %(measure)s AND NOT EXISTS (SELECT FROM ledger_fact_record r WHERE r.place = f.place))
SELECT * FROM (SELECT 0, place FROM (SELECT * FROM bare EXCEPT SELECT * FROM erased) b ORDER BY place LIMIT {most}) a
UNION ALL
SELECT * FROM (SELECT 1, place FROM (SELECT * FROM erased EXCEPT SELECT * FROM bare) b ORDER BY place LIMIT {most}) c
""".format(most=MOST_SHOWN)  # noqa: S608, UP032
# A record names its fact's measure, says whether it is a reversal, and a reversal has the key of its original.
MISFITS = """
SELECT r.place, r.source, r.source_id, r.revision FROM ledger_fact_record r JOIN ledger_fact f ON f.place = r.place
  LEFT JOIN ledger_fact_record o ON o.place = f.reverses_id
 WHERE r.measure <> f.measure_id OR r.reversal <> (f.reverses_id IS NOT NULL)
    OR (o.place IS NOT NULL AND (o.source, o.source_id, o.revision) <> (r.source, r.source_id, r.revision))
 ORDER BY r.place LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """`row` is what one side holds and the other does not; `place` where only the fact is known."""

    measure: str
    what: str
    row: dict[str, Any]
    place: int | None = None

    def __str__(self) -> str:
        where = f"place {self.place}" if self.place is not None else ""
        said = ", ".join(f"{name} {value}" for name, value in self.row.items() if value not in (None, "", "{}"))
        return f"{self.measure}: {self.what}: {' '.join(part for part in (where, said) if part)}"


def differences(measures: Iterable[str] | None = None, period: registry.Period | None = None) -> list[Difference]:
    """Everything in which records and ledger differ now, for these measures (all) and this period (all of time)."""
    if period is not None and (period.start.day, period.end.day) != (1, 1):
        raise ValueError("A period to audit runs from the first of a month to the first of another.")
    chosen = registry.all_measures() if measures is None else [registry.get(key) for key in measures]
    found: list[Difference] = []
    for definition in chosen:
        found += _compare(definition, period)
        found += _without_record(definition.key)
    with connection.cursor() as cursor:
        cursor.execute(MISFITS, [MOST_SHOWN])
        for place, *row in cursor.fetchall():
            named = dict(zip(("source", "source_id", "revision"), row, strict=True))
            found.append(Difference("every measure", MISFIT, named, place))
    return found


def expected_sql(definition: registry.MeasureDefinition, period: registry.Period | None) -> tuple[str, list[Any]]:
    """The measure's own query. Raises TypeError when it gives neither SQL nor a queryset."""
    given = definition.expected(period)
    if isinstance(given, str):
        return given.replace("%", "%%"), []  # it comes without parameters, so a percent sign is itself
    if isinstance(given, tuple):
        return given[0], list(given[1])
    if hasattr(given, "query"):
        rows = given.order_by()
        sql, params = rows.query.sql_with_params()
        # values("municipality") selects a column municipality_id: it is called what the queryset calls it.
        names = ", ".join(rows.query.selected or ())
        return f"SELECT * FROM ({sql}) AS given({names})", list(params)  # noqa: S608  names of fields
    raise TypeError(f"{definition.key}: expected gives SQL, (SQL, parameters) or a queryset.")


def expected_columns(definition: registry.MeasureDefinition) -> list[str]:
    """The names of the columns its query gives. Raises ValueError when one is missing or unknown."""
    sql, params = expected_sql(definition, None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) AS q LIMIT 0", params)  # noqa: S608  the measure's own SQL
        names = [column.name for column in cursor.description]
    missing = set(registry.EXPECTED_COLUMNS) - set(names)
    if definition.json_dimensions():
        missing |= {"dims"} - set(names)
    unknown = set(names) - set(TYPES)
    if missing or unknown:
        raise ValueError(
            f"{definition.key}: expected lacks {sorted(missing) or 'nothing'} and gives unknown {sorted(unknown)}."
        )
    return names


def _compare(definition: registry.MeasureDefinition, period: registry.Period | None) -> list[Difference]:
    there = expected_columns(definition)
    wanted = []
    for name, kind in TYPES.items():
        source = f"q.{name}" if name in there else OPTIONAL[name]
        if name == "occurred_on" and definition.about_person:
            # The day is the record's own; the ledger holds the month.
            source = f"date_trunc('month', {source})"
        if name in ("category", "subcategory"):
            source = f"coalesce({source}, '')"
        wanted.append(f"{source}::{kind} AS {name}")
    sql, params = expected_sql(definition, period)
    start, end = period or (None, None)
    statement = COMPARE.format(wanted=", ".join(wanted), expected=sql, most=MOST_SHOWN)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, definition.key, start, start, end, end])
        return [
            Difference(definition.key, UNEXPECTED if side else MISSING, dict(zip(TYPES, row, strict=True)))
            for side, *row in cursor.fetchall()
        ]


def _without_record(measure: str) -> list[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_RECORD, {"measure": measure})
        return [
            Difference(measure, STILL_RECORDED if side else NO_RECORD, {}, place) for side, place in cursor.fetchall()
        ]
