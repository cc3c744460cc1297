"""Deliverables: each with its share, and with its deadline. What is late counts only by a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.rules.scoring import fields
from reporting.rules.scoring.fields import FULL
from reporting.rules.scoring.kinds import Distance, Given, Params, Problem, Scored, Settings
from reporting.rules.scoring.measured import ZERO, Measured, Verdict, decided, measured, uncounted, without
from reporting.rules.values import Absent, Failed, Number, Truth, Value, exact

REQUIRED = ("all", "share")
EXACTLY = Settings()
"""A delivery is not a measurement: it is never rounded."""


@dataclass(frozen=True)
class Deliverables:
    name: str = "deliverables"

    def inputs(self, params: Params) -> tuple[str, ...]:
        return tuple(each["key"] for each in params["deliverables"])

    def check(self, params: Params) -> list[Problem]:
        found = [
            *fields.unknown(params, ("deliverables", "required")),
            *fields.choice(params, "required", REQUIRED, "share"),
        ]
        listed, wrong = fields.rows(params, "deliverables")
        found += [*wrong, *fields.keys(listed, "deliverables")]
        for place, each in enumerate(listed):
            at = f"deliverables.{place}."
            found += fields.unknown(each, ("key", "name", "share", "deadline"), at)
            if _said(each, "deadline") and not _day(each["deadline"]):
                found.append(Problem(at + "deadline", _("Write the date as 2020-12-31.")))
        return found + (_check_shares(listed) if listed else [])

    def score(self, params: Params, inputs: Mapping[str, Given], settings: Settings) -> Scored:
        """Nothing said of any of them is missing data; once one is reported, what is not reported is not delivered."""
        listed = params["deliverables"]
        found = [_counted(each, inputs) for each in listed]
        steps = [each.step for each in found]
        shares = shares_of(listed)
        meta = {**params, "shares": [str(share) for share in shares]}
        failed = next((each.value for each in found if isinstance(each.value, Failed)), None)
        if failed is not None:
            return without(self.name, meta, failed, steps, settings, failed)
        if all(isinstance(_given(each, inputs).value, Absent) for each in listed):
            return without(self.name, meta, Absent(), steps, settings, Absent())
        done = [delivered(each.value) for each in found]
        count = Number(Fraction(sum(done)), Fraction(sum(done)), Fraction(len(done)))
        return decided(self.name, meta, _verdict(params, shares, done), steps, count)


def _verdict(params: Params, shares: Sequence[Fraction], done: Sequence[bool]) -> Verdict:
    """What would lift the score: the next one (the largest share that is missing), and all of them."""
    have, count = sum(done), len(done)
    if params.get("required", "share") == "all":
        score = FULL if have == count else ZERO
        left = []
    else:
        score = sum((share for share, each in zip(shares, done, strict=True) if each), ZERO)
        left = [share for share, each in zip(shares, done, strict=True) if not each]
    nearest = []
    if len(left) > 1:
        nearest.append(Distance(score + max(left), Fraction(have + 1), Fraction(1), ">="))
    if have < count:
        nearest.append(Distance(FULL, Fraction(count), Fraction(count - have), ">="))
    return Verdict(score, tuple(nearest))


def delivered(value: Value) -> bool:
    return (isinstance(value, Number) and value.value >= 1) or value == Truth(True)


def shares_of(listed: Sequence[Mapping[str, Any]]) -> list[Fraction]:
    """The share of each in per cent; where none is said they are equal."""
    if any(_said(each, "share") for each in listed):
        return [exact(each["share"]) for each in listed]
    return [FULL / len(listed)] * len(listed)


def _counted(each: Mapping[str, Any], inputs: Mapping[str, Given]) -> Measured:
    key = each["key"]
    given = _given(each, inputs)
    deadline = _day(each.get("deadline"))
    late = deadline is not None and given.on is not None and given.on > deadline
    if deadline is not None and late and not given.accepted and isinstance(given.value, Number | Truth):
        return uncounted(given, key, "late", deadline=deadline.isoformat())
    return measured(inputs, key, EXACTLY)


def _given(each: Mapping[str, Any], inputs: Mapping[str, Given]) -> Given:
    return inputs.get(each["key"], Given(Absent()))


def _check_shares(listed: Sequence[Mapping[str, Any]]) -> list[Problem]:
    said = [_said(each, "share") for each in listed]
    if not any(said):
        return []
    found: list[Problem] = []
    for place, each in enumerate(listed):
        at = f"deliverables.{place}."
        share = fields.read(each, "share")
        if share is None:
            found.append(Problem(at + "share", _("Write the share of every deliverable, or of none.")))
        elif share <= 0:
            found.append(Problem(at + "share", _("A share is above 0.")))
    if not found and sum((exact(each["share"]) for each in listed), ZERO) != FULL:
        found.append(Problem("deliverables", _("The shares must add up to 100.")))
    return found


def _said(each: Mapping[str, Any], name: str) -> bool:
    return each.get(name) not in (None, "")


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


KIND = Deliverables()
