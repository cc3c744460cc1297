"""A figure opened: what it is, how it came about, what it is made of."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.identity import rights as permissions
from portal.ledger.models import Fact
from portal.ledger.registry import Described
from portal.ui import formats
from portal.ui.empty import EmptyValue
from portal.ui.export import export_response, requested
from portal.ui.pagination import KeysetPage, keyset
from portal.ui.tables import Cell, Column, Table
from reporting import figure_words, protected_words, rights, words
from reporting.engine.facts import PAGE, FactsBehind
from reporting.engine.figures import Opened, open_figure
from reporting.engine.payload import Payload
from reporting.engine.protected import Cell as ProtectedCell
from reporting.engine.query import FigureQuery, Unanswerable, read_query
from reporting.views.asking import Links, ReportingPage


class FigurePage(ReportingPage):
    """/programmer/<slug>/tal/?…"""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        programme = self.programme()
        try:
            query = read_query(request.GET)
            opened = open_figure(programme, query, self.as_of, self.actor, divided=True)
        except Unanswerable as problem:
            raise BadRequest(str(problem)) from problem
        links = self.links(programme, opened.payload)
        cells = cells_table(opened.payload, opened.query, links)
        kind = requested(request)
        if kind is not None and cells is not None:
            self.require_a_readable_date()
            return export_response(kind, f"{programme.slug}-tal", cells_columns(opened.query.by), cells.rows)
        return render(request, "reporting/figure.html", self.context(opened, links, cells), status=self.status)

    def context(self, opened: Opened, links: Links, cells: Table | None) -> dict[str, Any]:
        payload, query = opened.payload, opened.query
        behind = FactsBehind(opened, self.actor)
        verdict = permissions.may(self.actor, rights.VIEW_FACTS)
        has_facts = opened.group is not None and not payload["hidden"]
        facts = self._facts(behind) if has_facts and verdict else None
        return {
            "steps": _steps(payload, query, links),
            "title": figure_words.title(payload, query),
            "value": figure_words.shown_value(payload, query),
            "unit": _("matches") if payload["value"] is not None and query.kind == "count" else "",
            "explanation": figure_words.explanation(payload, query),
            "day": date.fromisoformat(payload["as_of"]),
            "payload": payload,
            "in_the_past": self.as_of is not None,
            "now_url": reverse("reporting:figure", args=[links.slug]) + query.address(),
            "form": self.form,
            "form_action": reverse("reporting:figure", args=[links.slug]),
            "kept": query.words(),
            "imported": words.imported_history(payload),
            "cells": cells,
            "cells_by": str(figure_words.DIVIDED_BY.get(query.by, "")),
            "divisions": _divisions(query, links, payload["protected"])
            if opened.group is not None or payload["protected"]
            else [],
            "protection": words.protection(payload["protected"]) if payload["protected"] else "",
            "has_facts": has_facts,
            "facts": facts,
            "facts_refused": "" if verdict else verdict.reason,
            "count_url": links.figure(FigureQuery(target=query.target)) if query.kind == "attainment" else "",
            "source": words.source(payload),
        }

    def _facts(self, behind: FactsBehind) -> dict[str, Any]:
        """One page of the facts, and how many of them the reader may open."""
        page: KeysetPage[Fact] = keyset(behind.listed(), self.request.GET, ("-place",), PAGE)
        whole = Decimal(behind.opened.payload["value"])
        openable = page.rows[0].sum if page.rows else Decimal(0)  # type: ignore[attr-defined]  # annotated
        return {
            "page": page,
            "table": _facts_table(behind, page.rows),
            "registrations": whole,
            "openable": openable,
            "others": whole - openable,
        }


def _steps(payload: Payload, query: FigureQuery, links: Links) -> list[dict[str, str]]:
    """The way down: the programme's page, the whole, then each narrowing; the last is where the reader is."""
    steps = [{"title": payload["names"]["programme"], "url": links.dashboard()}]
    start = FigureQuery(kind=query.kind, target=query.target, part=query.part, until=query.until)
    steps.append({"title": figure_words.title(payload, start), "url": links.figure(start)})
    narrowed = start
    for dimension, code in query.fixed().items():
        narrowed = narrowed.narrowed(**{dimension: code})
        steps.append({"title": figure_words.name_of(payload, dimension, code), "url": links.figure(narrowed)})
    steps[-1]["url"] = ""
    return steps


def _divisions(query: FigureQuery, links: Links, protected: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The dimensions the figure can be divided by; those already narrowed to one value are left out.

    Of a protected figure only those that it is shown together with.
    """
    if query.kind != "count":
        return []
    fixed = frozenset(query.fixed())
    allowed = None
    if protected is not None:
        pairs = [frozenset(pair) for pair in protected["crossings"]]
        allowed = {name for pair in pairs for name in pair if not fixed or fixed | {name} == pair}
    return [
        {
            "title": figure_words.DIVIDED_BY[dimension],
            "url": links.figure(query.narrowed(by=dimension)),
            "current": dimension == query.by,
        }
        for dimension in query.open_dimensions()
        if allowed is None or dimension in allowed
    ]


def cells_columns(by: str) -> list[Column]:
    return [
        Column("code", _("Code"), kind="id", export_only=True),
        Column("name", figure_words.DIVIDED_BY[by]),
        Column("value", _("Matches"), kind="number", decimals=0),
    ]


def cells_table(payload: Payload, query: FigureQuery, links: Links) -> Table | None:
    """The cells below the figure, each a way further down; None when it is not divided."""
    if payload["cells"] is None:
        return None
    by = query.by
    rows = []
    for row in payload["cells"]["rows"]:
        url = links.figure(query.narrowed(**{by: row["code"]}))
        value = protected_words.shown(ProtectedCell.read(row)) if row["hidden"] else Cell(Decimal(row["value"]), url)
        rows.append({"code": row["code"], "name": figure_words.name_of(payload, by, row["code"]), "value": value})
    return Table(
        caption=_("Divided by %(what)s") % {"what": str(figure_words.DIVIDED_BY[by]).lower()},
        caption_hidden=True,
        columns=cells_columns(by),
        rows=rows,
        total={
            "name": _("In all"),
            "value": EmptyValue.HIDDEN if payload["value"] is None else Decimal(payload["value"]),
        },
    )


def _registration(fact: Any, about: Described | None) -> tuple[str, str, str]:
    """What a fact is called, its address ("" for none), and why it cannot be opened or does not count any more."""
    title = str(about.title) if about else _("Erased")
    url = about.url if about and about.url else ""
    notes = [str(about.reason)] if about and about.reason else []
    if fact.reverses_id is not None:
        notes.insert(0, _("Takes no. %(place)s back.") % {"place": formats.number(fact.reverses_id)})
    elif fact.undone:
        notes.insert(0, _("Taken back."))
        title = format_html("<del>{}</del>", title)
    return title, url, " ".join(notes)


def _facts_table(behind: FactsBehind, page: list[Fact]) -> Table:
    payload = behind.opened.payload
    described = behind.described(page)
    types = behind.opened.plan.labels("category")
    municipalities = payload["names"]["municipalities"]
    rows = []
    for fact in page:
        shown, url, note = _registration(fact, described.get(fact.place))
        rows.append(
            {
                "name": Cell(shown, url, note),
                "month": fact.month,
                "municipality": municipalities.get(fact.municipality_id, fact.municipality_id or ""),
                "category": types.get(fact.category, fact.category),
                "creator": fact.organisation.name if fact.organisation else "",
                "place": fact.place,
                "value": fact.quantity,
            }
        )
    return Table(
        caption=_("Registrations behind the figure"),
        caption_hidden=True,
        columns=[
            Column("name", _("Registration")),
            Column("month", _("Month"), kind="month"),
            Column("municipality", _("Municipality")),
            Column("category", _("Match type")),
            Column("creator", _("Created by")),
            Column("value", _("Counts"), kind="number"),
        ],
        rows=rows,
    )
