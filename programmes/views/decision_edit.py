"""Registering and changing decisions and the bodies that make them."""

from typing import Any, ClassVar

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.drafts.versions import thing_of
from portal.identity.rights import Refused
from portal.ui.fields import DateField
from programmes.decisions import change_decision, mark, may_register, register_decision
from programmes.models import Body, Decision, Meeting
from programmes.rights import DECIDE
from programmes.views.body_forms import choose
from programmes.views.budget_editing import AlterMoney, MakeMoney, OnceForm, Steps


class DecisionForm(OnceForm):
    title = forms.CharField(
        label=gettext_lazy("What is it about?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say what the decision is about.")},
    )
    body = forms.ChoiceField(label=gettext_lazy("Who decides"))
    meeting = choose(
        Meeting, gettext_lazy("At the meeting"), gettext_lazy("no meeting registered"),
        help_text=gettext_lazy("What is decided at a meeting has its day, which you need not write."),
    )  # fmt: skip
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

    def offer_meetings(self, rows: Any) -> None:
        """Those of these bodies, the newest first."""
        field: Any = self.fields["meeting"]
        field.queryset = rows.select_related("body").order_by("-day", "-pk")
        field.label_from_instance = lambda each: f"{each.day:%d.%m.%Y} {each.body.name} {each.title}".strip()

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
    def bodies(self) -> list[Body]:
        return list(Body.objects.filter(organisation__in=self.actor.organisation_ids).deciding())

    def form(self, data: Any = None) -> DecisionForm:
        asked = {name: self.request.GET.get(name, "") for name in ("body", "meeting")}
        meetings = Meeting.objects.filter(body__in=self.bodies)
        if not asked["body"] and asked["meeting"].isdecimal():
            asked["body"] = str(meetings.filter(pk=asked["meeting"][:18]).values_list("body", flat=True).first() or "")
        form = DecisionForm(data, initial={"outcome": "as_recommended", **asked})
        form.offer_meetings(meetings)
        form.offer("body", [("", _("Choose")), *((str(each.pk), each.name) for each in self.bodies)])
        return form

    def steps(self) -> Steps:
        return up()

    def make(self, form: DecisionForm, written: Written) -> int:
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
        names = ("title", "meeting", "outcome", "decided_on", "agenda_item", "recommended", "decided", "document")
        return self.offered(DecisionForm(initial={name: getattr(self.decision, name) for name in names}))

    def form(self, data: Any) -> DecisionForm:
        return self.offered(DecisionForm(data))

    def offered(self, form: DecisionForm) -> DecisionForm:
        del form.fields["body"]  # it stays whose decision it is
        form.offer_meetings(Meeting.objects.filter(body=self.decision.body_id))
        return form

    def save(self, form: DecisionForm) -> None:
        change_decision(self.actor, self.decision, seen=self.seen, **form.said())
