"""The facts behind a figure, page by page, as far as a reader may open the records they came from."""

from dataclasses import dataclass
from typing import Any

from django.db.models import DecimalField, Exists, F, Func, OuterRef, QuerySet, Subquery
from django.utils.functional import cached_property

from portal import ledger
from portal.identity.actor import Actor
from portal.ledger import registry
from portal.ledger.models import Fact
from portal.ledger.registry import Described
from reporting.engine.figures import Opened

PAGE = 25


@dataclass(frozen=True)
class FactsBehind:
    """The registrations behind a figure that one reader may open; the others are a number, never rows.

    A reversal is a row of its own and takes its original away.
    """

    opened: Opened
    actor: Actor

    @cached_property
    def measure(self) -> registry.MeasureDefinition:
        return registry.get(self.opened.plan.measure)

    def listed(self) -> QuerySet[Fact]:
        """The rows that the reader may open, newest first.

        Each says whether it is `undone` (a reversal of it is known) and, the same on every row, how much of the figure
        the rows make up: their `sum`, reversals subtracted.
        """
        facts = self.opened.facts().filter(ledger.openable([self.measure.key], self.actor))
        undone = Fact.objects.known(self.opened.plan.moment.as_of).filter(reverses=OuterRef("place"))
        return (
            facts.annotate(undone=Exists(undone), sum=Subquery(_summed(facts)))
            .select_related("record", "organisation")
            .order_by("-place")
        )

    def described(self, page: list[Fact]) -> dict[int, Described]:
        """Title and address, or the reason why not, by place; one call to the owning app. Erased records have none."""
        records: list[Any] = [fact.record for fact in page if hasattr(fact, "record")]
        return dict(self.measure.describe(records, self.actor)) if records else {}


def _summed(facts: QuerySet[Fact]) -> QuerySet[Any, Any]:
    """The quantities added up, as a subquery that does not depend on the row outside: asked once for the page."""
    total = Func(F("quantity"), function="SUM", output_field=DecimalField())
    return facts.order_by().annotate(total=total).values("total")
