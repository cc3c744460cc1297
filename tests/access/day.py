"""The addresses of what waits on a person, and the lists that are edited."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from matching.models import Match, WorkArea
from portal.drafts.models import FormDraft
from portal.identity.roles import Role
from portal.tabular.models import UploadedTable
from tests.access.rules import NO_PART, READING, REGISTERING, Rule, api

if TYPE_CHECKING:
    from tests.access.world import World

KEEPING = frozenset({Role.DATA_STEWARD, Role.PROGRAMME_LEAD})
RULES: dict[str, Rule] = {
    "my_day": Rule(),
    "api_my_day": api(),
    "matching:event_new": Rule(roles=REGISTERING),
    "matching:event_receipt": Rule(roles=READING, scope="record", no_part=NO_PART),
    "matching:kept_lists": Rule(roles=READING),
    "matching:kept_list": Rule(roles=READING),
    # Of those whose programme counts matches; a foreign KKR has none.
    "matching:kept_row_new": Rule(roles=KEEPING, scope="operator"),
    "matching:kept_row": Rule(roles=KEEPING, scope="operator"),
    "matching:kept_row_move": Rule(roles=KEEPING, scope="operator", method="post", answers=(302,)),
}
"""Address → what it answers to whom (tests.access.matrix)."""
ASKED: dict[str, list[str]] = {
    "my_day": [""],
    "api_my_day": [""],
    "matching:event_new": [""],
    "matching:event_receipt": [""],
    "matching:kept_lists": [""],
    "matching:kept_list": ["", "export=csv", "export=xlsx"],
    "matching:kept_row_new": [""],
    "matching:kept_row": [""],
}
"""GET address → the queries with which its questions are counted (tests.budgets)."""
NOT_COUNTED: dict[str, str] = {}
NO_VERSION: dict[str, str] = {
    "matching:event_new": "makes something new; likely twins are looked for instead",
    "matching:kept_row_new": "makes something new; one of the same name is refused",
    "matching:kept_row_move": "one step, as the list stands when it is locked",
}
"""Pages that change something without a version, and why (tests.architecture.test_forms_have_versions)."""
OWNERS: dict[str, Any] = {}
"""Address → the role that it belongs to, where it belongs to one (tests.budgets)."""
FREE: dict[str, set[str]] = {}
"""A text that shows a record of a person → the addresses where it may stand unnoted (tests.access.openings)."""


@dataclass(frozen=True)
class Room:
    """The world's match as the first of an event, and a row of a list."""

    match: Match
    area: WorkArea

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the room's addresses; None for any other."""
        if name == "matching:event_receipt":
            return {"pk": self.match.pk}
        if name in ("matching:kept_row", "matching:kept_row_move"):
            return {"kind": "arbejdsomraader", "code": self.area.code}
        return {"kind": "arbejdsomraader"} if name in ("matching:kept_list", "matching:kept_row_new") else None


def build(world: "World") -> Room:
    room = Room(world.match, WorkArea.objects.create(code="proeve", name="Prøve", name_en="Trial", order=90))
    grow(room, world, -1, 1)
    return room


def grow(room: Room, world: "World", made: int, number: int) -> None:
    """So many more rows of all that the addresses list: what waits on each of several roles, and rows of lists."""
    for turn in range(made + 1, made + number + 1):
        WorkArea.objects.create(code=f"proeve_{turn}", name=f"Prøve {turn}", name_en=f"Trial {turn}", order=100 + turn)
        for role in (Role.ADVISER, Role.DATA_STEWARD, Role.KKR_SECRETARIAT, Role.BUDGET_OFFICER):
            user = world.own[role]
            membership = user.memberships.get()
            FormDraft.objects.create(user=user, membership=membership, form=f"/match/ny/?nr={turn}", title="Kladde")
            UploadedTable.objects.create(
                organisation=membership.organisation, uploaded_by=user, name=f"match {turn}.csv", content=b"a;b",
                purpose="matches" if role == Role.ADVISER else "spending", sha256=f"{role}{turn}"[:64],
            )  # fmt: skip
    # Of the matches that are there: some that were to start, registered in the same moment as the room's.
    today, match = timezone.localdate(), room.match
    those = Match.objects.standing().filter(starts_on=None, agreed_on__lt=today, registered_by=match.registered_by)
    found = list(those.exclude(pk=match.pk).order_by("-pk").values_list("pk", flat=True)[:number])
    moment = {"registered_at": match.registered_at, "registered_by_user": match.registered_by_user}
    Match.objects.filter(pk__in=found).update(starts_on=today - timedelta(days=1), **moment)
