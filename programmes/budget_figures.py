"""What a figure of the budget is asked about, and the facts that it is made of: a page's number and its drill-down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Sum

from portal import ledger
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ledger import registry
from portal.ledger.models import Fact
from portal.ledger.registry import Described
from programmes import budget, closing, commitments, spending
from programmes.models import BudgetChange, FundingSource, Initiative, Programme

ZERO = Decimal(0)


@dataclass(frozen=True)
class Asked:
    """Whose budget, and which part of it. None is all of them."""

    owner: Organisation
    year: int | None = None
    source: FundingSource | None = None
    programme: Programme | None = None
    heading: int | None = None
    """An initiative's heading; the source's own is what is not released to any."""
    until: date | None = None
    """What happened up to and including the day."""
    years: int = 1
    """So many budget years from `year` on."""

    def where(self) -> Q:
        """The condition on facts, as `programmes.balance.balances` takes it."""
        found = Q(organisation=self.owner.pk)
        if self.year is not None:
            last = date(self.year + self.years - 1, 1, 1)
            found &= Q(period__startswith__gte=date(self.year, 1, 1), period__startswith__lte=last)
        if self.source is not None:
            found &= Q(subcategory=self.source.key)
        if self.programme is not None:
            headings = Initiative.objects.filter(programme=self.programme).order_by().values("heading")
            found &= Q(heading__in=headings)
        if self.heading is not None:
            found &= Q(heading=self.heading)
        if self.until is not None:
            found &= Q(occurred_on__lte=self.until)
        return found

    def words(self) -> dict[str, str]:
        """As parameters of an address."""
        said: dict[str, Any] = {
            "owner": self.owner.pk,
            "year": self.year,
            "source": self.source.key if self.source else None,
            "programme": self.programme.slug if self.programme else None,
            "heading": self.heading,
            "until": self.until.isoformat() if self.until else None,
        }
        return {name: str(value) for name, value in said.items() if value is not None}

    def narrowed(self, **changes: Any) -> "Asked":
        return replace(self, **changes)


@dataclass(frozen=True)
class Part:
    """Facts of a measure (of a category; "" is any) that count into a figure with a sign."""

    measure: str
    sign: int = 1
    category: str = ""

    def condition(self) -> Q:
        found = Q(measure=self.measure)
        return found & Q(category=self.category) if self.category else found


BUDGET = [Part(budget.MEASURE, 1, kind.value) for kind in BudgetChange.Kind]
BOUND = [Part(commitments.MEASURE), Part(spending.DRAWN, -1)]
PARTS: dict[str, list[Part]] = {
    **{part.category: [part] for part in BUDGET},
    "corrected": BUDGET,
    "bound": BOUND,
    "spent": [Part(spending.MEASURE)],
    "left": [*BUDGET, Part(commitments.MEASURE, -1), Part(spending.DRAWN), Part(spending.MEASURE, -1)],
    "overspent": [Part(spending.MEASURE), *(Part(budget.MEASURE, -1, part.category) for part in BUDGET)],
    "expected": [Part(closing.MEASURE)],
}
"""What each column of a `Balance` is made of."""


@dataclass(frozen=True)
class Share:
    """What a part comes to, and how much of that the reader may open fact by fact. Both with the part's sign."""

    part: Part
    total: Decimal
    openable: Decimal


@dataclass(frozen=True)
class Figure:
    """A number with the facts behind it, as known then, for one reader."""

    asked: Asked
    what: str
    as_of: ledger.AsOf
    actor: Actor

    @property
    def parts(self) -> list[Part]:
        return PARTS[self.what]

    def facts(self) -> "QuerySet[Fact]":
        """All facts that count into it, taken back ones and what took them back among them."""
        if self.what == "expected":
            newest = ledger.latest(
                closing.MEASURE, self.as_of, ("subcategory", "heading", "period"), self.asked.where()
            )
            return Fact.objects.filter(pk__in=[row["place"] for row in newest])
        condition = Q()
        for part in self.parts:
            condition |= part.condition()
        return Fact.objects.known(self.as_of).filter(condition, self.asked.where())

    def shares(self) -> list[Share]:
        """What each part comes to; they add up to the figure. Parts without a fact are left out. One query."""
        may = ledger.openable(sorted({part.measure for part in self.parts}), self.actor)
        grouped = self.facts().order_by().values("measure", "category")
        rows: Any = grouped.annotate(total=Sum("quantity"), openable=Sum("quantity", filter=may))
        found = []
        for part in self.parts:
            of_part = [
                row
                for row in rows
                if row["measure"] == part.measure and (not part.category or row["category"] == part.category)
            ]
            if of_part:
                total = sum((row["total"] for row in of_part), ZERO)
                openable = sum((row["openable"] or ZERO for row in of_part), ZERO)
                found.append(Share(part, part.sign * total, part.sign * openable))
        return found

    def listed(self) -> "QuerySet[Fact]":
        """The facts that the reader may open, each with `undone`: something known takes it back."""
        may = ledger.openable(sorted({part.measure for part in self.parts}), self.actor)
        undone = Fact.objects.known(self.as_of).filter(reverses=OuterRef("place"))
        rows: QuerySet[Fact] = (
            self.facts().filter(may).annotate(undone=ExpressionWrapper(Exists(undone), output_field=BooleanField()))
        )
        return rows.select_related("record").order_by("-place")

    def sign_of(self, fact: Fact) -> int:
        return next(part.sign for part in self.parts if part.measure == fact.measure_id)

    def described(self, page: Sequence[Fact]) -> dict[int, Described]:
        """Title and address of the record behind each fact, by place."""
        by_measure: dict[str, list[Any]] = {}
        for fact in page:
            if hasattr(fact, "record"):
                by_measure.setdefault(fact.measure_id, []).append(fact.record)
        found: dict[int, Described] = {}
        for measure, records in by_measure.items():
            found |= registry.get(measure).describe(records, self.actor)
        return found
