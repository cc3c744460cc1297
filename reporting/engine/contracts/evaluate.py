"""The rules applied: each goal by itself, then the total. No query; a goal that fails stops no other."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reporting.engine.contracts import amended
from reporting.engine.contracts.evidence import (
    Asked,
    Evidence,
    Source,
    evidence_of,
    sources_of,
    supplementary_sources,
)
from reporting.engine.contracts.plan import Plan, PlannedGoal
from reporting.engine.indicators import Ask, Reading
from reporting.models import GoalVersion
from reporting.rules.scoring import KINDS, Outcome, Scored, Settings
from reporting.rules.steps import Step
from reporting.rules.values import Failed, Fault, Number

logger = logging.getLogger(__name__)
SAME = ("rule", "inputs", "window_from", "window_to", "deadline", "decimals", "missing", "least_answers")
"""What two versions must say alike for their thresholds to be put together as one rule."""


@dataclass(frozen=True)
class Trial:
    """One rule to be scored: a version's, or what an amendment makes of two."""

    version: GoalVersion
    params: Mapping[str, Any]
    days: int
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Prepared:
    """A goal with what it is to be given. `error` is set when not even that could be worked out."""

    goal: PlannedGoal
    trials: tuple[Trial, ...] = ()
    beside: tuple[Source, ...] = ()
    amendment: Mapping[str, Any] | None = None
    error: str = ""


@dataclass(frozen=True)
class Result:
    goal: PlannedGoal
    scored: Scored
    evidence: tuple[Evidence, ...] = ()
    beside: tuple[Evidence, ...] = ()
    amendment: Mapping[str, Any] | None = None
    by_version: tuple[tuple[int | None, Scored], ...] = ()
    """Of a goal amended to another rule: what each version gives by itself."""

    @property
    def excluded(self) -> bool:
        return self.goal.version.excluded


@dataclass
class Prepare:
    """The first phase: what every goal asks for, so that all of it is read at once."""

    planned: Plan
    asked: Asked = field(default_factory=Asked)

    def goals(self) -> list[Prepared]:
        return [self._goal(goal) for goal in self.planned.goals]

    def _goal(self, goal: PlannedGoal) -> Prepared:
        try:
            prepared = self._prepared(goal)
            for trial in prepared.trials:
                self.asked.add(trial.sources)
            self.asked.add(prepared.beside)
        except Exception as error:
            logger.exception("Goal %s could not be prepared.", goal.pk)
            return Prepared(goal, error=type(error).__name__)
        return prepared

    def _prepared(self, goal: PlannedGoal) -> Prepared:
        version, contract = goal.version, self.planned.contract
        beside = tuple(supplementary_sources(self.planned, version, self.asked))
        if len(goal.parts) == 1:
            return Prepared(goal, (self._trial(goal, version, version.params, 1),), beside)
        versions = [each for _start, each in goal.parts]
        parts = amended.parts_of(
            [start for start, _each in goal.parts], [each.params for each in versions], contract.ends_on
        )
        same = all(getattr(each, field) == getattr(version, field) for each in versions for field in SAME)
        params = amended.blended(parts) if same else None
        told = {
            "from": goal.parts[1][0].isoformat(),
            "starts": [start.isoformat() for start, _each in goal.parts],
            "days": [part.days for part in parts],
            "versions": [each.place for each in versions],
            "how": "threshold" if params is not None else "score",
            "parts": [{"version": each.place, "rule": each.rule, "params": each.params} for each in versions],
            "params": params,
        }
        if params is not None:
            return Prepared(goal, (self._trial(goal, version, params, 1),), beside, told)
        trials = [self._trial(goal, each, each.params, part.days) for each, part in zip(versions, parts, strict=True)]
        return Prepared(goal, tuple(trials), beside, told)

    def _trial(self, goal: PlannedGoal, version: GoalVersion, params: Mapping[str, Any], days: int) -> Trial:
        wanted = KINDS[version.rule].inputs(params)
        return Trial(version, params, days, tuple(sources_of(self.planned, goal, version, wanted, self.asked)))


def score_goal(prepared: Prepared, read: Callable[[Ask], Reading]) -> Result:
    """The second phase, for one goal. Whatever goes wrong in it is its own outcome."""
    goal = prepared.goal
    if prepared.error:
        return Result(goal, broken(goal, prepared.error), amendment=prepared.amendment)
    try:
        beside = tuple(evidence_of(source, read) for source in prepared.beside)
        found = [_score(trial, read) for trial in prepared.trials]
        evidence = found[-1][1]
        if len(found) == 1:
            return Result(goal, found[0][0], evidence, beside, prepared.amendment)
        trials = prepared.trials
        by_version = tuple((trial.version.place, scored) for trial, (scored, _ev) in zip(trials, found, strict=True))
        mean = _mean([(trial.days, scored) for trial, (scored, _ev) in zip(trials, found, strict=True)])
        return Result(goal, mean, evidence, beside, prepared.amendment, by_version)
    except Exception as error:
        logger.exception("Goal %s could not be computed.", goal.pk)
        return Result(goal, broken(goal, type(error).__name__), amendment=prepared.amendment)


def _score(trial: Trial, read: Callable[[Ask], Reading]) -> tuple[Scored, tuple[Evidence, ...]]:
    version = trial.version
    evidence = tuple(evidence_of(source, read) for source in trial.sources)
    settings = Settings(version.decimals, version.missing, version.least_answers)
    given = {each.source.name: each.given for each in evidence}
    return KINDS[version.rule].score(trial.params, given, settings), evidence


def _mean(scored: list[tuple[int, Scored]]) -> Scored:
    """Two rules, each for its days: the mean of what they give, in proportion to days."""
    last = scored[-1][1]
    if any(each.score is None for _days, each in scored):
        return next(each for _days, each in reversed(scored) if each.score is None)
    days = sum(each for each, _scored in scored)
    total = sum((Fraction(each) * (one.score or 0) for each, one in scored), Fraction(0))
    value = total / days
    meta = {"weights": [str(each) for each, _scored in scored], "by": "days"}
    step = Step("weighted_mean", Number(value), tuple(each.step for _days, each in scored), meta=meta)
    return Scored(Outcome.SCORED, value, step, last.shown_value, last.nearest)


def broken(goal: PlannedGoal, detail: str) -> Scored:
    """A goal whose computation broke: it says so, and the others are computed."""
    failed = Failed(Fault.TYPE, detail)
    return Scored(Outcome.FAILED, None, Step("absent", failed, label=str(goal.number)), failed, ())
