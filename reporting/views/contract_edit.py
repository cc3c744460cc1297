"""The pages on which contracts are made, signed and said something of. Each is a form that calls one action."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import ledger
from portal.audit.submissions import OtherContent, Written, once
from portal.drafts.pages import ChangePage, DraftPage
from portal.identity.views import ActionMixin
from portal.ui import formats
from portal.ui.forms import sent_before
from reporting import contracts, rights, rule_words, statements, version_words
from reporting.contract_guard import (
    contract_mark,
    goal_thing,
    newest,
    newest_versions,
    require_owner,
    require_party,
)
from reporting.contract_guard import thing as contract_thing
from reporting.engine.contracts import attainment
from reporting.models import Contract, Goal, GoalVersion, Series, Statement
from reporting.views.contract_asking import ContractPage
from reporting.views.contract_forms import (
    CopyForm,
    DayForm,
    EvidenceForm,
    ExcludeForm,
    FrameForm,
    SignForm,
    StatementForm,
)


class Doing(ActionMixin):
    """A page with one form. What the action refuses is said at the form's fields; the same twice is done once."""

    kind = ""
    template = "reporting/contracts/form.html"

    def title(self) -> str:
        raise NotImplementedError

    def lead(self) -> str:
        return ""

    def button(self) -> str:
        return _("Save")

    def back(self) -> str:
        return reverse("reporting:contracts")

    def allow(self) -> None:
        """Refuses with the reason before the form is shown; the action asks again."""

    def make_form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def act(self, form: Any) -> tuple[int, str, str]:
        """Inside an entry: do it. Returns (id, message, where to go)."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        return self.page(self.make_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.allow()
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            address, message = self.done(form)
        except ValidationError as problem:
            say(form, problem)
            return self.page(form)
        except OtherContent:
            sent_before(form)
            return self.page(form)
        messages.success(request, message)
        return redirect(address)

    def done(self, form: Any) -> tuple[str, str]:
        told: list[str] = []

        def act(written: Written) -> int:
            with ledger.entry():
                made, message, address = self.act(form)
                written(made)
            told[:] = [address, message]
            return made

        content = {name: values for name, values in self.request.POST.lists() if name != "csrfmiddlewaretoken"}
        token = str(self.request.POST.get("token") or uuid.uuid4().hex)
        once(self.actor.user, f"contract:{self.kind}", token, content, act)
        return (told[0], told[1]) if told else (self.back(), _("It was saved already."))

    def page(self, form: Any, **more: Any) -> HttpResponseBase:
        context = {"form": form, "title": self.title(), "lead": self.lead(), "button": self.button(),
                   "back": self.back(), "steps": self.steps(), **more}  # fmt: skip
        return render(self.request, self.template, context)

    def steps(self) -> list[dict[str, str]]:
        return [
            {"title": _("Result contracts"), "url": reverse("reporting:contracts")},
            {"title": self.title(), "url": ""},
        ]

    def token(self) -> dict[str, str]:
        return {"token": uuid.uuid4().hex}


class Changing(ChangePage, Doing):
    """A page with one form that changes something: the action is told what was seen."""

    def fresh(self) -> forms.Form:
        return self.make_form()


def say(form: Any, problem: ValidationError) -> None:
    """The action's messages at the fields; what is about no field stands over the form."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    if hasattr(form, "say"):
        form.say(problem.message_dict)
        return
    for name, texts in problem.message_dict.items():
        form.add_error(name if name in form.fields else None, list(texts))


class NewContract(DraftPage, Doing):
    """/kontrakter/ny/"""

    action, kind = rights.MAKE_CONTRACT, "new"
    draft_title = gettext_lazy("New contract")

    def title(self) -> str:
        return _("New contract")

    def make_form(self, data: Any = None) -> forms.Form:
        return FrameForm(self.actor, data, initial=self.token())

    def act(self, form: Any) -> tuple[int, str, str]:
        made = contracts.make_contract(actor=self.actor, **form.said())
        return made.pk, _("The draft is made. Now add its goals."), reverse("reporting:contract", args=[made.slug])


class OfContract(Doing, ContractPage):
    """A page below a contract."""

    @property
    def address(self) -> str:
        return reverse("reporting:contract", args=[self.contract.slug])

    def back(self) -> str:
        return self.address

    def steps(self) -> list[dict[str, str]]:
        first = {"title": _("Result contracts"), "url": reverse("reporting:contracts")}
        return [first, {"title": self.contract.name, "url": self.address}, {"title": self.title(), "url": ""}]


class OwnersPage(OfContract):
    action = rights.MAKE_CONTRACT

    def allow(self) -> None:
        require_owner(self.contract, self.actor)


class ChangeContract(Changing, OwnersPage):
    """A page whose form changes the contract as a whole."""

    def thing(self) -> str:
        return contract_thing(self.contract)

    def thing_name(self) -> str:
        return self.contract.name

    def mark(self) -> str:
        return contract_mark(self.contract)

    def told(self) -> list[tuple[str, str]]:
        period = f"{formats.date_da(self.contract.starts_on)}–{formats.date_da(self.contract.ends_on)}"
        lines = [(_("Name"), self.contract.name), (_("Period"), period)]
        for number, version in newest_versions(self.contract).items():
            said = [version.goal.name, _("weight %(weight)s") % {"weight": version.weight}]
            said.append(rule_words.sentence(version.rule, version.params))
            if version.excluded:
                said.append(_("does not count: %(reason)s") % {"reason": version.excluded_reason})
            lines.append((_("Goal %(number)s") % {"number": number}, "; ".join(said)))
        return lines


class EditContract(ChangeContract):
    kind = "edit"
    draft_title = gettext_lazy("Change the contract")

    def mark(self) -> str:
        return str(self.contract.version)  # the frame alone

    def told(self) -> list[tuple[str, str]]:
        return []  # the form says it

    def title(self) -> str:
        return _("Change the contract")

    def make_form(self, data: Any = None) -> forms.Form:
        return FrameForm(self.actor, data, initial={**FrameForm.initial_of(self.contract), **self.token()})

    def act(self, form: Any) -> tuple[int, str, str]:
        contracts.change_contract(self.contract, actor=self.actor, seen=self.seen, **form.said())
        return self.contract.pk, _("The contract is changed."), self.address


class SignContract(ChangeContract):
    action, kind = rights.SIGN_CONTRACT, "sign"

    def allow(self) -> None:
        require_owner(self.contract, self.actor, rights.SIGN_CONTRACT)

    def title(self) -> str:
        return _("Sign the contract")

    def lead(self) -> str:
        return _("Register that the parties have signed. From then on the goals change by amendment only.")

    def button(self) -> str:
        return _("Signed")

    def make_form(self, data: Any = None) -> forms.Form:
        return SignForm(data, initial={"signed_on": self.actor.on, **self.token()})

    def act(self, form: Any) -> tuple[int, str, str]:
        day = form.cleaned_data["signed_on"]
        contracts.sign_contract(self.contract, signed_on=day, actor=self.actor, seen=self.seen)
        return self.contract.pk, _("The contract is signed."), self.address


class CloseContract(ChangeContract):
    kind = "close"

    def title(self) -> str:
        return _("Close the contract")

    def lead(self) -> str:
        return _("A closed contract is not changed any more. Its figures can still be seen as known on any day.")

    def button(self) -> str:
        return _("Close it")

    def make_form(self, data: Any = None) -> forms.Form:
        return DayForm(data, initial=self.token())

    def act(self, form: Any) -> tuple[int, str, str]:
        contracts.close_contract(self.contract, actor=self.actor, seen=self.seen)
        return self.contract.pk, _("The contract is closed."), self.address


class CopyContract(OwnersPage):
    kind = "copy"

    def title(self) -> str:
        return _("Make next year's draft")

    def lead(self) -> str:
        return _("Parties, groups, goals, weights and rules are copied, with every date moved as many years.")

    def make_form(self, data: Any = None) -> forms.Form:
        starts, ends = (contracts.moved(day, 1) for day in (self.contract.starts_on, self.contract.ends_on))
        name = self.contract.name.replace(str(self.contract.starts_on.year), str(starts.year))
        return CopyForm(data, initial={"name": name, "starts_on": starts, "ends_on": ends, **self.token()})

    def act(self, form: Any) -> tuple[int, str, str]:
        said = {name: form.cleaned_data[name] for name in ("name", "starts_on", "ends_on")}
        made = contracts.copy_contract(self.contract, actor=self.actor, **said)
        return made.pk, _("The draft is made."), reverse("reporting:contract", args=[made.slug])


class OfGoal(OfContract):
    @cached_property
    def goal(self) -> Goal:
        goal = Goal.objects.filter(contract=self.contract, number=self.kwargs["number"]).select_related("group").first()
        if goal is None:
            raise Http404
        goal.contract = self.contract
        return goal

    def back(self) -> str:
        return reverse("reporting:goal", args=[self.contract.slug, self.goal.number])

    def steps(self) -> list[dict[str, str]]:
        steps = super().steps()
        return [*steps[:-1], {"title": str(self.goal), "url": self.back()}, steps[-1]]


class ChangeGoal(Changing, OfGoal):
    """A page whose form changes the goal."""

    @cached_property
    def newest(self) -> GoalVersion | None:
        return newest(self.goal)

    def thing(self) -> str:
        return goal_thing(self.goal)

    def thing_name(self) -> str:
        return str(self.goal)

    def mark(self) -> str:
        return str(self.newest.place if self.newest else 0)

    def told(self) -> list[tuple[str, str]]:
        if self.newest is None:
            return []
        return [(str(title), text) for title, text in version_words.told(self.newest)]


class ExcludeGoal(ChangeGoal):
    action, kind = rights.MAKE_CONTRACT, "exclude"

    def allow(self) -> None:
        require_owner(self.contract, self.actor)

    def title(self) -> str:
        return _("Exclude the goal from the total")

    def lead(self) -> str:
        return _("The goal stays in the contract and is listed with the reason, but does not count in the total.")

    def button(self) -> str:
        return _("Exclude it")

    def make_form(self, data: Any = None) -> forms.Form:
        return ExcludeForm(data, initial=self.token())

    def act(self, form: Any) -> tuple[int, str, str]:
        said = {name: form.cleaned_data[name] for name in ("reason", "reason_code")}
        contracts.exclude_goal(self.goal, actor=self.actor, seen=self.seen, **said)
        return self.goal.pk, _("The goal does not count in the total."), self.back()


class Stating(Changing, OfContract):
    """What a party says of the whole contract."""

    draft_title = gettext_lazy("Recommendation or decision")
    says: str = Statement.Kind.DECISION

    def thing(self) -> str:
        return statements.thing(self.contract, self.goal_or_none())

    def mark(self) -> str:
        return statements.mark(self.contract, self.goal_or_none())

    def thing_name(self) -> str:
        return str(self.goal_or_none() or self.contract.name)

    def things(self) -> list[str]:
        goal = self.goal_or_none()
        return [self.thing(), contract_thing(self.contract) if goal is None else goal_thing(goal)]

    def told(self) -> list[tuple[str, str]]:
        """What the parties have said, the newest of each kind, and of one goal what it says."""
        goal, lines = self.goal_or_none(), []
        said = Statement.objects.filter(contract=self.contract, goal=goal).order_by("place")
        for row in {(each.kind, each.series_id): each for each in said}.values():
            number = "" if row.amount is None else formats.number(row.amount)
            parts = [row.by_name, formats.date_da(row.said_on), number, row.text]
            lines.append((str(row.get_kind_display()), ", ".join(part for part in parts if part)))
        version = newest(goal) if goal is not None else None
        return [*lines, *(version_words.told(version) if version is not None else [])]

    def goal_or_none(self) -> Goal | None:
        return None

    def make_form(self, data: Any = None) -> forms.Form:
        replacing = statements.takes_the_place(self.contract, self.says, self.goal_or_none())
        return StatementForm(data, initial={"said_on": self.actor.on, **self.token()}, replacing=replacing)

    def say_it(self, form: Any, action: Callable[..., Any]) -> tuple[int, str, str]:
        cleaned = form.cleaned_data
        amount = Decimal(cleaned["amount"]) if cleaned["amount"] else None
        action(self.contract, amount, goal=self.goal_or_none(), said_on=cleaned["said_on"], text=cleaned["text"],
               reason_code=cleaned.get("reason_code", ""), actor=self.actor, seen=self.seen)  # fmt: skip
        return self.contract.pk, _("It is registered."), self.back()


class Recommend(Stating):
    says = Statement.Kind.RECOMMENDATION
    action, kind = rights.RECOMMEND, "recommend"

    def allow(self) -> None:
        require_party(self.contract, self.actor, "reports", rights.RECOMMEND)

    def title(self) -> str:
        return _("Recommend the attainment")

    def button(self) -> str:
        return _("Recommend")

    def act(self, form: Any) -> tuple[int, str, str]:
        return self.say_it(form, contracts.recommend)


class Decide(Stating):
    action, kind = rights.DECIDE, "decide"

    def allow(self) -> None:
        require_party(self.contract, self.actor, "decides", rights.DECIDE)

    def title(self) -> str:
        return _("Decide on the attainment")

    def button(self) -> str:
        return _("Register the decision")

    def act(self, form: Any) -> tuple[int, str, str]:
        return self.say_it(form, contracts.decide)


class RecommendGoal(Recommend, OfGoal):
    def goal_or_none(self) -> Goal | None:
        return self.goal


class DecideGoal(Decide, OfGoal):
    def goal_or_none(self) -> Goal | None:
        return self.goal


class DecideEvidence(Stating, OfGoal):
    """/kontrakter/<slug>/maal/<number>/bevis/?series=…"""

    draft_title = gettext_lazy("Decide on evidence outside its time")
    draft_asks = ("series",)

    action, kind = rights.DECIDE, "evidence"

    def goal_or_none(self) -> Goal | None:
        return self.goal

    def allow(self) -> None:
        require_party(self.contract, self.actor, "decides", rights.DECIDE)

    def title(self) -> str:
        return _("Decide on evidence outside its time")

    def lead(self) -> str:
        return _("Evidence from outside the measuring or after the deadline counts only by a decision.")

    def button(self) -> str:
        return _("Register the decision")

    def make_form(self, data: Any = None) -> forms.Form:
        payload = attainment(self.contract, None)
        goal = next((each for each in payload["goals"] if each["no"] == self.goal.number), None)
        if goal is None:
            raise Http404
        keys = list(dict.fromkeys(each["series"] for each in goal["deviations"]))
        names = payload["names"]["series"]
        initial = {"series": self.request.GET.get("series", ""), "said_on": self.actor.on, **self.token()}
        return EvidenceForm([(key, names.get(key, key)) for key in keys], data, initial=initial)

    def act(self, form: Any) -> tuple[int, str, str]:
        cleaned = form.cleaned_data
        contracts.accept_evidence(
            self.goal, Series.objects.get(key=cleaned["series"]), accepted=cleaned["accepted"] == "yes",
            text=cleaned["text"], reason_code=cleaned["reason_code"], said_on=cleaned["said_on"], actor=self.actor,
            seen=self.seen,
        )  # fmt: skip
        return self.goal.pk, _("The decision is registered."), self.back()


def of(contract: Contract, name: str, *args: Any) -> str:
    return reverse(f"reporting:{name}", args=[contract.slug, *args])
