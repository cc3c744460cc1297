"""Forty fictional highly educated people over AAU, UCN, Akademikernes A-kasse and Jobcenter Aalborg.

Names, numbers and what they agreed to are constructed. Some are in the demo area's matches, half of them agreed to be
shown to the partners of Vækst Via Viden 2.0, one is restricted and one has withdrawn.
"""

import random
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from matching.models import Consent, Match, MatchPerson, Person
from portal.geography.danish import address_of
from portal.identity import demo as people
from portal.identity.models import Organisation, User
from programmes import demo as programmes
from programmes.models import Programme

SEED = 20210131
NUMBER = 40
FIRST = ["Astrid", "Bjarke", "Cecilie", "Daniel", "Emma", "Frederik", "Gry", "Hassan", "Ida", "Jonas", "Katrine",
         "Lasse", "Maja", "Niels", "Olivia", "Peter", "Rikke", "Søren", "Thea", "Ulrik", "Vigga", "William", "Xenia",
         "Yasmin", "Zander", "Ærdis", "Øjvind", "Aase", "Åge", "Amalie"]  # fmt: skip
LAST = ["Opdigt", "Fiktiv", "Påfund", "Eventyr", "Fabel", "Sagnfuld", "Digtersen", "Romanius", "Novelle", "Prosa"]
WHERE = {
    people.AAU: ("partner@demo.example", "Aalborg Universitet", Consent.Basis.RELATION),
    people.UCN: ("partner@demo.example", "UCN", Consent.Basis.RELATION),
    people.AKADEMIKERNE: ("akasse@demo.example", "Aalborg Universitet", Consent.Basis.RELATION),
    "Jobcenter Aalborg": ("jobcenter@demo.example", "Aalborg Universitet", Consent.Basis.AUTHORITY),
}
HOW = {
    Consent.Basis.RELATION: "Oprettet i karrierecentrets egen liste (opdigtet)",
    Consent.Basis.AUTHORITY: "Samtale i jobcentret (opdigtet)",
}
# Level, field and title: what the partners teach and whom they help.
UNIVERSITY = [
    ("H70", "39", "cand.merc."),
    ("H70", "59", "cand.polyt. i byggeri"),
    ("H70", "25", "cand.mag. i kommunikation"),
    ("H60", "39", "bachelor i erhvervsøkonomi"),
    ("H70", "35", "cand.scient. i datalogi"),
    ("H80", "59", "ph.d. i energiteknik"),
]
COLLEGE = [("H50", "38", "professionsbachelor i økonomi og it"), ("H40", "38", "markedsføringsøkonom"),
           ("H50", "58", "diplomingeniør"), ("H40", "58", "datamatiker"), ("H40", "38", "logistikøkonom"),
           ("H50", "24", "professionsbachelor i international handel")]  # fmt: skip
SKILLS = ["marketing", "business_development", "social_media", "communication", "sales", "it", "data",
          "project_management", "finance", "logistics", "engineering", "green_transition", "languages"]  # fmt: skip
WORDS = [
    "Google Analytics og annoncering",
    "norsk detailhandel",
    "Python og SQL",
    "lean i fødevarer",
    "AutoCAD",
    "",
    "",
    "",
]
PLACES = ["0851", "0851", "0851", "0860", "0813", "0787", "0846", "0840", "0849", "0810"]


@transaction.atomic
def load() -> str:
    if Person.objects.filter(fictional=True).exists():
        return f"{Person.objects.count()} highly educated people"
    draw, until = random.Random(SEED), programmes.loaded_on()  # noqa: S311  # the same demo area everywhere
    programme = Programme.objects.get(slug=programmes.VVV2)
    owners = {row.name: row for row in Organisation.objects.filter(name__in=WHERE)}
    users = {row.email: row for row in User.objects.filter(email__in=[email for email, *_rest in WHERE.values()])}
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    draw.shuffle(names)
    for turn in range(NUMBER):
        organisation = list(WHERE)[turn % len(WHERE)]
        email, institution, basis = WHERE[organisation]
        person = _person(draw, owners[organisation], names[turn], institution, until)
        by, given_on = users[email], until - timedelta(days=draw.randint(20, 200))
        agree: dict[str, Any] = {"person": person, "given_on": given_on, "registered_by": by}
        Consent.objects.create(purpose=Consent.Purpose.FIND_MATCH, basis=basis, how=HOW[basis], **agree)
        if turn % 2 == 0:
            purpose = Consent.Purpose.SHARE_CONTACT if turn % 8 == 0 else Consent.Purpose.SHARE
            Consent.objects.create(
                purpose=purpose, basis=Consent.Basis.CONSENT, programme=programme, how="Sagde ja i mail (opdigtet)",
                expires_on=until + timedelta(days=365), **agree,
            )  # fmt: skip
        if turn % 3 == 0:
            Consent.objects.create(
                purpose=Consent.Purpose.FOLLOW_UP,
                basis=Consent.Basis.CONSENT,
                how="Sagde ja i mail (opdigtet)",
                **agree,
            )
        _match(person, by, turn)
    _exceptions()
    return f"{NUMBER} highly educated people, all fictional"


def _person(draw: random.Random, owner: Organisation, name: str, institution: str, until: date) -> Person:
    level, field, education = draw.choice(COLLEGE if owner.name == people.UCN else UNIVERSITY)
    student = owner.name in (people.AAU, people.UCN) and draw.random() < 0.6
    status = Person.Status.STUDENT if student else draw.choice([Person.Status.UNEMPLOYED, Person.Status.GRADUATE])
    month = draw.randint(2, 14) if student else -draw.randint(1, 18)
    reach = draw.choice([Person.Reach.AREA, Person.Reach.NAMED, Person.Reach.RESIDENCE])
    made: Person = Person.objects.create(
        owner=owner,
        name=name,
        email=f"{address_of(name).replace('-', '.')}@demo.example",
        phone=f"99 {draw.randint(10, 99)} {draw.randint(10, 99)} {draw.randint(10, 99)}",
        status=status,
        level=level,
        field_id=field,
        institution="UCN" if owner.name == people.UCN else institution,
        education=education,
        completed_on=programmes.months_later(until.replace(day=1), month),
        competences=sorted(draw.sample(SKILLS, draw.randint(1, 3))),
        competence_words=draw.choice(WORDS),
        residence_id=draw.choice(PLACES),
        reach=reach,
        reach_places=sorted(set(draw.sample(PLACES, 3))) if reach == Person.Reach.NAMED else [],
        may_move=draw.random() < 0.4,
        available_from=until + timedelta(days=draw.randint(0, 120)) if draw.random() < 0.5 else None,
        unemployed_since=(
            until - timedelta(days=draw.randint(20, 420)) if status == Person.Status.UNEMPLOYED else None
        ),
        last_active_on=until - timedelta(days=draw.randint(0, 90)),
        fictional=True,
    )
    return made


def _match(person: Person, by: User, turn: int) -> None:
    """Every second is in one of the newest matches that their organisation created."""
    if turn % 2:
        return
    kind = "student" if person.status == Person.Status.STUDENT else "job"
    created = Match.objects.filter(created_by=person.owner_id, match_type__kind=kind, withdrawn_at=None, fictional=True)
    match = created.exclude(people__isnull=False).order_by("-agreed_on", "-pk").first()
    if match is not None:
        MatchPerson.objects.create(match=match, person=person, added_by=by)


def _exceptions() -> None:
    """One is restricted, and one has withdrawn the agreement to be shown."""
    first, second = Person.objects.filter(fictional=True, consents__purpose=Consent.Purpose.SHARE).order_by("pk")[:2]
    Person.objects.filter(pk=first.pk).update(
        restricted=True, restricted_why="Personen mener, at uddannelsen er registreret forkert (opdigtet)."
    )
    agreed = second.consents.get(purpose=Consent.Purpose.SHARE)
    Consent.objects.filter(pk=agreed.pk).update(
        withdrawn_at=agreed.registered_at + timedelta(seconds=1), withdrawn_by=agreed.registered_by
    )
