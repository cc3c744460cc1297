"""How a whole number is shared out between units by a key, so that the parts make the whole.

Two steps, both exact: the *quota* of each unit (its share of the total by value, held inside its floor and cap; what
that frees or takes is shared among the others by the same values), then whole numbers:

- `largest_remainder`: everybody gets the whole part of the quota; what is left goes to the largest remainders. A unit
  may lose one when the total grows by one.
- `sainte_lague`: one at a time to the greatest value / (2 · what it has + 1), beginning at the floors. Nobody ever
  loses when the total grows.
- `agreed`: the values are the numbers, and must add up.

Ties are broken by the greater value, then by the order of the units; each that decided something is named in `ties`.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LARGEST_REMAINDER, SAINTE_LAGUE, AGREED = "largest_remainder", "sainte_lague", "agreed"
METHODS = (LARGEST_REMAINDER, SAINTE_LAGUE, AGREED)
LARGEST_TOTAL = 10**9
"""More is not distributed unit by unit: kroner by the øre would be another unit, not a longer wait."""


class DistributionError(Exception):  # what the person asked, not a fault of ours
    """It cannot be distributed so; `message` says why and what to do, `units` which units are meant."""

    def __init__(self, code: str, message: str | Promise, units: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code, self.message, self.units = code, message, tuple(units)

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class Unit:
    """A unit with its value in the key (None: not known). `excluded` is the reason why it stands outside."""

    code: str
    value: Fraction | None
    floor: int | None = None
    cap: int | None = None
    excluded: str = ""


@dataclass(frozen=True)
class Tie:
    """Units that stood alike when the last was given: those that got it, and those that did not."""

    given: tuple[str, ...]
    passed_over: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """Something that is no error but that a reader should know: a unit that gets nothing, or stands at a bound."""

    code: str
    unit: str


@dataclass(frozen=True)
class Distribution:
    """`amounts` has every unit, the excluded ones with 0. `shares` are the quotas before floors and caps, `quotas`
    after; excluded units have neither. `remainders` and `ranks` are those of the largest remainder (rank 1 is first).
    """

    total: int
    method: str
    amounts: dict[str, int]
    quotas: dict[str, Fraction]
    shares: dict[str, Fraction] = field(default_factory=dict)
    remainders: dict[str, Fraction] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def distribute(total: int, units: Sequence[Unit], method: str) -> Distribution:
    """Share `total` between the units that are not excluded. Raises DistributionError; the sum is always the total."""
    counting = _checked(total, units, method)
    if method == AGREED:
        return _agreed(total, units, counting)
    bounds = {unit.code: _bounds(unit) for unit in counting}
    _check_bounds(total, counting, bounds)
    quotas = _quotas(total, counting, bounds)
    basis = sum((_value(unit) for unit in counting), Fraction(0))
    shares = {unit.code: Fraction(total) * _value(unit) / basis for unit in counting} if basis else {}
    if method == LARGEST_REMAINDER:
        amounts, ranks, ties = _largest_remainder(total, counting, quotas)
    else:
        amounts, ties = _sainte_lague(total, counting, bounds)
        ranks = {}
    problems = []
    for unit in counting:
        if _value(unit) == 0:
            problems.append(Problem("zero_value", unit.code))
        if quotas[unit.code] != shares.get(unit.code, quotas[unit.code]) and quotas[unit.code] in bounds[unit.code]:
            at_floor = quotas[unit.code] == bounds[unit.code][0]
            problems.append(Problem("at_floor" if at_floor else "at_cap", unit.code))
    return Distribution(
        total,
        method,
        {unit.code: amounts.get(unit.code, 0) for unit in units},
        quotas,
        shares,
        {code: quota - int(quota) for code, quota in quotas.items()} if method == LARGEST_REMAINDER else {},
        ranks,
        ties,
        problems,
    )


def within(amounts: Mapping[str, int], inner: Mapping[str, Sequence[Unit]], method: str) -> dict[str, Distribution]:
    """The second level: each unit's number shared between the units inside it. Every part makes its own whole."""
    return {code: distribute(amounts[code], units, method) for code, units in inner.items()}


def rounded_one_by_one(total: int, units: Sequence[Unit]) -> dict[str, int]:
    """Each quota rounded by itself, halves up: shown beside a distribution to say why it is not done so."""
    counting = [unit for unit in units if not unit.excluded and unit.value]
    basis = sum((_value(unit) for unit in counting), Fraction(0))
    return {unit.code: int(Fraction(total) * _value(unit) / basis + Fraction(1, 2)) for unit in counting}


@dataclass(frozen=True)
class Move:
    """A number taken from one unit and given to another by hand."""

    giver: str
    taker: str
    number: int


def moved(amounts: Mapping[str, int], moves: Sequence[Move], units: Sequence[Unit]) -> dict[str, int]:
    """The amounts after the moves, in order. The sum stays. Raises DistributionError for one that cannot be done."""
    after, known = dict(amounts), {unit.code: unit for unit in units}
    for move in moves:
        if move.number < 1:
            raise DistributionError("nothing_moved", _("Move at least 1."))
        if move.giver == move.taker:
            raise DistributionError("same_unit", _("Choose two different units."), [move.giver])
        for code in (move.giver, move.taker):
            if code not in known or known[code].excluded:
                raise DistributionError(
                    "outside", _("Nothing can be moved to or from a unit outside the distribution."), [code]
                )
        after[move.giver] -= move.number
        after[move.taker] += move.number
        giver, taker = known[move.giver], known[move.taker]
        if after[move.giver] < 0:
            raise DistributionError("too_much", _("The unit has less than you want to move."), [move.giver])
        if giver.floor is not None and after[move.giver] < giver.floor:
            raise DistributionError("below_floor", _("The unit would come below its floor."), [move.giver])
        if taker.cap is not None and after[move.taker] > taker.cap:
            raise DistributionError("above_cap", _("The unit would come above its cap."), [move.taker])
    return after


def _value(unit: Unit) -> Fraction:
    return unit.value if unit.value is not None else Fraction(0)


def _bounds(unit: Unit) -> tuple[int, int | None]:
    return unit.floor or 0, unit.cap


def _checked(total: int, units: Sequence[Unit], method: str) -> list[Unit]:
    """The units that take part, when the question makes sense."""
    if method not in METHODS:
        raise DistributionError("unknown_method", _("There is no such method."))
    if total < 0 or total > LARGEST_TOTAL:
        raise DistributionError("bad_total", _("Give a whole number from 0 to 1,000,000,000 to distribute."))
    codes = [unit.code for unit in units]
    if len(set(codes)) < len(codes):
        twice = sorted({code for code in codes if codes.count(code) > 1})
        raise DistributionError("twice", _("A unit stands twice in the key."), twice)
    counting = [unit for unit in units if not unit.excluded]
    if not counting:
        raise DistributionError("no_units", _("Every unit is outside the distribution. At least one must take part."))
    unknown = [unit.code for unit in counting if unit.value is None]
    if unknown:
        raise DistributionError(
            "unknown_value", _("The value is not known. Give it, or put the unit outside the distribution."), unknown
        )
    negative = [unit.code for unit in counting if _value(unit) < 0]
    if negative:
        raise DistributionError(
            "negative_value", _("A value is below zero. A key has values of zero and above."), negative
        )
    return counting


def _check_bounds(total: int, units: Sequence[Unit], bounds: Mapping[str, tuple[int, int | None]]) -> None:
    crossed = [code for code, (floor, cap) in bounds.items() if floor < 0 or (cap is not None and cap < floor)]
    if crossed:
        raise DistributionError("floor_above_cap", _("The floor is above the cap, or below zero."), crossed)
    if sum(floor for floor, _cap in bounds.values()) > total:
        raise DistributionError("floors_too_high", _("The floors together are more than there is to distribute."))
    # A unit without value takes its floor and no more.
    most = [bounds[unit.code][1] if _value(unit) else bounds[unit.code][0] for unit in units]
    if None not in most and sum(cap for cap in most if cap is not None) < total:
        if not any(_value(unit) for unit in units):
            raise DistributionError("no_basis", _("Every value is zero, so there is nothing to share out by."))
        raise DistributionError("caps_too_low", _("The caps together are less than there is to distribute."))


def _quotas(total: int, units: Sequence[Unit], bounds: Mapping[str, tuple[int, int | None]]) -> dict[str, Fraction]:
    """What each would get if numbers had decimals: rate · value held inside floor and cap, with the one rate that makes
    the sum the total. Between two neighbouring bends of that sum the rate is found exactly.
    """
    bends = {Fraction(0)}
    for unit in units:
        value = _value(unit)
        if value:
            bends.update(Fraction(bound) / value for bound in bounds[unit.code] if bound is not None)

    def held(unit: Unit, rate: Fraction) -> Fraction:
        floor, cap = bounds[unit.code]
        quota = max(rate * _value(unit), Fraction(floor))
        return quota if cap is None else min(quota, Fraction(cap))

    low = Fraction(0)
    for bend in sorted(bends):
        if sum(held(unit, bend) for unit in units) > total:
            break
        low = bend
    reached = {unit.code: held(unit, low) for unit in units}
    missing = total - sum(reached.values())
    if missing:
        rising = [
            unit
            for unit in units
            if _value(unit)
            and low * _value(unit) >= bounds[unit.code][0]
            and (bounds[unit.code][1] is None or reached[unit.code] < (bounds[unit.code][1] or 0))
        ]
        more = missing / sum((_value(unit) for unit in rising), Fraction(0))
        for unit in rising:
            reached[unit.code] += more * _value(unit)
    return reached


def _largest_remainder(
    total: int, units: Sequence[Unit], quotas: Mapping[str, Fraction]
) -> tuple[dict[str, int], dict[str, int], list[Tie]]:
    amounts = {unit.code: int(quotas[unit.code]) for unit in units}
    left = total - sum(amounts.values())
    remainder = {unit.code: quotas[unit.code] - amounts[unit.code] for unit in units}
    order = sorted(
        (unit for unit in units if remainder[unit.code]), key=lambda unit: (-remainder[unit.code], -_value(unit))
    )
    for unit in order[:left]:
        amounts[unit.code] += 1
    ties = []
    if 0 < left < len(order) and remainder[order[left - 1].code] == remainder[order[left].code]:
        alike = remainder[order[left].code]
        ties.append(
            Tie(
                tuple(unit.code for unit in order[:left] if remainder[unit.code] == alike),
                tuple(unit.code for unit in order[left:] if remainder[unit.code] == alike),
            )
        )
    return amounts, {unit.code: rank for rank, unit in enumerate(order, start=1)}, ties


def _sainte_lague(
    total: int, units: Sequence[Unit], bounds: Mapping[str, tuple[int, int | None]]
) -> tuple[dict[str, int], list[Tie]]:
    """One at a time. The beginning is jumped over: with any rate, what everybody has before the units of claim
    1 / (2 · rate) come to their turn is half-down rounding of rate · value, and the rest is given one by one."""
    amounts = {unit.code: bounds[unit.code][0] for unit in units}
    near = total - len(units)
    if near > sum(amounts.values()):
        quotas = _quotas(near, units, bounds)
        for unit in units:
            value, quota = _value(unit), quotas[unit.code]
            floor, cap = bounds[unit.code]
            if value and floor < quota and (cap is None or quota < cap):
                rate = quota / value
                break
        else:
            rate = Fraction(0)
        for unit in units if rate else ():
            floor, cap = bounds[unit.code]
            start = max(-((Fraction(1, 2) - rate * _value(unit)) // 1), floor, 0)
            amounts[unit.code] = start if cap is None else min(start, cap)
    claims = [
        (-_value(unit) / (2 * amounts[unit.code] + 1), -_value(unit), place)
        for place, unit in enumerate(units)
        if _value(unit) and not _full(amounts[unit.code], bounds[unit.code])
    ]
    heapq.heapify(claims)
    last: list[tuple[Fraction, int]] = []
    for _turn in range(total - sum(amounts.values())):
        claim, value, place = heapq.heappop(claims)
        code = units[place].code
        amounts[code] += 1
        last.append((claim, place))
        if not _full(amounts[code], bounds[code]):
            heapq.heappush(claims, (value / (2 * amounts[code] + 1), value, place))
    ties = []
    if last and claims and claims[0][0] == last[-1][0]:
        alike = last[-1][0]
        ties.append(
            Tie(
                tuple(units[place].code for claim, place in last if claim == alike),
                tuple(units[place].code for claim, _v, place in sorted(claims) if claim == alike),
            )
        )
    return amounts, ties


def _full(amount: int, bounds: tuple[int, int | None]) -> bool:
    return bounds[1] is not None and amount >= bounds[1]


def _agreed(total: int, units: Sequence[Unit], counting: Sequence[Unit]) -> Distribution:
    broken = [unit.code for unit in counting if _value(unit).denominator != 1]
    if broken:
        raise DistributionError("not_whole", _("An agreed number is a whole number."), broken)
    amounts = {unit.code: int(_value(unit)) for unit in counting}
    if sum(amounts.values()) != total:
        raise DistributionError("not_the_whole", _("The agreed numbers do not add up to what is to be distributed."))
    for unit in counting:
        floor, cap = _bounds(unit)
        if amounts[unit.code] < floor or (cap is not None and amounts[unit.code] > cap):
            raise DistributionError(
                "outside_bounds", _("The agreed number lies outside its floor and cap."), [unit.code]
            )
    quotas = {code: Fraction(amount) for code, amount in amounts.items()}
    return Distribution(total, AGREED, {unit.code: amounts.get(unit.code, 0) for unit in units}, quotas, dict(quotas))
