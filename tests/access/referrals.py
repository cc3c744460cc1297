"""The addresses of the service catalogue and referrals between partners and to others."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from matching.answering import add_note, answer
from matching.models import ContactPerson, ExternalParty, Referral, ReferralNote, ReferralStep, Service, ServiceContact
from matching.referrals import NewReferral, send
from portal.identity import demo as people
from portal.identity.actor import actor_for
from portal.identity.models import Organisation
from portal.identity.roles import Role
from tests.access.rules import READING, REGISTERING, Rule, api

if TYPE_CHECKING:
    from tests.access.world import World

PARTIES = REGISTERING | {Role.MUNICIPAL_OFFICER}
"""Who sees referrals: those of the own organisation."""
OUTSIDE = frozenset({Role.HUB_ADVISER, Role.UNEMPLOYMENT_FUND_PARTNER})
"""The referral goes from the jobcentre to the university."""
SENDER, RECEIVER = frozenset({Role.ADVISER}), frozenset({Role.EDUCATION_PARTNER})
SERVICES = READING | {Role.KKR_SECRETARIAT}
KEEPING = REGISTERING | {Role.MUNICIPAL_OFFICER, Role.PROGRAMME_LEAD}
NOT_THEIRS = KEEPING - {Role.ADVISER, Role.MUNICIPAL_OFFICER}
"""The service is the jobcentre's."""
LISTING = REGISTERING | {Role.DATA_STEWARD, Role.PROGRAMME_LEAD}

RULES: dict[str, Rule] = {
    "matching:services": Rule(roles=SERVICES),
    "matching:service": Rule(roles=SERVICES, scope="programme"),
    "matching:service_new": Rule(roles=KEEPING),
    "matching:service_change": Rule(roles=KEEPING, scope="programme", answers=(200, 403), told=NOT_THEIRS),
    "matching:service_end": Rule(roles=KEEPING, scope="programme", answers=(200, 403), told=NOT_THEIRS),
    "matching:parties": Rule(roles=SERVICES),
    "matching:party_new": Rule(roles=LISTING),
    "matching:party_change": Rule(roles=LISTING),
    # In another area no programme with partners runs in which a company could be referred.
    "matching:referral_new": Rule(roles=REGISTERING, answers=(200, 403)),
    "matching:referral_asked": Rule(roles=REGISTERING, answers=(200, 403)),
    "matching:referrals": Rule(roles=PARTIES),
    "matching:unanswered": Rule(roles=PARTIES | {Role.PROGRAMME_LEAD}),
    "matching:referral_figures": Rule(roles=READING | {Role.KKR_SECRETARIAT, Role.KKR_VIEWER}),
    "matching:referral": Rule(roles=PARTIES, scope="record", no_part=OUTSIDE),
    "matching:referral_take_on": Rule(roles=REGISTERING, scope="record", no_part=OUTSIDE, told=SENDER),
    "matching:referral_answer": Rule(roles=REGISTERING, scope="record", no_part=OUTSIDE, told=SENDER),
    "matching:referral_pass_on": Rule(roles=REGISTERING, scope="record", no_part=OUTSIDE, told=SENDER),
    "matching:referral_reopen": Rule(roles=REGISTERING, scope="record", no_part=OUTSIDE, told=SENDER),
    "matching:referral_company": Rule(roles=REGISTERING, scope="record", no_part=OUTSIDE),
    "matching:referral_note": Rule(roles=REGISTERING, scope="record", no_part=OUTSIDE),
    "matching:referral_withdraw": Rule(roles=REGISTERING, scope="record", no_part=OUTSIDE, told=RECEIVER),
    "api_services": api(roles=SERVICES),
    "api_service": api(roles=SERVICES, scope="programme"),
    # Without a body: what is missing is said to those who may.
    "api_service_change": api(roles=KEEPING, scope="programme", method="post", answers=(400, 403)),
    "api_external_parties": api(roles=SERVICES),
    "api_external_party": api(roles=SERVICES),
    "api_referrals": api(roles=PARTIES),
    "api_referral": api(roles=PARTIES, scope="record", no_part=OUTSIDE),
    "api_referral_answer": api(roles=REGISTERING, scope="record", method="post", answers=(400, 403), no_part=OUTSIDE),
    "api_referral_company": api(roles=REGISTERING, scope="record", method="post", answers=(400, 403), no_part=OUTSIDE),
}
"""Address → what it answers to whom (tests.access.matrix)."""
FORMS = ("service_new", "service_change", "service_end", "party_new", "party_change")
OF_REFERRAL = (
    "referral", "referral_take_on", "referral_answer", "referral_pass_on", "referral_company", "referral_note",
    "referral_withdraw",
)  # fmt: skip
BEGINNING = ("referral_new", "referral_asked")
ASKED: dict[str, list[str]] = {
    **{f"matching:{name}": [""] for name in (*FORMS, *OF_REFERRAL, "service", *BEGINNING, "referral_reopen")},
    "matching:services": [
        "", "text=studerende", "municipality=0851&kind=recruiting&match_type=internship", "when=all", "export=csv",
    ],
    "matching:parties": ["", "export=csv"],
    "matching:referrals": [
        "", "side=to_us&state=waiting", "side=from_us&state=late", "state=company&text=limfjord", "sort=asked",
        "export=csv",
    ],
    "matching:unanswered": ["", "export=csv"],
    "matching:referral_figures": ["", "kind=recruiting", "export=csv"],
    "api_services": ["", "programme=vaekst-via-viden"],
    "api_service": [""],
    "api_external_parties": [""],
    "api_external_party": [""],
    "api_referrals": ["", "status=sent"],
    "api_referral": [""],
}  # fmt: skip
"""GET address → the queries with which its questions are counted (tests.budgets)."""
NOT_COUNTED: dict[str, str] = {}
NEW = "makes something new"
NO_VERSION: dict[str, str] = dict.fromkeys(
    (f"matching:{name}" for name in ("service_new", "party_new", "referral_new", "referral_asked", "referral_note")),
    NEW,
)
"""Pages that change something without a version, and why (tests.architecture.test_forms_have_versions)."""
OWNERS: dict[str, Any] = {
    "matching:service_change": Role.ADVISER,
    "matching:service_end": Role.ADVISER,
    **{
        f"matching:{name}": Role.EDUCATION_PARTNER
        for name in ("referral_take_on", "referral_answer", "referral_pass_on", "referral_reopen")
    },
    "matching:referral_withdraw": Role.ADVISER,
}
"""Address → the role that it belongs to, where it belongs to one (tests.budgets)."""
ASKED_TEXT = "Har brug for en studerende til lageret"
FREE: dict[str, set[str]] = {ASKED_TEXT: set()}
"""A text that shows a record of a person → the addresses where it may stand unnoted (tests.access.openings)."""


@dataclass(frozen=True)
class Room:
    """What the addresses are about."""

    referral: Referral
    answered: Referral
    service: Service
    party: ExternalParty

    def kwargs(self, name: str) -> dict[str, Any] | None:
        """The arguments of the room's addresses; None for any other."""
        short = name.removeprefix("matching:").removeprefix("api_")
        if short in ("referral_new", "referral_asked"):
            return {"pk": self.referral.company_id}
        rows: dict[str, Any] = {"party_change": self.party, "external_party": self.party}
        rows["referral_reopen"] = self.answered
        rows |= dict.fromkeys(("service", "service_change", "service_end"), self.service)
        rows |= dict.fromkeys(OF_REFERRAL, self.referral)
        return {"pk": rows[short].pk} if short in rows else None


def build(world: "World") -> Room:
    party = ExternalParty.objects.create(name="Prøve Rådgivning", kind="private_adviser")
    service = _service(world, "Rekruttering")
    person = ContactPerson.objects.create(company=world.match.company, name="Kontakt Person", phone="98 00 00 00")
    referral, answered = (_referral(world, world.match.company, person, days) for days in (1, 2))
    receiver = actor_for(world.own[Role.EDUCATION_PARTNER])
    answered = answer(receiver, answered, "meeting", ASKED_TEXT, day=timezone.localdate())
    return Room(referral, answered, service, party)


def _service(world: "World", title: str) -> Service:
    jobcentre = Organisation.objects.get(name="Jobcenter Aalborg")
    service: Service = Service.objects.create(
        organisation=jobcentre, programme=world.programme, title=title, offers="Finder kandidater",
        kinds=["recruiting"],
        for_whom="Virksomheder", valid_from=timezone.localdate(), made_by=world.own[Role.ADVISER],
    )  # fmt: skip
    service.municipalities.add("0851")
    service.match_types.add("internship", "student_job")
    for order in (1, 2):
        ServiceContact.objects.create(service=service, order=order, name=f"Kontakt {order}", phone="98 11 11 11")
    return service


def _referral(world: "World", company: Any, person: ContactPerson | None, days: int) -> Referral:
    actor = actor_for(world.own[Role.ADVISER])
    said = NewReferral(
        programme=world.programme, company=company, contact_person=person, kind="students", asked=ASKED_TEXT,
        asked_on=timezone.localdate() - timedelta(days=days), to_organisation=Organisation.objects.get(name=people.AAU),
    )  # fmt: skip
    referral = send(actor, said)
    add_note(actor, referral, "Internt")
    return referral


def grow(room: Room, world: "World", made: int, number: int) -> None:
    """So many more rows of everything that the addresses list."""
    company = world.match.company
    jobcentre = Organisation.objects.get(name="Jobcenter Aalborg")
    for turn in range(made + 1, made + number + 1):
        ExternalParty.objects.create(name=f"Prøve Rådgivning {turn}", kind="private_adviser")
        _service(world, f"Rekruttering {turn}")
        person = ContactPerson.objects.create(company=company, name=f"Kontakt Person {turn}", phone="98 00 00 00")
        _referral(world, company, person, turn % 15)
        ReferralNote.objects.create(
            referral=room.referral, organisation=jobcentre, text=f"Internt {turn}", written_by=world.own[Role.ADVISER]
        )
        ReferralStep.objects.create(
            referral=room.referral, kind="handed_over", day=timezone.localdate(),
            registered_by=world.own[Role.ADVISER], organisation=jobcentre,
        )  # fmt: skip
