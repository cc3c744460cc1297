"""What matching stores."""

from matching.models.companies import Company, Employees
from matching.models.matches import Match, MatchAssist, NotCounted
from matching.models.merges import CompanyMerge
from matching.models.reference import MatchType, WorkArea
from matching.models.register import Classification, ProductionUnit, RegisterEntry, RegisterProgress, Status

__all__ = [
    "Classification",
    "Company",
    "CompanyMerge",
    "Employees",
    "Match",
    "MatchAssist",
    "MatchType",
    "NotCounted",
    "ProductionUnit",
    "RegisterEntry",
    "RegisterProgress",
    "Status",
    "WorkArea",
]
