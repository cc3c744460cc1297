"""What is said of people, in words: months, places, and what somebody who only sees a shared person may read."""

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from matching.models import Competence, Consent, Level, Person
from portal.geography.models import AreaMembership, Municipality
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.dates import DateError, date_of_parts, parse_date
from programmes.models import PartnerRole, Programme

_MONTH = re.compile(r"(?:(\d{1,2})\s*[./\-\s]\s*(\d{4})|(\d{4})-(\d{1,2})|([a-zæøåA-ZÆØÅ]{3,9})\.?\s+(\d{4}))")


def read_month(text: str) -> date:
    """The first of the month that is written: 06.2025, 6/2025, 2025-06, juni 2025, or a whole day in it.

    Raises ValueError with what to write instead.
    """
    typed = " ".join(text.split())
    try:
        if found := _MONTH.fullmatch(typed):
            month, year = found[1] or found[4] or found[5], found[2] or found[3] or found[6]
            return date_of_parts("1", month, year)
        return parse_date(typed).replace(day=1)
    except DateError:
        raise ValueError(_("Write the month as 06.2025 or juni 2025.")) from None


def month_words(day: date | None) -> str:
    return formats.month_da(day) if day else ""


def area_words() -> str:
    return _("the whole of %(area)s") % {"area": settings.PORTAL["area"]}


def places_near(actor: Actor) -> list[tuple[str, str]]:
    """The municipalities of the areas in whose programmes the organisation takes part; of the whole country for one
    that takes part in none. One query."""
    rows = Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY)
    parts = PartnerRole.objects.on(actor.on).filter(organisation_id__in=actor.organisation_ids)
    areas = Programme.objects.filter(pk__in=parts.order_by().values("programme_id")).order_by().values("area_id")
    near = AreaMembership.objects.on(actor.on).filter(area_id__in=areas).order_by().values("municipality_id")
    found = list(rows.filter(code__in=near)) or list(rows)
    return [(row.code, row.name) for row in found]


class Words:
    """Labels of the lists that people are described by, read once for however many people: two queries."""

    def __init__(self) -> None:
        self.competences = {row.code: row.label for row in Competence.objects.all()}
        self.places = dict(Municipality.objects.order_by().values_list("code", "name"))

    def competences_of(self, person: Person) -> str:
        known = [self.competences.get(code, code) for code in person.competences]
        return ", ".join([*known, *([person.competence_words] if person.competence_words else [])])

    def residence_of(self, person: Person) -> str:
        return str(self.places.get(person.residence_id, "")) if person.residence_id else ""

    def reach_of(self, person: Person) -> str:
        """Where the person can work, and whether they would move."""
        said = []
        if person.reach == Person.Reach.AREA:
            said.append(area_words())
        elif person.reach == Person.Reach.NAMED:
            said.append(formats.join_and(sorted(self.places.get(code, code) for code in person.reach_places)))
        elif person.reach == Person.Reach.RESIDENCE:
            said.append(self.residence_of(person) or str(Person.Reach.RESIDENCE.label))
        if person.may_move:
            said.append(_("willing to move"))
        return "; ".join(said)


def level_words(person: Person) -> str:
    return capital(str(Level(person.level).label))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def contact_shown(actor: Actor, people: list[Person]) -> set[int]:
    """The people whose e-mail and telephone the actor may see: the own ones, and those whose agreement says so. One
    query where there are others."""
    own = {person.pk for person in people if person.owner_id in actor.organisation_ids}
    others = [person.pk for person in people if person.pk not in own]
    if not others:
        return own
    said: Any = Consent.objects.showing_to(actor).filter(purpose=Consent.Purpose.SHARE_CONTACT, person_id__in=others)
    return own | set(said.order_by().values_list("person_id", flat=True))
