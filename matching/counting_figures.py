"""How many matches a programme has by each way in which they might be counted: one statement over the records."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from matching.models import Chain, CountingRule, CountsOn, Group
from programmes.models import Programme

ALTERNATIVES = """
WITH RECURSIVE ours AS (
    SELECT m.id, coalesce(m.students, 1) AS students, m.agreed_on,
           CASE WHEN m.stage <> 'agreed' AND (m.broken_off_on IS NULL OR m.starts_on <= m.broken_off_on)
                THEN m.starts_on END AS started_on,
           CASE WHEN m.stage = 'ended' THEN m.ends_on END AS ended_on,
           coalesce(m.broken_off_on, m.ends_on) - m.starts_on + 1 AS days
      FROM matching_match m
     WHERE m.programme_id = %(programme)s AND m.withdrawn_at IS NULL
), up AS (
    SELECT id, follows_id AS earlier FROM matching_match WHERE follows_id IS NOT NULL AND programme_id = %(programme)s
     UNION
    SELECT up.id, m.follows_id FROM up JOIN matching_match m ON m.id = up.earlier WHERE m.follows_id IS NOT NULL
), counted AS (
    SELECT ours.id, ours.students, way.counts_on
      FROM ours
     CROSS JOIN LATERAL (VALUES ('agreed', agreed_on), ('started', started_on), ('ended', ended_on))
           AS way (counts_on, day)
     WHERE way.day >= %(counted_from)s AND (%(minimum)s::int IS NULL OR ours.days >= %(minimum)s::int)
), chained AS (
    SELECT DISTINCT later.id, later.counts_on
      FROM up
      JOIN counted later ON later.id = up.id
      JOIN counted earlier ON earlier.id = up.earlier AND earlier.counts_on = later.counts_on
)
SELECT counted.counts_on, chained.id IS NULL AS first, count(*), sum(counted.students)
  FROM counted LEFT JOIN chained ON chained.id = counted.id AND chained.counts_on = counted.counts_on
 GROUP BY 1, 2
"""
NOW = """
SELECT coalesce(sum(counted_as) FILTER (WHERE counts), 0),
       count(*) FILTER (WHERE agreed_on >= %s AND rule_id IS DISTINCT FROM %s)
  FROM matching_match WHERE programme_id = %s AND withdrawn_at IS NULL
"""


@dataclass(frozen=True)
class Figures:
    """`sums`: (which day, first of its chain) → matches, students."""

    sums: dict[tuple[str, bool], tuple[int, int]]
    counted: int
    """As they count today, each by the rule it was registered under."""
    by_another: int
    """Those agreed since the rule in force is valid that were registered under another."""

    def matches(self, counts_on: str, chain: str, group: str) -> int:
        """What is undecided counts as it always was."""
        place = 1 if group == Group.EACH else 0
        first = self.sums.get((counts_on, True), (0, 0))[place]
        return first if chain == Chain.FIRST else first + self.sums.get((counts_on, False), (0, 0))[place]


def figures_of(programme: Programme, rule: CountingRule | None) -> Figures:
    """Two statements, whatever the number of matches. The least number of days is the rule's."""
    decided = rule is not None and rule.decided
    given: dict[str, int | date | None] = {
        "programme": programme.pk,
        "counted_from": programme.counted_from,
        "minimum": rule.minimum_days if rule is not None and decided else None,
    }
    since: date = rule.valid_from if rule is not None and decided else date.max
    with connection.cursor() as cursor:
        cursor.execute(ALTERNATIVES, given)
        sums = {(day, first): (int(number), int(students)) for day, first, number, students in cursor.fetchall()}
        cursor.execute(NOW, [since, rule.place if rule is not None else None, programme.pk])
        counted, by_another = cursor.fetchone()
    return Figures(sums, int(counted), int(by_another))


def as_counted(rule: CountingRule | None) -> tuple[str, str, str]:
    """Day, chain and group by which matches count where the rule holds."""
    if rule is None or not rule.decided:
        return CountsOn.AGREED, Chain.EACH, Group.ONE
    chain = Chain.FIRST if rule.chain == Chain.FIRST else Chain.EACH
    return rule.counts_on, chain, Group.EACH if rule.group == Group.EACH else Group.ONE
