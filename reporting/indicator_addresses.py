"""The addresses of indicators."""

from django.urls import URLPattern, URLResolver, path

from reporting.views.indicator_edit import ChangeIndicator, DefineIndicator, WithdrawIndicator
from reporting.views.indicators import IndicatorDetail, IndicatorFacts, IndicatorList

pages: list[URLPattern | URLResolver] = [
    path("indikatorer/", IndicatorList.as_view(), name="indicators"),
    path("indikatorer/opret/", DefineIndicator.as_view(), name="indicator_new"),
    path("indikatorer/<slug:key>/", IndicatorDetail.as_view(), name="indicator"),
    path("indikatorer/<slug:key>/tal/", IndicatorFacts.as_view(), name="indicator_facts"),
    path("indikatorer/<slug:key>/ret/", ChangeIndicator.as_view(), name="indicator_change"),
    path("indikatorer/<slug:key>/udgaa/", WithdrawIndicator.as_view(), name="indicator_withdraw"),
]
