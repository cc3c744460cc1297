"""Setting and changing targets. A target is never overwritten: a change is a new version with a place of its own."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import ledger
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.rights import require
from programmes.models import Programme
from reporting import reasons, rights
from reporting.models import Target, TargetVersion

GIVEN_BY_LEDGER = ("place", "recorded_at", "learnt_on", "batch")


def set_target(
    programme: Programme,
    key: str,
    *,
    name: str,
    basis: str,
    commitment: str,
    amount: Decimal | int | None,
    order: int = 0,
    measure: str = "match_registered",
    indicator: Any = None,
    parent: Target | None = None,
    learnt_on: date | None = None,
    excluded_municipalities: Iterable[str] = (),
    **said: Any,
) -> Target:
    """Inside ledger.entry(): make the target if it is not there, and define what it says from now on.

    `said` are further fields of TargetVersion (form, path, counted_from, counted_to, municipalities, organisations,
    headings, note, source, amount_to); the counting follows the programme unless they say otherwise. An `indicator`
    takes the place of the measure. In a history batch `learnt_on` is the day the target was known. Raises
    ValidationError with a message at the field.
    """
    version = TargetVersion(
        basis=basis,
        commitment=commitment,
        amount=None if amount is None else Decimal(amount),
        excluded_municipalities=sorted(excluded_municipalities),
        **{
            "form": TargetVersion.Form.NOT_STATED if amount is None else TargetVersion.Form.CUMULATIVE,
            "counted_from": programme.counted_from,
            "counted_to": programme.ends_on,
            **said,
        },
    )
    # The place and the clock are the ledger's to give; everything else is checked before anything is written.
    given_by_ledger = [*GIVEN_BY_LEDGER, "target"]
    if version.reason and not version.reason_code:
        version.reason_code = reasons.Reason.SOURCE
    version.clean_fields(exclude=given_by_ledger)
    version.validate_constraints(exclude=given_by_ledger)
    check_path(version)
    counted: dict[str, Any] = {"indicator": indicator} if indicator is not None else {"measure_id": measure}
    target, made = Target.objects.get_or_create(
        programme=programme, key=key, defaults={"name": name, "order": order, "parent": parent, **counted}
    )
    if not made:
        locked(target)
        # What changes a target says why; what a loader changes without a word is a revised source.
        version.reason_code = version.reason_code or reasons.Reason.SOURCE
    version.target = target
    ledger.define(version, learnt_on=learnt_on)
    return target


def withdraw_target(
    target: Target, *, learnt_on: date | None = None, reason: str = "", reason_code: str = reasons.Reason.SOURCE
) -> None:
    """Inside ledger.entry(): from now on the target does not hold. What was known before stays known."""
    newest = newest_version(target)
    if newest is None:
        raise ValueError("a target without a version cannot be withdrawn")
    said = {"withdrawn": True, "reason": reason, "reason_code": reason_code}
    ledger.define(TargetVersion(**{**copied(newest), **said}), learnt_on=learnt_on)


def newest_version(target: Target) -> TargetVersion | None:
    version: TargetVersion | None = TargetVersion.objects.filter(target=target).order_by("-place").first()
    return version


def copied(version: TargetVersion) -> dict[str, Any]:
    """The fields of a version as a new one starts from them."""
    return {
        field.attname: getattr(version, field.attname)
        for field in TargetVersion._meta.concrete_fields
        if field.name not in GIVEN_BY_LEDGER
    }


def add_target(
    actor: Actor,
    programme: Programme,
    key: str,
    *,
    name: str,
    indicator: Any = None,
    parent: Target | None = None,
    **said: Any,
) -> Target:
    """A new target of the programme, set by a person."""
    require(actor, rights.MANAGE_TARGETS)
    if key == "nyt":
        raise ValidationError({"key": _("Choose another name: that word is an address of the portal.")})
    if Target.objects.filter(programme=programme, key=key).exists():
        raise ValidationError({"key": _("The programme already has a target with this key.")})
    with ledger.entry():
        last = Target.objects.filter(programme=programme).order_by("-order").values_list("order", flat=True).first()
        return set_target(programme, key, name=name, indicator=indicator, parent=parent, order=(last or 0) + 1, **said)


def change_target(
    actor: Actor, target: Target, reason: str, *, reason_code: str = "", seen: str | None = None, **said: Any
) -> None:
    """A new version of the target; what `said` does not name stays as it was. A change needs a reason and its code.

    `seen` is the mark of the version that was on the screen; raises portal.drafts.versions.Changed when another holds.
    """
    require(actor, rights.MANAGE_TARGETS)
    with ledger.entry():
        newest = _standing(actor, target, reason, seen)
        code = reasons.stated(actor, reason_code, reasons.TARGET, text=reason)
        version = TargetVersion(**{**copied(newest), **said, "reason": reason, "reason_code": code})
        version.clean_fields(exclude=GIVEN_BY_LEDGER)
        version.validate_constraints(exclude=[*GIVEN_BY_LEDGER])
        check_path(version)
        ledger.define(version)


def end_target(actor: Actor, target: Target, reason: str, *, reason_code: str = "", seen: str | None = None) -> None:
    """From now on the target does not hold. What was known before stays known."""
    require(actor, rights.MANAGE_TARGETS)
    with ledger.entry():
        _standing(actor, target, reason, seen)
        code = reasons.stated(actor, reason_code, reasons.TARGET, text=reason)
        withdraw_target(target, reason=reason, reason_code=code)


def _standing(actor: Actor, target: Target, reason: str, seen: str | None) -> TargetVersion:
    """What holds now, kept from others until the entry ends: of two who change it, one comes after the other."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why. Everybody who sees the target sees the reason.")})
    newest = newest_version(locked(target))
    if newest is None or newest.withdrawn:
        raise ValidationError(_("The target does not hold any more."))
    versions.settle(actor, thing(target), seen=seen, now=newest.place)
    return newest


def thing(target: Target) -> str:
    """The target as forms and edits name it; the place of its newest version is its mark."""
    return versions.thing_of("target", target.pk)


def locked(target: Target) -> Target:
    return Target.objects.select_for_update(no_key=True).get(pk=target.pk)


def check_path(version: TargetVersion) -> None:
    """Raises ValidationError unless the path's numbers can be followed, and the alternatives read."""
    errors: dict[str, Any] = {}
    if version.path == TargetVersion.Path.STUDY_YEAR:
        weights = version.profile
        if len(weights) != 12 or not all(isinstance(weight, int) and weight >= 0 for weight in weights):
            errors["profile"] = _("Give twelve whole numbers, January first.")
        elif not any(weights):
            errors["profile"] = _("At least one month must have a share.")
    if version.path == TargetVersion.Path.MILESTONES:
        problem = milestones_problem(version)
        if problem:
            errors["milestones"] = problem
    for each in version.alternatives:
        if not (isinstance(each, Mapping) and each.get("name") and "amount" in each):
            errors["alternatives"] = _("Each alternative has a name and a number.")
    if errors:
        raise ValidationError(errors)


def milestones_problem(version: TargetVersion) -> Any:
    """What is wrong with the agreed milestones; empty when nothing is."""
    try:
        line = [(date.fromisoformat(each["by"]), Fraction(each["amount"])) for each in version.milestones]
    except (KeyError, TypeError, ValueError):
        return _("A milestone has a day and a number.")
    if not line:
        return _("Give at least one milestone, or choose another path.")
    if line[0][0] < version.counted_from or line[-1][0] > version.counted_to:
        return _("A milestone lies inside the counting.")
    if line[0][1] < 0 or any(later[0] <= earlier[0] or later[1] < earlier[1] for earlier, later in pairwise(line)):
        return _("Milestones come in the order of their days, and the numbers do not fall.")
    return ""
