"""Scoring: how a goal's rule, as data, turns evidence into per cent. One module for each kind of rule."""

from collections.abc import Mapping

from reporting.rules.scoring import (
    assessed,
    benchmark,
    deliverables,
    every_part,
    growth,
    linear,
    survey,
    threshold,
    tiers,
)
from reporting.rules.scoring.kinds import Distance, Given, Kind, Outcome, Problem, Scored, Settings

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        tiers.KIND,
        linear.KIND,
        deliverables.KIND,
        threshold.AT_LEAST,
        threshold.AT_MOST,
        threshold.WITHIN,
        growth.KIND,
        every_part.KIND,
        benchmark.KIND,
        survey.KIND,
        assessed.KIND,
    )
}

__all__ = ["KINDS", "Distance", "Given", "Kind", "Outcome", "Problem", "Scored", "Settings"]
