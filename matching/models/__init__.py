"""What matching stores."""

from matching.models.companies import Company, Employees
from matching.models.competences import Competence
from matching.models.contact_people import ContactPerson
from matching.models.contacts import CompanyContact, ContactTheme
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
from matching.models.needs import Need, NeedMatch
from matching.models.people import Consent, MatchPerson, Person
from matching.models.people_lists import EducationField, Level
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
    "CompanyContact",
    "CompanyMerge",
    "Competence",
    "Consent",
    "ContactPerson",
    "ContactTheme",
    "CountingRule",
    "CountsOn",
    "EarlyWarningMember",
    "EducationField",
    "EducationLevel",
    "Employees",
    "EvaluationBy",
    "ExternalKind",
    "ExternalParty",
    "Group",
    "GuidanceCourse",
    "GuidanceExpectation",
    "GuidanceGroup",
    "GuidanceStage",
    "GuidanceTransition",
    "GuidanceType",
    "Level",
    "Match",
    "MatchAssist",
    "MatchPerson",
    "MatchTransition",
    "MatchType",
    "Need",
    "NeedMatch",
    "NotCounted",
    "PeriodLock",
    "Person",
    "PrivateReferral",
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
    "Theme",
    "WorkArea",
]
