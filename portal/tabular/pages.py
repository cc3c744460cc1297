"""The pages that every import from a file begins with: the file itself, and which of its columns is which.

An app's import is three addresses beside each other: `<address>_upload`, `<address>_columns` and `<address>_preview`.
The first two are here; the third, the look at every row, is the app's own. What the forms said lies in the file's
state.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from portal.identity.views import ActionMixin
from portal.tabular import long, uploads
from portal.tabular.forms import MappingForm
from portal.tabular.limits import LONG, MOST_TITLES, SHORT, Limits, Unreadable
from portal.tabular.mapping import (
    Chosen,
    Field,
    TableFile,
    chosen_in,
    chosen_of,
    open_start,
    open_table,
    recalled,
    remember,
)
from portal.tabular.models import ColumnMapping, UploadedTable
from portal.ui import formats
from portal.ui.forms import PortalForm
from portal.ui.upload import Kind, UploadField


class UploadForm(PortalForm):
    def __init__(self, limits: Limits, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {"size": limits.megabytes, "rows": formats.number(limits.rows)}
        self.fields["file"] = UploadField(
            label=_("File"),
            help_text=_("CSV or Excel (.xlsx), at most %(size)s MB and %(rows)s rows.") % said,
            kinds=(Kind.CSV, Kind.XLSX),
            most=limits.bytes,
        )
        self.fields["file"].widget.attrs["class"] = "form-input"


class Importing(ActionMixin):
    """What the pages of an import share. A file is the organisation's own, and gone two days after."""

    purpose: ClassVar[str]
    wanted: ClassVar[Sequence[Field]]
    address: ClassVar[str]
    """`programmes:spending` where the addresses are `programmes:spending_upload` and so on."""
    after: ClassVar[str]
    """The address where what was imported is seen."""
    after_title: ClassVar[str | Promise]
    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise]
    takes_long: ClassVar[bool] = False
    """May it be a long file, which the worker looks through and imports (portal.tabular.long)?"""
    looking: ClassVar[str | Promise] = ""
    importing: ClassVar[str | Promise] = ""
    """The headings meanwhile: "The rows are looked through"."""

    @property
    def limits(self) -> Limits:
        return LONG if self.takes_long else SHORT

    def open(self, content: bytes) -> TableFile:
        """The table, cut where the worker is to read the rest. Raises Unreadable."""
        if not self.takes_long:
            return open_table(content, self.wanted)
        table = open_start(content, self.wanted, long.first_rows())
        if table.cut and table.height > LONG.rows + MOST_TITLES:
            raise LONG.refuse_rows()
        return table

    @cached_property
    def file(self) -> UploadedTable:
        own = UploadedTable.objects.visible_to(self.actor)
        return get_object_or_404(own, purpose=self.purpose, pk=self.kwargs["pk"])

    @cached_property
    def opened_table(self) -> TableFile:
        """Raises Unreadable when it has been imported."""
        return self.open(uploads.content_of(self.file))

    @property
    def chosen(self) -> Chosen:
        """Which column is which, as it was said of this file."""
        return chosen_in(self.file.state)

    def above(self, *steps: tuple[str, str]) -> list[dict[str, str]]:
        """The way here, below the page of what was imported."""
        ways = [(str(self.after_title), reverse(self.after)), *steps]
        return [{"title": title, "url": url} for title, url in ways]

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "title": self.title,
            "lead": self.lead,
            "upload_url": reverse(f"{self.address}_upload"),
            "after_url": reverse(self.after),
            **more,
        }


class UploadPage(Importing):
    """Of a file with known headings one goes straight on to its rows."""

    def enough(self, known: ColumnMapping) -> bool:
        """Is what was said of such a file before all that is asked?"""
        return True

    def refusal(self, table: TableFile) -> str:
        """Why the file is not even kept to be looked at; "" when it is."""
        return ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(UploadForm(self.limits))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(self.limits, request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, 400)
        given = form.cleaned_data["file"]
        try:
            table = self.open(given.content)
        except Unreadable as problem:
            form.add_error("file", str(problem))
            return self.page(form, 400)
        if refusal := self.refusal(table):
            form.add_error("file", refusal)
            return self.page(form, 400)
        known = recalled(self.actor, self.purpose, table)
        if known is None or not self.enough(known):
            file = uploads.keep(self.actor, self.purpose, given.content, given.name, aside=table.cut)
            return redirect(f"{self.address}_columns", pk=file.pk)
        chosen = chosen_of(known)
        state = {"columns": dict(chosen.columns), "decimal": chosen.decimal}
        file = uploads.keep(self.actor, self.purpose, given.content, given.name, aside=table.cut, **state)
        if table.cut:
            long.ask_look(file, self.actor, table)
        return redirect(f"{self.address}_preview", pk=file.pk)

    def page(self, form: UploadForm, status: int = 200) -> HttpResponse:
        context = self.context(
            form=form,
            fields=[str(field.label) for field in self.wanted],
            trail=self.above((_("Read from a file"), "")),
        )
        return render(self.request, "tabular/upload.html", context, status=status)


class ColumnsPage(Importing):
    form_class: ClassVar[type[MappingForm]] = MappingForm
    remembered: ClassVar[Sequence[str]] = ()
    """What of `more` is filled in again for the next file with such headings."""

    def make_form(self, data: Any, known: ColumnMapping | None) -> MappingForm:
        """The app's form, where it asks for more than the columns."""
        return self.form_class(self.opened_table, self.wanted, data, known=known)

    def more(self, form: MappingForm) -> dict[str, Any]:
        """What else the form said, for the file's state: its fields' names and values that JSON can hold."""
        return {}

    def form(self, data: Any = None) -> MappingForm:
        known = recalled(self.actor, self.purpose, self.opened_table)
        form = self.make_form(data, known)
        state = self.file.state
        if "columns" in state:
            form.initial = {f"column_{name}": key for name, key in state["columns"].items()}
            form.initial["decimal_sign"] = state["decimal"]
        before = known.also if known is not None else {}
        said = {name: value for name, value in {**before, **state}.items() if name in form.fields}
        form.initial = {**form.initial, **said}
        return form

    @property
    def too_late(self) -> bool:
        """What is imported, or being imported, has its columns."""
        return self.file.imported_at is not None or self.file.phase == UploadedTable.Phase.IMPORT

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.too_late:
            return redirect(f"{self.address}_preview", pk=pk) if self.file.long else redirect(self.after)
        return self.page(self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.too_late:
            return redirect(f"{self.address}_preview", pk=pk) if self.file.long else redirect(self.after)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, 400)
        chosen = form.chosen()
        more = self.more(form)
        also = {name: more[name] for name in self.remembered}
        remember(self.actor, self.purpose, self.opened_table, chosen, also)
        uploads.note(self.file, columns=dict(chosen.columns), decimal=chosen.decimal, **more)
        if self.opened_table.cut:
            try:
                long.ask_look(self.file, self.actor, self.opened_table)
            except ValidationError as problem:
                messages.error(request, " ".join(problem.messages))
        return redirect(f"{self.address}_preview", pk=pk)

    def page(self, form: MappingForm, status: int = 200) -> HttpResponse:
        up = (_("Read from a file"), reverse(f"{self.address}_upload"))
        context = self.context(form=form, file=self.file, trail=self.above(up, (_("Columns of the file"), "")))
        return render(self.request, "tabular/columns.html", context, status=status)
