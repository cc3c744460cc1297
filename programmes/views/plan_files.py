"""A plan out as a spreadsheet, and in again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.views import ActionMixin
from portal.tabular.reading import Unreadable
from portal.ui import export, formats
from portal.ui.forms import PortalForm
from portal.ui.tables import Column, Table
from portal.ui.upload import MEGABYTE, Kind, UploadField
from programmes import rights
from programmes.models import Programme
from programmes.plan_files import COLUMNS as NAMES
from programmes.plan_files import Fault, PlanFileError, effect_columns, read_plan, rows_of
from programmes.plans import may_edit, require
from programmes.views.finding import visible_plan
from programmes.views.shown import plan_url

MOST_SHOWN = 100


class ReadForm(PortalForm):
    file = UploadField(
        label=gettext_lazy("File"), kinds=(Kind.CSV, Kind.XLSX, Kind.ODS), most=5 * MEGABYTE,
        help_text=gettext_lazy("The template as a spreadsheet or CSV, at most 5 MB and 400 rows."),
    )  # fmt: skip
    check = forms.BooleanField(
        label=gettext_lazy("Only look: nothing is saved"), required=False,
        help_text=gettext_lazy("Shows what would be made and changed."),
    )  # fmt: skip


class PlanFile(ActionMixin):
    """/planer/<slug>/skabelon/: a row for each area and initiative; of an empty plan the line of headings."""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        plan = visible_plan(self.actor, slug)
        kind = export.requested(request) or "xlsx"
        columns = [Column(name, name) for name in NAMES]
        effects = effect_columns(plan)
        columns += [Column(name, name, kind="number") for name in effects]
        return export.export_response(kind, plan.slug, columns, rows_of(plan, effects))


class ReadPlan(ActionMixin):
    """/planer/<slug>/indlaes/"""

    action = rights.EDIT_PLANS

    def plan(self, slug: str) -> Programme:
        plan = visible_plan(self.actor, slug)
        require(may_edit(self.actor, plan))
        return plan

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        return self.page(self.plan(slug), ReadForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        plan = self.plan(slug)
        form = ReadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(plan, form)
        check = form.cleaned_data["check"]
        try:
            counted = read_plan(self.actor, plan, form.cleaned_data["file"], check=check)
        except Unreadable as problem:
            form.add_error("file", str(problem))
            return self.page(plan, form)
        except PlanFileError as problem:
            form.add_error("file", _("Something in the file is wrong. Nothing was saved."))
            return self.page(plan, form, faults=faults_table(problem.faults))
        said = {name: formats.number(counted[name]) for name in ("made", "changed", "same")}
        if check:
            text = _("%(made)s would be made, %(changed)s changed, and %(same)s are as they were. Nothing was saved.")
            return self.page(plan, ReadForm(), looked=text % said)
        text = _("%(made)s were made, %(changed)s changed, and %(same)s are as they were.")
        messages.success(request, text % said)
        return redirect(plan_url(plan))

    def page(self, plan: Programme, form: ReadForm, faults: Table | None = None, looked: str = "") -> HttpResponseBase:
        context: dict[str, Any] = {"plan": plan, "form": form, "faults": faults, "looked": looked}
        return render(self.request, "programmes/plan_read.html", context)


def faults_table(faults: list[Fault]) -> Table:
    return Table(
        caption=_("What is wrong"),
        columns=[
            Column("row", _("Row"), kind="id"),
            Column("column", _("Column")),
            Column("text", _("What is wrong")),
        ],
        rows=[{"row": str(each.row), "column": each.column, "text": each.text} for each in faults[:MOST_SHOWN]],
    )
