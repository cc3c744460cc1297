"""Services and referrals in the demo area: the four central recruiting services that the project description of Vækst
Via Viden 2.0 names (its sections 5.2.1.1, 5.2.1.2 and 5.2.1.4) and the erhvervshus. The people are fictional, and so
are all referrals."""

from datetime import date, timedelta

from django.utils import timezone

from matching.answering import add_note, answer, answer_company, take_on
from matching.models import Company, ContactPerson, ExternalParty, Referral, Service
from matching.referrals import NewReferral, send
from matching.services import Contact, ServiceSaid, make_service
from portal.identity import demo as people
from portal.identity.actor import Actor, actor_for
from portal.identity.demo_password import DEMO_PASSWORD
from portal.identity.models import Membership, Organisation, User
from portal.identity.roles import Role
from programmes import demo as programmes
from programmes.models import Programme

UCN_USER = ("ucn@demo.example", "Ulla UCN")
"""UCN had nobody to sign in so far, and a referral to it needs somebody to answer."""
JOB_TYPES = ["company_placement", "wage_subsidy", "ordinary_job", "growth_pilot_job"]
STUDENT_TYPES = ["student_project", "internship", "student_job"]

# Whose account, which organisation, title, what it offers, for whom, themes, match types, contact.
SERVICES = [
    (
        "jobcenter@demo.example", "Jobcenter Aalborg", "Central matchningsenhed",
        "Udsøger, interviewer og præsenterer ledige højtuddannede ud fra en jobprofil, direkte eller via den lokale "
        "kontakt, og giver sparring.",
        "Erhvervskontorer, jobcentre og virksomheder i hele området", ["recruiting"], JOB_TYPES,
        Contact("Mette Matchning", "Matchkonsulent", "99 00 10 01", "matchning@demo.example"),
    ),
    (
        "akasse@demo.example", people.AKADEMIKERNE, "Rekrutteringsservice",
        "Finder kandidater lokalt, regionalt og nationalt ud fra en jobprofil, interviewer og præsenterer dem.",
        "Virksomheder, der søger en akademiker", ["recruiting"], JOB_TYPES,
        Contact("Rune Rekruttering", "Rekrutteringskonsulent", "99 00 10 02", "rekruttering@demo.example"),
    ),
    (
        "partner@demo.example", people.AAU, "Én indgang til AAU",
        "Fast kontaktperson, der drøfter mulighederne for projekt, praktik og studiejob og finder uddannelsen.",
        "Virksomheder uden egen kontakt til AAU", ["students"], STUDENT_TYPES,
        Contact("Stine Studiekontakt", "Fast kontaktperson", "99 00 10 03", "kontakt.aau@demo.example"),
    ),
    (
        UCN_USER[0], people.UCN, "Én indgang til UCN",
        "Fast kontaktperson, der drøfter mulighederne for projekt, praktik og studiejob og finder uddannelsen.",
        "Virksomheder uden egen kontakt til UCN", ["students"], STUDENT_TYPES,
        Contact("Uffe Uddannelse", "Fast kontaktperson", "99 00 10 04", "kontakt.ucn@demo.example"),
    ),
    (
        "raadgiver@demo.example", people.HUB, "Specialiseret vejledning",
        "Uvildig sparring om vækst, eksport, innovation og finansiering og henvisning til den, der kan hjælpe videre.",
        "Virksomheder med vækstambitioner", ["guidance", "export", "innovation", "financing"], [],
        Contact("Finn Forretningsudvikler", "Forretningsudvikler", "99 00 10 05", "vejledning@demo.example"),
    ),
]  # fmt: skip

# Days ago, from whose account, to what, theme, what is asked, what became of it.
REFERRALS = [
    (4, "erhvervskontor@demo.example", "Én indgang til AAU", "students",
     "Virksomheden vil gerne have et studieprojekt om sin produktion.", "taken_on"),
    (12, "jobcenter@demo.example", "Én indgang til AAU", "students",
     "Søger en studerende til et semesterprojekt om data fra deres anlæg.", "sent"),
    (30, "erhvervskontor@demo.example", "Rekrutteringsservice", "recruiting",
     "Skal bruge en projektleder med erfaring fra byggeri.", "sent"),
    (26, "raadgiver@demo.example", "Én indgang til UCN", "students",
     "Vil gerne i dialog om praktik på tekniske uddannelser.", "sent"),
    (45, "erhvervskontor@demo.example", "Central matchningsenhed", "recruiting",
     "Jobprofil vedlagt i mødet: økonomimedarbejder, gerne i løntilskud først.", "closed"),
    (50, "raadgiver@demo.example", "Rekrutteringsservice", "recruiting",
     "Søger en kemiker til udvikling.", "answered"),
    (20, "raadgiver@demo.example", "Eksportrådet", "export", "Klar til det tyske marked, mangler en plan.", "answered"),
    (35, "raadgiver@demo.example", "Privat rådgiver", "financing",
     "Har brug for en revisor med erfaring fra ejerskifte.", "closed"),
]  # fmt: skip


def load() -> str:
    """Make what is missing; returns a line for the log."""
    programme = Programme.objects.get(slug=programmes.CONTINUATION)
    _ucn()
    for email, organisation, title, offers, for_whom, kinds, match_types, contact in SERVICES:
        own = Organisation.objects.get(name=organisation)
        if not Service.objects.filter(organisation=own, title=title).exists():
            said = ServiceSaid(
                title=title, offers=offers, for_whom=for_whom, kinds=kinds, match_types=match_types,
                valid_from=programme.starts_on, contacts=[contact],
            )  # fmt: skip
            make_service(_actor(email), own, programme, said)
    if not Referral.objects.exists():
        _refer(programme, timezone.localdate())
    return f"{Service.objects.count()} services, {Referral.objects.count()} referrals, all fictional"


def _ucn() -> None:
    email, name = UCN_USER
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name, DEMO_PASSWORD)
    own = Organisation.objects.get(name=people.UCN)
    Membership.objects.get_or_create(user=user, organisation=own, role=Role.EDUCATION_PARTNER, valid_from=people.SINCE)


def _actor(email: str) -> Actor:
    return actor_for(User.objects.get(email=email))


def _refer(programme: Programme, today: date) -> None:
    companies = list(
        Company.objects.standing().filter(fictional=True, cvr__isnull=False).order_by("pk")[: len(REFERRALS)]
    )
    for company, (days, email, to, kind, asked, became) in zip(companies, REFERRALS, strict=False):
        asked_on = max(today - timedelta(days=days), programme.starts_on)
        person, _made = ContactPerson.objects.get_or_create(
            company=company, name=f"Kontakt hos {company.name.split()[0]}", defaults={"phone": "99 00 20 00"}
        )
        service = Service.objects.filter(title=to).select_related("organisation").first()
        party = ExternalParty.objects.filter(name=to).first()
        row = send(
            _actor(email),
            NewReferral(
                programme=programme, company=company, contact_person=person, kind=kind, asked=asked, asked_on=asked_on,
                service=service, to_external=None if service else party,
            ),
        )  # fmt: skip
        _go_on(row, became, _actor(_answering(row, email)), min(asked_on + timedelta(days=8), today))
    itself = NewReferral(
        programme=programme, company=companies[0], kind="students",
        asked="Ringede selv og spurgte efter en praktikant.", from_company=True,
        asked_on=max(today - timedelta(days=6), programme.starts_on),
    )  # fmt: skip
    add_note(_actor("partner@demo.example"), send(_actor("partner@demo.example"), itself), "Spørg instituttet først.")


def _answering(row: Referral, sender: str) -> str:
    """Whose account answers it."""
    if row.to_organisation is None:
        return sender
    return next(email for email, name, *_rest in SERVICES if name == row.to_organisation.name)


def _go_on(row: Referral, became: str, actor: Actor, day: date) -> None:
    if became == "taken_on":
        take_on(actor, row)
    elif became in ("answered", "closed"):
        row = answer(
            actor, row, "candidates" if row.kind == "recruiting" else "meeting", "Vi har talt sammen.", day=day
        )
    if became == "closed":
        answer_company(actor, row, day)
