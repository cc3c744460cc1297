"""Everything that defines a contract's figures, as known at a moment: a constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
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


Draft = Mapping[int, GoalVersion]
"""Goal number → a version to try instead (unsaved)."""


def plan(
    contract: Contract,
    as_of: ledger.AsOf,
    draft: Draft | None = None,
    only: int | None = None,
    said: ledger.AsOf | None = None,
) -> Plan:
    """The definitions of `contract` as known at `as_of`.

    `only`: the number of the one goal that is asked for. `said`: what the parties had said by another moment than the
    definitions'.
    """
    return _plans([(contract, draft or {})], as_of, only, said or as_of)[0]


def plans(asked: Sequence[tuple[Contract, Draft]], as_of: ledger.AsOf) -> list[Plan]:
    """`plan` of each contract with its draft, in order. The number of queries does not grow with them."""
    return _plans(asked, as_of, None, as_of)


def _plans(
    asked: Sequence[tuple[Contract, Draft]], as_of: ledger.AsOf, only: int | None, said: ledger.AsOf
) -> list[Plan]:
    contracts = [contract for contract, _draft in asked]
    chains = _chains(contracts, as_of)
    goals = [_goals(each, chains.get(each.pk, {}), draft) for each, draft in asked]
    if only is not None:
        goals = [tuple(goal for goal in found if goal.number == only) for found in goals]
    statements = _statements(contracts, said)
    used = [_specs(found) for found in goals]
    indicators = _indicators({spec["indicator"] for specs in used for spec in specs if "indicator" in spec}, as_of)
    series = _series(
        {spec["series"] for specs in used for spec in specs if "series" in spec}
        | {key for version in indicators.values() for key in version.filter.get("series", ())}
    )
    planned = []
    for contract, own, specs in zip(contracts, goals, used, strict=True):
        named = {spec["indicator"] for spec in specs if "indicator" in spec}
        defined = {key: version for key, version in indicators.items() if key in named}
        keys = {spec["series"] for spec in specs if "series" in spec}
        keys |= {key for version in defined.values() for key in version.filter.get("series", ())}
        observed = {key: row for key, row in series.items() if key in keys}
        planned.append(Plan(contract, as_of, own, *statements[contract.pk], observed, defined))
    return planned


def _specs(goals: Iterable[PlannedGoal]) -> list[Mapping[str, Any]]:
    return [spec for goal in goals for _from, version in goal.parts for spec in specs_of(version)]


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


Chains = dict[int, list[GoalVersion]]
"""Goal's pk → every version of it known then, in the order they were learnt."""


def _chains(contracts: Iterable[Contract], as_of: ledger.AsOf) -> dict[int, Chains]:
    """By contract. One query."""
    rows = (
        GoalVersion.objects.known(as_of)
        .filter(goal__contract__in=[each.pk for each in contracts])
        .select_related("goal__group")
        .order_by("goal__number", "learnt_on", "place")
    )
    found: dict[int, Chains] = {}
    for row in rows:
        found.setdefault(row.goal.contract_id, {}).setdefault(row.goal_id, []).append(row)
    return found


def _goals(contract: Contract, known: Chains, draft: Mapping[int, GoalVersion]) -> tuple[PlannedGoal, ...]:
    chains = {chain[0].goal.number: chain for chain in known.values()}
    for number, version in draft.items():
        chains[number] = [*chains.get(number, ()), version]
    planned = []
    for _number, chain in sorted(chains.items()):
        parts = _parts(contract, chain)
        if parts:
            planned.append(PlannedGoal(chain[0].goal, parts, tuple(chain)))
    return tuple(planned)


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


Said = tuple[dict[int | None, Statement], dict[int | None, Statement], dict[tuple[int, str], Statement]]
"""What was recommended, decided, and decided about evidence: as in Plan."""


def _statements(contracts: Iterable[Contract], as_of: ledger.AsOf) -> dict[int, Said]:
    """By contract. One query."""
    found: dict[int, Said] = {each.pk: ({}, {}, {}) for each in contracts}
    rows = Statement.objects.known(as_of).filter(contract__in=list(found)).select_related("series", "by")
    for row in rows.order_by("learnt_on", "place"):
        recommended, decided, accepted = found[row.contract_id]
        if row.kind == Statement.Kind.EVIDENCE:
            accepted[row.goal_id, row.series.key] = row
        else:
            (recommended if row.kind == Statement.Kind.RECOMMENDATION else decided)[row.goal_id] = row
    return found


def _series(keys: set[str]) -> dict[str, Series]:
    return {row.key: row for row in Series.objects.filter(key__in=sorted(keys)).order_by("key")} if keys else {}


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
