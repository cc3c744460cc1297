"""What a contract stands at, as one payload: the same function for page, API, export and paper."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from portal import ledger
from reporting.engine.contracts import beside, cache
from reporting.engine.contracts.evaluate import Prepare, Result, score_goal
from reporting.engine.contracts.payload import core
from reporting.engine.contracts.plan import Draft, Plan, plan, plans
from reporting.engine.indicators import Ask, Reading, read_indicators
from reporting.engine.payload import Payload
from reporting.models import Contract, IndicatorVersion


def attainment(contract: Contract, as_of: ledger.AsOf | None, *, draft: Draft | None = None) -> Payload:
    """The payload of a contract. `as_of` None is now, as far as the workers have counted; anything else is live.

    The number of queries does not depend on goals, inputs or facts. Shape: docs/contracts.md.
    """
    if as_of is None and not draft:
        kept = cache.current(contract)
        if kept is not None:
            return kept
    return compute(contract, as_of, draft=draft)


def compute(
    contract: Contract, as_of: ledger.AsOf | None, *, draft: Draft | None = None, only: int | None = None
) -> Payload:
    """The same, never from the cache. `only`: one goal's number, where nothing but that goal is asked for."""
    moment = as_of if as_of is not None else ledger.AsOf.now()
    planned, results = evaluated(contract, moment, draft=draft, only=only)
    payload = core(planned, results)
    payload |= {"computed_at": timezone.now().isoformat(), "fresh": True}
    return beside.complete(payload, contract, beside.names_of(planned, results))


@dataclass(frozen=True)
class Mixture:
    """What a comparison reads from another moment than the facts: definitions, statements, and facts left out."""

    goals: ledger.AsOf
    said: ledger.AsOf
    indicators: Mapping[str, IndicatorVersion]
    without: Collection[int] = ()


def evaluated(
    contract: Contract,
    moment: ledger.AsOf,
    *,
    draft: Draft | None = None,
    only: int | None = None,
    mixture: Mixture | None = None,
) -> tuple[Plan, list[Result]]:
    """Definitions, then everything they ask for in one reading, then each goal by itself."""
    planned = plan(contract, mixture.goals if mixture else moment, draft, only, said=mixture.said if mixture else None)
    return _read_and_scored([planned], moment, mixture)[0]


def evaluated_together(contracts: Sequence[Contract], moment: ledger.AsOf) -> list[tuple[Plan, list[Result]]]:
    """`evaluated` of each contract, in order, with one reading of the facts for all of them."""
    return _read_and_scored(plans([(contract, {}) for contract in contracts], moment), moment)


def evaluated_drafts(
    contract: Contract, drafts: Sequence[Draft], moment: ledger.AsOf
) -> list[tuple[Plan, list[Result]]]:
    """`evaluated` of the contract under each draft, in order, with one reading of the facts for all of them."""
    return _read_and_scored(plans([(contract, draft) for draft in drafts], moment), moment)


def _read_and_scored(
    plans: Sequence[Plan], moment: ledger.AsOf, mixture: Mixture | None = None
) -> list[tuple[Plan, list[Result]]]:
    prepares = [Prepare(planned) for planned in plans]
    prepared = [prepare.goals() for prepare in prepares]
    asks = {ask for prepare in prepares for ask in prepare.asked.asks}
    # The definitions that have been read already stand for themselves, so that they are not read again.
    drafts: dict[str, IndicatorVersion] = dict(mixture.indicators) if mixture is not None else {}
    for planned, prepare in zip(plans, prepares, strict=True):
        drafts |= {**planned.indicators, **prepare.asked.drafts}
    readings = read_indicators(asks, moment, drafts=drafts, without=mixture.without if mixture is not None else ())

    def read(ask: Ask) -> Reading:
        return readings[ask]

    return [
        (planned, [score_goal(each, read) for each in goals]) for planned, goals in zip(plans, prepared, strict=True)
    ]


def goal_explained(contract: Contract, number: int, as_of: ledger.AsOf | None) -> Payload | None:
    """One goal's part of the payload; None when the contract has no such goal as known then."""
    payload = attainment(contract, as_of)
    return next((goal for goal in payload["goals"] if goal["no"] == number), None)


def forget(contract: Contract) -> Any:
    """Drop what is cached: something changed that takes no place in the ledger."""
    return cache.forget(contract)
