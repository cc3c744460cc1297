"""Published statistics: which tables and vintages there are, and importing one from a file after a look at it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.drafts.pages import DraftPage
from portal.identity import rights as identity_rights
from portal.identity.views import ActionMixin
from portal.tabular.numbers import DecimalMark
from portal.ui import formats
from portal.ui.fields import SmartDateField
from portal.ui.forms import PortalForm
from portal.ui.pagination import keyset
from portal.ui.tables import Cell, Column, Table
from portal.ui.upload import Kind, UploadField
from reporting import rights
from reporting.models import Absence, EvidenceFile, Vintage
from reporting.statistics.choosing import Choice, Chosen, area_dimension, tidy_key, time_dimension
from reporting.statistics.cube import MOST_BYTES, Cube, Dimension, StatisticsError
from reporting.statistics.importing import Source, check, import_statistics, plan, read
from reporting.uploads import keep

PAGE = 50
MOST_TICKED = 20
"""A dimension with more values than this is written as codes instead of ticked."""
MOST_SERIES = 20
SAMPLE = 15


class SourceForm(PortalForm):
    file = UploadField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("JSON-stat or CSV as the publisher's table bank gives it, at most 20 MB."),
        kinds=(Kind.JSON, Kind.CSV),
        most=MOST_BYTES,
    )
    table = forms.CharField(
        label=gettext_lazy("The table's code"), max_length=40, help_text=gettext_lazy("For example ERHV2")
    )
    title = forms.CharField(label=gettext_lazy("What the table is about"), max_length=200)
    publisher = forms.CharField(label=gettext_lazy("Publisher"), max_length=160, initial="Danmarks Statistik")
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=40, required=False)
    vintage = forms.CharField(
        label=gettext_lazy("Vintage"), max_length=40, help_text=gettext_lazy("Which publication it is: 2024-11")
    )
    published_on = SmartDateField(label=gettext_lazy("Published"))
    mark = forms.ChoiceField(
        label=gettext_lazy("Decimal sign of a CSV file"),
        required=False,
        choices=[
            ("", gettext_lazy("as the numbers tell")),
            (",", gettext_lazy("comma")),
            (".", gettext_lazy("full stop")),
        ],
    )
    constructed = forms.BooleanField(label=gettext_lazy("Constructed: the numbers are made up"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["class"] = "form-input"

    def source(self) -> Source:
        said = self.cleaned_data
        return Source(
            table=tidy_key(said["table"]),
            vintage=tidy_key(said["vintage"]),
            published_on=said["published_on"],
            title=said["title"].strip(),
            publisher=said["publisher"].strip(),
            unit=said["unit"].strip(),
            constructed=said["constructed"],
        )


class ChoiceForm(PortalForm):
    """Which column is the area, which the time, and which values of every column."""

    area = forms.ChoiceField(label=gettext_lazy("Areas are in"), required=False)
    time = forms.ChoiceField(label=gettext_lazy("Periods are in"))

    def __init__(self, cube: Cube, data: Any = None) -> None:
        self.cube = cube
        area, time = area_dimension(cube), time_dimension(cube)
        super().__init__(data, initial={"area": area.code if area else "", "time": time.code if time else ""})
        names = [(each.code, _name(each)) for each in cube.dimensions]
        self.fields["area"].choices = [("", _("no column: the whole country")), *names]  # type: ignore[attr-defined]
        self.fields["time"].choices = names  # type: ignore[attr-defined]
        for number, each in enumerate(cube.dimensions):
            self.fields[f"values_{number}"] = _values_field(each)

    def choice(self) -> Choice:
        said = self.cleaned_data
        values = {}
        for number, each in enumerate(self.cube.dimensions):
            chosen = said[f"values_{number}"]
            codes = chosen if isinstance(chosen, list) else [part.strip() for part in chosen.split(",") if part.strip()]
            if codes and len(codes) != len(each.values):
                values[each.code] = codes
        return Choice(said["area"], said["time"], values)


def _name(dimension: Dimension) -> str:
    return dimension.code if dimension.label in ("", dimension.code) else f"{dimension.label} ({dimension.code})"


def _values_field(dimension: Dimension) -> forms.Field:
    label = _name(dimension)
    if len(dimension.values) <= MOST_TICKED:
        return forms.MultipleChoiceField(
            label=label,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("None ticked: all of them."),
            choices=[(code, code if text == code else f"{text} ({code})") for code, text in dimension.values.items()],
        )
    known = ", ".join(list(dimension.values)[:8])
    return forms.CharField(
        label=label,
        required=False,
        max_length=4000,
        help_text=_("Codes with commas between them; empty takes all %(number)s. They begin %(codes)s …")
        % {"number": formats.number(len(dimension.values)), "codes": known},
    )


class StatisticsPage(ActionMixin):
    action = rights.VIEW_SERIES

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Vintage.objects.select_related("table")
        page = keyset(rows, request.GET, ("-published_on", "-id"), size=PAGE)
        series = reverse("reporting:series_list")
        table = Table(
            caption=_("Tables and vintages"),
            columns=[
                Column("table", _("Table")),
                Column("vintage", _("Vintage")),
                Column("published", _("Published"), kind="date"),
                Column("values", _("Values"), kind="number"),
                Column("publisher", _("Source")),
            ],
            rows=[
                {
                    "table": Cell(each.table.title, f"{series}?kind=statistic&text={each.table.code.lower()}",
                                  note=each.table.code),
                    "vintage": each.key,
                    "published": each.published_on,
                    "values": each.values_imported,
                    "publisher": each.table.publisher,
                }
                for each in page.rows
            ],
            caption_hidden=True,
            empty=_("No statistics have been imported yet."),
        )  # fmt: skip
        may = identity_rights.may(self.actor, rights.IMPORT_STATISTICS)
        return render(request, "reporting/statistics.html", {"table": table, "page": page, "may_import": may})


class ImportPage(DraftPage):
    action = rights.IMPORT_STATISTICS
    draft_title = gettext_lazy("Import a table")

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "reporting/statistics_import.html", {"form": SourceForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SourceForm(request.POST, request.FILES)
        if form.is_valid():
            given, source = form.cleaned_data["file"], form.source()
            try:
                read(given.content, given.name, form.cleaned_data["mark"] or None)
                kept = keep(
                    self.actor,
                    given.content,
                    given.name,
                    mark=form.cleaned_data["mark"],
                    table=source.table,
                    vintage=source.vintage,
                    published_on=source.published_on.isoformat(),
                    title=source.title,
                    publisher=source.publisher,
                    unit=source.unit,
                    constructed="yes" if source.constructed else "",
                )
                check(source, kept.sha256)
            except StatisticsError as error:
                form.add_error("mark" if error.code == "decimal_mark" else "file", _at(error))
            except ValidationError as problem:
                for name, texts in problem.message_dict.items():
                    form.add_error(name if name in form.fields else None, texts)
            else:
                return redirect("reporting:statistics_preview", pk=kept.pk)
        return render(request, "reporting/statistics_import.html", {"form": form})


def _at(error: StatisticsError) -> str:
    return f"{error.message} ({error.where})" if error.place else str(error.message)


class ImportPreview(ActionMixin):
    """What the file holds and what an import would write. Only the one who uploaded it sees it."""

    action = rights.IMPORT_STATISTICS

    def file(self, pk: int) -> EvidenceFile:
        return get_object_or_404(EvidenceFile, pk=pk, series=None, uploaded_by=self.actor.user)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.file(pk)
        if file.content is None:
            return redirect("reporting:statistics")
        cube = _cube(file)
        first = ChoiceForm(cube)
        try:
            chosen = plan(cube, file.asked["table"], Choice())
        except StatisticsError as error:
            return self.page(first, file, cube, None, _at(error))
        return self.page(first, file, cube, chosen)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.file(pk)
        if file.content is None:
            return redirect("reporting:statistics")
        cube = _cube(file)
        form = ChoiceForm(cube, request.POST)
        if not form.is_valid():
            return self.page(form, file, cube, None)
        try:
            chosen = plan(cube, file.asked["table"], form.choice())
            if "look" in request.POST:
                return self.page(form, file, cube, chosen)
            imported = import_statistics(
                bytes(file.content), _source(file), form.choice(),
                name=file.name, actor=self.actor, mark=_mark(file),
            )  # fmt: skip
        except StatisticsError as error:
            return self.page(form, file, cube, None, _at(error))
        except ValidationError as problem:
            return self.page(form, file, cube, chosen, " ".join(problem.messages))
        if imported.already:
            messages.info(request, _("These values were imported before. Nothing was changed."))
        else:
            said = {"values": formats.number(imported.values), "missing": formats.number(imported.missing)}
            messages.success(
                request, _("Imported: %(values)s values, and %(missing)s that are missing in the source.") % said
            )
        return redirect("reporting:statistics")

    def page(
        self, form: ChoiceForm, file: EvidenceFile, cube: Cube, chosen: list[Chosen] | None, fault: str = ""
    ) -> HttpResponse:
        context = {
            "form": form,
            "file": file,
            "asked": file.asked,
            "published": date.fromisoformat(file.asked["published_on"]),
            "dimensions": _dimensions(cube),
            "series": _series(chosen) if chosen else None,
            "more": max(len(chosen or ()) - MOST_SERIES, 0),
            "sample": _sample(chosen) if chosen else None,
            "values": sum(each.value is not None for one in chosen or () for each in one.values),
            "missing": sum(each.value is None for one in chosen or () for each in one.values),
            "fault": fault,
        }
        return render(self.request, "reporting/statistics_preview.html", context)


def _cube(file: EvidenceFile) -> Cube:
    return read(bytes(file.content or b""), file.name, _mark(file))


def _mark(file: EvidenceFile) -> DecimalMark | None:
    mark = file.asked["mark"]
    return mark if mark in (",", ".") else None


def _source(file: EvidenceFile) -> Source:
    asked = file.asked
    return Source(
        table=asked["table"],
        vintage=asked["vintage"],
        published_on=date.fromisoformat(asked["published_on"]),
        title=asked["title"],
        publisher=asked["publisher"],
        unit=asked["unit"],
        constructed=bool(asked["constructed"]),
    )


def _dimensions(cube: Cube) -> Table:
    return Table(
        caption=_("Columns of the file"),
        columns=[
            Column("name", _("Column")),
            Column("number", _("Values"), kind="number"),
            Column("first", _("The first of them")),
        ],
        rows=[
            {"name": _name(each), "number": len(each.values), "first": ", ".join(list(each.values.values())[:5])}
            for each in cube.dimensions
        ],
    )


def _series(chosen: list[Chosen]) -> Table:
    return Table(
        caption=_("Series that the values become"),
        columns=[
            Column("name", _("Series")),
            Column("key", _("Key"), kind="id"),
            Column("values", _("Values"), kind="number"),
            Column("missing", _("Missing"), kind="number"),
        ],
        rows=[
            {
                "name": each.name,
                "key": each.key,
                "values": sum(one.value is not None for one in each.values),
                "missing": sum(one.value is None for one in each.values),
            }
            for each in chosen[:MOST_SERIES]
        ],
    )


def _sample(chosen: list[Chosen]) -> Table:
    why = dict(Absence.Why.choices)
    first = [(one, value) for one in chosen for value in one.values][:SAMPLE]
    return Table(
        caption=_("The first values"),
        columns=[
            Column("area", _("Area")),
            Column("period", _("Period")),
            Column("value", _("Value"), kind="text", lead=True),
            Column("series", _("Series")),
        ],
        rows=[
            {
                "area": value.area.name or _("The whole country"),
                "period": value.period,
                "value": formats.number(value.value, 10) if value.value is not None
                else Cell(str(why[value.why]), note=value.mark),
                "series": one.key,
            }
            for one, value in first
        ],
    )  # fmt: skip
