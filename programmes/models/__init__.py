"""What programmes stores. Programmes, areas, initiatives and sources have a Heading to which the facts point."""

from programmes.models.amounts import Amount, AmountLine
from programmes.models.bodies import Appointment, Body, Person, Seat
from programmes.models.budget import BudgetCell, BudgetChange, BudgetLine, ExpectedOutturn, YearClosing
from programmes.models.catalogue import CatalogueMeasure, CatalogueTheme, MeasureCatalogue
from programmes.models.cofinancing import Contribution, ContributionEntry, ContributionYear
from programmes.models.decisions import Decision, Delegation
from programmes.models.effects import EffectIndicator, ExpectedEffect
from programmes.models.eligibility import Eligibility
from programmes.models.experiments import (
    EffectClaim,
    Experiment,
    ExperimentCase,
    ExperimentMunicipality,
    ExperimentScheme,
    SchemeLetter,
    SchemeMunicipality,
)
from programmes.models.focus_areas import (
    BackgroundFact,
    Cluster,
    Criterion,
    CriterionScore,
    FocusArea,
    FocusAreaLink,
)
from programmes.models.funding import Account, FundingSource, PriceIndex
from programmes.models.initiatives import (
    Initiative,
    InitiativeArea,
    InitiativeItem,
    InitiativePartner,
    InitiativeStatus,
    Milestone,
)
from programmes.models.lists import SavedList
from programmes.models.mandates import Mandate, MandateItem, Recommendation
from programmes.models.meetings import AgendaItem, FollowUp, Meeting
from programmes.models.programmes import PartnerRole, Programme
from programmes.models.scenarios import Scenario, ScenarioLine, ScenarioSet
from programmes.models.spending import Commitment, Reconciliation, Voucher

__all__ = [
    "Account",
    "AgendaItem",
    "Amount",
    "AmountLine",
    "Appointment",
    "BackgroundFact",
    "Body",
    "BudgetCell",
    "BudgetChange",
    "BudgetLine",
    "CatalogueMeasure",
    "CatalogueTheme",
    "Cluster",
    "Commitment",
    "Contribution",
    "ContributionEntry",
    "ContributionYear",
    "Criterion",
    "CriterionScore",
    "Decision",
    "Delegation",
    "EffectClaim",
    "EffectIndicator",
    "Eligibility",
    "ExpectedEffect",
    "ExpectedOutturn",
    "Experiment",
    "ExperimentCase",
    "ExperimentMunicipality",
    "ExperimentScheme",
    "FocusArea",
    "FocusAreaLink",
    "FollowUp",
    "FundingSource",
    "Initiative",
    "InitiativeArea",
    "InitiativeItem",
    "InitiativePartner",
    "InitiativeStatus",
    "Mandate",
    "MandateItem",
    "MeasureCatalogue",
    "Meeting",
    "Milestone",
    "PartnerRole",
    "Person",
    "PriceIndex",
    "Programme",
    "Recommendation",
    "Reconciliation",
    "SavedList",
    "Scenario",
    "ScenarioLine",
    "ScenarioSet",
    "SchemeLetter",
    "SchemeMunicipality",
    "Seat",
    "Voucher",
    "YearClosing",
]
