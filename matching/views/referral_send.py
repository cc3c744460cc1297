"""From a company's page: refer it, or note that it has asked. Two actions: choose and write, send."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import referrals
from matching.models import Company, Need
from matching.referral_forms import AskedForm, Offered, SendForm
from matching.views.company_edit import companies_steps
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity.rights import Refused

LEADS_TO: dict[str, str] = {"job_profile": "recruiting", "student_case": "students"}
"""The theme of a referral that a need leads to."""


class OfCompany(form_pages.MakePage):
    """About the company in the address."""

    action = referrals.SEND
    kind = "referral"
    template = "matching/referral_form.html"
    to_others = True

    @cached_property
    def company(self) -> Company:
        rows = Company.objects.visible_to(self.actor).standing().select_related("municipality")
        found: Company = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    @cached_property
    def offered(self) -> Offered:
        return Offered.read(self.actor, self.company, to_others=self.to_others)

    def allow(self) -> None:
        opened("company", self.company.pk)
        if not self.offered.programmes:
            raise Refused(_("No programme with partners runs today, so there is none to refer companies in."))

    def steps(self) -> Steps:
        return companies_steps(self.company)

    def make(self, form: Any, written: Written) -> int:
        return referrals.send(self.actor, form.said(), written=written).pk

    def address(self, pk: int) -> str:
        return reverse("matching:referral", args=[pk])


class SendReferral(OfCompany):
    """/virksomheder/<pk>/henvis/?to=&need=: what a need says stands in the form already."""

    title = gettext_lazy("Refer the company")
    button = gettext_lazy("Send")
    done = gettext_lazy("The referral is sent. You see here when it is answered.")
    draft_title = gettext_lazy("Refer a company")
    draft_asks = ("to", "need")

    def form(self, data: Any = None) -> SendForm:
        form = SendForm(self.offered, data, to=self.request.GET.get("to", "")[:20])
        need = self.need()
        if need is not None:
            asked = "\n".join(text for text in (need.wish, need.tasks) if text)
            form.initial.update(kind=LEADS_TO[need.kind], contact_person=need.contact_person_id, asked=asked)
        return form

    def need(self) -> Need | None:
        """The need that the address names, of this company and one's own: others' are not told on."""
        pk = self.request.GET.get("need", "")
        own = Need.objects.filter(company=self.company, organisation__in=self.actor.organisation_ids)
        return own.filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Refer %(name)s") % {"name": self.company.name}, "sending": True}


class NoteAsked(OfCompany):
    """/virksomheder/<pk>/henvendelse/"""

    title = gettext_lazy("The company has asked us")
    lead = gettext_lazy("So that it is not forgotten: every company that asks gets an answer.")
    done = gettext_lazy("It is noted, and waits for your answer.")
    draft_title = gettext_lazy("A company has asked us")
    to_others = False

    def form(self, data: Any = None) -> AskedForm:
        return AskedForm(self.offered, data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("%(name)s has asked us") % {"name": self.company.name}, "sending": False}
