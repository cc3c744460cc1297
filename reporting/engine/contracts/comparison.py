"""What changed between two moments, and why: one thing is exchanged at a time, so that the causes add up exactly.

The order is part of the answer, since causes act together: what is exchanged first gets what both did. It is that of
CAUSES. Each step is a whole computation, with everything before it as known at the second moment and everything after
it as known at the first.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portal import ledger
from portal.ledger.models import Fact, FactRecord
from reporting.engine.contracts import written
from reporting.engine.contracts.attained import Mixture, evaluated, evaluated_drafts
from reporting.engine.contracts.cache import ANY, reads
from reporting.engine.contracts.evaluate import Result
from reporting.engine.contracts.payload import core
from reporting.engine.payload import Payload, fraction_of
from reporting.engine.protected import closed_measures
from reporting.models import Contract, GoalVersion, IndicatorVersion

STRUCTURE = "structure"
FACTS = ("new_facts", "corrections", "late_facts", "imported_history", "vintages")
INDICATORS, GOALS, EVIDENCE = "indicator_versions", "goal_versions", "evidence_decisions"
CAUSES = (STRUCTURE, *FACTS, INDICATORS, GOALS, EVIDENCE)
"""In the order in which they are exchanged. structure: companies merged and activities moved."""

RULE, WEIGHT, COUNTS = "goal_rule", "goal_weight", "goal_excluded"
VERSION_CAUSES = {
    RULE: ("rule", "params", "inputs", "decimals", "missing", "least_answers", "window_from", "window_to", "deadline"),
    WEIGHT: ("weight",),
    COUNTS: ("excluded", "excluded_reason"),
}
"""Of two versions of a goal, in the order in which they are exchanged: what is said in them that decides figures."""

PUBLISHED_WITH_VINTAGE = "published"


class NotInOrder(Exception):  # what was asked for, not a fault of ours
    """The second moment does not know everything the first does, so nothing can be said to have come."""


def compare(contract: Contract, first: ledger.AsOf, second: ledger.AsOf) -> Payload:
    """The difference of the total and of each goal, by cause. Raises NotInOrder unless the first knows less.

    {"first", "second", "causes": [{"cause", "facts", "total"}], "total", "goals": [{"no", "first", "second",
    "difference", "causes"}], "facts": [...the facts that came, by cause]}
    """
    if first.place > second.place or (first.day is None and second.day is not None):
        raise NotInOrder
    if first.day is not None and second.day is not None and first.day > second.day:
        raise NotInOrder
    start, end = evaluated(contract, first), evaluated(contract, second)
    came = facts_between(first, second, reads(*start) | reads(*end))
    before = IndicatorVersion.objects.known(first).select_related("indicator__programme")
    old = {row.indicator.key: row for row in before.order_by("learnt_on", "place")}
    states = [_state(start)]
    hidden = {place for places in came.values() for place in places}
    steps: list[tuple[str, ledger.AsOf, Mixture | None]] = []
    mixture = Mixture(first, first, old, frozenset(hidden))
    steps.append((STRUCTURE, second, mixture))
    for cause in FACTS:
        if came[cause]:
            hidden -= set(came[cause])
            mixture = replace(mixture, without=frozenset(hidden))
            steps.append((cause, second, mixture))
    mixture = replace(mixture, indicators={})
    steps.append((INDICATORS, second, mixture))
    mixture = replace(mixture, goals=second)
    steps.append((GOALS, second, mixture))
    for _cause, moment, mixed in steps:
        states.append(_state(evaluated(contract, moment, mixture=mixed)))
    # The last step gives the second moment itself, whatever is left to exchange.
    steps.append((EVIDENCE, second, None))
    states.append(_state(end))
    return _told(contract, first, second, [cause for cause, _moment, _mixed in steps], states, came)


def compare_versions(contract: Contract, first: GoalVersion, second: GoalVersion, as_of: ledger.AsOf) -> Payload:
    """The same facts under two versions of one goal, each as if it held for the whole period.

    What is different between them is exchanged as in `compare`, in the order of VERSION_CAUSES. The shape is the same.
    """
    number = first.goal.number
    first, second = copy(first), copy(second)
    first.effective_from = second.effective_from = None
    causes, tried = [], [first]
    for cause, fields in VERSION_CAUSES.items():
        if any(getattr(first, name) != getattr(second, name) for name in fields):
            mixed = copy(tried[-1])
            for name in fields:
                setattr(mixed, name, getattr(second, name))
            causes.append(cause)
            tried.append(mixed)
    # The last step gives the second version itself, whatever is left to exchange.
    tried = [*tried[:-1], second] if causes else [first, second]
    found = evaluated_drafts(contract, [{number: version} for version in tried], as_of)
    states = [_state(each) for each in found]
    return _told(contract, as_of, as_of, causes or [RULE], states, {}, order=VERSION_CAUSES)


def facts_between(first: ledger.AsOf, second: ledger.AsOf, measures: Collection[str]) -> dict[str, list[int]]:
    """The places of the facts that only the second moment knows, by cause. One query.

    Of a fact that replaces one taken back, the cause is the correction. What happened before the first moment and was
    learnt after it is late ("efterregistreret"), unless it came with imported history or as a publication.
    """
    earlier = FactRecord.objects.filter(
        measure=OuterRef("record__measure"),
        source=OuterRef("record__source"),
        source_id=OuterRef("record__source_id"),
        revision__lt=OuterRef("record__revision"),
        reversal=False,
    )
    # A protected measure is in no figure, so none of its facts is a cause.
    counted = ~Q(measure__in=closed_measures()) & (Q() if ANY in measures else Q(measure__in=sorted(measures)))
    rows = (
        Fact.objects.known(second)
        .filter(counted)
        .exclude(place__in=Fact.objects.known(first).filter(counted).values("place"))
        .annotate(replaces=Exists(earlier))
        .order_by("place")
        .values("place", "batch", "reverses", "occurred_on", "subcategory", "measure__kind", "replaces")
    )
    day = first.day or ledger.today()
    came: dict[str, list[int]] = {cause: [] for cause in FACTS}
    for row in rows:
        came[_cause(row, day)].append(int(row["place"]))
    return came


def _cause(row: Mapping[str, Any], day: date) -> str:
    if row["batch"] is not None:
        return "imported_history"
    if row["reverses"] is not None or row["replaces"]:
        return "corrections"
    if row["measure__kind"] == PUBLISHED_WITH_VINTAGE and row["subcategory"]:
        return "vintages"
    return "late_facts" if row["occurred_on"] <= day else "new_facts"


State = tuple[Payload, Fraction | None, dict[int, Fraction | None]]


def _state(found: tuple[Any, list[Result]]) -> State:
    payload = core(*found)
    goals = {
        goal["no"]: None if goal["score"] is None or goal["excluded"] else fraction_of(goal["score"])
        for goal in payload["goals"]
    }
    return payload, None if payload["total"] is None else fraction_of(payload["total"]), goals


def _told(
    contract: Contract,
    first: ledger.AsOf,
    second: ledger.AsOf,
    causes: list[str],
    states: list[State],
    came: Mapping[str, Collection[int]],
    order: Iterable[str] = CAUSES,
) -> Payload:
    before, after = states[0], states[-1]
    steps = list(zip(causes, states[:-1], states[1:], strict=True))
    numbers = sorted({*before[2], *after[2]})
    goals = [
        {
            "no": number,
            "first": _goal(before, number),
            "second": _goal(after, number),
            "difference": _difference(before[2].get(number), after[2].get(number)),
            "causes": [
                {"cause": cause, "difference": _difference(one[2].get(number), other[2].get(number))}
                for cause, one, other in steps
                if _changed(one, other, number)
            ],
        }
        for number in numbers
    ]
    return {
        "contract": contract.pk,
        "first": _moment(first, before),
        "second": _moment(second, after),
        "difference": _difference(before[1], after[1]),
        "order": list(order),
        "causes": [
            {"cause": cause, "facts": len(came.get(cause, ())), "difference": _difference(one[1], other[1])}
            for cause, one, other in steps
            if one[1] != other[1] or one[2] != other[2] or came.get(cause)
        ],
        "goals": goals,
        "facts": {cause: list(places)[:SHOWN] for cause, places in came.items() if places},
    }


SHOWN = 100


def _moment(as_of: ledger.AsOf, state: State) -> dict[str, Any]:
    payload = state[0]
    return {"as_of": (as_of.day or ledger.today()).isoformat(), "place": as_of.place, "total": payload["total"]}


def _goal(state: State, number: int) -> dict[str, Any] | None:
    for goal in state[0]["goals"]:
        if goal["no"] == number:
            return {key: goal[key] for key in ("score", "outcome", "value", "version", "excluded")}
    return None


def _changed(one: State, other: State, number: int) -> bool:
    """Did the step change anything about the goal: its score, or what it was given?"""
    return _goal(one, number) != _goal(other, number)


def _difference(first: Fraction | None, second: Fraction | None) -> dict[str, str] | None:
    """In points; a goal without a score counts as nothing, so that the causes add up across it."""
    if first is None and second is None:
        return None
    return written.score((second or Fraction(0)) - (first or Fraction(0)))
