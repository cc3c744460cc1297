"""Growth over a baseline, in per cent or in units: of a base year, or of the period before. A minus is a fall."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

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
        *_base_year(params),
    ]


def _base_year(params: Params) -> list[Problem]:
    if not params.get("base_year"):
        return []
    year = fields.read(params, "base_year")
    if year is None or str(year) != str(params["base_year"]) or not 1900 <= year <= 2199:
        return [Problem("base_year", _("Write a year such as 2019."))]
    return []


KIND = Compared("growth", ("value", "baseline"), problems, score_of)
