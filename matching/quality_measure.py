"""The second measure: `match_quality_assured`, one fact for each standing match that a sample check has confirmed."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from matching import measures
from matching.marks import MEASURE
from matching.matches import MEASURE as WHOLE
from portal.ledger import registry

# What the ledger should hold, from the records alone: the last check that says something of a match decides.
EXPECTED = """
    SELECT 'match' AS source, m.id::text AS source_id, k.revision AS revision,
           date_trunc('month', coalesce(m.counted_on, m.agreed_on))::date AS occurred_on,
           m.municipality_id AS municipality, m.created_by_id AS organisation,
           coalesce(a.heading_id, p.heading_id) AS heading, m.subject AS subject,
           m.match_type_id AS category, m.work_area_id AS subcategory, m.counted_as::numeric AS quantity
      FROM (SELECT DISTINCT ON (match_id) match_id, outcome FROM matching_sampleitem
             WHERE outcome IN ('confirmed', 'wrong')
             ORDER BY match_id, checked_at DESC, id DESC) last
      JOIN matching_match m ON m.id = last.match_id
      JOIN programmes_programme p ON p.id = m.programme_id
      LEFT JOIN programmes_activity a ON a.id = m.activity_id
      LEFT JOIN matching_qualitymark k ON k.match_id = m.id
     WHERE last.outcome = 'confirmed' AND m.counts AND m.withdrawn_at IS NULL
"""


def expected(period: registry.Period | None) -> tuple[str, Sequence[Any]]:
    if period is None:
        return EXPECTED, []
    day = "coalesce(m.counted_on, m.agreed_on)"
    return f"{EXPECTED} AND {day} >= %s AND {day} < %s", [period.start, period.end]


registry.register(
    registry.MeasureDefinition(
        key=MEASURE,
        name=gettext_lazy("Quality-assured matches"),
        unit="match",
        kind="flow",
        disclosure="open",
        about_person=True,
        dimensions={
            "category": registry.Dimension(
                gettext_lazy("Match type"), labels=measures.match_type_labels, required=True
            ),
            "subcategory": registry.Dimension(
                gettext_lazy("Work area"), labels=measures.work_area_labels, required=True
            ),
        },
        crossings=measures.CROSSINGS,
        expected=expected,
        describe=measures.describe,
        visible=measures.visible,
        part_of=WHOLE,
    )
)
