"""The addresses of needs, company contacts and the people one talks with at a company."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from matching.contact_people import add_person
from matching.contacts import register_contact
from matching.models import BreakReason, Company, CompanyContact, ContactPerson, Match, Need, NeedMatch
from matching.needs import register_need
from portal.identity.actor import actor_for
from portal.identity.roles import Role
from tests.access.rules import READING, REGISTERING, Rule, api

if TYPE_CHECKING:
    from tests.access.world import World

PERSON = "Kontakt Prøvesen"
CHANGING = REGISTERING | {Role.DATA_STEWARD}

RULES: dict[str, Rule] = {
    "matching:contact_person_new": Rule(roles=CHANGING),
    "matching:contact_person_change": Rule(roles=CHANGING),
    "matching:contact_person_left": Rule(roles=CHANGING),
    "matching:contact_new": Rule(roles=REGISTERING),
    "matching:contacts": Rule(roles=READING),
    # Partners of the programme see that there was a contact; the one who registered it changes it.
    "matching:contact": Rule(roles=READING, scope="programme"),
    "matching:contact_correct": Rule(roles=REGISTERING, scope="programme", answers=(200, 403)),
    "matching:contact_undo": Rule(roles=REGISTERING, scope="programme", answers=(200, 403)),
    "matching:contact_step": Rule(roles=REGISTERING, scope="programme", answers=(200, 403)),
    "matching:need_new": Rule(roles=REGISTERING),
    "matching:needs": Rule(roles=READING),
    "matching:need": Rule(roles=READING, scope="programme"),
    "matching:need_profile": Rule(roles=READING, scope="programme"),
    "matching:need_match": Rule(roles=REGISTERING, scope="programme"),
    **{
        f"matching:need_{name}": Rule(roles=REGISTERING, scope="programme", answers=(200, 403))
        for name in ("change", "step", "close", "reopen")
    },
    "api_contact_themes": api(),
    "api_contact_people": api(roles=READING),
    "api_contact_person": api(roles=READING),
    # Without a body: what is missing is said to those who may.
    "api_contact_person_change": api(roles=CHANGING, method="post", answers=(200,)),
    "api_contact_person_left": api(roles=CHANGING, method="post", answers=(400,)),
    "api_company_contacts": api(roles=READING),
    "api_company_contact": api(roles=READING, scope="programme"),
    "api_company_contact_correct": api(roles=REGISTERING, scope="programme", method="post", answers=(200, 403)),
    # The first who may has undone it, and then it is there for its own organisation alone.
    "api_company_contact_undo": api(roles=REGISTERING, scope="programme", method="post", answers=(200, 403, 404)),
    "api_company_contact_step": api(roles=REGISTERING, scope="programme", method="post", answers=(400, 403)),
    "api_needs": api(roles=READING),
    "api_need": api(roles=READING, scope="programme"),
    "api_need_change": api(roles=REGISTERING, scope="programme", method="post", answers=(200, 403)),
    "api_need_step": api(roles=REGISTERING, scope="programme", method="post", answers=(400, 403)),
    "api_need_close": api(roles=REGISTERING, scope="programme", method="post", answers=(400, 403)),
    "api_need_reopen": api(roles=REGISTERING, scope="programme", method="post", answers=(200, 403)),
}
"""Address → what it answers to whom (tests.access.matrix)."""
ASKED: dict[str, list[str]] = {
    "matching:contact_person_new": [""],
    "matching:contact_person_change": [""],
    "matching:contact_person_left": [""],
    "matching:contact_new": [""],
    "matching:contacts": [
        "", "text=register&kind=visit&theme=sales&since=2020-01-01", "step=late", "step=mine", "export=csv",
        "export=xlsx",
    ],
    "matching:contact": [""],
    "matching:contact_correct": [""],
    "matching:contact_undo": [""],
    "matching:contact_step": [""],
    "matching:need_new": [""],
    "matching:needs": [
        "", "text=register&status=waiting&competence=sales&match_type=internship", "kind=job_profile", "export=csv",
        "export=xlsx",
    ],
    "matching:need": [""],
    "matching:need_profile": [""],
    "matching:need_change": [""],
    "matching:need_step": [""],
    "matching:need_close": [""],
    "matching:need_reopen": [""],
    "matching:need_match": [""],
    "api_contact_themes": [""],
    "api_contact_people": ["", "updated_since=2020-01-01"],
    "api_contact_person": [""],
    "api_company_contacts": ["", "theme=sales&kind=visit", "updated_since=2020-01-01"],
    "api_company_contact": [""],
    "api_needs": ["", "status=open&competence=sales", "updated_since=2020-01-01"],
    "api_need": [""],
}  # fmt: skip
"""GET address → the queries with which its questions are counted (tests.budgets)."""
NOT_COUNTED: dict[str, str] = {}
NO_VERSION: dict[str, str] = {
    "matching:contact_person_new": "makes something new",
    "matching:contact_new": "makes something new",
    "matching:need_new": "makes something new",
    "matching:need_match": "makes something new; a need that is closed meanwhile refuses it",
}
"""Pages that change something without a version, and why (tests.architecture.test_forms_have_versions)."""
OF_ADVISER = (
    "contact_correct", "contact_undo", "contact_step", "need_change", "need_step", "need_close", "need_reopen",
)  # fmt: skip
OWNERS: dict[str, Any] = {f"matching:{name}": Role.ADVISER for name in OF_ADVISER}
"""Address → the role that it belongs to, where it belongs to one (tests.budgets)."""
FREE: dict[str, set[str]] = {PERSON: set()}
"""A text that shows a record of a person → the addresses where it may stand unnoted (tests.access.openings)."""


@dataclass(frozen=True)
class Room:
    """What the addresses are about."""

    company: Company
    person: ContactPerson
    contact: CompanyContact
    need: Need
    closed: Need

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the room's addresses; None for any other."""
        short = name.removeprefix("matching:").removeprefix("api_")
        if short in ("contact_person_new", "contact_new", "need_new"):
            return {"pk": self.company.pk}
        if short in ("contact_person", "contact_person_change", "contact_person_left"):
            of_company = {} if name.startswith("api_") else {"person": self.person.pk}
            return {"pk": self.company.pk, **of_company} if of_company else {"pk": self.person.pk}
        if short in ("need", "need_profile", "need_change", "need_step", "need_close", "need_match"):
            return {"pk": self.need.pk}
        if short == "need_reopen":
            return {"pk": self.closed.pk}
        of_contact = [f"{each}{what}" for each in ("contact", "company_contact")
                      for what in ("", "_correct", "_undo", "_step")]  # fmt: skip
        return {"pk": self.contact.pk} if short in of_contact else None


def build(world: "World") -> Room:
    adviser, company = actor_for(world.own[Role.ADVISER]), world.register.company
    person = add_person(adviser, company, name=PERSON, title="Direktør", phone="98 00 00 00", email="kp@demo.example")
    contact = contact_of(world, company, person, 0)
    return Room(company, person, contact, need_of(world, company, person), closed(need_of(world, company, person)))


def contact_of(world: "World", company: Company, person: ContactPerson, turn: int) -> CompanyContact:
    today = timezone.localdate()
    return register_contact(
        actor_for(world.own[Role.ADVISER]), company, contacted_on=today - timedelta(days=turn), kind="visit",
        themes=["sales", "green"], contact_person=person.pk, text="Prøve", shared_text=True, next_step="Ring igen",
        next_step_on=today,
    )  # fmt: skip


def need_of(world: "World", company: Company, person: ContactPerson) -> Need:
    return register_need(
        actor_for(world.own[Role.ADVISER]), company, found_on=timezone.localdate(), kind="job_profile", wish="Prøve",
        tasks="Prøve", competences=["sales", "it"], match_types=["internship"], work_area="other",
        contact_person=person.pk, visibility="partners",
    )  # fmt: skip


def closed(need: Need) -> Need:
    need.status, need.closed_on, need.close_reason = "closed", need.found_on, BreakReason.objects.get(code="other")
    need.save()
    return need


def grow(room: Room, world: "World", made: int, number: int) -> None:
    """So many more rows of everything that the addresses list."""
    newest = Match.objects.filter(of_need=None).order_by("-pk")[:number]
    for turn, match in enumerate(newest, start=made + 1):
        person = ContactPerson.objects.create(company=room.company, name=f"{PERSON} {turn}")
        contact_of(world, room.company, person, turn)
        need_of(world, room.company, person)
        NeedMatch.objects.create(need=room.need, match=match, linked_by=match.registered_by_user)
