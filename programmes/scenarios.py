"""Scenarios side by side: what a number of units costs, and who pays. Pure arithmetic from unit prices, exact.

Whole kroner stay whole: where the total and every stated amount are whole kroner, so is each part, else each is a whole
number of øre. A share that falls between is rounded once, together with the others, by largest remainder, so that the
parts sum to what they should.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Rule = Literal["fixed", "per_unit", "rate", "remainder"]
KRONE, ORE = Decimal(1), Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """An expense or somebody who pays. `quantity` is kroner, of "fixed" and "per_unit"; `rate` a share, of "rate".

    `limit` is the highest share of the total that the funding source behind it pays; None where there is none.
    """

    name: str
    rule: Rule
    quantity: Decimal = Decimal(0)
    rate: Fraction = Fraction(0)
    who: str = ""
    group: str = ""
    limit: Fraction | None = None

    def exact(self, units: int, total: Fraction) -> Fraction:
        """Its kroner before rounding; of the remainder nothing, for that is what the others leave."""
        if self.rule == "fixed":
            return Fraction(self.quantity)
        if self.rule == "per_unit":
            return Fraction(self.quantity) * units
        return self.rate * total if self.rule == "rate" else Fraction(0)


@dataclass(frozen=True)
class Part:
    """What a line comes to. `share` of the total is exact, and None when the total is zero."""

    line: Line
    amount: Decimal
    share: Fraction | None
    above_limit: bool = False


@dataclass(frozen=True)
class Outcome:
    """A scenario computed. `missing` is what nobody pays; below zero, what is paid too much."""

    units: int
    costs: tuple[Part, ...]
    total: Decimal
    financing: tuple[Part, ...]

    @property
    def missing(self) -> Decimal:
        return self.total - sum((part.amount for part in self.financing), Decimal(0))

    @property
    def overpaid(self) -> bool:
        """Do the others pay more than it costs, so that the rest would be below zero?"""
        return self.missing < 0 or any(part.amount < 0 for part in self.financing)

    def groups(self) -> list[tuple[str, Decimal]]:
        """The sums of lines with the same heading, in the order of the lines."""
        found: dict[str, Decimal] = {}
        for part in self.financing:
            if part.line.group:
                found[part.line.group] = found.get(part.line.group, Decimal(0)) + part.amount
        return list(found.items())


def outcome(units: int, costs: Sequence[Line], financing: Sequence[Line]) -> Outcome:
    """Compute a scenario. The total is exact: expenses are fixed or for each unit."""
    exact_costs = [line.exact(units, Fraction(0)) for line in costs]
    total = sum(exact_costs, Fraction(0))
    exact = [line.exact(units, total) for line in financing]
    left = total - sum(exact, Fraction(0))
    exact = [left if line.rule == "remainder" else part for line, part in zip(financing, exact, strict=True)]
    stated = [total, *(part for line, part in zip(financing, exact, strict=True) if line.rule in ("fixed", "per_unit"))]
    step = KRONE if all(amount.denominator == 1 for amount in stated) else ORE
    amounts = largest_remainder(exact, step)
    return Outcome(
        units,
        tuple(Part(line, _decimal(part), _share(part, total)) for line, part in zip(costs, exact_costs, strict=True)),
        _decimal(total),
        tuple(
            Part(line, amount, _share(part, total), _above(line, part, total))
            for line, amount, part in zip(financing, amounts, exact, strict=True)
        ),
    )


def _share(part: Fraction, total: Fraction) -> Fraction | None:
    return part / total if total else None


def _above(line: Line, part: Fraction, total: Fraction) -> bool:
    """Is it more than the source pays? Asked before rounding, so that a krone of rounding accuses nobody."""
    return line.limit is not None and total > 0 and part / total > line.limit


def _decimal(exact: Fraction) -> Decimal:
    """A whole number of øre as kroner."""
    ore = exact * 100
    if ore.denominator != 1:
        raise ValueError(f"{exact} is no whole number of øre")
    return Decimal(ore.numerator) * ORE if exact.denominator != 1 else Decimal(exact.numerator)


def largest_remainder(exact: Sequence[Fraction], step: Decimal) -> list[Decimal]:
    """Each rounded down to a multiple of `step`; what is then missing of their sum goes, a step each, to those that
    lost most (of equals, the first). The sum itself is rounded half up when it is no multiple."""
    size = Fraction(step)
    down = [part // size for part in exact]
    whole = (sum(exact, Fraction(0)) / size + Fraction(1, 2)).__floor__()
    lost = sorted(range(len(exact)), key=lambda place: (down[place] - exact[place] / size, place))
    for place in lost[: whole - sum(down)]:
        down[place] += 1
    return [step * steps for steps in down]


def with_rate(financing: Iterable[Line], rate: Fraction, place: int | None = None) -> list[Line]:
    """The same financing with another share: of the line at that place, or of the first that is a share."""
    lines = list(financing)
    rates = [number for number, line in enumerate(lines) if line.rule == "rate"]
    at = place if place in rates else rates[0] if rates else None
    if at is not None:
        lines[at] = replace(lines[at], rate=rate)
    return lines


def per_year(amount: Decimal, years: int) -> list[Decimal]:
    """The amount spread evenly over the years, in whole kroner (øre where it has øre), summing to it."""
    step = KRONE if amount == amount.to_integral_value() else ORE
    return largest_remainder([Fraction(amount) / years] * years, step)


@dataclass(frozen=True)
class Pays:
    """How far a grant goes. `each` is what it pays of one unit, `units` how many whole units, `left` what is over."""

    line: Line
    granted: Decimal
    unit_cost: Decimal
    fixed: Decimal
    each: Fraction
    exact: Fraction
    units: int
    outcome: Outcome

    @property
    def used(self) -> Decimal:
        return next(part.amount for part in self.outcome.financing if part.line is self.line)

    @property
    def left(self) -> Decimal:
        return self.granted - self.used


def units_paid(granted: Decimal, line: Line, costs: Sequence[Line], financing: Sequence[Line]) -> Pays | None:
    """How many units a grant pays by its line; None when its line is neither a share nor an amount for each unit.

    A share of r pays n units when r × (fixed + n × unit cost) is within the grant.
    """
    unit_cost = sum((cost.quantity for cost in costs if cost.rule == "per_unit"), Decimal(0))
    fixed = sum((cost.quantity for cost in costs if cost.rule == "fixed"), Decimal(0))
    if line.rule == "rate":
        each, first = line.rate * Fraction(unit_cost), line.rate * Fraction(fixed)
    elif line.rule == "per_unit":
        each, first = Fraction(line.quantity), Fraction(0)
    else:
        return None
    if each <= 0:
        return None
    exact = max((Fraction(granted) - first) / each, Fraction(0))
    units = exact.__floor__()
    return Pays(line, granted, unit_cost, fixed, each, exact, units, outcome(units, costs, financing))
