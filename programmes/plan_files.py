"""A plan as a spreadsheet: a row for each area and initiative. What is written can be read again to the same plan.

All of a file or nothing of it. A row whose number and name the plan has changes that; what a file does not name is left
as it is. The words of the file are Danish in every language: it is sent to people and comes back.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.tabular import reading, texts
from portal.tabular.reading import Unreadable
from portal.ui.dates import DateError, parse_date
from portal.ui.export import is_formula
from portal.ui.upload import Kind, Upload
from programmes import lines
from programmes.effects import expect
from programmes.focus_areas import change_area, make_area
from programmes.headings import by_number
from programmes.initiatives import (
    SHEET,
    Item,
    Moment,
    Partner,
    Sheet,
    change_initiative,
    make_initiative,
    moments_of,
    set_milestones,
    set_status,
    sheet_of,
)
from programmes.models import (
    EffectIndicator,
    ExpectedEffect,
    FocusArea,
    Initiative,
    InitiativeItem,
    InitiativeStatus,
    Programme,
)
from programmes.plan_forms import read_number
from programmes.plans import may_edit, require

AREA, INITIATIVE = "område", "initiativ"
MOST_ROWS = 400
"""Each row is at most two definitions of the ledger, and an entry holds a thousand."""
YES = "ja"
EFFECT = "effekt: "
APPOINTED = {FocusArea.Appointed.STRENGTH: "styrkeposition", FocusArea.Appointed.EMERGING: "spirende"}
LEAD = {
    Initiative.LeadStatus.FIXED: "fast",
    Initiative.LeadStatus.SHARED: "delt",
    Initiative.LeadStatus.EXPECTED: "forventet",
    Initiative.LeadStatus.UNDECIDED: "afklares",
    Initiative.LeadStatus.NOT_STATED: "ikke oplyst",
}
STATUS = {
    Initiative.Status.NOT_STATED: "ikke oplyst",
    Initiative.Status.IDEA: "idé",
    Initiative.Status.RECOMMENDED: "anbefalet",
    Initiative.Status.DECIDED: "besluttet",
    Initiative.Status.ALLOCATED: "afsat",
    Initiative.Status.RUNNING: "i gang",
    Initiative.Status.FINISHED: "afsluttet",
    Initiative.Status.LAPSED: "bortfaldet",
}
STATE = {ExpectedEffect.State.DASH: "streg i kilden", ExpectedEffect.State.NOT_STATED: "ikke oplyst"}
ITEMS = {
    "leverancer": InitiativeItem.Kind.DELIVERABLE,
    "åbne spørgsmål": InitiativeItem.Kind.QUESTION,
    "mål": InitiativeItem.Kind.TARGET,
    "fakta": InitiativeItem.Kind.FACT,
    "dokumenter": InitiativeItem.Kind.DOCUMENT,
}
COLUMNS = (
    "type", "nummer", "navn", "under", "art", "tekst", "prioriteret", "prioriteret fordi", "udpeget som",
    "må have klynge", "om klynge", "områder", "lead", "lead er", "ledende organisation", "lead afklares senest",
    "målgruppe", "forudsætning", "partnere", "milepæle", *ITEMS, "status", "status fra", "status fordi",
)  # fmt: skip
"""In a file they may stand in any order, and all but the first three may be left out."""
NEEDED = ("type", "nummer", "navn")


@dataclass(frozen=True)
class Fault:
    """What is wrong: the file's row (0 is the file itself), its column, and the message."""

    row: int
    column: str
    text: str


class PlanFileError(Exception):
    """Nothing of the file stands. `faults` are all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


# ---------------------------------------------------------------------------------------------------------- writing
def effect_columns(plan: Programme) -> dict[str, EffectIndicator]:
    effects = plan.effect_indicators.order_by("order", "pk")
    return {f"{EFFECT}{each.name} ({each.unit})".casefold(): each for each in effects}


def rows_of(plan: Programme, effects: Mapping[str, EffectIndicator]) -> list[dict[str, Any]]:
    """The plan a row for each area, then for each initiative, by column. Nine queries, besides one for `effects`."""
    with translation.override("da"):
        columns = dict.fromkeys((*COLUMNS, *effects), "")
        return [{**columns, **row} for row in (*_area_rows(plan, effects), *_initiative_rows(plan))]


def _area_rows(plan: Programme, columns: Mapping[str, EffectIndicator]) -> Iterator[dict[str, Any]]:
    effects = {each.pk: name for name, each in columns.items()}
    for area in plan.focus_areas.select_related("parent").prefetch_related("expected_effects").order_by("order", "pk"):
        yield {
            "type": AREA, "nummer": area.number, "navn": area.name, "under": str(area.parent or ""), "art": area.kind,
            "tekst": area.text, "prioriteret": YES if area.starred else "", "prioriteret fordi": area.star_text,
            "udpeget som": APPOINTED.get(FocusArea.Appointed(area.appointed), ""),
            "må have klynge": YES if area.cluster_eligible else "", "om klynge": area.cluster_note,
        } | {
            effects[each.indicator_id]: each.value
            if each.value is not None
            else STATE[ExpectedEffect.State(each.state)]
            for each in area.expected_effects.all()
        }  # fmt: skip


def _initiative_rows(plan: Programme) -> Iterator[dict[str, Any]]:
    rows = plan.initiatives.select_related("parent", "lead_organisation").order_by(*by_number())
    last = InitiativeStatus.objects.filter(initiative=OuterRef("pk")).order_by("-pk")
    said = {name: Subquery(last.values(column)[:1]) for name, column in (("said_on", "on"), ("said_why", "reason"))}
    for initiative in rows.annotate(**said).prefetch_related(*SHEET):
        sheet = sheet_of(initiative)
        yield {
            "type": INITIATIVE, "nummer": sheet.number, "navn": sheet.name, "under": str(sheet.parent or ""),
            "tekst": sheet.text, "områder": "\n".join(str(area) for area in sheet.areas), "lead": sheet.lead,
            "lead er": LEAD[Initiative.LeadStatus(sheet.lead_status)],
            "ledende organisation": sheet.lead_organisation.name if sheet.lead_organisation is not None else "",
            "lead afklares senest": sheet.lead_deadline or "", "målgruppe": sheet.target_group,
            "forudsætning": sheet.precondition, "partnere": lines.write_lines(lines.show_partner, sheet.partners),
            "milepæle": lines.write_lines(lines.show_moment, moments_of(initiative)),
            **{
                name: lines.write_lines(lines.show_item, [item for item in sheet.items if item.kind == kind])
                for name, kind in ITEMS.items()
            },
            "status": STATUS[Initiative.Status(initiative.status)], "status fra": vars(initiative)["said_on"] or "",
            "status fordi": vars(initiative)["said_why"] or "",
        }  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- reading
def table_of(file: Upload) -> list[reading.Row]:
    """The rows of the first sheet, the line of headings first. Raises Unreadable."""
    if file.kind is not Kind.CSV:
        return reading.read_rows(file.content)
    text = texts.decode(file.content)
    first = text.partition("\n")[0]
    if texts.SEPARATOR.fullmatch(first.strip(" \r")):
        return reading.read_rows(file.content)
    # The line of headings says what separates; texts of several lines below it may hold other signs more often.
    separator = max(";\t,", key=first.count)
    return [(number - 1, cells) for number, cells in reading.read_rows(f"sep={separator}\n{text}".encode())]


def _written(value: float) -> str:
    """A spreadsheet's number in digits, with at most ten decimals."""
    return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):.10f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Row:
    number: int
    cells: dict[str, Any]
    """By column, for every column that the file has."""

    def text(self, column: str) -> str:
        """Without the apostrophe that keeps a spreadsheet from computing it."""
        value = self.cells.get(column, "")
        if isinstance(value, float):
            # A number in the plan, 1.1, is a name and keeps its point; other numbers are read as Danish is written.
            written = _written(value)
            value = written if column == "nummer" else written.replace(".", ",")
        text = str("" if value is None else value).replace("\r\n", "\n").strip()
        return text[1:] if text[:1] == "'" and is_formula(text[1:]) else text

    @property
    def label(self) -> str:
        return f"{self.text('nummer')} {self.text('navn')}".strip()


def read_rows(table: list[reading.Row], effects: Iterable[str]) -> list[Row]:
    """The rows by column. Raises Unreadable when the headings are not the template's."""
    filled = [(place, cells) for place, cells in table if any(str(cell or "").strip() for cell in cells)]
    if not filled:
        raise Unreadable(_("The file is empty."))
    names = [" ".join(str(cell or "").split()).casefold() for cell in filled[0][1]]
    known = {*COLUMNS, *effects}
    strange = [name for name in names if name and name not in known]
    if strange:
        said = {"name": strange[0][:60], "known": ", ".join(sorted(known))}
        raise Unreadable(_("There is no column called %(name)s here. Columns: %(known)s.") % said)
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise Unreadable(_("The first line must name the columns. Missing: %(names)s.") % {"names": ", ".join(missing)})
    if len(filled) - 1 > MOST_ROWS:
        raise Unreadable(_("The file has more than %(number)s rows. Divide it.") % {"number": MOST_ROWS})
    return [
        Row(place, {name: cell for name, cell in zip_longest(names, cells[: len(names)], fillvalue="") if name})
        for place, cells in filled[1:]
    ]


class _Undone(Exception):
    """Only a look: what was written goes with it."""


def read_plan(actor: Actor | None, plan: Programme, file: Upload, *, check: bool = False) -> Counter[str]:
    """Read the file into the plan, or with `check` only look. Returns how many were made, changed and as they were.

    Raises Refused, Unreadable, or PlanFileError with everything that is wrong.
    """
    if actor is not None:
        require(may_edit(actor, plan))
    work = _Work(actor, plan, effect_columns(plan))
    rows = read_rows(table_of(file), work.effects)
    try:
        with translation.override("da"), ledger.entry():
            work.read(rows)
            if work.faults:
                raise PlanFileError(sorted(work.faults, key=lambda each: each.row))
            if check:
                raise _Undone
    except _Undone:
        pass
    return work.counted


@dataclass
class _Work:
    actor: Actor | None
    plan: Programme
    effects: dict[str, EffectIndicator]
    faults: list[Fault] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    areas: dict[str, FocusArea] = field(default_factory=dict)
    initiatives: dict[str, Initiative] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)

    def read(self, rows: list[Row]) -> None:
        plan = self.plan
        self.areas = {str(each): each for each in plan.focus_areas.select_related("parent", "programme", "heading")}
        self.initiatives = {str(each): each for each in plan.initiatives.select_related("parent", "programme")}
        wanted = {row.text("ledende organisation") for row in rows}
        self.organisations = {each.name: each for each in Organisation.objects.filter(name__in=wanted)}
        seen: set[tuple[str, str]] = set()
        for row in rows:
            kind = row.text("type").casefold()
            if kind not in (AREA, INITIATIVE):
                self.wrong(row, "type", _("Write område or initiativ."))
            elif (kind, row.label) in seen:
                self.wrong(row, "navn", _("The row stands twice in the file."))
            seen.add((kind, row.label))
        if not self.faults:
            self.each(rows, AREA, self.areas, self.area)
            self.each(rows, INITIATIVE, self.initiatives, self.initiative)

    def each(self, rows: list[Row], kind: str, known: dict[str, Any], read: Callable[[Row], Any]) -> None:
        """The rows of a kind, each after the one that it lies under."""
        waiting = [row for row in rows if row.text("type").casefold() == kind]
        named = {row.label for row in waiting}
        while waiting:
            # One that is there already may be changed by a row further down: it comes first all the same.
            below = {row.label for row in waiting}
            ready = [row for row in waiting if row.text("under") not in below or row.text("under") == row.label]
            for row in ready or waiting:
                under = row.text("under")
                if under and under not in known:
                    text = _("There is no %(kind)s called %(name)s.") % {"kind": kind, "name": under}
                    if under not in named or not ready:
                        self.wrong(row, "under", text)
                    continue
                self.one(row, known, read)
            waiting = [row for row in waiting if row not in ready] if ready else []

    def one(self, row: Row, known: dict[str, Any], read: Callable[[Row], Any]) -> None:
        before = len(self.faults)
        try:
            with ledger.entry():
                known[row.label] = read(row)
        except ValidationError as refused:
            if len(self.faults) == before:
                by_field = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
                for name, texts in by_field.items():
                    self.wrong(row, FIELDS.get(name, name), " ".join(texts))

    def wrong(self, row: Row, column: str, text: str) -> None:
        self.faults.append(Fault(row.number, column, text))

    def value(self, row: Row, column: str, read: Callable[[str], Any]) -> Any:
        """What the cell says; a fault at the cell, and ValidationError, when it says nothing that can be read."""
        try:
            return read(row.text(column))
        except ValidationError as refused:
            self.wrong(row, column, " ".join(refused.messages))
            raise

    def said(self, row: Row, columns: Mapping[str, tuple[str, Callable[[str], Any]]]) -> dict[str, Any]:
        """What the row says, by field: of the columns that the file has, and no others."""
        return {name: self.value(row, column, read) for column, (name, read) in columns.items() if column in row.cells}

    def under(self, row: Row, known: Mapping[str, Any]) -> dict[str, Any]:
        return {"parent": known.get(row.text("under"))} if "under" in row.cells else {}

    def count(self, made: bool, changed: bool) -> None:
        self.counted["made" if made else "changed" if changed else "same"] += 1

    def area(self, row: Row) -> FocusArea:
        said = self.said(row, AREA_COLUMNS) | self.under(row, self.areas)
        effects = {
            indicator: self.value(row, column, _effect)
            for column, indicator in self.effects.items()
            if row.text(column) != ""
        }
        area = self.areas.get(row.label)
        made, changed = area is None, False
        if area is None:
            area = make_area(self.plan, actor=self.actor, **{"kind": "", **said})
        elif any(getattr(area, name) != value for name, value in said.items()):
            area, changed = change_area(self.actor, area, **said), True
        there = {each.indicator_id: each for each in area.expected_effects.all()}
        if any(_differs(there.get(indicator.pk), value) for indicator, value in effects.items()):
            expect(area, effects, actor=self.actor)
            changed = True
        self.count(made, changed)
        return area

    def initiative(self, row: Row) -> Initiative:
        initiative = self.initiatives.get(row.label)
        present = sheet_of(initiative) if initiative is not None else Sheet(row.text("nummer"), row.text("navn"))
        said = self.said(row, SHEET_COLUMNS) | self.under(row, self.initiatives)
        said |= self.said(row, {"ledende organisation": ("lead_organisation", self._organisation)})
        said |= self.said(row, {"områder": ("areas", self._areas)})
        if "lead afklares senest" in row.cells:
            said["lead_deadline"] = self._day(row, "lead afklares senest")
        named = {kind: self._items(row, column, kind) for column, kind in ITEMS.items() if column in row.cells}
        kept = tuple(item for item in present.items if item.kind not in named)
        sheet = replace(present, **said, items=sum(named.values(), kept))
        moments = self.said(row, {"milepæle": ("moments", _moments)})
        status = self.value(row, "status", _one_of(STATUS, empty=Initiative.Status.IDEA))
        on, reason = self._day(row, "status fra"), row.text("status fordi")
        if initiative is None:
            reason = reason or (_("As the file that was read says") if self.actor is not None else "")
            self.count(True, False)
            return make_initiative(
                self.plan, sheet, status=status, status_on=on, status_reason=reason, actor=self.actor, **moments
            )
        changed = False
        if _content(present) != _content(sheet):
            initiative, changed = change_initiative(self.actor, initiative, sheet), True
        if moments and moments_of(initiative) != list(moments["moments"]):
            set_milestones(self.actor, initiative, moments["moments"])
            changed = True
        if row.text("status") and status != initiative.status:
            set_status(self.actor, initiative, status, on=on, reason=reason or _("As the file that was read says"))
            changed = True
        self.count(False, changed)
        return initiative

    def _areas(self, text: str) -> tuple[FocusArea, ...]:
        names = lines.lines_of(text)
        strange = [name for name in names if name not in self.areas]
        if strange:
            said = {"kind": AREA, "name": strange[0]}
            raise ValidationError(_("There is no %(kind)s called %(name)s.") % said)
        return tuple(self.areas[name] for name in names)

    def _organisation(self, text: str) -> Organisation | None:
        if text and text not in self.organisations:
            raise ValidationError(_("There is no organisation called %(name)s.") % {"name": text})
        return self.organisations.get(text)

    def _items(self, row: Row, column: str, kind: InitiativeItem.Kind) -> tuple[Item, ...]:
        read = lambda text: lines.read_lines(lambda line: lines.read_item(kind, line), text)  # noqa: E731
        found: tuple[Item, ...] = self.value(row, column, read)
        return found

    def _day(self, row: Row, column: str) -> date | None:
        """A spreadsheet gives days as days, CSV as text."""
        value = row.cells.get(column)
        if isinstance(value, datetime):
            return value.date()
        found: date | None = value if isinstance(value, date) else self.value(row, column, _day)
        return found


FIELDS = {
    "name": "navn", "number": "nummer", "kind": "art", "parent": "under", "text": "tekst", "areas": "områder",
    "star_text": "prioriteret fordi", "appointed": "udpeget som", "cluster_eligible": "må have klynge",
    "partners": "partnere", "milestones": "milepæle", "status": "status", "on": "status fra", "reason": "status fordi",
    **{str(kind): name for name, kind in ITEMS.items()},
}  # fmt: skip
"""Fields of the rules → columns of the file."""


def _content(sheet: Sheet) -> tuple[Any, ...]:
    """Lines of different kinds stand in no order to each other."""
    return *sheet.columns().values(), sheet.areas, sheet.partners, sorted(sheet.items, key=lambda item: item.kind)


def _differs(there: ExpectedEffect | None, value: Any) -> bool:
    return there is None or (there.value if there.value is not None else there.state) != value


def _yes(text: str) -> bool:
    if text.casefold() not in (YES, "nej", ""):
        raise ValidationError(_("Write ja or nej."))
    return text.casefold() == YES


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except DateError as problem:
        raise ValidationError(str(problem)) from problem


def _effect(text: str) -> Decimal | ExpectedEffect.State:
    for state, word in STATE.items():
        if text.casefold() == word:
            return state
    return read_number(text)


def _one_of(words: dict[Any, str], *, empty: Any) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if not text:
            return empty
        for value, word in words.items():
            if text.casefold() == word:
                return value
        raise ValidationError(_("Write one of these: %(words)s.") % {"words": ", ".join(words.values())})

    return read


def _moments(text: str) -> tuple[Moment, ...]:
    return lines.read_lines(lines.read_moment, text)


def _partners(text: str) -> tuple[Partner, ...]:
    return lines.read_lines(lines.read_partner, text)


AREA_COLUMNS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "navn": ("name", str),
    "nummer": ("number", str),
    "art": ("kind", str),
    "tekst": ("text", str),
    "prioriteret": ("starred", _yes),
    "prioriteret fordi": ("star_text", str),
    "udpeget som": ("appointed", _one_of(APPOINTED, empty="")),
    "må have klynge": ("cluster_eligible", _yes),
    "om klynge": ("cluster_note", str),
}
SHEET_COLUMNS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "navn": ("name", str),
    "nummer": ("number", str),
    "tekst": ("text", str),
    "lead": ("lead", str),
    "lead er": ("lead_status", _one_of(LEAD, empty=Initiative.LeadStatus.NOT_STATED)),
    "målgruppe": ("target_group", str),
    "forudsætning": ("precondition", str),
    "partnere": ("partners", _partners),
}
"""Columns of the file → fields of the rules, and how the cell is read."""
