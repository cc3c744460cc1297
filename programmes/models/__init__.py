"""What programmes stores. Each thing has a Heading to which the facts point."""

from programmes.models.effects import EffectIndicator, ExpectedEffect
from programmes.models.focus_areas import (
    BackgroundFact,
    Cluster,
    Criterion,
    CriterionScore,
    FocusArea,
    FocusAreaLink,
)
from programmes.models.initiatives import (
    Initiative,
    InitiativeArea,
    InitiativeItem,
    InitiativePartner,
    InitiativeStatus,
    Milestone,
)
from programmes.models.lists import SavedList
from programmes.models.programmes import PartnerRole, Programme

__all__ = [
    "BackgroundFact",
    "Cluster",
    "Criterion",
    "CriterionScore",
    "EffectIndicator",
    "ExpectedEffect",
    "FocusArea",
    "FocusAreaLink",
    "Initiative",
    "InitiativeArea",
    "InitiativeItem",
    "InitiativePartner",
    "InitiativeStatus",
    "Milestone",
    "PartnerRole",
    "Programme",
    "SavedList",
]
