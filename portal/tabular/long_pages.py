"""How far a long file has come, on a page that can be left and come back to: it asks by itself, or by a link."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from portal.identity.signin.middleware import leaves_session_alone
from portal.jobs.waiting import worker_lives
from portal.tabular import long
from portal.tabular.mapping import left_lines
from portal.tabular.models import UploadedTable
from portal.tabular.pages import Importing
from portal.ui import export

Phase = UploadedTable.Phase


class LongMixin(Importing):
    """For the third address of an import: what is shown of a long file while it is not looked through."""

    takes_long = True

    def shows(self) -> bool:
        """Is it looked through and waits for the person?"""
        return self.file.phase == Phase.LOOKED

    def left_response(self, kind: Any) -> HttpResponseBase:
        """The rows that are left, or would be, as a file."""
        table = long.head_of(self.file)
        columns, lines = left_lines(table, lambda: long.left_of(self.file))
        return export.export_response(kind, _("rows-to-mend"), columns, lines)

    def progress_page(self) -> HttpResponse:
        up = (_("Read from a file"), reverse(f"{self.address}_upload"))
        context = self.context(**self.progress(), trail=self.above(up, (_("Rows of the file"), "")))
        return render(self.request, "tabular/progress.html", context)

    def progress(self) -> dict[str, Any]:
        file = self.file
        importing = file.phase == Phase.IMPORT
        rest = file.found.get("rest")
        return {
            "file": file,
            "heading": self.importing if importing or file.phase == Phase.DONE else self.looking,
            "state": "stopped" if file.stopped else file.phase,
            "done": file.rows_done,
            "total": max(file.rows_total, file.rows_done),
            "imported": file.rows_imported,
            "left": file.found.get("left", 0),
            "rest_url": reverse(f"{self.address}_preview", args=[rest]) if rest else "",
            "late": not file.stopped and file.phase in UploadedTable.WORKED_ON and not worker_lives(),
            "again": file.error and not file.stopped,
            "page_url": reverse(f"{self.address}_preview", args=[file.pk]),
            "progress_url": reverse(f"{self.address}_progress", args=[file.pk]),
            "columns_url": reverse(f"{self.address}_columns", args=[file.pk]),
            "going": not file.stopped and file.phase in UploadedTable.WORKED_ON,
        }

    def go_on(self) -> HttpResponse:
        """The button on the page of a file that stopped."""
        try:
            long.go_on(self.file, self.actor)
        except ValidationError as problem:
            messages.info(self.request, " ".join(problem.messages))
        return redirect(f"{self.address}_preview", pk=self.file.pk)

    def ask_import(self, **state: Any) -> HttpResponse:
        try:
            long.ask_import(self.file, self.actor, **state)
        except ValidationError as problem:
            messages.info(self.request, " ".join(problem.messages))
        return redirect(f"{self.address}_preview", pk=self.file.pk)


@method_decorator(leaves_session_alone, name="dispatch")
class ProgressPart(LongMixin):  # an app's, with its own words, is a child of it
    """The part of the page that asks by itself. Nobody is at the keyboard, so the session ends as it would."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return render(request, "tabular/_progress.html", self.progress())
