"""A goal's page: what the contract says of it, how its score came about, and what it rests on."""

from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Exists
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.identity import rights as permissions
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, Table
from reporting import explanation, goal_words, reasons, rights, rule_words
from reporting.engine.payload import Payload
from reporting.models import GoalVersion, LibraryGoal
from reporting.views.contracts import Attained, constructed, explained


class GoalPage(Attained):
    """/kontrakter/<slug>/maal/<number>/"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return render(request, "reporting/contracts/goal.html", self.context(), status=self.status)

    @cached_property
    def goal(self) -> Payload:
        for goal in self.payload["goals"]:
            if goal["no"] == self.kwargs["number"]:
                return dict(goal)
        raise Http404

    def context(self) -> dict[str, Any]:
        goal, payload, links = self.goal, self.payload, self.links
        rows = GoalVersion.objects.annotate(constructed=Exists(constructed(goal)))
        version = rows.select_related("goal__library", "goal__group").get(pk=goal["version"])
        library: LibraryGoal | None = version.goal.library
        number = goal["no"]
        may = self.may()
        here = reverse("reporting:goal", args=[self.contract.slug, number])
        return {
            **self.base_context(),
            **self.moment(),
            "form_action": here,
            "now_url": here,
            "kept": {},
            "goal": explained(goal, payload, links, known_constructed=version.constructed),
            "name": version.goal.name,
            "group": version.goal.group.name,
            "library": library,
            "contract_url": links.page(),
            "compare_url": links.plain("contract_compare"),
            "versions_url": links.plain("goal_versions", number),
            "rows": _rows(version),
            "dates": _dates(goal, self.contract),
            "excluded": goal["excluded"],
            "score_shown": goal_words.OUTCOME.get(goal["outcome"], lambda: "")(),
            "decided": goal_words.decided(goal["decided"], self.decider()) if goal["decided"] else "",
            "anomalies": version.anomalies,
            "evidence": evidence(goal, payload),
            "deviating": [
                {"text": goal_words.deviation(each, payload["names"]), "url": self._accept(each, may)}
                for each in goal["deviations"]
            ],
            "beside": beside(goal),
            "versions": versions(goal),
            "statements": statements(goal, payload),
            "missing_means": _missing_means(goal),
            "may": may,
            "edit": {
                name: links.plain(f"goal_{name}", number)
                for name in ("edit", "amend", "exclude", "recommend", "decide", "to_library")
            },
            "may_keep": bool(permissions.may(self.actor, rights.MAKE_CONTRACT))
            and self.contract.owner_id in self.actor.organisation_ids,
        }

    def _accept(self, each: Payload, may: dict[str, bool]) -> str:
        """Where a decision about this evidence is registered; "" for those who may not."""
        if not may["decide"] or each["accepted"]:
            return ""
        address = self.links.plain("goal_evidence", self.goal["no"])
        return f"{address}?series={each['series']}"


def _rows(version: GoalVersion) -> list[tuple[str, str]]:
    """The fixed rows of a goal, in the order of a contract."""
    return [
        (_("Goal"), version.goal_text),
        (_("Method"), version.method_text),
        (_("Rationale"), version.rationale_text),
        (_("Reporting of the goal"), version.reporting_text),
        (_("Attainment"), version.attainment_text),
    ]


def _dates(goal: Payload, contract: Any) -> list[tuple[str, str]]:
    """Three periods that are not the same: the contract's, the measuring's, and the deadline."""
    window = goal["window"]
    return [
        (_("Contract period"), f"{formats.date_da(contract.starts_on)}–{formats.date_da(contract.ends_on)}"),
        (_("Measuring period"), f"{goal_words.day(window['from'])}–{goal_words.day(window['to'])}"),
        (_("To be delivered by"), goal_words.day(goal["deadline"]) or _("the end of the period")),
    ]


def _missing_means(goal: Payload) -> str:
    return str(GoalVersion.Missing(goal["missing_means"]).label)


def evidence(goal: Payload, payload: Payload) -> Table:
    """Each input with its value, day, window and counts."""
    teller = explanation.Telling(goal, payload["names"])
    rows = []
    for each in goal["inputs"]:
        said = each["from"]
        key = said.get("series") or said.get("indicator") or ""
        url = reverse("reporting:series", args=[key]) if "series" in said else ""
        if "indicator" in said:
            url = reverse("reporting:indicator", args=[key])
        called = payload["names"]["series"].get(key) or payload["names"]["indicators"].get(key)
        # What is measured by its own name: "the value" says nothing to who has not made the rule.
        name = each["label"] or (called if each["name"] == "value" and called else teller.name(each["name"]))
        name = _("%(name)s, baseline") % {"name": name} if each["name"].endswith(".baseline") else name
        counts = each["counts"]
        note = str(said.get("source", ""))
        if "invited" in counts and "answered" in counts:
            note = _("%(answered)s of %(invited)s answered") % {
                "answered": formats.number(Fraction(counts["answered"])),
                "invited": formats.number(Fraction(counts["invited"])),
            }
        value = f"{goal_words.value(each['value'], 2)} {each['unit']}".strip()
        if goal["rule"] == GoalVersion.Rule.DELIVERABLES and goal_words.number(each["value"]) == 1:
            value = _("delivered")
        rows.append(
            {
                "name": Cell(name, url, note),
                "value": value if each["value"]["kind"] == "number" else goal_words.value(each["value"]),
                "on": date.fromisoformat(each["on"]) if each["on"] else "",
                "window": _window(each["window"]),
                "counts": _("yes") if each["counts_for_goal"] else _("no"),
            }
        )
    return Table(
        caption=_("What the goal is measured by"),
        caption_hidden=True,
        columns=[
            Column("name", _("What")),
            Column("value", _("Value"), kind="number", lead=True),
            Column("on", _("Day"), kind="date"),
            Column("window", _("Measuring period")),
            Column("counts", _("Counts in the goal")),
        ],
        rows=rows,
    )


def _window(window: Payload) -> str:
    if not window["from"] and not window["to"]:
        return ""
    return f"{goal_words.day(window['from'])}–{goal_words.day(window['to'])}"


def beside(goal: Payload) -> Table | None:
    """Volumes that are shown and never scored, each by itself: their units differ."""
    rows = []
    for each in goal["supplementary"]:
        value: Any = EmptyValue.NOT_IN_SOURCE
        if each.get("series") or each.get("indicator"):
            value = goal_words.value(each["value"], 2)
        elif each["stated"]:
            value = "–"
        rows.append(
            {
                "name": Cell(each["name"], note=" ".join(filter(None, [each.get("unit", ""), each.get("note", "")]))),
                "value": value,
                "stated": each["stated"] or "–",
                "target": _target(each),
            }
        )
    if not rows:
        return None
    return Table(
        caption=_("Shown beside, not scored"),
        caption_hidden=True,
        columns=[
            Column("name", _("What")),
            Column("value", _("Registered"), kind="number", lead=True),
            Column("stated", _("As the source says it"), kind="number"),
            Column("target", _("Target"), kind="number"),
        ],
        rows=rows,
    )


def _target(each: Payload) -> str:
    if each.get("target"):
        return rule_words.shown(each["target"])
    if each.get("target_max"):
        return _("at most %(limit)s") % {"limit": rule_words.shown(each["target_max"])}
    return "–"


def versions(goal: Payload) -> list[dict[str, str]]:
    """What the goal has said, side by side: the first, then each amendment. One query."""
    told = []
    # Beside the payload: a sealed figure's hash is not to change for them.
    places = [each["version"] for each in goal["versions"] if each["amendment"]]
    codes: dict[int, str] = {}
    if places:
        found = GoalVersion.objects.filter(place__in=places).order_by("place")
        codes = dict(found.values_list("place", "reason_code"))
    for number, each in enumerate(goal["versions"], 1):
        told.append(
            {
                "title": _("Version %(number)s") % {"number": number},
                "holds": _("from %(day)s") % {"day": goal_words.day(each["holds_from"])}
                if each["holds_from"]
                else _("the whole period"),
                "rule": rule_words.sentence(each["rule"], each["params"]),
                "weight": str(each["weight"]),
                "amendment": reasons.told(codes.get(each["version"], ""), each["amendment"]),
            }
        )
    return told


def statements(goal: Payload, payload: Payload) -> list[str]:
    said = []
    for kind in ("recommended", "decided"):
        each = goal[kind]
        if each is None:
            continue
        text = goal_words.recommended(each) if kind == "recommended" else goal_words.decided(each, each["by"])
        more = " ".join(part for part in (each["text"], each["source"]) if part)
        said.append(f"{text} {goal_words.day(each['on'])}. {more}".strip())
    return said
