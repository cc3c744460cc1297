"""What matching stores."""

from matching.models.companies import Company, Employees
from matching.models.contact_people import ContactPerson
from matching.models.counting import Chain, CountingRule, CountsOn, Group, PeriodLock
from matching.models.course import MatchTransition
from matching.models.matches import Match, MatchAssist, NotCounted
from matching.models.merges import CompanyMerge
from matching.models.more import EducationLevel, Stage
from matching.models.people import Consent, MatchPerson, Person
from matching.models.people_lists import Competence, EducationField, Level
from matching.models.quality import QualityMark, Ruling, Sample, SampleItem, Suspicion
from matching.models.reference import BreakReason, MatchType, Scheme, WorkArea
from matching.models.register import Classification, ProductionUnit, RegisterEntry, RegisterProgress, Status

__all__ = [
    "BreakReason",
    "Chain",
    "Classification",
    "Company",
    "CompanyMerge",
    "Competence",
    "Consent",
    "ContactPerson",
    "CountingRule",
    "CountsOn",
    "EducationField",
    "EducationLevel",
    "Employees",
    "Group",
    "Level",
    "Match",
    "MatchAssist",
    "MatchPerson",
    "MatchTransition",
    "MatchType",
    "NotCounted",
    "PeriodLock",
    "Person",
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
    "WorkArea",
]
