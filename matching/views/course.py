"""Saying how a match goes on, and correcting one."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.corrections import correct_match, entry_of, may_correct
from matching.course import NEXT, Kind, may_report, report
from matching.errors import Invalid, LikelyTwin, Twin
from matching.finding import Found
from matching.forms import LogForm
from matching.matches import mark, thing
from matching.models import BreakReason, Company, Match, MatchType
from matching.views.log import LogMatch
from matching.views.receipt import visible_match
from matching.views.shown import details_of
from portal.drafts.form_pages import AlterPage, Steps
from portal.drafts.pages import ChangePage
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.ui.fields import DateField
from portal.ui.formats import date_da
from portal.ui.forms import PortalForm

HAPPENED = {
    Kind.STARTED: gettext_lazy("It has started"),
    Kind.ENDED: gettext_lazy("It has ended"),
    Kind.BROKEN_OFF: gettext_lazy("It was broken off"),
}


class CourseForm(PortalForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("What has happened?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what has happened.")},
    )
    day = DateField(
        label=gettext_lazy("When?"), error_messages={"required": gettext_lazy("Enter the day on which it happened.")}
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Why was it broken off?"),
        help_text=gettext_lazy("Only if it was broken off."),
        required=False,
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        help_text=gettext_lazy("Write nothing about a person."),
        required=False,
        max_length=300,
    )

    def __init__(self, match: Match, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind.value, HAPPENED[kind]) for kind in NEXT[match.stage]]
        why: Any = self.fields["why"]
        why.choices = [
            ("", _("Choose")),
            *((each.code, each.label) for each in BreakReason.objects.filter(active=True)),
        ]


class OfMatch(ChangePage):
    @cached_property
    def match(self) -> Match:
        return visible_match(self.actor, self.kwargs["pk"])

    def thing(self) -> str:
        return thing(self.match)

    def mark(self) -> str:
        return mark(self.match)

    def thing_name(self) -> str:
        return f"{self.match.match_type.label}, {self.match.company.name}"

    def address(self) -> str:
        return reverse("matching:detail", args=[self.match.pk])


class ReportCourse(OfMatch, AlterPage):
    """/match/<pk>/forloeb/"""

    action = "matching.report_course"
    title: ClassVar[str | Promise] = gettext_lazy("How is the match going?")
    done = gettext_lazy("It is noted.")
    template = "matching/course.html"

    def allow(self) -> None:
        verdict = may_report(self.actor, self.match)
        if not verdict:
            raise Refused(verdict.reason)

    def steps(self) -> Steps:
        return [(_("Matches"), reverse("matching:list")), (self.match.company.name, self.address())]

    def more(self, form: Any) -> dict[str, Any]:
        return {"details": details_of(self.match)}

    def fresh(self) -> CourseForm:
        return CourseForm(self.match)

    def form(self, data: Any) -> CourseForm:
        return CourseForm(self.match, data)

    def save(self, form: CourseForm) -> None:
        said = form.cleaned_data
        try:
            report(
                self.actor, self.match, said["kind"], said["day"], why=said["why"], remark=said["remark"],
                seen=self.seen,
            )  # fmt: skip
        except Invalid as refused:
            raise ValidationError(refused.errors) from refused


class CorrectForm(LogForm):
    """The log form of a match that is there: what it says may stay, also what new matches cannot have."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it corrected?"),
        help_text=gettext_lazy("It stands in the match's history."),
        max_length=300,
        error_messages={"required": gettext_lazy("Write why the match is corrected.")},
    )

    def __init__(self, actor: Actor, data: QueryDict | None = None, *, match: Match, **kwargs: Any) -> None:
        self.match = match
        super().__init__(actor, data, **kwargs)

    @cached_property
    def types(self) -> list[MatchType]:
        """The match's own type first, in sight."""
        return sorted(MatchType.objects.order_by("order"), key=lambda entry: entry.pk != self.match.match_type_id)

    def _all_municipalities(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        """Of a new company; before one is looked for, those of the programme are enough."""
        if self.is_bound:
            return super()._all_municipalities()
        return [(_("In the programme"), [(entry.code, entry.name) for entry in self.municipalities])]

    @property
    def own(self) -> None:
        """The registrar's organisation can be seen among those who assisted; it stands there in any case."""
        return None

    def _let_script_help(self) -> None:
        super()._let_script_help()
        for name in [name for name in self.fields["company_text"].widget.attrs if name.startswith("hx-")]:
            del self.fields["company_text"].widget.attrs[name]  # the company is found by the button
        self.fields["programme"].widget.attrs["hx-post"] = reverse("matching:correct", args=[self.match.pk])

    def offer_more(self, actor: Actor, company: Company | None) -> None:
        super().offer_more(actor, company)
        match, earlier = self.match, self.match.follows
        self._keep("work_area", match.work_area_id, match.work_area.label)
        if match.scheme is not None:
            self._keep("scheme", match.scheme_id, match.scheme.label)
        if match.broken_off_reason is not None:
            self._keep("broken_off_reason", match.broken_off_reason_id, match.broken_off_reason.label)
        follows = self.fields["follows"].widget
        follows.choices = [(pk, label) for pk, label in follows.choices if pk != match.pk]
        if earlier is not None:
            self._keep("follows", earlier.pk, _("A match agreed %(day)s") % {"day": date_da(earlier.agreed_on)})

    def _keep(self, name: str, value: Any, label: str) -> None:
        widget = self.fields[name].widget
        if value not in [each for each, _label in widget.choices]:
            widget.choices = [*widget.choices, (value, label)]


class CorrectMatch(OfMatch, LogMatch):
    """/match/<pk>/ret/: the form that registered it, filled in."""

    action = "matching.correct_match"
    template = "matching/correct.html"
    draft_title: ClassVar[str | Promise] = ""

    @cached_property
    def match(self) -> Match:
        """Read at once: the form asks enough."""
        rows = Match.objects.visible_to(self.actor).with_names_at_once().select_related("follows")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def allow(self) -> None:
        verdict = may_correct(self.actor, self.match)
        if not verdict:
            raise Refused(verdict.reason)

    def form_of(self, data: QueryDict | None = None, **kwargs: Any) -> LogForm:
        return CorrectForm(self.actor, data, match=self.match, **kwargs)

    def fresh(self) -> LogForm:
        match, entry = self.match, entry_of(self.match)
        shown = {
            "programme": match.programme.slug,
            "company_text": match.company.name,
            "company": str(match.company_id),
            "company_for": match.company.name,
            "match_type": entry.match_type,
            "agreed_on": entry.agreed_on,
            "work_area": entry.work_area,
            "municipality": entry.municipality,
            "created_by": entry.created_by,
            "assisted_by": list(entry.assisted_by),
            "on_behalf_of": entry.on_behalf_of,
            "activity": entry.activity,
            "different_reason": entry.different_reason,
            **vars(entry.more),
        }
        return self.form_of(initial=shown, company=match.company)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # type: ignore[override]
        self.allow()
        return self.page(self.fresh(), Found(company=self.match.company))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # type: ignore[override]
        self.allow()
        return super().post(request)

    def register(self, form: LogForm, found: Found) -> HttpResponse:
        form.full_clean()
        twins: list[Twin] = []
        try:
            correct_match(
                self.actor, self.match, form.entry(found.company), form.cleaned_data.get("reason", ""), seen=self.seen
            )
        except Invalid as problem:
            self.say(form, found, problem)
        except LikelyTwin as likely:
            twins = likely.twins
            form.add_error("different_reason", _("Write in a few words why it is another match."))
        else:
            messages.success(self.request, _("The match is corrected."))
            return redirect(self.address())
        return self.page(form, found, twins)

    def same(self, form: LogForm, found: Found) -> HttpResponse:
        """Is not asked here: a correction that makes it another's match is undone instead."""
        return self.register(form, found)

    def page(self, form: LogForm, found: Found, twins: list[Twin] | None = None) -> HttpResponse:
        context = self.context(form, found, twins) | {"match": self.match, "steps": self.steps()}
        return render(self.request, self.template, context)

    def steps(self) -> list[dict[str, str]]:
        return [
            {"title": _("Matches"), "url": reverse("matching:list")},
            {"title": self.match.company.name, "url": self.address()},
            {"title": _("Correct the match"), "url": ""},
        ]
