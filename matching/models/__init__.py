"""What matching stores."""

from matching.models.companies import Company, Employees
from matching.models.matches import Match, MatchAssist, NotCounted
from matching.models.quality import QualityMark, Ruling, Sample, SampleItem, Suspicion
from matching.models.reference import MatchType, WorkArea

__all__ = [
    "Company",
    "Employees",
    "Match",
    "MatchAssist",
    "MatchType",
    "NotCounted",
    "QualityMark",
    "Ruling",
    "Sample",
    "SampleItem",
    "Suspicion",
    "WorkArea",
]
