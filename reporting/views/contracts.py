"""The list of contracts and a contract's page: the total, what it is made of, goal by goal, and one goal explained."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.identity import rights as permissions
from portal.identity.views import ActionMixin
from portal.ledger.disclosure import newest_place
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.export import export_response, requested
from portal.ui.number_line import number_line
from portal.ui.tables import Cell, Column, GroupRow, Table
from reporting import explanation, goal_words, rights, rule_words
from reporting.contract_guard import NEXT, State
from reporting.engine.contracts import attainment
from reporting.engine.payload import Payload
from reporting.models import Contract, ContractParty, Observation
from reporting.scope import visible_contracts
from reporting.views.contract_asking import ContractPage

Row = dict[str, Any]


class ContractList(ActionMixin):
    """/kontrakter/"""

    action = rights.VIEW_CONTRACTS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = visible_contracts(self.actor).select_related("figure", "owner").annotate(
            goals_count=Count("goals", distinct=True), classes_from=newest_place()
        )  # fmt: skip
        table = Table(
            caption=_("Result contracts"),
            caption_hidden=True,
            columns=[
                Column("name", _("Contract")),
                Column("period", _("Period")),
                Column("state", _("State")),
                Column("goals", _("Goals"), kind="number", decimals=0),
                Column("total", _("Attainment"), kind="number", lead=True),
            ],
            rows=[_listed(contract) for contract in rows[:200]],
            empty=_("There is no result contract in your area yet."),
        )
        may_make = permissions.may(self.actor, rights.MAKE_CONTRACT)
        return render(request, "reporting/contracts/list.html", {"table": table, "may_make": bool(may_make)})


def _listed(contract: Contract) -> Row:
    figure = getattr(contract, "figure", None)
    # What was stored before a measure got another disclosure class is not shown after.
    if figure is not None and figure.computed_to_place < contract.classes_from:  # type: ignore[attr-defined]
        figure = None
    total = figure.payload["total"] if figure is not None else None
    return {
        "name": Cell(contract.name, reverse("reporting:contract", args=[contract.slug]), contract.owner.name),
        "period": f"{formats.date_da(contract.starts_on)}–{formats.date_da(contract.ends_on)}",
        "state": contract.get_state_display(),
        "goals": contract.goals_count,  # type: ignore[attr-defined]  # annotated
        "total": f"{total['shown']} %" if total else EmptyValue.SETTLED_LATER,
    }


@dataclass(frozen=True)
class ContractLinks:
    """Addresses below a contract that keep the day and place that were asked for."""

    slug: str
    kept: dict[str, str] = field(default_factory=dict)

    def _with(self, name: str, *args: Any, **words: str) -> str:
        address = reverse(f"reporting:{name}", args=[self.slug, *args])
        query = urlencode({**words, **self.kept})
        return f"{address}?{query}" if query else address

    def page(self, **words: str) -> str:
        return self._with("contract", **words)

    def goal(self, number: int) -> str:
        return self._with("goal", number)

    def chosen(self, number: int) -> str:
        return f"{self.page(goal=str(number))}#maal"

    def plain(self, name: str, *args: Any) -> str:
        return reverse(f"reporting:{name}", args=[self.slug, *args])


class Attained(ContractPage):
    """A page that shows the payload of a contract."""

    @cached_property
    def payload(self) -> Payload:
        return attainment(self.contract, self.as_of)

    @cached_property
    def links(self) -> ContractLinks:
        if self.as_of is None:
            return ContractLinks(self.contract.slug)
        return ContractLinks(self.contract.slug, {"as_of": self.payload["as_of"], "place": str(self.payload["place"])})

    @cached_property
    def contract(self) -> Contract:
        """With its parties, in one query."""
        parties = ContractParty.objects.filter(contract=OuterRef("pk")).order_by("order", "pk")
        said = {name: name for name in ("name", "organisation_id", "decides", "reports")}
        rows = visible_contracts(self.actor).annotate(
            with_parties=ArraySubquery(parties.values(json=JSONObject(**said)))
        )
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    @cached_property
    def parties(self) -> list[ContractParty]:
        return [ContractParty(**said) for said in self.contract.with_parties]  # type: ignore[attr-defined]

    def moment(self) -> dict[str, Any]:
        return {
            "day": date.fromisoformat(self.payload["as_of"]),
            "in_the_past": self.as_of is not None,
            "computed_at": datetime.fromisoformat(self.payload["computed_at"]),
            "stale": self.as_of is None and not self.payload.get("fresh", True),
        }

    def party(self, part: str) -> str:
        return formats.join_and([party.name for party in self.parties if getattr(party, part)])

    def decider(self) -> str:
        """Short: the organisation's own name where the party is one."""
        said = self.payload["decided"]
        return (said and said["by"]) or self.party("decides")

    def may(self) -> dict[str, bool]:
        """What the reader may do here now: the buttons. The actions themselves ask again."""
        actor, contract = self.actor, self.contract
        # Whose organisations are the own is asked for only where the role has the right.
        # The right first: only for those who have it is it asked which organisations are theirs.
        makes = bool(permissions.may(actor, rights.MAKE_CONTRACT)) and contract.owner_id in actor.organisation_ids
        signs = bool(permissions.may(actor, rights.SIGN_CONTRACT)) and contract.owner_id in actor.organisation_ids
        signed = contract.state in (State.SIGNED, State.AMENDED)

        def party(part: str, action: str) -> bool:
            return bool(permissions.may(actor, action)) and any(
                getattr(each, part) and each.organisation_id in actor.organisation_ids for each in self.parties
            )

        return {
            "edit": makes and contract.state == State.DRAFT,
            "sign": signs and State.SIGNED in NEXT[contract.state],
            "amend": makes and signed,
            "close": makes and State.CLOSED in NEXT[contract.state],
            "copy": makes,
            "recommend": signed and party("reports", rights.RECOMMEND),
            "decide": signed and party("decides", rights.DECIDE),
        }


class ContractOverview(Attained):
    """/kontrakter/<slug>/?goal=1"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = requested(request)
        if kind is not None:
            self.require_a_readable_date()
            return export_response(kind, self.contract.slug, export_columns(), export_rows(self.payload))
        return render(request, "reporting/contracts/contract.html", self.context(), status=self.status)

    def context(self) -> dict[str, Any]:
        payload, links = self.payload, self.links
        chosen = self.chosen()
        total = payload["total"]
        return {
            **self.base_context(),
            **self.moment(),
            "form_action": links.plain("contract"),
            "now_url": links.plain("contract"),
            "kept": {"goal": str(chosen["no"])} if chosen else {},
            "payload": payload,
            "parties": formats.join_and([party.name for party in self.parties]),
            "period": f"{formats.date_da(self.contract.starts_on)}–{formats.date_da(self.contract.ends_on)}",
            "total": f"{total['shown']}{formats.NBSP}%" if total else "",
            "tone": tone(payload),
            "costs": goal_words.costs(payload, links.goal),
            "rounding": goal_words.rounding(payload),
            "recommended": goal_words.recommended(payload["recommended"]),
            "decided": goal_words.decided(payload["decided"], self.decider()),
            "left_out": goal_words.left_out(payload),
            "table": goals_table(payload, links, chosen),
            "goal": explained(chosen, payload, links) if chosen else None,
            "mean": mean_rows(payload) if total else None,
            "may": self.may(),
            "links": {name: links.plain(f"contract_{name}") for name in ("compare", "sealed", *ACTIONS)},
        }

    def chosen(self) -> Payload | None:
        """The goal the reader chose, else the first."""
        goals: dict[int, Payload] = {goal["no"]: goal for goal in self.payload["goals"]}
        asked = self.request.GET.get("goal", "")
        if asked.isascii() and asked.isdigit() and int(asked) in goals:
            return goals[int(asked)]
        return next(iter(goals.values()), None)


ACTIONS = ("edit", "sign", "close", "copy", "recommend", "decide", "new_goal")


def tone(payload: Payload) -> str:
    if payload["total"] is None:
        return "neutral"
    value = goal_words.ratio(payload["total"])
    return "good" if value >= 90 else "close" if value >= 70 else "behind"


def goals_table(payload: Payload, links: ContractLinks, chosen: Payload | None = None) -> Table:
    """The goals by group: result, score, what was recommended and decided, and the weight where they differ."""
    goals = {goal["no"]: goal for goal in payload["goals"]}
    weights = {goal["weight"] for goal in goals.values()} != {1}
    any_decided = any(goal["decided"] for goal in goals.values())
    rows: list[Any] = []
    for group in payload["names"]["groups"]:
        rows.append(GroupRow(group["name"]))
        rows.extend(_goal_row(goals[number], payload, links) for number in group["goals"] if number in goals)
    total = payload["total"]
    return Table(
        caption=_("The goals of the contract"),
        caption_hidden=True,
        columns=[
            Column("name", _("Goal")),
            Column("result", _("Result")),
            *([Column("weight", _("Weight"), kind="number", decimals=0)] if weights else []),
            Column("score", _("Attainment, per cent"), kind="number", lead=True),
            Column("recommended", _("Recommended"), kind="number"),
            *([Column("decided", _("Decided"), kind="number")] if any_decided else []),
        ],
        rows=rows,
        total={
            "name": _("In all"),
            "result": "",
            "weight": sum(goal["weight"] for goal in goals.values() if goal["no"] in payload["counted"]),
            "score": Cell(total["shown"], "#samlet") if total else EmptyValue.NOT_REPORTED,
            "recommended": _said(payload["recommended"]),
            "decided": _said(payload["decided"]),
        },
        tone=lambda row: "own" if chosen is not None and row.get("no") == chosen["no"] else "",
        empty=_("The contract has no goals yet."),
    )


def _goal_row(goal: Payload, payload: Payload, links: ContractLinks) -> Row:
    score = goal_words.score(goal)
    number = goal["no"]
    return {
        "no": number,
        "name": Cell(f"{number}. {goal_words.goal_name(payload, number)}", links.goal(number)),
        "result": goal_words.result(goal),
        "weight": goal["weight"],
        "score": Cell(goal["score"]["shown"], links.chosen(number)) if isinstance(score, Fraction) else score,
        "recommended": _said(goal["recommended"]),
        "decided": _said(goal["decided"]),
    }


def _said(said: Payload | None) -> Any:
    if said is None:
        return "–"
    return EmptyValue.NOT_IN_SOURCE if said["amount"] is None else Decimal(said["amount"])


def explained(
    goal: Payload, payload: Payload, links: ContractLinks, *, known_constructed: bool | None = None
) -> dict[str, Any]:
    """One goal as the aside and the goal page tell it."""
    number = goal["no"]
    value = goal_words.number(goal["value"])
    bands = rule_words.bands(goal["rule"], goal["params"])
    score = goal["score"]["shown"] if goal["score"] and goal["outcome"] == "scored" else ""
    title = _("Goal %(number)s as a number line") % {"number": number}
    return {
        "no": number,
        "name": goal_words.goal_name(payload, number),
        "url": links.goal(number),
        "score": score,
        "outcome": goal["outcome"],
        "result": goal_words.result(goal),
        "line": number_line(title, bands, value) if bands else "",
        "rule": rule_words.sentence(goal["rule"], goal["params"]),
        "tree": [explanation.tell(goal, payload["names"])],
        "survey": explanation.survey_note(goal),
        "measured_by": goal["measured_by"],
        "constructed": constructed(goal).exists() if known_constructed is None else known_constructed,
        "precision": rule_words.precision(goal["decimals"]),
        "version": len(goal["versions"]),
        "facts": goal["facts"],
        "deviations": [goal_words.deviation(each, payload["names"]) for each in goal["deviations"]],
        "missing": [goal_words.missing(each) for each in goal["missing"]],
        "nearest": goal_words.nearest(goal),
        "recommended": goal_words.recommended(goal["recommended"]),
    }


def constructed(goal: Payload) -> "QuerySet[Observation]":
    """What it is measured by that is marked as constructed: the series are those that the explanation's leaves name."""
    headings = {heading for leaf in _leaves(goal["step"]) for heading in _headings(leaf["meta"])}
    rows = Observation.objects.filter(series__heading__in=sorted(headings), constructed=True, withdrawn_at=None)
    return rows.order_by()


def _leaves(step: Payload) -> Iterator[Payload]:
    if step["op"] == "facts":
        yield step
    for child in step["children"]:
        yield from _leaves(child)


def _headings(meta: Payload) -> list[int]:
    said = meta.get("asked") or meta.get("where") or {}
    return [span[0] for span in said.get("headings", ())]


def mean_rows(payload: Payload) -> Table:
    """How the goals make the total: each with its weight and what it gives."""
    weights = sum(goal["weight"] for goal in payload["goals"] if goal["no"] in payload["counted"])
    rows = []
    for goal in payload["goals"]:
        if goal["no"] in payload["counted"] and goal["score"]:
            score = goal_words.ratio(goal["score"])
            rows.append(
                {
                    "name": f"{goal['no']}. {goal_words.goal_name(payload, goal['no'])}",
                    "score": score,
                    "weight": goal["weight"],
                    "gives": score * goal["weight"] / weights,
                }
            )
    return Table(
        caption=_("The total as the weighted mean of the goals"),
        caption_hidden=True,
        compact=True,
        columns=[
            Column("name", _("Goal")),
            Column("score", _("Attainment"), kind="number"),
            Column("weight", _("Weight"), kind="number", decimals=0),
            Column("gives", _("Gives points"), kind="number", decimals=4, lead=True),
        ],
        rows=rows,
        total={
            "name": _("In all"),
            "score": "",
            "weight": weights,
            "gives": goal_words.ratio(payload["total"]),
        },
    )


def export_columns() -> list[Column]:
    return [
        Column("number", _("Goal"), kind="id"),
        Column("group", _("Group")),
        Column("name", _("Name")),
        Column("result", _("Result")),
        Column("outcome", _("Outcome")),
        Column("score", _("Attainment, per cent"), kind="number", decimals=4),
        Column("weight", _("Weight"), kind="number", decimals=0),
        Column("recommended", _("Recommended"), kind="number"),
        Column("decided", _("Decided"), kind="number"),
        Column("rule", _("How the goal is scored")),
        Column("measured_by", _("Measured by")),
        Column("facts", _("Registrations"), kind="number", decimals=0),
        Column("as_of", _("As registered on"), kind="date"),
        Column("place", _("Facts until"), kind="number"),
    ]


def export_rows(payload: Payload) -> Iterator[Row]:
    """The page's goals and the total, from the same payload."""
    common = {"as_of": date.fromisoformat(payload["as_of"]), "place": payload["place"]}
    groups = {number: group["name"] for group in payload["names"]["groups"] for number in group["goals"]}
    for goal in payload["goals"]:
        yield {
            "number": str(goal["no"]),
            "group": groups.get(goal["no"], ""),
            "name": goal_words.goal_name(payload, goal["no"]),
            "result": goal_words.result(goal),
            "outcome": goal["outcome"],
            "score": goal_words.score(goal),
            "weight": goal["weight"],
            "recommended": _exported(goal["recommended"]),
            "decided": _exported(goal["decided"]),
            "rule": rule_words.sentence(goal["rule"], goal["params"]),
            "measured_by": goal["measured_by"],
            "facts": goal["facts"]["count"],
            **common,
        }
    total = payload["total"]
    yield {
        "number": "",
        "group": "",
        "name": _("In all"),
        "result": "",
        "outcome": "",
        "score": goal_words.ratio(total) if total else EmptyValue.NOT_REPORTED,
        "weight": sum(goal["weight"] for goal in payload["goals"] if goal["no"] in payload["counted"]),
        "recommended": _exported(payload["recommended"]),
        "decided": _exported(payload["decided"]),
        "rule": "",
        "measured_by": "",
        "facts": sum(goal["facts"]["count"] for goal in payload["goals"]),
        **common,
    }


def _exported(said: Payload | None) -> Any:
    if said is None:
        return EmptyValue.NOT_REPORTED
    return EmptyValue.NOT_IN_SOURCE if said["amount"] is None else Decimal(said["amount"])
