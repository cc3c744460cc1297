"""How far a hidden number could be from what it is: flows in the network that a table with its totals is.

Every number is an edge; at every node what comes in goes out (a row adds up to its total, a column too). Another table
that shows the same is the true one plus a circulation over hidden edges, so by how much one hidden number can differ is
a question of the greatest flow around through the others. Exact, not an estimate.
"""

import heapq
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Edge = Hashable
Node = Hashable
Cost = tuple[int, Decimal]

FREE: Cost = (0, Decimal(0))
ENDLESS = Decimal("Infinity")


@dataclass(frozen=True)
class Network:
    """edges: number → the nodes it leads from and to."""

    edges: Mapping[Edge, tuple[Node, Node]]
    at: dict[Node, list[tuple[Edge, Node, bool]]] = field(init=False, compare=False, repr=False)
    """For each node its edges: which, to where, and whether along their direction."""

    def __post_init__(self) -> None:
        at: dict[Node, list[tuple[Edge, Node, bool]]] = {}
        for edge, (tail, head) in self.edges.items():
            at.setdefault(tail, []).append((edge, head, True))
            at.setdefault(head, []).append((edge, tail, False))
        object.__setattr__(self, "at", at)


@dataclass(frozen=True)
class Room:
    """By how much each number could be less (`down`) or more (`up`) than it is; not named: 0 less, endlessly more."""

    down: Mapping[Edge, Decimal]
    up: Mapping[Edge, Decimal] | None = None

    def less(self, edge: Edge) -> Decimal:
        return max(self.down.get(edge, Decimal(0)), Decimal(0))

    def more(self, edge: Edge) -> Decimal:
        return ENDLESS if self.up is None else max(self.up.get(edge, Decimal(0)), Decimal(0))


class Search:
    """The possible values of one number, found with as few further hidden numbers as the search can do with.

    `price(edge)` is what it costs to let the edge move: FREE for a hidden one, None for one that may not.
    """

    def __init__(
        self, network: Network, room: Room, edge: Edge, price: Callable[[Edge], Cost | None], needed: Decimal
    ) -> None:
        self.network, self.room, self.edge, self.price, self.needed = network, room, edge, price, needed
        self.used: set[Edge] = set()

    def width(self) -> Decimal:
        """How many values the number could have instead, up to `needed`; `used` then names the numbers that moved."""
        tail, head = self.network.edges[self.edge]
        most_up = min(self.needed, self.room.more(self.edge))
        up = self._flow(head, tail, most_up)
        if up >= self.needed:
            return up
        most_down = min(self.needed - up, self.room.less(self.edge))
        return up + self._flow(tail, head, most_down)

    def _flow(self, source: Node, sink: Node, most: Decimal) -> Decimal:
        moved: dict[Edge, Decimal] = {}
        total = Decimal(0)
        while total < most:
            path = self._path(source, sink, moved)
            if path is None:
                break
            amount = min([most - total, *(self._capacity(edge, along, moved) for edge, along in path)])
            for edge, along in path:
                moved[edge] = moved.get(edge, Decimal(0)) + (amount if along else -amount)
                self.used.add(edge)
            total += amount
        return total

    def _capacity(self, edge: Edge, along: bool, moved: Mapping[Edge, Decimal]) -> Decimal:
        already = moved.get(edge, Decimal(0))
        return self.room.more(edge) - already if along else self.room.less(edge) + already

    def _path(self, source: Node, sink: Node, moved: Mapping[Edge, Decimal]) -> list[tuple[Edge, bool]] | None:
        """The cheapest way; among equals always the same one."""
        if source == sink:
            return None
        best: dict[Node, Cost] = {source: FREE}
        came: dict[Node, tuple[Node, Edge, bool]] = {}
        waiting: list[tuple[Cost, int, Node]] = [(FREE, 0, source)]
        turn, done = 0, set()
        while waiting:
            cost, _turn, node = heapq.heappop(waiting)
            if node == sink:
                return self._walk(source, sink, came)
            if node in done:
                continue
            done.add(node)
            for edge, other, along in self.network.at.get(node, ()):
                if edge == self.edge or other in done or self._capacity(edge, along, moved) <= 0:
                    continue
                price = FREE if edge in self.used else self.price(edge)
                if price is None:
                    continue
                there = (cost[0] + price[0], cost[1] + price[1])
                if other not in best or there < best[other]:
                    best[other], came[other] = there, (node, edge, along)
                    turn += 1
                    heapq.heappush(waiting, (there, turn, other))
        return None

    @staticmethod
    def _walk(source: Node, sink: Node, came: Mapping[Node, tuple[Node, Edge, bool]]) -> list[tuple[Edge, bool]]:
        path, node = [], sink
        while node != source:
            node, edge, along = came[node]
            path.append((edge, along))
        return path


def width(network: Network, room: Room, edge: Edge, hidden: Iterable[Edge], needed: Decimal) -> Decimal:
    """How many values the hidden number could have instead of its own, up to `needed`, when just `hidden` may move."""
    movable = frozenset(hidden)
    return Search(network, room, edge, lambda each: FREE if each in movable else None, needed).width()
