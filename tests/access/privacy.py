"""The addresses of what is held about people: the register, times of keeping, answers, erasure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from matching.models import Company, Match
from portal.identity.roles import Role
from portal.privacy.cases import due
from portal.privacy.models import PrivacyCase, RetentionNotice
from tests.access.rules import PROTECTING, Rule

if TYPE_CHECKING:
    from tests.access.world import World

WHAT = "matching.Company:company"
RULES: dict[str, Rule] = {
    "privacy:register": Rule(),
    "privacy:retention": Rule(),
    "privacy:postpone": Rule(roles=PROTECTING, scope="operator"),
    "privacy:cases": Rule(roles=PROTECTING),
    "privacy:case_new": Rule(roles=PROTECTING, scope="record"),
    "privacy:case": Rule(roles=PROTECTING, scope="record"),
    "privacy:report": Rule(roles=PROTECTING, scope="record"),
    "privacy:case_answer": Rule(roles=PROTECTING, scope="record"),
    "privacy:case_restrict": Rule(roles=PROTECTING, scope="record"),
    "privacy:case_erase": Rule(roles=PROTECTING, scope="record"),
}
"""Address → what it answers to whom (tests.access.matrix)."""
ASKED: dict[str, list[str]] = {
    "privacy:register": [""],
    "privacy:retention": [""],
    "privacy:postpone": [""],
    "privacy:cases": ["", "who=company&text=Limfjord"],
    "privacy:case_new": [""],
    "privacy:case": [""],
    "privacy:case_answer": [""],
    "privacy:case_restrict": [""],
    "privacy:case_erase": [""],
}
"""GET address → the queries with which its questions are counted (tests.budgets)."""
NOT_COUNTED: dict[str, str] = {
    "privacy:report": "asks every table that tells of the person once: as many questions as there are such tables",
}
NO_VERSION: dict[str, str] = {
    "privacy:case_new": "makes something new",
}
"""Pages that change something without a version, and why (tests.architecture.test_forms_have_versions)."""
OWNERS: dict[str, Any] = dict.fromkeys(
    (name for name, rule in RULES.items() if rule.roles == PROTECTING), Role.DATA_PROTECTION_OFFICER
)
"""Address → the role that it belongs to, where it belongs to one (tests.budgets)."""
FREE: dict[str, set[str]] = {}
"""A text that shows a record of a person → the addresses where it may stand unnoted (tests.access.openings)."""


@dataclass(frozen=True)
class Room:
    """What the addresses are about."""

    case: PrivacyCase
    notice: RetentionNotice

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the room's addresses; None for any other."""
        if name == "privacy:postpone":
            return {"pk": self.notice.pk}
        if name == "privacy:case_new":
            return {"who": "company", "number": self.case.subject_id}
        of_case = name.startswith(("privacy:case_", "privacy:report")) or name == "privacy:case"
        return {"pk": self.case.pk} if of_case else None


def asked(world: "World", company: Company) -> PrivacyCase:
    officer = world.own[Role.DATA_PROTECTION_OFFICER]
    today = timezone.localdate()
    made: PrivacyCase = PrivacyCase.objects.create(
        kind="erasure", subject_kind="company", subject_id=company.pk, subject_name=company.name, received_on=today,
        due_on=due(today), organisation=officer.memberships.get().organisation, opened_by=officer,
    )  # fmt: skip
    return made


def build(world: "World") -> Room:
    today = timezone.localdate()
    notice = RetentionNotice.objects.create(
        what=WHAT, until=today - timedelta(days=1000), number=3, warned_on=today, due_on=today + timedelta(days=30)
    )
    return Room(asked(world, world.match.company), notice)


def grow(room: Room, world: "World", made: int, number: int) -> None:
    """So many more rows of everything that the addresses list."""
    today = timezone.localdate()
    for turn in range(made, made + number):
        company = Company.objects.create(name=f"Limfjord Vokset {turn}", municipality_id="0851", fictional=True)
        asked(world, company)
        RetentionNotice.objects.create(
            what=WHAT, until=today - timedelta(days=2000 + turn), number=1, warned_on=today, due_on=today,
            erased_at=timezone.now(), erased_number=1,
        )  # fmt: skip
    assert Match.objects.filter(company=world.match.company).exists()
