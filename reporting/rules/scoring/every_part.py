"""Increase in every part: each of several measurements against its own baseline. Standing still is not a rise."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.rules.scoring import fields
from reporting.rules.scoring.fields import FULL
from reporting.rules.scoring.kinds import Distance, Given, Params, Problem, Scored, Settings
from reporting.rules.scoring.measured import ZERO, Measured, Verdict, decided, measured, numbers, without
from reporting.rules.steps import Step
from reporting.rules.values import Absent, Failed, Number, Truth, Value

BETTER = {"higher": ">", "lower": "<"}


@dataclass(frozen=True)
class EveryPart:
    name: str = "every_part"

    def inputs(self, params: Params) -> tuple[str, ...]:
        return tuple(name for part in params["parts"] for name in (part["key"], f"{part['key']}.baseline"))

    def check(self, params: Params) -> list[Problem]:
        found = [*fields.unknown(params, ("parts", "all")), *fields.truth(params, "all")]
        listed, wrong = fields.rows(params, "parts")
        found += [*wrong, *fields.keys(listed, "parts")]
        for place, part in enumerate(listed):
            at = f"parts.{place}."
            found += [
                *fields.unknown(part, ("key", "name", "direction", "counts"), at),
                *fields.truth(part, "counts", at),
                *fields.choice(part, "direction", BETTER, "higher", at),
            ]
        if listed and not any(part.get("counts", True) for part in listed):
            found.append(Problem("parts", _("At least one part must count.")))
        return found

    def score(self, params: Params, inputs: Mapping[str, Given], settings: Settings) -> Scored:
        parts = [_part(part, inputs, settings) for part in params["parts"]]
        steps = [part.step for part in parts]
        counting = [part.value for part, said in zip(parts, params["parts"], strict=True) if said.get("counts", True)]
        failed = next((value for value in counting if isinstance(value, Failed)), None)
        if failed is not None:
            return without(self.name, params, failed, steps, settings, failed)
        absent = next((value for value in counting if isinstance(value, Absent)), None)
        if absent is not None and settings.missing != "zero":
            return without(self.name, params, absent, steps, settings, absent)
        risen = sum(value == Truth(True) for value in counting)
        count = Number(Fraction(risen), Fraction(risen), Fraction(len(counting)))
        meta = {} if absent is None else {"missing": settings.missing}
        return decided(self.name, params, _verdict(params, risen, len(counting), meta), steps, count)


def _verdict(params: Params, risen: int, counting: int, meta: Mapping[str, Any]) -> Verdict:
    whole = params.get("all", True)
    score = FULL * risen / counting
    if whole and risen < counting:
        score = ZERO
    nearest = (Distance(FULL, Fraction(counting), Fraction(counting - risen), ">="),) if risen < counting else ()
    return Verdict(score, nearest, meta)


def _part(part: Mapping[str, Any], inputs: Mapping[str, Given], settings: Settings) -> Measured:
    """Has the part risen? A comparison of the measurement with its baseline."""
    found = [measured(inputs, name, settings) for name in (part["key"], f"{part['key']}.baseline")]
    op = BETTER[part.get("direction", "higher")]
    value = _better(op, numbers(found))
    return Measured(value, Step(op, value, tuple(each.step for each in found), part["key"]), value)


def _better(op: str, values: list[Fraction] | Absent | Failed) -> Value:
    if not isinstance(values, list):
        return values
    return Truth(values[0] > values[1] if op == ">" else values[0] < values[1])


KIND = EveryPart()
