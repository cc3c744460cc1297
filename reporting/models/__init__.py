"""What reporting stores, one module per thing."""

from reporting.models.buckets import BatchBucket, Bucket, BucketStamp
from reporting.models.contracts import (
    Contract,
    ContractParty,
    Goal,
    GoalGroup,
    GoalVersion,
    LibraryGoal,
    Statement,
)
from reporting.models.evidence import Observation, Series, StatisticTable, Vintage
from reporting.models.indicators import Indicator, IndicatorVersion
from reporting.models.keys import DistributionKey, KeyVersion
from reporting.models.observed import Absence, EvidenceFile, ObservationChange
from reporting.models.published import Publication
from reporting.models.sealed import ContractFigure, SealedFigure
from reporting.models.targets import Target, TargetVersion

__all__ = [
    "Absence",
    "BatchBucket",
    "Bucket",
    "BucketStamp",
    "Contract",
    "ContractFigure",
    "ContractParty",
    "DistributionKey",
    "EvidenceFile",
    "Goal",
    "GoalGroup",
    "GoalVersion",
    "Indicator",
    "IndicatorVersion",
    "KeyVersion",
    "LibraryGoal",
    "Observation",
    "ObservationChange",
    "Publication",
    "SealedFigure",
    "Series",
    "Statement",
    "StatisticTable",
    "Target",
    "TargetVersion",
    "Vintage",
]
