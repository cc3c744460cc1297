"""Changing what is ours of a company, merging two that are one, and taking that back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import changing, merging
from matching.candidates import candidates_for
from matching.companies import search, tidy
from matching.company_forms import ChangeCompanyForm, MergeForm
from matching.models import Company, CompanyMerge
from matching.views.company_tables import company_url
from portal.audit.openings import opened
from portal.drafts import form_pages, versions
from portal.drafts.form_pages import Steps
from programmes.views.money_forms import QuestionForm

SUGGESTED = 6


def companies_steps(company: Company | None = None) -> Steps:
    steps: Steps = [(_("Companies"), reverse("matching:companies"))]
    return steps if company is None else [*steps, (company.name, company_url(company.pk))]


class OfCompany(form_pages.AlterPage):
    """Changes the company in the address; one that was merged is changed where it went."""

    @cached_property
    def company(self) -> Company:
        rows = Company.objects.visible_to(self.actor).standing().select_related("municipality")
        found: Company = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def allow(self) -> None:
        opened("company", self.company.pk)

    def steps(self) -> Steps:
        return companies_steps(self.company)

    def thing(self) -> str:
        return changing.thing(self.company)

    def mark(self) -> str:
        return changing.mark(self.company)

    def thing_name(self) -> str:
        return self.company.name


class ChangeCompany(OfCompany):
    """/virksomheder/<pk>/ret/"""

    action = changing.CHANGE
    title = gettext_lazy("Change the company")
    template = "matching/company_form.html"

    def fresh(self) -> ChangeCompanyForm:
        return ChangeCompanyForm(self.company)

    def form(self, data: Any) -> ChangeCompanyForm:
        return ChangeCompanyForm(self.company, data, ask="another" in data)

    def save(self, form: ChangeCompanyForm) -> None:
        changing.change_company(self.actor, self.company, seen=self.seen, **form.said())

    def say(self, form: ChangeCompanyForm, refused: ValidationError) -> None:
        """Near names are told with the tick that it is another company, which is not shown before."""
        asked = ChangeCompanyForm(self.company, ask=True)
        if "another" in getattr(refused, "error_dict", {}) and "another" in asked.fields:
            form.fields["another"] = asked.fields["another"]
        super().say(form, refused)

    def more(self, form: Any) -> dict[str, Any]:
        lead = _("The register says the rest.")
        if changing.is_typed(self.company):
            lead = _("The company was typed in. When the register has been asked, it says name and place.")
        return {"title": _("Change %(name)s") % {"name": self.company.name}, "lead": lead}


class MergeCompany(OfCompany):
    """/virksomheder/<pk>/flet/?into=: shows what would move; sent, it is done. The queue sends it at once."""

    action = merging.MERGE
    title = gettext_lazy("Merge into another company")
    button = gettext_lazy("Merge")
    done = gettext_lazy("The two are one company now. It can be undone on the company's page.")
    template = "matching/company_merge.html"

    def fresh(self) -> MergeForm:
        return MergeForm(initial={"into": self.into.pk if self.into else ""})

    def form(self, data: Any) -> MergeForm:
        return MergeForm(data)

    @cached_property
    def into(self) -> Company | None:
        """The company in the address or the form; one that is not there is none."""
        # Whoever looks for another one has not chosen yet.
        asked = "" if "text" in self.request.GET else self.request.GET.get("into", "")
        given = self.request.POST.get("into") or asked
        if not (given.isascii() and given.isdigit() and len(given) <= 15):
            return None
        rows = Company.objects.visible_to(self.actor).standing().select_related("municipality")
        return rows.filter(pk=int(given)).first()

    def save(self, form: MergeForm) -> None:
        if self.into is None:
            raise ValidationError({"": [_("Choose the company that it is.")]})
        try:
            merging.merge(self.actor, self.into, self.company, reason=form.cleaned_data["reason"], seen=self.seen)
        except ValidationError as refused:
            raise ValidationError({"": list(refused.messages)}) from refused

    def back(self) -> str:
        return company_url(self.into.pk if self.into and self.request.method == "POST" else self.company.pk)

    def more(self, form: Any) -> dict[str, Any]:
        text = tidy(self.request.GET.get("text", ""))[:100]
        preview, problem, offered = None, "", []
        if self.into is not None:
            opened("company", self.into.pk)
            try:
                preview = merging.preview(self.into, self.company)
            except ValidationError as refused:
                problem = " ".join(refused.messages)
        else:
            found = search(text, SUGGESTED) if text else candidates_for([self.company]).get(self.company.pk, [])
            offered = [each for each in found if each.pk != self.company.pk]
            for each in offered:
                opened("company", each.pk)
        return {
            "company": self.company,
            "into": self.into,
            "preview": preview,
            "problem": problem,
            "offered": offered,
            "text": text,
            "title": _("Merge %(name)s into another company") % {"name": self.company.name},
        }


class UndoMerge(form_pages.AlterPage):
    """/virksomheder/fletninger/<pk>/fortryd/"""

    action = merging.MERGE
    title = gettext_lazy("Undo the merging")
    lead = gettext_lazy("What went along goes back. What has been registered since stays where it is.")
    button = gettext_lazy("Undo")
    done = gettext_lazy("They are two companies again.")
    template = "programmes/form.html"

    @cached_property
    def row(self) -> CompanyMerge:
        found: CompanyMerge = get_object_or_404(
            CompanyMerge.objects.filter(undone_at=None).select_related("kept", "absorbed"), pk=self.kwargs["pk"]
        )
        return found

    def allow(self) -> None:
        for company in (self.row.kept, self.row.absorbed):
            opened("company", company.pk)

    def steps(self) -> Steps:
        return companies_steps(self.row.kept)

    def thing(self) -> str:
        return versions.thing_of("company_merge", self.row.pk)

    def mark(self) -> str:
        return str(self.row.undone_at)

    def fresh(self) -> QuestionForm:
        return QuestionForm()

    def form(self, data: Any) -> QuestionForm:
        return QuestionForm(data)

    def more(self, form: Any) -> dict[str, Any]:
        names = {"name": self.row.absorbed.name, "into": self.row.kept.name}
        return {"title": _("Take %(name)s out of %(into)s again") % names}

    def save(self, form: Any) -> None:
        merging.undo_merge(self.actor, self.row, seen=self.seen)
