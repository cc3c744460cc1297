"""What matching stores."""

from matching.models.companies import Company, Employees
from matching.models.contact_people import ContactPerson
from matching.models.counting import Chain, CountingRule, CountsOn, Group, PeriodLock
from matching.models.course import MatchTransition
from matching.models.guidance import (
    EarlyWarningMember,
    EvaluationBy,
    GuidanceCourse,
    GuidanceExpectation,
    GuidanceGroup,
    GuidanceStage,
    GuidanceTransition,
    GuidanceType,
    PrivateReferral,
    Theme,
)
from matching.models.matches import Match, MatchAssist, NotCounted
from matching.models.merges import CompanyMerge
from matching.models.more import EducationLevel, Stage
from matching.models.quality import QualityMark, Ruling, Sample, SampleItem, Suspicion
from matching.models.reference import BreakReason, MatchType, Scheme, WorkArea
from matching.models.register import Classification, ProductionUnit, RegisterEntry, RegisterProgress, Status

__all__ = [
    "BreakReason",
    "Chain",
    "Classification",
    "Company",
    "CompanyMerge",
    "ContactPerson",
    "CountingRule",
    "CountsOn",
    "EarlyWarningMember",
    "EducationLevel",
    "Employees",
    "EvaluationBy",
    "Group",
    "GuidanceCourse",
    "GuidanceExpectation",
    "GuidanceGroup",
    "GuidanceStage",
    "GuidanceTransition",
    "GuidanceType",
    "Match",
    "MatchAssist",
    "MatchTransition",
    "MatchType",
    "NotCounted",
    "PeriodLock",
    "PrivateReferral",
    "ProductionUnit",
    "QualityMark",
    "RegisterEntry",
    "RegisterProgress",
    "Ruling",
    "Sample",
    "SampleItem",
    "Scheme",
    "Stage",
    "Status",
    "Suspicion",
    "Theme",
    "WorkArea",
]
