"""Setting many rows at once, as the owner of the tables, without going round a single guard of the ledger.

Places are taken with ledger_take() a thousand at a time; every trigger stays on. Foreign keys, unique keys and indexes
of the filled tables are taken down for the time of the filling and put back afterwards, which checks every row.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol


class Cursor(Protocol):
    """Django's and psycopg's cursors alike."""

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def fetchone(self) -> Any: ...


FUNCTIONS = """
-- A number from 0 to below 1 that depends on the row, the purpose and the seed alone: the same on every run.
CREATE FUNCTION pg_temp.draw(n bigint, purpose integer, seed integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (hashint8extended(n * 64 + purpose, seed) & 2147483647)::double precision / 2147483648;

-- Noon in Copenhagen.
CREATE FUNCTION pg_temp.noon(day date) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE RETURN (day + time '12:00') AT TIME ZONE 'Europe/Copenhagen';

-- Posts pg_temp.bench_wanted in the order of its numbers: one entry of a thousand facts after the other, each with its
-- record. Nobody else may take a place meanwhile: a reversal finds its original by the distance of their numbers.
CREATE FUNCTION pg_temp.post_wanted() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    taken record;
    base bigint;
    done bigint := 0;
    wanted bigint;
BEGIN
    SELECT count(*) INTO wanted FROM pg_temp.bench_wanted;
    WHILE done < wanted LOOP
        SELECT * INTO taken FROM public.ledger_take(least(1000, wanted - done)::integer);
        base := coalesce(base, taken.first_place - 1);
        IF taken.first_place <> base + done + 1 THEN
            RAISE EXCEPTION 'Somebody else has taken a place.';
        END IF;
        INSERT INTO public.ledger_fact (place, recorded_at, learnt_on, batch_id, measure_id, occurred_on,
               municipality_id, organisation_id, heading_id, subject, category, subcategory, dims, quantity, qualifier,
               reverses_id)
        SELECT base + w.number, taken.at, w.learnt_on, w.batch, w.measure, w.occurred_on, w.municipality,
               w.organisation, w.heading, w.subject, w.category, w.subcategory, '{}', w.quantity, '',
               base + w.reverses
          FROM pg_temp.bench_wanted w WHERE w.number > done AND w.number <= done + 1000;
        INSERT INTO public.ledger_fact_record (place, measure, source, source_id, revision, reversal)
        SELECT base + w.number, w.measure, w.source, w.source_id, w.revision, w.reverses IS NOT NULL
          FROM pg_temp.bench_wanted w WHERE w.number > done AND w.number <= done + 1000;
        done := done + least(1000, wanted - done);
    END LOOP;
    RETURN done;
END $$;
"""

DEPENDENT = """
SELECT conrelid::regclass::text, 'constraint', conname, pg_get_constraintdef(oid), contype = 'f'
  FROM pg_constraint WHERE conrelid = ANY (%(tables)s::regclass[]) AND contype IN ('f', 'u')
UNION ALL
SELECT i.indrelid::regclass::text, 'index', c.relname, pg_get_indexdef(i.indexrelid), false
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = ANY (%(tables)s::regclass[])
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)
 ORDER BY 5, 1, 3
"""


@contextmanager
def bare(cursor: Cursor, tables: list[str]) -> Iterator[None]:
    """Inside, `tables` have their rows, primary keys, checks and triggers only; at the end everything is as before."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is checked later only would stand in the way
    cursor.execute(DEPENDENT, {"tables": tables})
    dependent = cursor.fetchall()
    # Foreign keys come last in the list, because they may need a unique key: so they go first and come back last.
    for table, kind, name, _definition, _foreign in reversed(dependent):
        cursor.execute(
            f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' if kind == "constraint" else f'DROP INDEX "{name}"'
        )
    yield
    for table, kind, name, definition, _foreign in dependent:
        cursor.execute(
            f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' if kind == "constraint" else definition
        )


def batches(cursor: Cursor, names: Mapping[int, str], origin: str) -> dict[int, int]:
    """A history batch by year; their places."""
    places = {}
    for year, name in names.items():
        cursor.execute(
            "WITH taken AS MATERIALIZED (SELECT * FROM ledger_take(1))"
            " INSERT INTO ledger_batch (place, recorded_at, learnt_on, name, origin)"
            " SELECT first_place, at, (at AT TIME ZONE 'Europe/Copenhagen')::date, %s, %s FROM taken RETURNING place",
            [name, origin],
        )
        places[year] = int(cursor.fetchone()[0])
    return places
