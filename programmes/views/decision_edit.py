"""Registering and changing decisions and the bodies that make them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.drafts.versions import thing_of
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.ui.fields import DateField, MoneyField
from programmes.decisions import (
    body_mark,
    body_thing,
    change_decision,
    mark,
    may_register,
    register_decision,
    set_body,
)
from programmes.models import DecidingBody, Decision, Delegation
from programmes.rights import DECIDE
from programmes.views.budget_editing import AlterMoney, MakeMoney, OnceForm, Steps

What = Delegation.What


class DecisionForm(OnceForm):
    title = forms.CharField(
        label=gettext_lazy("What is it about?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say what the decision is about.")},
    )
    body = forms.ChoiceField(label=gettext_lazy("Who decides"))
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=Decision.Outcome.choices, widget=forms.RadioSelect
    )
    decided_on = DateField(label=gettext_lazy("Decided on"), required=False)
    agenda_item = forms.CharField(
        label=gettext_lazy("Agenda item"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("The number of the item, where council or committee has decided."),
    )
    recommended = forms.CharField(
        label=gettext_lazy("Recommended"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    decided = forms.CharField(
        label=gettext_lazy("Text of the decision"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    document = forms.URLField(
        label=gettext_lazy("Link to the minutes"),
        required=False,
        max_length=400,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("Write the whole address, for example https://kommune.dk/dagsorden.")},
    )

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("token", "body")}


def up() -> Steps:
    return [
        (gettext_lazy("Budget and accounts"), reverse("programmes:budget")),
        (gettext_lazy("Decisions"), reverse("programmes:decisions")),
    ]


class MakeDecision(MakeMoney):
    """/oekonomi/beslutninger/opret/"""

    action = DECIDE
    kind = "decision"
    title = gettext_lazy("Register a decision")
    lead = gettext_lazy("Also one that is only recommended yet, or that was not followed.")
    button = gettext_lazy("Register")
    done = gettext_lazy("The decision is registered.")
    draft_title = gettext_lazy("Register a decision")

    @cached_property
    def bodies(self) -> list[DecidingBody]:
        return list(DecidingBody.objects.filter(organisation__in=self.actor.organisation_ids))

    def form(self, data: Any = None) -> DecisionForm:
        initial = {"outcome": "as_recommended", "body": self.request.GET.get("body", "")}
        form = DecisionForm(data, initial=initial)
        form.offer("body", [("", _("Choose")), *((str(each.pk), each.name) for each in self.bodies)])
        return form

    def steps(self) -> Steps:
        return up()

    def make(self, form: DecisionForm, written: Callable[[int], None]) -> int:
        body = next(each for each in self.bodies if str(each.pk) == form.cleaned_data["body"])
        return register_decision(self.actor, body, written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:decision", args=[pk])


class ChangeDecision(AlterMoney):
    """/oekonomi/beslutninger/<pk>/ret/"""

    action = DECIDE
    title: ClassVar[str | Promise] = gettext_lazy("Change a decision")
    draft_title = gettext_lazy("Change a decision")

    @cached_property
    def decision(self) -> Decision:
        rows = Decision.objects.visible_to(self.actor).select_related("body__organisation")
        decision = get_object_or_404(rows, pk=self.kwargs["pk"])
        verdict = may_register(self.actor, decision.body)
        if not verdict:
            raise Refused(verdict.reason)
        return decision

    def steps(self) -> Steps:
        return [*up(), (self.decision.title, reverse("programmes:decision", args=[self.decision.pk]))]

    def thing(self) -> str:
        return thing_of("decision", self.decision.pk)

    def mark(self) -> str:
        return mark(self.decision)

    def thing_name(self) -> str:
        return self.decision.title

    def fresh(self) -> DecisionForm:
        names = ("title", "outcome", "decided_on", "agenda_item", "recommended", "decided", "document")
        return self.offered(DecisionForm(initial={name: getattr(self.decision, name) for name in names}))

    def form(self, data: Any) -> DecisionForm:
        return self.offered(DecisionForm(data))

    def offered(self, form: DecisionForm) -> DecisionForm:
        del form.fields["body"]  # it stays whose decision it is
        return form

    def save(self, form: DecisionForm) -> None:
        change_decision(self.actor, self.decision, seen=self.seen, **form.said())


class BodyForm(OnceForm):
    """A body with what it may decide: a tick and a limit for each kind."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=DecidingBody.Level.choices)
    asks_agenda_item = forms.BooleanField(
        label=gettext_lazy("Decides on an agenda"),
        required=False,
        help_text=gettext_lazy("Its decisions then name the item. A council and a committee always do."),
    )
    valid_from = DateField(label=gettext_lazy("From"), required=False)
    valid_to = DateField(label=gettext_lazy("To"), required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for what in What:
            self.fields[f"may_{what.value}"] = forms.BooleanField(
                label=_("May decide: %(what)s") % {"what": what.label}, required=False
            )
            self.fields[f"up_to_{what.value}"] = MoneyField(
                label=_("At most in one decision: %(what)s") % {"what": what.label},
                required=False,
                help_text=_("Empty is no limit."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for what in What.values:
            if cleaned.get(f"up_to_{what}") is not None and not cleaned.get(f"may_{what}"):
                self.add_error(f"may_{what}", _("You have written a limit. Tick that the body may decide it too."))
        return cleaned

    def given(self) -> dict[str, Decimal | None]:
        return {what: self.cleaned_data[f"up_to_{what}"] for what in What.values if self.cleaned_data[f"may_{what}"]}

    def said(self) -> dict[str, Any]:
        names = ("name", "level", "asks_agenda_item", "valid_from", "valid_to")
        return {name: self.cleaned_data[name] for name in names}


def bodies_up() -> Steps:
    return [
        (gettext_lazy("Budget and accounts"), reverse("programmes:budget")),
        (gettext_lazy("Who decides"), reverse("programmes:bodies")),
    ]


class MakeBody(MakeMoney):
    """/oekonomi/besluttere/opret/"""

    action = DECIDE
    kind = "deciding_body"
    title = gettext_lazy("Name a body that decides")
    lead = gettext_lazy("What it may decide about money, and up to how much in one decision.")
    done = gettext_lazy("The body is named.")

    def form(self, data: Any = None) -> BodyForm:
        form = BodyForm(data, initial={"asks_agenda_item": True})
        if len(self.own) > 1:
            form.fields["organisation"] = forms.ChoiceField(
                label=_("Organisation"), choices=[(str(each.pk), each.name) for each in self.own]
            )
            form.order_fields(["organisation"])
        return form

    @cached_property
    def own(self) -> list[Organisation]:
        """The person's organisation and its parts, the nearest first."""
        rows = Organisation.objects.filter(pk__in=self.actor.organisation_ids).order_by("sort_key", "pk")
        mine = self.actor.organisation
        return sorted(rows, key=lambda each: mine is None or each.pk != mine.pk)

    def steps(self) -> Steps:
        return bodies_up()

    def make(self, form: BodyForm, written: Callable[[int], None]) -> int:
        chosen = form.cleaned_data.get("organisation")
        owner = next(each for each in self.own if not chosen or str(each.pk) == chosen)
        return set_body(self.actor, owner, form.given(), written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:body", args=[pk])


class ChangeBody(AlterMoney):
    """/oekonomi/besluttere/<pk>/ret/"""

    action = DECIDE
    title: ClassVar[str | Promise] = gettext_lazy("Change a body that decides")
    lead = gettext_lazy("What was decided before stays as it is; the limits hold for decisions to come.")

    @cached_property
    def body(self) -> DecidingBody:
        rows = DecidingBody.objects.visible_to(self.actor).select_related("organisation")
        body = get_object_or_404(rows.prefetch_related("delegations"), pk=self.kwargs["pk"])
        verdict = may_register(self.actor, body)
        if not verdict:
            raise Refused(verdict.reason)
        return body

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return self.show(self.fresh())

    def steps(self) -> Steps:
        return [*bodies_up(), (self.body.name, reverse("programmes:body", args=[self.body.pk]))]

    def thing(self) -> str:
        return body_thing(self.body)

    def mark(self) -> str:
        return body_mark(self.body)

    def thing_name(self) -> str:
        return self.body.name

    def fresh(self) -> BodyForm:
        body = self.body
        names = ("name", "level", "asks_agenda_item", "valid_from", "valid_to")
        initial: dict[str, Any] = {name: getattr(body, name) for name in names}
        for each in body.delegations.all():
            initial |= {f"may_{each.what}": True, f"up_to_{each.what}": each.up_to}
        return BodyForm(initial=initial)

    def form(self, data: Any) -> BodyForm:
        return BodyForm(data)

    def save(self, form: BodyForm) -> None:
        set_body(self.actor, self.body.organisation, form.given(), body=self.body, seen=self.seen, **form.said())
