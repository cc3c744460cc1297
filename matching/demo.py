"""Fictional companies and matches for the demo area.

Everything here is constructed: names, numbers (99xxxxxx with a valid check digit), the spread over municipalities and
the seasons. The random numbers have a fixed seed, so that a loader that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from matching.history import HistoricMatch, import_matches
from matching.models import Company, Employees, Match, WorkArea
from portal import ledger
from portal.geography.models import Municipality
from portal.identity import demo as people
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind
from portal.ui.cvr import cvr_problem
from programmes import demo as programmes
from programmes.models import Initiative, Programme

ALSO = ["matching.demo_register"]
COMPANIES = 420
SEED = 20200901
REGISTRAR = "datasteward@demo.example"

# Constructed weights: roughly the size of the municipalities' business life.
MUNICIPALITIES = {
    "Aalborg": 378, "Hjørring": 106, "Frederikshavn": 96, "Thisted": 88, "Mariagerfjord": 76, "Vesthimmerlands": 65,
    "Jammerbugt": 51, "Brønderslev": 50, "Rebild": 48, "Morsø": 36, "Læsø": 6,
}  # fmt: skip
PLACES = [
    "Limfjord", "Vendsyssel", "Himmerland", "Kattegat", "Skagerrak", "Hanherred", "Nordhav", "Vildmose", "Rold", "Mors",
    "Thy", "Jammerbugt", "Hirsholm", "Løgstør", "Nibe", "Sæby", "Hobro", "Klim", "Fjerritslev", "Hals",
    "Ærø", "Østervrå",
]  # fmt: skip
TRADES = [
    "Køleteknik", "Maskinfabrik", "Software", "Arkitekter", "Logistik", "Fødevarer", "Energi", "Trælast", "Bogføring",
    "Kommunikation", "Automation", "Plast", "Elektronik", "Møbler", "Webhandel", "Ingeniører", "Turisme", "Vindservice",
    "Fiskeindustri", "Stål", "Betonelementer", "Laboratorium", "Rengøring", "Havneservice",
]  # fmt: skip
FORMS = ["A/S", "ApS", "I/S"]
STREETS = ["Havnevej", "Industrivej", "Nibevej", "Algade", "Søndergade", "Teknikervej", "Åboulevarden", "Østre Allé"]

# Per month of the year, January first: student matches follow the study year, jobs hardly do.
STUDENT_SEASON = [0.8, 2.3, 1.0, 0.7, 0.7, 0.5, 0.1, 0.7, 2.4, 1.4, 0.9, 0.4]
JOB_SEASON = [1.0, 1.0, 1.1, 0.9, 1.0, 0.9, 0.5, 1.1, 1.2, 1.1, 1.0, 0.7]
STUDENT_SHARE = 0.55
TYPES = {
    "student": {"student_project": 40, "internship": 33, "student_job": 27},
    "job": {"company_placement": 28, "wage_subsidy": 21, "ordinary_job": 40, "growth_pilot_job": 11},
}
CREATORS = {
    "student": {people.AAU: 46, people.UCN: 36, OrganisationKind.BUSINESS_OFFICE: 11, OrganisationKind.JOBCENTRE: 7},
    "job": {
        OrganisationKind.JOBCENTRE: 44, OrganisationKind.BUSINESS_OFFICE: 29, people.AKADEMIKERNE: 15, people.AAU: 7,
        people.UCN: 5,
    },
}  # fmt: skip
PER_MONTH = {programmes.VVV2: 57.5, programmes.CONTINUATION: 60.5}


def load() -> str:
    companies = _companies()
    for slug in (programmes.VVV2, programmes.CONTINUATION):
        programme = Programme.objects.get(slug=slug)
        history = ledger.History(f"Demo: {programme.name}, match", origin="Opdigtede match til demoområdet")
        # Drawn from one seed in one order: what stands is the beginning of what is wanted.
        wanted = list(_matches(programme, companies, programmes.loaded_on()))
        done = Match.objects.filter(programme=programme, registered_by_user__email=REGISTRAR).count()
        if done < len(wanted):
            import_matches(programme, wanted[done:], history)
    return f"{Company.objects.count()} companies, {Match.objects.count()} matches, all fictional"


def _companies() -> list[Company]:
    """The fictional companies in a fixed order; made once."""
    if not Company.objects.filter(fictional=True).exists():
        draw = random.Random(SEED)  # noqa: S311  # not a secret: the same demo area everywhere
        municipalities = {entry.name: entry for entry in Municipality.objects.filter(name__in=MUNICIPALITIES)}
        names = [f"{place} {trade}" for place in PLACES for trade in TRADES]
        draw.shuffle(names)
        numbers = _cvr_numbers(draw)
        intervals = [Employees.FROM_2, Employees.FROM_5, Employees.FROM_10, Employees.FROM_20, Employees.FROM_50,
                     Employees.FROM_100]  # fmt: skip
        places = draw.choices(list(MUNICIPALITIES), list(MUNICIPALITIES.values()), k=COMPANIES)
        Company.objects.bulk_create(
            Company(
                cvr=next(numbers),
                name=f"{name} {draw.choice(FORMS)}",
                municipality=municipalities[place],
                address=f"{draw.choice(STREETS)} {draw.randint(1, 90)}",
                city=place,
                employees=draw.choices(intervals, [20, 25, 25, 15, 10, 5])[0],
                fetched_on=None,
                fictional=True,
            )
            for name, place in zip(names, places, strict=False)
        )
    # Those without a number came later, and are in no draw.
    made = Company.objects.filter(fictional=True, cvr__isnull=False)
    return list(made.select_related("municipality").order_by("pk"))


def _cvr_numbers(draw: random.Random) -> Iterator[str]:
    """Numbers 99xxxxxx whose check digit holds, each once."""
    seen: set[str] = set()
    while True:
        number = f"99{draw.randint(0, 999_999):06}"
        if number not in seen and cvr_problem(number) is None:
            seen.add(number)
            yield number


def _matches(programme: Programme, companies: list[Company], until: date) -> Iterator[HistoricMatch]:
    """The programme's matches in the order in which they became known, none later than `until`."""
    draw = random.Random(f"{SEED} {programme.slug}")  # noqa: S311
    by_kind: dict[tuple[str, str | None], Organisation] = {
        (entry.kind, entry.municipality_id): entry for entry in Organisation.objects.all()
    }
    by_name = {entry.name: entry for entry in Organisation.objects.all()}
    activities = {entry.number: entry for entry in Initiative.objects.filter(programme=programme)}
    areas = [entry.code for entry in WorkArea.objects.order_by("order")[:8]]
    registrar = User.objects.get(email=REGISTRAR)
    drawn = []
    for number in range(programmes.MONTHS):
        month = programmes.months_later(programme.counted_from, number)
        if month > until:
            break
        days = (programmes.months_later(month, 1) - month).days
        for kind, share, season in (("student", STUDENT_SHARE, STUDENT_SEASON), ("job", 1 - STUDENT_SHARE, JOB_SEASON)):
            # The first half year was slow, as a new programme's is; the demo area's winter of 2021 was locked down.
            pace = 0.8 if number < 5 or date(2021, 1, 1) <= month <= date(2021, 3, 1) else 1.05
            expected = PER_MONTH[programme.slug] * share * season[month.month - 1] * pace
            for _each in range(int(expected) + (draw.random() < expected % 1)):
                agreed_on = month + timedelta(days=draw.randrange(days))
                learnt_on = agreed_on + timedelta(days=_delay(draw))
                if learnt_on <= until:
                    drawn.append((learnt_on, agreed_on, kind))
    for learnt_on, agreed_on, kind in sorted(drawn):
        company = draw.choice(companies)
        assert company.municipality_id is not None  # as _companies made them
        chosen = draw.choices(list(CREATORS[kind]), list(CREATORS[kind].values()))[0]
        creator = by_name[chosen] if chosen in by_name else by_kind[chosen, company.municipality_id]
        match_type = draw.choices(list(TYPES[kind]), list(TYPES[kind].values()))[0]
        yield HistoricMatch(
            company=company,
            match_type=match_type,
            municipality=company.municipality_id,
            agreed_on=agreed_on,
            learnt_on=learnt_on,
            created_by=creator,
            registered_by=creator,
            registered_by_user=registrar,
            assisted_by=(by_name[people.HUB],) if draw.random() < 0.25 else (),
            activity=activities.get(_activity(draw, match_type, creator)),
            work_area=draw.choices(areas, [22, 20, 18, 12, 8, 9, 7, 4])[0],
            fictional=True,
        )


def _delay(draw: random.Random) -> int:
    """Days from the agreement to the registration: mostly the same week, some late, a few very late."""
    return draw.choices([draw.randint(0, 9), draw.randint(10, 40), draw.randint(60, 150)], [80, 15, 5])[0]


def _activity(draw: random.Random, match_type: str, creator: Organisation) -> str:
    """The number of the activity the match came from; "" for none."""
    if match_type == "growth_pilot_job":
        return "5.1.3"
    if creator.name == people.AAU:
        return draw.choices(["5.2.2 a", "5.2.1", ""], [80, 12, 8])[0]
    if creator.name == people.UCN:
        return draw.choices(["5.2.2 b", "5.2.2 c", "5.2.2 d", ""], [58, 9, 24, 9])[0]
    if creator.name == people.AKADEMIKERNE:
        return draw.choices(["5.2.3 a", "5.2.1", ""], [60, 30, 10])[0]
    return draw.choices(["5.1.1", "5.1.2", "5.2.1", "5.2.3", ""], [20, 40, 15, 10, 15])[0]
