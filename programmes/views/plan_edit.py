"""Making and changing a plan."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import Written
from portal.identity.rights import Refused
from programmes.focus_areas import background_of, set_background
from programmes.models import FocusArea, Programme
from programmes.plan_forms import BackgroundForm, PlanForm
from programmes.plan_lists import set_lists
from programmes.plans import change_plan, make_plan, may_edit, require
from programmes.plans import thing as plan_thing
from programmes.views.editing import AlterPage, MakePage, Steps
from programmes.views.finding import visible_plan
from programmes.views.shown import plan_url


def plans_step() -> tuple[str, str]:
    return str(_("Plans")), reverse("programmes:plans")


class MakePlan(MakePage):
    """/planer/opret/"""

    title = gettext_lazy("Make a plan")
    lead = gettext_lazy("Your organisation owns it and writes in it. The others of its area read it.")
    kind = "plan"
    done = gettext_lazy("The plan is made. Give it its areas and initiatives.")
    draft_title = gettext_lazy("Make a plan")

    def steps(self) -> Steps:
        return [plans_step()]

    def form(self, data: Any = None) -> PlanForm:
        return PlanForm(self.actor, data)

    def make(self, form: PlanForm, written: Written) -> int:
        owner = self.actor.organisation
        if owner is None:
            raise Refused(_("Your organisation makes plans; you act for none."))
        with ledger.entry():
            plan = make_plan(owner, actor=self.actor, **form.said())
            set_lists(plan, **form.lists())
            written(plan.pk)
        return plan.pk

    def address(self, pk: int) -> str:
        return plan_url(Programme.objects.get(pk=pk))


class AlterPlan(AlterPage):
    @cached_property
    def present(self) -> Programme:
        return visible_plan(self.actor, self.kwargs["slug"])

    def allow(self) -> None:
        require(may_edit(self.actor, self.present))

    def steps(self) -> Steps:
        return [plans_step(), (self.present.name, plan_url(self.present))]

    def thing(self) -> str:
        return plan_thing(self.present)


class ChangePlan(AlterPlan):
    """/planer/<slug>/ret/"""

    title = gettext_lazy("Change the plan")
    draft_title = gettext_lazy("Change a plan")

    def fresh(self) -> PlanForm:
        plan = self.present
        names = [name for name in PlanForm.base_fields if hasattr(plan, name) and name not in PlanForm.LISTS]
        initial: dict[str, Any] = {name: getattr(plan, name) for name in names}
        initial["edition"] = plan.version
        initial["effects"] = [(each.name, each.unit) for each in plan.effect_indicators.order_by("order", "pk")]
        for appointed in (FocusArea.Appointed.STRENGTH, FocusArea.Appointed.EMERGING):
            rows = plan.criteria.filter(appointed=appointed).order_by("order", "pk")
            initial[f"{appointed}_criteria"] = list(rows.values_list("name", flat=True))
        return PlanForm(self.actor, initial=initial, plan=plan)

    def form(self, data: Any) -> PlanForm:
        return PlanForm(self.actor, data, plan=self.present)

    def save(self, form: PlanForm) -> None:
        with ledger.entry():
            plan = change_plan(self.actor, self.present, seen=self.seen, **form.said())
            set_lists(plan, **form.lists())


class ChangePlanBackground(AlterPlan):
    """/planer/<slug>/baggrund/: those of no area; an area has its own page."""

    title = gettext_lazy("Background facts of the plan")
    lead = gettext_lazy("What the plan argues from, as its source prints it.")

    def fresh(self) -> BackgroundForm:
        return BackgroundForm(initial={"facts": background_of(self.present, None)})

    def form(self, data: Any) -> BackgroundForm:
        return BackgroundForm(data)

    def save(self, form: BackgroundForm) -> None:
        set_background(self.present, None, form.cleaned_data["facts"], actor=self.actor, seen=self.seen)
