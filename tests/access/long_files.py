"""The addresses of long files, imported by the worker: how far the jobcentre's file has come."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matching.files.fields import FIELDS, PURPOSE
from portal.identity.actor import actor_for
from portal.identity.roles import Role
from portal.tabular import long, uploads
from portal.tabular.mapping import open_start
from portal.tabular.models import UploadedTable
from tests.access.match_files import COLUMNS, rows
from tests.access.rules import REGISTERING, Rule

if TYPE_CHECKING:
    from tests.access.world import World

RULES: dict[str, Rule] = {
    "matching:file_progress": Rule(roles=REGISTERING, scope="record", no_part=REGISTERING - {Role.ADVISER}),
}
"""Address → what it answers to whom (tests.access.matrix)."""
ASKED: dict[str, list[str]] = {"matching:file_progress": [""]}
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
    """A file that the worker is to look through."""

    file: UploadedTable

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the room's addresses; None for any other."""
        return {"pk": self.file.pk} if name == "matching:file_progress" else None


def build(world: "World") -> Room:
    adviser = actor_for(world.own[Role.ADVISER])
    content = rows(world.programme, 1)
    state = {"columns": COLUMNS, "decimal": ",", "programme": world.programme.slug}
    file = uploads.keep(adviser, PURPOSE, content, "lang.csv", **state)
    long.ask_look(file, adviser, open_start(content, FIELDS, 1000))
    return Room(file)


def grow(room: Room, world: "World", made: int, number: int) -> None:
    """As many more files wait: the operations page lists them."""
    adviser = actor_for(world.own[Role.ADVISER])
    for _each in range(number):
        content = rows(world.programme, 1)
        file = uploads.keep(adviser, PURPOSE, content, "lang.csv", columns=COLUMNS, decimal=",")
        long.ask_look(file, adviser, open_start(content, FIELDS, 1000))
