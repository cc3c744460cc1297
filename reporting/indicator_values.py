"""What pages and API show of indicators: in which period, by year, by municipality. One call of the engine for all."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from portal import ledger
from portal.geography.areas import municipalities_in
from portal.geography.models import Municipality
from portal.ui import formats
from reporting.engine.indicators import Ask, Reading, read_indicators
from reporting.engine.payload import ratio
from reporting.models import Indicator, IndicatorVersion
from reporting.rules.values import Absent, Failed, Number, Truth, Value

Cadence, Over = IndicatorVersion.Cadence, IndicatorVersion.Over
BY_YEAR = frozenset({Cadence.MONTHLY, Cadence.QUARTERLY, Cadence.HALF_YEARLY, Cadence.YEARLY})
QUALITY = ("verification", "source", "accuracy", "limitation", "mitigation")
"""Of a figure that is published: what has been done so that it can be trusted. Each that is empty is named."""
YEARS = 5


@dataclass(frozen=True)
class Period:
    start: date
    end: date

    @property
    def text(self) -> str:
        if self.start == date(self.start.year, 1, 1) and self.end == date(self.start.year, 12, 31):
            return str(self.start.year)
        return f"{formats.date_da(self.start)}–{formats.date_da(self.end)}"


def year_of(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))


def current_period(indicator: Indicator, version: IndicatorVersion | None, day: date) -> Period:
    """The period that the value on the page is for: the year, or the programme's period when it is not told by year.

    After the programme's end its last year holds.
    """
    programme = indicator.programme
    if programme is None:
        return year_of(day.year)
    if version is not None and version.cadence in BY_YEAR:
        return year_of(min(max(day, programme.counted_from), programme.ends_on).year)
    return Period(programme.counted_from, programme.ends_on)


def newest_versions(indicators: Iterable[Indicator], as_of: ledger.AsOf | None) -> dict[int, IndicatorVersion]:
    """By indicator, what it says as known then. One query."""
    rows = IndicatorVersion.objects.filter(indicator__in=[each.pk for each in indicators])
    if as_of is not None:
        rows = rows.known(as_of)
    rows = rows.order_by("indicator_id", "-learnt_on", "-place").distinct("indicator_id")
    return {each.indicator_id: each for each in rows.select_related("measure")}


def missing_quality(version: IndicatorVersion) -> list[str]:
    return [name for name in QUALITY if not getattr(version, name).strip()]


@dataclass(frozen=True)
class Line:
    """A row of values: a year, or a municipality."""

    code: str
    name: str
    reading: Reading


@dataclass(frozen=True)
class Shown:
    """An indicator with everything its page shows of it."""

    period: Period
    reading: Reading
    years: Sequence[Line]
    municipalities: Sequence[Line]

    def sum_of_years(self, version: IndicatorVersion) -> Value | None:
        """The years together, as the indicator allows; None where they cannot be added up."""
        known = [line.reading.value for line in self.years if isinstance(line.reading.value, Number)]
        if version.over_time == Over.SUM:
            return _added(known)
        return known[-1] if version.over_time == Over.LAST and known else None

    def sum_of_municipalities(self, version: IndicatorVersion) -> Value | None:
        values = [line.reading.value for line in self.municipalities]
        return _added(values) if version.over_place == Over.SUM else None


def _added(values: Iterable[Value]) -> Value:
    numbers = [each for each in values if isinstance(each, Number)]
    return Number(sum((each.value for each in numbers), Fraction(0))) if numbers else Absent()


def shown(
    indicator: Indicator,
    version: IndicatorVersion,
    as_of: ledger.AsOf | None,
    *,
    period: Period | None = None,
    draft: IndicatorVersion | None = None,
) -> Shown:
    """The value in the period, the last years and each municipality, read at once."""
    day = (as_of.day if as_of is not None else None) or ledger.today()
    chosen = period or current_period(indicator, version, day)
    places = places_of(indicator, min(max(day, chosen.start), chosen.end))
    last = min(day.year, indicator.programme.ends_on.year) if indicator.programme else day.year
    years = [year_of(year) for year in range(last - YEARS + 1, last + 1)]
    whole = Ask(indicator.key, chosen.start, chosen.end)
    by_year = {each: Ask(indicator.key, each.start, each.end) for each in years}
    by_place = {each: Ask(indicator.key, chosen.start, chosen.end, each.code) for each in places}
    asks = {whole, *by_year.values(), *by_place.values()}
    found = read_indicators(asks, as_of, {indicator.key: draft} if draft is not None else None)
    return Shown(
        chosen,
        found[whole],
        [Line(each.text, each.text, found[ask]) for each, ask in by_year.items()],
        [Line(each.code, each.name, found[ask]) for each, ask in by_place.items()],
    )


def places_of(indicator: Indicator, day: date) -> list[Municipality]:
    """The municipalities the indicator is about: those of its programme, else of its owner."""
    owner = indicator.owner
    if indicator.programme is not None:
        return list(indicator.programme.municipalities(day))
    if owner.area is not None:
        return list(municipalities_in(owner.area, day))
    return [owner.municipality] if owner.municipality is not None else []


def current_readings(
    indicators: Collection[Indicator], versions: Mapping[int, IndicatorVersion], as_of: ledger.AsOf | None
) -> dict[str, tuple[Period, Reading]]:
    """Of each indicator the period and the value in it."""
    day = (as_of.day if as_of is not None else None) or ledger.today()
    periods = {each.key: current_period(each, versions.get(each.pk), day) for each in indicators}
    asks = {key: Ask(key, period.start, period.end) for key, period in periods.items()}
    found = read_indicators(list(asks.values()), as_of)
    return {key: (periods[key], found[ask]) for key, ask in asks.items()}


def value_json(value: Value) -> dict[str, Any]:
    """A value as the API gives it: exact, with what it was divided from, and as it is shown."""
    if isinstance(value, Number):
        counted = None
        if value.numerator is not None and value.denominator is not None:
            counted = {"numerator": str(value.numerator), "denominator": str(value.denominator)}
        exact = ratio(Fraction(value.value.numerator), value.value.denominator)
        return {
            "kind": "number",
            **exact,
            "shown": formats.number(value.value, 1),
            "qualifier": value.qualifier,
            "counted": counted,
        }
    if isinstance(value, Truth):
        return {"kind": "truth", "value": value.value}
    if isinstance(value, Failed):
        return {"kind": "failed", "fault": str(value.fault), "detail": value.detail}
    return {"kind": "absent", "reason": str(value.reason)}


def label(field: str) -> str:
    """What a field of a version is called."""
    return str(getattr(IndicatorVersion._meta.get_field(field), "verbose_name", field))


def quality_labels(names: Iterable[str]) -> list[str]:
    return [label(name) for name in names]
