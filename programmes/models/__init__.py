"""What programmes stores. Programmes, initiatives and funding sources have a Heading to which the facts point."""

from programmes.models.amounts import Amount, AmountLine
from programmes.models.budget import BudgetCell, BudgetChange, BudgetLine, ExpectedOutturn, YearClosing
from programmes.models.cofinancing import Contribution, ContributionEntry, ContributionYear
from programmes.models.decisions import DecidingBody, Decision, Delegation
from programmes.models.eligibility import Eligibility
from programmes.models.funding import Account, FundingSource, PriceIndex
from programmes.models.initiatives import Initiative
from programmes.models.programmes import PartnerRole, Programme
from programmes.models.scenarios import Scenario, ScenarioLine, ScenarioSet
from programmes.models.spending import Commitment, Reconciliation, Voucher

__all__ = [
    "Account",
    "Amount",
    "AmountLine",
    "BudgetCell",
    "BudgetChange",
    "BudgetLine",
    "Commitment",
    "Contribution",
    "ContributionEntry",
    "ContributionYear",
    "DecidingBody",
    "Decision",
    "Delegation",
    "Eligibility",
    "ExpectedOutturn",
    "FundingSource",
    "Initiative",
    "PartnerRole",
    "PriceIndex",
    "Programme",
    "Reconciliation",
    "Scenario",
    "ScenarioLine",
    "ScenarioSet",
    "Voucher",
    "YearClosing",
]
