"""Growth over a baseline, in per cent or in units: of a base year, or of the period before. A minus is a fall."""

from fractions import Fraction

from reporting.rules.scoring import fields
from reporting.rules.scoring.compared import Compared
from reporting.rules.scoring.kinds import Params, Problem
from reporting.rules.scoring.measured import Verdict
from reporting.rules.scoring.threshold import against
from reporting.rules.values import Failed, Fault, exact

UNITS = ("pct", "absolute")
OVER = ("baseline", "period_before")


def score_of(params: Params, value: Fraction, baseline: Fraction) -> Verdict | Failed:
    by = exact(params["by"])
    if params["unit"] == "pct":
        if not baseline and by:
            return Failed(Fault.DIVISION_BY_ZERO, "baseline")
        by = abs(baseline) * by / 100
    goal = baseline + by
    verdict = against(value, goal, least=by >= 0, strict=params.get("strict", False))
    grown = {"grown": str(100 * (value - baseline) / abs(baseline))} if baseline else {}
    return Verdict(verdict.score, verdict.nearest, {"threshold": str(goal), **grown})


def problems(params: Params) -> list[Problem]:
    """The base year, its vintage and its population are told, not computed with."""
    return [
        *fields.unknown(params, ("by", "unit", "over", "strict", "base_year", "vintage", "population")),
        *fields.number(params, "by"),
        *fields.choice(params, "unit", UNITS),
        *fields.choice(params, "over", OVER, "baseline"),
        *fields.truth(params, "strict"),
        *(fields.number(params, "base_year") if params.get("base_year") else ()),
    ]


KIND = Compared("growth", ("value", "baseline"), problems, score_of)
