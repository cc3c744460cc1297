"""The figures of a programme, computed by one function for page, API, export and paper."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal import ledger
from portal.identity.actor import Actor
from portal.ledger import registry
from programmes.models import Programme
from reporting.engine.payload import ENGINE_VERSION, Payload, day_text, month_text, plain, ratio
from reporting.engine.plan import Goal, Plan, organisation_names, plan
from reporting.engine.protected import is_protected, opens_every_record
from reporting.engine.read import Cells, along, history_in, sums
from reporting.rules import account as accounts
from reporting.rules.path import Expected, expected_by, in_all
from reporting.rules.status import judge

MUNICIPALITY_AND_CREATOR = ("municipality", "organisation")
BY_CATEGORY, BY_MONTH, BY_HEADING = ("category",), ("month",), ("heading", "month")
NO_CODE = "-"
"""Stands for facts whose code is not given."""


class Protected(Exception):  # an answer, not a fault
    """The programme's measure is protected: its first page is not shown to this reader, but what was published is."""

    def __init__(self, measure: str) -> None:
        super().__init__(measure)
        self.measure = measure


@dataclass(frozen=True)
class Sums:
    """What has been read: for each window, sums by sets of dimensions."""

    by_window: dict[tuple[date, date], dict[tuple[str, ...], Cells]]
    main: tuple[date, date]

    def cells(self, dimensions: tuple[str, ...], window: tuple[date, date] | None = None) -> Cells:
        return self.by_window[window or self.main][dimensions]


def dashboard(programme: Programme, as_of: ledger.AsOf | None, actor: Actor) -> Payload:
    """The figures of a programme's first page. `as_of` None is now, as far as the workers have counted.

    The number of queries is the same whatever the programme holds, and every reader of it gets the same. Raises
    Protected when the programme's measure is not of the open class and the reader may not open every record: then only
    what has been published is shown, figure by figure.
    Shape: see docs/figures.md. Besides computed_at, the same as_of and place give the same bytes for ever.
    """
    planned = plan(programme, as_of)
    if is_protected(planned.measure) and not opens_every_record(actor, planned.group(), planned.moment.as_of):
        raise Protected(planned.measure)
    return evaluate(planned, read(planned))


def read(planned: Plan) -> Sums:
    """The sums that the plan asks for: one query per measure and filter."""
    wanted: dict[tuple[date, date], set[tuple[str, ...]]] = {
        planned.window: {MUNICIPALITY_AND_CREATOR, BY_CATEGORY, BY_MONTH, BY_HEADING}
    }
    for goal in planned.goals:
        if goal.target.measure_id == planned.measure:
            wanted.setdefault(goal.window, set()).add(goal.dimensions())
    return Sums(
        {window: sums(planned.group(window), sets, planned.moment) for window, sets in wanted.items()}, planned.window
    )


def evaluate(planned: Plan, found: Sums) -> Payload:
    """Every figure of the page, from definitions and sums alone (no query but for names)."""
    cells = found.cells(MUNICIPALITY_AND_CREATOR)
    municipalities, organisations = along(cells, 0), along(cells, 1)
    whole = sum(cells.values(), Decimal(0))
    batches = history_in(planned.group(), planned.moment)
    return {
        "engine": ENGINE_VERSION,
        "programme": {"slug": planned.programme.slug, "heading": planned.programme.heading_id},
        "measure": planned.measure,
        "as_of": day_text(planned.moment.day),
        "place": planned.moment.place,
        "computed_at": planned.moment.computed_at.isoformat(),
        "window": {"from": day_text(planned.window[0]), "to": day_text(planned.window[1])},
        "whole": {"value": plain(whole), "target": planned.whole.key if planned.whole else None},
        "targets": [target_payload(planned, goal, value_of(planned, goal, found)) for goal in planned.goals],
        "account": _account(planned, cells),
        "municipalities": _municipalities(planned, municipalities),
        "categories": _by_labels(planned, "category", found.cells(BY_CATEGORY)),
        "organisations": _ordered(organisations),
        "months": _months(planned, found.cells(BY_MONTH)),
        "activities": _activities(planned, found.cells(BY_HEADING)),
        "imported": imported(batches),
        "names": {
            "programme": planned.programme.name,
            "measure": str(registry.get(planned.measure).name),
            "targets": {goal.key: goal.target.name for goal in planned.goals},
            "municipalities": {each.code: each.name for each in planned.municipalities},
            "categories": dict(planned.labels("category")),
            "organisations": organisation_names(_named(planned, organisations)),
            "activities": {str(each.heading_id): each.name for each in planned.activities},
        },
    }


def value_of(planned: Plan, goal: Goal, found: Sums) -> Decimal | None:
    """What has been counted towards the goal; None when its measure is not the programme's."""
    if goal.target.measure_id != planned.measure:
        return None
    dimensions = goal.dimensions()
    part = goal.part(planned.codes)
    total = Decimal(0)
    for key, quantity in found.cells(dimensions, goal.window).items():
        named = dict(zip(dimensions, key, strict=True))
        inside = not goal.version.headings or any(
            planned.tree.holds(root, named["heading"], named["month"]) for root in goal.version.headings
        )
        if inside and part.holds(named.get("municipality"), named.get("organisation")):
            total += quantity
    return total


def imported(batches: Iterable[Any]) -> list[dict[str, Any]]:
    """The imported history that is part of the figures, as the ledger names it."""
    return [
        {key: value.isoformat() if isinstance(value, date) else value for key, value in sorted(batch.items())}
        for batch in batches
    ]


def target_payload(planned: Plan, goal: Goal, value: Decimal | None) -> dict[str, Any]:
    version, expected = goal.version, goal.expected(planned.moment.day)
    return {
        "key": goal.key,
        "part_of": next((each.key for each in planned.goals if each.target.pk == goal.target.parent_id), None),
        "measure": goal.target.measure_id,
        "version": version.place,
        "amount": None if goal.amount is None else plain(goal.amount),
        "amount_to": None if version.amount_to is None else plain(version.amount_to),
        "in_all": None if goal.in_all is None else plain(goal.in_all),
        "form": version.form,
        "per": version.per,
        "unit": version.unit,
        "stated": version.stated,
        "basis": version.basis,
        "commitment": version.commitment,
        "path": version.path,
        "counted_from": day_text(version.counted_from),
        "counted_to": day_text(version.counted_to),
        "municipalities": sorted(version.municipalities),
        "excluded_municipalities": sorted(version.excluded_municipalities),
        "organisations": sorted(version.organisations),
        "headings": sorted(version.headings),
        "note": version.note,
        "source": version.source,
        "value": None if value is None else plain(value),
        "expected": None if expected is None else expected_ratio(expected),
        "months_passed": None if expected is None else expected.passed,
        "months_total": None if expected is None else expected.total,
        "attainment": None if value is None or not goal.in_all else ratio(value, goal.in_all),
        "status": str(judge(value, version, planned.moment.day)),
        "alternatives": [_alternative(planned, goal, value, each) for each in version.alternatives],
        "undecided_by": version.undecided_by,
        "undecided_until": None if version.undecided_until is None else day_text(version.undecided_until),
    }


def _alternative(planned: Plan, goal: Goal, value: Decimal | None, said: dict[str, Any]) -> dict[str, Any]:
    """The target's figures as they would be if this alternative were decided."""
    version = copy(goal.version)
    version.amount = None if said["amount"] is None else Decimal(said["amount"])
    expected, amount = expected_by(version, planned.moment.day), in_all(version)
    return {
        "name": said["name"],
        "amount": None if version.amount is None else plain(version.amount),
        "expected": None if expected is None else expected_ratio(expected),
        "attainment": None if value is None or not amount else ratio(value, amount),
        "status": str(judge(value, version, planned.moment.day)),
    }


def expected_ratio(expected: Expected) -> dict[str, str]:
    """The expected number as it came about: amount · months passed over months in all (or weights, or milestones)."""
    return ratio(Fraction(expected.amount) * expected.part, expected.whole)


def _account(planned: Plan, cells: Cells) -> dict[str, Any] | None:
    """The måltalsregnskab of a programme with a part by place of work and a part by creator; else None."""
    municipal, partner = planned.municipal, planned.partner
    if municipal is None or partner is None:
        return None
    result = accounts.account(
        ((municipality, organisation, quantity) for (municipality, organisation), quantity in cells.items()),
        municipal.part(planned.codes),
        partner.part(planned.codes),
    )
    whole = planned.whole.amount if planned.whole else None
    return {
        "whole": plain(result.whole),
        "municipal": plain(result.municipal),
        "partner": plain(result.partner),
        "both": plain(result.both),
        "neither": plain(result.neither),
        "municipal_target": municipal.key,
        "partner_target": partner.key,
        "whole_target": planned.whole.key if planned.whole else None,
        "reason": str(accounts.reason(result, whole, municipal.amount, partner.amount)),
    }


def _municipalities(planned: Plan, values: Cells) -> list[dict[str, Any]]:
    """A row for each municipality of the programme, with figures or not, and for every other place that has some."""
    municipal = planned.municipal
    outside = set(municipal.version.excluded_municipalities) if municipal else set()
    shares = {
        code: goal.key
        for goal in (planned.unit_goals(municipal) if municipal else ())
        for code in goal.version.municipalities
    }
    rows = []
    for each in planned.municipalities:
        missing = "outside_distribution" if each.code in outside else "" if each.code in shares else "not_in_source"
        rows.append(_place(each.code, values.get((each.code,), Decimal(0)), missing, shares.get(each.code)))
    for (code,), quantity in sorted(values.items(), key=lambda cell: str(cell[0][0])):
        if code not in planned.codes and quantity:
            rows.append(_place(code or NO_CODE, quantity, "outside_distribution", None))
    return rows


def _place(code: str, value: Decimal, missing: str, target: str | None) -> dict[str, Any]:
    """`target` is the key of the place's own target (several places may share one); else `target_missing` says why."""
    return {"code": code, "value": plain(value), "target_missing": missing, "target": None if missing else target}


def _by_labels(planned: Plan, dimension: str, values: Cells) -> list[dict[str, str]]:
    """A row for each declared value in its declared order, and for any other that has a figure."""
    declared = list(planned.labels(dimension))
    found = {key[0]: quantity for key, quantity in values.items()}
    others = sorted(code for code, quantity in found.items() if code not in declared and quantity)
    return [{"code": code or NO_CODE, "value": plain(found.get(code, Decimal(0)))} for code in [*declared, *others]]


def _ordered(values: Cells) -> list[dict[str, str]]:
    """Rows by number, the greatest first."""
    cells = [(key[0], quantity) for key, quantity in values.items() if quantity]
    cells.sort(key=lambda cell: (-cell[1], cell[0] is None, cell[0] or 0))
    return [{"code": NO_CODE if code is None else str(code), "value": plain(quantity)} for code, quantity in cells]


def _months(planned: Plan, values: Cells) -> list[dict[str, Any]]:
    """A row for every month of the window: the number, all until then, and what the plan expects by its end.

    `cumulative` is None for the months that had not begun on the day; `value` is there all the same.
    """
    first, last = planned.window
    whole = planned.whole
    rows: list[dict[str, Any]] = []
    month, total = first.replace(day=1), Decimal(0)
    while month <= last:
        value = values.get((month,), Decimal(0))
        total += value
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        expected = whole.expected(min(date.fromordinal(following.toordinal() - 1), last)) if whole else None
        rows.append(
            {
                "month": month_text(month),
                "value": plain(value),
                "cumulative": plain(total) if month <= planned.moment.day else None,
                "expected": None if expected is None else expected_ratio(expected),
            }
        )
        month = following
    return rows


def _activities(planned: Plan, values: Cells) -> list[dict[str, Any]]:
    added = planned.tree.totals(values)
    return [
        {
            "heading": each.heading_id,
            "number": each.number,
            "value": plain(added.get(each.heading_id, Decimal(0))),
            "targets": [goal.key for goal in planned.goals if each.heading_id in goal.version.headings],
        }
        for each in planned.activities
    ]


def _named(planned: Plan, organisations: Cells) -> set[int]:
    """The organisations whose names the page needs: those with figures and those named by a target."""
    ids = {key[0] for key, quantity in organisations.items() if quantity and key[0] is not None}
    for goal in planned.goals:
        ids.update(goal.version.organisations)
    return ids
