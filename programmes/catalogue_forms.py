"""The forms of catalogues and their measures, and what the list of measures is narrowed by."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.danish import SortKey
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.ui.empty import EmptyValue
from portal.ui.forms import OnceForm, PortalForm
from programmes.catalogue import NO_MUNICIPALITY
from programmes.experiment_forms import line_field, text_field
from programmes.lines import LinesField
from programmes.models import CatalogueMeasure, CatalogueTheme, MeasureCatalogue


class CatalogueForm(OnceForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    theme_area = line_field(gettext_lazy("Theme area"), 160)
    dated = line_field(
        gettext_lazy("Date"), 60, help_text=gettext_lazy("In the source's words, for example August 2021.")
    )
    themes = LinesField(
        str, label=gettext_lazy("Themes"), widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line, in their order. Every measure stands under one of them."),
    )  # fmt: skip
    note = text_field(gettext_lazy("Note"))
    source = line_field(gettext_lazy("Source"), 300)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["token"]

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}


def catalogue_initial(catalogue: MeasureCatalogue) -> dict[str, Any]:
    names = ("name", "theme_area", "dated", "note", "source")
    themes = list(catalogue.themes.order_by("order", "pk").values_list("name", flat=True))
    return {name: getattr(catalogue, name) for name in names} | {"themes": themes}


class MeasureForm(OnceForm):
    theme = forms.ModelChoiceField(CatalogueTheme.objects.none(), label=gettext_lazy("Theme"), empty_label=None)
    title = forms.CharField(label=gettext_lazy("The measure"), max_length=300)
    text = text_field(gettext_lazy("Text"))
    partners = line_field(gettext_lazy("With whom"), 300, help_text=gettext_lazy("In words, for example SOSU Nord."))
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(), label=gettext_lazy("Municipality"), required=False,
        empty_label=EmptyValue.NOT_IN_SOURCE.label,
    )  # fmt: skip
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=CatalogueMeasure.Status.choices)
    source = line_field(gettext_lazy("Source"), 300)

    def __init__(self, catalogue: MeasureCatalogue, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = {
            "theme": catalogue.themes.order_by("order", "pk"),
            "municipality": Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY).order_by("sort_key"),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if not new:
            del self.fields["token"]

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}


def measure_initial(measure: CatalogueMeasure) -> dict[str, Any]:
    return {name: getattr(measure, name) for name in MeasureForm.base_fields if hasattr(measure, name)}


class MeasuresForm(PortalForm):
    """What the list is narrowed by. Its names are the address's."""

    text = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    catalogue = forms.ChoiceField(label=gettext_lazy("Catalogue"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)
    municipality = forms.ChoiceField(label=gettext_lazy("Municipality"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("All")), *CatalogueMeasure.Status.choices],
    )

    def __init__(self, actor: Actor, catalogues: list[MeasureCatalogue], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = [each.pk for each in catalogues]
        themes: dict[int, list[tuple[str, str]]] = {pk: [] for pk in inside}
        for theme in CatalogueTheme.objects.filter(catalogue__in=inside).order_by("order", "pk"):
            themes[theme.catalogue_id].append((str(theme.pk), theme.name))
        named = CatalogueMeasure.objects.filter(theme__catalogue__in=inside).order_by()
        places = Municipality.objects.filter(pk__in=named.values("municipality")).order_by(SortKey("name"))
        everything = [("", _("All"))]
        offered: dict[str, list[Any]] = {
            "catalogue": [(str(each.pk), each.name) for each in catalogues],
            "theme": [(each.name, themes[each.pk]) for each in catalogues if themes[each.pk]],
            "municipality": [
                (NO_MUNICIPALITY, str(EmptyValue.NOT_IN_SOURCE.label)),
                *((each.code, each.name) for each in places),
            ],
        }
        for name, choices in offered.items():
            self.fields[name].choices = [*everything, *choices]  # type: ignore[attr-defined]
