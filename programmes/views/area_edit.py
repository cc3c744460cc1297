"""Making and changing an area of a plan, and what hangs on it."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import Written
from programmes.effects import expect
from programmes.focus_areas import (
    background_of,
    change_area,
    links_of,
    make_area,
    set_background,
    set_links,
    set_scores,
)
from programmes.focus_areas import thing as area_thing
from programmes.models import Criterion, FocusArea, Programme
from programmes.plan_forms import (
    AreaForm,
    BackgroundForm,
    EffectsForm,
    LinksForm,
    ScoresForm,
    link_line,
    stated_text,
)
from programmes.plans import may_edit, require
from programmes.views.editing import AlterPage, MakePage, Steps
from programmes.views.finding import visible_area, visible_plan
from programmes.views.plan_edit import plans_step
from programmes.views.shown import area_url, plan_url


class MakeArea(MakePage):
    """/planer/<slug>/omraader/opret/"""

    title = gettext_lazy("Add an area")
    lead = gettext_lazy("A focus area, priority, driver or goal: the plan decides what it is called.")
    kind = "focus-area"
    done = gettext_lazy("The area is added.")
    draft_title = gettext_lazy("Add an area")

    @cached_property
    def plan(self) -> Programme:
        return visible_plan(self.actor, self.kwargs["slug"])

    def allow(self) -> None:
        require(may_edit(self.actor, self.plan))

    def steps(self) -> Steps:
        return [plans_step(), (self.plan.name, plan_url(self.plan))]

    def form(self, data: Any = None) -> AreaForm:
        return AreaForm(self.plan, data)

    def make(self, form: AreaForm, written: Written) -> int:
        with ledger.entry():
            pk: int = make_area(self.plan, actor=self.actor, **form.said()).pk
            written(pk)
        return pk

    def address(self, pk: int) -> str:
        return area_url(FocusArea.objects.get(pk=pk))


class AlterArea(AlterPage):
    @cached_property
    def present(self) -> FocusArea:
        return visible_area(self.actor, self.kwargs["pk"])

    def allow(self) -> None:
        require(may_edit(self.actor, self.present.programme))

    def steps(self) -> Steps:
        plan = self.present.programme
        return [plans_step(), (plan.name, plan_url(plan)), (str(self.present), area_url(self.present))]

    def thing(self) -> str:
        return area_thing(self.present)


class ChangeArea(AlterArea):
    """/omraader/<pk>/ret/"""

    title = gettext_lazy("Change the area")
    draft_title = gettext_lazy("Change an area")

    def fresh(self) -> AreaForm:
        initial = {name: getattr(self.present, name) for name in AreaForm.base_fields if hasattr(self.present, name)}
        return AreaForm(self.present.programme, initial=initial, area=self.present)

    def form(self, data: Any) -> AreaForm:
        return AreaForm(self.present.programme, data, area=self.present)

    def save(self, form: AreaForm) -> None:
        change_area(self.actor, self.present, seen=self.seen, **form.said())


class ChangeEffects(AlterArea):
    """/omraader/<pk>/effekter/"""

    title = gettext_lazy("Expected effects of the area")
    lead = gettext_lazy("As the plan's table prints them. What is not stated is no zero.")

    def form(self, data: Any = None, initial: Any = None) -> EffectsForm:
        effects = self.present.programme.effect_indicators.order_by("order", "pk")
        return EffectsForm(effects, data, initial=initial)

    def fresh(self) -> EffectsForm:
        rows = self.present.expected_effects.all()
        return self.form(initial={f"effect_{each.indicator_id}": stated_text(each) for each in rows})

    def save(self, form: EffectsForm) -> None:
        expect(self.present, form.said(), actor=self.actor, seen=self.seen)


class ChangeLinks(AlterArea):
    """/omraader/<pk>/forbindelser/"""

    title = gettext_lazy("Areas that it supports")

    def form(self, data: Any = None, initial: Any = None) -> LinksForm:
        areas = FocusArea.objects.visible_to(self.actor).exclude(pk=self.present.pk).select_related("programme")
        return LinksForm(areas.order_by("pk"), data, initial=initial)

    def fresh(self) -> LinksForm:
        links = (
            links_of(self.present, self.actor)
            .select_related("to__programme")
            .order_by("to__programme", "to__order", "pk")
        )
        return self.form(initial={"links": [link_line(each) for each in links]})

    def save(self, form: LinksForm) -> None:
        set_links(self.present, form.cleaned_data["links"], actor=self.actor, seen=self.seen)


class ChangeScores(AlterArea):
    """/omraader/<pk>/kriterier/"""

    title = gettext_lazy("Scores by the plan's criteria")
    lead = gettext_lazy("From 1 to 5, with the reason. A criterion without a score is left empty.")

    def form(self, data: Any = None, initial: Any = None) -> ScoresForm:
        area = self.present
        criteria = Criterion.objects.filter(programme=area.programme_id, appointed=area.appointed)
        return ScoresForm(criteria.order_by("order", "pk"), data, initial=initial)

    def fresh(self) -> ScoresForm:
        initial: dict[str, Any] = {}
        for each in self.present.scores.all():
            initial[f"score_{each.criterion_id}"] = each.score
            initial[f"justification_{each.criterion_id}"] = each.justification
        return self.form(initial=initial)

    def save(self, form: ScoresForm) -> None:
        set_scores(self.present, form.said(), actor=self.actor, seen=self.seen)


class ChangeBackground(AlterArea):
    """/omraader/<pk>/baggrund/"""

    title = gettext_lazy("Background facts of the area")
    lead = gettext_lazy("What the plan argues from, as its source prints it.")

    def fresh(self) -> BackgroundForm:
        return BackgroundForm(initial={"facts": background_of(self.present.programme, self.present)})

    def form(self, data: Any) -> BackgroundForm:
        return BackgroundForm(data)

    def save(self, form: BackgroundForm) -> None:
        set_background(
            self.present.programme, self.present, form.cleaned_data["facts"], actor=self.actor, seen=self.seen
        )
