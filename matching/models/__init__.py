"""What matching stores."""

from matching.models.companies import Company, Employees
from matching.models.contact_people import ContactPerson
from matching.models.counting import Chain, CountingRule, CountsOn, Group, PeriodLock
from matching.models.course import MatchTransition
from matching.models.matches import Match, MatchAssist, NotCounted
from matching.models.merges import CompanyMerge
from matching.models.more import EducationLevel, Stage
from matching.models.quality import QualityMark, Ruling, Sample, SampleItem, Suspicion
from matching.models.reference import BreakReason, MatchType, Scheme, WorkArea
from matching.models.referrals import (
    Referral,
    ReferralNote,
    ReferralOutcome,
    ReferralReminder,
    ReferralStatus,
    ReferralStep,
)
from matching.models.register import Classification, ProductionUnit, RegisterEntry, RegisterProgress, Status
from matching.models.services import ExternalKind, ExternalParty, ReferralKind, Service, ServiceContact

__all__ = [
    "BreakReason",
    "Chain",
    "Classification",
    "Company",
    "CompanyMerge",
    "ContactPerson",
    "CountingRule",
    "CountsOn",
    "EducationLevel",
    "Employees",
    "ExternalKind",
    "ExternalParty",
    "Group",
    "Match",
    "MatchAssist",
    "MatchTransition",
    "MatchType",
    "NotCounted",
    "PeriodLock",
    "ProductionUnit",
    "QualityMark",
    "Referral",
    "ReferralKind",
    "ReferralNote",
    "ReferralOutcome",
    "ReferralReminder",
    "ReferralStatus",
    "ReferralStep",
    "RegisterEntry",
    "RegisterProgress",
    "Ruling",
    "Sample",
    "SampleItem",
    "Scheme",
    "Service",
    "ServiceContact",
    "Stage",
    "Status",
    "Suspicion",
    "WorkArea",
]
