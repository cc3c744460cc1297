"""The facts behind a value, as far as a reader may open the records they came from."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from portal import ledger
from portal.identity.actor import Actor
from portal.ledger import registry
from portal.ledger.models import Fact
from portal.ledger.registry import Described
from reporting.engine.indicators.asks import FactsRef
from reporting.engine.indicators.evaluate import facts_filter
from reporting.rules.steps import Step

CELLS = ("measure", "month", "category", "municipality")


def leaves_of(step: Step) -> list[Step]:
    """The leaves that are facts, from the top and from left to right: a leaf's number is its place in this list."""
    found, waiting = [], [step]
    while waiting:
        each = waiting.pop()
        if each.op == "facts":
            found.append(each)
        waiting.extend(reversed(each.children))
    return found


def ref_of(leaf: Step) -> FactsRef:
    return FactsRef(str(leaf.meta["measure"]), leaf.meta["where"], int(leaf.meta["count"]))


def refs_of(step: Step) -> list[FactsRef]:
    """What a value counts, each filter once; of a share or score the whole, of which its other parts are some."""
    if step.op in ("share", "nps") and step.children:
        return refs_of(step.children[-1])
    if step.op == "facts":
        return [ref_of(step)]
    found: dict[str, FactsRef] = {}
    for child in step.children:
        for ref in refs_of(child):
            found.setdefault(json.dumps([ref.measure, ref.where], sort_keys=True), ref)
    return list(found.values())


@dataclass(frozen=True)
class Behind:
    refs: tuple[FactsRef, ...]
    as_of: ledger.AsOf
    actor: Actor

    def facts(self) -> QuerySet[Fact]:
        """The standing facts that any of the refs names, each once."""
        return facts_of(self.refs, self.as_of)

    @property
    def measures(self) -> list[str]:
        return sorted({ref.measure for ref in self.refs})

    def openable(self) -> QuerySet[Fact]:
        """Those whose record the reader may open; the measure's own app decides."""
        return self.facts().filter(ledger.openable(self.measures, self.actor))

    def described(self, page: list[Fact]) -> dict[int, Described]:
        """Title and address, or the reason why not, by place; one call per measure on the page."""
        found: dict[int, Described] = {}
        for measure in sorted({str(fact.measure_id) for fact in page}):
            records: Any = [fact.record for fact in page if fact.measure_id == measure and hasattr(fact, "record")]
            if records:
                found |= registry.get(measure).describe(records, self.actor)
        return found

    def cells(self) -> list[dict[str, Any]]:
        """The facts by month, category and municipality: what any reader may see of open measures."""
        cells = self.facts().order_by().values("municipality__name", *CELLS)
        rows = cells.annotate(quantity=Sum("quantity"), facts=Count("place"))
        return list(rows.order_by(*CELLS))


def facts_of(refs: Iterable[FactsRef], as_of: ledger.AsOf) -> QuerySet[Fact]:
    """The standing facts that any of the refs names, each once."""
    condition = Q(pk__in=[])
    for ref in refs:
        condition |= Q(measure=ref.measure) & facts_filter(ref.where)
    return Fact.objects.standing(as_of).filter(condition)
