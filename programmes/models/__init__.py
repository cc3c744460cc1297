"""What programmes stores. Programmes, initiatives and funding sources have a Heading to which the facts point."""

from programmes.models.amounts import Amount, AmountLine
from programmes.models.budget import BudgetCell, BudgetChange, BudgetLine, ExpectedOutturn, YearClosing
from programmes.models.decisions import DecidingBody, Decision, Delegation
from programmes.models.funding import Account, FundingSource, PriceIndex
from programmes.models.initiatives import Initiative
from programmes.models.programmes import PartnerRole, Programme
from programmes.models.spending import Commitment, Reconciliation, Voucher

__all__ = [
    "Account",
    "Amount",
    "AmountLine",
    "BudgetCell",
    "BudgetChange",
    "BudgetLine",
    "Commitment",
    "DecidingBody",
    "Decision",
    "Delegation",
    "ExpectedOutturn",
    "FundingSource",
    "Initiative",
    "PartnerRole",
    "PriceIndex",
    "Programme",
    "Reconciliation",
    "Voucher",
    "YearClosing",
]
