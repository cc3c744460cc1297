"""The words of a contract's figures on pages: values, leaves, causes, why something is missing."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import formats
from reporting.engine.contracts import behind

AGGREGATES: dict[str, Promise] = {
    "sum": gettext_lazy("They are added up."),
    "last": gettext_lazy("The last value holds."),
    "distinct": gettext_lazy("Different companies are counted, each once."),
}
PARTS: dict[str, Promise] = {
    "numerator": gettext_lazy("answers that count"),
    "denominator": gettext_lazy("all answers"),
    "promoters": gettext_lazy("answers 9 and 10"),
    "detractors": gettext_lazy("answers 0 to 6"),
    "answers": gettext_lazy("all answers"),
}
ABSENT: dict[str, Promise] = {
    "not_reported": gettext_lazy("not reported"),
    "not_relevant": gettext_lazy("not relevant"),
    "later": gettext_lazy("to be reported later"),
    "not_in_source": gettext_lazy("not stated in the source"),
    "undecided": gettext_lazy("undecided"),
}
FAULTS: dict[str, Promise] = {
    "missing_data": gettext_lazy("data is missing"),
    "division_by_zero": gettext_lazy("division by zero"),
    "forbidden": gettext_lazy("protected figures cannot be used here"),
    "cyclic": gettext_lazy("the formulas refer to each other in a circle"),
    "type": gettext_lazy("it could not be computed"),
    "unknown_name": gettext_lazy("it refers to something that does not exist"),
    "too_large": gettext_lazy("the number is too large"),
}
CAUSES: dict[str, Promise] = {
    "structure": gettext_lazy("Companies merged or activities moved"),
    "new_facts": gettext_lazy("New registrations"),
    "corrections": gettext_lazy("Corrections"),
    "late_facts": gettext_lazy("Registered afterwards"),
    "imported_history": gettext_lazy("Imported history"),
    "vintages": gettext_lazy("New publications of statistics"),
    "indicator_versions": gettext_lazy("Changed definitions of indicators"),
    "goal_versions": gettext_lazy("Changed goals and rules"),
    "evidence_decisions": gettext_lazy("Decisions about evidence"),
    "goal_rule": gettext_lazy("How the goal is scored and measured"),
    "goal_weight": gettext_lazy("The weight of the goal"),
    "goal_excluded": gettext_lazy("Whether the goal counts in the total"),
}
OUTCOMES: dict[str, Promise] = {
    "scored": gettext_lazy("scored"),
    "not_measured": gettext_lazy("not measured"),
    "not_measurable": gettext_lazy("cannot be measured: too few answers"),
    "failed": gettext_lazy("could not be computed"),
    "excluded": gettext_lazy("does not count in the total"),
}


def value(given: Mapping[str, Any]) -> str:
    """A value of a goal, an input or a step."""
    kind = given["kind"]
    if kind == "number":
        text = formats.number(Fraction(given["value"]))
        return f"{given['qualifier']} {text}" if given["qualifier"] else text
    if kind == "truth":
        return _("yes") if given["value"] else _("no")
    if kind == "absent":
        return str(ABSENT.get(given["reason"], given["reason"]))
    return str(FAULTS.get(given["fault"], given["fault"]))


def points(score: Mapping[str, str] | None) -> str:
    """A score or a difference in points, with up to two decimals."""
    if score is None:
        return "–"
    return formats.number(Fraction(score["numerator"]) / Fraction(score["denominator"]))


def signed_points(score: Mapping[str, str] | None) -> str:
    if score is None:
        return "–"
    return formats.signed(Fraction(score["numerator"]) / Fraction(score["denominator"]))


def leaf(node: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    """What a leaf counts, in words."""
    label = str(node["label"])
    if label in PARTS:
        return str(PARTS[label])
    return str(names["indicators"].get(label) or names["series"].get(label) or label)


def aggregate(node: Mapping[str, Any]) -> str:
    return str(AGGREGATES.get(str(node["meta"].get("aggregate", "")), ""))


def leaves(goal: Mapping[str, Any], names: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The leaves of a goal's explanation with their value and the address of their facts."""
    nodes = behind.leaves(goal["step"])
    return [
        {"name": leaf(node, names), "value": value(node["value"]), "count": each["count"], "url": each["page"]}
        for node, each in zip(nodes, goal["leaves"], strict=True)
    ]
