"""People, contacts and needs at some of the demo area's companies. All of it is made up.

Of several partners: texts that are shared and that are not, next steps to come and late, a need that has waited, one
that was met and one that came to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from matching.contact_people import add_person
from matching.contacts import register_contact
from matching.models import Company, CompanyContact, ContactPerson, Match, Need, NeedMatch
from matching.needs import close_need, register_need, take_step
from portal.identity.actor import Actor, actor_for
from portal.identity.models import User
from programmes import demo as programmes

HUB, OFFICE, JOBCENTRE = "raadgiver@demo.example", "erhvervskontor@demo.example", "jobcenter@demo.example"
UNIVERSITY, FUND = "partner@demo.example", "akasse@demo.example"
PEOPLE = [
    ("Bente Opdigtet", "Direktør"), ("Jens Eksempel", "Produktionschef"), ("Mette Prøve", "Salgschef"),
    ("Ole Tænktsen", "Ejer"), ("Sara Fiktiv", "HR-ansvarlig"), ("Torben Påfund", "Økonomichef"),
]  # fmt: skip


@dataclass(frozen=True)
class Talk:
    """A contact: at which of the companies, by whom, so many days ago."""

    at: int
    by: str
    ago: int
    kind: str
    themes: tuple[str, ...]
    text: str
    shared: bool = False
    next_step: str = ""
    due_in: int = 0
    """Days from today; below 0 it is late."""


TALKS = [
    Talk(0, OFFICE, 40, "visit", ("sales", "highly_educated"), "Vil sælge mere i Tyskland, men mangler en til det.",
         True),
    Talk(0, HUB, 12, "online", ("internationalisation",), "Gennemgik eksportplanen. Overvejer en studerende først.",
         next_step="Send eksempler på studieprojekter", due_in=4),
    Talk(1, JOBCENTRE, 25, "phone", ("workforce",), "Har to ledige stillinger i produktionen.",
         next_step="Ring igen om virksomhedspraktik", due_in=-3),
    Talk(1, UNIVERSITY, 8, "event", ("innovation",), "Talte på karrieredagen om et projekt med sensorer.", True),
    Talk(2, OFFICE, 60, "visit", ("green", "finance"), "Ser på varmegenvinding og mulig støtte."),
    Talk(2, OFFICE, 15, "email", ("green",), "Har fået tilbud på varmegenvinding.", True,
         "Aftal besøg om grøn omstilling", 10),
    Talk(3, FUND, 5, "phone", ("highly_educated", "digitalisation"), "Vil gerne se kandidater til webshoppen.",
         next_step="Send tre kandidater", due_in=2),
    Talk(4, HUB, 3, "visit", ("management", "sales"), "Ejeren laver alt selv. Talte om en første højtuddannet.", True,
         "Book møde om vækstforløb", 11),
]  # fmt: skip


@dataclass(frozen=True)
class Wish:
    at: int
    by: str
    ago: int
    kind: str
    wish: str
    tasks: str
    competences: tuple[str, ...]
    types: tuple[str, ...]
    visibility: str = "partners"
    candidates: int = 0
    end: str = ""
    """"met", or the code of why it came to no match."""
    more: dict[str, Any] = field(default_factory=dict)


WISHES = [
    Wish(0, OFFICE, 40, "job_profile", "En, der kan åbne det tyske marked", "Finde kunder, skrive tilbud og følge op",
         ("sales", "business_development"), ("internship", "ordinary_job"), candidates=2,
         more={"growth": "recognised", "potential": "Kan fordoble eksporten på tre år", "education_level": "lvu"}),
    Wish(1, UNIVERSITY, 8, "student_case", "Et projekt om sensorer på linjen", "Måle stop og foreslå forbedringer",
         ("production", "it"), ("student_project",), more={"number_wanted": 4, "education_level": "lvu"}),
    Wish(2, OFFICE, 60, "job_profile", "En grøn projektleder på deltid", "Regnskab for energi, ansøgninger",
         ("green_transition", "finance"), ("student_job", "company_placement"), visibility="own",
         more={"growth": "unrecognised"}),
    Wish(3, FUND, 5, "job_profile", "En, der kan drive webshoppen", "Indhold, annoncer, tal",
         ("marketing", "social_media", "it"), ("wage_subsidy", "ordinary_job"), candidates=3),
    Wish(4, HUB, 30, "student_case", "Få styr på varelageret", "Kortlægge og foreslå et system", ("it", "management"),
         ("student_project", "internship"), end="study_calendar"),
    Wish(5, OFFICE, 50, "job_profile", "En sælger i praktik", "Telefon og messer", ("sales",), ("internship",),
         end="met"),
]  # fmt: skip


def load() -> str:
    companies = list(
        Company.objects.filter(fictional=True, cvr__isnull=False, municipality__name="Aalborg", merged_into=None)
        .exclude(advertising_protected=True)
        .order_by("pk")[: len(PEOPLE)]
    )
    if len(companies) == len(PEOPLE) and not CompanyContact.objects.exists():
        people = [_person(company, *said) for company, said in zip(companies, PEOPLE, strict=True)]
        for talk in TALKS:
            _talk(companies[talk.at], people[talk.at], talk)
        for wish in WISHES:
            _wish(companies[wish.at], people[wish.at], wish)
    return f"{CompanyContact.objects.count()} company contacts, {Need.objects.count()} needs, all fictional"


def _actor(email: str) -> Actor:
    return actor_for(User.objects.get(email=email))


def _person(company: Company, name: str, title: str) -> ContactPerson:
    number = company.pk % 10
    return add_person(
        _actor(OFFICE),
        company,
        name=name,
        title=title,
        phone=f"98 00 00 0{number}",
        email=f"kontakt{number}@firma.example",
    )


def _day(ago: int) -> date:
    return timezone.localdate() - timedelta(days=ago)


def _talk(company: Company, person: ContactPerson, talk: Talk) -> None:
    register_contact(
        _actor(talk.by), company, contacted_on=_day(talk.ago), kind=talk.kind, themes=list(talk.themes),
        contact_person=person.pk, text=talk.text, shared_text=talk.shared, next_step=talk.next_step,
        next_step_on=_day(-talk.due_in) if talk.next_step else None,
    )  # fmt: skip


def _wish(company: Company, person: ContactPerson, wish: Wish) -> None:
    actor = _actor(wish.by)
    need = register_need(
        actor, company, found_on=_day(wish.ago), kind=wish.kind, wish=wish.wish, tasks=wish.tasks,
        competences=list(wish.competences), match_types=list(wish.types), visibility=wish.visibility,
        contact_person=person.pk, **wish.more,
    )  # fmt: skip
    if wish.candidates:
        need = take_step(actor, need, candidates=wish.candidates)
    if wish.end == "met":
        _met(actor, need)
    elif wish.end:
        close_need(actor, need, wish.end)
    # As if it had been registered then: nobody has gone on with it since.
    Need.objects.filter(pk=need.pk).update(stepped_on=_day(wish.ago))


def _met(actor: Actor, need: Need) -> None:
    """By a match that the company has already: the demo's matches are history, and no new one is counted for this."""
    match = Match.objects.standing().filter(
        company=need.company, programme__slug=programmes.CONTINUATION, of_need=None
    ).order_by("-agreed_on", "-pk").first()  # fmt: skip
    if match is not None:
        NeedMatch.objects.create(need=need, match=match, linked_by=actor.user)
        Need.objects.filter(pk=need.pk).update(status=Need.Status.MET, closed_on=timezone.localdate())
