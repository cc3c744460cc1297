"""The demo area's organisations and users: North Jutland. The persons are fictional; so are the names of most
business offices (the programme description names only the kinds of partner)."""

from datetime import date, timedelta

from django.utils import timezone

from portal.geography.areas import municipalities_in
from portal.geography.models import Area
from portal.identity.demo_password import DEMO_PASSWORD, DEMO_SECRET
from portal.identity.models import Membership, Organisation, SecondFactor, User
from portal.identity.roles import AUDITOR_DAYS, Role
from portal.identity.roles import OrganisationKind as Kind
from portal.identity.signin.encryption import encrypt

ALSO = ("portal.identity.demo_tokens",)

SINCE = date(2019, 1, 1)
"""The erhvervshuse and the roles of KKR began then; so do the demo area's memberships."""

KKR = "KKR Nordjylland"
HUB = "Erhvervshus Nordjylland"
AAU = "Aalborg Universitet (AAU)"
UCN = "Professionshøjskolen UCN"
AKADEMIKERNE = "Akademikernes A-kasse"
MAGISTRENE = "Magistrenes A-kasse"
BRN = "Business Region North Denmark (BRN)"
KKR_MIDTJYLLAND = "KKR Midtjylland"
GROWTH_FORUM = "Vækstforum, Region Midtjylland"
AARHUS = "Aarhus Kommune"
NATIONAL_BOARD = "Danmarks Erhvervsfremmebestyrelse"

USERS: list[tuple[str, str, Role, str]] = [
    ("flere@demo.example", "Frida Flerehatte", Role.KKR_VIEWER, KKR),
    ("flere@demo.example", "Frida Flerehatte", Role.MUNICIPAL_OFFICER, "Hjørring Kommune"),
    ("kkradmin@demo.example", "Karen KKR-Administrator", Role.ADMINISTRATOR, KKR),
    ("kommuneadmin@demo.example", "Kim Kommuneadministrator", Role.ADMINISTRATOR, "Aalborg Kommune"),
    ("raadgiver@demo.example", "Rikke Rådgiver", Role.HUB_ADVISER, HUB),
    ("kkr@demo.example", "Karl Kommunalpolitiker", Role.KKR_VIEWER, KKR),
    ("kommune@demo.example", "Kirsten Kommune", Role.MUNICIPAL_OFFICER, "Aalborg Kommune"),
    ("partner@demo.example", "Peter Partner", Role.EDUCATION_PARTNER, AAU),
    ("admin@demo.example", "Anne Administrator", Role.ADMINISTRATOR, HUB),
    ("erhvervskontor@demo.example", "Erik Erhvervskontor", Role.ADVISER, "BusinessAalborg"),
    ("jobcenter@demo.example", "Jette Jobcenter", Role.ADVISER, "Jobcenter Aalborg"),
    ("akasse@demo.example", "Asger A-kasse", Role.UNEMPLOYMENT_FUND_PARTNER, AKADEMIKERNE),
    ("controller@demo.example", "Connie Controller", Role.HUB_CONTROLLER, HUB),
    ("sekretariat@demo.example", "Susanne Sekretariat", Role.KKR_SECRETARIAT, KKR),
    ("budget@demo.example", "Bo Budget", Role.BUDGET_OFFICER, "Aalborg Kommune"),
    ("leder@demo.example", "Lone Leder", Role.PROGRAMME_LEAD, KKR),
    ("datasteward@demo.example", "Dorte Datasteward", Role.DATA_STEWARD, KKR),
    ("revisor@demo.example", "Rasmus Revisor", Role.AUDITOR, KKR),
    ("dpo@demo.example", "Ditte Databeskytter", Role.DATA_PROTECTION_OFFICER, HUB),
]

WITH_APP = ("admin@demo.example", "dpo@demo.example")
"""Who is asked for a code too; the page that asks shows it."""

NEIGHBOUR = ("midtjylland@demo.example", "Mikkel Midtjylland", Role.KKR_VIEWER, KKR_MIDTJYLLAND)
"""Of another area: sees its programmes only."""
AARHUS_OFFICER = ("aarhus@demo.example", "Aase Aarhus", Role.MUNICIPAL_OFFICER, AARHUS)
"""Of that area too: writes the plan of the own municipality."""

ALSO = ("portal.identity.demo_members",)


def load() -> str:
    """Make what is missing; returns a line for the log."""
    area = Area.objects.get(kind=Area.Kind.KKR, name=KKR)
    hub_area = Area.objects.get(kind=Area.Kind.HUB, name=HUB)
    _organisation(KKR, Kind.KKR, area=area)
    _organisation(HUB, Kind.HUB, area=hub_area, short_name="Erhvervshuset")
    for name, short, kind in (
        (AAU, "AAU", Kind.UNIVERSITY),
        (UCN, "UCN", Kind.UNIVERSITY_COLLEGE),
        (AKADEMIKERNE, "Akademikerne", Kind.UNEMPLOYMENT_FUND),
        (MAGISTRENE, "Magistrene", Kind.UNEMPLOYMENT_FUND),
        (BRN, "BRN", Kind.ASSOCIATION),
        ("Arbejdsmarkedskontor Midt-Nord", "", Kind.STATE_AGENCY),
        ("Akademikernes Centralorganisation (AC)", "AC", Kind.ASSOCIATION),
        ("Dansk Industri (DI)", "DI", Kind.ASSOCIATION),
        ("Dansk Erhverv (DE)", "DE", Kind.ASSOCIATION),
    ):
        _organisation(name, kind, short_name=short)
    for municipality in municipalities_in(area, SINCE):
        whole = _organisation(municipality.official_name, Kind.MUNICIPALITY, municipality_id=municipality.code)
        office = "BusinessAalborg" if municipality.name == "Aalborg" else f"Erhvervskontoret {municipality.name}"
        _organisation(office, Kind.BUSINESS_OFFICE, municipality_id=municipality.code, parent=whole)
        _organisation(f"Jobcenter {municipality.name}", Kind.JOBCENTRE, municipality_id=municipality.code, parent=whole)
    organisations = {entry.name: entry for entry in Organisation.objects.all()}
    for email, name, role, organisation in USERS:
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, name, DEMO_PASSWORD)
        _member(user, organisations[organisation], role)
        if email in WITH_APP:
            # Put back: whoever tried to replace the app shut out everybody else.
            app = {"secret": encrypt(DEMO_SECRET), "last_step": 0, "made_at": timezone.now()}
            SecondFactor.objects.update_or_create(user=user, defaults=app)
    return f"{len(organisations)} organisations, {len({email for email, *_rest in USERS})} users"


def load_midtjylland() -> None:
    """The neighbouring area: the growth forum of its region, which ended with 2018, its KKR, and one reader."""
    region = Area.objects.get(kind=Area.Kind.REGION, name="Region Midtjylland")
    _organisation(GROWTH_FORUM, Kind.REGION, area=region, valid_to=date(2018, 12, 31))
    _organisation(KKR_MIDTJYLLAND, Kind.KKR, area=Area.objects.get(kind=Area.Kind.KKR, name=KKR_MIDTJYLLAND))
    email, name, role, organisation = NEIGHBOUR
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name, DEMO_PASSWORD)
    _member(user, Organisation.objects.get(name=organisation), role)


def load_aarhus() -> None:
    """A municipality of the neighbouring area, and the officer who writes its plan."""
    load_midtjylland()
    _organisation(AARHUS, Kind.MUNICIPALITY, municipality_id="0751")
    email, name, role, organisation = AARHUS_OFFICER
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name, DEMO_PASSWORD)
    _member(user, Organisation.objects.get(name=organisation), role)


def load_national() -> None:
    """Whose plans are the whole country's: it has no place of its own."""
    _organisation(NATIONAL_BOARD, Kind.STATE_AGENCY, short_name="DEB")


def _member(user: User, organisation: Organisation, role: Role) -> None:
    """Since the beginning; an auditor from today and for half a year, unless one holds."""
    today = timezone.localdate()
    if role != Role.AUDITOR:
        Membership.objects.get_or_create(user=user, organisation=organisation, role=role, valid_from=SINCE)
    elif not Membership.objects.on(today).filter(user=user, organisation=organisation, role=role).exists():
        end = today + timedelta(days=AUDITOR_DAYS // 2)
        Membership.objects.create(user=user, organisation=organisation, role=role, valid_from=today, valid_to=end)


def _organisation(name: str, kind: Kind, **fields: object) -> Organisation:
    return Organisation.objects.get_or_create(name=name, defaults={"kind": kind, **fields})[0]
