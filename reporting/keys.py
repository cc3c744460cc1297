"""Distribution keys: propose one, move by hand, approve or reject, and split one's own number inside.

Nothing changes before somebody approves: a proposal is a version of its own, and so is each move in it. The approval
writes a target for every unit below the target that was distributed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import ledger
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict, may, require
from portal.identity.roles import OrganisationKind
from programmes.models import Programme
from reporting import reasons, rights
from reporting.key_values import statistic_values
from reporting.models import DistributionKey, KeyVersion, Target
from reporting.rules import distribution
from reporting.rules.distribution import Distribution, DistributionError, Move, Unit
from reporting.targets import locked
from reporting.unit_targets import give_targets, must_fit

Method, Status = KeyVersion.Method, KeyVersion.Status
RESERVED = frozenset({"ny", "nyt"})
"""Words of addresses beside those of keys and targets."""
LOCAL = (OrganisationKind.MUNICIPALITY, OrganisationKind.JOBCENTRE, OrganisationKind.BUSINESS_OFFICE)


@dataclass(frozen=True)
class KeyUnit:
    """A reporting unit: one municipality, several together, or an organisation; with its value in the key."""

    code: str
    name: str
    value: Decimal | None
    municipalities: tuple[str, ...] = ()
    organisation: int | None = None
    excluded: str = ""
    floor: int | None = None
    cap: int | None = None

    def stored(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "municipalities": list(self.municipalities),
            "organisation": self.organisation,
            "value": None if self.value is None else str(self.value),
            "excluded": self.excluded,
            "floor": self.floor,
            "cap": self.cap,
        }


@dataclass(frozen=True)
class State:
    """Where a key stands: what holds, and what waits for a decision."""

    approved: KeyVersion | None
    pending: KeyVersion | None
    versions: tuple[KeyVersion, ...]
    """All but the splits inside units, the newest first."""


def make_key(
    programme: Programme, key: str, *, name: str, target: Target | None = None, actor: Actor | None = None
) -> DistributionKey:
    """A key without a proposal yet. `actor` None is a loader."""
    _require(actor, rights.PROPOSE_KEY)
    made = DistributionKey(programme=programme, key=key, name=name, target=target)
    made.full_clean()
    if key in RESERVED:
        raise ValidationError({"key": _("Choose another name: that word is an address of the portal.")})
    made.save()
    return made


def propose(
    key: DistributionKey,
    units: Sequence[KeyUnit],
    *,
    total: int,
    method: str,
    statistic: str = "",
    vintage: str = "",
    counted_on: date | None = None,
    source: str = "",
    moves: Sequence[Mapping[str, Any]] = (),
    note: str = "",
    actor: Actor | None = None,
    learnt_on: date | None = None,
    seen: str | None = None,
) -> KeyVersion:
    """A proposal computed from the units' values; it takes the place of an earlier one that nobody decided.

    `seen` is the key's `mark` on the screen. Raises DistributionError or ValidationError, or Changed when somebody else
    was first; then nothing is written.
    """
    _require(actor, rights.PROPOSE_KEY)
    if key.target is not None:
        must_fit(key.target, total, _outside(units))
    found = compute(units, total, method)
    amounts = distribution.moved(found.amounts, [_move(each) for each in moves], [_unit(unit) for unit in units])
    version = KeyVersion(
        key=key,
        status=Status.PROPOSED,
        method=method,
        total=Decimal(total),
        statistic=statistic,
        vintage=vintage,
        counted_on=counted_on,
        source=source,
        units=[unit.stored() for unit in units],
        unit_codes=[unit.code for unit in units],
        amounts=[Decimal(amounts[unit.code]) for unit in units],
        moves=[dict(each) for each in moves],
        ties=[{"given": list(tie.given), "passed_over": list(tie.passed_over)} for tie in found.ties],
        decision=note,
        by=None if actor is None else actor.user,
    )
    version.clean_fields(exclude=["place", "recorded_at", "learnt_on", "batch", "by"])
    with ledger.entry():
        DistributionKey.objects.select_for_update(no_key=True).get(pk=key.pk)
        versions.settle(actor, thing(key), seen=seen, now=mark(state_of(key)) if seen is not None else None)
        ledger.define(version, learnt_on=learnt_on)
    return version


def move(
    version: KeyVersion,
    giver: str,
    taker: str,
    number: int,
    reason: str,
    *,
    reason_code: str = "",
    actor: Actor | None = None,
    learnt_on: date | None = None,
    seen: str | None = None,
) -> KeyVersion:
    """Move `number` from one unit to another in the waiting proposal: a new proposal, with the move and its reason."""
    _require(actor, rights.PROPOSE_KEY)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why. Everybody who sees the key sees the reason.")})
    code = reasons.stated(actor, reason_code, reasons.KEY, text=reason)
    said = {"from": giver, "to": taker, "number": number, "reason": reason.strip(), "reason_code": code}
    moves = [*version.moves, said]
    found = result(version)
    amounts = distribution.moved(found.amounts, [_move(each) for each in moves], units_of(version))
    fields = {**_copied(version), "moves": moves, "amounts": [Decimal(amounts[code]) for code in version.unit_codes]}
    moved = KeyVersion(**{**fields, "reason_code": code, "by_id": None if actor is None else actor.user.pk})
    with ledger.entry():
        _must_wait(version, actor, seen)
        ledger.define(moved, learnt_on=learnt_on)
    return moved


def approve(
    version: KeyVersion,
    decision: str = "",
    *,
    reason_code: str = "",
    actor: Actor | None = None,
    learnt_on: date | None = None,
    seen: str | None = None,
) -> KeyVersion:
    """The proposal holds from now on, and every unit gets its target below the one that was distributed.

    Two people stand behind what holds: nobody approves what the same person proposed or moved in.
    """
    if actor is not None:
        verdict = may_approve(actor, version, state_of(version.key).versions)
        if not verdict:
            raise Refused(verdict.reason)
    ruling = _ruling(version, Status.APPROVED, decision, actor, reason_code)
    with ledger.entry():
        key = _must_wait(version, actor, seen)
        ledger.define(ruling, learnt_on=learnt_on)
        if key.target is not None:
            locked(key.target)
            must_fit(key.target, int(version.total), _outside([read_unit(each) for each in version.units]))
            give_targets(key, version, learnt_on, actor)
    return ruling


_TWO_PEOPLE = _("You have made this proposal or moved numbers in it, so somebody else must approve it.")


def may_approve(actor: Actor, version: KeyVersion, versions: Sequence[KeyVersion]) -> Verdict:
    """May this person approve the proposal, one of the key's `versions`, and if not, why?"""
    verdict = may(actor, rights.APPROVE_KEY)
    if verdict and actor.person_ids & _hands_in(version, versions):
        return Verdict(False, str(_TWO_PEOPLE))
    return verdict


def _hands_in(version: KeyVersion, versions: Sequence[KeyVersion]) -> set[int | None]:
    """Who proposed it, and who has moved numbers in it since: each move is a version next to the one it changed."""
    hands = {version.by_id}
    proposals = [each for each in versions if each.status == Status.PROPOSED and each.place < version.place]
    for before in sorted(proposals, key=lambda each: -each.place):
        if not version.moves or (before.units, before.moves) != (version.units, version.moves[:-1]):
            break
        hands.add(before.by_id)
        version = before
    return hands


def reject(
    version: KeyVersion,
    reason: str,
    *,
    reason_code: str = "",
    actor: Actor | None = None,
    learnt_on: date | None = None,
    seen: str | None = None,
) -> KeyVersion:
    """The proposal is turned down; what held before holds on."""
    _require(actor, rights.APPROVE_KEY)
    if not reason.strip():
        raise ValidationError({"decision": _("Say why the proposal is rejected.")})
    ruling = _ruling(version, Status.REJECTED, reason, actor, reason_code)
    with ledger.entry():
        _must_wait(version, actor, seen)
        ledger.define(ruling, learnt_on=learnt_on)
    return ruling


def may_see_split(actor: Actor, unit: Mapping[str, Any]) -> bool:
    """A split inside a unit is seen by the unit itself: the municipality, its jobcentre and its business office."""
    organisation = actor.organisation
    if organisation is None:
        return False
    if unit["organisation"] is not None:
        return unit["organisation"] in actor.organisation_ids
    return organisation.kind in LOCAL and organisation.municipality_id in unit["municipalities"]


def split(
    version: KeyVersion,
    unit: str,
    parts: Sequence[KeyUnit],
    *,
    note: str = "",
    actor: Actor | None = None,
    seen: str | None = None,
) -> KeyVersion:
    """Split a unit's approved number inside. The parts are agreed numbers and make the whole; nobody else sees them.

    `seen` is the `split_mark` on the screen.
    """
    _require(actor, rights.SPLIT_TARGET)
    about = unit_in(version, unit)
    if actor is not None and (about is None or not may_see_split(actor, about)):
        raise Refused(str(_("A municipality's own officers split its target. Ask them.")))
    total = int(amounts_of(version)[unit])
    distribution.distribute(total, [_unit(part) for part in parts], distribution.AGREED)
    inside = KeyVersion(
        key_id=version.key_id,
        status=Status.APPROVED,
        method=Method.AGREED,
        total=Decimal(total),
        units=[part.stored() for part in parts],
        unit_codes=[part.code for part in parts],
        amounts=[Decimal(int(part.value or 0)) for part in parts],
        within=version.place,
        within_unit=unit,
        decision=note,
        by=None if actor is None else actor.user,
    )
    with ledger.entry():
        DistributionKey.objects.select_for_update(no_key=True).get(pk=version.key_id)
        standing = state_of(version.key).approved
        if standing is None or standing.place != version.place:
            raise ValidationError(_("A newer distribution holds. Split the number that it gives you."))
        now = split_mark(version, split_of(version, unit))
        versions.settle(actor, split_thing(version.key, unit), seen=seen, now=now)
        ledger.define(inside)
    return inside


def split_of(version: KeyVersion, unit: str, as_of: ledger.AsOf | None = None) -> KeyVersion | None:
    """The newest split inside the unit of an approved version."""
    rows = _known(as_of).filter(within=version.place, within_unit=unit)
    newest: KeyVersion | None = rows.order_by("-learnt_on", "-place").first()
    return newest


def thing(key: DistributionKey) -> str:
    """The key as forms and edits name it."""
    return versions.thing_of("key", key.pk)


def mark(state: State) -> str:
    """What tells a key's versions apart: the place of the newest proposal or decision."""
    return str(max((each.place for each in state.versions), default=0))


def split_thing(key: DistributionKey, unit: str) -> str:
    return versions.thing_of("split", f"{key.pk}:{unit}")


def split_mark(version: KeyVersion, standing: KeyVersion | None) -> str:
    """Of a split: which distribution it is inside, and the place of what holds."""
    return f"{version.place}:{standing.place if standing else 0}"


def state_of(key: DistributionKey, as_of: ledger.AsOf | None = None) -> State:
    """What holds and what waits, as known. One query."""
    return states_of([key], as_of)[key.pk]


def states_of(keys: Sequence[DistributionKey], as_of: ledger.AsOf | None = None) -> dict[int, State]:
    """The state of each key by its id. One query."""
    found = _known(as_of).filter(key__in=[key.pk for key in keys], within=None)
    rows = found.select_related("key__target", "by").order_by("-learnt_on", "-place")
    by_key: dict[int, list[KeyVersion]] = {key.pk: [] for key in keys}
    for row in rows:
        by_key[row.key_id].append(row)
    return {pk: _state(tuple(versions)) for pk, versions in by_key.items()}


def _state(rows: tuple[KeyVersion, ...]) -> State:
    decided = {row.proposal for row in rows if row.proposal is not None}
    proposals = [row for row in rows if row.status == Status.PROPOSED]
    newest = max(proposals, key=lambda row: row.place, default=None)
    return State(
        approved=next((row for row in rows if row.status == Status.APPROVED), None),
        pending=None if newest is None or newest.place in decided else newest,
        versions=rows,
    )


def compute(units: Sequence[KeyUnit], total: int, method: str) -> Distribution:
    """The distribution of `total` by the values of `units`, before anything is moved by hand."""
    return distribution.distribute(total, [_unit(unit) for unit in units], method)


def result(version: KeyVersion) -> Distribution:
    """The arithmetic of a version again, from what is stored in it."""
    return distribution.distribute(int(version.total), units_of(version), version.method)


def units_of(version: KeyVersion) -> list[Unit]:
    return [_unit(read_unit(each)) for each in version.units]


def read_unit(stored: Mapping[str, Any]) -> KeyUnit:
    return KeyUnit(
        code=stored["code"],
        name=stored["name"],
        value=None if stored["value"] is None else Decimal(stored["value"]),
        municipalities=tuple(stored["municipalities"]),
        organisation=stored["organisation"],
        excluded=stored["excluded"],
        floor=stored["floor"],
        cap=stored["cap"],
    )


def unit_in(version: KeyVersion, code: str) -> dict[str, Any] | None:
    return next((each for each in version.units if each["code"] == code), None)


def amounts_of(version: KeyVersion) -> dict[str, Decimal]:
    return dict(zip(version.unit_codes, version.amounts, strict=True))


@dataclass(frozen=True)
class Change:
    """A unit's number in what holds and in what is proposed; None: the unit is not in it, or outside."""

    code: str
    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


def differences(pending: KeyVersion, approved: KeyVersion | None) -> list[Change]:
    """What the proposal would change, unit by unit."""
    before = _numbers(approved) if approved is not None else {}
    after = _numbers(pending)
    names = {each["code"]: each["name"] for version in (approved, pending) if version for each in version.units}
    codes = [*pending.unit_codes, *(code for code in before if code not in after)]
    return [Change(code, names[code], before.get(code), after.get(code)) for code in codes]


def _numbers(version: KeyVersion) -> dict[str, Decimal | None]:
    amounts = amounts_of(version)
    return {each["code"]: None if each["excluded"] else amounts[each["code"]] for each in version.units}


def _known(as_of: ledger.AsOf | None) -> Any:
    return KeyVersion.objects.all() if as_of is None else KeyVersion.objects.known(as_of)


def _unit(unit: KeyUnit) -> Unit:
    value = None if unit.value is None else Fraction(unit.value)
    return Unit(unit.code, value, floor=unit.floor, cap=unit.cap, excluded=unit.excluded)


def _move(stored: Mapping[str, Any]) -> Move:
    return Move(stored["from"], stored["to"], int(stored["number"]))


def _require(actor: Actor | None, action: str) -> None:
    if actor is not None:
        require(actor, action)


def _copied(version: KeyVersion) -> dict[str, Any]:
    return {
        field.attname: getattr(version, field.attname)
        for field in KeyVersion._meta.concrete_fields
        if field.name not in ("place", "recorded_at", "learnt_on", "batch")
    }


def _ruling(version: KeyVersion, status: str, decision: str, actor: Actor | None, code: str) -> KeyVersion:
    if actor is None:
        code = code or reasons.Reason.DECISION
    code = reasons.stated(actor, code, reasons.KEY, text=decision)
    said = {"status": status, "proposal": version.place, "decision": decision.strip(), "reason_code": code}
    hand = {"by_id": None if actor is None else actor.user.pk, "as_deputy_for": actor.as_deputy_for if actor else ""}
    return KeyVersion(**{**_copied(version), **said, **hand})


def _must_wait(version: KeyVersion, actor: Actor | None, seen: str | None) -> DistributionKey:
    """The key, locked: of two who decide at once, one comes after the other. Raises when there is nothing to decide."""
    key = (
        DistributionKey.objects.select_for_update(of=("self",), no_key=True)
        .select_related("target", "programme")
        .get(pk=version.key_id)
    )
    state = state_of(key)
    pending = state.pending
    if pending is None:
        raise ValidationError(_("The proposal has been decided already."))
    versions.settle(actor, thing(key), seen=seen, now=mark(state))
    if pending.place != version.place:
        raise ValidationError(_("A newer proposal has taken its place. Look at that one."))
    return key


def _outside(units: Sequence[KeyUnit]) -> frozenset[str] | None:
    """The municipalities that stand outside; None when the units are no municipalities."""
    if not any(unit.municipalities for unit in units):
        return None
    return frozenset(code for unit in units if unit.excluded for code in unit.municipalities)


__all__ = [
    "Change",
    "DistributionError",
    "KeyUnit",
    "State",
    "amounts_of",
    "approve",
    "compute",
    "differences",
    "make_key",
    "may_approve",
    "may_see_split",
    "move",
    "propose",
    "read_unit",
    "reject",
    "result",
    "split",
    "split_of",
    "state_of",
    "states_of",
    "statistic_values",
    "unit_in",
    "units_of",
]
