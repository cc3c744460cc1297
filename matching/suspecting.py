"""Finding pairs of matches that may be one, also across partners: by named reasons, each worth so many points.

One statement for one match or for all of them. Companies are alike when they are the same row, or when one of them has
no CVR number and their names, without the legal form, are nearly the same in the same municipality: two CVR numbers are
two companies, however much alike their names are, and so are two names with different numbers in them.

Names that are near share many runs of three letters, and so at least one of the few that are rarest in each of them
(prefix filtering: Chaudhuri, Ganti and Kaushik, "A Primitive Operator for Similarity Joins in Data Cleaning", 2006).
Only names that share one of those are compared. What very many names of a municipality share tells nothing, so that
twenty thousand of nearly the same name are not compared with each other either; equal names always are. Æ, ø and å are
written with two letters for it: of a database whose locale is C they would be no letters, but ends of words.

The statement goes from companies to their matches by the index whatever the planner believes: after a long file it
believes that there are few.
"""

from collections.abc import Sequence

from django.db import connection

from matching.companies import NEAR
from matching.models import Suspicion
from matching.models.companies import LEGAL_FORM
from matching.twins import TWIN_WITHIN

Reason = Suspicion.Reason
WITHIN = TWIN_WITHIN.days
"""Days between the two agreements. Partners note the day they heard of it, and report by the month: a month apart is
the same match as often as not, two months apart hardly ever. The look before saving uses the same."""
LEAST = 60
"""Points from which a pair is shown. Same company and same type are enough, whatever else differs; a company that is
only nearly the same needs the same type and few days."""
POINTS: dict[str, int] = {
    Reason.SAME_COMPANY: 40,
    Reason.SAME_NAME: 30,
    Reason.NEAR_NAME: 20,
    Reason.SAME_TYPE: 25,
    Reason.NEAR_TYPE: 10,
    Reason.SAME_WORK_AREA: 10,
    Reason.TWO_PARTNERS: 5,
    Reason.ONE_PARTNER: 0,
}
"""The most are 100: with the days, below."""
DAYS = ((3, 20), (14, 12), (WITHIN, 5))
"""Up to so many days apart → points."""
MIXED_UP = (
    ("student_project", "internship"),
    ("student_job", "ordinary_job"),
    ("company_placement", "wage_subsidy"),
    ("ordinary_job", "growth_pilot_job"),
)
"""Types that two partners call the same match by: a project that is part of a placement, a job beside the studies, help
by the employment system, and a job that a growth pilot pays half of."""

FEW = 20
"""Matches whose companies are compared with every name of their municipalities: sooner done than counting runs."""
MOST_COMPARED = 40_000
"""Pairs of names: a run of three letters by which more would be compared tells nothing of which of them are near."""
MOST_NEAR = 10
"""So many companies of a near name are looked at for each, the nearest first."""
MOST_MET = 200
"""Matches of a company and type that are looked at for each before and after it, the nearest in time first; of one day,
any."""
MOST_PAIRS = 10
"""So many earlier matches wait to be settled beside each, the likeliest first: a company with hundreds of one type in a
month would fill the queue with each beside each. One that waits already follows its matches, whatever its place."""

_FIND = """
WITH types (one, other, reason) AS (
    SELECT code, code, 'same_type' FROM matching_matchtype
     UNION ALL
    SELECT pair[1], pair[2], 'near_type' FROM unnest(%(mixed_one)s::text[], %(mixed_other)s::text[]) AS p(a, b),
           LATERAL (VALUES (ARRAY[p.a, p.b]), (ARRAY[p.b, p.a])) AS both_ways(pair)
), asked AS MATERIALIZED (
    SELECT DISTINCT c.id, c.municipality_id, c.cvr IS NULL AS unnumbered
      FROM matching_match a JOIN matching_company c ON c.id = a.company_id
     WHERE {which} AND c.municipality_id IS NOT NULL
), span AS (
    SELECT min(agreed_on) - %(within)s::int AS first, max(agreed_on) + %(within)s::int AS last
      FROM matching_match a WHERE {which}
), named AS MATERIALIZED (
    SELECT c.id, c.municipality_id, c.cvr IS NULL AS unnumbered, {asks} AS asks, core,
           regexp_replace(core, '[^0-9]', '', 'g') AS digits
      FROM matching_company c,
           regexp_replace(replace(replace(replace(c.folded_name, 'æ', 'ae'), 'ø', 'oe'), 'å', 'aa'), %(legal_form)s, '')
           AS core
     WHERE c.municipality_id IN (SELECT municipality_id FROM asked)
       AND (c.cvr IS NULL OR c.id IN (SELECT id FROM asked) OR EXISTS (SELECT FROM asked WHERE unnumbered))
       AND c.id IN (SELECT m.company_id FROM matching_match m, span
                     WHERE m.withdrawn_at IS NULL AND m.agreed_on BETWEEN span.first AND span.last)
), runs AS (
    SELECT named.*, run, count(*) OVER (PARTITION BY municipality_id, run) AS sharing,
           count(*) OVER (PARTITION BY id) AS number
      FROM named, unnest(show_trgm(core)) AS run
), ranked AS (
    SELECT runs.*, row_number() OVER (PARTITION BY id ORDER BY sharing, run) AS place FROM runs
), shared AS (
    {shared}
), together AS (
    SELECT array_agg(id) AS ids, array_agg(core) AS cores, array_agg(digits) AS digits, array_agg(asks) AS asks,
           array_agg(unnumbered) AS unnumbered
      FROM shared GROUP BY municipality_id, run
    HAVING count(*) > 1 AND bool_or(asks) AND bool_or(unnumbered)
       AND (run LIKE '=%%' OR count(*) * count(*) FILTER (WHERE unnumbered) <= %(compared)s)
), near AS (
    SELECT DISTINCT c.id AS one, o.id AS other, c.core = o.core AS equal, similarity(c.core, o.core) AS likeness
      FROM together t, unnest(t.ids, t.cores, t.digits, t.asks, t.unnumbered) AS c(id, core, digits, asks, unnumbered),
           unnest(t.ids, t.cores, t.digits, t.asks, t.unnumbered) AS o(id, core, digits, asks, unnumbered)
     WHERE c.asks AND (c.unnumbered OR o.unnumbered) AND c.id <> o.id AND (c.id < o.id OR NOT o.asks)
       AND CASE WHEN c.digits = o.digits OR c.digits = '' OR o.digits = ''
                THEN c.core = o.core OR similarity(c.core, o.core) >= %(near)s ELSE FALSE END
), alike AS MATERIALIZED (
    SELECT one, other, CASE WHEN equal THEN 'same_name' ELSE 'near_name' END AS company
      FROM (SELECT both_ways.*, row_number() OVER (PARTITION BY one ORDER BY likeness DESC, other) AS place
              FROM (SELECT one, other, equal, likeness FROM near
                     UNION ALL SELECT other, one, equal, likeness FROM near) both_ways) nearest
     WHERE equal OR place <= %(most_near)s
     UNION ALL
    SELECT company_id, company_id, 'same_company' FROM matching_match a WHERE {which} GROUP BY company_id
), pairs AS (
    SELECT a.id AS one, b.id AS other, n.company, a.reason AS type
      FROM alike n, LATERAL (
           SELECT a.id, a.programme_id, a.agreed_on, t.other AS match_type_id, t.reason
             FROM matching_match a JOIN types t ON t.one = a.match_type_id
            WHERE a.company_id = n.one AND a.withdrawn_at IS NULL AND {which}
           OFFSET 0) a, LATERAL (
           (SELECT b.id FROM matching_match b
             WHERE b.company_id = n.other AND b.match_type_id = a.match_type_id AND b.programme_id = a.programme_id
               AND b.withdrawn_at IS NULL AND b.agreed_on BETWEEN a.agreed_on AND a.agreed_on + %(within)s::int
             ORDER BY b.agreed_on LIMIT %(most_met)s)
           UNION ALL
           (SELECT b.id FROM matching_match b
             WHERE b.company_id = n.other AND b.match_type_id = a.match_type_id AND b.programme_id = a.programme_id
               AND b.withdrawn_at IS NULL AND b.agreed_on BETWEEN a.agreed_on - %(within)s::int AND a.agreed_on - 1
             ORDER BY b.agreed_on DESC LIMIT %(most_met)s)) b
), told AS (
    SELECT DISTINCT ON (e.id, l.id) e.programme_id, e.id AS earlier, l.id AS later,
           p.company, p.type, abs(l.agreed_on - e.agreed_on) AS days,
           e.work_area_id = l.work_area_id AS same_area, e.created_by_id <> l.created_by_id AS two
      FROM pairs p
      JOIN matching_match a ON a.id = p.one
      JOIN matching_match b ON b.id = p.other AND b.id <> a.id
      JOIN matching_match e
        ON e.id = CASE WHEN (a.registered_at, a.id) < (b.registered_at, b.id) THEN a.id ELSE b.id END
      JOIN matching_match l ON l.id = CASE WHEN e.id = a.id THEN b.id ELSE a.id END
     ORDER BY e.id, l.id, p.company
), scored AS (
    SELECT told.*, (%(points)s::jsonb ->> company)::int + (%(points)s::jsonb ->> type)::int + {days}
           + CASE WHEN same_area THEN (%(points)s::jsonb ->> 'same_work_area')::int ELSE 0 END
           + CASE WHEN two THEN (%(points)s::jsonb ->> 'two_partners')::int ELSE 0 END AS score
      FROM told
), ordered AS (
    SELECT s.*, there.id IS NOT NULL AS waits,
           row_number() OVER (PARTITION BY s.later ORDER BY s.score DESC, s.days, s.earlier) AS place
      FROM scored s LEFT JOIN matching_suspicion there ON there.earlier_id = s.earlier AND there.later_id = s.later
     WHERE s.score >= %(least)s AND (there.id IS NULL OR there.status = 'open')
)
INSERT INTO matching_suspicion AS there (programme_id, earlier_id, later_id, reasons, days, score, status)
SELECT programme_id, earlier, later,
       (ARRAY[company, type, 'days'] || CASE WHEN same_area THEN ARRAY['same_work_area'] ELSE '{{}}' END
        || ARRAY[CASE WHEN two THEN 'two_partners' ELSE 'one_partner' END])::varchar(20)[],
       days, score, 'open'
  FROM ordered WHERE waits OR place <= %(most_pairs)s
 ORDER BY earlier, later
    ON CONFLICT (earlier_id, later_id) DO UPDATE
   SET reasons = EXCLUDED.reasons, days = EXCLUDED.days, score = EXCLUDED.score
 WHERE there.status = 'open' AND (there.reasons, there.days, there.score)
       IS DISTINCT FROM (EXCLUDED.reasons, EXCLUDED.days, EXCLUDED.score)
"""
_SHARING_RUNS = """
    SELECT municipality_id, run, unnumbered, asks, id, core, digits FROM ranked
     WHERE place <= number - ceil(%(near)s::numeric * number) + 1
     UNION ALL
    SELECT municipality_id, '=' || core, unnumbered, asks, id, core, digits FROM named
"""
_ALL = "SELECT municipality_id, '=' AS run, unnumbered, asks, id, core, digits FROM named"


def find(matches: Sequence[int] | None = None) -> int:
    """Write down the pairs that these matches are in, or all pairs there are; returns how many are new or changed.

    A settled pair is left as it is. Both matches stand, in one programme. One statement.
    """
    days = "CASE " + " ".join(f"WHEN days <= {most} THEN {points}" for most, points in DAYS) + " ELSE 0 END"
    if matches is None:
        which, asks = "TRUE", "c.cvr IS NULL"  # every pair of names has one without a number: found from there
    else:
        which, asks = "a.id = ANY(%(matches)s)", "c.id IN (SELECT id FROM asked)"
    shared = _SHARING_RUNS if matches is None or len(matches) > FEW else _ALL
    statement = _FIND.format(which=which, asks=asks, shared=shared, days=days)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "mixed_one": [one for one, _other in MIXED_UP],
                "mixed_other": [other for _one, other in MIXED_UP],
                "legal_form": LEGAL_FORM,
                "near": NEAR,
                "compared": MOST_COMPARED,
                "most_near": MOST_NEAR,
                "most_met": MOST_MET,
                "most_pairs": MOST_PAIRS,
                "within": WITHIN,
                "points": _as_json(),
                "least": LEAST,
                "matches": list(matches or ()),
            },
        )
        return int(cursor.rowcount)


def _as_json() -> str:
    return "{" + ", ".join(f'"{name}": {points}' for name, points in POINTS.items()) + "}"
