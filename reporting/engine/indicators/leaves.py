"""What was read of one leaf, and the answer it gives in a window: value, explanation, counts, the facts behind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from reporting.engine.indicators.asks import FactsRef
from reporting.engine.indicators.plan import Leaf
from reporting.engine.indicators.read import Cut, Row, slots, slots_of
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Empty, Number, Value

PROMOTERS = frozenset({"9", "10"})
DETRACTORS = frozenset(str(answer) for answer in range(7))
SCALE = frozenset(str(answer) for answer in range(11))
"""The answers of a net promoter score: 0 to 10."""
PER = Fraction(100)
"""Shares and scores are per cent."""


@dataclass
class Tally:
    """Cells added up."""

    added: int | Fraction = 0
    facts: int = 0
    first: date | None = None
    last: date | None = None
    qualifiers: set[str] = field(default_factory=set)

    def add(self, row: Row) -> None:
        self.added += row.quantity
        self.facts += row.facts
        if self.first is None or row.first < self.first:
            self.first = row.first
        if self.last is None or row.last > self.last:
            self.last = row.last
        if row.qualifiers:
            self.qualifiers.update(row.qualifiers)

    @property
    def quantity(self) -> Fraction:
        return Fraction(self.added)

    @property
    def qualifier(self) -> str:
        """Of a sum: "ca." as soon as a part is not exact in the same way as the others."""
        return "" if not self.qualifiers else next(iter(self.qualifiers)) if len(self.qualifiers) == 1 else "ca."


@dataclass(frozen=True)
class Answer:
    value: Value
    step: Step
    counts: Mapping[str, Fraction]
    facts: FactsRef | None
    days: tuple[date | None, date | None]


@dataclass
class Sheet:
    """The rows of one measure that a leaf keeps, by municipality and slot: filtered once for all its windows."""

    leaf: Leaf
    boundaries: list[date]
    cells: dict[str | None, dict[int, list[Row]]] = field(default_factory=dict)
    whole: dict[int, list[Row]] = field(default_factory=dict)

    @classmethod
    def of(cls, leaf: Leaf, boundaries: list[date], rows: Iterable[Row], all_categories: bool = False) -> "Sheet":
        sheet = cls(leaf, boundaries)
        spans: dict[int, list[tuple[int, int]]] | None = None
        if leaf.spans is not None:
            spans = {}
            for span in leaf.spans:
                spans.setdefault(span.heading, []).append(slots_of(boundaries, span))
        categories = None if all_categories else leaf.categories
        for row in rows:
            if spans is not None and not any(low <= row.slot <= high for low, high in spans.get(row.heading or 0, ())):
                continue
            if (
                (leaf.municipalities is None or row.municipality in leaf.municipalities)
                and (leaf.organisations is None or row.organisation in leaf.organisations)
                and (categories is None or row.category in categories)
                and (leaf.subcategories is None or row.subcategory in leaf.subcategories)
            ):
                sheet.cells.setdefault(row.municipality, {}).setdefault(row.slot, []).append(row)
                sheet.whole.setdefault(row.slot, []).append(row)
        return sheet

    def rows(self, cut: Cut) -> Iterable[Row]:
        by_slot = self.whole if cut.municipality is None else self.cells.get(cut.municipality, {})
        low, high = slots(self.boundaries, cut.start, cut.end)
        numbers = range(low, high + 1) if high - low < len(by_slot) else sorted(by_slot)
        for slot in numbers:
            if low <= slot <= high:
                for row in by_slot.get(slot, ()):
                    if not cut.vintage or row.subcategory == cut.vintage:
                        yield row

    def tally(self, cut: Cut, keeps: Callable[[Row], bool] | None = None) -> Tally:
        tally = Tally()
        for row in self.rows(cut):
            if keeps is None or keeps(row):
                tally.add(row)
        return tally


def where(leaf: Leaf, cut: Cut, categories: Iterable[str] | None = None) -> dict[str, Any]:
    """The filter of the facts in a cut, as data."""
    said: dict[str, Any] = {}
    if cut.start is not None:
        said["from"] = cut.start.isoformat()
    if cut.end is not None:
        said["to"] = cut.end.isoformat()
    if leaf.spans is not None:
        said["headings"] = [
            [
                span.heading,
                span.first.isoformat() if span.first else None,
                span.after.isoformat() if span.after else None,
            ]
            for span in leaf.spans
        ]
    municipalities = leaf.municipalities
    if cut.municipality is not None:
        # Also where the filter does not hold the municipality: then nothing is behind, as nothing was counted.
        municipalities = frozenset({cut.municipality}) & (municipalities or frozenset({cut.municipality}))
    subcategories = leaf.subcategories
    if cut.vintage:
        subcategories = frozenset({cut.vintage}) & (subcategories or frozenset({cut.vintage}))
    chosen = leaf.categories if categories is None else frozenset(categories)
    for name, values in (
        ("municipalities", municipalities),
        ("organisations", leaf.organisations),
        ("categories", chosen),
        ("subcategories", subcategories),
    ):
        if values is not None:
            said[name] = sorted(values)
    return said


def facts_step(leaf: Leaf, value: Value, ref: FactsRef, aggregate: str, label: str = "", **more: Any) -> Step:
    meta = {"measure": ref.measure, "where": dict(ref.where), "aggregate": aggregate, "count": ref.count, **more}
    return Step("facts", value, (), label or leaf.key, meta)


def summed(leaf: Leaf, cut: Cut, sheet: Sheet) -> Answer:
    tally = sheet.tally(cut)
    ref = FactsRef(leaf.measure, where(leaf, cut), tally.facts)
    value: Value = Number(tally.quantity, qualifier=tally.qualifier)
    if leaf.of_series and not tally.facts:
        value = Absent(Empty.NOT_REPORTED)
    return Answer(value, facts_step(leaf, value, ref, "sum"), {}, ref, (tally.first, tally.last))


def counted(leaf: Leaf, cut: Cut, found: tuple[int, int, date | None, date | None]) -> Answer:
    subjects, facts, first, last = found
    ref = FactsRef(leaf.measure, where(leaf, cut), facts)
    value: Value = Number(Fraction(subjects))
    if leaf.of_series and not facts:
        value = Absent(Empty.NOT_REPORTED)
    return Answer(value, facts_step(leaf, value, ref, "distinct"), {}, ref, (first, last))


def last(leaf: Leaf, cut: Cut, sheet: Sheet) -> Answer:
    """The last standing value; of a level that may be added up over municipalities, the sum of the last of each."""
    newest: dict[str | None, Row] = {}
    for row in sheet.rows(cut):
        place = row.municipality if leaf.last_of_each_place else None
        if place not in newest or (row.last, row.place) > (newest[place].last, newest[place].place):
            newest[place] = row
    rows = sorted(newest.values(), key=lambda row: row.place)
    tally = Tally()
    for row in rows:
        tally.add(row)
    ref = FactsRef(leaf.measure, {"places": [row.place for row in rows]}, len(rows))
    value: Value = Number(tally.quantity, qualifier=tally.qualifier) if rows else Absent(Empty.NOT_REPORTED)
    more: dict[str, Any] = {"asked": where(leaf, cut)}
    if tally.last is not None:
        more["on"] = tally.last.isoformat()
    if cut.vintage or (len(rows) == 1 and rows[0].subcategory):
        more["vintage"] = cut.vintage or str(rows[0].subcategory)
    step = facts_step(leaf, value, ref, "last", **more)
    return Answer(value, step, {}, ref, (tally.first, tally.last))


def share(leaf: Leaf, cut: Cut, sheet: Sheet, invited: Sheet | None) -> Answer:
    """The share of the answers that count, from the counts, in per cent. No answer, no share."""
    everything = sheet.tally(cut)
    counting = sheet.tally(cut, lambda row: row.category in leaf.share_of)
    ref = FactsRef(leaf.measure, where(leaf, cut), everything.facts)
    part_ref = FactsRef(
        leaf.measure, where(leaf, cut, leaf.share_of & (leaf.categories or leaf.share_of)), counting.facts
    )
    top = facts_step(leaf, Number(counting.quantity), part_ref, "sum", "numerator")
    bottom = facts_step(leaf, Number(everything.quantity), ref, "sum", "denominator")
    value = _divided(counting.quantity, everything.quantity)
    step = Step("share", value, (top, bottom), leaf.key, {"per": "100"})
    counts = {"numerator": counting.quantity, "denominator": everything.quantity, "answered": everything.quantity}
    return Answer(value, step, counts | _invited(invited, cut), ref, (everything.first, everything.last))


def nps(leaf: Leaf, cut: Cut, sheet: Sheet, invited: Sheet | None) -> Answer:
    """Share of 9 and 10 less share of 0 to 6, of all answers from 0 to 10, from the counts."""
    asked = SCALE if leaf.categories is None else SCALE & leaf.categories
    answers = sheet.tally(cut, lambda row: row.category in asked)
    steps, found = [], {}
    for name, categories in (("promoters", PROMOTERS), ("detractors", DETRACTORS), ("answers", SCALE)):
        these = categories & asked
        tally = sheet.tally(cut, lambda row, these=these: row.category in these)  # type: ignore[misc]
        ref = FactsRef(leaf.measure, where(leaf, cut, these), tally.facts)
        steps.append(facts_step(leaf, Number(tally.quantity), ref, "sum", name))
        found[name] = tally.quantity
    value = _divided(found["promoters"] - found["detractors"], found["answers"])
    step = Step("nps", value, tuple(steps), leaf.key, {"per": "100"})
    ref = FactsRef(leaf.measure, where(leaf, cut, asked), answers.facts)
    counts = {**found, "answered": found["answers"]}
    return Answer(value, step, counts | _invited(invited, cut), ref, (answers.first, answers.last))


def _divided(numerator: Fraction, denominator: Fraction) -> Value:
    if not denominator:
        return Absent(Empty.NOT_REPORTED)
    return Number(PER * numerator / denominator, numerator=numerator, denominator=denominator)


def _invited(sheet: Sheet | None, cut: Cut) -> dict[str, Fraction]:
    """How many were asked, where it was reported."""
    if sheet is None:
        return {}
    tally = sheet.tally(cut)
    return {"invited": tally.quantity} if tally.facts else {}
