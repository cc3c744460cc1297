"""An explanation tree in words: what each step did, with what, each figure a way to the facts behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.templatetags.ui import figure as linked
from reporting import rule_words
from reporting.models.rules import Ruled
from reporting.rules.scoring.deliverables import delivered
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Empty, Failed, Fault, Number, Truth, Value

EMPTY = {
    Empty.NOT_REPORTED: EmptyValue.NOT_REPORTED,
    Empty.NOT_RELEVANT: EmptyValue.NOT_RELEVANT,
    Empty.LATER: EmptyValue.SETTLED_LATER,
    Empty.NOT_IN_SOURCE: EmptyValue.NOT_IN_SOURCE,
    Empty.UNDECIDED: EmptyValue.UNRESOLVED,
}


@dataclass
class Node:
    text: SafeString
    children: list["Node"] = field(default_factory=list)


def fault_text(fault: Fault) -> str:
    return {
        Fault.MISSING: _("data is missing"),
        Fault.DIVISION_BY_ZERO: _("there is nothing to divide by"),
        Fault.FORBIDDEN: _("it may not be read"),
        Fault.CYCLIC: _("it is defined by itself"),
        Fault.TYPE: _("it is not a number"),
        Fault.UNKNOWN: _("it names something that does not exist"),
        Fault.TOO_LARGE: _("it is too large"),
    }[fault]


def value_text(value: Value, decimals: int = 1) -> str:
    if isinstance(value, Number):
        return f"{value.qualifier} {formats.number(value.value, decimals)}".strip()
    if isinstance(value, Truth):
        return _("yes") if value.value else _("no")
    if isinstance(value, Absent):
        return str(EMPTY[value.reason].label)
    if isinstance(value, Failed):
        return _("cannot be computed: %(why)s") % {"why": fault_text(value.fault)}
    raise TypeError(value)


class Telling:
    """Tells one goal's steps. Leaves are numbered as the payload numbers them: facts, in the order of the tree."""

    def __init__(self, goal: Mapping[str, Any], names: Mapping[str, Any]) -> None:
        self.goal, self.names, self.leaf = goal, names, 0

    def tell(self, step: Step) -> Node:
        url = self.url(step)
        children = [self.tell(child) for child in step.children]
        said = SAID.get(step.op, _counted)(self, step)
        if isinstance(said, str) and not isinstance(said, SafeString):
            said = format_html("{}", said)
        if step.op == "facts" and isinstance(step.value, Number):
            if self.goal.get("rule") == Ruled.Rule.DELIVERABLES and delivered(step.value):
                said = format_html("{}: {}", said, linked(_("delivered"), url))
            else:
                said = format_html("{} {}", linked(value_text(step.value), url), said)
        return Node(said, children)

    def url(self, step: Step) -> str:
        if step.op != "facts":
            return ""
        number, self.leaf = self.leaf, self.leaf + 1
        leaves = self.goal["leaves"]
        return str(leaves[number].get("page", "")) if number < len(leaves) else ""

    def name(self, label: str) -> str:
        """What a key is called on screen."""
        word = WORDS.get(label)
        if word is not None:
            return str(word())
        stem = label.removesuffix(".baseline")
        found = self._called(stem)
        return found if stem == label else _("%(name)s, baseline") % {"name": found}

    def _called(self, key: str) -> str:
        for listed in ("deliverables", "parts"):
            for each in self.goal["params"].get(listed, ()):
                if each.get("key") == key:
                    return str(each.get("name") or key)
        bare = key.removeprefix("series:").split(":")[0]
        for kind in ("indicators", "series", "measures"):
            for tried in (key, bare):
                if tried in self.names.get(kind, {}):
                    return str(self.names[kind][tried])
        return key


WORDS: dict[str, Callable[[], str]] = {
    "promoters": lambda: _("promoters (9-10)"),
    "detractors": lambda: _("detractors (0-6)"),
    "answers": lambda: _("answers"),
    "numerator": lambda: _("answers that count"),
    "denominator": lambda: _("answers in all"),
    "value": lambda: _("the value"),
    "benchmark": lambda: _("the benchmark"),
    "baseline": lambda: _("the baseline"),
    "assessment": lambda: _("the assessment"),
}


def _counted(telling: Telling, step: Step) -> str:
    """Anything else: its name or what was done, and what came out."""
    name = telling.name(step.label) if step.label else OPERATIONS.get(step.op, lambda: "")()
    if isinstance(step.value, Truth) and telling.goal["rule"] == Ruled.Rule.EVERY_PART:
        verdict = _("improved") if step.value.value else _("not improved")
        return f"{name}: {verdict}"
    return f"{name}: {value_text(step.value)}" if name else value_text(step.value)


OPERATIONS: dict[str, Callable[[], str]] = {
    "+": lambda: _("added up"),
    "-": lambda: _("the difference"),
    "*": lambda: _("multiplied"),
    "/": lambda: _("divided"),
    "min": lambda: _("the smallest"),
    "max": lambda: _("the largest"),
    "round": lambda: _("rounded"),
    "weighted_mean": lambda: _("the weighted mean"),
}


def _facts(telling: Telling, step: Step) -> SafeString:
    name = telling.name(step.label)
    when = _(" on %(day)s") % {"day": _day(step.meta["on"])} if step.meta.get("on") else ""
    vintage = _(", vintage %(vintage)s") % {"vintage": step.meta["vintage"]} if step.meta.get("vintage") else ""
    if not isinstance(step.value, Number):
        return format_html("{}: {}{}", name, value_text(step.value), when)
    return format_html("{}{}{}", name, when, vintage)


def _absent(telling: Telling, step: Step) -> str:
    """Nothing, or something that does not count because of when it came."""
    on, deadline = step.meta.get("on"), telling.goal.get("deadline")
    late = bool(on and deadline and on > deadline and telling.goal.get("rule") == Ruled.Rule.DELIVERABLES)
    why = {
        "late": _("%(name)s: came after the deadline, on %(day)s, and does not count"),
        "outside": _("%(name)s: came outside the time that counts, on %(day)s, and does not count"),
    }.get("late" if late else str(step.meta.get("why", "")))
    if why and on:
        return why % {"name": telling.name(step.label), "day": _day(on)}
    return _counted(telling, step)


def _literal(telling: Telling, step: Step) -> str:
    source = step.meta.get("source")
    said = f"{telling.name(step.label)}: {value_text(step.value, 4)}" if step.label else value_text(step.value, 4)
    return f"{said} ({source})" if source else said


def _nps(telling: Telling, step: Step) -> str:
    if not isinstance(step.value, Number) or len(step.children) < 3:
        return _counted(telling, step)
    promoters, detractors, answers = (child.value for child in step.children[:3])
    if not (isinstance(promoters, Number) and isinstance(detractors, Number) and isinstance(answers, Number)):
        return _counted(telling, step)
    parts = [formats.percent(each.value / answers.value) for each in (promoters, detractors)]
    return _("NPS %(value)s = %(promoters)s − %(detractors)s, shown as %(shown)s") % {
        "value": value_text(step.value),
        "promoters": parts[0],
        "detractors": parts[1],
        "shown": formats.number(step.value.value, 0),
    }


def _share(telling: Telling, step: Step) -> str:
    if not isinstance(step.value, Number) or len(step.children) < 2:
        return _counted(telling, step)
    top, bottom = (value_text(child.value) for child in step.children[:2])
    return _("%(share)s per cent = %(top)s of %(bottom)s") % {
        "share": value_text(step.value), "top": top, "bottom": bottom,
    }  # fmt: skip


def _rule(telling: Telling, step: Step) -> SafeString:
    """A rule's own step: the score, and the rule it follows from."""
    goal = telling.goal
    how = rule_words.sentence(goal["rule"], goal["params"])
    if goal["score"] is None or not isinstance(step.value, Number):
        return format_html("{}: {}", how, value_text(step.value))
    score = format_html('<strong class="vb-figure">{}</strong>', rule_words.percent(str(step.value.value)))
    return format_html("{}: {}", score, how)


SAID: dict[str, Callable[[Telling, Step], Any]] = {
    "facts": _facts,
    "literal": _literal,
    "absent": _absent,
    "nps": _nps,
    "share": _share,
    **dict.fromkeys(
        ("tiers", "linear", "deliverables", "at_least", "at_most", "within", "growth", "every_part", "benchmark",
         "assessed", "score"), _rule),
}  # fmt: skip


def tell(goal: Mapping[str, Any], names: Mapping[str, Any]) -> Node:
    """The tree of a goal of a payload."""
    return Telling(goal, names).tell(Step.from_payload(goal["step"]))


def survey_note(goal: Mapping[str, Any]) -> str:
    """ "315 invited, response rate 57": beside the counts of a survey."""
    for each in goal["inputs"]:
        counts = each["counts"]
        if "invited" in counts and "answered" in counts and Fraction(counts["invited"]):
            invited, answered = Fraction(counts["invited"]), Fraction(counts["answered"])
            return _("%(invited)s invited, response rate %(rate)s") % {
                "invited": formats.number(invited), "rate": formats.percent(answered / invited, 0),
            }  # fmt: skip
    return ""


def _day(text: str) -> str:
    return formats.date_da(date.fromisoformat(text))
