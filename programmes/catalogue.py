"""Catalogues of measures: making and changing them, their themes and their measures, and finding measures.

`actor=None` is a loader: no permission is asked.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from portal.audit.submissions import Written
from portal.drafts import versions
from portal.geography.danish import Fold, SortKey, fold
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from programmes.models import CatalogueMeasure, CatalogueTheme, MeasureCatalogue
from programmes.rows import checked, fill, mark, save_checked
from programmes.shared import keeper_of, require_keeper

MOST_THEMES = 50
NO_MUNICIPALITY = "none"
"""As the filter says it: the source names none."""
SORTS = ("theme", "title", "municipality", "status")


def catalogue_thing(catalogue: MeasureCatalogue) -> str:
    return versions.thing_of("measure-catalogue", catalogue.pk)


def measure_thing(measure: CatalogueMeasure) -> str:
    return versions.thing_of("catalogue-measure", measure.pk)


# ----------------------------------------------------------------------------------------------------- catalogues
def make_catalogue(
    actor: Actor | None,
    owner: Organisation,
    *,
    themes: Sequence[str],
    written: Written | None = None,
    **said: Any,
) -> MeasureCatalogue:
    """Raises Refused, or ValidationError with the messages at the fields."""
    if actor is not None:
        keeper_of(actor)
    require_keeper(actor, owner)
    catalogue = MeasureCatalogue(owner=owner)
    with transaction.atomic():
        _write(catalogue, said)
        _set_themes(catalogue, themes)
        versions.record(actor, catalogue_thing(catalogue))
        if written is not None:
            written(catalogue.pk)
    return catalogue


def change_catalogue(
    actor: Actor | None,
    given: MeasureCatalogue,
    *,
    themes: Sequence[str] | None = None,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> MeasureCatalogue:
    """What is named is changed; themes that are named are all of them. Raises as make_catalogue, and Changed."""
    with transaction.atomic():
        catalogue = _locked(actor, given, seen)
        _write(catalogue, said)
        if themes is not None:
            _set_themes(catalogue, themes)
        if written is not None:
            written(catalogue.pk)
    return catalogue


def remove_catalogue(actor: Actor | None, given: MeasureCatalogue, *, seen: versions.Seen | None = None) -> None:
    """With its themes and measures, which the page names before. What was written stays in the trail."""
    with transaction.atomic():
        catalogue = _locked(actor, given, seen)
        CatalogueMeasure.objects.filter(theme__catalogue=catalogue).delete()
        catalogue.delete()


def _locked(actor: Actor | None, given: MeasureCatalogue, seen: versions.Seen | None) -> MeasureCatalogue:
    rows = MeasureCatalogue.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    catalogue = rows.get(pk=given.pk)
    require_keeper(actor, catalogue.owner)
    versions.settle(actor, catalogue_thing(catalogue), seen=seen, now=mark(catalogue))
    return catalogue


def _write(catalogue: MeasureCatalogue, said: dict[str, Any]) -> None:
    fill(catalogue, said)
    others = MeasureCatalogue.objects.filter(owner=catalogue.owner)
    save_checked(catalogue, free=others, taken=_("Your organisation has a catalogue with this name."))


def _set_themes(catalogue: MeasureCatalogue, wanted: Sequence[str]) -> None:
    """Those in this order. As many as before and one line rewritten is a theme renamed; one with measures stays."""
    names = [" ".join(name.split()) for name in wanted if name.strip()]
    if not names:
        raise ValidationError({"themes": [_("Write at least one theme.")]})
    if len(names) > MOST_THEMES:
        raise ValidationError({"themes": [_("There can be at most %(most)s.") % {"most": MOST_THEMES}]})
    if len(set(names)) < len(names):
        raise ValidationError({"themes": [_("Two themes cannot have the same name.")]})
    there = list(catalogue.themes.order_by("order", "pk"))
    by_name = {theme.name: theme for theme in there}
    renamed = {}
    if len(there) == len(names):
        renamed = {
            name: theme
            for theme, name in zip(there, names, strict=True)
            if theme.name not in names and name not in by_name
        }
    kept = []
    for order, name in enumerate(names, 1):
        theme = by_name.get(name) or renamed.get(name) or CatalogueTheme(catalogue=catalogue)
        theme.name, theme.order = name, order
        kept.append(theme)
    gone = CatalogueTheme.objects.filter(pk__in={each.pk for each in there} - {each.pk for each in kept})
    used = gone.filter(measures__isnull=False).distinct().order_by("order", "pk")
    if stay := list(used.values_list("name", flat=True)):
        text = _("These themes have measures, so they stay: %(names)s. Move the measures first.")
        raise ValidationError({"themes": [text % {"names": ", ".join(stay)}]})
    gone.delete()
    for theme in kept:
        try:
            checked(theme)
        except ValidationError as refused:
            raise ValidationError({"themes": [f"{theme.name[:60]}: {text}" for text in refused.messages]}) from refused
        theme.save()
    # A measure is read with its theme's name, so whoever follows what changes is told.
    CatalogueMeasure.objects.filter(theme__in=[theme.pk for theme in renamed.values()]).update(order=F("order"))


# ------------------------------------------------------------------------------------------------------- measures
def make_measure(
    actor: Actor | None, theme: CatalogueTheme, *, written: Written | None = None, **said: Any
) -> CatalogueMeasure:
    """Last in its theme. Raises Refused, or ValidationError with the messages at the fields."""
    require_keeper(actor, theme.catalogue.owner)
    measure = CatalogueMeasure(theme=theme)
    with transaction.atomic():
        _write_measure(measure, {**said, "order": _last(theme) + 1})
        versions.record(actor, measure_thing(measure))
        if written is not None:
            written(measure.pk)
    return measure


def change_measure(
    actor: Actor | None,
    given: CatalogueMeasure,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> CatalogueMeasure:
    """What is named is changed; under another theme it stands last. Raises as make_measure, and Changed."""
    with transaction.atomic():
        measure = _locked_measure(actor, given, seen)
        theme = said.get("theme", measure.theme)
        if theme.catalogue_id != measure.theme.catalogue_id:
            raise ValidationError({"theme": [_("Choose a theme of the same catalogue.")]})
        if theme.pk != measure.theme_id:
            said["order"] = _last(theme) + 1
        _write_measure(measure, said)
        if written is not None:
            written(measure.pk)
    return measure


def remove_measure(actor: Actor | None, given: CatalogueMeasure, *, seen: versions.Seen | None = None) -> None:
    """What was written stays in the trail."""
    with transaction.atomic():
        _locked_measure(actor, given, seen).delete()


def _last(theme: CatalogueTheme) -> int:
    return theme.measures.aggregate(last=Max("order"))["last"] or 0


def _locked_measure(actor: Actor | None, given: CatalogueMeasure, seen: versions.Seen | None) -> CatalogueMeasure:
    rows = CatalogueMeasure.objects.select_for_update(no_key=True, of=("self",))
    measure = rows.select_related("theme__catalogue__owner", "municipality").get(pk=given.pk)
    require_keeper(actor, measure.theme.catalogue.owner)
    versions.settle(actor, measure_thing(measure), seen=seen, now=mark(measure))
    return measure


def _write_measure(measure: CatalogueMeasure, said: dict[str, Any]) -> None:
    fill(measure, said)
    same = CatalogueMeasure.objects.filter(theme=measure.theme, municipality=measure.municipality)
    save_checked(measure, free=same, field="title", taken=_("The theme has this measure of this municipality."))


# -------------------------------------------------------------------------------------------------------- finding
def measures(actor: Actor, chosen: dict[str, Any], sort: str = "") -> QuerySet[CatalogueMeasure]:
    """Those that fit, in order. `chosen`: text, catalogue, theme, municipality (a code, or "none"), status."""
    seen = CatalogueMeasure.objects.visible_to(actor).select_related("theme__catalogue__owner", "municipality")
    rows = searched(seen, str(chosen.get("text") or ""))
    for name, column in (("catalogue", "theme__catalogue"), ("theme", "theme"), ("status", "status")):
        if value := chosen.get(name):
            rows = rows.filter(**{column: value})
    if municipality := chosen.get("municipality"):
        wanted = Q(municipality=None) if municipality == NO_MUNICIPALITY else Q(municipality=municipality)
        rows = rows.filter(wanted)
    return rows.order_by(*_order(sort))


def searched(rows: QuerySet[CatalogueMeasure], text: str) -> QuerySet[CatalogueMeasure]:
    """Those in whose title, text or partners the words stand, as Danish is searched; without words all of them."""
    folded = fold(" ".join(text.split()))
    if not folded:
        return rows
    words = Concat("title", Value(" "), "text", Value(" "), "partners", output_field=TextField())
    return rows.annotate(folded_words=Fold(words)).filter(folded_words__contains=folded)


def _order(sort: str) -> list[Any]:
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    own: list[Any] = [SortKey("theme__catalogue__name"), "theme__catalogue", "theme__order", "order", "pk"]
    first: dict[str, Any] = {
        "title": SortKey("title"),
        "municipality": F("municipality__sort_key"),
        "status": F("status"),
    }
    if name not in first:
        return [SortKey("theme__catalogue__name").desc(), *own[1:]] if falling and name == "theme" else own
    column = first[name]
    return [column.desc(nulls_last=True) if falling else column.asc(nulls_last=True), *own]
