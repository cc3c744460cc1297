"""The addresses of funding sources and of what happens with their money."""

from django.urls import URLPattern, URLResolver, path

from programmes.views import amounts, commitments, pool, reconciliation, sources, spending_import, vouchers

pages: list[URLPattern | URLResolver] = [
    path("oekonomi/kilder/", sources.SourceList.as_view(), name="sources"),
    path("oekonomi/kilder/ny/", sources.MakeSource.as_view(), name="source_new"),
    path("oekonomi/kilder/<slug:key>/", pool.SourcePage.as_view(), name="source"),
    path("oekonomi/kilder/<slug:key>/ret/", sources.ChangeSource.as_view(), name="source_change"),
    path("oekonomi/kilder/<slug:key>/konti/ny/", sources.AddAccount.as_view(), name="account_new"),
    path("oekonomi/kilder/<slug:key>/konti/<int:pk>/fjern/", sources.RemoveAccount.as_view(), name="account_remove"),
    path("oekonomi/beloeb/nyt/", amounts.NewAmount.as_view(), name="amount_new"),
    path("oekonomi/beloeb/<int:pk>/", amounts.AmountPage.as_view(), name="amount"),
    path("oekonomi/beloeb/<int:pk>/traek-tilbage/", amounts.WithdrawAmount.as_view(), name="amount_withdraw"),
    path("oekonomi/dispositioner/", commitments.CommitmentList.as_view(), name="commitments"),
    path("oekonomi/dispositioner/ny/", commitments.NewCommitment.as_view(), name="commitment_new"),
    path("oekonomi/dispositioner/<int:pk>/", commitments.CommitmentPage.as_view(), name="commitment"),
    path("oekonomi/dispositioner/<int:pk>/ret/", commitments.ChangeCommitment.as_view(), name="commitment_change"),
    path("oekonomi/dispositioner/<int:pk>/luk/", commitments.CloseCommitment.as_view(), name="commitment_close"),
    path("oekonomi/bilag/", vouchers.VoucherList.as_view(), name="vouchers"),
    path("oekonomi/bilag/nyt/", vouchers.NewVoucher.as_view(), name="voucher_new"),
    path("oekonomi/bilag/<int:pk>/", vouchers.VoucherPage.as_view(), name="voucher"),
    path("oekonomi/bilag/<int:pk>/traek-tilbage/", vouchers.WithdrawVoucher.as_view(), name="voucher_withdraw"),
    path("oekonomi/bilag/fra-fil/", spending_import.SpendingUpload.as_view(), name="spending_upload"),
    path("oekonomi/bilag/fra-fil/<int:pk>/", spending_import.SpendingPreview.as_view(), name="spending_preview"),
    path("oekonomi/bilag/fra-fil/<int:pk>/kolonner/", spending_import.SpendingColumns.as_view(),
         name="spending_columns"),
    path("oekonomi/afstemning/", reconciliation.ReconciliationList.as_view(), name="reconciliations"),
    path("oekonomi/afstemning/ny/", reconciliation.NewReconciliation.as_view(), name="reconciliation_new"),
    path("oekonomi/afstemning/<int:pk>/", reconciliation.ReconciliationPage.as_view(), name="reconciliation"),
]  # fmt: skip
