"""What the ledger says of money: budget, committed, spent and left, by source, heading and year, as known on a day.

Every total on a page comes from here. One query for the sums and one for what is expected, whatever the rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, Sum

from portal import ledger
from portal.ledger.models import Fact
from programmes import budget, closing, commitments, spending
from programmes.models import BudgetChange

ZERO = Decimal(0)
Kind = BudgetChange.Kind


class Key(NamedTuple):
    """A cell as the facts know it: the source's key, the heading (an initiative's, or the source's own), the year."""

    source: str
    heading: int
    year: int


@dataclass
class Balance:
    """Kroner. `committed` is everything ever bound that was not let go of, `drawn` what of it is spent by now."""

    original: Decimal = ZERO
    supplementary: Decimal = ZERO
    transfer: Decimal = ZERO
    carry_over: Decimal = ZERO
    committed: Decimal = ZERO
    drawn: Decimal = ZERO
    spent: Decimal = ZERO
    expected: Decimal | None = None
    """The newest expected outturn; None where nobody has said one."""
    said: frozenset[str] = frozenset()
    """The columns that have facts. What stands in no fact is not known to be nothing."""

    @property
    def corrected(self) -> Decimal:
        """Original, supplementary, transferred and carried over: korrigeret budget."""
        return self.original + self.supplementary + self.transfer + self.carry_over

    @property
    def bound(self) -> Decimal:
        """Committed and not spent yet."""
        return self.committed - self.drawn

    @property
    def left(self) -> Decimal:
        """What can still be committed; below zero when it is overspent."""
        return self.corrected - self.bound - self.spent

    @property
    def overspent(self) -> Decimal:
        """How much more than the budget is spent: merforbrug. Zero when it is not."""
        return max(self.spent - self.corrected, ZERO)

    def __add__(self, other: "Balance") -> "Balance":
        """Expectations are added where either has one; a place without one expects what nobody has said: nothing."""
        total = Balance()
        for each in fields(Balance):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if each.name == "said":
                total.said = mine | theirs
                continue
            value = theirs if mine is None else mine if theirs is None else mine + theirs
            setattr(total, each.name, value)
        return total


COLUMNS = {
    **{(budget.MEASURE, kind.value): kind.value for kind in Kind},
    (commitments.MEASURE, ""): "committed",
    (spending.DRAWN, ""): "drawn",
    (spending.MEASURE, ""): "spent",
}
"""(measure, category; "" is any) → the column of a Balance."""


def balances(as_of: ledger.AsOf, where: Q | None = None) -> dict[Key, Balance]:
    """The balance of each place that has facts, as known then. `where` is about facts, as `ledger.sums` takes it."""
    found: dict[Key, Balance] = defaultdict(Balance)
    measures = sorted({measure for measure, _category in COLUMNS})
    facts = Fact.objects.known(as_of).filter(measure__in=measures)
    if where is not None:
        facts = facts.filter(where)
    grouped = facts.order_by().values("measure", "category", "subcategory", "heading", "period")
    rows: Any = grouped.annotate(total=Sum("quantity"))
    for row in rows:
        measure = row["measure"]
        column = COLUMNS.get((measure, row["category"])) or COLUMNS[(measure, "")]
        balance = found[Key(row["subcategory"], row["heading"], row["period"].lower.year)]
        setattr(balance, column, getattr(balance, column) + row["total"])
        balance.said |= {column}
    newest: Any = ledger.latest(closing.MEASURE, as_of, ("subcategory", "heading", "period"), where)
    for row in newest:
        balance = found[Key(row["subcategory"], row["heading"], row["period"].lower.year)]
        balance.expected = row["quantity"]
        balance.said |= {"expected"}
    return dict(found)


def summed(rows: Iterable[Balance]) -> Balance:
    total = Balance()
    for row in rows:
        total = total + row
    return total
