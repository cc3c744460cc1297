"""Series and what was observed: register, correct, withdraw, confirm. Each is one record and, when it holds, one fact.

`actor=None` is a loader: no permission is asked. In a history batch (`ledger.entry(history)` around the call) every
call says `learnt_on`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.models import Municipality
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation, User
from portal.identity.rights import Refused, Verdict
from portal.ledger.models import Heading, HeadingParent
from programmes.scope import organisations_of_area
from reporting import measures, reasons
from reporting.models import Observation, ObservationChange, Series, StatisticTable
from reporting.observation_rules import Period, Said, problems
from reporting.rights import CONFIRM_ASSESSMENT, REGISTER_OBSERVATION

AT_ONCE = 1000
RESERVED_KEYS = {"opret"}
"""Words that stand where a key would in an address."""


# ------------------------------------------------------------------------------------------------------- permission
def may_write(actor: Actor, series: Series) -> Verdict:
    """May this person register, correct and withdraw in the series, and if not, why?"""
    verdict = rights.may(actor, REGISTER_OBSERVATION)
    if verdict and series.owner_id not in actor.organisation_ids:
        text = _("%(owner)s is responsible for this series and registers in it. You can read it.")
        return Verdict(False, text % {"owner": series.owner})
    return verdict


def may_confirm(actor: Actor, observation: Observation) -> Verdict:
    """Four eyes: somebody of the same area with the right, but not the one who registered it."""
    verdict = rights.may(actor, CONFIRM_ASSESSMENT)
    if not verdict:
        return verdict
    if not is_assessment(observation.series):
        return Verdict(False, _("Only assessments are confirmed."))
    if observation.withdrawn_at:
        return Verdict(False, _("It has been withdrawn."))
    if observation.confirmed_at:
        return Verdict(False, _("It has been confirmed already."))
    if observation.registered_by_id in actor.person_ids:
        return Verdict(False, _("Somebody else than the one who registered it must confirm it."))
    if not organisations_of_area(actor).filter(pk=observation.series.owner_id).exists():
        return Verdict(False, _("It belongs to another area."))
    return verdict


def is_assessment(series: Series) -> bool:
    return series.measure_id == measures.ASSESSMENT


def _require(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


# ----------------------------------------------------------------------------------------------------------- series
def make_series(
    key: str,
    name: str,
    measure: str,
    owner: Organisation,
    unit: str = "",
    question: str = "",
    source: str = "",
    *,
    actor: Actor | None = None,
    table: StatisticTable | None = None,
    selection: Mapping[str, str] | None = None,
    learnt_on: date | None = None,
) -> Series:
    """A series with a heading of its own in the ledger. Raises ValidationError with the message at the field."""
    series = Series(
        key=key,
        name=name.strip(),
        owner=owner,
        measure_id=measure,
        unit=unit,
        question=question.strip(),
        source=source.strip(),
        table=table,
        selection=dict(selection or {}),
    )
    if actor is not None:
        _require(may_write(actor, series))
    if measure not in measures.KINDS:
        raise ValidationError({"measure": [_("Choose what kind of series it is.")]})
    if key in RESERVED_KEYS:
        raise ValidationError({"key": [_("This key is taken. Choose another.")]})
    with ledger.entry():
        series.clean_fields(exclude=["heading"])
        series.validate_unique(exclude=["heading"])
        series.heading = Heading.objects.create()
        series.save()
        parent = HeadingParent(heading=series.heading, parent=None, valid_from=None)
        ledger.define(parent, learnt_on=learnt_on)
    return series


# --------------------------------------------------------------------------------------------------------- register
def observe(
    series: Series,
    occurred_on: date,
    quantity: Decimal | int = 1,
    *,
    category: str = "",
    municipality: Municipality | str | None = None,
    organisation: Organisation | int | None = None,
    subject: UUID | None = None,
    period: Period | None = None,
    vintage: str = "",
    qualifier: str = "",
    constructed: bool = False,
    source: str = "",
    note: str = "",
    actor: Actor | None = None,
    learnt_on: date | None = None,
    written: Written | None = None,
) -> Observation:
    """Register one observation with its fact; an assessment is not counted before it is confirmed.

    Raises Refused, or ValidationError with the messages at the fields. `written` is called inside the transaction with
    the id of the record (see portal.audit.submissions).
    """
    if actor is not None:
        _require(may_write(actor, series))
    said = Said(
        occurred_on=occurred_on,
        quantity=quantity,
        category=category.strip(),
        municipality=municipality.pk if isinstance(municipality, Municipality) else municipality or None,
        organisation=organisation.pk if isinstance(organisation, Organisation) else organisation,
        subject=subject,
        period=period,
        vintage=vintage.strip(),
        qualifier=qualifier,
        constructed=constructed,
        source=source.strip(),
        note=note.strip(),
        learnt_on=learnt_on,
    )
    with ledger.entry():
        observation = _record(series, said, actor.user if actor else None)
        observation.save()
        _post(observation, series, learnt_on)
        if written:
            written(observation.pk)
    return observation


def observe_many(
    series: Series,
    rows: Iterable[Said],
    *,
    actor: Actor | None = None,
    registered_by: User | None = None,
    history: ledger.History | None = None,
    done: Written | None = None,
) -> int:
    """Register many in entries of at most 1,000; returns how many. Each thousand is all or nothing.

    `done` is called inside each entry with the number written so far, so that an interrupted import can go on.
    `registered_by` is who it is said of when the caller has asked for the right (actor None).
    """
    if actor is not None:
        _require(may_write(actor, series))
        registered_by = actor.user
    count, source = 0, iter(rows)
    while chunk := list(islice(source, AT_ONCE)):
        with ledger.entry(history=history):
            records = [_record(series, said, registered_by) for said in chunk]
            Observation.objects.bulk_create(records)
            for record, said in zip(records, chunk, strict=True):
                _post(record, series, said.learnt_on)
            count += len(chunk)
            if done:
                done(count)
    return count


def _record(series: Series, said: Said, registered_by: User | None) -> Observation:
    faults = problems(series, said)
    if faults:
        raise ValidationError(faults)
    return Observation(
        series=series,
        occurred_on=said.occurred_on,
        period_from=said.period[0] if said.period else None,
        period_to=said.period[1] if said.period else None,
        municipality_id=said.municipality,
        organisation_id=said.organisation,
        category=said.category,
        vintage=said.vintage,
        subject=said.subject,
        quantity=Decimal(said.quantity),
        qualifier=said.qualifier,
        constructed=said.constructed,
        source=said.source,
        note=said.note,
        registered_by=registered_by,
    )


def _post(observation: Observation, series: Series, learnt_on: date | None) -> None:
    if is_assessment(series) and observation.confirmed_at is None:
        return
    period = None
    if observation.period_from and observation.period_to:
        period = (observation.period_from, observation.period_to + date.resolution)
    ledger.post(
        measure=series.measure_id,
        occurred_on=observation.occurred_on,
        source=measures.SOURCE,
        source_id=str(observation.pk),
        revision=observation.revision,
        quantity=observation.quantity,
        municipality=observation.municipality_id,
        organisation=observation.organisation_id,
        heading=series.heading_id,
        subject=observation.subject,
        category=observation.category,
        subcategory=observation.vintage,
        period=period,
        qualifier=observation.qualifier,
        learnt_on=learnt_on,
    )


def _reverse(observation: Observation, learnt_on: date | None) -> None:
    """Inside an entry: take back the fact of the revision that stands, if there is one."""
    if is_assessment(observation.series) and observation.confirmed_at is None:
        return
    ledger.reverse(
        measure=observation.series.measure_id,
        source=measures.SOURCE,
        source_id=str(observation.pk),
        revision=observation.revision,
        learnt_on=learnt_on,
    )


# ------------------------------------------------------------------------------------- correct, withdraw, confirm
CHANGEABLE = (
    "occurred_on", "quantity", "category", "municipality", "organisation", "period", "vintage", "qualifier",
    "constructed", "source", "note",
)  # fmt: skip


def correct(
    observation: Observation,
    actor: Actor | None,
    reason: str,
    *,
    reason_code: str = "",
    learnt_on: date | None = None,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **changes: Any,
) -> Observation:
    """A reversal and the next revision of the same record. What it said and why it changed are kept.

    `changes` are fields of `observe`. An assessment must be confirmed again, by another than the one who corrected it.
    Raises Changed when it is not as it was `seen`. `written` is called at the end, as in `observe`.
    """
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"cannot correct {', '.join(sorted(unknown))}")
    reason = _reason(reason)
    code = reasons.stated(actor, reason_code, reasons.OBSERVATION, text=reason)
    with ledger.entry():
        current = _locked(observation)
        series = current.series
        if actor is not None:
            _require(may_write(actor, series))
        _not_withdrawn(current)
        versions.settle(actor, thing(current), seen=seen, now=mark(current))
        before = as_said(current)
        said = Said(**{**before.__dict__, **_normal(changes)})
        if said == before:
            raise ValidationError([_("Nothing has been changed.")])
        record = _record(series, said, actor.user if actor else None)
        _changed(current, ObservationChange.What.CORRECTED, actor, reason, code)
        _reverse(current, learnt_on)
        record.pk, record.registered_at, record.revision = current.pk, current.registered_at, current.revision + 1
        record.confirmed_by, record.confirmed_at, record.confirmed_as_deputy_for = None, None, ""
        if not is_assessment(series):
            record.registered_by_id = current.registered_by_id
        record._state.adding = False
        record.save(force_update=True)
        _post(record, series, learnt_on)
        if written:
            written(record.pk)
    return record


def withdraw(
    observation: Observation,
    actor: Actor | None,
    reason: str,
    *,
    reason_code: str = "",
    learnt_on: date | None = None,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Observation:
    """It should never have counted: a reversal, and the record stays with the reason. Again changes nothing.

    `seen` and `written` as in `correct`.
    """
    reason = _reason(reason)
    code = reasons.stated(actor, reason_code, reasons.OBSERVATION, text=reason)
    with ledger.entry():
        current = _locked(observation)
        if actor is not None:
            _require(may_write(actor, current.series))
        if written:
            written(current.pk)
        if current.withdrawn_at:
            return current
        versions.settle(actor, thing(current), seen=seen, now=mark(current))
        _changed(current, ObservationChange.What.WITHDRAWN, actor, reason, code)
        _reverse(current, learnt_on)
        current.withdrawn_at, current.withdrawn_reason = timezone.now(), reason
        current.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return current


def confirm(
    observation: Observation, actor: Actor | None, *, learnt_on: date | None = None, seen: versions.Seen | None = None
) -> Observation:
    """The second pair of eyes on an assessment: from here on it counts."""
    with ledger.entry():
        current = _locked(observation)
        if actor is not None:
            _require(may_confirm(actor, current))
        elif not is_assessment(current.series) or current.withdrawn_at:
            raise ValidationError([_("Only assessments are confirmed.")])
        if current.confirmed_at:
            return current
        versions.settle(actor, thing(current), seen=seen, now=mark(current))
        _changed(current, ObservationChange.What.CONFIRMED, actor, "")
        current.confirmed_by, current.confirmed_at = actor.user if actor else None, timezone.now()
        current.confirmed_as_deputy_for = actor.as_deputy_for if actor else ""
        current.save(update_fields=["confirmed_by", "confirmed_at", "confirmed_as_deputy_for"])
        _post(current, current.series, learnt_on)
    return current


def thing(observation: Observation) -> str:
    """The observation as forms and edits name it."""
    return versions.thing_of("observation", observation.pk)


def mark(observation: Observation) -> str:
    """What tells its versions apart: the revision, and whether it is confirmed or withdrawn."""
    marks = ("c" if observation.confirmed_at else "") + ("w" if observation.withdrawn_at else "")
    return f"{observation.revision}{marks}"


def as_said(observation: Observation) -> Said:
    period = None
    if observation.period_from and observation.period_to:
        period = (observation.period_from, observation.period_to)
    return Said(
        occurred_on=observation.occurred_on,
        quantity=observation.quantity,
        category=observation.category,
        municipality=observation.municipality_id,
        organisation=observation.organisation_id,
        subject=observation.subject,
        period=period,
        vintage=observation.vintage,
        qualifier=observation.qualifier,
        constructed=observation.constructed,
        source=observation.source,
        note=observation.note,
    )


def _normal(changes: Mapping[str, Any]) -> dict[str, Any]:
    normal = dict(changes)
    if isinstance(normal.get("municipality"), Municipality):
        normal["municipality"] = normal["municipality"].pk
    if isinstance(normal.get("organisation"), Organisation):
        normal["organisation"] = normal["organisation"].pk
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in normal.items()
    }  # fmt: skip


def _locked(observation: Observation) -> Observation:
    return (
        Observation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("series__owner")
        .get(pk=observation.pk)
    )


def _not_withdrawn(observation: Observation) -> None:
    if observation.withdrawn_at:
        raise ValidationError([_("It has been withdrawn and cannot be corrected. Register it again.")])


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": [_("Write the reason.")]})
    return reason.strip()[:300]


def _changed(
    observation: Observation, what: ObservationChange.What, actor: Actor | None, reason: str, code: str = ""
) -> None:
    said = as_said(observation)
    ObservationChange.objects.create(
        observation=observation,
        revision=observation.revision,
        what=what,
        before={
            "occurred_on": said.occurred_on.isoformat(),
            "quantity": str(said.quantity),
            "category": said.category,
            "municipality": said.municipality,
            "organisation": said.organisation,
            "period": [day.isoformat() for day in said.period] if said.period else None,
            "vintage": said.vintage,
            "qualifier": said.qualifier,
            "constructed": said.constructed,
            "source": said.source,
            "note": said.note,
        },
        reason=reason,
        reason_code=code,
        changed_by=actor.user if actor else None,
    )
