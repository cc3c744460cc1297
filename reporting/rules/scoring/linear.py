"""Between two points: so far of the way from one to the other, so much of the score. Either may be the larger."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from reporting.rules.scoring import fields
from reporting.rules.scoring.compared import Compared
from reporting.rules.scoring.kinds import Distance, Params, Problem
from reporting.rules.scoring.measured import Verdict
from reporting.rules.values import exact


def score_of(params: Params, value: Fraction) -> Verdict:
    start, end = exact(params["from"]["value"]), exact(params["to"]["value"])
    first, last = exact(params["from"]["score"]), exact(params["to"]["score"])
    if start == end:
        # Nothing to go: at the point or beyond it, one is there.
        score = last if value >= end else first
        uncapped = score
    else:
        uncapped = first + (last - first) * (value - start) / (end - start)
        score = max(min(first, last), min(max(first, last), uncapped)) if params.get("capped", True) else uncapped
    rising = end >= start
    nearest = []
    if value < end if rising else value > end:
        nearest.append(Distance(last, end, end - value, ">=" if rising else "<="))
    if value > start if rising else value < start:
        nearest.append(Distance(first, start, start - value, "<=" if rising else ">="))
    return Verdict(score, tuple(nearest), {"uncapped": str(uncapped)})


def problems(params: Params) -> list[Problem]:
    found = [*fields.unknown(params, ("from", "to", "capped")), *fields.truth(params, "capped")]
    points = {}
    for name in ("from", "to"):
        point = params.get(name)
        if not isinstance(point, dict):
            found.append(Problem(name, _("Write the value and the score of this point.")))
            continue
        at = f"{name}."
        found += [
            *fields.unknown(point, ("value", "score"), at),
            *fields.number(point, "value", at),
            *fields.score(point, "score", at),
        ]
        points[name] = point
    if len(points) == 2:
        for name in ("value", "score"):
            first, last = (fields.read(points[which], name) for which in ("from", "to"))
            if first is not None and first == last:
                found.append(Problem(f"to.{name}", _("The two points must differ.")))
    return found


KIND = Compared("linear", ("value",), problems, score_of)
