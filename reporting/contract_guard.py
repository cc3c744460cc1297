"""What must hold before anybody writes on a contract: its state, its parties, and that a rule can be computed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from portal import ledger
from portal.drafts import versions
from portal.geography.models import Municipality
from portal.identity import rights as permissions
from portal.identity.actor import Actor
from reporting import rights
from reporting.models import Contract, Goal, GoalVersion, Indicator, Series
from reporting.rules.scoring import KINDS

State = Contract.State
NEXT: Mapping[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.SIGNED}),
    State.SIGNED: frozenset({State.AMENDED, State.CLOSED}),
    State.AMENDED: frozenset({State.AMENDED, State.CLOSED}),
    State.CLOSED: frozenset(),
}
"""Which state may follow which. The database holds the same (migration 0009)."""
LEDGERS_OWN = ("place", "recorded_at", "learnt_on", "batch")


def locked(contract: Contract) -> Contract:
    """The contract as it stands now, kept from others until the entry ends."""
    return Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)


def thing(contract: Contract) -> str:
    """The contract as forms and edits name it."""
    return versions.thing_of("contract", contract.pk)


def goal_thing(goal: Goal) -> str:
    """The goal as forms and edits name it; the place of its newest version is its mark."""
    return versions.thing_of("goal", goal.pk)


def changes_goal(actor: Actor | None, goal: Goal, before: GoalVersion | None, seen: str | None) -> None:
    """On the locked contract: raises Changed when the goal says something else than was seen."""
    versions.settle(actor, goal_thing(goal), seen=seen, now=before.place if before else 0)
    versions.record(actor, thing(goal.contract))


def contract_mark(contract: Contract) -> str:
    """What tells a contract's versions apart: its frame and state, and the newest of what its goals say. One query."""
    last = GoalVersion.objects.filter(goal__contract=contract).aggregate(last=Max("place"))["last"]
    return f"{contract.version}:{last or 0}"


def require_owner(contract: Contract, actor: Actor | None, action: str = rights.MAKE_CONTRACT) -> None:
    """The owner's people make, sign and change a contract. None is a loader."""
    if actor is None:
        return
    permissions.require(actor, action)
    if contract.owner_id not in actor.organisation_ids:
        raise permissions.Refused(
            _("%(owner)s is responsible for this contract; only its people may change it.")
            % {"owner": contract.owner.name}
        )


def require_party(contract: Contract, actor: Actor | None, part: Literal["reports", "decides"], action: str) -> None:
    """The reporting party's people recommend, the deciding party's decide."""
    if actor is None:
        return
    permissions.require(actor, action)
    parties = [party for party in contract.parties.all() if getattr(party, part)]
    if any(party.organisation_id in actor.organisation_ids for party in parties):
        return
    names = ", ".join(party.name for party in parties) or _("nobody yet")
    if part == "reports":
        raise permissions.Refused(
            _("The party that reports is %(names)s; only its people recommend.") % {"names": names}
        )
    raise permissions.Refused(_("The party that decides is %(names)s; only its people decide.") % {"names": names})


def require_state(contract: Contract, *states: str) -> None:
    if contract.state not in states:
        raise ValidationError(_REFUSED[contract.state]())


_REFUSED: Mapping[str, Callable[[], str]] = {
    State.DRAFT: lambda: _("The contract is not signed yet."),
    State.SIGNED: lambda: _("The contract is signed: it is changed by an amendment only."),
    State.AMENDED: lambda: _("The contract is signed: it is changed by an amendment only."),
    State.CLOSED: lambda: _("The contract is closed and is not changed any more."),
}


def move(contract: Contract, state: str, **fields: Any) -> None:
    """To another state, if it may follow. Inside an entry, on a locked contract."""
    if state not in NEXT[contract.state]:
        raise ValidationError(_REFUSED[contract.state]())
    contract.state = state
    for name, value in fields.items():
        setattr(contract, name, value)
    contract.version += 1
    contract.save(update_fields=["state", "version", *fields])


def not_to_come(day: date, field: str) -> None:
    if day > ledger.today():
        raise ValidationError({field: _("That day has not come yet.")})


def newest(goal: Goal) -> GoalVersion | None:
    """What the goal says now."""
    return GoalVersion.objects.filter(goal=goal).order_by("-learnt_on", "-place").first()


def newest_versions(contract: Contract) -> dict[int, GoalVersion]:
    """What each goal says now, by number; withdrawn ones left out. One query."""
    rows = GoalVersion.objects.filter(goal__contract=contract).select_related("goal").order_by("learnt_on", "place")
    found = {version.goal.number: version for version in rows}
    return {number: version for number, version in sorted(found.items()) if not version.withdrawn}


def copied(version: GoalVersion, **changes: Any) -> GoalVersion:
    """An unsaved version that says the same but for the changes."""
    kept = {
        field.attname: getattr(version, field.attname)
        for field in GoalVersion._meta.concrete_fields
        if field.name not in LEDGERS_OWN
    }
    return GoalVersion(**{**kept, **changes})


def check_version(version: GoalVersion, known: Iterable[str] = ()) -> None:
    """Raises ValidationError by field: the columns, the rule's numbers, and that every input leads somewhere.

    Of a rule's number the field is "params.tiers.0.from" and so on; `known` are keys already seen to exist.
    """
    version.clean_fields(exclude=[*LEDGERS_OWN, "goal"])
    version.validate_constraints(exclude=[*LEDGERS_OWN, "goal"])
    problems = rule_problems(version.rule, version.params, version.inputs, known)
    beside = {str(place): each for place, each in enumerate(version.supplementary)}
    problems |= {f"supplementary.{at}": [text] for at, text in _unknown(beside, frozenset(known)).items()}
    if problems:
        raise ValidationError(problems)


def rule_problems(
    rule: str, params: Mapping[str, Any], inputs: Mapping[str, Any], known: Iterable[str] = ()
) -> dict[str, list[str]]:
    """What is wrong with a rule as data, by field; empty when it can be computed."""
    kind = KINDS.get(rule)
    if kind is None:
        return {"rule": [_("Choose how the goal is scored.")]}
    found: dict[str, list[str]] = {}
    for problem in kind.check(params):
        found.setdefault(f"params.{problem.field}" if problem.field else "params", []).append(str(problem.message))
    if found:
        return found
    wanted = kind.inputs(params)
    for name in wanted:
        said = inputs.get(name)
        if said is None:
            found.setdefault(f"inputs.{name}", []).append(_("Say what is measured."))
        elif message := _input_problem(said):
            found.setdefault(f"inputs.{name}", []).append(message)
    for name in sorted(set(inputs) - set(wanted)):
        found.setdefault(f"inputs.{name}", []).append(_("The rule does not use this."))
    for name, text in _unknown(inputs, frozenset(known)).items():
        found.setdefault(f"inputs.{name}", []).append(text)
    return found


def _unknown(inputs: Mapping[str, Any], known: frozenset[str]) -> dict[str, str]:
    """The inputs that name an indicator, a series or a municipality which does not exist. A query for each of these."""
    told = {
        "indicator": _("There is no indicator with the key %(key)s."),
        "series": _("There is no series with the key %(key)s."),
        "municipality": _("There is no municipality with the code %(key)s."),
    }
    models: dict[str, tuple[Any, str]] = {
        "indicator": (Indicator, "key"), "series": (Series, "key"), "municipality": (Municipality, "code"),
    }  # fmt: skip
    found: dict[str, str] = {}
    for what, (model, field) in models.items():
        asked = {name: str(said[what]) for name, said in inputs.items() if isinstance(said, Mapping) and said.get(what)}
        missing = set(asked.values()) - known
        if missing:
            missing -= set(model.objects.filter(**{f"{field}__in": missing}).values_list(field, flat=True))
        found |= {name: told[what] % {"key": key} for name, key in asked.items() if key in missing}
    return found


def _input_problem(said: Any) -> str:
    if not isinstance(said, Mapping) or sum(what in said for what in ("indicator", "series", "number")) != 1:
        return _("Name an indicator or a series, or write a number.")
    if "number" in said:
        try:
            finite = Decimal(str(said["number"])).is_finite()
        except InvalidOperation:
            finite = False
        return "" if finite else _("Write a number such as 34.7.")
    for name in ("from", "to"):
        if said.get(name):
            try:
                date.fromisoformat(str(said[name]))
            except ValueError:
                return _("Write the date as 2020-12-31.")
    if said.get("from") and said.get("to") and str(said["from"]) > str(said["to"]):
        return _("The measuring must not end before it starts.")
    return ""
