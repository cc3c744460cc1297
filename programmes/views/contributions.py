"""One contribution: its page, changing and withdrawing it, registering on it, and deciding what was registered."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.submissions import Written
from portal.drafts.form_pages import AlterPage, MakePage, Steps
from portal.drafts.pages import ChangePage
from portal.drafts.versions import Changed
from portal.identity.rights import Refused, Verdict
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.forms import errors_of, say
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Table
from programmes import cofinancing
from programmes.models import Contribution, ContributionEntry
from programmes.planning import may_plan
from programmes.rights import REGISTER_COFINANCING, STATE_AMOUNTS, VIEW_MONEY
from programmes.views import cofinancing_parts as parts
from programmes.views.cofinancing_forms import (
    ContributionForm,
    DecideForm,
    EntryForm,
    WithdrawForm,
    initial_of,
)

PAGE = 50
ENTRY = "contribution-entry"


class ContributionBase(ActionMixin):
    @cached_property
    def row(self) -> Contribution:
        rows = Contribution.objects.visible_to(self.actor).select_related(
            "funding_source__owner", "initiative__programme__owner", "partner"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def may_change(self) -> Verdict:
        row = self.row
        return may_plan(self.actor, row.initiative.programme, row.funding_source, STATE_AMOUNTS)

    def require(self, verdict: Verdict) -> None:
        if not verdict:
            raise Refused(verdict.reason)


class ContributionPage(ContributionBase):
    """/oekonomi/medfinansiering/bidrag/<pk>/"""

    action = VIEW_MONEY

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = self.row
        shown = cofinancing.may_see_entries(self.actor, row)
        entries = ContributionEntry.objects.filter(contribution=row).select_related("registered_by")
        if kind := export.requested(request):
            self.require(Verdict(shown, cofinancing.hidden_reason()))
            rows = entries.iterator(chunk_size=2000)
            return export.export_response(
                kind, f"bidrag-{pk}", parts.ENTRIES, (parts.entry_line(each) for each in rows)
            )
        page = keyset(entries, request.GET, ("-occurred_on", "-pk"), size=PAGE) if shown else None
        context = {
            "row": row,
            "years": parts.years_table(row),
            "summary": Table(
                _("How it stands"), [parts.CONTRIBUTIONS[2], *parts.CONTRIBUTIONS[3:]], parts.lines_of([row])
            ),
            "shown": shown,
            "hidden": cofinancing.hidden_reason(),
            "table": Table(
                _("Registered"),
                parts.ENTRIES,
                [parts.entry_line(each) for each in page.rows] if page is not None else [],
                caption_hidden=True,
                empty=_("Nothing is registered yet."),
            ),
            "page": page,
            "may_register": cofinancing.may_register(self.actor, row),
            "may_change": self.may_change and row.withdrawn_at is None,
        }
        return render(request, "programmes/cofinancing/contribution.html", context)


class OneContribution(ContributionBase, AlterPage):
    action = STATE_AMOUNTS

    def allow(self) -> None:
        self.require(self.may_change)

    def thing(self) -> str:
        return cofinancing.thing(self.row)

    def thing_name(self) -> str:
        return str(self.row)

    def mark(self) -> str:
        return cofinancing.mark(self.row)

    def steps(self) -> Steps:
        return [(str(self.row), reverse("programmes:contribution", args=[self.row.pk]))]


class ChangeContribution(OneContribution):
    """/oekonomi/medfinansiering/bidrag/<pk>/ret/"""

    draft_title = gettext_lazy("Change a contribution")
    title = gettext_lazy("Change a contribution")
    done = gettext_lazy("The contribution is changed.")
    template = "programmes/cofinancing/form.html"

    def fresh(self) -> ContributionForm:
        return ContributionForm(self.actor, row=self.row, initial=initial_of(self.row))

    def form(self, data: Any) -> ContributionForm:
        return ContributionForm(self.actor, data, row=self.row)

    def save(self, form: ContributionForm) -> None:
        said = form.cleaned_data
        cofinancing.change_contribution(
            self.actor, self.row, years=form.planned(), note=said["note"], source=said["source"], seen=self.seen
        )

    def say(self, form: ContributionForm, refused: ValidationError) -> None:
        form.say(errors_of(refused))

    def more(self, form: ContributionForm) -> dict[str, Any]:
        return {"title": _("Change: %(name)s") % {"name": self.row}, "source": self.row.funding_source}


class WithdrawContribution(OneContribution):
    """/oekonomi/medfinansiering/bidrag/<pk>/traek-tilbage/"""

    title = gettext_lazy("Withdraw the contribution?")
    button = gettext_lazy("Withdraw")
    done = gettext_lazy("The contribution is withdrawn.")
    template = "programmes/cofinancing/question.html"

    def fresh(self) -> WithdrawForm:
        return WithdrawForm()

    def form(self, data: Any) -> WithdrawForm:
        return WithdrawForm(data)

    def save(self, form: WithdrawForm) -> None:
        cofinancing.withdraw_contribution(self.actor, self.row, form.cleaned_data["reason"], seen=self.seen)

    def more(self, form: WithdrawForm) -> dict[str, Any]:
        return {"lead": str(self.row), "source": self.row.funding_source}


class RegisterEntry(ContributionBase, MakePage):
    """/oekonomi/medfinansiering/bidrag/<pk>/registrer/"""

    action = REGISTER_COFINANCING
    title = gettext_lazy("Register co-financing")
    draft_title = gettext_lazy("Register co-financing")
    kind = ENTRY
    done = gettext_lazy("It is registered, and counts when somebody else has approved it.")
    template = "programmes/cofinancing/question.html"

    def allow(self) -> None:
        self.require(cofinancing.may_register(self.actor, self.row))

    def steps(self) -> Steps:
        return [(str(self.row), reverse("programmes:contribution", args=[self.row.pk]))]

    def form(self, data: Any = None) -> EntryForm:
        rates = self.row.years.exclude(hourly_rate=None).order_by("-year").values_list("hourly_rate", flat=True)
        return EntryForm(self.row, data, initial={"hourly_rate": rates.first()})

    def make(self, form: EntryForm, written: Written) -> int:
        return cofinancing.register_entry(self.actor, self.row, written=written, **form.said()).pk

    def say(self, form: EntryForm, refused: ValidationError) -> None:
        form.say(errors_of(refused))

    def address(self, pk: int) -> str:
        return reverse("programmes:contribution", args=[self.row.pk])

    def more(self, form: EntryForm) -> dict[str, Any]:
        return {
            "title": _("Register a week") if self.row.asks_timesheets else _("Register a contribution"),
            "lead": f"{self.row} · {self.row.initiative}",
            "button": _("Register"),
            "source": self.row.funding_source,
        }


class DecideEntry(ChangePage):
    """/oekonomi/medfinansiering/registrering/<pk>/: one registration; those who plan it approve or reject it there."""

    action = REGISTER_COFINANCING

    @cached_property
    def entry(self) -> ContributionEntry:
        rows = ContributionEntry.objects.visible_to(self.actor).select_related(
            "contribution__funding_source__owner",
            "contribution__initiative__programme__owner",
            "contribution__partner",
            "registered_by",
            "decided_by",
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def thing(self) -> str:
        return cofinancing.entry_thing(self.entry)

    def mark(self) -> str:
        return cofinancing.entry_mark(self.entry)

    def told(self) -> list[tuple[str, str]]:
        line = parts.entry_line(self.entry)
        return [
            (str(column.title), str(getattr(line[column.key], "value", line[column.key]))) for column in parts.ENTRIES
        ]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.page(self.fresh())

    def fresh(self) -> DecideForm:
        return DecideForm()

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        verdict = cofinancing.may_approve(self.actor, self.entry)
        if not verdict:
            raise Refused(verdict.reason)
        if self.seen != self.mark():
            raise Changed  # somebody was first: that is said before what is missing in the form
        form = DecideForm(request.POST)
        if form.is_valid():
            approved = form.cleaned_data["decision"] == "approve"
            try:
                cofinancing.decide_entry(self.actor, self.entry, approved, form.cleaned_data["reason"], seen=self.seen)
            except ValidationError as problem:
                say(form, problem)
            else:
                done = _("It is approved, and counts.") if approved else _("It is rejected, and does not count.")
                messages.success(request, done)
                return redirect("programmes:contribution", pk=self.entry.contribution_id)
        return self.page(form)

    def page(self, form: DecideForm) -> HttpResponse:
        entry = self.entry
        context = {
            "form": form,
            "entry": entry,
            "row": entry.contribution,
            "details": Table(_("Registered"), parts.ENTRIES, [{**parts.entry_line(entry), "when": self.when()}]),
            "days": parts.days_table(entry),
            "may_decide": cofinancing.may_approve(self.actor, entry),
            "over": entry.status == ContributionEntry.Status.REJECTED,
        }
        return render(self.request, "programmes/cofinancing/entry.html", context)

    def when(self) -> Cell:
        """As in the list, without a link to this page."""
        cell: Cell = parts.entry_line(self.entry)["when"]
        return Cell(cell.value, note=cell.note)
