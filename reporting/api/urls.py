from django.urls import path

from reporting.api.comparison import Comparison
from reporting.api.contracts import Attainment, ContractFacts, ContractList
from reporting.api.facts import FactList
from reporting.api.figures import FigureList, OneFigure
from reporting.api.indicators import IndicatorList, OneIndicator
from reporting.api.observations import (
    ObservationCorrect,
    ObservationList,
    ObservationRecord,
    ObservationsMany,
    ObservationWithdraw,
)
from reporting.api.protected import SeriesNumbers
from reporting.api.series import SeriesList

urlpatterns = [
    path("figures/", FigureList.as_view(), name="api_figures"),
    path("figure/", OneFigure.as_view(), name="api_figure"),
    path("facts/", FactList.as_view(), name="api_facts"),
    path("indicators/", IndicatorList.as_view(), name="api_indicators"),
    path("indicators/<slug:key>/", OneIndicator.as_view(), name="api_indicator"),
    path("contracts/", ContractList.as_view(), name="api_contracts"),
    path("contracts/<slug:contract>/attainment/", Attainment.as_view(), name="api_contract_attainment"),
    path("contracts/<slug:contract>/comparison/", Comparison.as_view(), name="api_contract_comparison"),
    path("contracts/<slug:contract>/facts/", ContractFacts.as_view(), name="api_contract_facts"),
    path("series/", SeriesList.as_view(), name="api_series"),
    path("series/<slug:key>/numbers/", SeriesNumbers.as_view(), name="api_series_numbers"),
    path("series/<slug:key>/observations/", ObservationList.as_view(), name="api_observations"),
    path("series/<slug:key>/observations/many/", ObservationsMany.as_view(), name="api_observations_many"),
    path("series/<slug:key>/observations/<int:pk>/", ObservationRecord.as_view(), name="api_observation"),
    path(
        "series/<slug:key>/observations/<int:pk>/correct/",
        ObservationCorrect.as_view(),
        name="api_observation_correct",
    ),
    path(
        "series/<slug:key>/observations/<int:pk>/withdraw/",
        ObservationWithdraw.as_view(),
        name="api_observation_withdraw",
    ),
]
