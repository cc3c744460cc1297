"""What programmes stores. Programmes, areas, initiatives and sources have a Heading to which the facts point."""

from programmes.models.amounts import Amount, AmountLine
from programmes.models.budget import BudgetCell, BudgetChange, BudgetLine, ExpectedOutturn, YearClosing
from programmes.models.catalogue import CatalogueMeasure, CatalogueTheme, MeasureCatalogue
from programmes.models.cofinancing import Contribution, ContributionEntry, ContributionYear
from programmes.models.decisions import DecidingBody, Decision, Delegation
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
from programmes.models.programmes import PartnerRole, Programme
from programmes.models.scenarios import Scenario, ScenarioLine, ScenarioSet
from programmes.models.spending import Commitment, Reconciliation, Voucher

__all__ = [
    "Account",
    "Amount",
    "AmountLine",
    "BackgroundFact",
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
    "DecidingBody",
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
    "FundingSource",
    "Initiative",
    "InitiativeArea",
    "InitiativeItem",
    "InitiativePartner",
    "InitiativeStatus",
    "MeasureCatalogue",
    "Milestone",
    "PartnerRole",
    "PriceIndex",
    "Programme",
    "Reconciliation",
    "SavedList",
    "Scenario",
    "ScenarioLine",
    "ScenarioSet",
    "SchemeLetter",
    "SchemeMunicipality",
    "Voucher",
    "YearClosing",
]
