"""Setting and changing targets. A target is never overwritten: a change is a new version with a place of its own."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from portal import ledger
from programmes.models import Programme
from reporting.models import Target, TargetVersion


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
    parent: Target | None = None,
    learnt_on: date | None = None,
    excluded_municipalities: Iterable[str] = (),
    **said: Any,
) -> Target:
    """Inside ledger.entry(): make the target if it is not there, and define what it says from now on.

    `said` are further fields of TargetVersion (form, path, counted_from, counted_to, municipalities, organisations,
    headings, note, source, amount_to); the counting follows the programme unless they say otherwise. In a history batch
    `learnt_on` is the day the target was known. Raises ValidationError with a message at the field.
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
    given_by_ledger = ["place", "recorded_at", "learnt_on", "batch", "target"]
    version.clean_fields(exclude=given_by_ledger)
    version.validate_constraints(exclude=given_by_ledger)
    target, _made = Target.objects.get_or_create(
        programme=programme, key=key, defaults={"name": name, "order": order, "measure_id": measure, "parent": parent}
    )
    version.target = target
    ledger.define(version, learnt_on=learnt_on)
    return target


def withdraw_target(target: Target, *, learnt_on: date | None = None) -> None:
    """Inside ledger.entry(): from now on the target does not hold. What was known before stays known."""
    newest = TargetVersion.objects.filter(target=target).order_by("-place").first()
    if newest is None:
        raise ValueError("a target without a version cannot be withdrawn")
    copied = {
        field.attname: getattr(newest, field.attname)
        for field in TargetVersion._meta.concrete_fields
        if field.name not in {"place", "recorded_at", "learnt_on", "batch"}
    }
    ledger.define(TargetVersion(**{**copied, "withdrawn": True}), learnt_on=learnt_on)
