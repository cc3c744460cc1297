"""Making, changing and removing catalogues and measures, and reading a catalogue from a spreadsheet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.audit.submissions import Written
from portal.identity.views import ActionMixin
from portal.tabular.reading import Unreadable
from portal.tabular.tables import fault_table
from portal.ui import formats
from portal.ui.tables import Table
from portal.ui.upload import MEGABYTE, Kind, UploadField
from programmes import catalogue as rules
from programmes import rights
from programmes.catalogue_files import MOST_ROWS, CatalogueFileError, read_file
from programmes.catalogue_forms import CatalogueForm, MeasureForm, catalogue_initial, measure_initial
from programmes.models import CatalogueMeasure, MeasureCatalogue
from programmes.plans import require
from programmes.shared import keeper_of, may_keep
from programmes.views.catalogue import catalogue_url, measure_url, visible_catalogue, visible_measure
from programmes.views.editing import AlterPage, MakePage, Steps
from programmes.views.experiment_edit import RemovePage
from programmes.views.plan_files import MOST_SHOWN
from programmes.views.plan_files import ReadForm as PlanReadForm


def measures_step() -> tuple[str, str]:
    return str(_("Measures")), reverse("programmes:measures")


class MakeCatalogue(MakePage):
    """/tiltag/kataloger/opret/"""

    title = gettext_lazy("Make a catalogue of measures")
    lead = gettext_lazy("Your organisation keeps it. Everybody of the area reads it.")
    kind = "measure-catalogue"
    done = gettext_lazy("The catalogue is made. Give it its measures.")
    draft_title = gettext_lazy("Make a catalogue of measures")

    def allow(self) -> None:
        keeper_of(self.actor)

    def steps(self) -> Steps:
        return [measures_step()]

    def form(self, data: Any = None) -> CatalogueForm:
        return CatalogueForm(data, new=True)

    def make(self, form: CatalogueForm, written: Written) -> int:
        return rules.make_catalogue(self.actor, keeper_of(self.actor), written=written, **form.said()).pk

    def address(self, pk: int) -> str:
        return reverse("programmes:catalogue", args=[pk])


class OfCatalogue:
    """A page about a catalogue, or one that lies under it."""

    actor: Any
    kwargs: dict[str, Any]

    @cached_property
    def catalogue(self) -> MeasureCatalogue:
        return visible_catalogue(self.actor, self.kwargs["pk"])

    @property
    def present(self) -> MeasureCatalogue:
        return self.catalogue

    def allow(self) -> None:
        require(may_keep(self.actor, self.catalogue.owner))

    def steps(self) -> Steps:
        return [measures_step(), (self.catalogue.name, catalogue_url(self.catalogue))]

    def thing(self) -> str:
        return rules.catalogue_thing(self.catalogue)


class ChangeCatalogue(OfCatalogue, AlterPage):
    """/tiltag/kataloger/<pk>/ret/"""

    title = gettext_lazy("Change the catalogue")
    draft_title = gettext_lazy("Change a catalogue of measures")

    def fresh(self) -> CatalogueForm:
        return CatalogueForm(initial=catalogue_initial(self.catalogue), new=False)

    def form(self, data: Any) -> CatalogueForm:
        return CatalogueForm(data, new=False)

    def save(self, form: CatalogueForm) -> None:
        rules.change_catalogue(self.actor, self.catalogue, seen=self.seen, **form.said())


class RemoveCatalogue(OfCatalogue, RemovePage):
    """/tiltag/kataloger/<pk>/fjern/"""

    title = gettext_lazy("Remove the catalogue?")

    def goes(self) -> str:
        number = CatalogueMeasure.objects.filter(theme__catalogue=self.catalogue).count()
        text = ngettext("“%(name)s” with its %(number)s measure.", "“%(name)s” with its %(number)s measures.", number)
        return text % {"name": self.catalogue.name, "number": formats.number(number)}

    def after(self) -> str:
        return reverse("programmes:measures")

    def save(self, form: forms.BaseForm) -> None:
        rules.remove_catalogue(self.actor, self.catalogue, seen=self.seen)


class MakeMeasure(OfCatalogue, MakePage):
    """/tiltag/kataloger/<pk>/opret/?theme=…"""

    title = gettext_lazy("Add a measure")
    kind = "catalogue-measure"
    done = gettext_lazy("The measure is added.")
    draft_title = gettext_lazy("Add a measure")

    def form(self, data: Any = None) -> MeasureForm:
        initial = {"theme": self.request.GET.get("theme", "")}
        return MeasureForm(self.catalogue, data, initial=initial, new=True)

    def make(self, form: MeasureForm, written: Written) -> int:
        said = form.said()
        theme = said.pop("theme")
        theme.catalogue = self.catalogue
        return rules.make_measure(self.actor, theme, written=written, **said).pk

    def address(self, pk: int) -> str:
        return catalogue_url(self.catalogue)


class OfMeasure:
    actor: Any
    kwargs: dict[str, Any]

    @cached_property
    def measure(self) -> CatalogueMeasure:
        return visible_measure(self.actor, self.kwargs["pk"])

    @property
    def present(self) -> CatalogueMeasure:
        return self.measure

    def allow(self) -> None:
        require(may_keep(self.actor, self.measure.theme.catalogue.owner))

    def steps(self) -> Steps:
        catalogue = self.measure.theme.catalogue
        own = (self.measure.title, measure_url(self.measure))
        return [measures_step(), (catalogue.name, catalogue_url(catalogue)), own]

    def thing(self) -> str:
        return rules.measure_thing(self.measure)


class ChangeMeasure(OfMeasure, AlterPage):
    """/tiltag/<pk>/ret/"""

    title = gettext_lazy("Change the measure")
    draft_title = gettext_lazy("Change a measure")

    def fresh(self) -> MeasureForm:
        return MeasureForm(self.measure.theme.catalogue, initial=measure_initial(self.measure), new=False)

    def form(self, data: Any) -> MeasureForm:
        return MeasureForm(self.measure.theme.catalogue, data, new=False)

    def save(self, form: MeasureForm) -> None:
        rules.change_measure(self.actor, self.measure, seen=self.seen, **form.said())


class RemoveMeasure(OfMeasure, RemovePage):
    """/tiltag/<pk>/fjern/"""

    title = gettext_lazy("Remove the measure?")

    def goes(self) -> str:
        return self.measure.title

    def after(self) -> str:
        return catalogue_url(self.measure.theme.catalogue)

    def save(self, form: forms.BaseForm) -> None:
        rules.remove_measure(self.actor, self.measure, seen=self.seen)


class ReadForm(PlanReadForm):
    file = UploadField(
        label=gettext_lazy("File"), kinds=(Kind.CSV, Kind.XLSX, Kind.ODS), most=5 * MEGABYTE,
        help_text=gettext_lazy("A spreadsheet or CSV with the columns Theme and Measure, at most 5 MB and 500 rows."),
    )  # fmt: skip


class ReadCatalogue(ActionMixin):
    """/tiltag/kataloger/<pk>/indlaes/"""

    action = rights.EDIT_PLANS

    def catalogue(self, pk: int) -> MeasureCatalogue:
        found = visible_catalogue(self.actor, pk)
        require(may_keep(self.actor, found.owner))
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return self.page(self.catalogue(pk), ReadForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        catalogue = self.catalogue(pk)
        form = ReadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(catalogue, form)
        check = form.cleaned_data["check"]
        try:
            counted = read_file(self.actor, catalogue, form.cleaned_data["file"].content, check=check)
        except Unreadable as problem:
            form.add_error("file", str(problem))
            return self.page(catalogue, form)
        except CatalogueFileError as problem:
            form.add_error("file", _("Something in the file is wrong. Nothing was saved."))
            return self.page(catalogue, form, faults=fault_table(problem.faults[:MOST_SHOWN]))
        said = {name: formats.number(number) for name, number in counted.items()}
        if check:
            text = _("%(made)s would be made, %(changed)s changed, and %(same)s are as they were. Nothing was saved.")
            return self.page(catalogue, ReadForm(), looked=text % said)
        text = _("%(made)s were made, %(changed)s changed, and %(same)s are as they were.")
        messages.success(request, text % said)
        return redirect(catalogue_url(catalogue))

    def page(
        self, catalogue: MeasureCatalogue, form: ReadForm, faults: Table | None = None, looked: str = ""
    ) -> HttpResponseBase:
        context = {"catalogue": catalogue, "form": form, "faults": faults, "looked": looked, "most": MOST_ROWS}
        return render(self.request, "programmes/shared/catalogue_read.html", context)
