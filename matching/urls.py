"""Addresses of matching."""

from django.urls import path

from matching import company_addresses
from matching.views.listing import MatchDetail, MatchList
from matching.views.log import CompanySearch, LogMatch
from matching.views.receipt import MatchReceipt, UndoMatch

app_name = "matching"
urlpatterns = [
    path("match/", MatchList.as_view(), name="list"),
    path("match/ny/", LogMatch.as_view(), name="log"),
    path("match/virksomheder/", CompanySearch.as_view(), name="company_search"),
    path("match/<int:pk>/", MatchDetail.as_view(), name="detail"),
    path("match/<int:pk>/kvittering/", MatchReceipt.as_view(), name="receipt"),
    path("match/<int:pk>/fortryd/", UndoMatch.as_view(), name="undo"),
    *company_addresses.urlpatterns,
]
