"""What is expected of each area, as the plan's tables print it, and what that comes to for the plan.

A number is one fact under the area's heading, so the plan's sum is the ledger's. Areas aim at the same companies: a sum
is a sum of expectations. A dash and a missing table are no numbers, and so no facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts import versions
from portal.identity.actor import Actor
from programmes.focus_areas import thing
from programmes.models import EffectIndicator, ExpectedEffect, FocusArea, Programme
from programmes.plans import may_edit, require
from programmes.rows import mark

MEASURE = SOURCE = "expected_effect"
State = ExpectedEffect.State
Stated = Decimal | ExpectedEffect.State
"""A number, or State.DASH or State.NOT_STATED."""


def expect(
    area: FocusArea,
    effects: Mapping[EffectIndicator, Stated],
    *,
    actor: Actor | None = None,
    seen: versions.Seen | None = None,
    known: date | None = None,
) -> None:
    """What is expected of the area; an effect that is not named is left as it is.

    A changed number is a reversal and a new fact. Raises Refused, Changed, or ValidationError.
    """
    if actor is not None:
        require(may_edit(actor, area.programme))
    with ledger.entry():
        row = FocusArea.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(pk=area.pk)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        there = {each.indicator_id: each for each in ExpectedEffect.objects.filter(focus_area=row)}
        for indicator, stated in effects.items():
            if indicator.programme_id != row.programme_id:
                raise ValidationError(_("The plan has no such effect."))
            _expect(row, indicator, stated, there.get(indicator.pk), known)
        row.save()


def _expect(
    area: FocusArea, indicator: EffectIndicator, stated: Stated, there: ExpectedEffect | None, known: date | None
) -> None:
    state = State(stated) if isinstance(stated, str) else State.STATED
    value = stated if isinstance(stated, Decimal) else None
    if there is not None and (there.state, there.value) == (state, value):
        return
    effect = there or ExpectedEffect(focus_area=area, indicator=indicator)
    if effect.state == State.STATED:
        key = {"measure": MEASURE, "source": SOURCE, "source_id": str(effect.pk), "revision": effect.revision}
        ledger.reverse(**key, learnt_on=known)  # type: ignore[arg-type]
        effect.revision += 1
    effect.state, effect.value, effect.counted_on = state, value, area.programme.starts_on
    effect.save()
    if value is not None:
        ledger.post(
            measure=MEASURE, occurred_on=effect.counted_on, source=SOURCE, source_id=str(effect.pk),
            revision=effect.revision, quantity=value, heading=area.heading_id, category=indicator.key, learnt_on=known,
        )  # fmt: skip


@dataclass(frozen=True)
class Expectation:
    """One effect of a plan: the ledger's sum, over how many of the areas in its tables."""

    indicator: EffectIndicator
    total: Decimal | None
    """None where no area states a number."""
    stated: int
    areas: int


@dataclass(frozen=True)
class Effects:
    """A plan's table of expected effects: every area that has lines in it, and what they come to."""

    areas: list[FocusArea]
    cells: Mapping[tuple[int, int], ExpectedEffect]
    """By area and indicator."""
    sums: list[Expectation]


def effects_of(programme: Programme, as_of: ledger.AsOf | None = None) -> Effects:
    """As it stands, with the sums from the ledger's facts. Four queries, however many areas there are."""
    indicators = list(programme.effect_indicators.order_by("order", "pk"))
    if not indicators:
        return Effects([], {}, [])
    rows = ExpectedEffect.objects.filter(focus_area__programme=programme).select_related("focus_area")
    cells = {(each.focus_area_id, each.indicator_id): each for each in rows.order_by("focus_area__order", "pk")}
    areas = list({each.focus_area_id: each.focus_area for each in cells.values()}.values())
    totals = sums_of(programme, as_of or ledger.AsOf.now())
    sums = []
    for indicator in indicators:
        stated = sum(cells[key].state == State.STATED for key in cells if key[1] == indicator.pk)
        sums.append(Expectation(indicator, totals.get(indicator.key) if stated else None, stated, len(areas)))
    return Effects(areas, cells, sums)


def sums_of(programme: Programme, as_of: ledger.AsOf) -> dict[str, Decimal]:
    """Effect → the sum of the facts under the plan's heading. Two queries."""
    where = ledger.under(programme.heading_id, as_of)
    rows: Any = ledger.sums(MEASURE, as_of, ("category",), where)
    return {row["category"]: row["total"] for row in rows}
