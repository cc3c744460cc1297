"""The total of a contract: the weighted mean of the goals that count, and what each goal costs of the 100 points."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reporting.rules.scoring.kinds import Scored
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Number, Value, rounded

FULL = Fraction(100)


@dataclass(frozen=True)
class Weighted:
    """A goal with its weight in whole points. `reason` says why an excluded one is."""

    key: str
    weight: int
    scored: Scored | None
    excluded: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Total:
    """`value` is None when nothing counts. 100 - the sum of `costs` is the value, exactly."""

    value: Fraction | None
    step: Step
    costs: dict[str, Fraction]
    counted: list[str]
    left_out: list[tuple[str, str]]
    """Key and why: the reason of an exclusion, or the outcome that left nothing to count."""


def weighted(goals: Sequence[Weighted]) -> Total:
    """The total. Weights may add up to anything: what counts is divided by what counts."""
    counted: list[tuple[Weighted, Scored, Fraction]] = []
    left_out: list[tuple[str, str]] = []
    for goal in goals:
        if goal.excluded:
            left_out.append((goal.key, goal.reason))
        elif goal.scored is None or goal.scored.score is None:
            left_out.append((goal.key, "not_measured" if goal.scored is None else str(goal.scored.outcome)))
        else:
            counted.append((goal, goal.scored, goal.scored.score))
    points = sum(goal.weight for goal, _scored, _score in counted)
    keys = [goal.key for goal, _scored, _score in counted]
    value: Value = Absent()
    costs: dict[str, Fraction] = {}
    if points:
        value = Number(sum((goal.weight * score for goal, _scored, score in counted), Fraction(0)) / points)
        costs = {goal.key: goal.weight * (FULL - score) / points for goal, _scored, score in counted}
    meta = {
        "weights": [str(goal.weight) for goal, _scored, _score in counted],
        "keys": keys,
        "left_out": [list(each) for each in left_out],
    }
    step = Step("weighted_mean", value, tuple(scored.step for _goal, scored, _score in counted), meta=meta)
    return Total(value.value if isinstance(value, Number) else None, step, costs, keys, left_out)


def shown(value: Fraction, decimals: int = 0) -> str:
    """The number as it is shown: rounded once, half up. 97.5 is 98, 97.2222 with one decimal is 97.2."""
    scaled = int(rounded(value, decimals) * 10**decimals)
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits
