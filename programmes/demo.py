"""Vækst Via Viden 2.0 and a fictional continuation that is running today.

Source of names, dates and partners: the project description "Vækst Via Viden 2.0" (KKR Nordjylland, November 2019).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from portal import ledger
from portal.geography.models import Area
from portal.identity import demo as people
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind
from portal.ledger.models import Installation
from programmes.headings import new_heading
from programmes.models import Initiative, PartnerRole, Programme

ALSO = (
    "programmes.demo_strategies",
    "programmes.demo_aarhus",
    "programmes.demo_national",
    "programmes.demo_money",
    "programmes.demo_budget",
    "programmes.demo_sources",
    "programmes.demo_planning",
    "programmes.demo_calendar",
    "programmes.demo_shared",
    "programmes.demo_bodies",
)
"""Loaded with the demo area, not in tests."""

VVV2 = "vaekst-via-viden-2"
CONTINUATION = "vaekst-via-viden-fortsaettelse"
MONTHS = 34
"""Counted months of VVV 2.0 (2020-09-01 to 2023-06-30), and of the continuation."""

DESCRIBED_ON = date(2019, 11, 30)
"""The project description is of November 2019: then the programme's structure became known."""

_Lead = Initiative.LeadStatus
ACTIVITIES: list[tuple[str, str, str, Initiative.LeadStatus]] = [
    ("5.1.1", "Afdækning af behovet for højtuddannet arbejdskraft", "Alle med virksomhedskontakt", _Lead.SHARED),
    ("5.1.2", "Tilførsel og match", "Den part, der fandt behovet", _Lead.SHARED),
    ("5.1.3", "Nordjysk Vækstpilotordning", "Erhvervshus Nordjylland", _Lead.FIXED),
    ("5.2.1", "Centrale rekrutteringsservices", "Jobcenter Aalborg; Akademikernes A-kasse; AAU; UCN", _Lead.SHARED),
    ("5.2.2", "Virksomheder og studerende møder hinanden", "AAU; UCN", _Lead.SHARED),
    ("5.2.3", "Virksomheder samt dimittender og ledige højtuddannede møder hinanden",
     "Lokale jobcentre; Jobcenter Aalborg; Akademikernes A-kasse; Magistrenes A-kasse", _Lead.SHARED),
    ("5.2.4", "Højtuddannede motiveres til jobsøgning",
     "Jobcenter Aalborg; Akademikernes A-kasse", _Lead.SHARED),
    ("5.2.5", "Vidensdeling", "", _Lead.UNDECIDED),
    ("5.2.6", "Markedsføringsplatform til casedeling", "Erhvervshus Nordjylland", _Lead.EXPECTED),
    ("5.2.7", "Oversættelse af kompetencer og kompetencebehov", "", _Lead.UNDECIDED),
    ("5.3.1", "Systematiseret opfølgning på virksomhedskontakter", "", _Lead.UNDECIDED),
    ("5.3.2", "Temadage om vækst og højtuddannet arbejdskraft",
     "Jobcenter Aalborg; Erhvervshus Nordjylland; Arbejdsmarkedskontor Midt-Nord", _Lead.EXPECTED),
]  # fmt: skip


@dataclass(frozen=True)
class SubActivity:
    """A named part of an activity that has a match target of its own in the source."""

    parent: str
    number: str
    name: str
    lead: str


SUB_ACTIVITIES = [
    SubActivity("5.2.2", "5.2.2 a", "AAU: børser, hvor virksomheder møder studerende", "AAU"),
    SubActivity("5.2.2", "5.2.2 b", "UCN: børser", "UCN"),
    SubActivity("5.2.2", "5.2.2 c", "UCN: lokale samarbejdsarrangementer", "UCN"),
    SubActivity("5.2.2", "5.2.2 d", "UCN: Meet & Greet og morgen- og fyraftensmøder", "UCN"),
    SubActivity("5.2.3", "5.2.3 a", "Akademikernes A-kasse: Talent Attraction", "Akademikernes A-kasse"),
]


def months_later(day: date, months: int) -> date:
    """The first of the month that many months after the month of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def loaded_on() -> date:
    """The day the demo area was made: what is relative to "today" stays put when the loader runs again."""
    from django.utils import timezone

    return timezone.localdate(Installation.objects.get().marked_at)


@dataclass(frozen=True)
class Frame:
    """What tells one of the two programmes from the other."""

    slug: str
    name: str
    short_name: str
    starts_on: date
    ends_on: date
    counted_from: date
    known_on: date
    description: str
    fictional: bool


def load() -> str:
    running_from = months_later(loaded_on(), -MONTHS // 2)
    for frame in (
        Frame(
            VVV2, "Vækst Via Viden 2.0", "VVV 2.0", date(2020, 7, 1), date(2023, 6, 30), date(2020, 9, 1), DESCRIBED_ON,
            "Nordjyske virksomheder får adgang til højtuddannede.", fictional=False,
        ),
        Frame(
            CONTINUATION, "Vækst Via Viden (fiktiv fortsættelse)", "Vækst Via Viden",
            running_from, months_later(running_from, MONTHS) - timedelta(days=1), running_from, running_from,
            "Opdigtet fortsættelse med samme parter, aktiviteter og måltal, så der er et igangværende projekt.",
            fictional=True,
        ),
    ):  # fmt: skip
        if not Programme.objects.filter(slug=frame.slug).exists():
            _programme(frame)
    return ", ".join(str(programme) for programme in Programme.objects.order_by("starts_on"))


def _programme(frame: Frame) -> None:
    origin = "Projektbeskrivelsen, november 2019"
    with ledger.entry(history=ledger.History(f"Demo: {frame.name}, opbygning", origin=origin)):
        programme = Programme.objects.create(
            slug=frame.slug,
            name=frame.name,
            short_name=frame.short_name,
            kind=Programme.Kind.JOINT_PROJECT,
            heading=new_heading(None, frame.known_on),
            owner=Organisation.objects.get(name=people.KKR),
            area=Area.objects.get(kind=Area.Kind.KKR, name=people.KKR),
            starts_on=frame.starts_on,
            ends_on=frame.ends_on,
            counted_from=frame.counted_from,
            fictional=frame.fictional,
            source="Projektbeskrivelsen Vækst Via Viden 2.0, KKR Nordjylland, november 2019",
            description=frame.description,
        )
        activities = {
            number: Initiative.objects.create(
                programme=programme, number=number, name=title, lead=lead, lead_status=status,
                heading=new_heading(programme.heading, frame.known_on),
            )
            for number, title, lead, status in ACTIVITIES
        }  # fmt: skip
        for sub in SUB_ACTIVITIES:
            Initiative.objects.create(
                programme=programme, number=sub.number, name=sub.name, lead=sub.lead,
                lead_status=Initiative.LeadStatus.FIXED, parent=activities[sub.parent],
                heading=new_heading(activities[sub.parent].heading, frame.known_on),
            )  # fmt: skip
        _partners(programme)


def _partners(programme: Programme) -> None:
    roles = PartnerRole.Role
    creators = Organisation.objects.filter(
        kind__in=[OrganisationKind.BUSINESS_OFFICE, OrganisationKind.JOBCENTRE]
    ) | Organisation.objects.filter(name__in=[people.UCN, people.AAU, people.AKADEMIKERNE])
    PartnerRole.objects.bulk_create(
        PartnerRole(programme=programme, organisation=organisation, role=role, valid_from=programme.starts_on)
        for role, organisations in (
            (roles.MATCH_CREATOR, creators),
            (roles.ASSISTANT, Organisation.objects.filter(name__in=[people.HUB, people.MAGISTRENE])),
            (roles.LEAD, Organisation.objects.filter(name=people.HUB)),
            (roles.STEWARD, Organisation.objects.filter(name=people.KKR)),
            (roles.POLITICAL, Organisation.objects.filter(name__in=[people.KKR, people.BRN])),
        )
        for organisation in organisations
    )
