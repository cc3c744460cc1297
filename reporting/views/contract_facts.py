"""The facts behind a goal's figure, or behind one leaf of its explanation."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.identity import rights as permissions
from portal.ledger import registry
from portal.ledger.models import Fact
from portal.ui.pagination import KeysetPage, keyset
from portal.ui.tables import Cell, Column, Table
from reporting import attainment_words, rights
from reporting.engine.contracts.facts import BehindGoal, NoSuchFigure
from reporting.views.contract_asking import ContractPage

PAGE = 25


class ContractFactsPage(ContractPage):
    """/kontrakter/<slug>/fakta/?goal=…&leaf=…"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        goal, leaf = self._number("goal"), self._number("leaf")
        if goal is None:
            raise BadRequest(_("Say which goal: its number in the contract."))
        try:
            behind = BehindGoal.of(self.contract, goal, leaf, self.as_of, self.actor)
        except NoSuchFigure:
            raise Http404 from None
        return render(request, "reporting/contract_facts.html", self._context(behind), status=self.status)

    def _number(self, name: str) -> int | None:
        text = self.request.GET.get(name, "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise BadRequest(_("There is no such figure: %(what)s.") % {"what": text})
        return int(text)

    def _context(self, behind: BehindGoal) -> dict[str, Any]:
        verdict = permissions.may(self.actor, rights.VIEW_FACTS)
        goal, names = behind.goal, behind.names
        name = names["goals"][str(goal["no"])]["name"]
        return {
            **self.base_context(),
            "title": _("The registrations behind goal %(number)s") % {"number": goal["no"]},
            "goal": goal,
            "goal_name": name,
            "leaf": None if behind.leaf is None else attainment_words.leaf(behind.leaf, names),
            "leaf_value": None if behind.leaf is None else attainment_words.value(behind.leaf["value"]),
            "aggregate": "" if behind.leaf is None else attainment_words.aggregate(behind.leaf),
            "leaves": attainment_words.leaves(goal, names) if behind.leaf is None else [],
            "day": behind.as_of.day or self.actor.on,
            "in_the_past": self.as_of is not None,
            "now_url": self._address(goal["no"]),
            "goal_url": self._address(goal["no"]) if behind.leaf is not None else "",
            "contract_url": f"/kontrakter/{self.contract.slug}/",
            "kept": {key: self.request.GET[key] for key in ("goal", "leaf") if key in self.request.GET},
            "form_action": reverse("reporting:contract_facts", args=[self.contract.slug]),
            "imported": "",
            "number": sum(ref.count for ref in behind.refs),
            # Who may open the registrations counts them one by one; who may not gets them by month.
            "cells": None if verdict else _cells_table(behind.cells(), behind.measures),
            "facts": self._facts(behind) if verdict else None,
            "facts_refused": "" if verdict else verdict.reason,
        }

    def _address(self, goal: int) -> str:
        return f"{reverse('reporting:contract_facts', args=[self.contract.slug])}?goal={goal}"

    def _facts(self, behind: BehindGoal) -> dict[str, Any]:
        rows = behind.openable().select_related("record", "municipality")
        page: KeysetPage[Fact] = keyset(rows, self.request.GET, ("-place",), PAGE)
        return {"page": page, "table": _facts_table(behind, page.rows)}


def _category(measure: str, code: str) -> str:
    declared = registry.get(measure).dimensions.get("category")
    labels = declared.labels() if declared is not None and declared.labels is not None else {}
    return str(labels.get(code, code))


def _cells_table(cells: list[dict[str, Any]], measures: list[str]) -> Table:
    """By measure, month, answer and municipality, and the sum where one measure is added up."""
    rows = [
        {
            "month": cell["month"],
            "what": str(registry.get(cell["measure"]).name),
            "category": _category(cell["measure"], cell["category"]),
            "municipality": cell["municipality__name"] or "",
            "facts": cell["facts"],
            "value": Decimal(cell["quantity"]),
        }
        for cell in cells
    ]
    summed = len(measures) == 1 and registry.get(measures[0]).kind in ("flow", "answer")
    counted = sum(cell["facts"] for cell in cells)
    total: dict[str, Any] = {"month": _("In all"), "what": "", "category": "", "municipality": "", "facts": counted}
    if summed:
        total["value"] = sum((Decimal(cell["quantity"]) for cell in cells), Decimal(0))
    return Table(
        caption=_("The registrations by month"),
        caption_hidden=True,
        columns=[
            Column("month", _("Month"), kind="month"),
            *([Column("what", _("Kind"))] if len(measures) > 1 else []),
            Column("category", _("Answer or area")),
            Column("municipality", _("Municipality")),
            Column("facts", _("Registrations"), kind="number", decimals=0),
            *([Column("value", _("Counts"), kind="number")] if summed else []),
        ],
        rows=rows,
        total=total if rows else None,
    )


def _facts_table(behind: BehindGoal, page: list[Fact]) -> Table:
    described = behind.described(page)
    rows = []
    for fact in page:
        about = described.get(fact.place)
        title = str(about.title) if about else _("Erased")
        url = about.url if about and about.url else ""
        note = str(about.reason) if about and about.reason else ""
        rows.append(
            {
                "name": Cell(title, url, note),
                "on": fact.occurred_on,
                "category": _category(str(fact.measure_id), fact.category),
                "municipality": fact.municipality.name if fact.municipality else "",
                "learnt": fact.learnt_on,
                "value": Cell(fact.quantity, note=fact.qualifier) if fact.qualifier else fact.quantity,
            }
        )
    return Table(
        caption=_("Registrations behind the figure"),
        caption_hidden=True,
        columns=[
            Column("name", _("Registration")),
            Column("on", _("Day"), kind="date"),
            Column("category", _("Answer or area")),
            Column("municipality", _("Municipality")),
            Column("learnt", _("Known from"), kind="date"),
            Column("value", _("Number"), kind="number"),
        ],
        rows=rows,
    )
