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

from portal import ledger
from portal.audit.submissions import OtherContent, once
from portal.identity.views import ActionMixin
from portal.ui.forms import sent_before
from reporting import contracts, rights
from reporting.contract_guard import require_owner, require_party
from reporting.engine.contracts import attainment
from reporting.models import Contract, Goal, Series
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

        def act(written: Callable[[int], None]) -> int:
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


class NewContract(Doing):
    """/kontrakter/ny/"""

    action, kind = rights.MAKE_CONTRACT, "new"

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


class EditContract(OwnersPage):
    kind = "edit"

    def title(self) -> str:
        return _("Change the contract")

    def make_form(self, data: Any = None) -> forms.Form:
        return FrameForm(self.actor, data, initial={**FrameForm.initial_of(self.contract), **self.token()})

    def act(self, form: Any) -> tuple[int, str, str]:
        contracts.change_contract(self.contract, actor=self.actor, **form.said())
        return self.contract.pk, _("The contract is changed."), self.address


class SignContract(OwnersPage):
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
        contracts.sign_contract(self.contract, signed_on=form.cleaned_data["signed_on"], actor=self.actor)
        return self.contract.pk, _("The contract is signed."), self.address


class CloseContract(OwnersPage):
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
        contracts.close_contract(self.contract, actor=self.actor)
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


class ExcludeGoal(OfGoal):
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
        contracts.exclude_goal(self.goal, reason=form.cleaned_data["reason"], actor=self.actor)
        return self.goal.pk, _("The goal does not count in the total."), self.back()


class Stating(OfContract):
    """What a party says of the whole contract."""

    def goal_or_none(self) -> Goal | None:
        return None

    def make_form(self, data: Any = None) -> forms.Form:
        return StatementForm(data, initial={"said_on": self.actor.on, **self.token()})

    def say_it(self, form: Any, action: Callable[..., Any]) -> tuple[int, str, str]:
        cleaned = form.cleaned_data
        amount = Decimal(cleaned["amount"]) if cleaned["amount"] else None
        action(self.contract, amount, goal=self.goal_or_none(), said_on=cleaned["said_on"], text=cleaned["text"],
               actor=self.actor)  # fmt: skip
        return self.contract.pk, _("It is registered."), self.back()


class Recommend(Stating):
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


class DecideEvidence(OfGoal):
    """/kontrakter/<slug>/maal/<number>/bevis/?series=…"""

    action, kind = rights.DECIDE, "evidence"

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
            text=cleaned["text"], said_on=cleaned["said_on"], actor=self.actor,
        )  # fmt: skip
        return self.goal.pk, _("The decision is registered."), self.back()


def of(contract: Contract, name: str, *args: Any) -> str:
    return reverse(f"reporting:{name}", args=[contract.slug, *args])
