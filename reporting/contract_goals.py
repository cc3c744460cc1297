"""What a contract file says of goals and statements, as the fields of the models."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portal import ledger
from portal.identity.models import Organisation
from reporting.contracts import RULE, WORDING
from reporting.models import Goal, GoalVersion, LibraryGoal
from reporting.reasons import Reason

Fields = dict[str, Any]
_EMPTY = GoalVersion()
"""What a goal says where nothing is said."""


def library_fields(said: Mapping[str, Any]) -> Fields:
    """The fields that a library goal and a goal have in common."""
    fields = goal_fields(said, None)
    return {name: fields[name] for name in (*WORDING, *RULE)}


def goal_fields(said: Mapping[str, Any], library: LibraryGoal | None, *, only_said: bool = False) -> Fields:
    """The fields of a GoalVersion. What is not said is the library's, else the default; `only_said` leaves it out."""
    fields: Fields = {}
    if library is not None:
        fields = {name: getattr(library, name) for name in (*WORDING, *RULE)}
    elif not only_said:
        fields = {name: getattr(_EMPTY, name) for name in (*WORDING, *RULE)}
    if not only_said:
        fields |= {
            "weight": 1, "excluded": False, "excluded_reason": "", "anomalies": "", "supplementary": [],
            "window_from": None, "window_to": None, "deadline": None,
        }  # fmt: skip
    fields |= {f"{word}_text": text for word, text in said.get("wording", {}).items()}
    fields |= _rule(said)
    plain = ("weight", "decimals", "missing", "least_answers", "measured_by", "anomalies")
    fields |= {name: said[name] for name in plain if name in said}
    if "excluded" in said:
        fields |= {"excluded": True, "excluded_reason": said["excluded"]}
    if "deadline" in said:
        fields["deadline"] = date.fromisoformat(said["deadline"])
    fields |= {f"window_{end}": date.fromisoformat(day) for end, day in said.get("window", {}).items()}
    if "beside" in said:
        fields["supplementary"] = [{name: _exact(value) for name, value in each.items()} for each in said["beside"]]
    return fields


def _rule(said: Mapping[str, Any]) -> Fields:
    fields: Fields = {}
    if "rule" in said:
        fields["rule"] = said["rule"]["kind"]
        fields["params"] = {name: _exact(value) for name, value in said["rule"].items() if name != "kind"}
        if fields["rule"] == GoalVersion.Rule.SURVEY and "of" in fields["params"]:
            # In the file "kind" is the rule's; which kind of survey it is, is told by "of".
            fields["params"]["kind"] = fields["params"].pop("of")
    if "inputs" in said:
        fields["inputs"] = {name: _input(value) for name, value in said["inputs"].items()}
    return fields


def _exact(value: Any) -> Any:
    """Numbers of rules are text, read exactly."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _exact(inner) for name, inner in value.items()}
    return [_exact(inner) for inner in value] if isinstance(value, list) else value


def _input(value: Any) -> Fields:
    if isinstance(value, str):
        return {"series": value}
    exact: Fields = _exact(value)
    return exact


def same_goal(goal: Goal, said: Mapping[str, Any], library: LibraryGoal | None, fields: Fields) -> bool:
    """Does the goal, amendments apart, say what the file says?"""
    version = GoalVersion.objects.filter(goal=goal, amendment="").order_by("-learnt_on", "-place").first()
    name = said.get("name", library.name if library else "")
    if version is None or version.withdrawn or (goal.name, goal.group.name, goal.library_id) != (
        name, said["group"], library.pk if library else None,
    ):  # fmt: skip
        return False
    return all(getattr(version, field) == value for field, value in fields.items())


def statement_fields(said: Mapping[str, Any], known: date | None, by: Organisation | None) -> Fields:
    fields: Fields = {
        "by": by,
        "by_name": said.get("by", ""),
        "said_on": date.fromisoformat(said["said_on"]) if "said_on" in said else known or ledger.today(),
        "text": said.get("text", ""),
        "source": said.get("source", ""),
        "learnt_on": known,
        "reason_code": said.get("reason_code", Reason.DECISION if said["kind"] == "evidence" else ""),
    }
    if said["kind"] == "evidence":
        return {**fields, "accepted": said.get("accepted", True)}
    return {**fields, "amount": Decimal(str(said["amount"])) if "amount" in said else None}
