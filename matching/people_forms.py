"""The forms about highly educated people: the filters of the list, one person, what they agree to, a restriction."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.company_forms import ALL, municipalities
from matching.consents import programmes_of
from matching.models import Competence, Consent, EducationField, Person
from matching.models.people_lists import higher_levels
from matching.people_words import area_words, capital, places_near, read_month
from portal.identity.actor import Actor
from portal.ui.fields import DateField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.models import Programme
from programmes.views.money_forms import Group, QuestionForm, TokenForm

CHOOSE = gettext_lazy("Choose")
NOT_STATED = gettext_lazy("not stated")
WHOSE = [("", gettext_lazy("Our own")), ("shared", gettext_lazy("Shown to us by partners"))]


def capitals(choices: Any) -> list[tuple[Any, str]]:
    return [(value, capital(str(label))) for value, label in choices]


def offer(form: forms.Form, name: str, choices: Any) -> None:
    field: Any = form.fields[name]
    field.choices = choices


class MonthField(forms.Field):
    """A month in one box; the cleaned value is its first day."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("For example 06.2025 or juni 2025."))
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("class", "input-char-11")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        try:
            return read_month(str(value))
        except ValueError as problem:
            raise ValidationError(str(problem), code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%m.%Y}" if isinstance(value, date) else value


class PeopleListForm(PortalForm):
    """What is not understood filters nothing away; it is said beside the field."""

    text = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)
    whose = forms.ChoiceField(label=gettext_lazy("Whose"), required=False, choices=WHOSE)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level of education"), required=False)
    field = forms.ChoiceField(label=gettext_lazy("Field of education"), required=False)
    competence = forms.ChoiceField(label=gettext_lazy("Competence"), required=False)
    municipality = forms.ChoiceField(label=gettext_lazy("Can work in"), required=False)
    available = SmartDateField(label=gettext_lazy("Available by"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        competences = Competence.objects.all()
        offer(self, "status", [("", ALL), *capitals(Person.Status.choices)])
        offer(self, "level", [("", ALL), *capitals(higher_levels())])
        offer(self, "field", [("", ALL), *((row.code, row.label) for row in EducationField.objects.all())])
        offer(self, "competence", [("", ALL), *((row.code, row.label) for row in competences)])
        offer(self, "municipality", [("", ALL), *municipalities()])


class PersonForm(QuestionForm):
    """What is said of one person. Nothing of it is needed but the name, what they are and the level of education."""

    rule_asks_for_cpr = True

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Write the person's name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("What the person is"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the person is.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        error_messages={"invalid": gettext_lazy("Write the e-mail as name@example.dk.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level of education"),
        error_messages={"required": gettext_lazy("Choose the level from the list.")},
    )
    field = forms.ChoiceField(label=gettext_lazy("Field of education"), required=False)
    education = forms.CharField(
        label=gettext_lazy("Education"),
        required=False,
        max_length=160,
        help_text=gettext_lazy("For example cand.merc. or professionsbachelor i økonomi og it."),
    )
    institution = forms.CharField(label=gettext_lazy("Place of education"), required=False, max_length=120)
    completed_on = MonthField(label=gettext_lazy("Completed or expected to be, month"), required=False)
    competences = forms.MultipleChoiceField(
        label=gettext_lazy("Competences"), required=False, widget=forms.CheckboxSelectMultiple
    )
    competence_words = forms.CharField(
        label=gettext_lazy("Competences in own words"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Nothing about health, family or other private matters, and no CPR number."),
    )
    language_note = forms.CharField(label=gettext_lazy("Languages"), required=False, max_length=200)
    residence = forms.ChoiceField(label=gettext_lazy("Municipality of residence"), required=False)
    reach = forms.ChoiceField(label=gettext_lazy("Can work in"), required=False)
    reach_places = forms.MultipleChoiceField(
        label=gettext_lazy("These municipalities"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only if you have chosen certain municipalities."),
    )
    may_move = forms.BooleanField(label=gettext_lazy("Is willing to move"), required=False)
    available_from = DateField(label=gettext_lazy("Available from"), required=False)
    unemployed_since = DateField(
        label=gettext_lazy("Unemployed since"),
        required=False,
        help_text=gettext_lazy("Only of somebody unemployed. Rules on wage subsidy ask for it."),
    )
    external_key = forms.CharField(
        label=gettext_lazy("Key in your own system"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("A number of the case or the student. Never a CPR number."),
    )

    def __init__(self, actor: Actor, data: Any = None, *, person: Person | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = initial_of(person)
        super().__init__(data, **kwargs)
        offer(self, "status", capitals(Person.Status.choices))
        offer(self, "level", [("", CHOOSE), *capitals(higher_levels())])
        offer(self, "field", [("", NOT_STATED), *((row.code, row.label) for row in EducationField.objects.all())])
        kept = set(person.competences) if person is not None else set()
        rows = [row for row in Competence.objects.all() if row.active or row.code in kept]
        offer(self, "competences", [(row.code, row.label) for row in rows])
        everywhere, near = municipalities(), places_near(actor)
        offer(self, "residence", [("", NOT_STATED), *everywhere])
        chosen = set(person.reach_places if person is not None else ()) - {code for code, _name in near}
        offer(self, "reach_places", [*near, *(each for each in everywhere if each[0] in chosen)])
        reach = [
            (value, area_words() if value == Person.Reach.AREA else label) for value, label in Person.Reach.choices
        ]
        offer(self, "reach", capitals(reach))

    def groups(self) -> list[Group]:
        """The short facts first, what is seldom written folded."""
        told = ("competences", "competence_words", "language_note")
        where = ("residence", "reach", "reach_places", "may_move", "available_from", "unemployed_since")
        rest = {*told, *where, "external_key"}
        return [
            Group([bound for bound in self if bound.name not in rest]),
            self._folded(gettext_lazy("What the person can do"), told),
            self._folded(gettext_lazy("Where and from when"), where),
            self._folded(gettext_lazy("Key in your own system"), ("external_key",)),
        ]

    def _folded(self, title: Any, names: tuple[str, ...]) -> Group:
        fields = [self[name] for name in names]
        return Group(fields, title, opened=any(bound.value() or bound.errors for bound in fields))

    def said(self) -> dict[str, Any]:
        """For the rule."""
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}


def initial_of(person: Person) -> dict[str, Any]:
    same = (
        "name", "status", "email", "phone", "level", "education", "institution", "completed_on", "competences",
        "competence_words", "language_note", "reach", "reach_places", "may_move", "available_from",
        "unemployed_since", "external_key",
    )  # fmt: skip
    said = {name: getattr(person, name) for name in same}
    return said | {"field": person.field_id or "", "residence": person.residence_id or ""}


class NewPersonForm(PersonForm, TokenForm):
    """Besides: on what basis the organisation holds the data."""

    basis = forms.ChoiceField(
        label=gettext_lazy("Legal basis for finding a match"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the legal basis.")},
    )
    given_on = DateField(
        label=gettext_lazy("Since"), error_messages={"required": gettext_lazy("Write a day that is not ahead.")}
    )
    how = forms.CharField(
        label=gettext_lazy("How it was given"),
        max_length=200,
        help_text=gettext_lazy("For example: signed up on our web page, or agreed at the first conversation."),
        error_messages={"required": gettext_lazy("Write how it was given.")},
    )

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(actor, data, initial={"given_on": timezone.localdate()})
        offer(self, "basis", capitals(Consent.Basis.choices))

    def groups(self) -> list[Group]:
        first, *folded = super().groups()
        asked = ("basis", "given_on", "how")
        told = [bound for bound in first.fields if bound.name not in asked]
        return [Group(told), *folded, Group([self[name] for name in asked])]


class ConsentForm(TokenForm):
    rule_asks_for_cpr = True
    purpose = forms.ChoiceField(
        label=gettext_lazy("To what"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the purpose.")},
    )
    programme: Any = forms.ModelChoiceField(
        Programme.objects.none(),
        label=gettext_lazy("Programme whose partners may see the person"),
        required=False,
        empty_label=gettext_lazy("not chosen"),
        to_field_name="slug",
        help_text=gettext_lazy("Only where the person agrees to be shown to partners."),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Legal basis"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Being shown to partners and the newsletter need the person's own consent."),
        error_messages={"required": gettext_lazy("Choose the legal basis.")},
    )
    given_on = DateField(
        label=gettext_lazy("Given on"), error_messages={"required": gettext_lazy("Write a day that is not ahead.")}
    )
    how = forms.CharField(
        label=gettext_lazy("How it was given"),
        max_length=200,
        help_text=gettext_lazy("For example: signed up on our web page, or agreed at the first conversation."),
        error_messages={"required": gettext_lazy("Write how it was given.")},
    )
    expires_on = DateField(
        label=gettext_lazy("Holds until"),
        required=False,
        help_text=gettext_lazy("Empty: until it is withdrawn or the data are deleted."),
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data, initial={"given_on": timezone.localdate(), "basis": Consent.Basis.CONSENT})
        offer(self, "purpose", capitals(Consent.Purpose.choices))
        offer(self, "basis", capitals(Consent.Basis.choices))
        field: Any = self.fields["programme"]
        field.queryset = programmes_of(person.owner_id).order_by("name")


class RestrictForm(QuestionForm):
    rule_asks_for_cpr = True
    restricted = forms.BooleanField(label=gettext_lazy("Restricted: the data are kept and not used"), required=False)
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For example: the person disputes what is registered. Your organisation reads it."),
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data, initial={"restricted": person.restricted, "why": person.restricted_why})


class FindPersonForm(PortalForm):
    """Whom a match is about: one of those that were found."""

    person = forms.ChoiceField(
        label=gettext_lazy("Who is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a person.")},
    )

    def __init__(self, found: list[Person], data: Any = None) -> None:
        super().__init__(data)
        offer(self, "person", [(person.pk, line_words(person)) for person in found])


def line_words(person: Person) -> str:
    said = [person.name, str(person.get_status_display()), person.education or person.institution, person.owner.name]
    return _("%(name)s (%(rest)s)") % {"name": said[0], "rest": ", ".join(part for part in said[1:] if part)}
