"""Lists that a plan keeps for its areas: which effects its tables have, and what its areas are appointed by."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.geography.danish import address_of
from programmes.models import Criterion, CriterionScore, EffectIndicator, ExpectedEffect, FocusArea, Programme
from programmes.rows import checked


def set_effects(plan: Programme, wanted: Iterable[tuple[str, str]]) -> list[EffectIndicator]:
    """The effects by name and unit, in order: those and no others. What a table has a number for stays.

    Inside an entry of a rule that has asked for permission. Raises ValidationError at "effects".
    """
    there = {each.name: each for each in plan.effect_indicators.order_by("order", "pk")}
    keys = {each.key for each in there.values()}
    found = []
    for order, (name, unit) in enumerate(dict(wanted).items(), 1):
        effect = there.pop(name, None)
        if effect is None:
            key = base = address_of(name).replace("-", "_")[:50] or "effekt"
            while key in keys:
                key = f"{base}_{len(keys) + 1}"
            keys.add(key)
            effect = EffectIndicator(programme=plan, key=key, name=name)
        effect.unit, effect.order = unit, order
        checked(effect)
        effect.save()
        found.append(effect)
    said = ExpectedEffect.objects.filter(indicator__in=[each.pk for each in there.values()])
    # "Not stated" is what a saved table says of a cell that nobody wrote in: it keeps nothing.
    said.filter(state=ExpectedEffect.State.NOT_STATED).delete()
    kept = said.exclude(state=ExpectedEffect.State.NOT_STATED)
    names = sorted(set(kept.values_list("indicator__name", flat=True)))
    if names:
        text = _("Areas say something of these effects, so they stay: %(names)s.")
        raise ValidationError({"effects": [text % {"names": ", ".join(names)}]})
    EffectIndicator.objects.filter(pk__in=[each.pk for each in there.values()]).delete()
    return found


def set_criteria(plan: Programme, appointed: FocusArea.Appointed, names: Iterable[str]) -> None:
    """The criteria in order: those and no others. One that an area is scored by stays.

    Inside an entry of a rule that has asked for permission. Raises ValidationError at "strength_criteria" or
    "emerging_criteria".
    """
    there = {each.name: each for each in plan.criteria.filter(appointed=appointed)}
    for order, name in enumerate(dict.fromkeys(names), 1):
        criterion = there.pop(name, None) or Criterion(programme=plan, appointed=appointed, name=name)
        criterion.order = order
        checked(criterion)
        criterion.save()
    rest = [each.pk for each in there.values()]
    if CriterionScore.objects.filter(criterion__in=rest).exists():
        raise ValidationError({f"{appointed}_criteria": [_("Areas are scored by a criterion that you leave out.")]})
    Criterion.objects.filter(pk__in=rest).delete()


def set_lists(
    plan: Programme,
    *,
    effects: Iterable[tuple[str, str]],
    strength_criteria: Iterable[str],
    emerging_criteria: Iterable[str],
) -> None:
    """All three as they are from now on. Inside an entry of a rule that has asked for permission."""
    with ledger.entry():
        set_effects(plan, effects)
        set_criteria(plan, FocusArea.Appointed.STRENGTH, strength_criteria)
        set_criteria(plan, FocusArea.Appointed.EMERGING, emerging_criteria)
