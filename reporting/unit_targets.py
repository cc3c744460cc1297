"""The targets of a key's units: written when a distribution is approved, below the target that it shares out."""

from datetime import date
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.drafts import versions
from portal.identity.actor import Actor
from portal.ui import formats
from reporting import reasons
from reporting.models import DistributionKey, KeyVersion, Target, TargetVersion
from reporting.targets import copied, locked, newest_version, set_target, thing, withdraw_target

DISTRIBUTED_FORMS = (
    TargetVersion.Form.ABSOLUTE,
    TargetVersion.Form.CUMULATIVE,
    TargetVersion.Form.MINIMUM,
    TargetVersion.Form.MAXIMUM,
    TargetVersion.Form.FREQUENCY,
)


def must_fit(target: Target, total: int, outside: frozenset[str] | None) -> None:
    """Raises ValidationError unless the key shares out what the target says now.

    `outside` are the municipalities that the key puts outside the distribution; None when its units are no places.
    """
    version = newest_version(target)
    if version is None or version.withdrawn:
        raise ValidationError(_("The target does not hold any more."))
    if version.form not in DISTRIBUTED_FORMS:
        raise ValidationError(_("Only a target of one number can be distributed."))
    if version.amount != total:
        raise ValidationError(
            {
                "total": _("The target says %(amount)s, so that is what must be distributed.")
                % {"amount": formats.number(version.amount, 6)}
            }
        )
    if outside is not None and outside != set(version.excluded_municipalities):
        raise ValidationError(
            _("The target and the key must put the same municipalities outside the distribution. Change one of them.")
        )


def give_targets(key: DistributionKey, version: KeyVersion, learnt_on: date | None, actor: Actor | None = None) -> None:
    """A version for the target of each unit; one that an earlier approval gave a target and this does not, loses it."""
    whole = key.target
    assert whole is not None
    said = newest_version(whole)
    assert said is not None
    made = set()
    fields = copied(said)
    for each, amount in zip(version.units, version.amounts, strict=True):
        if each["excluded"]:
            continue
        code = unit_target_key(whole, each["code"])
        made.add(code)
        share = Fraction(amount) / Fraction(version.total) if version.total else Fraction(0)
        given = set_target(
            key.programme,
            code,
            name=f"{whole.name}: {each['name']}"[:160],
            order=whole.order,
            measure=whole.measure_id or "",
            indicator=whole.indicator,
            parent=whole,
            basis=said.basis,
            commitment=said.commitment,
            amount=amount,
            learnt_on=learnt_on,
            form=said.form,
            path=said.path,
            profile=said.profile,
            milestones=scaled_milestones(said, share),
            per=said.per,
            unit=said.unit,
            counted_from=said.counted_from,
            counted_to=said.counted_to,
            municipalities=list(each["municipalities"]),
            organisations=said.organisations if each["organisation"] is None else [each["organisation"]],
            headings=said.headings,
            **{name: fields[name] for name in ("rule", "params", "inputs", "decimals", "missing", "least_answers")},
            source=version.source,
            reason_code=reasons.Reason.DECISION,
            reason=str(_("Distributed by the key %(name)s.") % {"name": key.name})[:300],
        )
        versions.record(actor, thing(given))
    lost = _once_given(key, whole) - made
    for target in Target.objects.filter(programme=key.programme, key__in=sorted(lost)):
        newest = newest_version(locked(target))
        if newest is not None and not newest.withdrawn:
            versions.record(actor, thing(target))
            withdraw_target(
                target,
                learnt_on=learnt_on,
                reason=str(_("Not in the approved distribution")),
                reason_code=reasons.Reason.DECISION,
            )


def scaled_milestones(version: TargetVersion, share: Fraction) -> list[dict[str, str]]:
    """The agreed milestones of a part of what the version says."""
    return [{**step, "amount": str(Fraction(step["amount"]) * share)} for step in version.milestones]


def _once_given(key: DistributionKey, whole: Target) -> set[str]:
    rows = KeyVersion.objects.filter(key=key, within=None, status=KeyVersion.Status.APPROVED)
    return {unit_target_key(whole, code) for codes in rows.values_list("unit_codes", flat=True) for code in codes}


def unit_target_key(whole: Target, code: str) -> str:
    """The key of a unit's target below the one that is distributed."""
    return f"{whole.key}-{code}"[:60]
