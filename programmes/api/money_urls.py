"""The addresses of money under /api/v1/."""

from django.urls import path

from programmes.api.amounts import AmountList, AmountRecord, AmountWithdraw
from programmes.api.budget import Budget, BudgetChangeList, BudgetChangeRecord, BudgetChangeTakeBack
from programmes.api.closing import ExpectedOutturnList, ReconciliationList, YearClosingList
from programmes.api.commitments import CommitmentClose, CommitmentList, CommitmentRecord
from programmes.api.decisions import DecisionList, DecisionRecord
from programmes.api.funding import FundingSourceBalance, FundingSourceList, FundingSourceRecord
from programmes.api.spending import VoucherList, VoucherRecord, VoucherWithdraw

urlpatterns = [
    path("funding-sources/", FundingSourceList.as_view(), name="api_funding_sources"),
    path("funding-sources/<slug:key>/", FundingSourceRecord.as_view(), name="api_funding_source"),
    path("funding-sources/<slug:key>/balance/", FundingSourceBalance.as_view(), name="api_funding_source_balance"),
    path("amounts/", AmountList.as_view(), name="api_amounts"),
    path("amounts/<int:pk>/", AmountRecord.as_view(), name="api_amount"),
    path("amounts/<int:pk>/withdraw/", AmountWithdraw.as_view(), name="api_amount_withdraw"),
    path("decisions/", DecisionList.as_view(), name="api_decisions"),
    path("decisions/<int:pk>/", DecisionRecord.as_view(), name="api_decision"),
    path("budget/", Budget.as_view(), name="api_budget"),
    path("budget-changes/", BudgetChangeList.as_view(), name="api_budget_changes"),
    path("budget-changes/<int:pk>/", BudgetChangeRecord.as_view(), name="api_budget_change"),
    path("budget-changes/<int:pk>/take-back/", BudgetChangeTakeBack.as_view(), name="api_budget_change_take_back"),
    path("commitments/", CommitmentList.as_view(), name="api_commitments"),
    path("commitments/<int:pk>/", CommitmentRecord.as_view(), name="api_commitment"),
    path("commitments/<int:pk>/close/", CommitmentClose.as_view(), name="api_commitment_close"),
    path("vouchers/", VoucherList.as_view(), name="api_vouchers"),
    path("vouchers/<int:pk>/", VoucherRecord.as_view(), name="api_voucher"),
    path("vouchers/<int:pk>/withdraw/", VoucherWithdraw.as_view(), name="api_voucher_withdraw"),
    path("expected-outturns/", ExpectedOutturnList.as_view(), name="api_expected_outturns"),
    path("reconciliations/", ReconciliationList.as_view(), name="api_reconciliations"),
    path("year-closings/", YearClosingList.as_view(), name="api_year_closings"),
]
