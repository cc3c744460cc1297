"""The facts behind a goal's figure, or behind one leaf of its explanation, as far as a reader may open them."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, Sum

from portal import ledger
from portal.identity.actor import Actor
from portal.ledger import registry
from portal.ledger.models import Fact
from portal.ledger.registry import Described
from reporting.engine.contracts import behind, cache
from reporting.engine.contracts.attained import compute
from reporting.engine.indicators import FactsRef
from reporting.engine.payload import Payload
from reporting.models import Contract

CELLS = ("month", "category", "municipality")


class NoSuchFigure(Exception):  # what was asked for is not there, not a fault of ours
    """The contract has no such goal, or the goal no such leaf, as known then."""


@dataclass(frozen=True)
class BehindGoal:
    contract: Contract
    goal: Payload
    names: Payload
    leaf: behind.Tree | None
    refs: tuple[FactsRef, ...]
    as_of: ledger.AsOf
    actor: Actor

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
        return cls(contract, goal, payload["names"], found, tuple(refs), moment, actor)

    def facts(self) -> QuerySet[Fact]:
        return behind.facts_of(self.refs, self.as_of)

    @property
    def measures(self) -> list[str]:
        return sorted({ref.measure for ref in self.refs})

    def openable(self) -> QuerySet[Fact]:
        """Those whose record the reader may open; the measure's own app decides."""
        condition = Q(pk__in=[])
        for measure in self.measures:
            visible = registry.get(measure).visible(self.actor)
            if visible is not None:
                # As an array it is found once, whatever the planner believes of tables it has no statistics of.
                condition |= Q(measure=measure, record__measure=measure) & Q(_one_of("record__source_id", visible))
        return self.facts().filter(condition)

    def described(self, page: list[Fact]) -> dict[int, Described]:
        """Title and address, or the reason why not, by place; one call per measure on the page."""
        found: dict[int, Described] = {}
        for measure in sorted({str(fact.measure_id) for fact in page}):
            records: Any = [fact.record for fact in page if fact.measure_id == measure and hasattr(fact, "record")]
            if records:
                found |= registry.get(measure).describe(records, self.actor)
        return found

    def cells(self) -> list[dict[str, Any]]:
        """The facts added up by month, category and municipality: what any reader may see of open measures."""
        rows = (
            self.facts()
            .order_by()
            .values("measure", "municipality__name", *CELLS)
            .annotate(quantity=Sum("quantity"), facts=Count("place"))
        )
        return list(rows.order_by("measure", *CELLS))


def _one_of(column: str, listed: "QuerySet[Any, Any]") -> Func:
    """column = ANY (ARRAY (listed))"""
    return Func(
        F(column),
        ArraySubquery(listed),
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )
