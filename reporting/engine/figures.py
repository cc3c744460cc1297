"""One figure opened: its value, how it came about, the cells below it, and the facts it is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity.actor import Actor
from portal.ledger import registry
from portal.ledger.models import Fact
from programmes.models import Programme
from reporting.engine import query as queries
from reporting.engine.evaluate import expected_ratio, imported, target_payload
from reporting.engine.payload import ENGINE_VERSION, Payload, day_text, month_text, plain, ratio
from reporting.engine.plan import Goal, Plan, organisation_names, plan
from reporting.engine.protected import Published, is_protected, opens_every_record, published
from reporting.engine.query import NOT_GIVEN, FigureQuery, Unanswerable
from reporting.engine.read import Cells, Group, Spans, facts_of, history_in, sums
from reporting.rules.account import Part
from reporting.rules.path import Expected

OWN = "own"
"""A heading's code with this behind it: the heading alone, without what lies below it."""


@dataclass(frozen=True)
class Opened:
    """A figure with what a page needs to go further down: the group its facts are found by."""

    plan: Plan
    query: FigureQuery
    group: Group | None
    payload: Payload

    def facts(self) -> QuerySet[Fact]:
        """The facts that the figure is the sum of, reversals among them; none for a figure that is not a sum."""
        return facts_of(self.group, self.plan.moment.as_of) if self.group is not None else Fact.objects.none()


def figure(programme: Programme, query: FigureQuery, as_of: ledger.AsOf | None, actor: Actor) -> Payload:
    """The payload of one figure; see `open_figure`."""
    return open_figure(programme, query, as_of, actor).payload


def open_figure(
    programme: Programme, query: FigureQuery, as_of: ledger.AsOf | None, actor: Actor, *, divided: bool = False
) -> Opened:
    """Compute one figure of `programme`, and the cells below it along one dimension.

    `divided`: where the query does not say by what, it is divided by the next dimension in order.
    Of a protected measure, a reader who may not open every record gets what has been published, and no more.
    Raises Unanswerable for what cannot be asked: an unknown target, an undeclared crossing of a protected measure, or a
    day of one that nothing was published of. The number of queries does not depend on the rows.
    """
    planned = plan(programme, as_of)
    queries.check_dimensions(query, registry.get(planned.measure))
    if (
        query.kind in ("count", "attainment")
        and is_protected(planned.measure)
        and not opens_every_record(actor, planned.group(), planned.moment.as_of)
    ):
        return _published(planned, query, as_of, divided=divided)
    if divided and query.kind == "count" and not query.by and query.open_dimensions():
        query = replace(query, by=query.open_dimensions()[0])
    goal = None
    if query.target:
        goal = planned.goal(query.target)
        if goal is None:
            raise Unanswerable(_("There is no such target as known then: %(what)s.") % {"what": query.target})
        if goal.target.measure_id != planned.measure and query.kind in ("count", "attainment"):
            raise Unanswerable(_("The target counts something else than the programme's page does."))
    group = None if query.kind in ("expected", "target") else _group(planned, query, goal)
    payload = _head(planned, query)
    if goal is not None:
        payload["target"] = target_payload(planned, goal, None)
    if query.kind == "expected" and goal is not None:
        expected = _expected(goal, query, planned)
        payload |= {"ratio": expected_ratio(expected), "months_passed": expected.passed, "months_total": expected.total}
    elif query.kind == "target" and goal is not None:
        payload["value"] = None if goal.amount is None else plain(goal.amount)
    elif group is not None:
        payload |= _counted(planned, query, goal, group)
        payload["imported"] = imported(history_in(group, planned.moment))
    payload["names"] = _names(planned, query, payload)
    return Opened(planned, query, group, payload)


def _head(planned: Plan, query: FigureQuery) -> Payload:
    return {
        "engine": ENGINE_VERSION,
        "programme": {"slug": planned.programme.slug, "heading": planned.programme.heading_id},
        "measure": planned.measure,
        "as_of": day_text(planned.moment.day),
        "place": planned.moment.place,
        "computed_at": planned.moment.computed_at.isoformat(),
        "query": query.words(),
        "value": None,
        "hidden": False,
        "ratio": None,
        "target": None,
        "cells": None,
        "imported": [],
        "protected": None,
    }


def _expected(goal: Goal, query: FigureQuery, planned: Plan) -> Expected:
    day = planned.moment.day
    if query.until:
        month = queries.month_of(query.until)
        day = date(month.year + month.month // 12, month.month % 12 + 1, 1) - timedelta(days=1)
    expected = goal.expected(day)
    if expected is None:
        raise Unanswerable(_("The target has no expected path that can be computed."))
    return expected


def _counted(planned: Plan, query: FigureQuery, goal: Goal | None, group: Group) -> dict[str, Any]:
    """The value of a sum, and the cells below it."""
    by = query.by
    columns: tuple[str, ...] = ("heading", "month") if by == "heading" else (by,) if by else ()
    found = sums(group, {(), columns}, planned.moment)
    total = found[()][()]
    if query.kind == "attainment":
        amount = goal.in_all if goal else None
        if not amount:
            raise Unanswerable(_("The target has no number to compare with."))
        return {"value": plain(total), "ratio": ratio(total, amount)}
    answer: dict[str, Any] = {"value": plain(total)}
    if by:
        cells = _by_heading(planned, query, found[columns]) if by == "heading" else _coded(found[columns])
        answer["cells"] = {
            "by": by,
            "rows": [
                {"code": code, "value": plain(cells[code]), "hidden": False} for code in _in_order(planned, by, cells)
            ],
        }
    return answer


def _published(planned: Plan, query: FigureQuery, as_of: ledger.AsOf | None, *, divided: bool) -> Opened:
    """What has been published of a protected figure. There is nothing behind it to open."""
    if as_of is not None and as_of.day is None:
        raise Unanswerable(_("These numbers are protected; ask for them by the day they were published for."))
    found = published(planned.measure, planned.programme.heading_id, None if as_of is None else as_of.day)
    if query.kind != "count" or query.target or query.part or query.until:
        raise Unanswerable(
            _("These numbers are protected: only the number in all, and how it is divided, can be opened.")
        )
    if divided and not query.by:
        query = replace(query, by=_first_division(query, found))
    found.check(query.crossing())
    payload = _head(planned, query) | _shown(planned, query, found)
    payload["protected"] = protection(found)
    if found.publication is not None:
        payload |= {"as_of": day_text(found.publication.as_of), "place": found.publication.place}
    payload["names"] = _names(planned, query, payload)
    return Opened(planned, query, None, payload)


def _first_division(query: FigureQuery, found: Published) -> str:
    """What the figure is divided by when nobody said; empty where it cannot be divided further."""
    fixed = frozenset(query.fixed())
    pairs = [frozenset(pair) for pair in found.pairs]
    return next(
        (
            name
            for name in query.open_dimensions()
            if any(name in pair and (not fixed or pair == fixed | {name}) for pair in pairs)
        ),
        "",
    )


def _shown(planned: Plan, query: FigureQuery, found: Published) -> dict[str, Any]:
    cell = found.cell(query.fixed())
    answer: dict[str, Any] = {"value": None if cell.value is None else plain(cell.value), "hidden": cell.hidden}
    if query.by and found.publication is not None:
        cells = found.cells(query.fixed(), query.by)
        known = {code: each.value or Decimal(0) for code, each in cells.items()}
        rows = [
            {"code": code, "hidden": cells[code].hidden, **cells[code].as_payload()}
            for code in _in_order(planned, query.by, known)
        ]
        answer["cells"] = {"by": query.by, "rows": rows}
    return answer


def protection(found: Published) -> dict[str, Any]:
    """How and why numbers are hidden, for page and API alike."""
    return {
        "class": found.disclosure,
        "smallest": found.smallest,
        "published": None if found.publication is None else day_text(found.publication.as_of),
        "dates": [day_text(day) for day in found.dates],
        "crossings": [list(pair) for pair in found.pairs],
    }


def _group(planned: Plan, query: FigureQuery, goal: Goal | None) -> Group:
    """What the figure is the sum of."""
    where, below = Q(), []
    if goal is not None:
        where &= _q(goal.part(planned.codes))
        if goal.version.headings:
            below.append(tuple(span for root in goal.version.headings for span in planned.tree.below.get(root, ())))
    if query.part:
        municipal, partner = planned.municipal, planned.partner
        if municipal is None or partner is None:
            raise Unanswerable(_("The programme has no parts as known then."))
        first, second = _q(municipal.part(planned.codes)), _q(partner.part(planned.codes))
        where &= (first & second) if query.part == "both" else (~first & ~second)
    for name, code in query.fixed().items():
        if name == "heading":
            below.append(_below(planned, code))
        elif name == "month":
            where &= Q(month=queries.month_of(code))
        elif code == NOT_GIVEN:
            where &= Q(**{name: ""}) if name in ("category", "subcategory") else Q(**{f"{name}__isnull": True})
        else:
            where &= Q(**{name: int(code) if name == "organisation" else code})
    if query.until:
        where &= Q(month__lte=queries.month_of(query.until))
    return planned.group(goal.window if goal else None, tuple(below), where, _columns(query, goal))


def _columns(query: FigureQuery, goal: Goal | None) -> frozenset[str]:
    """The dimensions the figure's filter speaks of, besides where it lies in the tree."""
    columns = set(query.fixed()) - {"heading"}
    if query.part:
        columns |= {"municipality", "organisation"}
    if query.until:
        columns.add("month")
    if goal is not None:
        columns |= set(goal.dimensions()) - {"heading", "month"}
    return frozenset(columns)


def _q(part: Part) -> Q:
    """A part as a filter; what has no code is in no part that names codes."""
    condition = Q()
    if part.municipalities is not None:
        condition &= Q(municipality__in=sorted(part.municipalities))
    if part.organisations is not None:
        condition &= Q(organisation__in=sorted(part.organisations))
    return condition


def _below(planned: Plan, code: str) -> Spans:
    alone = code.endswith(OWN)
    root = int(code.removesuffix(OWN))
    if root not in planned.tree.below:
        raise Unanswerable(_("There is no such activity in the programme: %(what)s.") % {"what": code})
    spans = planned.tree.below[root]
    return tuple(span for span in spans if span.heading == root) if alone else spans


def _coded(cells: Cells) -> dict[str, Decimal]:
    """Cells of one dimension by their code as text; those without facts left are left out."""
    coded = {}
    for (value,), quantity in cells.items():
        if quantity:
            code = NOT_GIVEN if value in (None, "") else month_text(value) if isinstance(value, date) else str(value)
            coded[code] = quantity
    return coded


def _by_heading(planned: Plan, query: FigureQuery, cells: Cells) -> dict[str, Decimal]:
    """The figure divided among the activities next below the one it is about, and what lies on that one itself."""
    root = int(query.heading.removesuffix(OWN)) if query.heading else planned.programme.heading_id
    parts = planned.tree.parts(root)
    divided: dict[str, Decimal] = {}
    for (heading, month), quantity in cells.items():
        inside = next((part for part in parts if planned.tree.holds(part, heading, month)), None)
        code = f"{root}{OWN}" if inside is None else str(inside)
        divided[code] = divided.get(code, Decimal(0)) + quantity
    return {code: quantity for code, quantity in divided.items() if quantity}


def _in_order(planned: Plan, by: str, cells: dict[str, Decimal]) -> list[str]:
    """The codes in the order they are shown in: Danish order, the declared order, the greatest first, or by time."""
    order: Iterable[str]
    if by == "month":
        order = sorted(cells)
    elif by == "municipality":
        order = [each.code for each in planned.municipalities]
    elif by == "heading":
        order = [str(each.heading_id) for each in planned.activities]
    elif by == "organisation":
        order = sorted(cells, key=lambda code: (-cells[code], len(code), code))
    else:
        order = planned.labels(by)
    first = [code for code in order if code in cells]
    return [*first, *sorted(set(cells) - set(first))]


def _names(planned: Plan, query: FigureQuery, payload: Payload) -> dict[str, Any]:
    """Names of every code that the figure and its cells show."""
    organisations = {int(query.organisation)} if query.organisation not in ("", NOT_GIVEN) else set()
    if payload["target"]:
        organisations.update(payload["target"]["organisations"])
    if query.part and planned.partner:
        organisations.update(planned.partner.version.organisations)
    if payload["cells"] and query.by == "organisation":
        organisations.update(int(row["code"]) for row in payload["cells"]["rows"] if row["code"] != NOT_GIVEN)
    names: dict[str, Any] = {
        "programme": planned.programme.name,
        "measure": str(registry.get(planned.measure).name),
        "municipalities": {each.code: each.name for each in planned.municipalities},
        "targets": {goal.key: goal.target.name for goal in planned.goals},
        "activities": {str(each.heading_id): each.name for each in planned.activities},
        "numbers": {str(each.heading_id): each.number for each in planned.activities},
        "organisations": organisation_names(organisations) if organisations else {},
    }
    for dimension, plural in (("category", "categories"), ("subcategory", "subcategories")):
        needed = query.by == dimension or getattr(query, dimension)
        names[plural] = dict(planned.labels(dimension)) if needed else {}
    return names
