"""Steps: from the best down, the first whose threshold the value reaches. Half-open, so every value has exactly one."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.rules.scoring import fields
from reporting.rules.scoring.compared import Compared
from reporting.rules.scoring.kinds import Distance, Params, Problem
from reporting.rules.scoring.measured import Verdict
from reporting.rules.values import exact

FIELDS = ("direction", "tiers", "else")
REACHED = {"higher": ">=", "lower": "<="}
MISSED = {"higher": "<", "lower": ">"}


def score_of(params: Params, value: Fraction) -> Verdict:
    """The verdict on a value; `hit` is the tier's place from 0, or the number of tiers for none of them."""
    higher, tiers = _higher(params), _tiers(params)
    scores = [*(score for _threshold, score in tiers), exact(params.get("else", "0"))]
    hit = next(
        (
            place
            for place, (threshold, _score) in enumerate(tiers)
            if (value >= threshold if higher else value <= threshold)
        ),
        len(tiers),
    )
    direction = "higher" if higher else "lower"
    nearest = []
    if hit > 0:
        threshold = tiers[hit - 1][0]
        nearest.append(Distance(scores[hit - 1], threshold, threshold - value, REACHED[direction]))
    if hit < len(tiers):
        threshold = tiers[hit][0]
        nearest.append(Distance(scores[hit + 1], threshold, threshold - value, MISSED[direction]))
    return Verdict(scores[hit], tuple(nearest), {"hit": hit})


def problems(params: Params) -> list[Problem]:
    """Gaps, overlaps and steps that nothing reaches.

    A step may name its far bound too ("to" where more is better): it must be where the better step begins.
    """
    near, far = ("from", "to") if _higher(params) else ("to", "from")
    found = [*fields.choice(params, "direction", REACHED, "higher"), *fields.score({"else": "0", **params}, "else")]
    listed, wrong = fields.rows(params, "tiers")
    found += wrong
    better: Mapping[str, Any] | None = None
    for place, tier in enumerate(listed):
        at = f"tiers.{place}."
        found += [
            *fields.unknown(tier, ("from", "to", "score", "name"), at),
            *fields.number(tier, near, at),
            *fields.score(tier, "score", at),
        ]
        found += _beside(tier, better, near, far, at)
        better = tier
    last, rest = fields.read(better or {}, "score"), fields.read({"else": "0", **params}, "else")
    if last is not None and rest is not None and rest >= last:
        found.append(Problem("else", _("Below the last step the score must be less than in it.")))
    return found


def _beside(tier: Mapping[str, Any], better: Mapping[str, Any] | None, near: str, far: str, at: str) -> list[Problem]:
    """What is wrong with a step, seen from the better one above it."""
    found: list[Problem] = []
    here, reach = fields.read(tier, near), fields.read(tier, far)
    higher = near == "from"
    if better is None:
        return [Problem(at + far, _("The best step has no bound on that side."))] if far in tier else []
    above = fields.read(better, near)
    if here is not None and above is not None and (here >= above if higher else here <= above):
        found.append(Problem(at + near, _("Nothing reaches this step: the one above takes all of it.")))
    if far in tier:
        found += fields.number(tier, far, at)
        if reach is not None and above is not None and reach != above:
            gap = reach < above if higher else reach > above
            message = _("There is a gap to the step above.") if gap else _("This step overlaps the one above.")
            found.append(Problem(at + far, message))
    score, best = fields.read(tier, "score"), fields.read(better, "score")
    if score is not None and best is not None and score >= best:
        found.append(Problem(at + "score", _("A step must score less than the one above it.")))
    return found


def _higher(params: Params) -> bool:
    return bool(params.get("direction", "higher") != "lower")


def _tiers(params: Params) -> list[tuple[Fraction, Fraction]]:
    near = "from" if _higher(params) else "to"
    return [(exact(tier[near]), exact(tier["score"])) for tier in params["tiers"]]


KIND = Compared("tiers", ("value",), lambda params: [*fields.unknown(params, FIELDS), *problems(params)], score_of)
