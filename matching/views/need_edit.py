"""Registering a need and going on with it: changed, a step taken, closed, opened again, met with a match."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import needs
from matching.entries import MatchEntry
from matching.finding import Found
from matching.forms import LogForm
from matching.matches import Receipt, Twin
from matching.models import Need
from matching.need_forms import CloseNeedForm, NeedForm, NeedStepForm, NewNeedForm
from matching.views.contact_people import FORM, ForCompany
from matching.views.log import LogMatch
from matching.views.needs import visible_need
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity.rights import Refused, Verdict
from programmes.views.money_forms import QuestionForm


class NewNeed(ForCompany, form_pages.MakePage):
    """/virksomheder/<pk>/behov/nyt/"""

    action = needs.REGISTER
    title = gettext_lazy("Register need")
    button = gettext_lazy("Register")
    done = gettext_lazy("The need is registered.")
    kind = "need"
    template = FORM
    draft_title = gettext_lazy("Register need")

    def form(self, data: Any = None) -> NewNeedForm:
        return NewNeedForm(self.company, data)

    def make(self, form: NewNeedForm, written: Written) -> int:
        return needs.register_need(self.actor, self.company, written=written, **form.need()).pk

    def address(self, pk: int) -> str:
        return reverse("matching:need", args=[pk])

    def more(self, form: Any) -> dict[str, Any]:
        return {"lead": self.company.name}


class OfNeed(form_pages.AlterPage):
    """Changes the need in the address."""

    action = needs.REGISTER
    template = FORM

    @cached_property
    def need(self) -> Need:
        return visible_need(self.actor, self.kwargs["pk"])

    def verdict(self) -> Verdict:
        return needs.may_go_on(self.actor, self.need)

    def allow(self) -> None:
        opened("need", self.need.pk)
        opened("company", self.need.company_id)
        verdict = self.verdict()
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return need_steps(self.need)

    def thing(self) -> str:
        return needs.thing(self.need)

    def mark(self) -> str:
        return needs.mark(self.need)

    def thing_name(self) -> str:
        return self.need.company.name

    def more(self, form: Any) -> dict[str, Any]:
        return {"lead": self.need.company.name}


def need_steps(need: Need) -> Steps:
    return [
        (_("Needs"), reverse("matching:needs")),
        (need.company.name, reverse("matching:need", args=[need.pk])),
    ]


class ChangeNeed(OfNeed):
    """/behov/<pk>/ret/"""

    title = gettext_lazy("Change the need")
    draft_title = gettext_lazy("Change the need")

    def fresh(self) -> NeedForm:
        return NeedForm(self.need.company, need=self.need)

    def form(self, data: Any) -> NeedForm:
        return NeedForm(self.need.company, data, need=self.need)

    def save(self, form: NeedForm) -> None:
        needs.change_need(self.actor, self.need, seen=self.seen, **form.need())


class NeedStep(OfNeed):
    """/behov/<pk>/skridt/"""

    title = gettext_lazy("A step was taken")
    done = gettext_lazy("It is noted.")

    def fresh(self) -> NeedStepForm:
        return NeedStepForm(self.need)

    def form(self, data: Any) -> NeedStepForm:
        return NeedStepForm(self.need, data)

    def save(self, form: NeedStepForm) -> None:
        needs.take_step(self.actor, self.need, candidates=form.cleaned_data["candidates"], seen=self.seen)


class CloseNeed(OfNeed):
    """/behov/<pk>/luk/"""

    title = gettext_lazy("Close without a match")
    button = gettext_lazy("Close")
    done = gettext_lazy("The need is closed.")

    def fresh(self) -> CloseNeedForm:
        return CloseNeedForm()

    def form(self, data: Any) -> CloseNeedForm:
        return CloseNeedForm(data)

    def save(self, form: CloseNeedForm) -> None:
        said = form.cleaned_data
        needs.close_need(self.actor, self.need, said["reason"], note=said["note"], seen=self.seen)


class ReopenNeed(OfNeed):
    """/behov/<pk>/aabn/"""

    title = gettext_lazy("Open the need again")
    button = gettext_lazy("Open again")
    done = gettext_lazy("The need is open again.")

    def verdict(self) -> Verdict:
        verdict = needs.may_change(self.actor, self.need)
        return Verdict(False, _("The need is open.")) if verdict and self.need.waits else verdict

    def fresh(self) -> QuestionForm:
        return QuestionForm()

    def form(self, data: Any) -> QuestionForm:
        return QuestionForm(data)

    def save(self, form: QuestionForm) -> None:
        needs.reopen_need(self.actor, self.need, seen=self.seen)


class MatchOfNeed(LogMatch):
    """/behov/<pk>/match/: the log page with the company, the type and the work area of the need filled in."""

    draft_title: ClassVar[str | Promise] = ""

    @cached_property
    def need(self) -> Need:
        return visible_need(self.actor, self.kwargs["pk"])

    def allow(self) -> None:
        opened("need", self.need.pk)
        opened("company", self.need.company_id)
        verdict = needs.may_match(self.actor, self.need)
        if not verdict:
            raise Refused(verdict.reason)

    def form_of(self, data: QueryDict | None = None, **kwargs: Any) -> LogForm:
        form = super().form_of(data, **kwargs)
        # Another programme brings other lists: the form that comes is still the need's.
        form.fields["programme"].widget.attrs["hx-post"] = reverse("matching:need_match", args=[self.need.pk])
        return form

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # type: ignore[override]
        self.allow()
        need = self.need
        shown = {
            "company_text": need.company.name,
            "company": str(need.company_id),
            "company_for": need.company.name,
            "match_type": need.match_types[0] if len(need.match_types) == 1 else "",
            "work_area": need.work_area_id or "",
        }
        return self.page(self.form_of(initial=shown, company=need.company), Found(company=need.company))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # type: ignore[override]
        opened("need", self.need.pk)
        opened("company", self.need.company_id)
        return super().post(request)

    def write(self, entry: MatchEntry, key: str) -> Receipt:
        return needs.match_of_need(self.actor, self.need, entry, key=key)

    def page(self, form: LogForm, found: Found, twins: list[Twin] | None = None) -> HttpResponse:
        steps = [*need_steps(self.need), (_("Register match"), "")]
        context = self.context(form, found, twins) | {
            "need": self.need,
            "steps": [{"title": title, "url": url} for title, url in steps],
        }
        return render(self.request, "matching/contacts/match.html", context)
