"""A contract's payload told in sentences: the total, a goal's result, what is missing, what would change the score."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.templatetags.ui import figure as linked
from reporting import rule_words
from reporting.explanation import EMPTY, fault_text
from reporting.models.rules import Ruled
from reporting.rules.values import Empty, Fault

Payload = Mapping[str, Any]
Rule = Ruled.Rule


def ratio(said: Mapping[str, str]) -> Fraction:
    return Fraction(said["numerator"]) / Fraction(said["denominator"])


def day(text: str | None) -> str:
    return formats.date_da(date.fromisoformat(text)) if text else ""


def value(said: Mapping[str, Any], decimals: int = 1) -> str:
    """A value of the payload in words."""
    if said["kind"] == "number":
        shown = formats.number(Fraction(said["value"]), decimals)
        return f"{said['qualifier']} {shown}" if said.get("qualifier") else shown
    if said["kind"] == "truth":
        return _("yes") if said["value"] else _("no")
    if said["kind"] == "absent":
        return str(EMPTY[Empty(said["reason"])].label)
    return _("cannot be computed: %(why)s") % {"why": fault_text(Fault(said["fault"]))}


def goal_name(payload: Payload, number: int) -> str:
    return str(payload["names"]["goals"].get(str(number), {}).get("name", number))


def result(goal: Payload) -> str:
    """What came out, beside the rule: "NPS 72", "3 of 4 deliverables", "assessed"."""
    if goal["excluded"]:
        return _("excluded: %(reason)s") % {"reason": goal["excluded"]["reason"]}
    rule, params = goal["rule"], goal["params"]
    if rule == Rule.DELIVERABLES:
        wanted = len(params["deliverables"])
        there = wanted - len(goal["missing"])
        return ngettext("%(there)s of %(number)s deliverable", "%(there)s of %(number)s deliverables", wanted) % {
            "there": there, "number": wanted,
        }  # fmt: skip
    if rule == Rule.EVERY_PART and goal["outcome"] == "scored":
        return _("%(better)s of %(number)s improved") % {
            "better": goal["value"]["numerator"], "number": goal["value"]["denominator"],
        }  # fmt: skip
    if rule == Rule.ASSESSED:
        return _("assessed") if goal["outcome"] == "scored" else _("not assessed yet")
    if rule == Rule.SURVEY:
        nps = params.get("kind") == "nps"
        shown = value(goal["value"], _decimals(goal, 0))
        if goal["value"]["kind"] != "number":
            return shown
        first = rule_words.shown(_best(params))
        told = f"NPS {shown}" if nps else f"{shown} %"
        return _("%(told)s (at least %(limit)s)") % {"told": told, "limit": first if nps else f"{first} %"}
    unit = f" {goal['unit']}" if goal["unit"] and goal["value"]["kind"] == "number" else ""
    return f"{value(goal['value'], _decimals(goal, 1))}{unit}"


MOST_DECIMALS = 6


def _decimals(goal: Payload, least: int) -> int:
    """As many as it takes not to look like a threshold that was missed, or passed: 59.96 is not 60.

    Where the rule itself compares rounded values, what it compares is what is shown.
    """
    exact = number(goal["value"])
    if exact is None or goal["decimals"] is not None:
        return least
    limits = {Fraction(each["threshold"]) for each in goal["nearest"]} - {exact}
    shown = (
        decimals
        for decimals in range(least, MOST_DECIMALS)
        if all(formats.rounded(exact, decimals) != formats.rounded(limit, decimals) for limit in limits)
    )
    return next(shown, MOST_DECIMALS)


def _some(difference: Fraction) -> str:
    """A difference that is there is not shown as none."""
    shown = (decimals for decimals in range(2, MOST_DECIMALS) if formats.rounded(difference, decimals))
    return formats.number(difference, next(shown, MOST_DECIMALS))


def _best(params: Payload) -> Any:
    tier = params["tiers"][0]
    return tier.get("from", tier.get("to"))


def number(said: Mapping[str, Any]) -> Fraction | None:
    return Fraction(said["value"]) if said["kind"] == "number" else None


def score(goal: Payload) -> Any:
    """The score as a figure, or why there is none."""
    if goal["outcome"] == "scored" and goal["score"] is not None:
        return Fraction(ratio(goal["score"]))
    return {
        "excluded": EmptyValue.NOT_RELEVANT,
        "not_measured": EmptyValue.NOT_REPORTED,
    }.get(goal["outcome"], OUTCOME.get(goal["outcome"], lambda: goal["outcome"])())


OUTCOME = {
    "not_measurable": lambda: _("too few answers"),
    "failed": lambda: _("cannot be computed"),
    "excluded": lambda: _("excluded"),
    "not_measured": lambda: _("not measured"),
}


def missing(each: Payload) -> str:
    why = {
        "not_delivered": _("%(name)s is not delivered"),
        "after_deadline": _("%(name)s came after the deadline"),
        "outside_window": _("%(name)s came outside the time that counts"),
    }.get(each["why"], _("%(name)s is missing"))
    return why % {"name": each["name"] or each["key"]}


def costs(payload: Payload, url: Any) -> SafeString:
    """ "= 100 − 3 for goal 6: ErhvervsCAMP 2020 is not delivered", from what each goal costs."""
    if payload["total"] is None:
        return SafeString("")
    if not payload["costs"]:
        return format_html("{}", _("every goal that counts is fully attained"))
    parts = []
    for cost in payload["costs"]:
        points = linked(cost["points"]["shown"], url(cost["no"]))
        reasons = "; ".join(missing(each) for each in cost["missing"]) or goal_name(payload, cost["no"])
        parts.append(format_html(_("− {points} for goal {number}: {reasons}"), points=points, number=cost["no"],
                                 reasons=reasons))  # fmt: skip
    return format_html("= 100 {}", format_html_join(" ", "{}", ((part,) for part in parts)))


def rounding(payload: Payload) -> str:
    """When the rounded costs do not add up to the rounded total, this says it."""
    if payload["total"] is None or not payload["costs"]:
        return ""
    lost = sum(int(formats.rounded(ratio(cost["points"]))) for cost in payload["costs"])
    if 100 - lost == int(formats.rounded(ratio(payload["total"]))):
        return ""
    return _("Each figure is rounded by itself, so they differ by one in all.")


def left_out(payload: Payload) -> list[str]:
    """The goals that do not count, with why."""
    told = []
    for each in payload["left_out"]:
        why = each["reason"] if each["why"] == "excluded" else OUTCOME.get(each["why"], lambda: "")()
        told.append(_("Goal %(number)s, %(name)s, does not count: %(why)s") % {
            "number": each["no"], "name": goal_name(payload, each["no"]), "why": why,
        })  # fmt: skip
    return told


def recommended(said: Payload | None) -> str:
    if said is None:
        return _("Not recommended yet.")
    return _("Recommended by %(by)s: %(amount)s.") % {"by": said["by"], "amount": stated(said)}


def decided(said: Payload | None, by: str) -> str:
    if said is None:
        return _("%(by)s has not decided yet.") % {"by": by}
    return _("Decision of %(by)s: %(amount)s.") % {"by": said["by"] or by, "amount": stated(said)}


def stated(said: Payload) -> str:
    """A number in per cent; a statement without one says that the source does not give it."""
    if said["amount"] is None:
        return str(EmptyValue.NOT_IN_SOURCE.label)
    return f"{formats.number(Fraction(said['amount']))}{formats.NBSP}%"


def nearest(goal: Payload) -> list[str]:
    """What it would take to get another score, in words."""
    told = []
    for each in goal["nearest"]:
        difference = Fraction(each["difference"])
        if goal["rule"] in (Rule.DELIVERABLES, Rule.EVERY_PART):
            told.append(_("%(score)s when %(number)s are there: %(difference)s more.") % {
                "score": rule_words.percent(each["score"]), "number": rule_words.shown(each["threshold"]),
                "difference": rule_words.shown(each["difference"]),
            })  # fmt: skip
            continue
        how = _("%(difference)s more") if difference > 0 else _("%(difference)s less")
        limit = _limit(each["wanted"]) % {"limit": formats.number(Fraction(each["threshold"]), 2)}
        told.append(_("%(score)s when the value is %(limit)s: %(how)s.") % {
            "score": rule_words.percent(each["score"]), "limit": limit,
            "how": how % {"difference": _some(abs(difference))},
        })  # fmt: skip
    return told


def _limit(wanted: str) -> str:
    return {
        ">=": _("at least %(limit)s"),
        ">": _("above %(limit)s"),
        "<=": _("at most %(limit)s"),
        "<": _("below %(limit)s"),
    }.get(wanted, "%(limit)s")


def deviation(each: Payload, names: Payload) -> str:
    """Evidence from outside its time: which, when, and whether it counts."""
    name = names["series"].get(each["series"], each["series"])
    when = day(each["first_on"]) if each["first_on"] == each["last_on"] else (
        f"{day(each['first_on'])}–{day(each['last_on'])}"
    )  # fmt: skip
    why = (
        _("after the deadline %(day)s") % {"day": day(each["deadline"])}
        if each["why"] == "after_deadline"
        else _("outside the time that counts")
    )
    told = f"{name}: {when}, {why}."
    if each["statement"] is None:
        undecided = _("It does not count: nobody has decided that it does.")
        return f"{told} {undecided}"
    verdict = _("Counts by a decision") if each["accepted"] else _("Does not count by a decision")
    return f"{told} {verdict} ({each['by']}, {day(each['on'])}): {each['text']}"
