"""What the parties do with a referral: take it on, answer it, tell the company, pass it on, note, withdraw."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import answering, referrals
from matching.models import Referral
from matching.referral_forms import AnswerForm, CompanyAnswerForm, NoteForm, Offered, PassOnForm
from matching.views.referral_tables import details_of
from matching.views.referrals import visible_referral
from portal.audit.submissions import Written
from portal.drafts import form_pages
from portal.drafts.form_pages import Steps
from portal.identity.rights import Refused, Verdict
from programmes.views.money_forms import QuestionForm, ReasonForm


class OfReferral(form_pages.AlterPage):
    """Changes the referral in the address; the page shows what it is about."""

    action = answering.ANSWER
    template = "matching/referral_answer.html"

    @cached_property
    def referral(self) -> Referral:
        return visible_referral(self.actor, self.kwargs["pk"])

    def verdict(self) -> Verdict:
        return answering.may_answer(self.actor, self.referral)

    def allow(self) -> None:
        verdict = self.verdict()
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return [
            (_("Referrals"), reverse("matching:referrals")),
            (self.referral.company.name, reverse("matching:referral", args=[self.referral.pk])),
        ]

    def thing(self) -> str:
        return referrals.thing(self.referral)

    def mark(self) -> str:
        return referrals.mark(self.referral)

    def thing_name(self) -> str:
        return self.referral.company.name

    def told(self) -> list[tuple[str, str]]:
        return [(_("Status"), str(self.referral.get_status_display()))]

    def more(self, form: Any) -> dict[str, Any]:
        return {"details": details_of(self.referral), "referral": self.referral}

    def fresh(self) -> Any:
        return QuestionForm()

    def form(self, data: Any) -> Any:
        return QuestionForm(data)


class TakeOn(OfReferral):
    """/henvisninger/<pk>/modtag/"""

    title = gettext_lazy("Take the referral on")
    lead = gettext_lazy("The sender sees that somebody has it in hand. It still waits for an answer.")
    button = gettext_lazy("Take it on")
    done = gettext_lazy("You have taken it on.")

    def save(self, form: Any) -> None:
        answering.take_on(self.actor, self.referral, seen=self.seen)


class AnswerReferral(OfReferral):
    """/henvisninger/<pk>/svar/"""

    title = gettext_lazy("Answer the referral")
    button = gettext_lazy("Send the answer")
    done = gettext_lazy("The referral is answered.")
    draft_title = gettext_lazy("Answer a referral")
    names = {"company_told_on": "company_told_on"}

    def fresh(self) -> AnswerForm:
        return AnswerForm(from_company=self.referral.from_company)

    def form(self, data: Any) -> AnswerForm:
        return AnswerForm(data, from_company=self.referral.from_company)

    def save(self, form: AnswerForm) -> None:
        answering.answer(self.actor, self.referral, **form.said(), seen=self.seen)


class AnswerCompany(OfReferral):
    """/henvisninger/<pk>/virksomheden/"""

    title = gettext_lazy("The company has had its answer")
    lead = gettext_lazy("When the sender has been answered too, the referral is closed by it.")
    button = gettext_lazy("Note it")
    done = gettext_lazy("It is noted that the company has had its answer.")

    def verdict(self) -> Verdict:
        return answering.may_answer_company(self.actor, self.referral)

    def fresh(self) -> CompanyAnswerForm:
        return CompanyAnswerForm()

    def form(self, data: Any) -> CompanyAnswerForm:
        return CompanyAnswerForm(data)

    def save(self, form: CompanyAnswerForm) -> None:
        answering.answer_company(self.actor, self.referral, form.cleaned_data["day"], seen=self.seen)


class Reopen(OfReferral):
    """/henvisninger/<pk>/genaabn/"""

    title = gettext_lazy("Take back what was noted as answered")
    lead = gettext_lazy("The company waits for its answer again. What you had noted stays in the history of changes.")
    button = gettext_lazy("Take it back")
    done = gettext_lazy("It is taken back.")

    def verdict(self) -> Verdict:
        return answering.may_reopen(self.actor, self.referral)

    def fresh(self) -> ReasonForm:
        return ReasonForm()

    def form(self, data: Any) -> ReasonForm:
        return ReasonForm(data)

    def save(self, form: ReasonForm) -> None:
        answering.reopen(self.actor, self.referral, form.cleaned_data["reason"], seen=self.seen)


class PassOn(OfReferral):
    """/henvisninger/<pk>/videre/"""

    title = gettext_lazy("Pass the referral on")
    lead = gettext_lazy("The new receiver sees since when the company has waited, and owes it the answer.")
    button = gettext_lazy("Pass it on")
    done = gettext_lazy("The referral is passed on.")

    def verdict(self) -> Verdict:
        return answering.may_pass_on(self.actor, self.referral)

    @cached_property
    def offered(self) -> Offered:
        return Offered.read(self.actor, self.referral.company)

    def fresh(self) -> PassOnForm:
        row = self.referral
        return PassOnForm(self.offered, kind=row.kind, asked=row.asked, person=row.contact_person_id)

    def form(self, data: Any) -> PassOnForm:
        return PassOnForm(self.offered, data)

    def save(self, form: PassOnForm) -> None:
        answering.pass_on(self.actor, self.referral, form.said(), seen=self.seen)


class WithdrawReferral(OfReferral):
    """/henvisninger/<pk>/traek-tilbage/"""

    action = referrals.SEND
    title = gettext_lazy("Withdraw the referral")
    lead = gettext_lazy("It is no longer to be answered, and no longer counts.")
    button = gettext_lazy("Withdraw it")
    done = gettext_lazy("The referral is withdrawn.")

    def verdict(self) -> Verdict:
        return referrals.may_withdraw(self.actor, self.referral)

    def more(self, form: Any) -> dict[str, Any]:
        if self.referral.follows_id is None:
            return super().more(form)
        return super().more(form) | {"lead": _("It no longer counts, and the company waits for your answer again.")}

    def fresh(self) -> ReasonForm:
        return ReasonForm()

    def form(self, data: Any) -> ReasonForm:
        return ReasonForm(data)

    def save(self, form: ReasonForm) -> None:
        referrals.withdraw(self.actor, self.referral, form.cleaned_data["reason"], seen=self.seen)


class NoteReferral(form_pages.MakePage):
    """/henvisninger/<pk>/notat/"""

    action = answering.ANSWER
    kind = "referral_note"
    title = gettext_lazy("Internal note")
    lead = gettext_lazy("Only your own organisation sees it, never the other side.")
    done = gettext_lazy("The note is kept.")
    template = "matching/form.html"

    @cached_property
    def referral(self) -> Referral:
        return get_object_or_404(
            Referral.objects.visible_to(self.actor).select_related("company"), pk=self.kwargs["pk"]
        )

    def allow(self) -> None:
        visible_referral(self.actor, self.kwargs["pk"])

    def steps(self) -> Steps:
        return [
            (_("Referrals"), reverse("matching:referrals")),
            (self.referral.company.name, reverse("matching:referral", args=[self.referral.pk])),
        ]

    def form(self, data: Any = None) -> NoteForm:
        return NoteForm(data)

    def make(self, form: NoteForm, written: Written) -> int:
        return answering.add_note(self.actor, self.referral, form.cleaned_data["text"], written=written).pk

    def address(self, pk: int) -> str:
        return reverse("matching:referral", args=[self.referral.pk])
