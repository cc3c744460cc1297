"""Which cells may be shown. The measure's disclosure class decides, for every page, export and API alike."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

SMALLEST_SHOWN = {"open": 0, "companies": 3, "people": 5}
"""The smallest number a cell of the class may show."""


def hidden(cells: Mapping[Key, Decimal], disclosure: str) -> frozenset[Key]:
    """The keys of the cells that must not be shown, of cells that add up to a total that is shown.

    A single hidden cell could be worked out from the total, so it takes the smallest other cell with it.
    Raises KeyError for a class that does not exist: an unknown class must not show anything.
    """
    smallest = SMALLEST_SHOWN[disclosure]
    if smallest == 0:
        return frozenset()
    small = {key for key, value in cells.items() if abs(value) < smallest}
    if len(small) == 1 and len(cells) > 1:
        others = [key for key in cells if key not in small]
        small.add(min(others, key=lambda key: (cells[key], str(key))))
    return frozenset(small)


def may_cross(dimensions: frozenset[str], disclosure: str, crossings: tuple[frozenset[str], ...]) -> bool:
    """May these dimensions be asked for together? One at a time always; in the open class all; else as declared."""
    if len(dimensions) <= 1 or disclosure == "open":
        return True
    return any(dimensions <= declared for declared in crossings)
