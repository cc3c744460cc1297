"""Which company of the register one without a CVR number may be: by its name without its legal form, and its place."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from matching.companies import core
from matching.models import Company

AT_MOST = 3
LIKE = 0.5
"""From this trigram similarity on, a name is worth looking at."""

# For each name its own look into the index of trigrams; the same municipality weighs as much as a good part of a name.
NEAREST = """
SELECT wanted.id, found.id
  FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS wanted(id, name, municipality),
       LATERAL (
           SELECT c.id, greatest(similarity(c.folded_name, wanted.name), word_similarity(wanted.name, c.folded_name))
                  + CASE WHEN c.municipality_id = wanted.municipality THEN 0.3 ELSE 0 END AS likeness
             FROM matching_company c
            WHERE c.folded_name %% wanted.name AND c.cvr IS NOT NULL AND c.merged_into_id IS NULL
              AND similarity(c.folded_name, wanted.name) >= %s
            ORDER BY likeness DESC, c.id
            LIMIT %s) AS found
 ORDER BY wanted.id, found.likeness DESC, found.id
"""


def candidates_for(companies: Sequence[Company]) -> dict[int, list[Company]]:
    """Company id → those with a CVR number that it may be, the likeliest first. Two queries for any number."""
    if not companies:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            NEAREST,
            [
                [each.pk for each in companies],
                [core(each.name) for each in companies],
                [each.municipality_id for each in companies],
                LIKE,
                AT_MOST,
            ],
        )
        pairs = cursor.fetchall()
    rows = Company.objects.select_related("municipality").in_bulk({found for _wanted, found in pairs})
    likely: dict[int, list[Company]] = defaultdict(list)
    for wanted, found in pairs:
        likely[wanted].append(rows[found])
    return likely
