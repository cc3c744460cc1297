"""How a course goes on: its next step, its end, referrals to private advisers, the invitation to evaluate."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.guidance import steps
from matching.guidance.courses import may_change
from matching.guidance.forms import EndForm, InviteForm, PlanForm, ReferForm
from matching.guidance.rights import REGISTER
from matching.models import GuidanceCourse, PrivateReferral
from matching.views.guidance import OfCourse, course_url, guidance_steps, visible_course
from portal.audit.openings import opened
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.drafts.form_pages import AlterPage, MakePage, Steps
from portal.identity.rights import Refused
from programmes.views.money_forms import ReasonForm


class PlanCourse(OfCourse):
    """/vejledning/<pk>/naeste/"""

    title = gettext_lazy("Next step, adviser and note")
    template = "programmes/form.html"

    def fresh(self) -> PlanForm:
        return PlanForm(self.course)

    def form(self, data: Any) -> PlanForm:
        return PlanForm(self.course, data)

    def save(self, form: PlanForm) -> None:
        said = form.cleaned_data
        steps.plan_step(
            self.actor, self.course, next_step_on=said.get("next_step_on"), adviser=said["adviser"],
            contact=said["contact"], contact_name=said["contact_name"], note=said["note"], seen=self.seen,
        )  # fmt: skip


class EndCourse(OfCourse):
    """/vejledning/<pk>/afslut/"""

    title = gettext_lazy("End the course")
    button = gettext_lazy("End the course")
    done = gettext_lazy("The course has ended.")
    template = "matching/guidance/end.html"

    def allow(self) -> None:
        opened("guidance_course", self.course.pk)
        verdict = steps.may_end(self.actor, self.course)
        if not verdict:
            raise Refused(verdict.reason)

    def fresh(self) -> EndForm:
        return EndForm()

    def form(self, data: Any) -> EndForm:
        return EndForm(data)

    def save(self, form: EndForm) -> None:
        said, referral = form.cleaned_data, form.referral()
        steps.end_course(
            self.actor, self.course, said["day"], broken_off=said["how"] == "broken_off", remark=said["remark"],
            referrals=[referral] if referral is not None else [], seen=self.seen,
        )  # fmt: skip


class InviteCompany(OfCourse):
    """/vejledning/<pk>/evaluering/"""

    title = gettext_lazy("Invite to evaluate")
    lead = gettext_lazy("Note here that the company was invited. It answers in the other system, and is asked once.")
    button = gettext_lazy("Note the invitation")
    done = gettext_lazy("It is noted that the company was invited.")
    template = "programmes/form.html"

    def allow(self) -> None:
        opened("guidance_course", self.course.pk)
        verdict = steps.may_invite(self.actor, self.course)
        if not verdict:
            raise Refused(verdict.reason)

    def fresh(self) -> InviteForm:
        return InviteForm()

    def form(self, data: Any) -> InviteForm:
        return InviteForm(data)

    def save(self, form: InviteForm) -> None:
        said = form.cleaned_data
        steps.invite_to_evaluation(self.actor, self.course, said["day"], said["by"], seen=self.seen)


class ReferCompany(MakePage):
    """/vejledning/<pk>/privat-raadgiver/"""

    action = REGISTER
    title = gettext_lazy("Lead the company on to a private adviser")
    lead = gettext_lazy("Name the firm, not a person.")
    done = gettext_lazy("The referral is registered.")
    kind = "guidance-referral"
    template = "programmes/form.html"

    @cached_property
    def course(self) -> GuidanceCourse:
        return visible_course(self.actor, self.kwargs["pk"])

    def allow(self) -> None:
        opened("guidance_course", self.course.pk)
        verdict = may_change(self.actor, self.course)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return guidance_steps(self.course)

    def form(self, data: Any = None) -> ReferForm:
        return ReferForm(data)

    def make(self, form: ReferForm, written: Written) -> int:
        referral = form.referral() or steps.Referral("")
        return steps.refer(self.actor, self.course, referral, form.cleaned_data["day"], written=written).pk

    def address(self, pk: int) -> str:
        return course_url(self.course.pk)


class TakeBackReferral(AlterPage):
    """/vejledning/privat-raadgiver/<pk>/tag-tilbage/"""

    action = REGISTER
    title = gettext_lazy("Take the referral back")
    button = gettext_lazy("Take back")
    done = gettext_lazy("The referral is taken back.")
    template = "programmes/form.html"

    @cached_property
    def referral(self) -> PrivateReferral:
        courses = GuidanceCourse.objects.visible_to(self.actor).order_by().values("pk")
        rows = PrivateReferral.objects.filter(withdrawn_at=None, course__in=courses)
        found: PrivateReferral = get_object_or_404(rows.select_related("course__company"), pk=self.kwargs["pk"])
        return found

    def allow(self) -> None:
        opened("guidance_course", self.referral.course_id)
        verdict = may_change(self.actor, self.referral.course)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return guidance_steps(self.referral.course)

    def thing(self) -> str:
        return versions.thing_of("private_referral", self.referral.pk)

    def mark(self) -> str:
        return str(self.referral.withdrawn_at)

    def thing_name(self) -> str:
        return self.referral.firm

    def fresh(self) -> ReasonForm:
        return ReasonForm()

    def form(self, data: Any) -> ReasonForm:
        return ReasonForm(data)

    def more(self, form: Any) -> dict[str, Any]:
        return {"title": _("Take the referral to %(firm)s back") % {"firm": self.referral.firm}}

    def save(self, form: ReasonForm) -> None:
        steps.take_back_referral(self.actor, self.referral, form.cleaned_data["reason"], seen=self.seen)
