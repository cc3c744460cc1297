"""Reached or not: at least, at most, within a range. The ratio to the threshold is told beside it."""

from collections.abc import Callable
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from reporting.rules.scoring import fields
from reporting.rules.scoring.compared import Compared
from reporting.rules.scoring.fields import FULL
from reporting.rules.scoring.kinds import Distance, Params, Problem
from reporting.rules.scoring.measured import ZERO, Verdict
from reporting.rules.values import exact

REACHED: dict[bool, str] = {True: ">=", False: "<="}
MISSED: dict[bool, str] = {True: "<", False: ">"}


def against(value: Fraction, threshold: Fraction, *, least: bool, strict: bool = False) -> Verdict:
    """100 when the value reaches the threshold (strict: passes it), else 0."""
    reached = _reached(value, threshold, least=least, strict=strict)
    wanted, lost = (">" if least else "<", "<=" if least else ">=") if strict else (REACHED[least], MISSED[least])
    if reached:
        return Verdict(FULL, (Distance(ZERO, threshold, threshold - value, lost),))
    return Verdict(ZERO, (Distance(FULL, threshold, threshold - value, wanted),))


def _reached(value: Fraction, threshold: Fraction, *, least: bool, strict: bool) -> bool:
    if strict and value == threshold:
        return False
    return value >= threshold if least else value <= threshold


def _judge(*, least: bool) -> Callable[..., Verdict]:
    def score_of(params: Params, value: Fraction) -> Verdict:
        threshold = exact(params["threshold"])
        verdict = against(value, threshold, least=least)
        meta: dict[str, str] = {"ratio": str(100 * value / threshold)} if threshold else {}
        if not params.get("partial", False) or verdict.score == FULL:
            return Verdict(verdict.score, verdict.nearest, meta)
        return Verdict(_partial(value, threshold, least=least), verdict.nearest, meta)

    return score_of


def _partial(value: Fraction, threshold: Fraction, *, least: bool) -> Fraction:
    """The ratio as a score, of a threshold that is not reached. Of what is not positive there is no ratio: 0."""
    top, bottom = (value, threshold) if least else (threshold, value)
    return max(ZERO, FULL * top / bottom) if threshold > 0 and bottom > 0 else ZERO


def problems(params: Params) -> list[Problem]:
    found = [
        *fields.unknown(params, ("threshold", "partial")),
        *fields.number(params, "threshold"),
        *fields.truth(params, "partial"),
    ]
    threshold = fields.read(params, "threshold")
    if params.get("partial") is True and threshold is not None and threshold <= 0:
        found.append(Problem("partial", _("The ratio can be the score only where the threshold is above 0.")))
    return found


def score_within(params: Params, value: Fraction) -> Verdict:
    """Both bounds are inside."""
    low, high = exact(params["from"]), exact(params["to"])
    if low <= value <= high:
        return Verdict(FULL, (Distance(ZERO, low, low - value, "<"), Distance(ZERO, high, high - value, ">")))
    bound, wanted = (low, ">=") if value < low else (high, "<=")
    return Verdict(ZERO, (Distance(FULL, bound, bound - value, wanted),))


def problems_within(params: Params) -> list[Problem]:
    found = [
        *fields.unknown(params, ("from", "to")),
        *fields.number(params, "from"),
        *fields.number(params, "to"),
    ]
    low, high = fields.read(params, "from"), fields.read(params, "to")
    if low is not None and high is not None and low > high:
        found.append(Problem("to", _("The range must not end before it begins.")))
    return found


AT_LEAST = Compared("at_least", ("value",), problems, _judge(least=True))
AT_MOST = Compared("at_most", ("value",), problems, _judge(least=False))
WITHIN = Compared("within", ("value",), problems_within, score_within)
