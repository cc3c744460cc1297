"""The facts behind a goal's figure, or behind one leaf of its explanation, as far as a reader may open them."""

from dataclasses import dataclass

from portal import ledger
from portal.identity.actor import Actor
from reporting.engine.contracts import behind, cache
from reporting.engine.contracts.attained import compute
from reporting.engine.indicators.behind import Behind
from reporting.engine.payload import Payload
from reporting.models import Contract


class NoSuchFigure(Exception):  # what was asked for is not there, not a fault of ours
    """The contract has no such goal, or the goal no such leaf, as known then."""


@dataclass(frozen=True, kw_only=True)
class BehindGoal(Behind):
    contract: Contract
    goal: Payload
    names: Payload
    leaf: behind.Tree | None

    @classmethod
    def of(
        cls, contract: Contract, number: int, leaf: int | None, as_of: ledger.AsOf | None, actor: Actor
    ) -> "BehindGoal":
        """Raises NoSuchFigure. Without a moment: now, as far as the workers have counted."""
        kept = cache.current(contract) if as_of is None else None
        if kept is not None:
            payload, moment = kept, ledger.AsOf(None, kept["place"])
        else:
            moment = as_of if as_of is not None else ledger.AsOf.now()
            payload = compute(contract, moment, only=number)
        goal = next((each for each in payload["goals"] if each["no"] == number), None)
        if goal is None:
            raise NoSuchFigure
        found = None
        refs = behind.refs_of(goal["step"])
        if leaf is not None:
            leaves = behind.leaves(goal["step"])
            if leaf >= len(leaves):
                raise NoSuchFigure
            found = leaves[leaf]
            refs = [behind.ref_of(found)]
        return cls(
            refs=tuple(refs),
            as_of=moment,
            actor=actor,
            contract=contract,
            goal=goal,
            names=payload["names"],
            leaf=found,
        )
