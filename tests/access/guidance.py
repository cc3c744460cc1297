"""The addresses of courses of guidance by the erhvervshus."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from matching.guidance import steps, team
from matching.guidance.courses import register_course
from matching.guidance.entries import CourseEntry
from matching.models import Company, EarlyWarningMember, GuidanceCourse, PrivateReferral
from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from tests.access.rules import Rule, api
from tests.memberships import member

if TYPE_CHECKING:
    from tests.access.world import World

ADVISER = frozenset({Role.HUB_ADVISER})
CONTROLLER = frozenset({Role.HUB_CONTROLLER})
SEEING = frozenset({Role.HUB_ADVISER, Role.HUB_CONTROLLER, Role.PROGRAMME_LEAD})
KEEPING = frozenset({Role.ADMINISTRATOR, Role.HUB_CONTROLLER})
# The programme lead has the right, and is the KKR's, which guides nobody.
NO_PART = frozenset({Role.PROGRAMME_LEAD})
GUIDED = "Vejledt Prøve ApS"
"""The company whose courses are the room's."""
WARNED = "Kreditten er opsagt, og banken svarer ikke"
"""The note of its course of Early Warning: these words stand nowhere but before the team."""
PAGES = ("guidance_correct", "guidance_plan", "guidance_end", "guidance_refer")

RULES: dict[str, Rule] = {
    "matching:guidance": Rule(roles=SEEING),
    "matching:guidance_new": Rule(roles=ADVISER),
    "matching:guidance_figures": Rule(),
    "matching:guidance_expect": Rule(roles=CONTROLLER),
    "matching:guidance_team": Rule(roles=KEEPING),
    "matching:guidance_team_add": Rule(roles=KEEPING),
    "matching:guidance_team_remove": Rule(roles=KEEPING, scope="record"),
    "matching:guidance_course": Rule(roles=SEEING, scope="record", no_part=NO_PART),
    **{f"matching:{name}": Rule(roles=ADVISER, scope="record") for name in PAGES},
    "matching:guidance_undo": Rule(roles=ADVISER, scope="record"),
    "matching:guidance_unrefer": Rule(roles=ADVISER, scope="record"),
    "matching:guidance_invite": Rule(roles=ADVISER, scope="record"),
    "api_guidance_courses": api(roles=SEEING),
    "api_guidance_course": api(roles=SEEING, scope="record", no_part=NO_PART),
    "api_guidance_end": api(roles=ADVISER, scope="record", method="post", answers=(400,)),
    "api_guidance_referrals": api(roles=ADVISER, scope="record", method="post", answers=(400,)),
}
"""Address → what it answers to whom (tests.access.matrix)."""
ASKED: dict[str, list[str]] = {
    "matching:guidance": [
        "",
        "type=growth_operation&theme=digital&municipality=0851&returning=no&stage=running",
        "text=vejledt&started_from=01.01.2019&started_to=31.12.2030",
        "export=csv",
    ],
    "matching:guidance_new": ["", "text=vejledt", "another=1&text=Ny"],
    "matching:guidance_figures": ["", "year={year}"],
    "matching:guidance_expect": ["", "year=2020"],
    "matching:guidance_team": [""],
    "matching:guidance_team_add": [""],
    "matching:guidance_team_remove": [""],
    "matching:guidance_course": [""],
    **{f"matching:{name}": [""] for name in (*PAGES, "guidance_undo", "guidance_unrefer", "guidance_invite")},
    "api_guidance_courses": ["", "type=growth&theme=digital&withdrawn=false", "updated_since=2020-01-01"],
    "api_guidance_course": [""],
}
"""GET address → the queries with which its questions are counted (tests.budgets)."""
NOT_COUNTED: dict[str, str] = {}
NO_VERSION: dict[str, str] = {
    "matching:guidance_new": "makes something new",
    "matching:guidance_refer": "makes something new",
    "matching:guidance_team_add": "makes something new; a person is in the team once",
}
"""Pages that change something without a version, and why (tests.architecture.test_forms_have_versions)."""
OWNERS: dict[str, Any] = {
    **{
        f"matching:{name}": Role.HUB_ADVISER
        for name in (*PAGES, "guidance_new", "guidance_undo", "guidance_unrefer", "guidance_invite", "guidance")
    },
    "matching:guidance_course": Role.HUB_ADVISER,
    "matching:guidance_expect": Role.HUB_CONTROLLER,
    "matching:guidance_team": Role.HUB_CONTROLLER,
    "matching:guidance_team_add": Role.HUB_CONTROLLER,
    "matching:guidance_team_remove": Role.HUB_CONTROLLER,
    "api_guidance_courses": Role.HUB_ADVISER,
    "api_guidance_course": Role.HUB_ADVISER,
}
"""Address → the role that it belongs to, where it belongs to one (tests.budgets)."""
FREE: dict[str, set[str]] = {}
"""A text that shows a record of a person → the addresses where it may stand unnoted (tests.access.openings)."""


@dataclass(frozen=True)
class Room:
    """What the addresses are about."""

    company: Company
    running: GuidanceCourse
    ended: GuidanceCourse
    warned: GuidanceCourse
    """Of Early Warning: a 404 for everybody in the world."""
    referral: PrivateReferral
    member: EarlyWarningMember
    watcher: User
    """The one in the team, whom no role of the world is."""

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the room's addresses; None for any other."""
        short = name.removeprefix("matching:").removeprefix("api_")
        rows: dict[str, Any] = {
            "guidance_team_remove": self.member,
            "guidance_unrefer": self.referral,
            "guidance_invite": self.ended,
            **dict.fromkeys((*PAGES, "guidance_course", "guidance_undo", "guidance_referrals"), self.running),
        }
        return {"pk": rows[short].pk} if short in rows else None


def build(world: "World") -> Room:
    adviser = actor_for(world.own[Role.HUB_ADVISER])
    hub = Organisation.objects.get(name=people.HUB)
    watcher = User.objects.create_user("varsler@demo.example", "Vibeke Varsler")
    member(watcher, hub, Role.HUB_ADVISER)
    entered = team.add(actor_for(world.own[Role.HUB_CONTROLLER]), watcher.pk)
    company = Company.objects.create(name=GUIDED, municipality_id="0851", fictional=True)
    today = timezone.localdate()
    running = register_course(adviser, _entry(company, today - timedelta(days=30)))
    referral = steps.refer(adviser, running, steps.Referral("Prøverådgiverne"), today)
    ended = register_course(adviser, _entry(company, today - timedelta(days=60), ended_on=today, type="short"))
    warned = register_course(
        actor_for(watcher), _entry(company, today - timedelta(days=20), type="early_warning", note=WARNED)
    )
    return Room(company, running, ended, warned, referral, entered, watcher)


def _entry(company: Company, day: date, **said: Any) -> CourseEntry:
    first: dict[str, Any] = {
        "company": company.pk, "type": "growth", "main_theme": "digital", "other_themes": ("green",),
        "contact_name": "Gerda Guidet", "started_on": day, "another_course": True,
    }  # fmt: skip
    return CourseEntry(**{**first, **said})


def grow(room: Room, world: "World", made: int, number: int) -> None:
    """So many more rows of everything that the addresses list."""
    adviser, controller = actor_for(world.own[Role.HUB_ADVISER]), actor_for(world.own[Role.HUB_CONTROLLER])
    hub = Organisation.objects.get(name=people.HUB)
    today = timezone.localdate()
    for turn in range(made, made + number):
        other = Company.objects.create(name=f"{GUIDED} {turn}", municipality_id="0851", fictional=True)
        for company in (other, room.company):
            day = today - timedelta(days=turn)
            register_course(
                adviser,
                _entry(company, day, next_step_on=today, contact_name=f"Gerda {turn}", main_theme="sales"),
            )
        steps.refer(adviser, room.running, steps.Referral(f"Rådgiver {turn}"), today)
        colleague = User.objects.create_user(f"hus{turn}@demo.example", f"Hus {turn}")
        member(colleague, hub, Role.HUB_ADVISER)
        team.add(controller, colleague.pk)
