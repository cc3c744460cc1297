"""Everything that defines a contract's figures, as known at a moment: a constant number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal import ledger
from reporting.models import Contract, Goal, GoalVersion, IndicatorVersion, Series, Statement

Window = tuple[date | None, date | None]
"""Both days belong to it; None is no limit."""


@dataclass(frozen=True)
class PlannedGoal:
    """A goal with the versions that hold in the contract's period: usually one, two where an amendment divides it."""

    goal: Goal
    parts: tuple[tuple[date, GoalVersion], ...]
    """(holds from, version), in order of the days; the first from the period's first day."""
    chain: tuple[GoalVersion, ...]
    """Every version known then, in the order they were learnt."""

    @property
    def number(self) -> int:
        return self.goal.number

    @property
    def pk(self) -> int:
        return int(self.goal.pk)

    @property
    def version(self) -> GoalVersion:
        """The one that holds at the end of the period."""
        return self.parts[-1][1]


@dataclass(frozen=True)
class Plan:
    contract: Contract
    as_of: ledger.AsOf
    goals: tuple[PlannedGoal, ...]
    recommended: Mapping[int | None, Statement]
    """Goal's pk (None: the total) → the newest known."""
    decided: Mapping[int | None, Statement]
    accepted: Mapping[tuple[int, str], Statement]
    """(goal's pk, series key) → the newest decision about that evidence, for or against."""
    series: Mapping[str, Series]
    indicators: Mapping[str, IndicatorVersion] = field(default_factory=dict)
    """The indicators that the goals name themselves; what these are made of is read by the indicators' own engine."""

    @property
    def day(self) -> date:
        return self.as_of.day or ledger.today()

    def series_behind(self, indicator: str) -> tuple[str, ...]:
        """The series that a counted indicator reads, so that decisions about evidence can name them."""
        version = self.indicators.get(indicator)
        return tuple(version.filter.get("series", ())) if version is not None and version.kind == "measure" else ()


def plan(
    contract: Contract,
    as_of: ledger.AsOf,
    draft: Mapping[int, GoalVersion] | None = None,
    only: int | None = None,
    said: ledger.AsOf | None = None,
) -> Plan:
    """The definitions of `contract` as known at `as_of`.

    `draft`: goal number → a version to try instead (unsaved). `only`: the number of the one goal that is asked for.
    `said`: what the parties had said by another moment than the definitions'.
    """
    goals = _goals(contract, as_of, draft or {})
    if only is not None:
        goals = tuple(goal for goal in goals if goal.number == only)
    recommended, decided, accepted = _statements(contract, said or as_of)
    used = [spec for goal in goals for _from, version in goal.parts for spec in specs_of(version)]
    indicators = _indicators({spec["indicator"] for spec in used if "indicator" in spec}, as_of)
    keys = {spec["series"] for spec in used if "series" in spec}
    keys |= {key for version in indicators.values() for key in version.filter.get("series", ())}
    series = {row.key: row for row in Series.objects.filter(key__in=sorted(keys)).order_by("key")} if keys else {}
    return Plan(contract, as_of, goals, recommended, decided, accepted, series, indicators)


def specs_of(version: GoalVersion) -> list[Mapping[str, Any]]:
    """What a version names to be read: its rule's inputs, and the volumes shown beside."""
    named = [*version.inputs.values(), *version.supplementary]
    return [spec for spec in named if isinstance(spec, Mapping)]


def window_of(contract: Contract, version: GoalVersion) -> tuple[date, date]:
    """The measurement window: the version's own days, else the contract's."""
    return version.window_from or contract.starts_on, version.window_to or contract.ends_on


def period_before(start: date, end: date) -> tuple[date, date]:
    """The period of the same length just before: the year, quarter or months before, or as many days."""
    after = end + timedelta(days=1)
    if start.day == 1 and after.day == 1:
        months = (after.year - start.year) * 12 + after.month - start.month
        number = start.year * 12 + start.month - 1 - months
        return date(number // 12, number % 12 + 1, 1), start - timedelta(days=1)
    return start - (after - start), start - timedelta(days=1)


def _goals(contract: Contract, as_of: ledger.AsOf, draft: Mapping[int, GoalVersion]) -> tuple[PlannedGoal, ...]:
    rows = (
        GoalVersion.objects.known(as_of)
        .filter(goal__contract=contract)
        .select_related("goal__group")
        .order_by("goal__number", "learnt_on", "place")
    )
    chains: dict[int, list[GoalVersion]] = {}
    goals: dict[int, Goal] = {}
    for row in rows:
        chains.setdefault(row.goal_id, []).append(row)
        goals[row.goal_id] = row.goal
    for number, version in draft.items():
        pk = next((each.pk for each in goals.values() if each.number == number), None)
        if pk is None:
            pk = version.goal_id
            goals[pk] = version.goal
        chains.setdefault(pk, []).append(version)
    planned = []
    for pk, chain in chains.items():
        parts = _parts(contract, chain)
        if parts:
            planned.append(PlannedGoal(goals[pk], parts, tuple(chain)))
    return tuple(sorted(planned, key=lambda each: each.number))


def _parts(contract: Contract, chain: Iterable[GoalVersion]) -> tuple[tuple[date, GoalVersion], ...]:
    """Which version holds from which day: one without a day replaces all before it, one with a day what comes after.

    A withdrawn version takes the goal out. A version that holds only from after the period changes nothing in it.
    """
    parts: list[tuple[date, GoalVersion]] = []
    for version in chain:
        start = version.effective_from
        if version.withdrawn:
            parts = []
        elif start is None or start <= contract.starts_on or not parts:
            parts = [(contract.starts_on, version)]
        elif start <= contract.ends_on:
            parts = [*((day, before) for day, before in parts if day < start), (start, version)]
    return tuple(parts)


def _statements(
    contract: Contract, as_of: ledger.AsOf
) -> tuple[dict[int | None, Statement], dict[int | None, Statement], dict[tuple[int, str], Statement]]:
    recommended: dict[int | None, Statement] = {}
    decided: dict[int | None, Statement] = {}
    accepted: dict[tuple[int, str], Statement] = {}
    rows = Statement.objects.known(as_of).filter(contract=contract).select_related("series", "by")
    for row in rows.order_by("learnt_on", "place"):
        if row.kind == Statement.Kind.EVIDENCE:
            accepted[row.goal_id, row.series.key] = row
        else:
            (recommended if row.kind == Statement.Kind.RECOMMENDATION else decided)[row.goal_id] = row
    return recommended, decided, accepted


def _indicators(keys: set[str], as_of: ledger.AsOf) -> dict[str, IndicatorVersion]:
    if not keys:
        return {}
    rows = (
        IndicatorVersion.objects.known(as_of)
        .filter(indicator__key__in=sorted(keys))
        .select_related("indicator__programme")
    )
    newest = {row.indicator.key: row for row in rows.order_by("learnt_on", "place")}
    return {key: row for key, row in newest.items() if not row.withdrawn}
