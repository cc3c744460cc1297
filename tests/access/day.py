"""The addresses of what waits on a person, and the lists that are edited."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.access.rules import Rule, api

if TYPE_CHECKING:
    from tests.access.world import World

RULES: dict[str, Rule] = {
    "my_day": Rule(),
    "api_my_day": api(),
}
"""Address → what it answers to whom (tests.access.matrix)."""
ASKED: dict[str, list[str]] = {
    "my_day": [""],
    "api_my_day": [""],
}
"""GET address → the queries with which its questions are counted (tests.budgets)."""
NOT_COUNTED: dict[str, str] = {}
NO_VERSION: dict[str, str] = {}
"""Pages that change something without a version, and why (tests.architecture.test_forms_have_versions)."""
OWNERS: dict[str, Any] = {}
"""Address → the role that it belongs to, where it belongs to one (tests.budgets)."""
FREE: dict[str, set[str]] = {}
"""A text that shows a record of a person → the addresses where it may stand unnoted (tests.access.openings)."""


@dataclass(frozen=True)
class Room:
    """What the addresses are about."""

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the room's addresses; None for any other."""
        return None


def build(world: "World") -> Room:
    return Room()


def grow(room: Room, world: "World", made: int, number: int) -> None:
    """So many more rows of everything that the addresses list."""
