"""Which numbers of one publication are hidden: totals of each dimension first, then the tables of two dimensions.

What is guaranteed, and the proof of it, stands in docs/disclosure.md. In short: of every small number, and of every
small change since an earlier publication, a reader who combines all that was published is left with values that lie at
least the smallest shown number apart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reporting.rules.disclosure.classes import is_small
from reporting.rules.disclosure.network import FREE, Cost, Network, Room, Search, width

Pair = tuple[str, str]
"""Two dimensions, or a code of each."""
Values = Mapping[Any, Decimal]
NONE = Decimal(0)
ZERO_LAST: Cost = (4, NONE)


@dataclass(frozen=True)
class Counts:
    """What is true: the number in all, by the codes of each dimension, and by codes of two. Not named is zero.

    Every dimension divides the whole: its codes add up to the total, and each table to the codes of both its sides.
    """

    total: Decimal
    margins: Mapping[str, Values]
    crossings: Mapping[Pair, Values] = field(default_factory=dict)


@dataclass(frozen=True)
class Pattern:
    """The codes, and pairs of codes, whose numbers are hidden."""

    margins: Mapping[str, frozenset[str]]
    crossings: Mapping[Pair, frozenset[Pair]] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """An earlier publication: what was true then, and what was hidden of it."""

    counts: Counts
    pattern: Pattern


@dataclass(frozen=True)
class Bounds:
    """Numbers that are known besides: of a measure that is part of this one, and of one that this is part of."""

    inside: Counts | None = None
    outside: Counts | None = None


@dataclass(frozen=True)
class _Layer:
    """Numbers that must be protected, and by how much each number could be otherwise while they are.

    Only `allowed` may move (None: all).
    """

    secrets: tuple[Any, ...]
    room: Room
    allowed: frozenset[Any] | None = None


def protect(
    counts: Counts, smallest: int, earlier: Sequence[Release] = (), bounds: Bounds | None = None
) -> Pattern | None:
    """What must be hidden of `counts` when `earlier` has been published; None: nothing may be published now.

    The same question gets the same answer. Totals are hidden only for their own sake or for that of other totals of the
    same dimension, never for the sake of a table.
    """
    bounds = bounds or Bounds()
    if _total_tells(counts, smallest, earlier, bounds):
        return None
    margins: dict[str, frozenset[str]] = {}
    for dimension in counts.margins:
        hidden = _line(dimension, counts, smallest, earlier, bounds)
        if hidden is None:
            return None
        margins[dimension] = hidden
    crossings: dict[Pair, frozenset[Pair]] = {}
    # What a larger measure tells of single cells binds the tables to each other, so there only one is published.
    bound = bounds.inside is not None or bounds.outside is not None
    for pair in list(counts.crossings)[: 1 if bound else None]:
        cells = _table(pair, counts, margins, smallest, earlier, bounds)
        if cells is None:
            return None
        crossings[pair] = cells
    return Pattern(margins, crossings)


def _total_tells(counts: Counts, smallest: int, earlier: Sequence[Release], bounds: Bounds) -> bool:
    """Is the whole itself small, or by so little another than what is known besides?"""
    others = [abs(counts.total - each.counts.total) for each in earlier]
    if bounds.inside is not None:
        others.append(counts.total - bounds.inside.total)
    if bounds.outside is not None:
        others.append(bounds.outside.total - counts.total)
    return any(is_small(value, smallest) for value in (counts.total, *others))


def _line(
    dimension: str, counts: Counts, smallest: int, earlier: Sequence[Release], bounds: Bounds
) -> frozenset[str] | None:
    """The codes of one dimension whose totals are hidden."""
    values = counts.margins[dimension]
    before = [(each.counts.margins.get(dimension, {}), each.pattern.margins.get(dimension)) for each in earlier]
    codes = _codes(values, *(old for old, _hidden in before))
    known = [(old, frozenset(codes) if hidden is None else hidden) for old, hidden in before]
    network = Network(dict.fromkeys(codes, ("parts", "whole")))
    low = None if bounds.inside is None else bounds.inside.margins.get(dimension, {})
    high = None if bounds.outside is None else bounds.outside.margins.get(dimension, {})
    question = _Question(network, tuple(codes), values, known, smallest, low, high)
    return question.hide(())


def _table(
    pair: Pair,
    counts: Counts,
    margins: Mapping[str, frozenset[str]],
    smallest: int,
    earlier: Sequence[Release],
    bounds: Bounds,
) -> frozenset[Pair] | None:
    """The cells of one table that are hidden. Those of a code whose own total is hidden always are."""
    first, second = pair
    releases = [each for each in earlier if pair in each.counts.crossings]
    rows = _codes(counts.margins[first], *(each.counts.margins.get(first, {}) for each in releases))
    columns = _codes(counts.margins[second], *(each.counts.margins.get(second, {}) for each in releases))
    cells = [(row, column) for row in rows for column in columns]
    edges: dict[Any, tuple[Any, Any]] = {cell: (("row", cell[0]), ("column", cell[1])) for cell in cells}
    values: dict[Any, Decimal] = dict(counts.crossings[pair])
    hidden_totals = []
    for place, code in [(0, row) for row in rows if row in margins[first]] + [
        (1, column) for column in columns if column in margins[second]
    ]:
        edge = ("total", place, code)
        hidden_totals.append(edge)
        edges[edge] = ("rows", ("row", code)) if place == 0 else (("column", code), "columns")
        values[edge] = counts.margins[pair[place]].get(code, NONE)
    known = [_known(each, pair, hidden_totals) for each in releases]
    low = None if bounds.inside is None else _with_totals(bounds.inside, pair, hidden_totals)
    high = None if bounds.outside is None else _with_totals(bounds.outside, pair, hidden_totals)
    question = _Question(Network(edges), tuple(cells), values, known, smallest, low, high)
    anyway = [cell for cell in cells if cell[0] in margins[first] or cell[1] in margins[second]]
    hidden = question.hide((*hidden_totals, *anyway))
    bound = low is not None or high is not None
    if hidden is None or (bound and not question.totals_hold(hidden_totals, hidden)):
        return None
    return frozenset(hidden) & frozenset(cells)


def _with_totals(counts: Counts, pair: Pair, totals: Iterable[tuple[str, int, str]]) -> dict[Any, Decimal]:
    values: dict[Any, Decimal] = dict(counts.crossings.get(pair, {}))
    values.update({edge: counts.margins.get(pair[edge[1]], {}).get(edge[2], NONE) for edge in totals})
    return values


def _known(release: Release, pair: Pair, totals: Iterable[tuple[str, int, str]]) -> tuple[Values, frozenset[Any]]:
    """An earlier publication of a table in the names of this one's edges: what was true, and what was hidden."""
    totals = list(totals)
    hidden: set[Any] = set(release.pattern.crossings.get(pair, ()))
    hidden |= {edge for edge in totals if edge[2] in release.pattern.margins.get(pair[edge[1]], ())}
    return _with_totals(release.counts, pair, totals), frozenset(hidden)


def _codes(*values: Values) -> list[str]:
    return sorted({code for each in values for code in each})


@dataclass(frozen=True)
class _Question:
    """One line or table: its network, the numbers that can be shown or hidden, and what is known from before."""

    network: Network
    cells: tuple[Any, ...]
    values: Values
    known: Sequence[tuple[Values, frozenset[Any]]]
    smallest: int
    low: Values | None = None
    high: Values | None = None

    def hide(self, anyway: Iterable[Any]) -> frozenset[Any] | None:
        """The hidden numbers, `anyway` among them; None when even hiding all does not protect."""
        start = frozenset(anyway)
        layers = list(self._layers())
        found = self._searched(layers, start)
        if found is not None:
            return found
        every = start | frozenset(self.cells)
        safe = all(
            width(self.network, layer.room, secret, self._movable(layer, every), self._needed(secret))
            >= self._needed(secret)
            for layer in layers
            for secret in layer.secrets
        )
        return every if safe else None

    def totals_hold(self, totals: Iterable[Any], hidden: frozenset[Any]) -> bool:
        """Are hidden totals protected in this table too, where cells of a larger measure limit how they could vary?"""
        layer = next(self._layers())
        value = {total: self.values.get(total, NONE) for total in totals}
        return all(
            width(self.network, layer.room, total, hidden, self._needed(total)) >= self._needed(total)
            for total in value
            if self._tells(total, value, self.low or {}, layer.room.up)
        )

    def _searched(self, layers: Sequence[_Layer], start: frozenset[Any]) -> frozenset[Any] | None:
        """The hidden numbers, companions chosen one secret after the other; None where some find none."""
        hidden = set(start)
        for layer in layers:
            hidden.update(layer.secrets)
        for layer in layers:
            for secret in layer.secrets:
                needed = self._needed(secret)
                price = self._price(layer, hidden)
                search = Search(self.network, layer.room, secret, price, needed)
                if search.width() < needed:
                    return None
                hidden |= search.used
        return frozenset(hidden)

    def _price(self, layer: _Layer, hidden: set[Any]) -> Any:
        before = self.known[-1][1] if self.known else frozenset()

        def price(edge: Any) -> Cost | None:
            if layer.allowed is not None and edge not in layer.allowed:
                return None
            if edge in hidden:
                return FREE
            value = self.values.get(edge, NONE)
            # What was hidden before is taken first; a zero last, for it is often known to be one.
            return ZERO_LAST if value <= 0 else (1 if edge in before else 2, value)

        return price

    @staticmethod
    def _movable(layer: _Layer, hidden: frozenset[Any]) -> frozenset[Any]:
        return hidden if layer.allowed is None else hidden & layer.allowed

    def _needed(self, cell: Any) -> Decimal:
        """How far apart the possible values must be: the smallest number shown, or all that others leave open."""
        needed = Decimal(self.smallest)
        if self.high is None:
            return needed
        low = NONE if self.low is None else self.low.get(cell, NONE)
        return max(NONE, min(needed, self.high.get(cell, NONE) - low))

    def _layers(self) -> Iterator[_Layer]:
        """First the small numbers themselves, then small changes since each earlier publication, then what must stay
        hidden because it was hidden before and has not changed."""
        every, cells = tuple(self.network.edges), frozenset(self.cells)
        value = {edge: self.values.get(edge, NONE) for edge in every}
        low = {edge: NONE if self.low is None else self.low.get(edge, NONE) for edge in every}
        up = None if self.high is None else {edge: self.high.get(edge, NONE) - value[edge] for edge in every}
        down = {edge: value[edge] - low[edge] for edge in every}
        yield _Layer(tuple(cell for cell in self.cells if self._tells(cell, value, low, up)), Room(down, up))
        for old, hidden in self.known:
            change = {edge: value[edge] - old.get(edge, NONE) for edge in every}
            lower = {edge: min(down[edge], change[edge]) for edge in every}
            small = tuple(cell for cell in self.cells if is_small(abs(change[cell]), self.smallest))
            yield _Layer(small, Room(lower, up))
            then = hidden & cells
            kept = tuple(cell for cell in self.cells if cell in then and self._still_secret(cell, old, then, change))
            both = {edge: min(down[edge], old.get(edge, NONE)) for edge in every}
            yield _Layer(kept, Room(both, up), hidden)

    def _tells(self, cell: Any, value: Values, low: Values, up: Values | None) -> bool:
        if is_small(value[cell], self.smallest):
            return True
        if self.low is not None and is_small(value[cell] - low.get(cell, NONE), self.smallest):
            return True
        return up is not None and is_small(up[cell], self.smallest)

    def _still_secret(self, cell: Any, old: Values, hidden: frozenset[Any], change: Values) -> bool:
        """Was it small then, and would showing it now tell what it was, if nothing has been taken back since?"""
        if not is_small(old.get(cell, NONE), self.smallest):
            return False
        if change[cell] == 0:
            return True
        possible = width(self.network, Room(old, change), cell, hidden, Decimal(self.smallest))
        return possible < self.smallest
