"""What plans expect of their areas, one fact for each number in a plan's table of effects."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.rights import may
from portal.ledger import registry
from programmes.effects import MEASURE, SOURCE
from programmes.models import EffectIndicator, ExpectedEffect, FocusArea
from programmes.rights import VIEW_PROGRAMMES

if TYPE_CHECKING:
    from portal.ledger.models import FactRecord

# What the ledger should hold, read from the records alone: written apart from the code that posts, on purpose.
EXPECTED = """
    SELECT 'expected_effect' AS source, e.id::text AS source_id, e.revision AS revision, e.counted_on AS occurred_on,
           NULL::varchar AS municipality, NULL::bigint AS organisation, a.heading_id AS heading, NULL::uuid AS subject,
           i.key AS category, '' AS subcategory, e.value AS quantity
      FROM programmes_expectedeffect e
      JOIN programmes_focusarea a ON a.id = e.focus_area_id
      JOIN programmes_effectindicator i ON i.id = e.indicator_id
     WHERE e.state = 'stated'
"""


def expected(period: registry.Period | None) -> tuple[str, Sequence[Any]]:
    if period is None:
        return EXPECTED, []
    return f"{EXPECTED} AND e.counted_on >= %s AND e.counted_on < %s", [period.start, period.end]


def visible_effects(actor: Actor) -> QuerySet[ExpectedEffect]:
    if not may(actor, VIEW_PROGRAMMES):
        return ExpectedEffect.objects.none()
    return ExpectedEffect.objects.filter(focus_area__in=FocusArea.objects.visible_to(actor).order_by().values("pk"))


def describe(records: "list[FactRecord]", actor: Actor) -> Mapping[int, registry.Described]:
    """Area and effect of each, and the area's page. One query for the page."""
    ids = {record.place: int(record.source_id) for record in records if record.source == SOURCE}
    rows = visible_effects(actor).filter(pk__in=set(ids.values())).select_related("focus_area", "indicator")
    found = {each.pk: each for each in rows.order_by()}
    described = {}
    for place, pk in ids.items():
        effect = found.get(pk)
        if effect is None:
            reason = _("A plan of another area. You see that it counts, not what it says.")
            described[place] = registry.Described(_("An expected effect"), reason=reason)
        else:
            url = reverse("programmes:area", args=[effect.focus_area_id])
            described[place] = registry.Described(f"{effect.focus_area}: {effect.indicator}", url=url)
    return described


def visible(actor: Actor) -> QuerySet[ExpectedEffect, Any] | None:
    """The ids, as text, of the expectations the actor may open."""
    found = visible_effects(actor).order_by().annotate(source_id=Cast("pk", TextField()))
    return found.values_list("source_id", flat=True)


def labels() -> dict[str, str]:
    return dict(EffectIndicator.objects.order_by("key", "pk").values_list("key", "name"))


registry.register(
    registry.MeasureDefinition(
        key=MEASURE,
        name=gettext_lazy("Expected effects"),
        unit="expectation",
        kind="flow",
        disclosure="open",
        about_person=False,
        dimensions={"category": registry.Dimension(gettext_lazy("Effect"), labels=labels, required=True)},
        crossings=[("heading", "category"), ("category", "month")],
        nullable=frozenset({"municipality", "organisation", "subject"}),
        expected=expected,
        describe=describe,
        visible=visible,
    )
)
