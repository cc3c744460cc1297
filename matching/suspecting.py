"""Finding pairs of matches that may be one, also across partners: by named reasons, each worth so many points.

One statement for one match or for all of them. Companies are alike when they are the same row, or when one of them has
no CVR number and their names, without the legal form, are nearly the same in the same municipality: two CVR numbers are
two companies, however much alike their names are.
"""

from collections.abc import Sequence

from django.db import connection

from matching.companies import LEGAL_FORM, NEAR
from matching.models import Suspicion
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

_CORE = f"regexp_replace({{}}.folded_name, '{LEGAL_FORM}', '')"
"""companies.core in SQL: the folded name without its legal form."""

_FIND = """
WITH types (one, other, reason) AS (
    SELECT code, code, 'same_type' FROM matching_matchtype
     UNION ALL
    SELECT pair[1], pair[2], 'near_type' FROM unnest(%(mixed_one)s::text[], %(mixed_other)s::text[]) AS p(a, b),
           LATERAL (VALUES (ARRAY[p.a, p.b]), (ARRAY[p.b, p.a])) AS both_ways(pair)
), near AS MATERIALIZED (
    SELECT c.id AS one, o.id AS other, {core_c} = {core_o} AS equal
      FROM matching_company c
      JOIN matching_company o
        ON o.folded_name %% c.folded_name AND o.municipality_id = c.municipality_id AND o.id <> c.id
     WHERE {companies} AND similarity({core_c}, {core_o}) >= %(near)s
), alike AS (
    SELECT one, other, equal FROM near UNION SELECT other, one, equal FROM near
), pairs AS (
    SELECT a.id AS one, b.id AS other, 'same_company' AS company, t.reason AS type
      FROM matching_match a
      JOIN types t ON t.one = a.match_type_id
      JOIN matching_match b ON b.company_id = a.company_id AND b.match_type_id = t.other
       AND b.agreed_on BETWEEN a.agreed_on - %(within)s::int AND a.agreed_on + %(within)s::int
     WHERE {matches}
     UNION ALL
    SELECT a.id, b.id, CASE WHEN n.equal THEN 'same_name' ELSE 'near_name' END, t.reason
      FROM alike n
      JOIN matching_match a ON a.company_id = n.one
      JOIN types t ON t.one = a.match_type_id
      JOIN matching_match b ON b.company_id = n.other AND b.match_type_id = t.other
       AND b.agreed_on BETWEEN a.agreed_on - %(within)s::int AND a.agreed_on + %(within)s::int
     WHERE {matches}
), told AS (
    SELECT DISTINCT ON (e.id, l.id) e.programme_id, e.id AS earlier, l.id AS later,
           p.company, p.type, abs(l.agreed_on - e.agreed_on) AS days,
           e.work_area_id = l.work_area_id AS same_area, e.created_by_id <> l.created_by_id AS two
      FROM pairs p
      JOIN matching_match a ON a.id = p.one
      JOIN matching_match b ON b.id = p.other
      JOIN matching_match e
        ON e.id = CASE WHEN (a.registered_at, a.id) < (b.registered_at, b.id) THEN a.id ELSE b.id END
      JOIN matching_match l ON l.id = CASE WHEN e.id = a.id THEN b.id ELSE a.id END
     WHERE a.id <> b.id AND a.programme_id = b.programme_id AND a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL
     ORDER BY e.id, l.id, p.company
), scored AS (
    SELECT told.*, (%(points)s::jsonb ->> company)::int + (%(points)s::jsonb ->> type)::int + {days}
           + CASE WHEN same_area THEN (%(points)s::jsonb ->> 'same_work_area')::int ELSE 0 END
           + CASE WHEN two THEN (%(points)s::jsonb ->> 'two_partners')::int ELSE 0 END AS score
      FROM told
)
INSERT INTO matching_suspicion AS there (programme_id, earlier_id, later_id, reasons, days, score, status)
SELECT programme_id, earlier, later,
       (ARRAY[company, type, 'days'] || CASE WHEN same_area THEN ARRAY['same_work_area'] ELSE '{{}}' END
        || ARRAY[CASE WHEN two THEN 'two_partners' ELSE 'one_partner' END])::varchar(20)[],
       days, score, 'open'
  FROM scored WHERE score >= %(least)s
    ON CONFLICT (earlier_id, later_id) DO UPDATE
   SET reasons = EXCLUDED.reasons, days = EXCLUDED.days, score = EXCLUDED.score
 WHERE there.status = 'open' AND (there.reasons, there.days, there.score)
       IS DISTINCT FROM (EXCLUDED.reasons, EXCLUDED.days, EXCLUDED.score)
"""
_ONE_WAY = "(a.registered_at, a.id) < (b.registered_at, b.id)"


def find(matches: Sequence[int] | None = None) -> int:
    """Write down the pairs that these matches are in, or all pairs there are; returns how many are new or changed.

    A settled pair is left as it is. Both matches stand, in one programme. One statement, driven by the indexes of
    company, type and day and of trigrams.
    """
    days = "CASE " + " ".join(f"WHEN days <= {most} THEN {points}" for most, points in DAYS) + " ELSE 0 END"
    if matches is None:
        # Every pair of companies has one without a number, and every pair of matches an earlier one: found from there.
        chosen, companies = _ONE_WAY, "c.cvr IS NULL"
    else:
        chosen = "a.id = ANY(%(matches)s) AND a.id <> b.id"
        companies = (
            "c.id IN (SELECT company_id FROM matching_match WHERE id = ANY(%(matches)s))"
            " AND (c.cvr IS NULL OR o.cvr IS NULL)"
        )
    statement = _FIND.format(
        core_c=_CORE.format("c"), core_o=_CORE.format("o"), companies=companies, matches=chosen, days=days
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "mixed_one": [one for one, _other in MIXED_UP],
                "mixed_other": [other for _one, other in MIXED_UP],
                "near": NEAR,
                "within": WITHIN,
                "points": _as_json(),
                "least": LEAST,
                "matches": list(matches or ()),
            },
        )
        return int(cursor.rowcount)


def _as_json() -> str:
    return "{" + ", ".join(f'"{name}": {points}' for name, points in POINTS.items()) + "}"
