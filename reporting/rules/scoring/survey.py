"""A share or a net promoter score of a survey, in per cent, scored by steps."""

from reporting.rules.scoring import fields, tiers
from reporting.rules.scoring.compared import Compared
from reporting.rules.scoring.kinds import Params, Problem


def problems(params: Params) -> list[Problem]:
    return [
        *fields.unknown(params, (*tiers.FIELDS, "kind")),
        *fields.choice(params, "kind", ("share", "nps")),
        *tiers.problems(params),
    ]


KIND = Compared("survey", ("answers",), problems, tiers.score_of, op="tiers")
