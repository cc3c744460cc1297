"""How a programme's matches count: the rule, what each alternative would give, and the forms that write it."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.counting import Rules
from matching.counting_figures import Figures, as_counted, figures_of
from matching.counting_rules import SET, lock_period, locked_until, may_set, set_rule
from matching.facts import MEASURE
from matching.models import Chain, CountingRule, CountsOn, Group, PeriodLock
from portal.audit.submissions import Written
from portal.drafts.form_pages import MakePage, Steps
from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.ledger.disclosure import class_of
from portal.ui import formats
from portal.ui.fields import DateField
from portal.ui.forms import OnceForm
from portal.ui.tables import Column, Table
from programmes.models import Programme


class OfProgramme(ActionMixin):
    @cached_property
    def programme(self) -> Programme:
        visible = Programme.objects.visible_to(self.actor).select_related("owner")
        return get_object_or_404(visible, slug=self.kwargs["slug"])


class CountingPage(OfProgramme):
    """/programmer/<slug>/taelleregler/"""

    action = "programmes.view_programmes"

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        rules = Rules(self.programme)
        rule = rules.on(timezone.localdate())
        shown = class_of(MEASURE) == "open"
        figures = figures_of(self.programme, rule) if shown else None
        locks = PeriodLock.objects.filter(programme=self.programme).select_related("organisation")
        context = {
            "programme": self.programme,
            "rule": rule,
            "open_questions": open_questions(rule),
            "figures": figures,
            "questions": questions_table(rule, figures) if figures is not None else None,
            "versions": versions_table(list(rules.versions), rule),
            "locks": locks_table(list(locks)),
            "may_set": may_set(self.actor, self.programme),
        }
        return render(request, "matching/counting.html", context)


def open_questions(rule: CountingRule | None) -> list[str]:
    """What nobody has decided."""
    if rule is None:
        return [_("which day counts"), _("a chain of matches"), _("a group of students")]
    found = []
    if not rule.decided:
        found.append(_("which day counts"))
    if rule.chain == Chain.UNDECIDED or not rule.decided:
        found.append(_("a chain of matches"))
    if rule.group == Group.UNDECIDED or not rule.decided:
        found.append(_("a group of students"))
    return found


def questions_table(rule: CountingRule | None, figures: Figures) -> Table:
    """Each question with its answers, and what the programme would have by each; the others as they are counted now."""
    day, chain, group = as_counted(rule)
    undecided = set(open_questions(rule))
    rows = []
    for question, answers, now in (
        (_("which day counts"), CountsOn.choices, day),
        (_("a chain of matches"), [each for each in Chain.choices if each[0] != Chain.UNDECIDED], chain),
        (_("a group of students"), [each for each in Group.choices if each[0] != Group.UNDECIDED], group),
    ):
        for value, label in answers:
            said = {
                "day": value if question == _("which day counts") else day,
                "chain": value if question == _("a chain of matches") else chain,
                "group": value if question == _("a group of students") else group,
            }
            holds = _("counted so, undecided") if question in undecided else _("Decided")
            rows.append(
                {
                    "answer": f"{label}"[:1].upper() + f"{label}"[1:],
                    "question": question[:1].upper() + question[1:],
                    "number": figures.matches(said["day"], said["chain"], said["group"]),
                    "state": holds if value == now else "",
                }
            )
    return Table(
        caption=_("What each way of counting gives"),
        columns=[
            Column("answer", _("If counted so")),
            Column("question", _("Question")),
            Column("number", _("Matches"), kind="number", lead=True),
            Column("state", _("Now")),
        ],
        rows=rows,
        caption_hidden=True,
    )


def versions_table(versions: list[CountingRule], rule: CountingRule | None) -> Table:
    return Table(
        caption=_("Versions of the rule"),
        columns=[
            Column("valid_from", _("Valid from"), kind="date"),
            Column("says", _("What it says")),
            Column("decided", _("Decided")),
            Column("state", _("Now")),
        ],
        rows=[
            {
                "valid_from": each.valid_from,
                "says": in_words(each),
                "decided": _decision(each),
                "state": _("in force") if rule is not None and each.pk == rule.pk else _state(each),
            }
            for each in versions
        ],
        empty=_("No rule has been written. Each match counts by the day it was agreed, and a group is one match."),
        caption_hidden=True,
    )


def _state(rule: CountingRule) -> str:
    return _("replaced") if rule.in_force(timezone.localdate()) else _("to come")


def _decision(rule: CountingRule) -> str:
    if rule.decided_on is None:
        return _("undecided")
    return f"{rule.decided_by}, {formats.date_da(rule.decided_on)}"


def in_words(rule: CountingRule) -> str:
    parts = [
        _("Counts by %(day)s") % {"day": rule.get_counts_on_display()},
        _("a chain: %(answer)s") % {"answer": rule.get_chain_display()},
        _("a group of students: %(answer)s") % {"answer": rule.get_group_display()},
    ]
    if rule.minimum_days:
        parts.append(_("at least %(days)s days") % {"days": rule.minimum_days})
    if rule.note:
        parts.append(rule.note)
    return "; ".join(str(part) for part in parts)


def locks_table(locks: list[PeriodLock]) -> Table:
    return Table(
        caption=_("Locked periods"),
        columns=[
            Column("until", _("Until"), kind="date"),
            Column("reason", _("Reason")),
            Column("organisation", _("Locked by")),
            Column("locked_at", _("When"), kind="moment"),
        ],
        rows=[
            {
                "until": each.until, "reason": each.reason, "organisation": each.organisation.name,
                "locked_at": each.locked_at,
            }
            for each in locks
        ],
        empty=_("No period is locked."),
        caption_hidden=True,
    )  # fmt: skip


class RuleForm(OnceForm):
    valid_from = DateField(
        label=gettext_lazy("Valid from"),
        error_messages={"required": gettext_lazy("Enter the day from which the rule is valid.")},
    )
    counts_on = forms.ChoiceField(
        label=gettext_lazy("Which day counts"), choices=CountsOn.choices, widget=forms.RadioSelect
    )
    chain = forms.ChoiceField(
        label=gettext_lazy("A chain of matches"),
        help_text=gettext_lazy("For example a placement that becomes a growth pilot and then an ordinary job."),
        choices=Chain.choices,
        widget=forms.RadioSelect,
    )
    group = forms.ChoiceField(
        label=gettext_lazy("A group of students"), choices=Group.choices, widget=forms.RadioSelect
    )
    minimum_days = forms.IntegerField(
        label=gettext_lazy("Least number of days"),
        help_text=gettext_lazy("Leave it empty if any length counts. Counted from the first day to the last."),
        required=False,
        min_value=1,
        max_value=3660,
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Is it decided?"),
        choices=[("decided", gettext_lazy("Yes, it is decided")), ("undecided", gettext_lazy("No, it is undecided"))],
        widget=forms.RadioSelect,
    )
    decided_by = forms.CharField(
        label=gettext_lazy("Who decided it?"),
        help_text=gettext_lazy("If it is decided: the body, and its case or agenda item."),
        required=False,
        max_length=200,
    )
    decided_on = DateField(label=gettext_lazy("Decided on"), required=False)
    note = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=300)

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}


class LockForm(OnceForm):
    until = DateField(
        label=gettext_lazy("Last day of the period"),
        error_messages={"required": gettext_lazy("Enter the last day of the period.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For example the report to the KKR in which its figures stand."),
        max_length=300,
        error_messages={"required": gettext_lazy("Write why the period is locked.")},
    )


class MakeOfCounting(OfProgramme, MakePage):
    action = SET
    template = "matching/form.html"

    def allow(self) -> None:
        verdict = may_set(self.actor, self.programme)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        address = reverse("matching:counting", args=[self.programme.slug])
        return [
            (self.programme.name, reverse("programmes:plan", args=[self.programme.slug])),
            (_("How matches count"), address),
        ]

    def address(self, pk: int) -> str:
        return reverse("matching:counting", args=[self.programme.slug])


class MakeRule(MakeOfCounting):
    """/programmer/<slug>/taelleregler/ny/"""

    kind = "counting_rule"
    title = gettext_lazy("Write another version of the rule")
    lead = gettext_lazy(
        "It decides for matches that are registered from now on and agreed on its first day or later. "
        "Those that are registered already count as they do."
    )
    done = gettext_lazy("The rule is written.")
    draft_title: ClassVar[str | Promise] = gettext_lazy("A counting rule")

    def form(self, data: Any = None) -> RuleForm:
        rule = Rules(self.programme).on(timezone.localdate())
        names = ("counts_on", "chain", "group", "minimum_days", "status")
        default = {"counts_on": CountsOn.AGREED, "chain": Chain.UNDECIDED, "group": Group.UNDECIDED,
                   "status": CountingRule.Status.UNDECIDED}  # fmt: skip
        return RuleForm(data, initial={name: getattr(rule, name) for name in names} if rule else default)

    def make(self, form: RuleForm, written: Written) -> int:
        set_rule(self.actor, self.programme, written=written, **form.said())
        return self.programme.pk


class LockPeriod(MakeOfCounting):
    """/programmer/<slug>/taelleregler/laas/"""

    kind = "period_lock"
    title = gettext_lazy("Lock a period")
    lead = gettext_lazy(
        "No rule can be given to it afterwards. Matches can still be registered, undone and corrected in it."
    )
    button = gettext_lazy("Lock")
    done = gettext_lazy("The period is locked.")

    def form(self, data: Any = None) -> LockForm:
        return LockForm(data)

    def more(self, form: Any) -> dict[str, Any]:
        until = locked_until(self.programme)
        text = _("It is locked until %(day)s.") % {"day": formats.date_da(until)} if until else ""
        return {"lead": f"{self.lead} {text}".strip()}

    def make(self, form: LockForm, written: Written) -> int:
        lock_period(
            self.actor, self.programme, until=form.cleaned_data["until"], reason=form.cleaned_data["reason"],
            written=written,
        )  # fmt: skip
        return self.programme.pk
