"""The people at a company: a new one, what is said of one, and that one has left."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import contact_people
from matching.changing import CHANGE
from matching.contact_forms import LeftForm, NewPersonForm, PersonForm
from matching.models import Company, ContactPerson
from matching.views.company_edit import companies_steps
from matching.views.company_tables import company_url
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps

FORM = "matching/contacts/form.html"


class ForCompany(form_pages.FormPage):
    """A page about the company in the address; of one that was merged there is none."""

    @cached_property
    def company(self) -> Company:
        rows = Company.objects.visible_to(self.actor).standing().select_related("municipality")
        found: Company = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def allow(self) -> None:
        opened("company", self.company.pk)

    def steps(self) -> Steps:
        return companies_steps(self.company)

    def address(self, pk: int) -> str:
        return company_url(self.company.pk)


class NewPerson(ForCompany, form_pages.MakePage):
    """/virksomheder/<pk>/kontaktpersoner/ny/"""

    action = CHANGE
    title = gettext_lazy("New contact person")
    done = gettext_lazy("The person is added.")
    kind = "contact_person"
    template = FORM

    def form(self, data: Any = None) -> NewPersonForm:
        return NewPersonForm(data)

    def make(self, form: NewPersonForm, written: Written) -> int:
        return contact_people.add_person(self.actor, self.company, written=written, **form.said()).pk


class OfPerson(ForCompany, form_pages.AlterPage):
    """Changes one of the company's people."""

    action = CHANGE
    template = FORM

    @cached_property
    def person(self) -> ContactPerson:
        rows = contact_people.visible_to(self.actor).filter(company=self.company)
        found: ContactPerson = get_object_or_404(rows, pk=self.kwargs["person"])
        return found

    def allow(self) -> None:
        super().allow()
        opened("contact_person", self.person.pk)

    def thing(self) -> str:
        return contact_people.thing(self.person)

    def mark(self) -> str:
        return contact_people.mark(self.person)

    def thing_name(self) -> str:
        return self.person.name

    def back(self) -> str:
        return company_url(self.company.pk)


class ChangePerson(OfPerson):
    """/virksomheder/<pk>/kontaktpersoner/<person>/ret/"""

    title = gettext_lazy("Change the contact person")

    def fresh(self) -> PersonForm:
        return PersonForm(initial={name: getattr(self.person, name) for name in contact_people.MOST})

    def form(self, data: Any) -> PersonForm:
        return PersonForm(data)

    def save(self, form: PersonForm) -> None:
        contact_people.change_person(self.actor, self.person, seen=self.seen, **form.cleaned_data)

    def more(self, form: Any) -> dict[str, Any]:
        left = self.person.left_on is not None
        return {
            "title": _("Change %(name)s") % {"name": self.person.name},
            "other_url": reverse("matching:contact_person_left", args=[self.company.pk, self.person.pk]),
            "other_text": _("Works there after all") if left else _("Has left the company"),
        }


class PersonLeft(OfPerson):
    """/virksomheder/<pk>/kontaktpersoner/<person>/fratraadt/: has left, or works there after all."""

    title = gettext_lazy("Has left the company")

    def fresh(self) -> LeftForm:
        return LeftForm(self.person)

    def form(self, data: Any) -> LeftForm:
        return LeftForm(self.person, data)

    def save(self, form: LeftForm) -> None:
        contact_people.say_left(self.actor, self.person, form.cleaned_data.get("left_on"), seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        name = {"name": self.person.name}
        if self.person.left_on is not None:
            return {"title": _("Does %(name)s work there after all?") % name, "button": _("Yes")}
        return {
            "title": _("%(name)s has left the company") % name,
            "lead": _("The person stays with earlier contacts, and is not offered for new ones."),
        }
