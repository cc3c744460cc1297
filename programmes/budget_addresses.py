"""The addresses of the budget: grid and figures, changes, decisions, years and prices."""

from django.urls import URLPattern, URLResolver, path

from programmes.views import budget, budget_figure, budget_year, budget_year_forms, decision_edit, decisions
from programmes.views import budget_change_forms as forms
from programmes.views import budget_changes as changes
from programmes.views import price_indices as prices

pages: list[URLPattern | URLResolver] = [
    path("oekonomi/", budget.Grid.as_view(), name="budget"),
    path("oekonomi/flere-aar/", budget.Years.as_view(), name="budget_years"),
    path("oekonomi/tal/", budget_figure.FigurePage.as_view(), name="budget_figure"),
    path("oekonomi/pris-pr-match/", budget_figure.CostPerMatch.as_view(), name="cost_per_match"),
    path("oekonomi/aendringer/", changes.ChangeList.as_view(), name="budget_changes"),
    path("oekonomi/aendringer/vedtag/", forms.Adopt.as_view(), name="budget_adopt"),
    path("oekonomi/aendringer/tillaeg/", forms.Supplement.as_view(), name="budget_supplement"),
    path("oekonomi/aendringer/omplacer/", forms.Transfer.as_view(), name="budget_transfer"),
    path("oekonomi/aendringer/omplacer-flere/", forms.TransferLines.as_view(), name="budget_transfer_lines"),
    path("oekonomi/aendringer/overfoer/", forms.CarryOver.as_view(), name="budget_carry_over"),
    path("oekonomi/aendringer/<int:pk>/", changes.ChangePage.as_view(), name="budget_change"),
    path("oekonomi/aendringer/<int:pk>/tilbage/", forms.TakeBack.as_view(), name="budget_take_back"),
    path("oekonomi/beslutninger/", decisions.DecisionList.as_view(), name="decisions"),
    path("oekonomi/beslutninger/opret/", decision_edit.MakeDecision.as_view(), name="decision_new"),
    path("oekonomi/beslutninger/<int:pk>/", decisions.DecisionPage.as_view(), name="decision"),
    path("oekonomi/beslutninger/<int:pk>/ret/", decision_edit.ChangeDecision.as_view(), name="decision_change"),
    path("oekonomi/besluttere/", decisions.DeciderList.as_view(), name="deciders"),
    path("oekonomi/aar/<int:year>/", budget_year.YearPage.as_view(), name="budget_year"),
    path("oekonomi/aar/<int:year>/halvaar/", budget_year.HalfYear.as_view(), name="half_year"),
    path("oekonomi/aar/<int:year>/luk/", budget_year_forms.CloseYear.as_view(), name="year_close"),
    path("oekonomi/kilder/<slug:key>/forventet/<int:year>/", budget_year_forms.Expected.as_view(), name="expected"),
    path("oekonomi/prisindeks/", prices.PriceIndexList.as_view(), name="price_indices"),
    path("oekonomi/prisindeks/opret/", prices.MakeFactor.as_view(), name="price_index_new"),
]
