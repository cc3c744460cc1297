"""What is said of a course when it is registered or corrected, and whether it is right."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.companies import NewCompany, find_or_add, tidy
from matching.companies import standing as standing_company
from matching.errors import Invalid
from matching.guidance import team
from matching.models import Company, ContactPerson, EarlyWarningMember, GuidanceCourse, GuidanceType, Theme
from portal.geography.models import Municipality
from portal.identity.actor import Actor

LONGEST_NOTE = 4000


@dataclass(frozen=True)
class CourseEntry:
    """As it is typed: codes and ids. `contact_name` is a contact person whom the company has not got here yet."""

    company: int | NewCompany | None = None
    type: str = ""
    main_theme: str = ""
    other_themes: tuple[str, ...] = ()
    started_on: date | None = None
    ended_on: date | None = None
    """Of a course that was over when it was registered, as a short one mostly is."""
    next_step_on: date | None = None
    municipality: str = ""
    """Empty: the company's own."""
    production_unit: int | None = None
    adviser: int | None = None
    """None: who registers it."""
    contact: int | None = None
    contact_name: str = ""
    note: str = ""
    another_course: bool = False
    """It is not the one of the same type that began about then: a warning that was answered."""

    def content(self) -> dict[str, Any]:
        """For the receipt: the same again is the same."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}


def entry_of(course: GuidanceCourse) -> CourseEntry:
    """What the course says, as it would be typed."""
    return CourseEntry(
        company=course.company_id,
        type=course.type,
        main_theme=course.main_theme,
        other_themes=tuple(course.other_themes),
        started_on=course.started_on,
        ended_on=course.ended_on,
        next_step_on=course.next_step_on,
        municipality=course.municipality_id,
        production_unit=course.production_unit_id,
        adviser=course.adviser_id,
        contact=course.contact_id,
        note=course.note,
    )


def types_for(actor: Actor) -> list[tuple[str, Any]]:
    """The types the actor may choose: Early Warning is the team's."""
    if team.is_in(actor):
        return list(GuidanceType.choices)
    return [(code, label) for code, label in GuidanceType.choices if code != GuidanceType.EARLY_WARNING]


class Checking:
    """Reads an entry and gathers what is wrong with it, by field."""

    def __init__(self, actor: Actor, entry: CourseEntry, course: GuidanceCourse | None) -> None:
        self.actor, self.entry, self.course = actor, entry, course
        self.wrong: dict[str, list[str]] = {}
        self.hub = course.hub if course is not None else actor.organisation

    def columns(self) -> dict[str, Any]:
        """What the record's columns say. Raises ValidationError by field."""
        company = self.company()
        said: dict[str, Any] = {
            "company": company,
            "type": self.type(),
            **self.themes(),
            **self.days(),
            **self.place(company),
            "adviser": self.adviser(),
            "contact": self.contact(company),
            "note": self.note(),
        }
        if self.wrong:
            raise ValidationError(self.wrong)
        return said

    def say(self, name: str, text: str) -> None:
        self.wrong.setdefault(name, []).append(text)

    def company(self) -> Company | None:
        """One that is here, or a new one: then inside the transaction that is given up when something is wrong."""
        if isinstance(self.entry.company, NewCompany):
            try:
                return find_or_add(self.entry.company)
            except Invalid as refused:
                self.wrong |= {name: list(texts) for name, texts in refused.errors.items()}
                return None
        found = Company.objects.filter(pk=self.entry.company or 0).select_related("merged_into").first()
        company = standing_company(found) if found is not None else None
        if not isinstance(company, Company):
            self.say("company", _("Choose the company."))
            return None
        return company

    def type(self) -> str:
        if self.entry.type not in dict(types_for(self.actor)):
            self.say("type", _("Choose the type of the course."))
        return self.entry.type

    def themes(self) -> dict[str, Any]:
        main, others = self.entry.main_theme, tuple(dict.fromkeys(self.entry.other_themes))
        if main not in Theme.values:
            self.say("main_theme", _("Choose the theme that the course is mostly about."))
        if set(others) - set(Theme.values):
            self.say("other_themes", _("Choose themes from the list."))
        # In the order of the list, so that the same choice is the same record; the main one is no other one.
        return {"main_theme": main, "other_themes": [code for code in Theme.values if code in others and code != main]}

    def days(self) -> dict[str, Any]:
        entry, today = self.entry, timezone.localdate()
        start, end, step = entry.started_on, entry.ended_on, entry.next_step_on
        if start is None:
            self.say("started_on", _("Enter the day on which the course began."))
        elif start > today:
            self.say("started_on", _("The day has not come yet. Register the course when it has begun."))
        elif start.year < 2000:
            self.say("started_on", _("Look at the year: the erhvervshuse are younger."))
        if end is not None and end > today:
            self.say("ended_on", _("The day has not come yet. Leave it empty while the course is running."))
        elif end is not None and start is not None and end < start:
            self.say("ended_on", _("A course cannot end before it began."))
        if step is not None and end is not None:
            self.say("next_step_on", _("A course that has ended has no next step. Leave one of the two empty."))
        elif step is not None and start is not None and step < start:
            self.say("next_step_on", _("The next step comes after the beginning of the course."))
        if self.course is not None and self.course.over and end is None:
            self.say("ended_on", _("The course is over. Enter the day on which it ended."))
        return {"started_on": start, "ended_on": end, "next_step_on": step}

    def place(self, company: Company | None) -> dict[str, Any]:
        unit = None
        if self.entry.production_unit is not None:
            units = company.production_units.filter(pk=self.entry.production_unit) if company is not None else None
            unit = units.first() if units is not None else None
            if unit is None and company is not None:
                self.say("production_unit", _("Choose one of the company's places of work."))
        code = self.entry.municipality or (unit and unit.municipality_id) or (company and company.municipality_id) or ""
        known = Municipality.objects.filter(code=code, kind=Municipality.Kind.MUNICIPALITY).first()
        if known is None and (code or company is not None):
            self.say("municipality", _("Choose the municipality of the place of work."))
        return {"production_unit": unit, "municipality": known}

    def adviser(self) -> Any:
        pk = self.entry.adviser if self.entry.adviser is not None else self.actor.user.pk
        kept = self.course is not None and self.course.adviser_id == pk
        # May have left since; of Early Warning the team as well.
        found = self.course.adviser if self.course is not None and kept else None
        hidden = self.course is not None and self.course.type == GuidanceType.EARLY_WARNING
        if found is None:
            found = team.advisers_of(self.hub).filter(pk=pk).first()
        if found is None:
            self.say("adviser", _("Choose one of the advisers of the erhvervshus."))
        elif self.entry.type == GuidanceType.EARLY_WARNING and not (kept and hidden) and not self.in_team(pk):
            self.say("adviser", _("Choose somebody of the Early Warning team."))
        return found

    def in_team(self, pk: int) -> bool:
        return EarlyWarningMember.objects.standing().filter(hub=self.hub, user=pk).exists()

    def contact(self, company: Company | None) -> ContactPerson | None:
        """One the company has, or a new one, who is not saved yet."""
        name = tidy(self.entry.contact_name)
        if len(name) > 120:
            self.say("contact_name", _("Write at most 120 characters."))
        if self.entry.contact is not None and name:
            self.say("contact_name", _("Choose a contact person or write the name of a new one, not both."))
        if company is None:
            return None
        if self.entry.contact is not None:
            found = company.contact_people.filter(pk=self.entry.contact, erased=False).first()
            if found is None and not (self.course is not None and self.course.contact_id == self.entry.contact):
                self.say("contact", _("Choose one of the company's contact people."))
            return found or (self.course.contact if self.course is not None else None)
        return ContactPerson(company=company, name=name) if name else None

    def note(self) -> str:
        text = self.entry.note.strip()
        if len(text) > LONGEST_NOTE:
            self.say("note", _("Write at most %(most)s characters.") % {"most": LONGEST_NOTE})
        return text
