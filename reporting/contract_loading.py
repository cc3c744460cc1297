"""Loading a contract from a file: the contract, what it is measured by, the evidence, and what the parties said.

A file that fits in one entry of the ledger is all or nothing. A larger one is loaded in steps: the contract first, then
the evidence in thousands; when a step fails the error says what stands, and loading the same file again goes on from
there. Nothing is ever loaded twice.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity.models import Organisation
from reporting import contract_evidence as evidence
from reporting import contracts
from reporting.contract_files import ContractFileError, Document, Place, Problem
from reporting.contract_goals import goal_fields, library_fields, same_goal, statement_fields
from reporting.contract_guard import State, check_version, newest_versions, not_to_come
from reporting.deliveries import delivery_inputs
from reporting.indicators import draft, set_indicator
from reporting.models import Contract, Goal, GoalVersion, Indicator, IndicatorVersion, LibraryGoal, Statement
from reporting.reasons import Reason

MOST_AT_ONCE = 900
"""What may share the one entry: an entry of the ledger holds 1,000."""


class _Undone(Exception):
    """Only a check: what was written in the entry goes with it."""


@dataclass
class Loaded:
    contract: Contract | None = None
    made: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


@dataclass
class _Work:
    document: Document
    problems: list[Problem] = field(default_factory=list)
    loaded: Loaded = field(default_factory=Loaded)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    goals: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What each goal of the file says, by number."""

    @property
    def data(self) -> dict[str, Any]:
        return self.document.data

    @property
    def history(self) -> ledger.History | None:
        said = self.data.get("history")
        return ledger.History(said["name"], origin=said["origin"]) if said else None

    def known(self, said: Mapping[str, Any] | None = None) -> date | None:
        """The day something was learnt: its own, else the file's; None outside a history batch."""
        if self.history is None:
            return None
        return date.fromisoformat((said or {}).get("known_on") or self.data["history"]["known_on"])

    def wrong(self, place: Iterable[str | int], message: str) -> None:
        steps: list[str | int] = []
        for step in place:
            if step == "..":
                steps.pop()
            else:
                steps.append(step)
        self.problems.append(self.document.problem(steps, message))

    @contextmanager
    def at(self, *place: str | int, fields: Mapping[str, Place] | None = None) -> Iterator[None]:
        """What an action refuses becomes a problem at this place of the file; the next thing is looked at."""
        try:
            with ledger.entry():
                yield
        except ValidationError as refused:
            for name, texts in _by_field(refused):
                self.wrong((*place, *_in_file(name, fields or {})), " ".join(texts))

    def organisation(self, name: str, place: Place) -> Organisation | None:
        if not self.organisations:
            for each in Organisation.objects.order_by("pk"):
                self.organisations.setdefault(each.name, each)
                if each.short_name:
                    self.organisations.setdefault(each.short_name, each)
        found = self.organisations.get(name)
        if found is None:
            self.wrong(place, _("There is no organisation called %(name)s.") % {"name": name})
        return found


def load(document: Document, *, check: bool = False) -> Loaded:
    """Load the file, or with `check` only say what is wrong with it. Raises ContractFileError with every problem."""
    work = _Work(document)
    _possible(work)
    if work.problems:
        raise ContractFileError(work.problems)
    whole = evidence.size(document.data) + _definitions(document.data) <= MOST_AT_ONCE
    stands = ""
    try:
        with ledger.entry(history=work.history):
            contract = _frame(work)
            if contract is not None:
                _measures(work)
                _goals(work, contract)
                if whole:
                    evidence.observe_all(work.data, work.known, work.wrong, work.organisation, work.loaded.made)
                else:
                    # Written in entries of its own, but looked at now: what is wrong is said before anything stands.
                    deque(evidence.steps(work.data, work.known, work.wrong, work.organisation, Counter()), maxlen=0)
                _statements(work, contract)
                _to_come(work, contract)
            if work.problems:
                raise ContractFileError(work.problems)
            if check:
                raise _Undone
        assert contract is not None
        stands = _("The contract stands as a draft; load the file again when this is mended.")
        if not whole:
            for step in evidence.steps(work.data, work.known, work.wrong, work.organisation, work.loaded.made):
                with ledger.entry(history=work.history):
                    step()
                if work.problems:
                    raise ContractFileError(work.problems, stands)
        _sign(work, contract)
        if work.problems:
            raise ContractFileError(work.problems, stands)
    except _Undone:
        return work.loaded
    except ledger.LedgerError as problem:
        raise ContractFileError([Problem((), str(problem))], stands) from problem
    work.loaded.contract = Contract.objects.get(pk=contract.pk)
    return work.loaded


def _possible(work: _Work) -> None:
    """What can be seen in the file alone."""
    if evidence.size(work.data) > evidence.MOST:
        text = _("The evidence comes to more than %(number)s registrations. Look for a number with too many digits.")
        work.wrong(("series",), text % {"number": evidence.MOST})
    known = work.data.get("history", {}).get("known_on")
    if known and date.fromisoformat(known) > ledger.today():
        work.wrong(("history", "known_on"), _("That day has not come yet."))
    for what in ("series", "indicators", "library"):
        seen: set[str] = set()
        for number, said in enumerate(work.data.get(what, ())):
            if said["key"] in seen:
                work.wrong((what, number, "key"), _("The key %(key)s stands twice in the file.") % {"key": said["key"]})
            seen.add(said["key"])
    for what in ("statements", "amendments"):
        for number, said in enumerate(work.data.get(what, ())):
            for name in ("known_on", "said_on"):
                if name in said and date.fromisoformat(said[name]) > ledger.today():
                    work.wrong((what, number, name), _("That day has not come yet."))


def _definitions(data: Mapping[str, Any]) -> int:
    lists = ("goals", "indicators", "series", "statements")
    deliverables = sum(len(goal.get("rule", {}).get("deliverables") or ()) for goal in data["goals"])
    # A survey's series has a companion for those invited, and an indicator for its answers.
    return 3 * sum(len(data.get(name, ())) for name in lists) + deliverables


def _frame(work: _Work) -> Contract | None:
    """The contract with its parties and groups; the one that is there when it is the same."""
    said = work.data["contract"]
    owner = work.organisation(said["owner"], ("contract", "owner"))
    parties = [
        contracts.Party(
            name=each["name"],
            organisation=work.organisation(each["organisation"], ("parties", number, "organisation"))
            if each.get("organisation") else None,
            decides=each.get("decides", False),
            reports=each.get("reports", False),
        )
        for number, each in enumerate(work.data["parties"])
    ]  # fmt: skip
    if work.problems:
        return None
    fields: dict[str, Any] = {
        "name": said["name"],
        "starts_on": date.fromisoformat(said["period"]["from"]),
        "ends_on": date.fromisoformat(said["period"]["to"]),
        "frameworks": "\n".join(said.get("frameworks", ())),
        **{name: said.get(name, "") for name in ("reporting", "exclusion_policy", "source", "total_note")},
        "fictional": said.get("fictional", False),
    }
    slug = said.get("slug") or contracts.slug_of(said["name"])
    found = Contract.objects.filter(slug=slug).first()
    places = {"starts_on": ("period", "from"), "ends_on": ("period", "to")}
    stands: Contract | None = None
    with work.at("contract", fields={**places, "parties": ("..", "parties"), "groups": ("..", "groups")}):
        if found is None:
            work.loaded.made["contract"] += 1
            stands = contracts.make_contract(
                slug=slug, owner=owner, parties=parties, groups=work.data["groups"], **fields
            )
        elif found.state == State.DRAFT:
            groups = work.data["groups"]
            stands = contracts.change_contract(found, actor=None, parties=parties, groups=groups, **fields)
        else:
            stands = found
            text = _("The contract is signed and says something else. It is changed by an amendment only.")
            for name in (name for name, value in fields.items() if getattr(found, name) != value):
                work.wrong(("contract", *places.get(name, (name,))), text)
    return stands


def _measures(work: _Work) -> None:
    """Library goals, series and indicators: made when they are not there. What is there is not changed."""
    for number, said in enumerate(work.data.get("library", ())):
        with work.at("library", number):
            fields = library_fields(said)
            row = LibraryGoal(key=said["key"], name=said["name"], origin=said.get("origin", ""), **fields)
            row.clean_fields()
            _row, made = LibraryGoal.objects.get_or_create(
                key=said["key"], defaults={"name": said["name"], "origin": said.get("origin", ""), **fields}
            )
            work.loaded.made["library"] += made
    fallback = work.data["contract"]["owner"]
    for number, said in enumerate(work.data.get("series", ())):
        owner = work.organisation(said.get("owner") or fallback, ("series", number, "owner"))
        with work.at("series", number):
            if owner is not None:
                work.loaded.made["series"] += evidence.make_missing(said, owner, work.known())
    _indicators(work, fallback)


def _indicators(work: _Work, fallback: str) -> None:
    """Each may name any other of the file, whatever their order."""
    wanted: dict[int, dict[str, Any]] = {}
    pending: dict[str, IndicatorVersion] = {}
    for number, said in enumerate(work.data.get("indicators", ())):
        owner = work.organisation(said.get("owner") or fallback, ("indicators", number, "owner"))
        key = said["key"]
        if owner is None:
            continue
        if Indicator.objects.filter(key=key).exists():
            work.loaded.notes.append(_("The indicator %(key)s is there already and was not changed.") % {"key": key})
            continue
        fields = {name: value for name, value in said.items() if name not in ("key", "owner")} | {"owner": owner}
        if "share_of" in fields:
            fields["share_of"] = [str(each) for each in fields["share_of"]]
        with work.at("indicators", number):
            drafted = {name: value for name, value in fields.items() if name != "group"}
            pending[key], wanted[number] = draft(key, **drafted), {"key": key, **fields}
    for number, fields in wanted.items():
        with work.at("indicators", number):
            set_indicator(learnt_on=work.known(), pending=pending, **fields)
            work.loaded.made["indicators"] += 1


def _goals(work: _Work, contract: Contract) -> None:
    seen: set[int] = set()
    for place, said in enumerate(work.data["goals"]):
        number = said["number"]
        if number in seen:
            work.wrong(("goals", place, "number"), _("The contract already has a goal with this number."))
            continue
        seen.add(number)
        with work.at("goals", place, fields=PLACES):
            library = None
            if key := said.get("library"):
                library = LibraryGoal.objects.filter(key=key).first()
                if library is None:
                    text = _("There is no library goal with the key %(key)s.") % {"key": key}
                    raise ValidationError({"library": text})
            fields = goal_fields(said, library)
            if "group" not in said:
                raise ValidationError({"group": _("Choose the group that the goal belongs to.")})
            if fields["rule"] == GoalVersion.Rule.DELIVERABLES:
                fields["inputs"] = delivery_inputs(
                    contract, number, fields["params"], fields["inputs"], learnt_on=work.known()
                )
            work.goals[number] = fields
            goal = Goal.objects.filter(contract=contract, number=number).select_related("group").first()
            if goal is not None and same_goal(goal, said, library, fields):
                continue
            contracts.set_goal(
                contract, number, name=said.get("name", library.name if library else ""), group=said["group"],
                library=library, learnt_on=work.known(), **fields,
            )  # fmt: skip
            work.loaded.made["goals"] += 1
    _gone(work, contract, seen)


def _gone(work: _Work, contract: Contract, named: Collection[int]) -> None:
    """Goals that the file does not name any more: out of a draft, which follows its file. A signed one keeps its."""
    for number, version in newest_versions(contract).items():
        if number in named:
            continue
        if contract.state == State.DRAFT:
            with work.at("goals"):
                contracts.withdraw_goal(version.goal, learnt_on=work.known())
                work.loaded.made["goals"] += 1
                text = _("Goal %(number)s is not in the file and is out of the draft.")
                work.loaded.notes.append(text % {"number": number})
        else:
            text = _("The contract is signed with goal %(number)s, which the file does not name.")
            work.wrong(("goals",), text % {"number": number})


PLACES: dict[str, Place] = {
    "params": ("rule",),
    "window_from": ("window", "from"),
    "window_to": ("window", "to"),
    "excluded_reason": ("excluded",),
    "supplementary": ("beside",),
    "goal_text": ("wording", "goal"),
    "method_text": ("wording", "method"),
    "rationale_text": ("wording", "rationale"),
    "reporting_text": ("wording", "reporting"),
    "attainment_text": ("wording", "attainment"),
    "amendment": ("text",),
}


def _statements(work: _Work, contract: Contract) -> None:
    goals = {goal.number: goal for goal in Goal.objects.filter(contract=contract)}
    there = Counter(
        Statement.objects.filter(contract=contract).values_list(
            "kind", "goal__number", "amount", "said_on", "by_name", "text", "series__key"
        )
    )
    for place, said in enumerate(work.data.get("statements", ())):
        with work.at("statements", place):
            goal = goals.get(said["goal"]) if "goal" in said else None
            if "goal" in said and goal is None:
                raise ValidationError({"goal": _("The contract has no goal with this number.")})
            by = work.organisation(said["by"], ("statements", place, "by")) if _known_party(said, work) else None
            fields = statement_fields(said, work.known(said), by)
            same = (said["kind"], said.get("goal"), fields.get("amount"), fields["said_on"], fields["by_name"],
                    fields["text"], said.get("series"))  # fmt: skip
            if there[same] > 0:
                there[same] -= 1
                continue
            if said["kind"] == Statement.Kind.EVIDENCE:
                if goal is None or "series" not in said:
                    raise ValidationError(_("A decision about evidence names the goal, the evidence and the reason."))
                contracts.accept_evidence(goal, evidence.series_of(said["series"]), **fields)
            else:
                amount = fields.pop("amount")
                act = contracts.recommend if said["kind"] == Statement.Kind.RECOMMENDATION else contracts.decide
                act(contract, amount, goal=goal, **fields)
            work.loaded.made["statements"] += 1


def _code(amendment: Mapping[str, Any]) -> str:
    """An amendment is what the parties have agreed, unless the file says that it came otherwise."""
    return str(amendment.get("reason_code") or Reason.AGREEMENT)


def _known_party(said: Mapping[str, Any], work: _Work) -> bool:
    """A party that is no organisation here is kept by its name."""
    return bool(said.get("by")) and Organisation.objects.filter(name=said["by"]).exists()


def _to_come(work: _Work, contract: Contract) -> None:
    """What signing and the amendments will ask for, seen before anything stands: these are entries of their own."""
    said = work.data["contract"]
    signs = any(said.get(name) for name in ("signed", "signed_on", "closed"))
    if contract.state == State.DRAFT and signs:
        with work.at("contract"):
            if said.get("signed_on"):
                not_to_come(date.fromisoformat(said["signed_on"]), "signed_on")
            if not any(goal["weight"] for goal in work.goals.values() if not goal["excluded"]):
                raise ValidationError(_("No goal counts: all are excluded or without weight."))
    for place, amendment in enumerate(work.data.get("amendments", ())):
        if GoalVersion.objects.filter(
            goal__contract=contract, goal__number=amendment["goal"], amendment=amendment["text"]
        ).exists():
            continue
        with work.at("amendments", place, fields=PLACES):
            fields = work.goals.get(amendment["goal"])
            if fields is None:
                if all(goal["number"] != amendment["goal"] for goal in work.data["goals"]):
                    raise ValidationError({"goal": _("The contract has no goal with this number.")})
                continue  # what is wrong with the goal has been said
            if contract.state == State.DRAFT and not signs:
                raise ValidationError(_("The contract is not signed yet."))
            starts = amendment.get("effective_from")
            if starts and not contract.starts_on <= date.fromisoformat(starts) <= contract.ends_on:
                raise ValidationError({"effective_from": _("Choose a day inside the period of the contract.")})
            fields |= goal_fields(amendment, None, only_said=True)
            check_version(GoalVersion(**fields, amendment=amendment["text"], reason_code=_code(amendment)))


def _sign(work: _Work, contract: Contract) -> None:
    """Sign, amend and close: each follows the other, so each is an entry of its own."""
    said = work.data["contract"]
    contract.refresh_from_db()
    if contract.state == State.DRAFT and (said.get("signed") or said.get("signed_on") or said.get("closed")):
        with work.at("contract"):
            signed = said.get("signed_on")
            day = date.fromisoformat(signed) if signed else min(contract.starts_on, ledger.today())
            contract = contracts.sign_contract(contract, signed_on=day)
    goals = {goal.number: goal for goal in Goal.objects.filter(contract=contract)}
    for place, amendment in enumerate(work.data.get("amendments", ())):
        goal = goals.get(amendment["goal"])
        if goal is None:
            work.wrong(("amendments", place, "goal"), _("The contract has no goal with this number."))
            continue
        if GoalVersion.objects.filter(goal=goal, amendment=amendment["text"]).exists():
            continue
        changes = goal_fields(amendment, None, only_said=True)
        starts = amendment.get("effective_from")
        amend = partial(
            contracts.amend_goal, goal, amendment=amendment["text"], reason_code=_code(amendment),
            learnt_on=work.known(amendment),
            effective_from=date.fromisoformat(starts) if starts else None, **changes,
        )  # fmt: skip
        _in_entry(work, ("amendments", place), amend)
        work.loaded.made["amendments"] += 1
    contract.refresh_from_db()
    if said.get("closed") and contract.state != State.CLOSED:
        with work.at("contract"):
            contracts.close_contract(contract)


def _in_entry(work: _Work, place: Place, act: Callable[[], Any]) -> None:
    try:
        with ledger.entry(history=work.history):
            act()
    except ValidationError as refused:
        for name, texts in _by_field(refused):
            work.wrong((*place, *_in_file(name, PLACES)), " ".join(texts))


def _by_field(refused: ValidationError) -> list[tuple[str, list[str]]]:
    if hasattr(refused, "error_dict"):
        return list(refused.message_dict.items())
    return [("", list(refused.messages))]


def _in_file(name: str, fields: Mapping[str, Place]) -> Place:
    """Where in the file the field of an action stands: "params.tiers.0.from" is rule, tiers, 0, from."""
    if name in ("", "__all__"):
        return ()
    first, *rest = name.split(".")
    place = fields.get(first, (first,))
    return (*place, *(int(step) if step.isdigit() else step for step in rest))
