"""A catalogue as a spreadsheet: a row for each measure. All of a file or nothing of it.

A row whose theme, measure and municipality the catalogue has changes that; what a file does not name stays as it is.
"""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.geography.danish import fold
from portal.geography.models import Municipality
from portal.identity.actor import Actor
from portal.tabular.cells import read_text, text_of
from portal.tabular.mapping import Chosen, Fault, Field, ReadRow, guess, open_table, read_table
from portal.tabular.reading import Unreadable
from portal.ui.empty import EmptyValue
from programmes.catalogue import change_catalogue, change_measure, make_measure
from programmes.experiment_register import municipalities_by_name
from programmes.models import CatalogueMeasure, CatalogueTheme, MeasureCatalogue
from programmes.shared import require_keeper

MOST_ROWS = 500
Status = CatalogueMeasure.Status
STATUS_WORDS = {
    "i gang": Status.RUNNING, "igangværende": Status.RUNNING, "running": Status.RUNNING,
    "eksempel": Status.EXAMPLE, "example": Status.EXAMPLE,
    "idé": Status.IDEA, "ide": Status.IDEA, "idea": Status.IDEA,
}  # fmt: skip
NOT_STATED = {"", "-", "–", "ikke oplyst", "ikke oplyst i kilden", "not stated", "not stated in the source"}


class CatalogueFileError(Exception):
    """Nothing of the file stands. `faults` are all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def _short(most: int) -> Any:
    def read(cell: Any) -> str:
        text = read_text(cell)
        if len(text) > most:
            raise ValueError(_("Write at most %(most)s characters.") % {"most": most})
        return text

    return read


def _read_status(cell: Any) -> str:
    found = STATUS_WORDS.get(text_of(cell).casefold())
    if found is None:
        raise ValueError(_("Write running, example or idea."))
    return found


FIELDS = (
    Field("theme", gettext_lazy("Theme"), _short(200), synonyms=("tema", "theme", "overskrift")),
    Field("title", gettext_lazy("The measure"), _short(300), synonyms=("tiltag", "measure", "indsats", "titel")),
    Field("text", gettext_lazy("Text"), read_text, False, ("tekst", "text", "beskrivelse"), blank=""),
    Field("partners", gettext_lazy("With whom"), _short(300), False, ("hvem med", "partnere", "with whom"), blank=""),
    Field("municipality", gettext_lazy("Municipality"), text_of, False, ("kommune", "municipality"), blank=""),
    Field("status", gettext_lazy("Status"), _read_status, False, ("status",), blank=Status.EXAMPLE),
    Field("source", gettext_lazy("Source"), _short(300), False, ("kilde", "source"), blank=""),
)


def read_file(actor: Actor, catalogue: MeasureCatalogue, content: bytes, *, check: bool = False) -> Counter[str]:
    """How many were made, changed and the same. Raises Refused, Unreadable, CatalogueFileError."""
    require_keeper(actor, catalogue.owner)
    table = open_table(content, FIELDS)
    columns = guess(FIELDS, table)
    if lacking := [str(each.label) for each in FIELDS if each.required and each.name not in columns]:
        raise Unreadable(_("The file has no column called %(names)s.") % {"names": ", ".join(lacking)})
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(_("The file has more than %(most)s rows. Divide it.") % {"most": MOST_ROWS})
    known = municipalities_by_name()
    rows = [_placed(row, known) for row in read_table(table, FIELDS, Chosen(columns))]
    if faults := [fault for row in rows for fault in row.faults]:
        raise CatalogueFileError(faults)
    with transaction.atomic():
        counted = _write(actor, catalogue, rows, set(columns))
        if check:
            transaction.set_rollback(True)
    return counted


def _placed(row: ReadRow, known: dict[str, Municipality]) -> ReadRow:
    """The row with its municipality found; none where the file says that none is stated."""
    text = str(row.values.get("municipality") or "").strip()
    if text.casefold() in NOT_STATED | {str(EmptyValue.NOT_IN_SOURCE.label).casefold()}:
        found = None
    else:
        found = known.get(fold(text))
        if found is None:
            return row.wrong("municipality", _("There is no municipality called this."))
    return ReadRow(row.number, row.cells, {**row.values, "municipality": found}, row.faults, row.titles)


def _write(actor: Actor, catalogue: MeasureCatalogue, rows: list[ReadRow], named: set[str]) -> Counter[str]:
    themes = {theme.name: theme for theme in catalogue.themes.order_by("order", "pk")}
    wanted = dict.fromkeys([*themes, *(str(row.values["theme"]) for row in rows)])
    if len(wanted) > len(themes):
        try:
            change_catalogue(actor, catalogue, themes=list(wanted))
        except ValidationError as refused:
            raise CatalogueFileError([Fault(0, "", text) for text in refused.messages]) from refused
    themes = {theme.name: theme for theme in CatalogueTheme.objects.filter(catalogue=catalogue)}
    for theme in themes.values():
        theme.catalogue = catalogue
    there = {
        (each.theme_id, each.title, each.municipality_id): each
        for each in CatalogueMeasure.objects.filter(theme__catalogue=catalogue).select_related("theme__catalogue")
    }
    counted: Counter[str] = Counter(made=0, changed=0, same=0)
    faults: list[Fault] = []
    seen: set[Any] = set()
    for row in rows:
        said = {name: value for name, value in row.values.items() if name in named}
        theme = themes[" ".join(str(said.pop("theme")).split())]
        place = row.values["municipality"]
        key = (theme.pk, said["title"], place.pk if place is not None else None)
        if key in seen:
            faults.append(Fault(row.number, "", _("The file has this measure in a row above too.")))
            continue
        seen.add(key)
        try:
            counted[_one(actor, theme, there.get(key), {**said, "municipality": place})] += 1
        except ValidationError as refused:
            faults += [Fault(row.number, "", text) for text in refused.messages]
    if faults:
        raise CatalogueFileError(faults)
    return counted


def _one(actor: Actor, theme: CatalogueTheme, standing: CatalogueMeasure | None, said: dict[str, Any]) -> str:
    if standing is None:
        make_measure(actor, theme, **{"status": Status.EXAMPLE, **said})
        return "made"
    if all(getattr(standing, name) == value for name, value in said.items()):
        return "same"
    change_measure(actor, standing, **said)
    return "changed"
