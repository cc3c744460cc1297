"""A programme's targets for indicators: what was reached in the latest period that has figures, by each target's rule.

Everything is read first, so the number of queries does not grow with targets, periods or facts.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from portal import ledger
from portal.ledger.models import Fact
from programmes.headings import parts_of
from programmes.models import Programme
from reporting.engine.contracts.plan import period_before
from reporting.engine.indicators import Ask, Reading, behind, read_indicators
from reporting.models import Indicator, Observation, TargetVersion
from reporting.rules.path import MONTHS_PER
from reporting.rules.scoring import KINDS, Given, Outcome, Scored, Settings
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Failed, Fault, Number, Value, exact

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
FIRST_PERIOD = 600
"""More periods than this are not read one by one: a target per month for fifty years."""
Window = tuple[date | None, date | None]


@dataclass(frozen=True)
class Judged:
    """A target as known then, and what its indicator came to in the period that is shown."""

    version: TargetVersion
    start: date
    end: date
    ended: bool
    reading: Reading
    scored: Scored | None
    """None where the target has no rule."""
    constructed: bool = False
    group: str = ""

    @property
    def indicator(self) -> Indicator:
        return indicator_of(self.version)

    @property
    def reached(self) -> bool:
        return self.scored is not None and self.scored.score == 100


def indicator_of(version: TargetVersion) -> Indicator:
    """Of a target that was read here: those for a measure are left out."""
    indicator = version.target.indicator
    assert indicator is not None
    return indicator


@dataclass
class _Asked:
    version: TargetVersion
    periods: list[tuple[date, date]]
    wanted: tuple[str, ...] = ()
    failed: bool = False

    @property
    def key(self) -> str:
        return str(indicator_of(self.version).key)

    def own(self, period: tuple[date, date]) -> Ask:
        return Ask(self.key, *period)

    def given(self, name: str, period: tuple[date, date]) -> Ask | None:
        """What an input is read from; None for a number, and for what is not said."""
        spec = self.version.inputs.get(name)
        if not isinstance(spec, Mapping) or "indicator" not in spec:
            return None
        window = _window(self.version, name, spec, period)
        return Ask(str(spec["indicator"]), *window, vintage=str(spec.get("vintage", "")))


def indicator_targets(programme: Programme, as_of: ledger.AsOf | None) -> list[Judged]:
    """The programme's targets for indicators, in their order."""
    moment = as_of if as_of is not None else ledger.AsOf.now()
    asked = [_asked(version, moment) for version in _versions(programme, moment)]
    asks = {each.own(period) for each in asked for period in each.periods}
    for each in asked:
        asks |= {ask for name in each.wanted for period in each.periods if (ask := each.given(name, period))}
    readings = read_indicators(asks, moment)
    groups = _groups(programme)
    judged = [_judged(each, readings, moment.day or ledger.today(), groups) for each in asked]
    return _marked(judged)


def _versions(programme: Programme, moment: ledger.AsOf) -> list[TargetVersion]:
    rows = (
        TargetVersion.objects.known(moment)
        .filter(target__programme=programme, target__indicator__isnull=False)
        .order_by("target_id", "-learnt_on", "-place")
        .distinct("target_id")
        .select_related("target__indicator", "target__parent")
    )
    found = [each for each in rows if not each.withdrawn]
    return sorted(found, key=lambda each: (each.target.order, each.target.key))


def _asked(version: TargetVersion, moment: ledger.AsOf) -> _Asked:
    asked = _Asked(version, periods(version, moment.day or ledger.today()))
    if version.rule in KINDS:
        try:
            asked.wanted = tuple(KINDS[version.rule].inputs(version.params))
        except Exception:
            # A rule that was stored past its check: its target says that it failed, the others are computed.
            logger.exception("Target %s has a rule that cannot be read.", version.target_id)
            asked.failed = True
    return asked


def periods(version: TargetVersion, day: date) -> list[tuple[date, date]]:
    """The periods begun by `day`, both ends included: one, or each year, quarter … of a target per period."""
    start, end = version.window_from or version.counted_from, version.window_to or version.counted_to
    months = MONTHS_PER.get(version.per)
    if months is None:
        return [(start, end)]
    found: list[tuple[date, date]] = []
    first = start
    while first <= min(end, day) and len(found) < FIRST_PERIOD:
        following = _months_later(start, months * (len(found) + 1))
        found.append((first, min(following - DAY, end)))
        first = following
    return found or [(start, min(_months_later(start, months) - DAY, end))]


def _months_later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
    return date(year, month, min(day.day, last))


def _window(version: TargetVersion, name: str, spec: Mapping[str, Any], period: tuple[date, date]) -> Window:
    """The days an input is read in: its own, the baseline's, or the period itself."""
    if spec.get("from") or spec.get("to"):
        ends = (spec.get("from"), spec.get("to"))
        start, end = (date.fromisoformat(str(day)) if day else None for day in ends)
        return start, end
    if name == "baseline" or name.endswith(".baseline"):
        year = version.params.get("base_year")
        if year:
            return date(int(year), 1, 1), date(int(year), 12, 31)
        if version.params.get("over") == "period_before":
            return period_before(*period)
        return None, period[0] - DAY
    return period


def _groups(programme: Programme) -> dict[int, str]:
    return {each.heading_id: str(each) for each in parts_of([programme])}


def _judged(asked: _Asked, readings: Mapping[Ask, Reading], day: date, groups: Mapping[int, str]) -> Judged:
    """By the latest period that has figures; where none has, the latest."""
    version = asked.version
    with_figures = [each for each in asked.periods if readings[asked.own(each)].days[0] is not None]
    period = with_figures[-1] if with_figures else asked.periods[-1]
    named = [groups[heading] for heading in version.headings if heading in groups]
    return Judged(
        version=version,
        start=period[0],
        end=period[1],
        ended=period[1] < day,
        reading=readings[asked.own(period)],
        scored=_scored(asked, period, readings),
        group=", ".join(named) or indicator_of(version).group,
    )


def _scored(asked: _Asked, period: tuple[date, date], readings: Mapping[Ask, Reading]) -> Scored | None:
    version = asked.version
    if version.rule not in KINDS:
        return None
    try:
        if asked.failed:
            raise ValueError(version.rule)
        given = {name: _given(asked, name, period, readings) for name in asked.wanted}
        settings = Settings(version.decimals, version.missing, version.least_answers)
        return KINDS[version.rule].score(version.params, given, settings)
    except Exception:
        if not asked.failed:
            logger.exception("Target %s could not be computed.", version.target_id)
        failed = Failed(Fault.TYPE, version.rule)
        return Scored(Outcome.FAILED, None, Step("absent", failed, label=version.target.key), failed, ())


def _given(asked: _Asked, name: str, period: tuple[date, date], readings: Mapping[Ask, Reading]) -> Given:
    ask = asked.given(name, period)
    if ask is not None:
        reading = readings[ask]
        first = asked.version.rule == TargetVersion.Rule.DELIVERABLES
        return Given(reading.value, reading.step, reading.counts, reading.days[0 if first else 1])
    spec = asked.version.inputs.get(name) or {}
    value: Value = Number(exact(spec["number"])) if "number" in spec else Absent()
    op = "literal" if "number" in spec else "absent"
    return Given(value, Step(op, value, label=name, meta={"source": str(spec.get("source", ""))}))


def _marked(judged: list[Judged]) -> list[Judged]:
    """Which figures rest on constructed observations. Two queries."""
    wheres = [[leaf.meta["where"] for leaf in behind.leaves_of(each.reading.step)] for each in judged]
    places = {place for listed in wheres for where in listed for place in where.get("places", ())}
    of_place = dict(Fact.objects.filter(place__in=places).order_by().values_list("place", "heading"))
    headings = [
        {int(span[0]) for where in listed for span in where.get("headings", ())}
        | {of_place[place] for where in listed for place in where.get("places", ())}
        for listed in wheres
    ]
    every = {heading for listed in headings for heading in listed if heading is not None}
    rows = Observation.objects.filter(series__heading__in=every, constructed=True, withdrawn_at=None)
    constructed = set(rows.order_by().values_list("series__heading", flat=True).distinct())
    return [
        replace(each, constructed=not constructed.isdisjoint(listed))
        for each, listed in zip(judged, headings, strict=True)
    ]


@dataclass(frozen=True)
class Expected:
    """What the parts of one indicator's expectations add up to. Parts without a number are not in it."""

    name: str
    unit: str
    total: Fraction
    stated: int
    parts: int
    targets: list[Judged] = field(default_factory=list)


def expectations(judged: list[Judged]) -> list[Expected]:
    """The sums of what is expected of several activities, by indicator: of expectations, never of what was reached."""
    by_indicator: dict[str, list[Judged]] = {}
    for each in judged:
        version = each.version
        if version.commitment == TargetVersion.Commitment.EXPECTATION and version.basis == TargetVersion.Basis.ACTIVITY:
            by_indicator.setdefault(each.indicator.key, []).append(each)
    found = []
    for parts in by_indicator.values():
        amounts = [each.version.amount for each in parts if each.version.amount is not None]
        units = {each.version.unit for each in parts if each.version.amount is not None}
        if len(parts) > 1 and amounts and len(units) == 1:
            unit = units.pop() or parts[0].reading.unit
            total = sum((Fraction(amount) for amount in amounts), Fraction(0))
            found.append(Expected(parts[0].indicator.name, unit, total, len(amounts), len(parts), parts))
    return found
