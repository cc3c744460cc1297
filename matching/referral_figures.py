"""How many companies are referred, both ways, and how soon they are answered: by partner, in one question.

Counts are open. What goes on inside a municipality is counted for that municipality alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import connection

from portal.identity.actor import Actor
from programmes.models import Programme

# Each referral once as a whole, once for who sent it and once for who received it; the median from both ends, as it
# lies between two days where their number is even.
FIGURES = """
WITH chosen AS (
    SELECT r.from_organisation_id, r.from_external_id, r.to_organisation_id, r.to_external_id, r.internal_to_id,
           r.status, r.answered_on - r.asked_on AS days
      FROM matching_referral r
     WHERE r.status <> 'withdrawn'
       AND r.programme_id = ANY(%(programmes)s)
       AND (r.internal_to_id IS NULL OR r.internal_to_id = ANY(%(own)s))
       AND (%(kind)s = '' OR r.kind = %(kind)s)
       AND (%(first)s::date IS NULL OR r.asked_on >= %(first)s::date)
       AND (%(last)s::date IS NULL OR r.asked_on <= %(last)s::date)
), sides AS (
    SELECT 'internal' AS side, NULL::bigint AS organisation, NULL::bigint AS party, status, days
      FROM chosen WHERE internal_to_id IS NOT NULL
    UNION ALL
    SELECT 'all', NULL, NULL, status, days FROM chosen WHERE internal_to_id IS NULL
    UNION ALL
    SELECT 'sent', from_organisation_id, from_external_id, status, days
      FROM chosen WHERE internal_to_id IS NULL AND coalesce(from_organisation_id, from_external_id) IS NOT NULL
    UNION ALL
    SELECT 'received', to_organisation_id, to_external_id, status, days FROM chosen WHERE internal_to_id IS NULL
)
SELECT s.side, s.organisation, s.party, coalesce(o.name, e.name, '') AS name,
       count(*) AS number,
       count(s.days) AS answered,
       count(*) FILTER (WHERE s.days <= %(soon)s) AS soon,
       count(*) FILTER (WHERE s.days <= %(late)s) AS late,
       count(*) FILTER (WHERE s.status IN ('sent', 'taken_on')) AS waiting,
       count(*) FILTER (WHERE s.status = 'passed_on') AS passed_on,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY s.days) AS below,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY s.days DESC) AS above
  FROM sides s
  LEFT JOIN identity_organisation o ON o.id = s.organisation
  LEFT JOIN matching_externalparty e ON e.id = s.party
 GROUP BY s.side, s.organisation, s.party, o.name, e.name, o.sort_key, e.sort_key
 ORDER BY coalesce(o.sort_key, e.sort_key), s.organisation, s.party, s.side
"""


@dataclass(frozen=True)
class Counted:
    """Of one party and one direction. `soon` and `late`: answered within 9 and within 21 days."""

    number: int = 0
    answered: int = 0
    soon: int = 0
    late: int = 0
    waiting: int = 0
    passed_on: int = 0
    median: Fraction | None = None


NONE = Counted()


@dataclass
class Party:
    """A partner, or somebody outside."""

    name: str
    organisation: int | None
    sent: Counted = NONE
    received: Counted = NONE


@dataclass
class Figures:
    whole: Counted = NONE
    internal: Counted = NONE
    """Inside the reader's own municipality."""
    parties: list[Party] = field(default_factory=list)


def limits() -> tuple[int, int]:
    """The days of the first and of the last reminder."""
    days: Sequence[int] = sorted(settings.REFERRAL_REMINDER_DAYS)
    return days[0], days[-1]


def figures(
    actor: Actor,
    programmes: Sequence[Programme],
    *,
    kind: str = "",
    first: date | None = None,
    last: date | None = None,
) -> Figures:
    """Of the referrals asked between the two days, both included. One query."""
    soon, late = limits()
    organisation = actor.organisation
    asked: dict[str, Any] = {
        "programmes": [each.pk for each in programmes],
        "own": [pk for pk in (organisation.pk, organisation.parent_id) if pk] if organisation else [],
        "kind": kind,
        "first": first,
        "last": last,
        "soon": soon,
        "late": late,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, asked)
        rows = cursor.fetchall()
    found = Figures()
    parties: dict[tuple[int | None, int | None], Party] = {}
    for row in rows:
        side, organisation_id, party_id, name = row[:4]
        number, answered, soon_ones, late_ones, waiting, passed_on, below, above = row[4:]
        median = Fraction(below + above, 2) if below is not None else None
        counted = Counted(number, answered, soon_ones, late_ones, waiting, passed_on, median)
        if side in ("all", "internal"):
            setattr(found, "whole" if side == "all" else side, counted)
            continue
        party = parties.setdefault((organisation_id, party_id), Party(name, organisation_id))
        setattr(party, side, counted)
    found.parties = list(parties.values())
    return found
