"""Matches from a spreadsheet: upload, which column is which, a look at every row, and registering what is right."""

from dataclasses import replace
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

from matching import choices
from matching.files import fields as files
from matching.files.found import Found, found_in
from matching.files.lines import Fixed, Reading
from matching.files.long import fixed_of
from matching.files.profiles import profile_of, system_named
from matching.files.reading import read
from matching.files.writing import asked, import_file
from matching.models import WorkArea
from portal.identity.actor import Actor
from portal.tabular import uploads
from portal.tabular.cpr_columns import cpr_column
from portal.tabular.forms import MappingForm
from portal.tabular.long_pages import LongMixin, ProgressPart
from portal.tabular.mapping import Fault, TableFile, leftovers
from portal.tabular.models import ColumnMapping
from portal.tabular.pages import ColumnsPage, Importing, UploadPage
from portal.tabular.tables import fault_table
from portal.ui import export, formats
from portal.ui.forms import PortalForm
from portal.ui.tables import Column, Table


class MatchColumnsForm(MappingForm):
    """Which column is which, and what holds for rows that do not say it themselves."""

    def __init__(self, actor: Actor, file_name: str, table: TableFile, *args: Any, **kwargs: Any) -> None:
        profile = profile_of(file_name, table)
        super().__init__(table, profile.fields(files.FIELDS) if profile else files.FIELDS, *args, **kwargs)
        programmes = choices.programmes_for(actor, timezone.localdate())
        creators = choices.creators_of(programmes)
        own = choices.own_creator(actor, creators)
        self.fields["programme"] = forms.ChoiceField(
            label=_("Programme"), choices=[(entry.slug, entry.name) for entry in programmes]
        )
        self.fields["created_by"] = forms.TypedChoiceField(
            label=_("Created by, of the whole file"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("as the rows say")), *((entry.pk, entry.name) for entry in creators)],
            initial=own.pk if own is not None else "",
            help_text=_("For rows that do not say it themselves."),
        )
        areas = WorkArea.objects.filter(active=True)
        self.fields["work_area"] = forms.ChoiceField(
            label=_("Work area of the whole file"),
            required=False,
            choices=[("", _("as the rows say")), *((entry.code, entry.label) for entry in areas)],
            help_text=_("For rows that do not say it themselves."),
        )
        self.fields["source_system"] = forms.CharField(
            label=_("System the file comes from"),
            required=False,
            max_length=60,
            initial=profile.system if profile else "",
            help_text=_("For example ESCRM, VITAS or JobTeaser. Needed only where the rows have keys."),
        )
        if profile is not None:
            text = _("The file looks like one from %(system)s. Correct it if it is not.")
            self.fields["source_system"].help_text = text % {"system": profile.system}

    def clean_source_system(self) -> str:
        return system_named(self.cleaned_data["source_system"])

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        columns = [each.name for each in files.FIELDS if said.get(f"column_{each.name}")]
        for name, text in files.needed(columns).items():
            self.add_error(f"column_{name}", text)
        # What no row can say is asked here, once, and not in every row.
        if "work_area" not in columns and not said.get("work_area"):
            self.add_error("work_area", _("Choose the column with the work area, or one for the whole file."))
        if "created_by" not in columns and not said.get("created_by") and "created_by" not in self.errors:
            self.add_error("created_by", _("Choose the column with who created the match, or one for the whole file."))
        if "external_key" in columns and not said.get("source_system"):
            self.add_error("source_system", _("Write the system that the keys are from."))
        return said


class ImportBase(Importing):
    action = "matching.register_match"
    purpose, wanted, address = files.PURPOSE, files.FIELDS, "matching:file"
    after, after_title = "matching:list", gettext_lazy("Matches")
    takes_long = True
    looking, importing = gettext_lazy("The rows are looked through"), gettext_lazy("The matches are being registered")
    title = gettext_lazy("Register matches from a file")
    lead = gettext_lazy("You see every row before anything is registered. What is registered already is not again.")


class MatchUpload(ImportBase, UploadPage):
    """/match/fra-fil/"""

    def enough(self, known: ColumnMapping) -> bool:
        """Which programme the file is about is asked every time."""
        return False

    def refusal(self, table: TableFile) -> str:
        return cpr_column(table)


class MatchColumns(ImportBase, ColumnsPage):
    """/match/fra-fil/<pk>/kolonner/"""

    remembered = ("programme", "created_by", "work_area", "source_system")

    def make_form(self, data: Any, known: ColumnMapping | None) -> MatchColumnsForm:
        return MatchColumnsForm(self.actor, self.file.name, self.opened_table, data, known=known)

    def more(self, form: MappingForm) -> dict[str, Any]:
        return {name: form.cleaned_data[name] for name in self.remembered}


class AskedForm(PortalForm):
    different_reason = forms.CharField(
        label=gettext_lazy("Why are they other matches?"),
        help_text=gettext_lazy("Only if they all are. Left empty, they are left out, and you can download them."),
        required=False,
        max_length=files.LONGEST_REASON,
    )


class MatchPreview(ImportBase, LongMixin):
    """/match/fra-fil/<pk>/"""

    @cached_property
    def fixed(self) -> Fixed | None:
        return fixed_of(self.actor, self.file)

    def reading(self, fixed: Fixed) -> Reading:
        return read(self.actor, self.opened_table, self.chosen, fixed)

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if self.file.long and not self.shows():
            return self.progress_page()
        if self.file.imported_at is not None:
            return redirect(self.after)
        if self.fixed is None:
            return redirect("matching:file_columns", pk=pk)
        kind = export.requested(request)
        if self.file.long:
            return self.left_response(kind) if kind is not None else self.page(Found.from_json(self.file.found))
        if "columns" in self.file.state and self.opened_table.cut:
            # Kept when its columns were known, and nobody has asked for the look.
            return redirect("matching:file_columns", pk=pk)
        reading = self.reading(self.fixed)
        if kind is not None:
            left = [*(line.read for line in reading.wrong), *(asked(line) for line in reading.asked)]
            return export.export_response(kind, _("rows-to-mend"), *leftovers(reading.table, left))
        return self.page(found_in(reading))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if "go_on" in request.POST:
            return self.go_on()
        if self.file.imported_at is not None:
            messages.info(request, _("The file is registered already. Nothing was registered twice."))
            return redirect("matching:file_preview", pk=pk) if self.file.long else redirect(self.after)
        fixed = self.fixed
        if fixed is None:
            return redirect("matching:file_columns", pk=pk)
        form = AskedForm(request.POST)
        if not form.is_valid():
            found = Found.from_json(self.file.found) if self.file.long else found_in(self.reading(fixed))
            return self.page(found, form, 400)
        reason = form.cleaned_data["different_reason"].strip() or fixed.different_reason
        if self.file.long:
            return self.ask_import(different_reason=reason)
        return self.register(replace(fixed, different_reason=reason))

    def register(self, fixed: Fixed) -> HttpResponse:
        """A short file, while the person waits."""
        try:
            done = import_file(self.actor, self.file, self.reading(fixed), fixed)
        except ValidationError as problem:
            messages.error(self.request, " ".join(problem.messages))
            return redirect("matching:file_preview", pk=self.file.pk)
        number, rest = done.number, done.rest
        said = {"number": formats.number(number), "programme": fixed.programme.name}
        text = ngettext(
            "%(number)s match is registered in %(programme)s.",
            "%(number)s matches are registered in %(programme)s.",
            number,
        )
        messages.success(self.request, text % said)
        if done.waiting:
            text = ngettext(
                "%(number)s row is left. Press again to go on.",
                "%(number)s rows are left. Press again to go on.",
                done.waiting,
            )
            messages.info(self.request, text % {"number": formats.number(done.waiting)})
            uploads.note(self.file, different_reason=fixed.different_reason)
            return redirect("matching:file_preview", pk=self.file.pk)
        if rest is not None:
            text = _("The rest was not registered. It waits here; download it, mend it and bring it again.")
            messages.info(self.request, text)
            return redirect("matching:file_preview", pk=rest.pk)
        return redirect(self.after)

    def page(self, found: Found, form: AskedForm | None = None, status: int = 200) -> HttpResponse:
        up = (_("Read from a file"), reverse("matching:file_upload"))
        context = self.context(
            form=(form or AskedForm()) if found.asked else None,
            begun=self.file.rows_imported,
            file=self.file,
            programme=self.fixed.programme if self.fixed is not None else None,
            before=uploads.imported_before(self.file),
            numbers=numbers_table(found),
            new=found.new,
            asked=found.asked,
            suspected=asked_table(found.suspected) if found.suspected else None,
            more_asked=found.asked - len(found.suspected),
            wrong=found.wrong,
            left=found.left,
            notes=found.notes,
            companies=found.companies,
            faults=fault_table([Fault(*each) for each in found.faults], headed=True) if found.faults else None,
            more=found.number_of_faults - len(found.faults),
            sample=sample_table(found.sample) if found.sample else None,
            trail=self.above(up, (_("Rows of the file"), "")),
        )
        return render(self.request, "matching/file_preview.html", context, status=status)


class MatchProgress(ImportBase, ProgressPart):
    """/match/fra-fil/<pk>/hvor-langt/"""


def numbers_table(found: Found) -> Table:
    """How many rows of each kind."""
    groups = [
        (_("To be registered"), found.new),
        (_("Registered already by you"), found.there),
        (_("May be registered already"), found.asked),
        (_("Something is wrong"), found.wrong),
    ]
    return Table(
        caption=_("Totals"),
        columns=[Column("what", _("Rows")), Column("number", _("How many"), kind="number", decimals=0, lead=True)],
        rows=[{"what": title, "number": number} for title, number in groups],
        total={"what": _("The whole file"), "number": found.rows},
    )


def asked_table(suspected: list[dict[str, Any]]) -> Table:
    return Table(
        caption_hidden=True,  # a heading above says it
        caption=_("Rows that may be registered already"),
        columns=[
            Column("row", _("Row"), kind="id"),
            Column("company", _("Company"), lead=True),
            Column("twins", _("It may be")),
        ],
        rows=suspected,
    )


def sample_table(sample: list[dict[str, Any]]) -> Table:
    return Table(
        caption_hidden=True,  # a heading above says it
        caption=_("The first rows as they are registered"),
        columns=[
            Column("row", _("Row"), kind="id"),
            Column("company", _("Company"), lead=True),
            Column("known", _("Known here")),
            Column("match_type", _("Match type")),
            Column("agreed_on", _("Agreed on"), kind="date"),
            Column("municipality", _("Place of work")),
            Column("created_by", _("Created by")),
            Column("work_area", _("Work area")),
        ],
        rows=[{**row, "known": _("yes") if row["known"] else _("no, it is added")} for row in sample],
    )
