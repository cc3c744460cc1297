"""What contracts stand at now, kept: a cache stamped with its place, written by the worker and never by a reader.

The ledger is the work list. A stored figure is computed anew when something it may depend on has come after its place:
a fact of a measure it counts, a definition, a statement. Else only its stamp moves on. It is of a day too, and after
midnight in Copenhagen each is computed once for the new one, though nothing has been registered.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal import ledger
from portal.ledger.disclosure import newest_place
from portal.ledger.models import Alias, DisclosureVersion, Fact, HeadingParent
from reporting.engine.contracts import behind, beside, written
from reporting.engine.contracts.evaluate import Result
from reporting.engine.contracts.plan import Plan
from reporting.engine.indicators.evaluate import ANSWERS, INVITED
from reporting.engine.payload import ENGINE_VERSION, Payload
from reporting.models import Absence, Contract, ContractFigure, Goal, GoalVersion, IndicatorVersion, Statement
from reporting.rules.scoring import Outcome

logger = logging.getLogger(__name__)

ANY = "*"
EVERYWHERE = (IndicatorVersion, Alias, HeadingParent, Absence, DisclosureVersion)
"""Definitions that any contract may depend on, and why a value is not there."""


def current(contract: Contract) -> Payload | None:
    """The stored figure with names of today; None when there is none or it is of another engine. Three queries.

    `fresh` says whether the workers have seen everything that has been registered; `as_of` is the day that it was
    computed for. After midnight that is the day before until they have come by: no answer claims another day.
    """
    if contract.state == Contract.State.DRAFT:
        # A draft's own period and goals may change without a place in the ledger.
        return None
    figure = ContractFigure.objects.filter(contract=contract).annotate(classes_from=newest_place()).first()
    if figure is None or figure.payload.get("engine") != ENGINE_VERSION:
        return None
    if figure.computed_to_place < figure.classes_from:
        # A measure has got another disclosure class since: that holds at once, not when the workers come by.
        return None
    payload: Payload = {key: value for key, value in figure.payload.items() if key != "reads"}
    names = dict(payload.pop("names"))
    names.pop("contract", None)
    names |= beside.goal_names(_goals(contract, payload))
    payload |= {
        "place": figure.computed_to_place,
        "computed_at": figure.computed_at.isoformat(),
        "fresh": figure.computed_to_place >= ledger.head(),
    }
    return beside.complete(payload, contract, names)


def _of_today(figure: ContractFigure) -> bool:
    return bool(figure.payload["as_of"] == ledger.today().isoformat())


def _goals(contract: Contract, payload: Payload) -> Iterable[Goal]:
    numbers = {goal["goal"] for goal in payload["goals"]}
    rows = Goal.objects.filter(contract=contract).select_related("group").order_by("number")
    return [goal for goal in rows if goal.pk in numbers]


def forget(contract: Contract) -> None:
    """Drop what is stored: something changed that takes no place. The next sweep computes it."""
    ContractFigure.objects.filter(contract=contract).delete()


def refresh() -> int:
    """Bring every stored figure up to the head. Returns how many were computed; 0 when there was nothing to do.

    A listener to facts: called again until it is 0. Two workers at once cannot be: the sweep holds a lock.
    """
    head = ledger.head()
    computed = 0
    contracts = Contract.objects.exclude(state=Contract.State.DRAFT).select_related("figure").order_by("pk")
    behind = [each for each in contracts if not _stands(each, head)]
    if not behind:
        return 0
    missing = [each for each in behind if not hasattr(each, "figure")]
    stored = [each for each in behind if hasattr(each, "figure")]
    changes = Changes(min((each.figure.computed_to_place for each in stored), default=head), head)
    unchanged = []
    for contract in stored:
        if changes.touch(contract):
            missing.append(contract)
        else:
            unchanged.append(contract.pk)
    ContractFigure.objects.filter(contract__in=unchanged).update(computed_to_place=head, computed_at=timezone.now())
    moment = ledger.AsOf(None, head)
    for contract, payload in zip(missing, stored_payloads(missing, moment), strict=True):
        computed += _store(contract, head, payload)
    return computed


def _stands(contract: Contract, head: int) -> bool:
    figure = getattr(contract, "figure", None)
    if figure is None or figure.payload.get("engine") != ENGINE_VERSION:
        return False
    return figure.computed_to_place >= head and _of_today(figure)


class Changes:
    """What has come between two places, as far as contracts can depend on it. Eight queries, whatever has come."""

    def __init__(self, after: int, head: int) -> None:
        between = {"place__gt": after, "place__lte": head}
        counted = Fact.objects.filter(**between).order_by().values("measure").annotate(newest=Max("place"))
        self.facts = {str(row["measure"]): int(row["newest"]) for row in counted}
        self.everywhere = max(
            (
                place
                for model in EVERYWHERE
                for place in model.objects.filter(**between).order_by("-place").values_list("place", flat=True)[:1]
            ),
            default=0,
        )
        self.own: dict[int, int] = {}
        for rows in (
            GoalVersion.objects.filter(**between).order_by("place").values_list("goal__contract", "place"),
            Statement.objects.filter(**between).order_by("place").values_list("contract", "place"),
        ):
            for contract, place in rows:
                self.own[int(contract)] = max(int(place), self.own.get(int(contract), 0))

    def touch(self, contract: Contract) -> bool:
        """May the contract's figures have changed since they were stored?"""
        figure = contract.figure
        stamp = figure.computed_to_place
        if figure.payload.get("engine") != ENGINE_VERSION or not _of_today(figure):
            return True
        if max(self.everywhere, self.own.get(contract.pk, 0)) > stamp:
            return True
        measures = figure.payload["reads"]
        if ANY in measures:
            measures = list(self.facts)
        return any(self.facts.get(measure, 0) > stamp for measure in measures)


def _store(contract: Contract, head: int, payload: dict[str, Any] | None) -> int:
    """Store what was computed; nothing when it could not be."""
    if payload is None:
        return 0
    ContractFigure.objects.update_or_create(
        contract=contract,
        defaults={"computed_to_place": head, "computed_at": timezone.now(), "payload": payload},
    )
    return 1


def stored_payloads(contracts: Sequence[Contract], moment: ledger.AsOf) -> list[dict[str, Any] | None]:
    """What is stored of each contract, computed together. If that breaks, one by one: the one that breaks is logged,
    gives None, and stops no other."""
    from reporting.engine.contracts.attained import evaluated_together

    try:
        with transaction.atomic():
            return [_payload(planned, results) for planned, results in evaluated_together(contracts, moment)]
    except Exception:
        logger.exception("The contracts could not be computed together; now one by one.")
    return [_alone(contract, moment) for contract in contracts]


def _alone(contract: Contract, moment: ledger.AsOf) -> dict[str, Any] | None:
    try:
        with transaction.atomic():
            return stored_payload(contract, moment)
    except Exception:
        logger.exception("Contract %s could not be computed.", contract.pk)
        return None


def stored_payload(contract: Contract, moment: ledger.AsOf) -> dict[str, Any]:
    """What is stored: the figures, the names of indicators and series, and the measures that are read."""
    from reporting.engine.contracts.attained import evaluated

    return _payload(*evaluated(contract, moment))


def _payload(planned: Plan, results: Sequence[Result]) -> dict[str, Any]:
    from reporting.engine.contracts.payload import core

    payload = core(planned, results)
    payload["names"] = beside.names_of(planned, results)
    payload["reads"] = sorted(reads(planned, results))
    return payload


def reads(planned: Plan, results: Sequence[Result]) -> set[str]:
    """The measures that the figures depend on; after a failure, any."""
    if any(result.scored.outcome == Outcome.FAILED for result in results):
        return {ANY}
    measures = {str(row.measure_id) for row in planned.series.values()}
    for result in results:
        for evidence in (*result.evidence, *result.beside):
            if evidence.reading is not None:
                measures |= {leaf["meta"]["measure"] for leaf in behind.leaves(written.step(evidence.reading.step))}
    return measures | ({INVITED} if ANSWERS in measures else set())
