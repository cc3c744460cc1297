"""Observations from a file: upload, see what is wrong row by row, import the rows that are right."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.identity.rights import Refused
from portal.identity.views import ActionMixin
from portal.tabular.mapping import Fault
from portal.tabular.reading import Unreadable
from portal.tabular.tables import fault_table
from portal.ui import formats
from portal.ui.tables import Column, Table
from reporting import rights
from reporting.measures import may_open_observations
from reporting.models import EvidenceFile, Series
from reporting.observation_files import FOR_FILES, Line, columns_wanted
from reporting.observations import may_write
from reporting.uploads import import_file, lines_of, upload
from reporting.views.observation_forms import UploadForm
from reporting.views.series import visible_series

MOST_SHOWN = 100
SAMPLE = 10


class _Upload(ActionMixin):
    action = rights.REGISTER_OBSERVATION

    def series(self, key: str) -> Series:
        series = visible_series(self.actor, key)
        verdict = may_write(self.actor, series)
        if not verdict:
            raise Refused(verdict.reason)
        opens = may_open_observations(self.actor, series)
        if not opens:
            raise Refused(opens.reason)
        if series.measure_id not in FOR_FILES:
            raise Refused(_("A series of this kind is not read from a file here."))
        return series


class UploadPage(_Upload):
    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.page(UploadForm(), self.series(key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        series = self.series(key)
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = upload(self.actor, series, file.content, file.name)
            except Unreadable as problem:
                form.add_error("file", str(problem))
            except ValidationError as problem:
                form.add_error("file", problem.messages)
            else:
                return redirect("reporting:upload_preview", key=key, pk=kept.pk)
        return self.page(form, series)

    def page(self, form: UploadForm, series: Series) -> HttpResponse:
        context = {"form": form, "series": series, "columns": columns_wanted(series)}
        return render(self.request, "reporting/upload.html", context)


class UploadPreview(_Upload):
    def get(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        series = self.series(key)
        file = get_object_or_404(EvidenceFile, series=series, pk=pk)
        file.series = series
        if file.imported_at is not None:
            return redirect("reporting:series", key=key)
        return self.page(series, file)

    def post(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        series = self.series(key)
        file = get_object_or_404(EvidenceFile, series=series, pk=pk)
        file.series = series
        if file.imported_at is None:
            try:
                number = import_file(self.actor, file)
            except (ValidationError, Unreadable) as problem:
                text = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
                messages.error(request, text)
                return redirect("reporting:upload_preview", key=key, pk=pk)
            messages.success(request, _("%(number)s rows are registered and count.") % {
                "number": formats.number(number)
            })  # fmt: skip
        return redirect("reporting:series", key=key)

    def page(self, series: Series, file: EvidenceFile) -> HttpResponse:
        lines = lines_of(file)
        wrong = [line for line in lines if line.faults]
        right = [line for line in lines if line.said is not None]
        faults = [Fault(line.number, column, text) for line in wrong[:MOST_SHOWN] for column, text in line.faults]
        context = {
            "series": series,
            "file": file,
            "right": len(right),
            "wrong": len(wrong),
            "faults": fault_table(faults) if wrong else None,
            "more": max(len(wrong) - MOST_SHOWN, 0),
            "sample": _sample(right[:SAMPLE]) if right else None,
        }
        return render(self.request, "reporting/upload_preview.html", context)


def _sample(lines: list[Line]) -> Table:
    return Table(
        caption=_("The first rows as they are read"),
        columns=[
            Column("row", _("Row"), kind="id"),
            Column("day", _("Day"), kind="date"),
            Column("said", _("Answer or area")),
            Column("number", _("Number"), kind="number", lead=True),
        ],
        rows=[
            {
                "row": str(line.number),
                "day": line.said.occurred_on,
                "said": ", ".join(part for part in (line.said.category, line.said.municipality or "") if part),
                "number": line.said.quantity,
            }
            for line in lines
            if line.said is not None
        ],
    )
