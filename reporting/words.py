"""Figures in words: the sentences that pages and papers put before every table and chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui import formats
from reporting.engine.payload import Payload, fraction_of
from reporting.rules.account import Reason
from reporting.rules.status import Status

STATUS = {
    Status.ON_TRACK: gettext_lazy("on track"),
    Status.SLIGHTLY_BEHIND: gettext_lazy("slightly behind"),
    Status.BEHIND: gettext_lazy("behind"),
    Status.TOO_EARLY: gettext_lazy("too early to say"),
    Status.REACHED: gettext_lazy("reached"),
    Status.NOT_REACHED: gettext_lazy("not reached"),
    Status.NONE: gettext_lazy("no status"),
}
TONE = {
    Status.ON_TRACK: "good",
    Status.REACHED: "good",
    Status.SLIGHTLY_BEHIND: "close",
    Status.BEHIND: "behind",
    Status.NOT_REACHED: "behind",
    Status.TOO_EARLY: "neutral",
    Status.NONE: "neutral",
}
COMMITMENT = {
    "indicative": gettext_lazy("The target is indicative."),
    "binding": gettext_lazy("The target is binding."),
    "preliminary": gettext_lazy("The target is preliminary, so no status is given."),
    "expectation": gettext_lazy("It is an expectation, so no status is given."),
    "appeal": gettext_lazy("It is an appeal, so no status is given."),
}


def shown_expected(value: Decimal, expected: Fraction) -> str:
    """The expected number as a whole one, with decimals only where rounding would hide that the value is below it."""
    decimals = 0 if value >= expected or formats.rounded(expected) != value else 2
    return formats.number(expected, decimals)


def shown_percent(share: Fraction) -> str:
    """`70 %`, `78,3 %`: one decimal only where it says something."""
    percent = formats.number(share * 100, 1)
    return f"{percent}%" if formats.language() == "en" else f"{percent}{formats.NBSP}%"


@dataclass(frozen=True)
class Verdict:
    """The first sentence of a page: tone (good, close, behind, neutral), the verdict itself, and what it rests on."""

    tone: str
    lead: str
    sentence: SafeString


def target_of(payload: Payload, key: str | None) -> dict[str, Any] | None:
    """The target with that key in a dashboard's payload."""
    return next((each for each in payload["targets"] if each["key"] == key), None)


def verdict(payload: Payload, figures: Mapping[str, SafeString]) -> Verdict:
    """`figures` are the linked numbers: value, and where there are such, target and expected."""
    whole = target_of(payload, payload["whole"]["target"])
    if whole is None or whole["amount"] is None:
        if whole is None:
            sentence = format_html(_("{value} matches have been registered. No target was known then."), **figures)
        else:
            sentence = format_html(_("{value} matches have been registered. The target has no number."), **figures)
        return Verdict("neutral", "", sentence)
    status = Status(whole["status"])
    passed, total = whole["months_passed"], whole["months_total"]
    about: dict[str, Any] = {"passed": passed, "total": total, **figures}
    lead = _leads()[status]
    if status in (Status.REACHED, Status.NOT_REACHED):
        sentence = format_html(_("{value} of {target} matches have been registered."), **about)
        missing = Decimal(whole["amount"]) - Decimal(whole["value"])
        if missing > 0:
            lacking = format_html(_("{missing} are missing."), missing=formats.number(missing))
            sentence = format_html("{} {}", sentence, lacking)
    elif status == Status.TOO_EARLY:
        started = date.fromisoformat(whole["counted_from"])
        text = (
            _("{value} of {target} matches have been registered. The counting started on {day}.")
            if started <= date.fromisoformat(payload["as_of"])
            else _("{value} of {target} matches have been registered. The counting starts on {day}.")
        )
        sentence = format_html(text, day=formats.date_da(started), **about)
    elif passed is None:
        sentence = format_html(_("{value} of {target} matches have been registered."), **about)
    else:
        sentence = format_html(
            _(
                "{value} of {target} matches have been registered after {passed} of {total} months. "
                "By the plan there should be {expected}."
            ),
            **about,
        )
    if status == Status.NONE:
        sentence = format_html("{} {}", sentence, COMMITMENT[whole["commitment"]])
    return Verdict(TONE[status], lead, sentence)


def _leads() -> dict[Status, str]:
    return {
        Status.ON_TRACK: _("On track."),
        Status.SLIGHTLY_BEHIND: _("Slightly behind."),
        Status.BEHIND: _("Behind."),
        Status.TOO_EARLY: _("Too early to say."),
        Status.REACHED: _("The period is over, and the target was reached."),
        Status.NOT_REACHED: _("The period is over, and the target was not reached."),
        Status.NONE: "",
    }


def undecided(payload: Payload) -> list[dict[str, Any]]:
    """Of each target with something undecided: the figures under each alternative, and who decides before when."""
    found = []
    for target in payload["targets"]:
        if not target["alternatives"]:
            continue
        lines = []
        for each in target["alternatives"]:
            said = {
                "name": each["name"],
                "amount": _("not stated in the source")
                if each["amount"] is None
                else formats.number(Decimal(each["amount"])),
                "status": str(STATUS[Status(each["status"])]),
            }
            if each["attainment"] is None:
                lines.append(_("%(name)s: %(amount)s.") % said)
            else:
                said["share"] = shown_percent(fraction_of(each["attainment"]))
                lines.append(_("%(name)s: %(amount)s, of which %(share)s is reached (%(status)s).") % said)
        who = {"who": target["undecided_by"]}
        if target["undecided_until"]:
            who["day"] = formats.date_da(date.fromisoformat(target["undecided_until"]))
            lines.append(_("Unresolved: %(who)s decides before %(day)s.") % who)
        else:
            lines.append(_("Unresolved: %(who)s decides.") % who)
        found.append({"name": payload["names"]["targets"][target["key"]], "lines": lines})
    return found


def account_reason(payload: Payload) -> str:
    """Why the parts and the whole of the måltalsregnskab differ, with the numbers."""
    account = payload["account"]
    whole = target_of(payload, account["whole_target"])
    numbers = {name: formats.number(Decimal(account[name])) for name in ("whole", "both", "neither")}
    names = payload["names"]["organisations"]
    partner = target_of(payload, account["partner_target"])
    creators = formats.join_and(sorted(names[str(pk)] for pk in (partner["organisations"] if partner else [])))
    reason = Reason(account["reason"])
    if reason == Reason.NOTHING:
        return _("Nothing has been counted yet.")
    if reason == Reason.NO_OVERLAP:
        text = _("No match counts in both parts so far.")
    else:
        text = _(
            "%(both)s matches count in both parts: the place of work lies in the municipalities, and they were created "
            "by %(creators)s. In the whole they count once."
        ) % {**numbers, "creators": creators}
    if reason == Reason.PARTS_REACHED_WHOLE_NOT and whole is not None:
        text = (
            _("Both parts have reached their targets, the whole has not: it stands at %(share)s.")
            % {"share": shown_percent(fraction_of(whole["attainment"]))}
            + " "
            + text
        )
    if Decimal(account["neither"]):
        text += " " + _("%(neither)s matches count in the whole only.") % numbers
    return text


def imported_history(payload: Payload) -> str:
    """Which imported history is part of the figure; empty when there is none."""
    names = [each["name"] for each in payload["imported"]]
    return _("The figures contain imported history: %(names)s.") % {"names": formats.join_and(names)} if names else ""


def protection(said: dict[str, Any]) -> str:
    """Why numbers of a figure are hidden, and of which day it is."""
    if said["published"] is None:
        return _("These numbers are protected, and none have been published yet.")
    return _(
        "These numbers are protected and shown as published on %(day)s. Hidden means that the number is from 1 to "
        "%(most)s, or that such a number, or so small a change since an earlier day, could be worked out from it."
    ) % {"day": formats.date_da(date.fromisoformat(said["published"])), "most": said["smallest"] - 1}


def source(payload: Payload) -> str:
    """Vækstbro, facts 1-1.284"""
    return _("Vækstbro, facts 1-%(place)s") % {"place": formats.number(payload["place"])}


def months_conclusion(payload: Payload) -> str:
    """What the chart of months says, in words."""
    counted = [each for each in payload["months"] if each["cumulative"] is not None]
    if not counted:
        return _("The counting has not started.")
    last = counted[-1]
    day = min(date.fromisoformat(payload["as_of"]), date.fromisoformat(payload["window"]["to"]))
    said = {"day": formats.date_da(day), "value": formats.number(Decimal(last["cumulative"]))}
    whole = target_of(payload, payload["whole"]["target"])
    if whole is None or whole["expected"] is None:
        return _("On %(day)s there were %(value)s matches.") % said
    said["expected"] = formats.number(fraction_of(whole["expected"]), 0)
    return _("On %(day)s there were %(value)s matches; by the plan %(expected)s.") % said
