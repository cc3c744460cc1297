"""The forms about contacts with companies and the people there. What is right is the rules' to say."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import contacts
from matching.choice_fields import ChoiceId, ChoiceText
from matching.company_forms import ALL, municipalities
from matching.models import Company, CompanyContact, ContactPerson, ContactTheme
from portal.audit.openings import opened
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui import formats
from portal.ui.fields import DateField, SmartDateField
from portal.ui.forms import PortalForm
from programmes.views.money_forms import Group, QuestionForm, TokenForm

STEP = ("next_step", "next_step_on", "next_step_by")
STEPS = [
    ("", ALL),
    ("open", gettext_lazy("Next step waits")),
    ("late", gettext_lazy("Next step is late")),
    ("mine", gettext_lazy("Next step waits on me")),
]
ASKED = [
    ("no", gettext_lazy("The company had asked for it or agreed to it")),
    ("yes", gettext_lazy("We came without being asked")),
]


def capital(text: object) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]


def must_say(form: forms.Form, name: str, words: str) -> None:
    """The field is not one that may stay empty, and says so in the rule's words."""
    form.fields[name].required = True
    form.fields[name].error_messages["required"] = words


class PersonForm(QuestionForm):
    """Somebody at a company."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    title = forms.CharField(
        label=gettext_lazy("Job title"), required=False, max_length=120,
        help_text=gettext_lazy("For example director or head of production."),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), required=False, max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    email = forms.CharField(
        label=gettext_lazy("E-mail"), required=False, max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class NewPersonForm(PersonForm, TokenForm):
    pass


class LeftForm(QuestionForm):
    """When somebody left; of one who has left, nothing: the page asks whether that was wrong."""

    left_on = DateField(label=gettext_lazy("Left the company on"))

    def __init__(self, person: ContactPerson, data: Any = None) -> None:
        super().__init__(data, initial={"left_on": timezone.localdate()})
        if person.left_on is not None:
            del self.fields["left_on"]


def people_choices(company: Company, chosen: int | None) -> list[tuple[Any, str]]:
    """Who may be chosen: those who have not left, and the one who stands there, even erased. One query."""
    there = Q(left_on=None, erased=False) | Q(pk=chosen)
    return [(each.pk, person_words(each)) for each in ContactPerson.objects.filter(there, company=company)]


def person_words(person: ContactPerson) -> str:
    """Who is offered; that they were shown is noted."""
    if person.erased:
        return _("erased")
    opened("contact_person", person.pk)
    return f"{person.name}, {person.title}" if person.title else person.name


class ContactForm(QuestionForm):
    """One contact: what is typed is what was said, perhaps a name, perhaps the next step."""

    kind = ChoiceText(label=gettext_lazy("How"), widget=forms.RadioSelect)
    contacted_on = DateField(label=gettext_lazy("Day"))
    unasked = ChoiceText(label=gettext_lazy("Had the company asked for it?"), widget=forms.RadioSelect)
    contact_person = ChoiceId(label=gettext_lazy("With whom"))
    person_name = forms.CharField(
        label=gettext_lazy("Name of somebody new"), required=False, max_length=120,
        help_text=gettext_lazy("If the person is not in the list. Telephone and e-mail can be added later."),
    )  # fmt: skip
    themes = forms.MultipleChoiceField(label=gettext_lazy("About"), required=False, widget=forms.CheckboxSelectMultiple)
    text = forms.CharField(
        label=gettext_lazy("What was said"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("About the company. Nothing about anybody's health or private life."),
    )  # fmt: skip
    shared_text = forms.BooleanField(
        label=gettext_lazy("The programme's partners may read what was said and with whom"), required=False
    )
    settles = forms.MultipleChoiceField(
        label=gettext_lazy("This was the next step"), required=False, widget=forms.CheckboxSelectMultiple
    )
    next_step = forms.CharField(
        label=gettext_lazy("Next step"), required=False, max_length=200,
        help_text=gettext_lazy("The programme's partners read it too, whether or not they may read what was said."),
    )  # fmt: skip
    next_step_on = SmartDateField(
        label=gettext_lazy("By when"), required=False, help_text=gettext_lazy("For example 28.02.2021")
    )
    next_step_by = ChoiceId(label=gettext_lazy("Who"))

    def __init__(
        self, actor: Actor, company: Company, data: Any = None, *, contact: CompanyContact | None = None
    ) -> None:
        super().__init__(data, initial=_shown(actor, contact))
        self.unasked_asked = company.advertising_protected
        person = contact.contact_person_id if contact else None
        people = people_choices(company, person)
        self.offer("kind", [(value, capital(label)) for value, label in CompanyContact.Kind.choices])
        self.offer("contact_person", [("", _("Nobody in particular") if people else _("Nobody yet")), *people])
        takers = {each.pk: each.name for each in contacts.colleagues(actor)}
        if contact is not None and contact.next_step_by is not None:
            takers.setdefault(contact.next_step_by.pk, contact.next_step_by.name)  # who has left stays until changed
        self.offer("next_step_by", list(takers.items()))
        themes = [
            each for each in ContactTheme.objects.all() if each.active or (contact and each.code in contact.themes)
        ]
        self.choose("themes", [(each.code, each.label) for each in themes])
        waiting = list(contacts.steps_of(actor, company)[:5]) if contact is None else []
        self.choose("settles", [(str(each.pk), _step_words(each)) for each in waiting])
        self.offer("unasked", ASKED)
        must_say(self, "kind", _("Choose how the contact was."))
        must_say(self, "contacted_on", _("Enter the day of the contact."))
        must_say(
            self,
            "unasked",
            _("The company is protected against advertising. Say whether it had asked for the contact."),
        )
        if not waiting:
            del self.fields["settles"]
        if not company.advertising_protected:
            del self.fields["unasked"]

    def offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].widget.choices = choices

    def choose(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def groups(self) -> list[Group]:
        main = [bound for bound in self if bound.name not in STEP]
        step = [self[name] for name in STEP]
        said = any(name in self.errors for name in STEP) or bool(self["next_step"].value())
        return [Group(main), Group(step, gettext_lazy("Next step"), said)]

    def contact(self) -> dict[str, Any]:
        """What was typed, for the rule."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("token", "settles")}
        if "unasked" in said:
            said["unasked"] = {"yes": True, "no": False}.get(said["unasked"])
        if not said["next_step"].strip():
            said["next_step_by"] = None
        return said

    def settled(self) -> list[int]:
        return [int(each) for each in self.cleaned_data.get("settles", [])]


class NewContactForm(ContactForm, TokenForm):
    pass


def _shown(actor: Actor, contact: CompanyContact | None) -> dict[str, Any]:
    if contact is None:
        return {"kind": "visit", "contacted_on": timezone.localdate(), "next_step_by": actor.user.pk}
    return {
        **{name: getattr(contact, name) for name in ("kind", "contacted_on", "themes", "text", "shared_text")},
        "contact_person": contact.contact_person_id or "",
        "unasked": {True: "yes", False: "no", None: ""}[contact.unasked],
        "next_step": contact.next_step,
        "next_step_on": contact.next_step_on,
        "next_step_by": contact.next_step_by_id or actor.user.pk,
    }


def _step_words(contact: CompanyContact) -> str:
    return f"{contact.next_step} ({formats.date_da(contact.next_step_on)})" if contact.next_step_on else ""


class StepDoneForm(QuestionForm):
    done_on = DateField(label=gettext_lazy("Done on"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"done_on": timezone.localdate()})


def partner_choices(actor: Actor, ids: Any) -> list[tuple[int, str]]:
    """The own organisation and its partners, in Danish order. One query."""
    rows = Organisation.objects.filter(pk__in=ids) | Organisation.objects.filter(pk__in=actor.organisation_ids)
    return [(row.pk, row.name) for row in rows.distinct()]


class ContactListForm(PortalForm):
    """The filters of the list. What is not understood filters nothing away; it is said beside the field."""

    text = forms.CharField(label=gettext_lazy("Company"), required=False, max_length=100)
    municipality = ChoiceText(label=gettext_lazy("Municipality"))
    organisation = ChoiceId(label=gettext_lazy("Organisation"))
    kind = ChoiceText(label=gettext_lazy("How"))
    theme = ChoiceText(label=gettext_lazy("About"))
    since = SmartDateField(label=gettext_lazy("From"), required=False)
    until = SmartDateField(label=gettext_lazy("To"), required=False)
    step = ChoiceText(label=gettext_lazy("Next step"))

    def __init__(self, actor: Actor, data: QueryDict, partners: Any, *, offer: bool = True) -> None:
        """`offer` False leaves the choices out: a file shows none."""
        super().__init__(data)
        if not offer:
            return
        everything = ("", ALL)
        for name, offered in (
            ("municipality", municipalities()),
            ("organisation", partner_choices(actor, partners)),
            ("kind", [(value, capital(label)) for value, label in CompanyContact.Kind.choices]),
            ("theme", [(each.code, each.label) for each in ContactTheme.objects.all()]),
        ):
            self.fields[name].widget.choices = [everything, *offered]
        self.fields["step"].widget.choices = STEPS
