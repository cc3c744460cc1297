"""The measures of every catalogue, one catalogue by theme, and one measure."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.danish import SortKey
from portal.identity import rights as permissions
from portal.identity.actor import Actor
from portal.identity.views import ActionMixin
from portal.ui import export
from portal.ui.empty import EmptyValue
from portal.ui.tables import Cell, Column, GroupRow, Table
from programmes import rights
from programmes.catalogue import SORTS, measures
from programmes.catalogue_forms import MeasuresForm
from programmes.models import CatalogueMeasure, MeasureCatalogue
from programmes.shared import may_keep
from programmes.views.experiments import said
from programmes.views.shown import lines_table

PAGE = 50
OWN = (
    Column("title", gettext_lazy("The measure"), sort="title"),
    Column("text", gettext_lazy("Text"), export_only=True),
    Column("partners", gettext_lazy("With whom")),
    Column("municipality", gettext_lazy("Municipality"), sort="municipality"),
    Column("status", gettext_lazy("Status"), sort="status"),
    Column("source", gettext_lazy("Source"), export_only=True),
)
COLUMNS = [OWN[0], Column("theme", gettext_lazy("Theme"), sort="theme"), *OWN[1:],
           Column("catalogue", gettext_lazy("Catalogue"), export_only=True),
           Column("owner", gettext_lazy("Owner"), export_only=True)]  # fmt: skip
FILE = [Column("theme", gettext_lazy("Theme")), *OWN]


def catalogue_url(catalogue: MeasureCatalogue, name: str = "catalogue") -> str:
    return reverse(f"programmes:{name}", args=[catalogue.pk])


def measure_url(measure: CatalogueMeasure, name: str = "measure") -> str:
    return reverse(f"programmes:{name}", args=[measure.pk])


def visible_catalogue(actor: Actor, pk: int) -> MeasureCatalogue:
    return get_object_or_404(MeasureCatalogue.objects.visible_to(actor).select_related("owner"), pk=pk)


def visible_measure(actor: Actor, pk: int) -> CatalogueMeasure:
    rows = CatalogueMeasure.objects.visible_to(actor).select_related("theme__catalogue__owner", "municipality")
    return get_object_or_404(rows, pk=pk)


def line_of(measure: CatalogueMeasure, *, several: bool = False) -> dict[str, Any]:
    """`several`: themes of more than one catalogue stand in the list, so each says whose it is."""
    theme = measure.theme
    return {
        "title": Cell(measure.title, measure_url(measure)),
        "theme": Cell(theme.name, note=theme.catalogue.name if several else ""),
        "text": measure.text,
        "partners": measure.partners,
        "municipality": measure.municipality.name if measure.municipality is not None else EmptyValue.NOT_IN_SOURCE,
        "status": measure.get_status_display(),
        "source": measure.source,
        "catalogue": theme.catalogue.name,
        "owner": theme.catalogue.owner.name,
    }


def _file_lines(rows: QuerySet[CatalogueMeasure]) -> Iterator[dict[str, Any]]:
    for measure in rows.iterator(chunk_size=2000):
        yield line_of(measure)


class MeasureList(ActionMixin):
    """/tiltag/?text=…&catalogue=…&theme=…&municipality=…&status=…"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest) -> HttpResponseBase:
        seen = MeasureCatalogue.objects.visible_to(self.actor).select_related("owner")
        known = list(seen.annotate(number=Count("themes__measures")).order_by(SortKey("name"), "pk"))
        form = MeasuresForm(self.actor, known, request.GET)
        form.is_valid()
        sort = request.GET.get("sort", "")
        rows = measures(self.actor, form.cleaned_data, sort)
        if kind := export.requested(request):
            return export.export_response(kind, _("measures"), COLUMNS, _file_lines(rows))
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        context = {
            "filter_form": form,
            "catalogues": catalogues_table(known),
            "table": Table(
                caption=_("Measures"), caption_hidden=True, columns=COLUMNS,
                rows=[line_of(each, several=len(known) > 1) for each in page],
                sort=sort if sort.removeprefix("-") in SORTS else "theme",
                empty=_("No measure fits. Remove a filter."),
            ),
            "page": page,
            "number": page.paginator.count,
            "filtering": any(form.cleaned_data.values()) or bool(form.errors),
            "may_make": permissions.may(self.actor, rights.EDIT_PLANS),
        }  # fmt: skip
        return render(request, "programmes/shared/measures.html", context)


def catalogues_table(known: list[MeasureCatalogue]) -> Table:
    return Table(
        caption=_("Catalogues"),
        caption_hidden=True,
        columns=[
            Column("name", _("Catalogue")),
            Column("theme_area", _("Theme area")),
            Column("owner", _("Owner")),
            Column("dated", _("Date")),
            Column("number", _("Measures"), kind="number"),
        ],
        rows=[
            {
                "name": Cell(each.name, catalogue_url(each)),
                "theme_area": said(each.theme_area),
                "owner": each.owner.name,
                "dated": said(each.dated),
                "number": vars(each)["number"],
            }
            for each in known
        ],
        empty=_("There are no catalogues yet."),
    )


class CataloguePage(ActionMixin):
    """/tiltag/kataloger/<pk>/: by theme; the file can be read in again."""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        catalogue = visible_catalogue(self.actor, pk)
        rows = measures(self.actor, {"catalogue": catalogue.pk})
        if kind := export.requested(request):
            return export.export_response(kind, _("measures"), FILE, _file_lines(rows))
        found = list(rows)
        lines: list[Any] = []
        for theme in catalogue.themes.order_by("order", "pk"):
            lines.append(GroupRow(theme.name))
            lines += [line_of(each) for each in found if each.theme_id == theme.pk]
        columns = [column for column in OWN if not column.export_only]
        if not any(each.partners for each in found):
            columns = [column for column in columns if column.key != "partners"]
        context = {
            "catalogue": catalogue,
            "details": lines_table(
                _("About the catalogue"),
                [
                    (_("Theme area"), said(catalogue.theme_area)),
                    (_("Owner"), catalogue.owner.name),
                    (_("Date"), said(catalogue.dated)),
                ],
            ),
            "number": len(found),
            "table": Table(
                caption=_("Measures"), caption_hidden=True,
                columns=[Column(each.key, each.title) for each in columns], rows=lines,
                empty=_("The catalogue has no measures yet."),
            ),
            "may_write": may_keep(self.actor, catalogue.owner),
        }  # fmt: skip
        return render(request, "programmes/shared/catalogue.html", context)


class MeasurePage(ActionMixin):
    """/tiltag/<pk>/"""

    action = rights.VIEW_PROGRAMMES

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        measure = visible_measure(self.actor, pk)
        catalogue = measure.theme.catalogue
        line = line_of(measure)
        context = {
            "measure": measure,
            "catalogue": catalogue,
            "details": lines_table(
                _("About the measure"),
                [
                    (_("Theme"), measure.theme.name),
                    (_("With whom"), line["partners"]),
                    (_("Municipality"), line["municipality"]),
                    (_("Status"), line["status"]),
                ],
            ),
            "source": measure.source or catalogue.source,
            "may_write": may_keep(self.actor, catalogue.owner),
        }
        return render(request, "programmes/shared/measure.html", context)
