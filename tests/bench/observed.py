"""Observations for the bench: survey answers and volumes with their records, drawn like the matches of `seed`."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from portal import ledger
from portal.identity.models import User
from programmes.models import Programme
from reporting.measures import ANSWER, SOURCE, VOLUME
from reporting.models import Series
from reporting.observations import make_series
from tests.bench.bulk import Cursor

FILLED = ["reporting_observation"]
PER_HUNDRED = 103
"""As of the matches: of a hundred observations one is withdrawn and one corrected."""
ANSWERS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]


@dataclass(frozen=True)
class Observed:
    """What observations are drawn from."""

    series: list[int]
    headings: list[int]
    measures: list[str]
    user: int
    number: int
    begins: date
    yesterday: date


def series_key(number: int) -> str:
    """Even numbers are surveys, odd ones volumes."""
    return f"bench-{'svar' if number % 2 == 0 else 'maengde'}-{number}"


def make(programme: Programme, history: ledger.History, facts: int, registrar: str) -> Observed:
    """The series, and how many observations there shall be."""
    wanted = max(4, min(40, facts // 200))
    with ledger.entry(history=history):
        made: list[Series] = [
            make_series(series_key(number), f"Bench: serie {number}", VOLUME if number % 2 else ANSWER,
                        programme.owner, learnt_on=programme.starts_on)
            for number in range(wanted)
        ]  # fmt: skip
    return Observed(
        [each.pk for each in made],
        [each.heading_id for each in made],
        [each.measure_id for each in made],
        User.objects.get(email=registrar).pk,
        facts // PER_HUNDRED * 100,
        programme.starts_on,
        timezone.localdate() - timedelta(days=1),
    )


def draw(cursor: Cursor, observed: Observed, seed: int) -> None:
    """Every observation into pg_temp.bench_observed, and the records of them."""
    cursor.execute(
        """
        CREATE TEMP TABLE bench_observed AS
        WITH numbered AS (
            SELECT n, 1 + floor(pg_temp.draw(n, 30, %(seed)s) * %(series_count)s)::integer AS s,
                   %(begins)s::date + floor(pg_temp.draw(n, 31, %(seed)s)
                                            * (%(yesterday)s::date - %(begins)s::date))::integer AS occurred_on
              FROM generate_series(1, %(number)s) n)
        SELECT n, (SELECT coalesce(max(id), 0) FROM reporting_observation) + n AS id,
               (%(series)s::bigint[])[s] AS series, (%(headings)s::bigint[])[s] AS heading,
               (%(measures)s::text[])[s] AS measure, occurred_on, p.code AS municipality,
               CASE WHEN (%(measures)s::text[])[s] = %(answer)s
                    THEN (%(answers)s::text[])[1 + floor(sqrt(pg_temp.draw(n, 32, %(seed)s)) * 11)::integer]
                    ELSE '' END AS category,
               CASE WHEN (%(measures)s::text[])[s] = %(answer)s THEN 1
                    ELSE 1 + floor(pg_temp.draw(n, 33, %(seed)s) * 5) END::numeric AS quantity,
               least(%(yesterday)s::date,
                     occurred_on + floor(pg_temp.draw(n, 34, %(seed)s) * 10)::integer) AS learnt_on,
               least(%(yesterday)s::date,
                     occurred_on + 10 + floor(pg_temp.draw(n, 35, %(seed)s) * 30)::integer) AS changed_on,
               n %% 100 = 0 AS withdrawn, n %% 100 = 50 AS corrected
          FROM numbered
          JOIN bench_place p ON pg_temp.draw(n, 36, %(seed)s) >= p.low AND pg_temp.draw(n, 36, %(seed)s) < p.high
        """,
        {**vars(observed), "seed": seed, "series_count": len(observed.series), "answer": ANSWER, "answers": ANSWERS},
    )
    cursor.execute(
        """
        INSERT INTO reporting_observation (id, series_id, occurred_on, municipality_id, category, vintage, quantity,
               qualifier, constructed, source, note, revision, registered_by_id, registered_at, withdrawn_at,
               withdrawn_reason)
        SELECT id, series, occurred_on, municipality, category, '', quantity, '', true, '', '',
               CASE WHEN corrected THEN 2 ELSE 1 END, %(user)s, pg_temp.noon(learnt_on),
               CASE WHEN withdrawn THEN pg_temp.noon(changed_on) END, ''
          FROM bench_observed ORDER BY id
        """,
        {"user": observed.user},
    )


WANTED = f"""
    SELECT o.n, k.kind, k.revision + 1 AS revision, o.measure, '{SOURCE}' AS source, o.id::text AS source_id,
           CASE k.kind WHEN 0 THEN o.learnt_on ELSE o.changed_on END AS learnt_on, o.occurred_on, o.municipality,
           NULL::bigint AS organisation, o.heading, NULL::uuid AS subject, o.category, '' AS subcategory,
           -- The first value of a corrected one was one too many.
           k.sign * (o.quantity + CASE WHEN o.corrected AND k.kind < 2 THEN 1 ELSE 0 END) AS quantity
      FROM bench_observed o JOIN kinds k
        ON k.kind = 0 OR (k.kind = 1 AND (o.withdrawn OR o.corrected)) OR (k.kind = 2 AND o.corrected)
"""
