"""A programme with targets and a measure of its own, counted through real facts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.conf import settings
from django.db.models import QuerySet

from portal import ledger
from portal.geography.models import Area, Municipality
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind, Role
from portal.ledger import registry
from portal.ledger.models import FactRecord, Heading, HeadingParent, Measure
from programmes.models import Initiative, PartnerRole, Programme
from reporting.targets import set_target
from tests.memberships import member

MEASURE = "test_matches"
TYPES = {"ordinary_job": "Ordinært job", "internship": "Studiepraktik"}
AREAS = {"it": "It", "sale": "Salg"}
AALBORG, HJOERRING, LAESOE, ODENSE = "0851", "0860", "0825", "0461"
OPENABLE: set[str] = set()
"""Source ids that may be opened in a test, by anybody but a KKR viewer."""


def describe(records: list[FactRecord], actor: Any) -> dict[int, registry.Described]:
    return {
        record.place: registry.Described(f"Match {record.source_id}", url=f"/match/{record.source_id}/")
        if record.source_id in OPENABLE
        else registry.Described("Match", reason="En anden parts match.")
        for record in records
    }


def visible(actor: Any) -> QuerySet[Any, Any] | None:
    return FactRecord.objects.filter(source_id__in=sorted(OPENABLE)).order_by().values_list("source_id", flat=True)


DEFINITION = registry.MeasureDefinition(
    key=MEASURE,
    name="Match",
    unit="match",
    kind="flow",
    disclosure="open",
    about_person=True,
    dimensions={
        "category": registry.Dimension("Matchtype", labels=lambda: TYPES),
        "subcategory": registry.Dimension("Arbejdsområde", labels=lambda: AREAS),
    },
    crossings=[*combinations(("municipality", "organisation", "category", "month"), 2)],
    nullable=frozenset({"municipality", "organisation", "subject"}),
    expected=lambda period: "SELECT 1 WHERE false",
    describe=describe,
    visible=visible,
)


@dataclass
class World:
    """Short ways to post what a test is about."""

    programme: Programme
    organisations: dict[str, Organisation]
    activities: dict[str, Initiative]
    sources: int = 0
    batches: int = 0
    posted: list[str] = field(default_factory=list)

    def post(self, number: int = 1, *, learnt_on: date | None = None, history: str = "", **said: Any) -> list[str]:
        """Post `number` equal facts, in entries of at most 1,000. Returns their source ids."""
        made = []
        remaining = number
        while remaining:
            share = min(remaining, 1000)
            batch = None
            if learnt_on is not None:
                batch = ledger.History(history or "Historik", origin="test")
            with ledger.entry(history=batch):
                for _ in range(share):
                    self.sources += 1
                    made.append(str(self.sources))
                    self._post_one(made[-1], learnt_on, **said)
            remaining -= share
        self.posted += made
        return made

    def _post_one(
        self,
        source_id: str,
        learnt_on: date | None,
        *,
        on: date = date(2020, 9, 15),
        municipality: str | None = AALBORG,
        creator: str | None = "Jobcenter Aalborg",
        category: str = "ordinary_job",
        subcategory: str = "it",
        activity: str | None = None,
        quantity: int = 1,
    ) -> None:
        heading = self.activities[activity].heading_id if activity else self.programme.heading_id
        ledger.post(
            measure=MEASURE, occurred_on=on, source="test", source_id=source_id, quantity=Decimal(quantity),
            municipality=municipality, organisation=self.organisations[creator].pk if creator else None,
            heading=heading, category=category, subcategory=subcategory, learnt_on=learnt_on,
        )  # fmt: skip

    def reverse(self, *source_ids: str) -> None:
        with ledger.entry():
            for source_id in source_ids:
                ledger.reverse(measure=MEASURE, source="test", source_id=source_id)


ORGANISATIONS = {
    "Jobcenter Aalborg": OrganisationKind.JOBCENTRE,
    "Hjørring Erhvervskontor": OrganisationKind.BUSINESS_OFFICE,
    "AAU": OrganisationKind.UNIVERSITY,
    "UCN": OrganisationKind.UNIVERSITY_COLLEGE,
}


@pytest.fixture
def measure(request: pytest.FixtureRequest) -> Iterator[registry.MeasureDefinition]:
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    OPENABLE.clear()
    with registry.registered(DEFINITION):
        Measure.objects.create(key=MEASURE, **DEFINITION.as_row())
        yield DEFINITION


def build_world(targets: bool = True, slug: str = "vvv") -> World:
    """Vækst Via Viden in small: a KKR area, four creators, two activities (one below the other), the targets."""
    area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Nordjylland")
    organisations = {}
    for name, kind in ORGANISATIONS.items():
        organisations[name], _made = Organisation.objects.get_or_create(
            name=name, defaults={"kind": kind, "area": area}
        )
    owner, _made = Organisation.objects.get_or_create(
        name="KKR Nordjylland", defaults={"kind": OrganisationKind.KKR, "area": area}
    )
    known = date(2019, 11, 30)
    activities = {}
    with ledger.entry(history=ledger.History(f"Opbygning {slug}", origin="test")):
        programme = Programme.objects.create(
            name=f"Vækst Via Viden {slug}", slug=slug, kind="joint_project", heading=_heading(None, known),
            owner=owner, area=area, starts_on=date(2020, 7, 1), ends_on=date(2023, 6, 30),
            counted_from=date(2020, 9, 1),
        )  # fmt: skip
        upper = programme.heading
        for number, name in (("5.2.2", "Virksomheder og studerende"), ("5.2.2 a", "AAU: børser")):
            upper = _heading(upper, known)
            activities[number] = Initiative.objects.create(programme=programme, number=number, name=name, heading=upper)
        world = World(programme, organisations, activities)
        if targets:
            build_targets(world, learnt_on=known)
    for organisation in organisations.values():
        PartnerRole.objects.create(
            programme=programme, organisation=organisation, role="match_creator", valid_from=programme.starts_on
        )
    return world


def build_targets(world: World, learnt_on: date | None = None) -> None:
    programme, creators = world.programme, world.organisations
    common: dict[str, Any] = {"measure": MEASURE, "commitment": "indicative", "learnt_on": learnt_on}
    whole = set_target(programme, "matches", name="Match i alt", basis="whole", amount=2000, order=0, **common)
    set_target(
        programme, "municipal-part", name="Kommunernes del", basis="place_of_work", amount=1400, order=1, parent=whole,
        excluded_municipalities=[LAESOE], **common,
    )  # fmt: skip
    set_target(
        programme, "partner-part", name="De øvrige parters del", basis="creator", amount=600, order=2, parent=whole,
        organisations=[creators["AAU"].pk, creators["UCN"].pk], **common,
    )  # fmt: skip
    set_target(
        programme, "aau-fairs", name="AAU: børser", basis="activity", amount=450, order=3, parent=whole,
        headings=[world.activities["5.2.2 a"].heading_id], **common | {"commitment": "binding"},
    )  # fmt: skip


def _heading(parent: Heading | None, known: date) -> Heading:
    heading = Heading.objects.create()
    ledger.define(HeadingParent(heading=heading, parent=parent, valid_from=None), learnt_on=known)
    return heading


@pytest.fixture
def world(measure: registry.MeasureDefinition) -> World:
    return build_world()


def make_user(role: Role, organisation: Organisation | None = None, municipality: str | None = None) -> User:
    """A user with one membership: of the organisation, else of a KKR or of the municipality named."""
    area = Area.objects.get(kind=Area.Kind.KKR, name="KKR Nordjylland")
    if municipality:
        organisation, _made = Organisation.objects.get_or_create(
            name=f"{Municipality.objects.get(code=municipality).name} Kommune",
            defaults={"kind": OrganisationKind.MUNICIPALITY, "municipality_id": municipality},
        )
    elif organisation is None:
        organisation, _made = Organisation.objects.get_or_create(
            name="KKR Nordjylland", defaults={"kind": OrganisationKind.KKR, "area": area}
        )
    user = User.objects.create_user(email=f"{role}-{organisation.pk}@demo.example", name=str(role.label))
    member(user, organisation, role, date(2020, 1, 1))
    return user


def portals_officer() -> Actor:
    """The data protection officer of the organisation that runs the portal."""
    area = Area.objects.get(kind=Area.Kind.HUB, name="Erhvervshus Nordjylland")
    hub, _made = Organisation.objects.get_or_create(
        name=settings.PORTAL["operator"], defaults={"kind": OrganisationKind.HUB, "area": area}
    )
    return actor_for(make_user(Role.DATA_PROTECTION_OFFICER, hub))
