"""Assessed: the score that one entered and another confirmed, in per cent."""

from fractions import Fraction

from reporting.rules.scoring import fields
from reporting.rules.scoring.compared import Compared
from reporting.rules.scoring.fields import FULL
from reporting.rules.scoring.kinds import Params
from reporting.rules.scoring.measured import Verdict
from reporting.rules.values import Failed, Fault


def score_of(params: Params, value: Fraction) -> Verdict | Failed:
    """An assessment outside 0 to 100 is a mistake, not a score."""
    return Verdict(value) if 0 <= value <= FULL else Failed(Fault.TYPE, "assessment")


KIND = Compared("assessed", ("assessment",), lambda params: fields.unknown(params, ()), score_of)
