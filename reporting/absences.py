"""Values known not to be there, and why: zero is an observation, these are not."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from reporting import reasons
from reporting.models import Absence, Observation, Series
from reporting.observation_rules import Period
from reporting.observations import may_write


def absent(
    series: Series,
    occurred_on: date,
    why: str,
    *,
    category: str = "",
    municipality: str | None = None,
    period: Period | None = None,
    vintage: str = "",
    note: str = "",
    actor: Actor | None = None,
    learnt_on: date | None = None,
    withdrawn: bool = False,
    reason_code: str = "",
) -> Absence:
    """Say that a value is not there, and why. The newest of the same cell holds; `withdrawn` takes it back."""
    if actor is not None:
        verdict = may_write(actor, series)
        if not verdict:
            raise Refused(verdict.reason)
    row = Absence(
        series=series,
        why=why,
        occurred_on=occurred_on,
        period_from=period[0] if period else None,
        period_to=period[1] if period else None,
        municipality_id=municipality,
        category=category,
        vintage=vintage,
        note=note.strip(),
        withdrawn=withdrawn,
        reason_code=reasons.stated(actor, reason_code, reasons.ABSENCE, text=note) if withdrawn else "",
        by=actor.user if actor is not None else None,
    )
    row.clean_fields(exclude=["place", "recorded_at", "learnt_on", "batch"])
    with ledger.entry():
        ledger.define(row, learnt_on=learnt_on)
    return row


def say_absent(
    actor: Actor,
    series: Series,
    why: str,
    period: Period,
    note: str,
    *,
    municipality: str | None = None,
    written: Written | None = None,
) -> Absence:
    """A person says why a period has no value, perhaps in one municipality only. Raises ValidationError."""
    wrong: dict[str, str] = {}
    if why not in Absence.Why.values:
        wrong["why"] = _("Choose why there is no value.")
    if period[1] < period[0]:
        wrong["period_to"] = _("The period must not end before it starts.")
    if not note.strip():
        wrong["note"] = _("Say what you know: who sees the figure sees it too.")
    if wrong:
        raise ValidationError(wrong)
    with ledger.entry():
        Series.objects.select_for_update(no_key=True).get(pk=series.pk)
        standing = Observation.objects.filter(series=series, withdrawn_at=None, occurred_on__range=period)
        if municipality:
            standing = standing.filter(municipality=municipality)
        if standing.exists():
            raise ValidationError(
                _("A value is registered in that period. Withdraw it first if it is wrong; a zero is a value too.")
            )
        row = absent(series, period[1], why, municipality=municipality, period=period, note=note, actor=actor)
        if written is not None:
            written(series.pk)
    return row


def take_back(
    actor: Actor, absence: Absence, reason: str, *, reason_code: str = "", seen: str | None = None
) -> Absence:
    """What was said no longer holds: the cell is "not reported" again, until somebody says or registers something."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is taken back.")})
    with ledger.entry():
        Series.objects.select_for_update(no_key=True).get(pk=absence.series_id)
        if absence.place not in {row.place for row in absences(absence.series, None)}:
            raise ValidationError(_("It has been taken back or said anew already."))
        versions.settle(actor, versions.thing_of("absence", absence.place), seen=seen, now=absence.place)
        period = (absence.period_from, absence.period_to) if absence.period_from and absence.period_to else None
        return absent(
            absence.series,
            absence.occurred_on,
            absence.why,
            category=absence.category,
            municipality=absence.municipality_id,
            period=period,
            vintage=absence.vintage,
            note=reason,
            actor=actor,
            withdrawn=True,
            reason_code=reason_code,
        )


def absences(series: Sequence[Series] | Series, as_of: ledger.AsOf | None) -> list[Absence]:
    """What is known not to be there (as_of None: now): of each cell the newest, unless taken back. One query."""
    chosen = [series] if isinstance(series, Series) else list(series)
    newest: dict[tuple[Any, ...], Absence] = {}
    known = Absence.objects.all() if as_of is None else Absence.objects.known(as_of)
    rows = known.filter(series__in=chosen).select_related("series", "municipality", "by")
    for row in rows.order_by("learnt_on", "place"):
        newest[tuple(getattr(row, name) for name in Absence.CELL)] = row
    return [row for row in newest.values() if not row.withdrawn]
