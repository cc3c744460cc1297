"""From asks to readings: everything is read first, then each is computed by itself. One that fails stops no other."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet

from portal import ledger
from portal.ledger import registry
from portal.ledger.models import Fact
from reporting.engine.indicators import absent, leaves
from reporting.engine.indicators.asks import Ask, FactsRef, Reading
from reporting.engine.indicators.leaves import Answer, Sheet
from reporting.engine.indicators.plan import Aggregate, Defined, Definitions, Leaf, plan
from reporting.engine.indicators.read import Counted, Cut, Moment, Need, Row, distinct, last_of_each, summed
from reporting.measures import ANSWER, INVITED
from reporting.models import IndicatorVersion
from reporting.rules import formula
from reporting.rules.steps import Step
from reporting.rules.values import Failed, Fault, Value

__all__ = ["ANSWERS", "INVITED", "facts_behind", "facts_filter", "read_indicators"]
ANSWERS = ANSWER
DIVIDED = (Aggregate.SHARE, Aggregate.NPS)


def read_indicators(
    asks: Collection[Ask],
    as_of: ledger.AsOf | None,
    drafts: Mapping[str, IndicatorVersion] | None = None,
    without: Collection[int] = (),
) -> Mapping[Ask, Reading]:
    """The value of every ask, as known at `as_of` (None: now).

    The number of queries does not depend on how many asks, indicators, windows or municipalities there are. `drafts`
    are unsaved versions, read in place of what is stored under their keys; `without` are places of facts and reversals
    that are left out, for what a figure would be had they not been registered.
    """
    if not asks:
        return {}
    moment = as_of if as_of is not None else ledger.AsOf.now()
    defined = plan({ask.indicator for ask in asks}, moment, drafts)
    answers = _answers(_questions(asks, defined), Moment(moment, frozenset(without)))
    readings: dict[Ask, Reading] = {}
    for ask in asks:
        _resolve(ask, defined, answers, readings)
    return {ask: readings[ask] for ask in asks}


def facts_behind(ref: FactsRef, as_of: ledger.AsOf) -> QuerySet[Fact]:
    """The standing facts that a value was made of."""
    return Fact.objects.standing(as_of).filter(facts_filter(ref.where), measure=ref.measure)


def facts_filter(where: Mapping[str, Any]) -> Q:
    """The filter of a FactsRef as a condition on facts."""
    condition = Q()
    if "places" in where:
        condition &= Q(place__in=where["places"])
    if "from" in where:
        condition &= Q(occurred_on__gte=where["from"])
    if "to" in where:
        condition &= Q(occurred_on__lte=where["to"])
    if "headings" in where:
        below = Q(pk__in=[])
        always = [heading for heading, first, after in where["headings"] if first is None and after is None]
        if always:
            below |= Q(heading__in=always)
        for heading, first, after in where["headings"]:
            if first is not None or after is not None:
                dated = Q(heading=heading)
                dated &= Q(occurred_on__gte=first) if first is not None else Q()
                dated &= Q(occurred_on__lt=after) if after is not None else Q()
                below |= dated
        condition &= below
    for name, column in (
        ("municipalities", "municipality"),
        ("organisations", "organisation"),
        ("categories", "category"),
        ("subcategories", "subcategory"),
    ):
        if name in where:
            condition &= Q(**{f"{column}__in": where[name]})
    return condition


def _questions(asks: Iterable[Ask], defined: Definitions) -> dict[Leaf, set[Cut]]:
    """What each leaf is asked, through the formulas."""
    questions: dict[Leaf, set[Cut]] = {}
    seen: set[Ask] = set()
    waiting = list(asks)
    while waiting:
        ask = waiting.pop()
        if ask in seen:
            continue
        seen.add(ask)
        each = defined[ask.indicator]
        if each.leaf is not None:
            questions.setdefault(each.leaf, set()).add(_cut(each.leaf, ask))
        waiting.extend(replace(ask, indicator=key) for key in each.references)
    return questions


def _cut(leaf: Leaf, ask: Ask) -> Cut:
    return Cut(*leaf.window(ask.start, ask.end), ask.municipality, ask.vintage)


@dataclass
class Found:
    """What was read: cells of sums and of last values by measure, and distinct counts by leaf and cut."""

    sums: Mapping[str, list[Row]]
    lasts: Mapping[str, list[Row]]
    subjects: Mapping[tuple[Leaf, Cut], Counted]
    needs: Mapping[str, Need]
    last_needs: Mapping[str, Need]
    sheets: dict[tuple[Leaf, str], Sheet] = field(default_factory=dict)
    by_heading: dict[tuple[str, bool], dict[int | None, list[Row]]] = field(default_factory=dict)

    def rows(self, leaf: Leaf, measure: str) -> Iterable[Row]:
        """The rows of the leaf's headings; all of them when it names none."""
        of_last = leaf.aggregate == Aggregate.LAST
        rows = (self.lasts if of_last else self.sums)[measure]
        if leaf.spans is None:
            return rows
        if (measure, of_last) not in self.by_heading:
            index: dict[int | None, list[Row]] = {}
            for row in rows:
                index.setdefault(row.heading, []).append(row)
            self.by_heading[measure, of_last] = index
        headings = dict.fromkeys(span.heading for span in leaf.spans)
        return chain.from_iterable(self.by_heading[measure, of_last].get(heading, ()) for heading in headings)

    def sheet(self, leaf: Leaf, measure: str = "") -> Sheet:
        """The leaf's rows of its own measure, or of another about the same headings (those invited)."""
        key = (leaf, measure)
        if key not in self.sheets:
            needs = self.last_needs if leaf.aggregate == Aggregate.LAST else self.needs
            boundaries = needs[measure or leaf.measure].boundaries()
            rows = self.rows(leaf, measure or leaf.measure)
            self.sheets[key] = Sheet.of(leaf, boundaries, rows, all_categories=bool(measure))
        return self.sheets[key]


def _found(questions: Mapping[Leaf, set[Cut]], moment: Moment) -> Found:
    """Three queries at most: sums, last values, distinct subjects."""
    sums: dict[str, Need] = {}
    lasts: dict[str, Need] = {}
    subjects: dict[str, Need] = {}
    asked: list[tuple[Leaf, Cut]] = []
    for leaf, cuts in questions.items():
        if leaf.aggregate == Aggregate.DISTINCT:
            _need(subjects, leaf.measure).add(leaf, cuts)
            asked += [(leaf, cut) for cut in cuts]
        elif leaf.aggregate == Aggregate.LAST:
            # The vintage of what is shown is always told.
            places = ("municipality",) if leaf.last_of_each_place else ()
            _need(lasts, leaf.measure).add(leaf, cuts, ("subcategory", *places))
        else:
            _need(sums, leaf.measure).add(leaf, cuts, ("category",) if leaf.aggregate in DIVIDED else ())
            if _asks_invited(leaf):
                _need(sums, INVITED).add(replace(leaf, measure=INVITED, categories=None), cuts)
    counted = dict(zip(asked, distinct(subjects, asked, moment), strict=True))
    return Found(summed(sums, moment), last_of_each(lasts, moment), counted, sums, lasts)


def _need(needs: dict[str, Need], measure: str) -> Need:
    return needs.setdefault(measure, Need(measure))


def _asks_invited(leaf: Leaf) -> bool:
    """How many were invited is reported of the same series, by a measure of its own."""
    registered = any(each.key == INVITED for each in registry.all_measures())
    return leaf.measure == ANSWER and leaf.aggregate in DIVIDED and leaf.of_series and registered


Answers = Mapping[tuple[Leaf, Cut], Answer]


def _answers(questions: Mapping[Leaf, set[Cut]], moment: Moment) -> Answers:
    """Every question answered; where a series has no value, with the reason that was given. Four queries at most."""
    found = _found(questions, moment)
    answers = {(leaf, cut): _answer(leaf, cut, found) for leaf, cuts in questions.items() for cut in cuts}
    silent = [key for key, answer in answers.items() if absent.unexplained(key[0], answer)]
    if silent:
        known = absent.reasons({leaf for leaf, _cut in silent}, moment.as_of)
        answers |= {key: absent.explained(*key, answers[key], known) for key in silent}
    return answers


def _resolve(ask: Ask, defined: Definitions, answers: Answers, readings: dict[Ask, Reading]) -> None:
    """The reading of an ask, after those that its formula speaks of. Without recursion: formulas may lead on and on."""
    work = [ask]
    while work:
        each = work[-1]
        if each in readings:
            work.pop()
            continue
        definition = defined[each.indicator]
        # What is in a circle has no references left to follow, so this ends.
        below = {key: replace(each, indicator=key) for key in sorted(definition.references)}
        missing = [other for other in below.values() if other not in readings]
        if missing:
            work += missing
            continue
        readings[each] = _reading(each, definition, answers, {key: readings[other] for key, other in below.items()})
        work.pop()


def _reading(ask: Ask, defined: Defined, answers: Answers, below: Mapping[str, Reading]) -> Reading:
    if defined.leaf is not None:
        answer = answers[defined.leaf, _cut(defined.leaf, ask)]
        return Reading(answer.value, answer.step, answer.counts, answer.facts, defined.unit, defined.name, answer.days)
    if defined.node is not None:
        return _computed(defined, below)
    nothing: Value = defined.nothing or Failed(Fault.UNKNOWN, defined.key)
    step = Step("absent", nothing, (), defined.key, {"version": defined.version})
    return Reading(nothing, step, unit=defined.unit, name=defined.name)


def _answer(leaf: Leaf, cut: Cut, found: Found) -> Answer:
    if leaf.aggregate == Aggregate.DISTINCT:
        return leaves.counted(leaf, cut, found.subjects[leaf, cut])
    sheet = found.sheet(leaf)
    if leaf.aggregate == Aggregate.LAST:
        return leaves.last(leaf, cut, sheet)
    if leaf.aggregate == Aggregate.SUM:
        return leaves.summed(leaf, cut, sheet)
    invited = found.sheet(leaf, INVITED) if _asks_invited(leaf) else None
    divided = leaves.share if leaf.aggregate == Aggregate.SHARE else leaves.nps
    return divided(leaf, cut, sheet, invited)


def _computed(defined: Defined, below: Mapping[str, Reading]) -> Reading:
    """A formula over other indicators: shares of a region are divided after the counts were added up."""
    values = {key: reading.value for key, reading in below.items()}
    step = formula.tree(defined.node, values)
    value = step.value
    if step.children:
        step = replace(step, label=defined.key, meta={**step.meta, "version": defined.version})
    step = _grafted(step, {key: reading.step for key, reading in below.items()})
    firsts: list[date] = [reading.days[0] for reading in below.values() if reading.days[0] is not None]
    lasts: list[date] = [reading.days[1] for reading in below.values() if reading.days[1] is not None]
    days = (min(firsts, default=None), max(lasts, default=None))
    return Reading(value, step, unit=defined.unit, name=defined.name, days=days)


def _grafted(step: Step, known: Mapping[str, Step]) -> Step:
    """The formula's tree with each name replaced by how that indicator came about."""
    if not step.children:
        return known.get(step.label, step)
    return replace(step, children=tuple(_grafted(child, known) for child in step.children))
