"""A small world by hand: a programme like Vækst Via Viden 2.0, its partners, a few companies, and today 31.01.2021."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from matching.entries import MatchEntry, More
from matching.matches import Receipt, register_match
from matching.models import Company
from portal.geography.models import Area
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.ledger.models import Heading
from programmes.models import Initiative, PartnerRole, Programme
from tests.identity.helpers import signed_in
from tests.once import Once

TODAY = date(2021, 1, 31)
# With valid check digits, worked out by hand: 2*9+7*9+6*0+5*0+4*0+3*0+2*a+1*b must be a multiple of 11.
# 81 + 2a + b: a=3, b=1 gives 88; a=2, b=3 gives 88; a=1, b=5 gives 88; a=0, b=7 gives 88.
SAID = More(attested_by="Studievejlederen", attested_on=TODAY)
"""Who said so, of a match on behalf of somebody."""
LIMFJORD, KATTEGAT, RANDERS, AALBORG_KOEL = "99000031", "99000023", "99000015", "99000007"


@dataclass
class World:
    programme: Programme
    other: Programme
    activity: Initiative
    organisations: dict[str, Organisation]
    companies: dict[str, Company]
    actors: dict[str, Actor]

    def __getitem__(self, name: str) -> Organisation:
        return self.organisations[name]

    def actor(self, name: str) -> Actor:
        return actor_for(self.actors[name].user)

    def client(self, name: str) -> Client:
        return signed_in(Client(), self.actors[name].user)

    def entry(self, **changes: Any) -> MatchEntry:
        """A right entry by the hub's adviser; `changes` replace fields."""
        fields: dict[str, Any] = {
            "programme": self.programme,
            "company": self.companies["Limfjord Køleteknik A/S"],
            "match_type": "student_job",
            "agreed_on": TODAY,
            "work_area": "sales_marketing",
            "created_by": self["BusinessAalborg"].pk,
        }
        return MatchEntry(**(fields | changes))

    def register(self, actor: str = "hub", key: str | None = None, **changes: Any) -> Receipt:
        return register_match(self.actor(actor), self.entry(**changes), key=key)


ORGANISATIONS = [
    ("hub", "Erhvervshus Nordjylland", OrganisationKind.HUB, None),
    ("AAU", "Aalborg Universitet (AAU)", OrganisationKind.UNIVERSITY, None),
    ("UCN", "Professionshøjskolen UCN", OrganisationKind.UNIVERSITY_COLLEGE, None),
    ("Magistrene", "Magistrenes A-kasse", OrganisationKind.UNEMPLOYMENT_FUND, None),
    ("KKR", "KKR Nordjylland", OrganisationKind.KKR, None),
    ("Aalborg", "Aalborg Kommune", OrganisationKind.MUNICIPALITY, "0851"),
    ("BusinessAalborg", "BusinessAalborg", OrganisationKind.BUSINESS_OFFICE, "0851"),
    ("Jobcenter Aalborg", "Jobcenter Aalborg", OrganisationKind.JOBCENTRE, "0851"),
    ("Jobcenter Rebild", "Jobcenter Rebild", OrganisationKind.JOBCENTRE, "0840"),
    ("Odense", "Odense Kommune", OrganisationKind.MUNICIPALITY, "0461"),
]
USERS = [
    ("hub", Role.HUB_ADVISER, "hub"),
    ("hub2", Role.HUB_ADVISER, "hub"),
    ("AAU", Role.EDUCATION_PARTNER, "AAU"),
    ("UCN", Role.EDUCATION_PARTNER, "UCN"),
    ("Magistrene", Role.UNEMPLOYMENT_FUND_PARTNER, "Magistrene"),
    ("office", Role.ADVISER, "BusinessAalborg"),
    ("jobcentre", Role.ADVISER, "Jobcenter Aalborg"),
    ("rebild", Role.ADVISER, "Jobcenter Rebild"),
    ("municipality", Role.MUNICIPAL_OFFICER, "Aalborg"),
    ("municipal adviser", Role.ADVISER, "Aalborg"),
    ("kkr", Role.KKR_VIEWER, "KKR"),
    ("steward", Role.DATA_STEWARD, "KKR"),
    ("odense", Role.ADVISER, "Odense"),
]


def make_world() -> World:
    area = Area.objects.get(kind="kkr", name="KKR Nordjylland")
    organisations = {
        key: Organisation.objects.create(
            name=name, short_name=key, kind=kind, municipality_id=code, area=area if key in ("hub", "KKR") else None
        )
        for key, name, kind, code in ORGANISATIONS
    }
    for key in ("BusinessAalborg", "Jobcenter Aalborg"):
        organisations[key].parent = organisations["Aalborg"]
        organisations[key].save()
    actors = {}
    for key, role, organisation in USERS:
        user = User.objects.create(email=f"{key.replace(' ', '.')}@test.example", name=key)
        Membership.objects.create(
            user=user, organisation=organisations[organisation], role=role, valid_from=date(2019, 1, 1)
        )
        actors[key] = actor_for(user)
    programmes = [
        Programme.objects.create(
            name=name,
            slug=slug,
            kind=Programme.Kind.JOINT_PROJECT,
            heading=Heading.objects.create(),
            owner=organisations["KKR"],
            area=area,
            starts_on=starts,
            ends_on=ends,
            counted_from=counted,
        )
        for name, slug, starts, counted, ends in (
            ("Vækst Via Viden 2.0", "vvv", date(2020, 7, 1), date(2020, 9, 1), date(2023, 6, 30)),
            ("Vækst Via Viden", "vvv1", date(2016, 1, 1), date(2016, 1, 1), date(2019, 12, 31)),
        )
    ]
    for programme in programmes:
        for key in ("AAU", "UCN", "BusinessAalborg", "Jobcenter Aalborg", "Jobcenter Rebild"):
            PartnerRole.objects.create(
                programme=programme,
                organisation=organisations[key],
                role="match_creator",
                # UCN joins VVV 2.0 late, to have a creator who was none before.
                valid_from=max(programme.starts_on, date(2020, 10, 1)) if key == "UCN" else programme.starts_on,
            )
        for key in ("hub", "Magistrene"):
            PartnerRole.objects.create(
                programme=programme, organisation=organisations[key], role="assistant", valid_from=programme.starts_on
            )
    PartnerRole.objects.create(
        programme=programmes[0], organisation=organisations["KKR"], role="steward", valid_from=date(2020, 7, 1)
    )
    activity = Initiative.objects.create(
        programme=programmes[0], heading=Heading.objects.create(), number="5.2.2", name="Virksomheder og studerende"
    )
    companies = {
        name: Company.objects.create(
            name=name, cvr=cvr, municipality_id=code, address=address, employees="50_99", fictional=True
        )
        for name, cvr, code, address in (
            ("Limfjord Køleteknik A/S", LIMFJORD, "0851", "Nibevej 2"),
            ("Kattegat Ærøkål ApS", KATTEGAT, "0840", "Havnen 1"),
            ("Randers Reb A/S", RANDERS, "0730", "Torvet 1"),
            ("Aalborg Køl I/S", AALBORG_KOEL, "0851", "Østre Allé 3"),
        )
    }
    return World(programmes[0], programmes[1], activity, organisations, companies, actors)


NOW = "2021-01-31T11:00:00+00:00"


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def built(once: Once) -> World:
    with time_machine.travel(NOW, tick=False):
        world: World = once(make_world)
    return world


@pytest.fixture
def world(built: World, db: None, frozen: Any) -> World:
    return deepcopy(built)


@pytest.fixture
def committed_world(transactional_db: None, frozen: Any) -> World:
    return make_world()
