"""Contacts with companies: the list, as page and as file, one of them, and what may be done with it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import contacts
from matching.companies import tidy
from matching.contact_forms import ContactForm, ContactListForm, NewContactForm, StepDoneForm
from matching.models import Company, CompanyContact, ContactTheme
from matching.models.contacts import CompanyContactQuerySet
from matching.models.sharing import partners_of
from matching.views.companies import by_text
from matching.views.company_tables import company_url
from matching.views.contact_people import FORM, ForCompany
from matching.views.contact_tables import (
    CONTACT_COLUMNS,
    contact_details,
    contact_file_line,
    contact_line,
    labels_of,
)
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.pagination import keyset
from portal.ui.tables import Table
from programmes.views.money_forms import QuestionForm

ORDER = ("-contacted_on", "-id")
PAGE = 25
COUNTED_TO = 10_000


def filtered(rows: CompanyContactQuerySet, chosen: dict[str, Any], actor: Actor) -> CompanyContactQuerySet:
    """Those contacts that the filters leave; `chosen` is the cleaned data of ContactListForm."""
    plain = {
        "company__municipality": chosen.get("municipality"),
        "organisation": chosen.get("organisation"),
        "kind": chosen.get("kind"),
        "contacted_on__gte": chosen.get("since"),
        "contacted_on__lte": chosen.get("until"),
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value not in (None, "")})
    if theme := chosen.get("theme"):
        rows = rows.filter(themes__contains=[theme])
    if step := chosen.get("step"):
        rows = rows.steps_open()
        if step == "late":
            rows = rows.filter(next_step_on__lt=timezone.localdate())
        elif step == "mine":
            rows = rows.filter(next_step_by=actor.user)
    if text := tidy(chosen.get("text") or ""):
        rows = rows.filter(company__in=by_text(Company.objects.all(), text).order_by().values("pk"))
    return rows


class ContactList(ActionMixin):
    """/virksomhedskontakter/?text=&municipality=&organisation=&kind=&theme=&since=&until=&step="""

    action = contacts.VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = export.requested(request)
        form = ContactListForm(self.actor, request.GET, partners_of(self.actor), offer=kind is None)
        form.is_valid()
        rows = filtered(CompanyContact.objects.visible_to(self.actor).standing(), form.cleaned_data, self.actor)
        labels = labels_of(ContactTheme)
        if kind is not None:
            whole = rows.with_first(self.actor).with_names().order_by(*ORDER)
            return export.export_response(kind, _("company contacts"), CONTACT_COLUMNS, _lines(whole, labels))
        shown = rows.with_first(self.actor).select_related("company", "organisation")
        page = keyset(shown, request.GET, ORDER, size=PAGE)
        number = rows.order_by().values("pk")[: COUNTED_TO + 1].count()
        context = {
            "filter_form": form,
            "table": Table(
                caption=_("Company contacts"),
                columns=CONTACT_COLUMNS,
                rows=[contact_line(row, labels) for row in page.rows],
                caption_hidden=True,
                empty=_("No contact fits. Remove a filter, or register one on a company's page."),
            ),
            "page": page,
            "filtering": any(form.cleaned_data.values()) or bool(form.errors),
            "number": min(number, COUNTED_TO),
            "many": number > COUNTED_TO,
            "may_register": rights.may(self.actor, contacts.REGISTER),
        }
        return render(request, "matching/contacts/list.html", context)


def _lines(rows: CompanyContactQuerySet, labels: dict[str, str]) -> Iterator[dict[str, Any]]:
    for row in rows.iterator(chunk_size=2000):
        yield contact_file_line(row, labels)


def visible_contact(actor: Actor, pk: int) -> CompanyContact:
    rows = CompanyContact.objects.visible_to(actor).with_first(actor).with_names()
    # What its organisation took back, the others never need.
    found: CompanyContact = get_object_or_404(
        rows.filter(Q(withdrawn_at=None) | Q(organisation_id__in=actor.organisation_ids)), pk=pk
    )
    return found


class ContactPage(ActionMixin):
    """/virksomhedskontakter/<pk>/"""

    action = contacts.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        contact = visible_contact(self.actor, pk)
        context = {
            "contact": contact,
            "details": contact_details(contact),
            "may_correct": contacts.may_correct(self.actor, contact),
            "may_take_step": contacts.may_take_step(self.actor, contact),
            "own": contact.registered_by_id == self.actor.user.pk,
            "may_register_need": contact.company.in_use and rights.may(self.actor, "matching.register_need"),
        }
        return render(request, "matching/contacts/contact.html", context)


class NewContact(ForCompany, form_pages.MakePage):
    """/virksomheder/<pk>/kontakter/ny/: the company is given, today and a visit are filled in."""

    action = contacts.REGISTER
    title = gettext_lazy("Register contact")
    button = gettext_lazy("Register")
    done = gettext_lazy("The contact is registered.")
    kind = "company_contact"
    template = FORM
    draft_title = gettext_lazy("Register contact")

    def form(self, data: Any = None) -> NewContactForm:
        return NewContactForm(self.actor, self.company, data)

    def make(self, form: NewContactForm, written: Written) -> int:
        contact = contacts.register_contact(
            self.actor, self.company, settles=form.settled(), written=written, **form.contact()
        )
        if contact.unasked:
            messages.warning(self.request, _UNASKED)
        return contact.pk

    def more(self, form: Any) -> dict[str, Any]:
        return {
            "lead": _("With %(name)s. Only your organisation reads what was said, unless you share it.")
            % {"name": self.company.name},
            "protected": self.company.advertising_protected,
        }


_UNASKED = gettext_lazy(
    "The company is protected against advertising and must not be approached unasked. That you did is noted."
)


class OfContact(form_pages.AlterPage):
    """Changes the contact in the address."""

    action = contacts.REGISTER
    template = FORM

    @cached_property
    def contact(self) -> CompanyContact:
        return visible_contact(self.actor, self.kwargs["pk"])

    def verdict(self) -> rights.Verdict:
        return contacts.may_correct(self.actor, self.contact)

    def allow(self) -> None:
        opened("company_contact", self.contact.pk)
        opened("company", self.contact.company_id)
        verdict = self.verdict()
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        contact = self.contact
        return [
            (_("Company contacts"), reverse("matching:contacts")),
            (contact.company.name, reverse("matching:contact", args=[contact.pk])),
        ]

    def thing(self) -> str:
        return contacts.thing(self.contact)

    def mark(self) -> str:
        return contacts.mark(self.contact)

    def thing_name(self) -> str:
        return self.contact.company.name


class CorrectContact(OfContact):
    """/virksomhedskontakter/<pk>/ret/"""

    title = gettext_lazy("Correct the contact")

    def fresh(self) -> ContactForm:
        return ContactForm(self.actor, self.contact.company, contact=self.contact)

    def form(self, data: Any) -> ContactForm:
        return ContactForm(self.actor, self.contact.company, data, contact=self.contact)

    def save(self, form: ContactForm) -> None:
        contacts.correct_contact(self.actor, self.contact, seen=self.seen, **form.contact())

    def more(self, form: Any) -> dict[str, Any]:
        return {"lead": self.contact.company.name, "protected": self.contact.company.advertising_protected}


class UndoContact(OfContact):
    """/virksomhedskontakter/<pk>/fortryd/"""

    title = gettext_lazy("Undo the contact")
    lead = gettext_lazy("It goes from all lists. If only something about it is wrong, correct it instead.")
    button = gettext_lazy("Undo")
    done = gettext_lazy("The contact is undone.")

    def fresh(self) -> QuestionForm:
        return QuestionForm()

    def form(self, data: Any) -> QuestionForm:
        return QuestionForm(data)

    def save(self, form: QuestionForm) -> None:
        contacts.undo_contact(self.actor, self.contact, seen=self.seen)

    def back(self) -> str:
        return company_url(self.contact.company_id) if self.request.method == "POST" else super().back()


class StepDone(OfContact):
    """/virksomhedskontakter/<pk>/naeste-skridt/"""

    title = gettext_lazy("The next step is done")
    button = gettext_lazy("It is done")

    def verdict(self) -> rights.Verdict:
        return contacts.may_take_step(self.actor, self.contact)

    def fresh(self) -> StepDoneForm:
        return StepDoneForm()

    def form(self, data: Any) -> StepDoneForm:
        return StepDoneForm(data)

    def save(self, form: StepDoneForm) -> None:
        contacts.take_step(self.actor, self.contact, form.cleaned_data["done_on"], seen=self.seen)

    def more(self, form: Any) -> dict[str, Any]:
        return {"lead": f"{self.contact.company.name}: {self.contact.next_step}"}
