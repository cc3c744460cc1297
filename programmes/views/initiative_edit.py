"""Making and changing an initiative, and saying how far it is."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import Written
from programmes import rights
from programmes.initiative_forms import InitiativeForm, MilestonesForm, StatusForm, initial_of, milestones_of
from programmes.initiatives import (
    change_initiative,
    make_initiative,
    may_report,
    set_milestones,
    set_status,
)
from programmes.initiatives import thing as initiative_thing
from programmes.models import Initiative, Programme
from programmes.plans import may_edit, require
from programmes.views.editing import AlterPage, MakePage, Steps
from programmes.views.finding import visible_initiative, visible_plan
from programmes.views.plan_edit import plans_step
from programmes.views.shown import initiative_url, plan_url


class MakeInitiative(MakePage):
    """/planer/<slug>/initiativer/opret/"""

    title = gettext_lazy("Add an initiative")
    lead = gettext_lazy("It begins as an idea. Its milestones and its status are said on its own page.")
    kind = "initiative"
    done = gettext_lazy("The initiative is added.")
    draft_title = gettext_lazy("Add an initiative")

    @cached_property
    def plan(self) -> Programme:
        return visible_plan(self.actor, self.kwargs["slug"])

    def allow(self) -> None:
        require(may_edit(self.actor, self.plan))

    def steps(self) -> Steps:
        return [plans_step(), (self.plan.name, plan_url(self.plan))]

    def form(self, data: Any = None) -> InitiativeForm:
        return InitiativeForm(self.actor, self.plan, data)

    def make(self, form: InitiativeForm, written: Written) -> int:
        with ledger.entry():
            pk: int = make_initiative(self.plan, form.sheet(), actor=self.actor).pk
            written(pk)
        return pk

    def address(self, pk: int) -> str:
        return initiative_url(Initiative.objects.get(pk=pk))


class AlterInitiative(AlterPage):
    @cached_property
    def present(self) -> Initiative:
        return visible_initiative(self.actor, self.kwargs["pk"])

    def steps(self) -> Steps:
        plan = self.present.programme
        return [plans_step(), (plan.name, plan_url(plan)), (str(self.present), initiative_url(self.present))]

    def thing(self) -> str:
        return initiative_thing(self.present)


class ChangeInitiative(AlterInitiative):
    """/initiativer/<pk>/ret/"""

    title = gettext_lazy("Change the initiative")
    draft_title = gettext_lazy("Change an initiative")

    def allow(self) -> None:
        require(may_edit(self.actor, self.present.programme))

    def fresh(self) -> InitiativeForm:
        plan = self.present.programme
        return InitiativeForm(self.actor, plan, initial=initial_of(self.present), initiative=self.present)

    def form(self, data: Any) -> InitiativeForm:
        return InitiativeForm(self.actor, self.present.programme, data, initiative=self.present)

    def save(self, form: InitiativeForm) -> None:
        change_initiative(self.actor, self.present, form.sheet(), seen=self.seen)


class Report(AlterInitiative):
    """The plan's owner and the organisation that leads."""

    action = rights.REPORT_INITIATIVE

    def allow(self) -> None:
        require(may_report(self.actor, self.present))


class ChangeMilestones(Report):
    """/initiativer/<pk>/milepaele/"""

    title = gettext_lazy("Schedule and milestones")

    def fresh(self) -> MilestonesForm:
        return MilestonesForm(initial=milestones_of(self.present))

    def form(self, data: Any) -> MilestonesForm:
        return MilestonesForm(data)

    def save(self, form: MilestonesForm) -> None:
        set_milestones(self.actor, self.present, form.cleaned_data["milestones"], seen=self.seen)


class ChangeStatus(Report):
    """/initiativer/<pk>/status/"""

    title = gettext_lazy("Say the status")

    def fresh(self) -> StatusForm:
        return StatusForm(initial={"status": self.present.status})

    def form(self, data: Any) -> StatusForm:
        return StatusForm(data)

    def save(self, form: StatusForm) -> None:
        said = form.cleaned_data
        set_status(self.actor, self.present, said["status"], on=said["on"], reason=said["reason"], seen=self.seen)
