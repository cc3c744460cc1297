"""The forms about courses of guidance. What may be chosen is said by the rules, at the field."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from matching.choice_fields import ChoiceId, ChoiceText
from matching.companies import NewCompany
from matching.company_forms import ALL, municipalities
from matching.contact_forms import person_words
from matching.guidance import team
from matching.guidance.entries import CourseEntry, types_for
from matching.guidance.steps import Referral
from matching.models import (
    Company,
    EvaluationBy,
    GuidanceCourse,
    GuidanceGroup,
    GuidanceStage,
    Theme,
)
from portal.identity.actor import Actor
from portal.identity.models import User
from portal.ui.fields import DateField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.views.money_forms import QuestionForm, ReasonForm, TokenForm

CHOOSE = gettext_lazy("Choose")
MORE = ("ended_on", "next_step_on", "other_themes", "production_unit", "adviser", "note")
"""What is folded away on the form: a course is registered with what stands above it."""


MUST = {
    "company_name": gettext_lazy("Enter the company's name."),
    "type": gettext_lazy("Choose the type of the course."),
    "main_theme": gettext_lazy("Choose the theme that the course is mostly about."),
    "started_on": gettext_lazy("Enter the day on which the course began."),
    "adviser": gettext_lazy("Choose one of the advisers of the erhvervshus."),
}


def capitals(choices: Any) -> list[tuple[Any, Any]]:
    """As they stand in a list by themselves."""
    return [(code, capfirst(label)) for code, label in choices]


class Choices(forms.Field):
    """Several codes of a list; which may be chosen is the rule's to say."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(str(each) for each in value or ())


def units_of(company: Company) -> list[tuple[Any, str]]:
    units = company.production_units.filter(ceased_on=None).order_by("-head", "number")[:50]
    return [(unit.pk, f"{unit.name or company.name}, {unit.shown_address}") for unit in units]


def contacts_of(company: Company) -> list[tuple[Any, str]]:
    people = company.contact_people.filter(erased=False, left_on=None)[:50]
    return [(person.pk, person_words(person)) for person in people]


def adviser_choices(hub: Any, *kept: User) -> list[tuple[Any, str]]:
    rows = {user.pk: user.name for user in (*team.advisers_of(hub), *kept)}
    return list(rows.items())


def offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    """A list from which one is chosen, or none."""
    widget: Any = form.fields[name].widget
    widget.choices = [("", CHOOSE), *choices]


class PersonFields(forms.Form):
    """Whom the course is with and who leads it; what a running course's page changes too."""

    next_step_on = SmartDateField(
        label=gettext_lazy("Next step"),
        required=False,
        help_text=gettext_lazy("The day on which you do something next. It then stands on your day."),
    )
    contact = ChoiceId(label=gettext_lazy("Contact person"))
    contact_name = forms.CharField(label=gettext_lazy("Name of a new contact person"), required=False, max_length=400)
    adviser = ChoiceId(label=gettext_lazy("Adviser"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Seen by your own erhvervshus alone. Write nothing sensitive about a person."),
    )


class CourseForm(PersonFields, TokenForm):
    """A course that is registered; of a company that is not here yet also its name and place."""

    company_name = forms.CharField(label=gettext_lazy("Company's name"), required=False)
    company_cvr = forms.CharField(
        label=gettext_lazy("CVR number"),
        required=False,
        help_text=gettext_lazy("Leave it empty while you do not know it."),
    )
    company_municipality = ChoiceText(label=gettext_lazy("Company's municipality"))
    type = ChoiceText(label=gettext_lazy("Type of course"), widget=forms.RadioSelect)
    main_theme = ChoiceText(label=gettext_lazy("Main theme"))
    started_on = DateField(
        label=gettext_lazy("Started on"), help_text=gettext_lazy("For example 31 1 2021"), required=False
    )
    municipality = ChoiceText(label=gettext_lazy("Municipality of the place of work"))
    other_themes = Choices(label=gettext_lazy("Other themes"), required=False)
    production_unit = ChoiceId(label=gettext_lazy("Place of work"))
    ended_on = SmartDateField(
        label=gettext_lazy("Ended on"), required=False, help_text=gettext_lazy("Leave it empty while it is running.")
    )
    another_course = forms.BooleanField(label=gettext_lazy("It is another course"), required=False)
    field_order = [
        "company_name", "company_cvr", "company_municipality", "type", "main_theme", "started_on", "municipality",
        "contact", "contact_name", "another_course", *MORE, "token",
    ]  # fmt: skip

    def __init__(
        self, actor: Actor, data: Any = None, *, company: Company | None, initial: dict[str, Any] | None = None,
        course: GuidanceCourse | None = None,
    ) -> None:  # fmt: skip
        place = company.municipality_id if company is not None else None
        said = {"started_on": timezone.localdate(), "municipality": place or "", "adviser": actor.user.pk}
        super().__init__(data, initial={**said, **(initial or {})})
        self.company = company
        places = municipalities()
        for name in ("municipality", "company_municipality"):
            offer(self, name, places)
        types: Any = self.fields["type"].widget
        types.choices = capitals(types_for(actor))
        themes: Any = self.fields["other_themes"].widget
        themes.choices = capitals(Theme.choices)
        offer(self, "main_theme", capitals(Theme.choices))
        kept = [course.adviser] if course is not None else []
        offer(self, "adviser", adviser_choices(course.hub if course is not None else actor.organisation, *kept))
        offer(self, "contact", contacts_of(company) if company is not None else [])
        units = units_of(company) if company is not None else []
        offer(self, "production_unit", units)
        if company is not None:
            for name in ("company_name", "company_cvr", "company_municipality"):
                del self.fields[name]
            if not units:
                del self.fields["production_unit"]
        else:
            for name in ("contact", "production_unit"):
                del self.fields[name]

        if course is not None:
            del self.fields["another_course"]
        for name, text in MUST.items():
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = text

    def first_fields(self) -> list[Any]:
        """The tick that it is another course is there once it was asked about."""
        names = [name for name in self.fields if name not in (*MORE, "token", "reason", "another_course")]
        if self.is_bound and ("another_course" in self.errors or self.cleaned_data.get("another_course")):
            names.append("another_course")
        return [self[name] for name in names]

    def more_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name in MORE]

    @property
    def opened(self) -> bool:
        """Is something of what is folded away wrong?"""
        return self.is_bound and any(name in self.errors for name in MORE)

    def entry(self) -> CourseEntry:
        """For the rule; valid forms only."""
        said = self.cleaned_data
        company: int | NewCompany = (
            self.company.pk
            if self.company is not None
            else NewCompany(said["company_name"], cvr=said["company_cvr"], municipality=said["company_municipality"])
        )
        return CourseEntry(
            company=company,
            type=said["type"],
            main_theme=said["main_theme"],
            other_themes=said["other_themes"],
            started_on=said["started_on"],
            ended_on=said["ended_on"],
            next_step_on=said["next_step_on"],
            production_unit=said.get("production_unit"),
            adviser=said["adviser"],
            contact=said.get("contact"),
            municipality=said["municipality"] or (said.get("company_municipality") or ""),
            contact_name=said["contact_name"],
            note=said["note"],
            another_course=said.get("another_course", False),
        )


class CorrectForm(CourseForm):
    reason = forms.CharField(
        label=gettext_lazy("Why is it corrected?"),
        help_text=gettext_lazy("It stands in the course's history."),
        max_length=300,
        error_messages={"required": gettext_lazy("Write why the course is corrected.")},
    )


class PlanForm(PersonFields, QuestionForm):
    field_order = ["next_step_on", "contact", "contact_name", "adviser", "note"]

    def __init__(self, course: GuidanceCourse, data: Any = None) -> None:
        said = {
            "next_step_on": course.next_step_on,
            "contact": course.contact_id or "",
            "adviser": course.adviser_id,
            "note": course.note,
        }
        super().__init__(data, initial=said)
        people = contacts_of(course.company)
        if course.contact is not None and course.contact_id not in [pk for pk, _name in people]:
            people.append((course.contact.pk, course.contact.name))
        offer(self, "contact", people)
        offer(self, "adviser", adviser_choices(course.hub, course.adviser))
        if course.over:
            del self.fields["next_step_on"]


class ReferralFields(forms.Form):
    firm = forms.CharField(label=gettext_lazy("Name of the private adviser"), required=False, max_length=400)
    area = ChoiceText(
        label=gettext_lazy("About what?"), help_text=gettext_lazy("Leave it empty when it is the main theme.")
    )

    def offer_areas(self) -> None:
        offer(self, "area", capitals(Theme.choices))

    def referral(self) -> Referral | None:
        """None where nothing is said of one."""
        said = self.cleaned_data
        return Referral(said["firm"], said["area"]) if said["firm"].strip() or said["area"] else None


class EndForm(ReferralFields, QuestionForm):
    how = forms.ChoiceField(
        label=gettext_lazy("How did it end?"),
        widget=forms.RadioSelect,
        choices=[
            ("ended", gettext_lazy("It has been carried through")),
            ("broken_off", gettext_lazy("It was broken off")),
        ],
        error_messages={"required": gettext_lazy("Choose how the course ended.")},
    )
    day = DateField(
        label=gettext_lazy("When?"), error_messages={"required": gettext_lazy("Enter the day on which it happened.")}
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        help_text=gettext_lazy("Write nothing about a person."),
        required=False,
        max_length=300,
    )
    field_order = ["how", "day", "remark", "firm", "area"]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"how": "ended", "day": timezone.localdate()})
        self.offer_areas()

    def own_fields(self) -> list[Any]:
        return [self[name] for name in ("how", "day", "remark")]

    def referral_fields(self) -> list[Any]:
        return [self[name] for name in ("firm", "area")]


class ReferForm(ReferralFields, TokenForm):
    day = DateField(
        label=gettext_lazy("When?"), error_messages={"required": gettext_lazy("Enter the day on which it happened.")}
    )
    field_order = ["firm", "area", "day"]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": timezone.localdate()})
        self.offer_areas()


class InviteForm(QuestionForm):
    day = DateField(
        label=gettext_lazy("Invited on"),
        error_messages={"required": gettext_lazy("Enter the day on which it happened.")},
    )
    by = forms.ChoiceField(
        label=gettext_lazy("How is the company asked?"),
        widget=forms.RadioSelect,
        choices=EvaluationBy.choices,
        error_messages={"required": gettext_lazy("Choose how the company is asked.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": timezone.localdate(), "by": EvaluationBy.NATIONAL})


class UndoForm(ReasonForm):
    def __init__(self, data: Any = None, *, needs_reason: bool) -> None:
        super().__init__(data)
        self.fields["reason"].required = needs_reason


class MemberForm(TokenForm):
    user = ChoiceId(label=gettext_lazy("Adviser"))

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        there = team.standing_of(actor)
        people = [(pk, name) for pk, name in adviser_choices(actor.organisation) if pk not in there]
        offer(self, "user", [(pk, name) for pk, name in people if pk not in actor.person_ids])


class ExpectationForm(QuestionForm):
    """Whole numbers, each of which may be left out: the contract does not say everything."""

    growth_operation = forms.IntegerField(
        label=gettext_lazy("Growth and operation courses"), required=False, min_value=0, max_value=100_000
    )
    short_early_warning = forms.IntegerField(
        label=gettext_lazy("Short courses and Early Warning"), required=False, min_value=0, max_value=100_000
    )
    companies = forms.IntegerField(
        label=gettext_lazy("Guided companies, at most"), required=False, min_value=0, max_value=100_000
    )
    source = forms.CharField(
        label=gettext_lazy("Where is it stated?"),
        max_length=200,
        help_text=gettext_lazy("For example the contract and the number of its goal"),
        error_messages={"required": gettext_lazy("Write where it is stated.")},
    )


class ListForm(PortalForm):
    """The filters of the list. What is not understood filters nothing away; it is said beside the field."""

    text = forms.CharField(label=gettext_lazy("Company"), required=False, max_length=100)
    type = forms.ChoiceField(label=gettext_lazy("Type of course"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False, choices=[("", ALL), *Theme.choices])
    municipality = forms.ChoiceField(label=gettext_lazy("Municipality"), required=False)
    adviser = forms.ChoiceField(label=gettext_lazy("Adviser"), required=False)
    started_from = SmartDateField(label=gettext_lazy("Started from"), required=False)
    started_to = SmartDateField(label=gettext_lazy("Started to"), required=False)
    returning = forms.ChoiceField(
        label=gettext_lazy("New or guided before"),
        required=False,
        choices=[("", ALL), ("no", gettext_lazy("New")), ("yes", gettext_lazy("Guided before"))],
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("How far"), required=False, choices=[("", ALL), *GuidanceStage.choices]
    )

    def __init__(self, actor: Actor, data: QueryDict) -> None:
        super().__init__(data)
        group = GuidanceGroup.GROWTH_OPERATION
        seen = GuidanceCourse.objects.visible_to(actor).order_by()
        advisers = User.objects.filter(
            Q(pk__in=seen.values("adviser")) | Q(pk__in=team.advisers_of(actor.organisation).order_by().values("pk"))
        )
        for name, offered in (
            ("type", [(group.value, group.label), *types_for(actor)]),
            ("municipality", municipalities()),
            ("adviser", [(str(user.pk), user.name) for user in advisers.order_by("name", "pk")]),
        ):
            field: Any = self.fields[name]
            field.choices = [("", ALL), *offered]


def year_of(text: str, today: date) -> int:
    """The year asked for in an address; this one where it is none."""
    is_one = len(text) == 4 and text.isascii() and text.isdigit() and "2000" <= text <= "2100"
    return int(text) if is_one else today.year
