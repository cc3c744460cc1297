"""Evidence as a rule may use it: in its window or accepted, with enough answers, rounded when the rule says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from reporting.rules.scoring.kinds import Distance, Given, Outcome, Scored, Settings
from reporting.rules.steps import Step, leaf
from reporting.rules.values import Absent, Failed, Fault, Number, Truth, Value, obstacle, rounded

ZERO = Fraction(0)


@dataclass(frozen=True)
class Measured:
    """What is compared, how it came about, and what was measured before anything was done to it."""

    value: Value
    step: Step
    shown: Value


@dataclass(frozen=True)
class Verdict:
    """What a rule makes of numbers. `meta` says how, beside the rule's own numbers."""

    score: Fraction
    nearest: tuple[Distance, ...] = ()
    meta: Mapping[str, Any] | None = None


def measured(inputs: Mapping[str, Given], name: str, settings: Settings) -> Measured:
    """The input as it counts. Evidence that does not count is listed in a leaf that says why."""
    given = inputs.get(name, Given(Absent()))
    if isinstance(given.value, Number | Truth) and given.outside and not given.accepted:
        return uncounted(given, name, "outside")
    step = given.step or leaf(given.value, name)
    if settings.decimals is None or not isinstance(given.value, Number):
        return Measured(given.value, step, given.value)
    value = replace(given.value, value=rounded(given.value.value, settings.decimals), numerator=None, denominator=None)
    return Measured(value, Step("round", value, (step,), name, {"decimals": settings.decimals}), given.value)


def uncounted(given: Given, name: str, why: str, **more: str) -> Measured:
    """Evidence that is there and does not count."""
    on = {} if given.on is None else {"on": given.on.isoformat()}
    nothing = Absent()
    return Measured(nothing, Step("absent", nothing, (), name, {"why": why, **on, **more}), nothing)


def answered(given: Given) -> Fraction | None:
    """How many answers a value stands on, None when that is not known."""
    if "answered" in given.counts:
        return given.counts["answered"]
    return given.value.denominator if isinstance(given.value, Number) else None


def too_few(op: str, params: Mapping[str, Any], given: Given, found: Measured, settings: Settings) -> Scored | None:
    """Not measurable: fewer answers than the rule asks for, or nobody knows how many. The number is shown."""
    if settings.least_answers is None or not isinstance(found.value, Number):
        return None
    count = answered(given)
    if count is not None and count >= settings.least_answers:
        return None
    counted = {"least_answers": settings.least_answers, "answered": None if count is None else str(count)}
    step = Step(op, Absent(), (found.step,), meta={**params, **counted})
    return Scored(Outcome.NOT_MEASURABLE, None, step, found.shown)


def without(
    op: str, params: Mapping[str, Any], why: Absent | Failed, children: Sequence[Step], settings: Settings, shown: Value
) -> Scored:
    """What the rule says when a value is missing or failed. A failure is never scored."""
    parts = tuple(children)
    if isinstance(why, Failed):
        return Scored(Outcome.FAILED, None, Step(op, why, parts, meta=params), shown)
    meta = {**params, "missing": settings.missing}
    if settings.missing == "zero":
        return Scored(Outcome.SCORED, ZERO, Step(op, Number(ZERO), parts, meta=meta), shown)
    return Scored(Outcome.NOT_MEASURED, None, Step(op, why, parts, meta=meta), shown)


def decided(op: str, params: Mapping[str, Any], verdict: Verdict, children: Sequence[Step], shown: Value) -> Scored:
    """The rule's verdict as a score with its step."""
    step = Step(op, Number(verdict.score), tuple(children), meta={**params, **(verdict.meta or {})})
    return Scored(Outcome.SCORED, verdict.score, step, shown, verdict.nearest)


def numbers(found: Sequence[Measured]) -> list[Fraction] | Absent | Failed:
    """The values as numbers, or what stands in the way."""
    values = [each.value for each in found]
    stopped = obstacle(values)
    if stopped is not None:
        return stopped
    sure = [value.value for value in values if isinstance(value, Number)]
    return sure if len(sure) == len(values) else Failed(Fault.TYPE)
