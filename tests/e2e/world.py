"""What the browser meets: the demo area's people and programmes, and matches by hand, so that every figure is a sum.

Loaded once for all of tests/e2e. The journeys write only in the running programme, each with a company of its own;
Vækst Via Viden 2.0, which is over, stays as it is here, so its figures are exact.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from matching.history import HistoricMatch, import_matches
from matching.models import Company
from portal import ledger
from portal.identity import demo as people
from portal.identity.models import Organisation, User
from portal.jobs.sweep import run_sweep
from programmes import demo as programmes
from programmes.models import Programme
from reporting import demo as targets
from tests.access.world import World, build_world

AALBORG, HJOERRING, LAESOE = "0851", "0860", "0825"
JOBCENTRE, OFFICE, LAESOE_OFFICE = "Jobcenter Aalborg", "BusinessAalborg", "Erhvervskontoret Læsø"


class Lot(NamedTuple):
    """`number` equal matches in Vækst Via Viden 2.0; known the same day, or on `learnt_on`."""

    number: int
    creator: str
    municipality: str
    match_type: str
    agreed_on: date
    learnt_on: date | None = None


LOTS = [
    Lot(12, people.AAU, AALBORG, "student_project", date(2020, 10, 5)),
    Lot(8, people.UCN, HJOERRING, "internship", date(2020, 11, 12)),
    Lot(7, JOBCENTRE, AALBORG, "ordinary_job", date(2021, 1, 20)),
    Lot(3, OFFICE, AALBORG, "company_placement", date(2021, 1, 25), learnt_on=date(2021, 3, 8)),
    Lot(2, LAESOE_OFFICE, LAESOE, "ordinary_job", date(2021, 2, 10)),
]
IN_ALL = sum(lot.number for lot in LOTS)
"""32 = 12 + 8 + 7 + 3 + 2."""
# With valid check digits, worked out by hand: 2*9+7*9+6*0+5*0+4*0+3*0+2*a+1*b must be a multiple of 11.
# 81 + 2a + b: a=3, b=1 gives 88; a=2, b=3; a=1, b=5; a=0, b=7 too. One more or less at the end breaks it.
COMPANIES = {
    "Limfjord Køleteknik A/S": "99000031",
    "Vendsyssel Plast ApS": "99000023",
    "Himmerland Bogføring I/S": "99000015",
    "Skagerrak Energi A/S": "99000007",
    "Hanherred Møbler ApS": None,
    "Vildmose Software A/S": None,
    "Kattegat Havneservice ApS": None,
    "Nordhav Stål A/S": None,
    "Thy Laboratorium ApS": None,
}
WRONG_NUMBER = "99000032"


@dataclass(frozen=True)
class Area:
    """The access tests' people (one of each role, at home and abroad) with VVV 2.0, targets and companies added."""

    access: World
    past: Programme

    @property
    def running(self) -> Programme:
        return self.access.programme


def build() -> Area:
    access = build_world()
    targets.load()
    companies = [
        Company.objects.create(name=name, cvr=number, municipality_id=AALBORG, fictional=True)
        for name, number in COMPANIES.items()
    ]
    past = Programme.objects.get(slug=programmes.VVV2)
    registrar = User.objects.get(email="datasteward@demo.example")
    by_name = {organisation.name: organisation for organisation in Organisation.objects.all()}

    def match(number: int, lot: Lot) -> HistoricMatch:
        creator = by_name[lot.creator]
        return HistoricMatch(
            company=companies[number % 4],
            match_type=lot.match_type,
            municipality=lot.municipality,
            agreed_on=lot.agreed_on,
            learnt_on=lot.learnt_on or lot.agreed_on,
            created_by=creator,
            registered_by=creator,
            registered_by_user=registrar,
            work_area="other",
            fictional=True,
        )

    rows = [match(number, lot) for lot in LOTS for number in range(lot.number)]
    rows.sort(key=lambda row: row.learnt_on)
    import_matches(past, rows, ledger.History("Opdigtet historik", origin="test"))
    running = access.programme
    recent = [
        match(number, Lot(1, people.AAU, AALBORG, "student_project", running.counted_from + timedelta(days=number)))
        for number in range(20)
    ]
    assert recent[-1].agreed_on < timezone.localdate()
    import_matches(running, recent, ledger.History("Opdigtet begyndelse", origin="test"))
    run_sweep()
    return Area(access, past)
