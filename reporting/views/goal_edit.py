"""Making and changing a goal without code: first the kind of rule, then its fields, with a try on last year's data."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.drafts.pages import DraftPage
from portal.ui.number_line import number_line
from reporting import contracts, rights, rule_words
from reporting.contract_guard import check_version, copied
from reporting.deliveries import delivery_inputs
from reporting.engine.contracts import attainment
from reporting.library import for_contract, visible_library
from reporting.models import Goal, GoalGroup, GoalVersion, LibraryGoal
from reporting.views.contract_edit import ChangeGoal, OwnersPage, say
from reporting.views.contract_forms import GoalForm, RuleChoiceForm, sources
from reporting.views.contracts import ContractLinks, explained
from reporting.views.rule_form import from_rule


class GoalEditor(OwnersPage):
    """The two steps share: which rule, and where the fields come from."""

    action = rights.MAKE_CONTRACT
    template = "reporting/contracts/goal_form.html"
    amending = False

    def version(self) -> GoalVersion | None:
        """What the goal says now; None for a new one."""
        return None

    @cached_property
    def library(self) -> LibraryGoal | None:
        key = self.request.GET.get("library", "")
        return visible_library(self.actor).filter(key=key).first() if key else None

    @cached_property
    def rule(self) -> str:
        asked = self.request.GET.get("rule", "")
        if asked and asked in GoalVersion.Rule.values:
            return asked
        begun = self.library or self.version()
        return begun.rule if begun else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        if not self.rule:
            form = RuleChoiceForm(self.actor)
            context = {"form": form, "title": self.title(), "steps": self.steps(), "back": self.back()}
            return render(request, "reporting/contracts/rule_choice.html", context)
        return self.page(self.make_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        if not self.rule:
            return redirect(request.path)
        if "try" not in request.POST:
            return super().post(request, *args, **kwargs)
        form: Any = self.make_form(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            return self.page(form, tried=self.tried(form))
        except ValidationError as problem:
            say(form, problem)
            return self.page(form)

    def initial(self) -> dict[str, Any]:
        begun: Any = self.version() or self.library
        found: dict[str, Any] = {"missing": GoalVersion.Missing.NOT_COUNTED, "weight": 1}
        if isinstance(begun, GoalVersion):
            found = GoalForm.initial_of(begun)
        elif begun is not None:
            found |= {name: getattr(begun, name) for name in (*contracts.WORDING, "decimals", "missing",
                      "least_answers", "measured_by")} | {"name": begun.name}  # fmt: skip
        if begun is not None and begun.rule == self.rule:
            said = for_contract(begun, self.contract) if isinstance(begun, LibraryGoal) else vars(begun)
            found |= from_rule(begun.rule, said["params"], said["inputs"])
        last = Goal.objects.filter(contract=self.contract).aggregate(last=Max("number"))["last"]
        return {"number": (last or 0) + 1, **found, **self.token()}

    def make_form(self, data: Any = None) -> forms.Form:
        return GoalForm(
            self.contract, self.rule, sources(self.actor), data, initial=self.initial(), amending=self.amending
        )

    def page(self, form: Any, **more: Any) -> HttpResponseBase:
        params, _inputs = form.rule_data() if form.is_bound and hasattr(form, "cleaned_data") else (None, None)
        if params is None and (begun := self.version() or self.library) and begun.rule == self.rule:
            params = begun.params
        bands = rule_words.bands(self.rule, params or {})
        line = number_line(_("The rule as a number line"), bands) if bands else ""
        return super().page(
            form, line=line, sentence=rule_words.sentence(self.rule, params) if params else "",
            rule_name=str(GoalVersion.Rule(self.rule).label), **{"tried": None, **more},
        )  # fmt: skip

    def draft(self, form: Any) -> GoalVersion:
        """An unsaved version that says what was typed, a year earlier, so that last year's data fall in its windows."""
        fields = contracts.moved(form.version_fields(), -1)
        fields["params"] = form.version_fields()["params"]
        start, end = (contracts.moved(day, -1) for day in (self.contract.starts_on, self.contract.ends_on))
        fields["window_from"] = fields["window_from"] or start
        fields["window_to"] = fields["window_to"] or end
        before = self.version()
        if before is not None:
            return copied(before, **fields, effective_from=None)
        group = GoalGroup.objects.get(contract=self.contract, name=form.cleaned_data["group"])
        # Never saved; 0 is no goal's id, so nothing that was said or decided is taken for its own.
        goal = Goal(pk=0, contract=self.contract, group=group, number=form.cleaned_data["number"],
                    name=form.cleaned_data["name"])  # fmt: skip
        return GoalVersion(goal=goal, **fields)

    def tried(self, form: Any) -> dict[str, Any]:
        """The rule on last year's data: nothing is written."""
        version = self.draft(form)
        if version.rule != GoalVersion.Rule.DELIVERABLES:
            check_version(version)
        number = version.goal.number
        payload = attainment(self.contract, None, draft={number: version})
        goal = next(each for each in payload["goals"] if each["no"] == number)
        return {**explained(goal, payload, ContractLinks(self.contract.slug)), "window": goal["window"]}


class NewGoal(DraftPage, GoalEditor):
    """/kontrakter/<slug>/maal/nyt/?rule=tiers"""

    kind = "goal"
    draft_title, draft_asks = gettext_lazy("Add a goal"), ("rule", "library")

    def title(self) -> str:
        return _("Add a goal")

    def act(self, form: Any) -> tuple[int, str, str]:
        cleaned, fields = form.cleaned_data, form.version_fields()
        number = cleaned["number"]
        if Goal.objects.filter(contract=self.contract, number=number).exists():
            raise ValidationError({"number": _("The contract already has a goal with this number.")})
        fields["inputs"] = _with_deliveries(self.contract, number, fields)
        goal = contracts.set_goal(
            self.contract, number, name=cleaned["name"], group=cleaned["group"], library=self.library,
            actor=self.actor, **fields,
        )  # fmt: skip
        return goal.pk, _("The goal is added."), reverse("reporting:goal", args=[self.contract.slug, number])


def _with_deliveries(contract: Any, number: int, fields: dict[str, Any]) -> dict[str, Any]:
    inputs: dict[str, Any] = fields["inputs"]
    if fields["rule"] != GoalVersion.Rule.DELIVERABLES:
        return inputs
    return delivery_inputs(contract, number, fields["params"], inputs)


class EditGoal(ChangeGoal, GoalEditor):
    """/kontrakter/<slug>/maal/<number>/ret/"""

    kind = "goal"
    draft_title, draft_asks = gettext_lazy("Change the goal"), ("rule",)

    def title(self) -> str:
        return _("Change the goal")

    @cached_property
    def _version(self) -> GoalVersion:
        version = self.newest
        if version is None:
            raise Http404
        version.goal = self.goal
        return version

    def version(self) -> GoalVersion | None:
        return self._version

    def act(self, form: Any) -> tuple[int, str, str]:
        cleaned, fields = form.cleaned_data, form.version_fields()
        fields["inputs"] = _with_deliveries(self.contract, self.goal.number, fields)
        contracts.set_goal(
            self.contract, self.goal.number, name=cleaned["name"], group=cleaned["group"], actor=self.actor,
            seen=self.seen, **fields,
        )  # fmt: skip
        return self.goal.pk, _("The goal is changed."), self.back()


class AmendGoal(EditGoal):
    """/kontrakter/<slug>/maal/<number>/tillaeg/"""

    kind, amending = "amend", True
    draft_title = gettext_lazy("Amend the goal")

    def title(self) -> str:
        return _("Amend the goal")

    def lead(self) -> str:
        return _("What was signed stays and is shown beside the amendment.")

    def act(self, form: Any) -> tuple[int, str, str]:
        cleaned, fields = form.cleaned_data, form.version_fields()
        fields["inputs"] = _with_deliveries(self.contract, self.goal.number, fields)
        contracts.amend_goal(
            self.goal, amendment=cleaned["amendment"], reason_code=cleaned["reason_code"],
            effective_from=cleaned["effective_from"], actor=self.actor,
            seen=self.seen, **fields,
        )  # fmt: skip
        return self.goal.pk, _("The goal is amended."), self.back()
