"""What a goal's rule is given: each input read in its window, and beside it what lies outside the window.

Everything is asked of the indicators' engine in one go, so the number of queries does not grow with goals. A series
named directly is read as an indicator that exists for the moment only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from portal.ledger import registry
from reporting.engine.contracts.plan import Plan, PlannedGoal, Window, period_before, window_of
from reporting.engine.indicators import Ask, Reading
from reporting.models import GoalVersion, Indicator, IndicatorVersion, Series, Statement
from reporting.rules.scoring import Given
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Empty, Failed, Fault, Number, Value

DAY = timedelta(days=1)
SERIES = "series:"
"""Before the key of an indicator that stands for a series."""
LAST_OF_SERIES = frozenset({"published", "level"})
BASE = frozenset({"baseline", "benchmark"})


@dataclass(frozen=True)
class Source:
    """Where an input comes from, and the windows it is read in."""

    name: str
    spec: Mapping[str, Any]
    kind: str
    """number, indicator (also one standing for a series), or nothing."""
    key: str = ""
    series: tuple[str, ...] = ()
    """The series that decisions about evidence can name."""
    window: Window = (None, None)
    watched: bool = False
    """Evidence outside the window is listed: not of baselines and of inputs that name their own days."""
    early: bool = False
    """Evidence from before the window is listed too: of what is delivered once."""
    deadline: date | None = None
    previous: Window | None = None
    last: bool = False
    statement: Statement | None = None

    @property
    def vintage(self) -> str:
        return str(self.spec.get("vintage", ""))

    def ask(self, window: Window) -> Ask:
        return Ask(self.key, window[0], window[1], self.spec.get("municipality"), self.vintage)

    @property
    def accepted(self) -> bool:
        return self.statement is not None and self.statement.accepted

    def windows(self) -> dict[str, Window]:
        """What is to be read, by what it is for."""
        start, end = self.window
        wanted = {"inside": self.window}
        if self.watched and end is not None:
            wanted["after"] = (end + DAY, None)
        if self.watched and self.early and start is not None:
            wanted["before"] = (None, start - DAY)
        if self.accepted and self.statement is not None:
            # A decision counts what there was on its day; what is observed later needs another.
            until = self.statement.said_on if end is None else max(end, self.statement.said_on)
            wanted["accepted"] = (None if self.early or self.last else start, until)
        if self.previous is not None:
            wanted["previous"] = self.previous
        return wanted


@dataclass(frozen=True)
class Deviation:
    """Evidence from outside the window or after the deadline, with its days."""

    name: str
    series: str
    first_on: date
    last_on: date
    count: int
    why: str
    deadline: date | None
    statement: Statement | None
    counts: bool


@dataclass(frozen=True)
class Evidence:
    """What the rule is given for one input, and what stands beside it."""

    source: Source
    given: Given
    reading: Reading | None = None
    deviations: tuple[Deviation, ...] = ()
    used: str = "inside"


@dataclass
class Asked:
    """All that a contract asks of the indicators' engine."""

    asks: set[Ask] = field(default_factory=set)
    drafts: dict[str, IndicatorVersion] = field(default_factory=dict)

    def add(self, sources: Iterable[Source]) -> None:
        for source in sources:
            if source.kind == "indicator":
                self.asks |= {source.ask(window) for window in source.windows().values()}


def sources_of(
    planned: Plan, goal: PlannedGoal, version: GoalVersion, wanted: Iterable[str], asked: Asked
) -> list[Source]:
    """The inputs of a version, each with its windows. `wanted` are the names its rule uses."""
    return [_source(planned, goal, version, name, asked) for name in wanted]


def supplementary_sources(planned: Plan, version: GoalVersion, asked: Asked) -> list[Source]:
    """The volumes shown beside the goal: read in the same window, never scored."""
    window = window_of(planned.contract, version)
    sources = []
    for number, spec in enumerate(version.supplementary):
        kind, key, series = _bound(planned, version, f"beside.{number}", spec, asked)
        sources.append(Source(f"beside.{number}", spec, kind, key, series, _own_window(spec) or window))
    return sources


def _source(planned: Plan, goal: PlannedGoal, version: GoalVersion, name: str, asked: Asked) -> Source:
    spec = version.inputs.get(name)
    if not isinstance(spec, Mapping):
        return Source(name, {}, "nothing")
    kind, key, series = _bound(planned, version, name, spec, asked)
    if kind != "indicator":
        return Source(name, spec, kind)
    start, end = window_of(planned.contract, version)
    own = _own_window(spec)
    base = name in BASE or name.endswith(".baseline")
    delivered = version.rule == GoalVersion.Rule.DELIVERABLES
    last = _takes_last(planned, key, asked)
    if own is not None:
        return Source(name, spec, kind, key, series, own, last=last)
    if base:
        return Source(name, spec, kind, key, series, _base_window(version, name, start, end), last=last)
    deadline = _deadline(version, name) if delivered else version.deadline
    if delivered and deadline is not None:
        end = deadline
    previous: Window | None = None
    if version.missing == GoalVersion.Missing.PREVIOUS:
        previous = (None, start - DAY) if last else period_before(start, end)
    statements = [planned.accepted[goal.pk, each] for each in series if (goal.pk, each) in planned.accepted]
    statement = max(statements, key=lambda each: (each.learnt_on, each.place), default=None)
    return Source(
        name,
        spec,
        kind,
        key,
        series,
        (start, end),
        watched=bool(series),
        early=delivered,
        deadline=deadline,
        previous=previous,
        last=last,
        statement=statement,
    )


def _bound(
    planned: Plan, version: GoalVersion, name: str, spec: Mapping[str, Any], asked: Asked
) -> tuple[str, str, tuple[str, ...]]:
    if "number" in spec:
        return "number", "", ()
    if "indicator" in spec:
        return "indicator", str(spec["indicator"]), planned.series_behind(str(spec["indicator"]))
    if "series" in spec:
        series = planned.series.get(str(spec["series"]))
        if series is None:
            return "nothing", "", ()
        return "indicator", _standing_for(series, spec, version, name, asked), (series.key,)
    return "nothing", "", ()


def _standing_for(series: Series, spec: Mapping[str, Any], version: GoalVersion, name: str, asked: Asked) -> str:
    """The key of an indicator, made for the moment, that reads a series as the input means it."""
    kind = registry.get(str(series.measure_id)).kind
    survey = kind == "answer"
    share_of = sorted(str(each) for each in spec.get("share_of", ()))
    if survey:
        nps = (not share_of and version.params.get("kind") == "nps") or spec.get("as") == "nps"
        aggregate = IndicatorVersion.Aggregate.NPS if nps else IndicatorVersion.Aggregate.SHARE
        if not nps and not share_of:
            aggregate = IndicatorVersion.Aggregate.SUM
    elif kind in LAST_OF_SERIES:
        aggregate = IndicatorVersion.Aggregate.LAST
    elif spec.get("as") == "companies":
        aggregate = IndicatorVersion.Aggregate.DISTINCT
    else:
        aggregate = IndicatorVersion.Aggregate.SUM
    categories = [str(spec["category"])] if spec.get("category") else []
    key = ":".join([f"{SERIES}{series.key}", str(aggregate), *share_of, *(["only", *categories] if categories else [])])
    if key not in asked.drafts:
        kept: dict[str, Any] = {"series": [series.key]}
        if categories:
            kept["categories"] = categories
        asked.drafts[key] = IndicatorVersion(
            indicator=Indicator(key=key, name=series.name),
            kind=IndicatorVersion.Kind.MEASURE,
            measure_id=series.measure_id,
            aggregate=aggregate,
            filter=kept,
            share_of=share_of if aggregate == IndicatorVersion.Aggregate.SHARE else [],
            unit=series.unit,
        )
    return key


def _takes_last(planned: Plan, key: str, asked: Asked) -> bool:
    version = asked.drafts.get(key) or planned.indicators.get(key)
    return version is not None and version.aggregate == IndicatorVersion.Aggregate.LAST


def _own_window(spec: Mapping[str, Any]) -> Window | None:
    """The days an input names itself; None when it is read in the measurement window."""
    if "on" in spec:
        day = date.fromisoformat(str(spec["on"]))
        return day, day
    if spec.get("from") or spec.get("to"):
        start, end = spec.get("from"), spec.get("to")
        return (
            date.fromisoformat(str(start)) if start else None,
            date.fromisoformat(str(end)) if end else None,
        )
    return None


def _base_window(version: GoalVersion, name: str, start: date, end: date) -> Window:
    """What a baseline without days of its own is read in: the base year, the period before, or all before the window.

    A benchmark is the value published for the window.
    """
    if name == "benchmark":
        return start, end
    year = version.params.get("base_year")
    if year:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    if version.params.get("over") == "period_before":
        return period_before(start, end)
    return None, start - DAY


def _deadline(version: GoalVersion, name: str) -> date | None:
    for each in version.params.get("deliverables", ()):
        if each.get("key") == name and each.get("deadline"):
            return date.fromisoformat(str(each["deadline"]))
    return version.deadline


def evidence_of(source: Source, read: Callable[[Ask], Reading]) -> Evidence:
    """What the rule is given for `source`, from what has been read."""
    if source.kind == "number":
        return Evidence(source, _literal(source))
    if source.kind == "nothing":
        missing: Value = Failed(Fault.UNKNOWN, source.name) if source.spec else Absent(Empty.NOT_REPORTED)
        return Evidence(source, Given(missing, Step("absent", missing, label=source.name), {}, None))
    windows = source.windows()
    found = {what: read(source.ask(window)) for what, window in windows.items()}
    deviations = _deviations(source, found)
    used = _used(source, found)
    reading = found[used]
    outside = used in ("before", "after") or used == "accepted"
    # Delivered on the first day it was there; measured on the last day of what counts.
    on = reading.days[0] if source.early else reading.days[1]
    given = Given(reading.value, reading.step, reading.counts, on, outside=outside, accepted=used == "accepted")
    return Evidence(source, given, reading, deviations, used)


def _literal(source: Source) -> Given:
    try:
        value: Value = Number(Fraction(str(source.spec["number"])))
    except (ValueError, ZeroDivisionError):
        value = Failed(Fault.TYPE, source.name)
    step = Step("literal", value, label=source.name, meta={"source": str(source.spec.get("source", ""))})
    return Given(value, step, {}, None)


def _used(source: Source, found: Mapping[str, Reading]) -> str:
    """Which of the readings counts, or, where there is none, which shows what there is outside the window."""
    outside = [each for each in ("after", "before") if each in found and has_evidence(found[each])]
    accepted = found.get("accepted")
    if outside and accepted is not None and has_evidence(accepted) and accepted.days != found["inside"].days:
        return "accepted"
    if has_evidence(found["inside"]):
        return "inside"
    # What lies outside counts for nothing, so a rule that falls back on the value before does so also then.
    if "previous" in found and has_evidence(found["previous"]):
        return "previous"
    return outside[0] if outside else "inside"


def has_evidence(reading: Reading) -> bool:
    """Is there anything that stands? A sum of nothing is no evidence for what was to be observed."""
    return reading.days[0] is not None


def _deviations(source: Source, found: Mapping[str, Reading]) -> tuple[Deviation, ...]:
    deviations = []
    accepted_until = found["accepted"].days[1] if "accepted" in found else None
    for what in ("before", "after"):
        reading = found.get(what)
        if reading is None or not has_evidence(reading):
            continue
        first, last = reading.days
        if first is None or last is None:
            continue
        late = what == "after" and source.deadline is not None and first > source.deadline
        deviations.append(
            Deviation(
                source.name,
                source.series[0] if source.series else "",
                first,
                last,
                count_of(reading),
                "after_deadline" if late else "outside_window",
                source.deadline if late else None,
                source.statement,
                counts=accepted_until is not None and first <= accepted_until,
            )
        )
    return tuple(deviations)


def count_of(reading: Reading) -> int:
    return reading.facts.count if reading.facts is not None else 0
