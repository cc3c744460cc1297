"""Fictional companies and matches for the demo area.

Everything here is constructed: names, numbers (99xxxxxx with a valid check digit), the spread over municipalities and
the seasons. The random numbers have a fixed seed, so that a loader that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from matching.counting_rules import set_rule
from matching.entries import More
from matching.history import HistoricMatch, import_matches
from matching.models import Chain, Company, CountingRule, Employees, Group, Match, WorkArea
from portal import ledger
from portal.geography.models import Municipality
from portal.identity import demo as people
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind
from portal.ui.cvr import cvr_problem
from programmes import demo as programmes
from programmes.models import Initiative, Programme

COMPANIES = 420
SEED = 20200901
ALSO = (
    "matching.demo_register",
    "matching.demo_quality",
    "matching.demo_day",
    "matching.demo_people",
    "matching.demo_contacts",
    "matching.demo_referrals",
    "matching.demo_guidance",
    "matching.demo_privacy",
)
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
    _rule()
    for slug in (programmes.VVV2, programmes.CONTINUATION):
        programme = Programme.objects.get(slug=slug)
        history = ledger.History(f"Demo: {programme.name}, match", origin="Opdigtede match til demoområdet")
        # Drawn from one seed in one order: what stands is the beginning of what is wanted.
        wanted = list(_matches(programme, companies, programmes.loaded_on()))
        done = Match.objects.filter(programme=programme, registered_by_user__email=REGISTRAR).count()
        if done < len(wanted):
            import_matches(programme, wanted[done:], history)
        _chains(programme)
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
    # Numbers of its own, so that the matches themselves are the ones that they always were.
    further = random.Random(f"{SEED} {programme.slug} more")  # noqa: S311
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
        behalf = further.random() < 0.04
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
            on_behalf_of=creator if behalf else None,
            more=_more(further, match_type, agreed_on, creator, learnt_on if behalf else None),
            activity=activities.get(_activity(draw, match_type, creator)),
            work_area=draw.choices(areas, [22, 20, 18, 12, 8, 9, 7, 4])[0],
            fictional=True,
        )


CHAIN_WITHIN = 120
"""Days: a later match with the same company is another matter."""
LEVELS = {"kvu": 15, "mvu": 40, "lvu": 45}
SYSTEM = "UCN's praktiksystem"
"""Constructed, as its keys are."""


def _rule() -> None:
    """The source leaves the method of registering to be developed: chains and groups are undecided."""
    programme = Programme.objects.get(slug=programmes.VVV2)
    if not CountingRule.objects.filter(programme=programme).exists():
        set_rule(
            None, programme, valid_from=programme.counted_from, chain=Chain.UNDECIDED, group=Group.UNDECIDED,
            note="Projektbeskrivelsen (november 2019): metoden til registrering skal udvikles med partnerne",
        )  # fmt: skip


def _more(draw: random.Random, match_type: str, agreed_on: date, creator: Organisation, told: date | None) -> More:
    """What else is said of a match; of one in five nothing but that it was agreed."""
    student = match_type in TYPES["student"]
    starts_on = agreed_on + timedelta(days=draw.randint(3, 45))
    lasts = {"company_placement": 28, "growth_pilot_job": 122, "ordinary_job": 0}.get(match_type, draw.randint(60, 150))
    ends_on = starts_on + timedelta(days=lasts) if lasts else None
    said: dict[str, object] = {"starts_on": starts_on, "ends_on": ends_on} if draw.random() < 0.8 else {}
    broken = starts_on + timedelta(days=draw.randint(1, 25))
    if draw.random() < 0.03 and said and broken < agreed_on + timedelta(days=60) and broken <= programmes.loaded_on():
        reasons = ["study_calendar", "mobility", "competences", "unknown", "profile", "other"]
        said |= {"broken_off_on": broken, "broken_off_reason": draw.choice(reasons)}
    if match_type == "student_project" and draw.random() < 0.35:
        said["students"] = draw.randint(2, 5)
    if draw.random() < 0.6:
        said["education_level"] = draw.choices(list(LEVELS), list(LEVELS.values()))[0]
    if match_type == "growth_pilot_job":
        said["scheme"] = "growth_pilot"
    elif not student and draw.random() < 0.3:
        said["scheme"] = draw.choice(["none", "none", "rural_pilot", "innobooster"])
    number = draw.randint(10_000_000, 99_999_999)
    if creator.name == people.UCN and draw.random() < 0.4:
        said |= {"source_system": SYSTEM, "external_key": f"P-{number}"}
    if told is not None:
        said |= {"attested_by": "Kontaktperson hos partneren (opdigtet)", "attested_on": told}
    return More(**said)  # type: ignore[arg-type]


def _chains(programme: Programme) -> None:
    """Some matches grew out of an earlier one with the same company: a placement became a pilot, a project a job."""
    mine = Match.objects.filter(programme=programme, fictional=True).order_by("agreed_on", "pk")
    if mine.filter(follows__isnull=False).exists():
        return
    earlier: dict[int, Match] = {}
    for match in mine.filter(withdrawn_at=None):
        first = earlier.get(match.company_id)
        grown = match.match_type_id in ("ordinary_job", "growth_pilot_job", "student_job")
        if grown and first is not None and (match.agreed_on - first.agreed_on).days <= CHAIN_WITHIN:
            Match.objects.filter(pk=match.pk).update(follows=first)
            del earlier[match.company_id]
        elif match.match_type_id in ("company_placement", "student_project", "growth_pilot_job"):
            earlier[match.company_id] = match


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
