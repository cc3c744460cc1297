"""The true numbers of a programme or a series, in the dimensions that its measure is shown in."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portal import ledger
from portal.ledger import registry
from programmes.models import Programme
from reporting.engine.moment import Moment
from reporting.engine.payload import month_text
from reporting.engine.plan import plan
from reporting.engine.query import NOT_GIVEN
from reporting.engine.read import COLUMNS, Group, sums
from reporting.models import Series
from reporting.rules.disclosure import Counts, declared_pairs

Subject = Programme | Series
EVER = (date(1900, 1, 1), date(2999, 12, 31))


def shown_pairs(measure: str) -> tuple[tuple[str, str], ...]:
    """The tables of two dimensions that a protected measure is shown in. Activities overlap, and are in none."""
    crossings = registry.get(measure).crossings
    countable = [each for each in crossings if set(each) <= set(COLUMNS) - {"heading"}]
    order = {name: place for place, name in enumerate(COLUMNS)}
    pairs = [sorted(pair, key=order.__getitem__) for pair in declared_pairs(countable)]
    return tuple((first, second) for first, second in pairs)


def shown_dimensions(measure: str) -> tuple[str, ...]:
    found = {name for pair in shown_pairs(measure) for name in pair}
    return tuple(name for name in COLUMNS if name in found)


def group_of(subject: Subject, as_of: ledger.AsOf) -> Group:
    """Everything that is counted below the subject, by the definitions known then."""
    if isinstance(subject, Programme):
        return plan(subject, as_of).group()
    spans = (ledger.Span(subject.heading_id, None, None),)
    return Group(str(subject.measure_id), (spans,), EVER)


def counts_of(group: Group, as_of: ledger.AsOf, dimensions_of: str, measure: str = "") -> Counts:
    """The numbers of `group` in the dimensions of one measure, of that measure or of `measure`. One query."""
    dimensions, pairs = shown_dimensions(dimensions_of), shown_pairs(dimensions_of)
    counted = replace(group, measure=measure) if measure else group
    moment = Moment(as_of.day or ledger.today(), as_of, timezone.now())
    found = sums(counted, [(each,) for each in dimensions] + list(pairs), moment)
    return Counts(
        found[()][()],
        {each: _coded(found[each,], 1) for each in dimensions},
        {pair: _coded(found[pair], 2) for pair in pairs},
    )


def _coded(cells: dict[tuple[Any, ...], Decimal], size: int) -> dict[Any, Decimal]:
    """By codes as text; what has come to nothing is left out."""
    coded: dict[Any, Decimal] = {}
    for key, value in cells.items():
        codes = tuple(_code(each) for each in key)
        name = codes if size > 1 else codes[0]
        coded[name] = coded.get(name, Decimal(0)) + value
    return {name: value for name, value in coded.items() if value}


def _code(value: Any) -> str:
    if value in (None, ""):
        return NOT_GIVEN
    return month_text(value) if isinstance(value, date) else str(value)
