"""What matching counts: `match_registered`, one fact for each match that counts."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.matches import MEASURE, SOURCE
from matching.models import Match, MatchType, WorkArea
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.ledger import registry

if TYPE_CHECKING:
    from portal.ledger.models import FactRecord

GROUPED_BY = ("municipality", "organisation", "heading", "category", "subcategory", "month")
CROSSINGS = [*combinations(GROUPED_BY, 2), *combinations(GROUPED_BY, 3)]

# What the ledger should hold, read from the records alone: written apart from the code that posts, on purpose.
EXPECTED = """
    SELECT 'match' AS source, m.id::text AS source_id, m.revision AS revision,
           date_trunc('month', coalesce(m.counted_on, m.agreed_on))::date AS occurred_on,
           m.municipality_id AS municipality, m.created_by_id AS organisation,
           coalesce(a.heading_id, p.heading_id) AS heading, m.subject AS subject,
           m.match_type_id AS category, m.work_area_id AS subcategory, m.counted_as::numeric AS quantity
      FROM matching_match m
      JOIN programmes_programme p ON p.id = m.programme_id
      LEFT JOIN programmes_activity a ON a.id = m.activity_id
     WHERE m.counts AND m.withdrawn_at IS NULL
"""


def expected(period: registry.Period | None) -> tuple[str, Sequence[Any]]:
    if period is None:
        return EXPECTED, []
    days = [period.start, period.end]
    # In two parts, of which the first is found by an index: hardly a match counts on another day than its agreement's.
    by_agreement = f"{EXPECTED} AND m.counted_on IS NULL AND m.agreed_on >= %s AND m.agreed_on < %s"
    by_course = f"{EXPECTED} AND m.counted_on >= %s AND m.counted_on < %s"
    return f"{by_agreement} UNION ALL {by_course}", [*days, *days]


def describe(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
    """Title and address of each match the actor may open, the reason for the others. One query for the page."""
    ids = {record.place: int(record.source_id) for record in records if record.source == SOURCE}
    matches = {
        match.pk: match
        for match in Match.objects.visible_to(actor)
        .filter(pk__in=set(ids.values()))
        .select_related("company", "match_type", "municipality")
    }
    verdict = may(actor, "matching.view_matches")
    reason = verdict.reason or _("Another organisation's match. You see that it counts, not whose it is.")
    described = {}
    for place, pk in ids.items():
        match = matches.get(pk)
        if match is None:
            described[place] = registry.Described(_("A match"), reason=reason)
            continue
        opened("match", pk)
        title = f"{match.match_type.label}, {match.company.name}, {match.municipality.name}"
        described[place] = registry.Described(title, url=reverse("matching:detail", args=[match.pk]))
    return described


def visible(actor: Actor) -> QuerySet[Match, Any] | None:
    """The ids, as text, of the matches the actor may open."""
    if not may(actor, "matching.view_matches"):
        return None
    return (
        Match.objects.filter(pk__in=Match.objects.ids_visible_to(actor))
        .order_by()
        .annotate(source_id=Cast("pk", TextField()))
        .values_list("source_id", flat=True)
    )


def match_type_labels() -> dict[str, str]:
    return {entry.code: entry.label for entry in MatchType.objects.all()}


def work_area_labels() -> dict[str, str]:
    """Every work area there ever was: one that is no longer offered still has its name."""
    return {entry.code: entry.label for entry in WorkArea.objects.all()}


registry.register(
    registry.MeasureDefinition(
        key=MEASURE,
        name=gettext_lazy("Matches"),
        unit="match",
        kind="flow",
        disclosure="open",
        about_person=True,
        dimensions={
            "category": registry.Dimension(gettext_lazy("Match type"), labels=match_type_labels, required=True),
            "subcategory": registry.Dimension(gettext_lazy("Work area"), labels=work_area_labels, required=True),
        },
        # Open in every crossing: it is what the political partners are shown.
        crossings=CROSSINGS,
        expected=expected,
        describe=describe,
        visible=visible,
    )
)
