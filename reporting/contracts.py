"""Making, signing and amending result contracts.

A contract is a draft until it is signed; from then on a goal changes by an amendment only, and nothing changes after
the contract is closed. What a goal says is a version with a place of its own: never overwritten, only followed.
`actor` None is a loader or a test: the person's rights are not asked for, everything else is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts.versions import settle
from portal.geography.danish import address_of
from portal.identity import rights as permissions
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from reporting import reasons, rights
from reporting.contract_guard import (
    State,
    changes_goal,
    check_version,
    contract_mark,
    copied,
    locked,
    move,
    newest,
    newest_versions,
    not_to_come,
    require_owner,
    require_state,
    thing,
)
from reporting.deliveries import delivery_inputs
from reporting.models import Contract, ContractParty, Goal, GoalGroup, GoalVersion, LibraryGoal
from reporting.statements import accept_evidence, decide, recommend

__all__ = [
    "Party", "accept_evidence", "amend_goal", "change_contract", "close_contract", "copy_contract", "decide",
    "exclude_goal", "include_goal", "make_contract", "recommend", "set_goal", "sign_contract",
    "withdraw_goal",
]  # fmt: skip
RESERVED = {"ny", "bibliotek"}
"""Words that stand where a contract's address would."""
WORDING = ("goal_text", "method_text", "rationale_text", "reporting_text", "attainment_text")
RULE = ("rule", "params", "inputs", "decimals", "missing", "least_answers", "measured_by")
WINDOW = ("window_from", "window_to", "deadline")


@dataclass(frozen=True)
class Party:
    name: str
    organisation: Organisation | None = None
    decides: bool = False
    reports: bool = False


def make_contract(
    *,
    name: str,
    starts_on: date,
    ends_on: date,
    parties: Sequence[Party],
    groups: Sequence[str],
    owner: Organisation | None = None,
    slug: str = "",
    actor: Actor | None = None,
    **said: Any,
) -> Contract:
    """A draft with its parties and groups. `said`: reporting, frameworks, exclusion_policy, source, total_note.

    Made by a person, the person's organisation is responsible for it.
    """
    if actor is not None:
        permissions.require(actor, rights.MAKE_CONTRACT)
        owner = actor.organisation
    if owner is None:
        raise ValidationError({"owner": _("Say who is responsible for the contract.")})
    contract = Contract(
        slug=slug or free_slug(name), name=name, owner=owner, starts_on=starts_on, ends_on=ends_on, **said
    )
    with ledger.entry():
        contract.full_clean()
        if contract.slug in RESERVED:
            raise ValidationError({"slug": _("This address is taken. Choose another.")})
        _check_parts(parties, groups)
        contract.save()
        _write_parts(contract, parties, groups)
    return contract


def slug_of(name: str) -> str:
    """An address made of the name."""
    return address_of(name)[:70] or "kontrakt"


def free_slug(name: str) -> str:
    """The address of the name; with a number when it is taken."""
    stem = slug_of(name)
    taken = RESERVED | set(Contract.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(f"{stem}-{number}" for number in range(2, len(taken) + 3) if f"{stem}-{number}" not in taken)


def change_contract(
    contract: Contract,
    *,
    actor: Actor | None,
    parties: Sequence[Party],
    groups: Sequence[str],
    seen: str | None = None,
    **said: Any,
) -> Contract:
    """The frame of a draft: name, period, texts, parties and groups. A group that has goals stays."""
    with ledger.entry():
        contract = locked(contract)
        require_owner(contract, actor)
        require_state(contract, State.DRAFT)
        settle(actor, thing(contract), seen=seen, now=contract.version)
        for field, value in said.items():
            setattr(contract, field, value)
        contract.version += 1
        contract.full_clean()
        _check_parts(parties, groups)
        used = set(Goal.objects.filter(contract=contract).values_list("group__name", flat=True))
        if gone := sorted(used - set(groups)):
            text = _("The group %(name)s has goals. Move them before you take it away.") % {"name": gone[0]}
            raise ValidationError({"groups": text})
        contract.save()
        contract.parties.all().delete()
        contract.groups.exclude(name__in=groups).delete()
        _write_parts(contract, parties, groups)
    return contract


def _check_parts(parties: Sequence[Party], groups: Sequence[str]) -> None:
    if not any(party.reports for party in parties) or not any(party.decides for party in parties):
        raise ValidationError({"parties": _("Name a party that reports and one that decides.")})
    if not groups or len(set(groups)) != len(groups) or not all(name.strip() for name in groups):
        raise ValidationError({"groups": _("Name the groups of goals, each once.")})


def _write_parts(contract: Contract, parties: Sequence[Party], groups: Sequence[str]) -> None:
    for order, party in enumerate(parties):
        row = ContractParty(
            contract=contract, name=party.name, organisation=party.organisation, decides=party.decides,
            reports=party.reports, order=order,
        )  # fmt: skip
        row.clean_fields()
        row.save()
    for order, name in enumerate(groups):
        GoalGroup.objects.update_or_create(contract=contract, name=name, defaults={"order": order})


def set_goal(
    contract: Contract,
    number: int,
    *,
    name: str = "",
    group: GoalGroup | str | None = None,
    actor: Actor | None = None,
    library: LibraryGoal | None = None,
    learnt_on: date | None = None,
    known: Iterable[str] = (),
    seen: str | None = None,
    **said: Any,
) -> Goal:
    """Make or change a goal of a draft. `said`: the fields of GoalVersion; what is not said stays as it was.

    Raises ValidationError by field; of the rule's numbers the field is "params.…", of what is measured "inputs.…".
    """
    with ledger.entry():
        contract = locked(contract)
        require_owner(contract, actor)
        require_state(contract, State.DRAFT)
        goal = Goal.objects.filter(contract=contract, number=number).first()
        before = newest(goal) if goal else None
        version = copied(before, withdrawn=False, **said) if before else GoalVersion(**said)
        goal = goal or Goal(contract=contract, number=number)
        goal.name = name or goal.name
        if group is not None:
            goal.group = _group(contract, group)
        if library is not None:
            goal.library = library
        goal.clean_fields(exclude=[] if goal.group_id else ["group"])
        if not goal.group_id:
            raise ValidationError({"group": _("Choose the group that the goal belongs to.")})
        check_version(version, known)
        goal.save()
        version.goal = goal
        changes_goal(actor, goal, before, seen)
        ledger.define(version, learnt_on=learnt_on)
    return goal


def _group(contract: Contract, group: GoalGroup | str) -> GoalGroup:
    if isinstance(group, GoalGroup) and group.contract_id == contract.pk:
        return group
    found = GoalGroup.objects.filter(contract=contract, name=str(group)).first()
    if found is None:
        raise ValidationError({"group": _("The contract has no group called %(name)s.") % {"name": group}})
    return found


def _follow(goal: Goal, actor: Actor | None, learnt_on: date | None, seen: str | None = None, **changes: Any) -> None:
    """The next version of a goal of a draft."""
    with ledger.entry():
        contract = locked(goal.contract)
        require_owner(contract, actor)
        require_state(contract, State.DRAFT)
        before = newest(goal)
        if before is None:
            raise ValidationError(_("The goal says nothing yet."))
        changes_goal(actor, goal, before, seen)
        version = copied(before, **changes)
        version.validate_constraints(exclude=["place", "recorded_at", "learnt_on", "batch", "goal"])
        ledger.define(version, learnt_on=learnt_on)


def exclude_goal(
    goal: Goal,
    *,
    reason: str,
    reason_code: str = "",
    actor: Actor | None = None,
    learnt_on: date | None = None,
    seen: str | None = None,
) -> None:
    """The goal stays in the contract and is listed with the reason, but does not count in the total.

    In a draft at once; in a signed contract as an amendment.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the goal is excluded.")})
    code = reasons.stated(actor, reason_code, reasons.GOAL, text=reason)
    if goal.contract.state == State.DRAFT:
        _follow(goal, actor, learnt_on, seen, excluded=True, excluded_reason=reason, reason_code=code)
    else:
        out: dict[str, Any] = {"excluded": True, "excluded_reason": reason}
        amend_goal(goal, amendment=reason, reason_code=code, actor=actor, learnt_on=learnt_on, seen=seen, **out)


def include_goal(goal: Goal, *, actor: Actor | None = None, learnt_on: date | None = None) -> None:
    _follow(goal, actor, learnt_on, excluded=False, excluded_reason="")


def withdraw_goal(goal: Goal, *, actor: Actor | None = None, learnt_on: date | None = None) -> None:
    """Out of a draft. What was known before stays known."""
    _follow(goal, actor, learnt_on, withdrawn=True)


def amend_goal(
    goal: Goal,
    *,
    amendment: str,
    reason_code: str = "",
    effective_from: date | None = None,
    actor: Actor | None = None,
    learnt_on: date | None = None,
    seen: str | None = None,
    **changes: Any,
) -> None:
    """A tillæg to a signed contract. With `effective_from` inside the period, what is before it follows the old one."""
    if not amendment.strip():
        raise ValidationError({"amendment": _("Say what the parties have agreed to change, and why.")})
    code = reasons.stated(actor, reason_code, reasons.GOAL, text=amendment)
    with ledger.entry():
        contract = locked(goal.contract)
        require_owner(contract, actor)
        require_state(contract, State.SIGNED, State.AMENDED)
        before = newest(goal)
        if before is None:
            raise ValidationError(_("The goal says nothing yet."))
        changes_goal(actor, goal, before, seen)
        if effective_from is not None and not contract.starts_on <= effective_from <= contract.ends_on:
            raise ValidationError({"effective_from": _("Choose a day inside the period of the contract.")})
        said = {**changes, "amendment": amendment, "reason_code": code, "effective_from": effective_from}
        version = copied(before, **said)
        check_version(version)
        ledger.define(version, learnt_on=learnt_on)
        move(contract, State.AMENDED)


def sign_contract(
    contract: Contract, *, signed_on: date | None = None, actor: Actor | None = None, seen: str | None = None
) -> Contract:
    """From here on the goals change by amendment only. Everything a signed contract needs is asked for now.

    `seen` is the `contract_mark` on the screen: who signs has seen every goal as it is.
    """
    with ledger.entry():
        contract = locked(contract)
        require_owner(contract, actor, rights.SIGN_CONTRACT)
        require_state(contract, State.DRAFT)
        settle(actor, thing(contract), seen=seen, now=contract_mark(contract))
        signed_on = signed_on or ledger.today()
        not_to_come(signed_on, "signed_on")
        versions = newest_versions(contract)
        if not versions:
            raise ValidationError(_("A contract without goals cannot be signed."))
        for number, version in versions.items():
            try:
                check_version(version)
            except ValidationError as problem:
                text = _("Goal %(number)s: %(problem)s") % {"number": number, "problem": " ".join(problem.messages)}
                raise ValidationError(text) from problem
        if not any(version.weight for version in versions.values() if not version.excluded):
            raise ValidationError(_("No goal counts: all are excluded or without weight."))
        move(contract, State.SIGNED, signed_on=signed_on)
    return contract


def close_contract(contract: Contract, *, actor: Actor | None = None, seen: str | None = None) -> Contract:
    """Nothing is changed any more; what is learnt later still shows in the figures as known later."""
    with ledger.entry():
        contract = locked(contract)
        require_owner(contract, actor)
        require_state(contract, State.SIGNED, State.AMENDED)
        settle(actor, thing(contract), seen=seen, now=contract_mark(contract))
        move(contract, State.CLOSED)
    return contract


def copy_contract(
    contract: Contract, *, name: str, starts_on: date, ends_on: date, slug: str = "", actor: Actor | None = None
) -> Contract:
    """Next year's draft: parties, groups, goals, weights and rules, with every date moved by as many years.

    What is delivered is delivered anew: deliverables get series of their own. Nothing that was said or measured comes
    along, and an excluded goal counts again until somebody says otherwise.
    """
    years = starts_on.year - contract.starts_on.year
    with ledger.entry():
        made = make_contract(
            name=name, slug=slug, starts_on=starts_on, ends_on=ends_on, owner=contract.owner, actor=actor,
            parties=[Party(each.name, each.organisation, each.decides, each.reports)
                     for each in contract.parties.select_related("organisation")],
            groups=[group.name for group in contract.groups.all()],
            reporting=contract.reporting, frameworks=contract.frameworks, fictional=contract.fictional,
            exclusion_policy=contract.exclusion_policy,
        )  # fmt: skip
        goals = {goal.number: goal for goal in contract.goals.select_related("group", "library")}
        for number, version in newest_versions(contract).items():
            goal = goals[number]
            said = {field: getattr(version, field) for field in (*WORDING, *RULE, "weight", "supplementary")}
            said["params"] = moved(version.params, years)
            said["inputs"] = moved(version.inputs, years)
            if version.rule == GoalVersion.Rule.DELIVERABLES:
                said["inputs"] = delivery_inputs(made, number, said["params"], {})
            for field in WINDOW:
                said[field] = moved(getattr(version, field), years)
            set_goal(made, number, name=goal.name, group=goal.group.name, library=goal.library, actor=actor, **said)
    return made


def moved(value: Any, years: int) -> Any:
    """The same with every date moved by whole years; 29 February becomes 28."""
    if isinstance(value, date):
        try:
            return value.replace(year=value.year + years)
        except ValueError:
            return value.replace(year=value.year + years, day=28)
    if isinstance(value, Mapping):
        return {key: moved(inner, years) for key, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, years) for inner in value]
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return moved(date.fromisoformat(value), years).isoformat()
        except ValueError:
            return value
    return value
