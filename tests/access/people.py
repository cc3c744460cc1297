"""The addresses of highly educated people, their lists, and whom a match brought together.

The person is the jobcentre's: its adviser works with them, the municipality's data protection officer reads them. The
world's own DPO and its other advisers are of other organisations.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from matching.models import Consent, Match, MatchPerson, Person
from matching.people_files import PURPOSE
from portal.identity.actor import actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import Role
from portal.tabular import uploads
from portal.tabular.models import UploadedTable
from tests.access.rules import REGISTERING, Rule, api

if TYPE_CHECKING:
    from tests.access.world import World

SEEING = REGISTERING | {Role.DATA_PROTECTION_OFFICER}
# The right, and an organisation that has no part in the person.
OTHERS = SEEING - {Role.ADVISER}
OTHER_KEEPERS = REGISTERING - {Role.ADVISER}
NAME = "Adgangsprøve Højtuddannet"

RULES: dict[str, Rule] = {
    "matching:people": Rule(roles=SEEING),
    "matching:person": Rule(roles=SEEING, scope="record", no_part=OTHERS),
    "matching:person_new": Rule(roles=REGISTERING),
    "matching:person_change": Rule(roles=REGISTERING, scope="record", no_part=OTHER_KEEPERS),
    "matching:person_restrict": Rule(roles=SEEING, scope="record", no_part=OTHERS),
    "matching:consent_new": Rule(roles=REGISTERING, scope="record", no_part=OTHER_KEEPERS),
    "matching:consent_withdraw": Rule(roles=REGISTERING, scope="record", no_part=OTHER_KEEPERS),
    "matching:people_file_upload": Rule(roles=REGISTERING),
    "matching:people_file_columns": Rule(roles=REGISTERING, scope="record", no_part=OTHER_KEEPERS),
    "matching:people_file_preview": Rule(roles=REGISTERING, scope="record", no_part=OTHER_KEEPERS),
    # Those who assisted in the match see it, and are told that it is not theirs to say whom it is about.
    "matching:match_person_new": Rule(roles=REGISTERING, scope="record", answers=(200,), told=OTHER_KEEPERS),
    "matching:match_person_remove": Rule(roles=REGISTERING, scope="record", no_part=OTHER_KEEPERS),
    "api_highly_educated": api(roles=SEEING),
    "api_highly_educated_person": api(roles=SEEING, scope="record", no_part=OTHERS),
    # Without a body: nothing is changed.
    "api_highly_educated_change": api(
        roles=REGISTERING, scope="record", method="post", answers=(200, 400), no_part=OTHER_KEEPERS
    ),
    "api_education_fields": api(),
    "api_competences": api(),
}
"""Address → what it answers to whom (tests.access.matrix)."""
ASKED: dict[str, list[str]] = {
    "matching:people": [
        "",
        "text=adgang&status=unemployed&level=H70&field=39&competence=it&municipality=0851&available={today}",
        "whose=shared",
        "export=csv",
        "export=xlsx",
    ],
    **{
        f"matching:{name}": [""]
        for name in (
            "person",
            "person_new",
            "person_change",
            "person_restrict",
            "consent_new",
            "consent_withdraw",
            "people_file_upload",
            "people_file_columns",
            "match_person_remove",
        )
    },
    "matching:people_file_preview": ["", "export=csv"],
    "matching:match_person_new": ["", "text=adgang"],
    "api_highly_educated": ["", "name=adgang&municipality=0851", "updated_since=2020-01-01"],
    "api_highly_educated_person": [""],
    "api_education_fields": [""],
    "api_competences": [""],
}
"""GET address → the queries with which its questions are counted (tests.budgets)."""
NOT_COUNTED: dict[str, str] = {}
NO_VERSION: dict[str, str] = {
    "matching:person_new": "makes something new",
    "matching:consent_new": "makes something new; what was agreed before stays",
    "matching:people_file_upload": "makes something new",
    "matching:people_file_columns": "the organisation's own file, before it is imported",
    "matching:people_file_preview": "the organisation's own file, imported once",
    "matching:match_person_new": "makes something new; a person belongs to a match once",
    "matching:match_person_remove": "ends it: done twice it comes to the same",
}
"""Pages that change something without a version, and why (tests.architecture.test_forms_have_versions)."""
OWNERS: dict[str, Any] = {name: Role.ADVISER for name in RULES if name.startswith("matching:")}
"""Address → the role that it belongs to, where it belongs to one (tests.budgets)."""
# A file that waits to be imported is no record yet.
FREE: dict[str, set[str]] = {NAME: {"matching:people_file_columns", "matching:people_file_preview"}}
"""A text that shows a record of a person → the addresses where it may stand unnoted (tests.access.openings)."""
COLUMNS = {"name": "navn", "status": "status", "level": "niveau", "completed_on": "afsluttet"}


@dataclass(frozen=True)
class Room:
    """What the addresses are about."""

    match: Match
    person: Person
    consent: Consent
    file: UploadedTable

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the room's addresses; None for any other."""
        short = name.removeprefix("matching:")
        if short == "match_person_new":
            return {"pk": self.match.pk}
        if short == "match_person_remove":
            return {"pk": self.match.pk, "person": self.person.pk}
        if short == "consent_withdraw":
            return {"pk": self.consent.pk}
        if short in ("people_file_columns", "people_file_preview"):
            return {"pk": self.file.pk}
        mine = ("person", "person_change", "person_restrict", "consent_new")
        of_api = ("api_highly_educated_person", "api_highly_educated_change")
        return {"pk": self.person.pk} if short in mine or name in of_api else None


def build(world: "World") -> Room:
    adviser = world.own[Role.ADVISER]
    owner = Organisation.objects.get(name="Jobcenter Aalborg")
    person = somebody(owner, NAME)
    consent = agreed(person, adviser)
    MatchPerson.objects.create(match=world.match, person=person, added_by=adviser)
    state = {"columns": COLUMNS, "decimal": ",", "basis": "consent", "given_on": "2021-01-04", "how": "Prøve"}
    file = uploads.keep(actor_for(adviser), PURPOSE, rows(1), "personer.csv", **state)
    return Room(world.match, person, consent, file)


def somebody(owner: Organisation, name: str, **said: Any) -> Person:
    known: dict[str, Any] = {
        "status": "unemployed", "level": "H70", "field_id": "39", "institution": "AAU", "education": "cand.merc.",
        "completed_on": date(2020, 6, 1), "competences": ["it", "sales"], "residence_id": "0851", "reach": "named",
        "reach_places": ["0840", "0851"], "unemployed_since": date(2020, 9, 1), "email": "adgang@demo.example",
        "fictional": True,
    }  # fmt: skip
    made: Person = Person.objects.create(owner=owner, name=name, **(known | said))
    return made


def agreed(person: Person, by: User, **said: Any) -> Consent:
    known: dict[str, Any] = {"purpose": "find_match", "basis": "consent", "how": "Prøve"}
    given_on = timezone.localdate() - timedelta(days=30)
    made: Consent = Consent.objects.create(person=person, given_on=given_on, registered_by=by, **(known | said))
    return made


def rows(number: int) -> bytes:
    lines = [f"{NAME} {row};Ledig;LVU;06.2020" for row in range(number)]
    return "\n".join(["Navn;Status;Niveau;Afsluttet", *lines, "Forkert;Ukendt;LVU;06.2020"]).encode()


def grow(room: Room, world: "World", made: int, number: int) -> None:
    """More people of the jobcentre, more that partners show it, in the match and with agreements; a longer file."""
    adviser = world.own[Role.ADVISER]
    others = Organisation.objects.get(name="Professionshøjskolen UCN")
    for turn in range(made + 1, made + number + 1):
        own = somebody(room.person.owner, f"{NAME} {turn}")
        somebody(room.person.owner, f"{NAME} ledig {turn}")
        agreed(room.person, adviser, purpose="follow_up")
        MatchPerson.objects.create(match=room.match, person=own, added_by=adviser)
        shown = somebody(others, f"{NAME} delt {turn}")
        agreed(shown, adviser, purpose="share", programme=world.programme)
        agreed(shown, adviser, purpose="share_contact", programme=world.programme)
    UploadedTable.objects.filter(pk=room.file.pk).update(content=rows(1 + made + number))
