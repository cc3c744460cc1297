"""Against a benchmark: a statistic of a named vintage. `margin` is how much better than it, or how near to it."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from reporting.rules.scoring import fields
from reporting.rules.scoring.compared import Compared
from reporting.rules.scoring.kinds import Params, Problem
from reporting.rules.scoring.measured import Verdict
from reporting.rules.scoring.threshold import against, score_within
from reporting.rules.values import exact

COMPARE = (">=", ">", "<=", "<", "within")


def score_of(params: Params, value: Fraction, benchmark: Fraction) -> Verdict:
    compare, margin = params["compare"], exact(params.get("margin", "0"))
    if compare == "within":
        verdict = score_within({"from": str(benchmark - margin), "to": str(benchmark + margin)}, value)
        return Verdict(verdict.score, verdict.nearest)
    least = compare.startswith(">")
    threshold = benchmark + margin if least else benchmark - margin
    verdict = against(value, threshold, least=least, strict=not compare.endswith("="))
    return Verdict(verdict.score, verdict.nearest, {"threshold": str(threshold)})


def problems(params: Params) -> list[Problem]:
    margin = {"margin": "0", **params}
    found = [
        *fields.unknown(params, ("compare", "margin")),
        *fields.choice(params, "compare", COMPARE),
        *fields.number(margin, "margin"),
    ]
    if params.get("compare") == "within" and (fields.read(margin, "margin") or 0) < 0:
        found.append(Problem("margin", _("A distance is not below 0.")))
    return found


KIND = Compared("benchmark", ("value", "benchmark"), problems, score_of)
