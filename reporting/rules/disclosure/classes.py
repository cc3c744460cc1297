"""The classes of disclosure, what is small in each, and which dimensions may be asked for together."""

from collections.abc import Iterable
from decimal import Decimal

SMALLEST_SHOWN = {"open": 0, "companies": 3, "people": 5}
"""The smallest number, besides zero, that a cell of the class may show. In the order of strictness."""


def is_small(value: Decimal, smallest: int) -> bool:
    """Could somebody be recognised? Zero is nobody; below zero is a correction of a few, and never shown."""
    return value != 0 and value < smallest


def may_cross(dimensions: frozenset[str], disclosure: str, crossings: Iterable[frozenset[str]]) -> bool:
    """May these dimensions be asked for together? One at a time always; in the open class all; else as declared."""
    if len(dimensions) <= 1 or disclosure == "open":
        return True
    return dimensions in set(crossings)


def declared_pairs(crossings: Iterable[Iterable[str]]) -> tuple[frozenset[str], ...]:
    """The crossings of two that a protected measure is shown in, of those declared, in their order.

    A pair that would close a circle (A by B, B by C, C by A) is left out, and so is every crossing of three: only
    where the pairs make no circle can each table be protected by itself (docs/disclosure.md, "Why no circles").
    """
    home: dict[str, str] = {}

    def root(name: str) -> str:
        while home.setdefault(name, name) != name:
            name = home[name]
        return name

    pairs = []
    for crossing in crossings:
        names = sorted(set(crossing))
        if len(names) != 2:
            continue
        first, second = root(names[0]), root(names[1])
        if first != second:
            home[second] = first
            pairs.append(frozenset(names))
    return tuple(pairs)
