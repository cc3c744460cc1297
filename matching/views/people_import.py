"""Highly educated people from a partner's list: upload, which column is which, a look at every row, registering."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching import people_files
from matching.consents import EARLIEST, programmes_of
from matching.models import Consent, Person
from matching.models.people_lists import higher_levels
from matching.people import KEEP, no_cpr
from matching.people_files import Fixed, Line, Reading
from matching.people_forms import capitals
from matching.people_words import capital, level_words, month_words
from portal.identity.actor import Actor
from portal.tabular import uploads
from portal.tabular.forms import MappingForm
from portal.tabular.mapping import TableFile, leftovers
from portal.tabular.models import ColumnMapping
from portal.tabular.pages import ColumnsPage, Importing, UploadPage
from portal.tabular.tables import fault_table
from portal.ui import export, formats
from portal.ui.fields import DateField
from portal.ui.tables import Column, Table

MOST_SHOWN = 20
SAMPLE = 10
AS_ROWS = gettext_lazy("as the rows say")


class PeopleColumnsForm(MappingForm):
    """Which column is which, and what holds for everybody in the file: above all on what basis the data are held."""

    rule_asks_for_cpr = True

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = actor.organisation.pk if actor.organisation is not None else 0
        self.fields["status"] = forms.ChoiceField(
            label=_("Status of the whole file"),
            required=False,
            choices=[("", AS_ROWS), *capitals(Person.Status.choices)],
            help_text=_("For rows that do not say it themselves."),
        )
        self.fields["level"] = forms.ChoiceField(
            label=_("Level of education of the whole file"),
            required=False,
            choices=[("", AS_ROWS), *capitals(higher_levels())],
            help_text=_("For rows that do not say it themselves."),
        )
        self.fields["institution"] = forms.CharField(
            label=_("Place of education of the whole file"),
            required=False,
            max_length=120,
            help_text=_("For rows that do not say it themselves."),
        )
        self.fields["basis"] = forms.ChoiceField(
            label=_("Legal basis for finding a match"),
            widget=forms.RadioSelect,
            choices=capitals(Consent.Basis.choices),
            error_messages={"required": _("Choose the legal basis.")},
        )
        self.fields["given_on"] = DateField(
            label=_("Since"),
            initial=timezone.localdate(),
            error_messages={"required": _("Write a day that is not ahead.")},
        )
        self.fields["how"] = forms.CharField(
            label=_("How it was given"),
            max_length=200,
            help_text=_("For example: signed up on our web page, or agreed at the first conversation."),
            error_messages={"required": _("Write how it was given.")},
        )
        self.fields["programme"] = forms.ChoiceField(
            label=_("Programme whose partners may see those whose row says yes"),
            required=False,
            choices=[("", _("not chosen")), *programmes_of(own).order_by("name").values_list("slug", "name")],
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        for name, text in (
            ("status", _("Choose the column with the status, or one for the whole file.")),
            ("level", _("Choose the column with the level, or one for the whole file.")),
        ):
            if not said.get(f"column_{name}") and not said.get(name):
                self.add_error(name, text)
        if said.get("column_share") and not said.get("programme"):
            self.add_error("programme", _("Choose the programme whose partners may see the person."))
        day = said.get("given_on")
        if day is not None and not EARLIEST <= day <= timezone.localdate():
            self.add_error("given_on", _("Write a day that is not ahead."))
        for name, texts in no_cpr({name: said.get(name) for name in ("how", "institution")}).items():
            self.add_error(name, texts)
        return said


class ImportBase(Importing):
    action = KEEP
    purpose, wanted, address = people_files.PURPOSE, people_files.FIELDS, "matching:people_file"
    after, after_title = "matching:people", gettext_lazy("Highly educated people")
    title = gettext_lazy("Register highly educated people from a file")
    lead = gettext_lazy(
        "You see every row before anybody is registered. Who is registered already is not again. A file with CPR "
        "numbers is not taken."
    )


class PeopleUpload(ImportBase, UploadPage):
    """/hoejtuddannede/fra-fil/"""

    def enough(self, known: ColumnMapping) -> bool:
        """On what basis the data are held is asked every time."""
        return False

    def refusal(self, table: TableFile) -> str:
        return people_files.refusal_of(table)


class PeopleColumns(ImportBase, ColumnsPage):
    """/hoejtuddannede/fra-fil/<pk>/kolonner/"""

    def make_form(self, data: Any, known: ColumnMapping | None) -> PeopleColumnsForm:
        return PeopleColumnsForm(self.actor, self.opened_table, self.wanted, data, known=known)

    def more(self, form: MappingForm) -> dict[str, Any]:
        said = {
            name: form.cleaned_data[name] for name in ("status", "level", "institution", "basis", "how", "programme")
        }
        return said | {"given_on": form.cleaned_data["given_on"].isoformat()}


class PeoplePreview(ImportBase):
    """/hoejtuddannede/fra-fil/<pk>/"""

    @cached_property
    def fixed(self) -> Fixed | None:
        """What was chosen for the whole file; None when it was not, or may not be chosen any more."""
        state, own = self.file.state, self.actor.organisation
        if own is None or not {"columns", "basis", "given_on", "how"} <= set(state):
            return None
        programme = None
        if slug := state.get("programme"):
            programme = programmes_of(own.pk).filter(slug=slug).first()
            if programme is None:
                return None
        said = {name: state.get(name) or "" for name in ("basis", "how", "status", "level", "institution")}
        return Fixed(given_on=date.fromisoformat(state["given_on"]), programme=programme, **said)

    def reading(self, fixed: Fixed) -> Reading:
        return people_files.read(self.actor, self.opened_table, self.chosen, fixed)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if self.file.imported_at is not None:
            return redirect(self.after)
        if self.fixed is None:
            return redirect("matching:people_file_columns", pk=pk)
        reading = self.reading(self.fixed)
        kind = export.requested(request)
        if kind is not None:
            left = leftovers(reading.table, [line.read for line in reading.wrong])
            return export.export_response(kind, _("rows-to-mend"), *left)
        return self.page(reading)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.file.imported_at is not None:
            messages.info(request, _("The file is registered already. Nobody was registered twice."))
            return redirect(self.after)
        fixed = self.fixed
        if fixed is None:
            return redirect("matching:people_file_columns", pk=pk)
        try:
            done = people_files.import_file(self.actor, self.file, self.reading(fixed), fixed)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return redirect("matching:people_file_preview", pk=pk)
        text = ngettext("%(number)s person is registered.", "%(number)s people are registered.", done.number)
        messages.success(request, text % {"number": formats.number(done.number)})
        if done.rest is not None:
            text = _("The rest was not registered. It waits here; download it, mend it and bring it again.")
            messages.info(request, text)
            return redirect("matching:people_file_preview", pk=done.rest.pk)
        return redirect(self.after)

    def page(self, reading: Reading, status: int = 200) -> HttpResponse:
        new, wrong = reading.new, reading.wrong
        faults = [fault for line in wrong for fault in line.read.faults]
        up = (_("Read from a file"), reverse("matching:people_file_upload"))
        context = self.context(
            file=self.file,
            before=uploads.imported_before(self.file),
            numbers=numbers_table(reading),
            new=len(new),
            wrong=len(wrong),
            faults=fault_table(faults[:MOST_SHOWN], headed=True) if faults else None,
            more=max(len(faults) - MOST_SHOWN, 0),
            sample=sample_table(new[:SAMPLE]) if new else None,
            trail=self.above(up, (_("Rows of the file"), "")),
        )
        return render(self.request, "matching/people/file_preview.html", context, status=status)


def numbers_table(reading: Reading) -> Table:
    """How many rows of each kind."""
    groups = [
        (_("To be registered"), reading.new),
        (_("Registered already by you"), reading.there),
        (_("Something is wrong"), reading.wrong),
    ]
    return Table(
        caption=_("Totals"),
        columns=[Column("what", _("Rows")), Column("number", _("How many"), kind="number", decimals=0, lead=True)],
        rows=[{"what": title, "number": len(lines)} for title, lines in groups],
        total={"what": _("The whole file"), "number": len(reading.lines)},
    )


def sample_table(lines: list[Line]) -> Table:
    return Table(
        caption_hidden=True,  # a heading above says it
        caption=_("The first rows as they are registered"),
        columns=[
            Column("row", _("Row"), kind="id"),
            Column("name", _("Name"), lead=True),
            Column("status", _("Status")),
            Column("level", _("Level of education")),
            Column("education", _("Education")),
            Column("completed_on", _("Completed or expected to be, month")),
            Column("share", _("May be shown")),
        ],
        rows=[
            {
                "row": line.read.number,
                "name": line.person.name,
                "status": capital(str(line.person.get_status_display())),
                "level": level_words(line.person),
                "education": line.person.education,
                "completed_on": month_words(line.person.completed_on),
                "share": _("yes") if line.share else _("no"),
            }
            for line in lines
            if line.person is not None
        ],
    )
