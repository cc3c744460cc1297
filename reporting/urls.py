"""The addresses of reporting. Each area lists its own; all are named reporting:… but for the few at the root."""

from django.urls import URLPattern, URLResolver, include, path

from reporting import (
    contract_addresses,
    contract_page_addresses,
    disclosure_addresses,
    evidence_addresses,
    indicator_addresses,
    key_addresses,
)
from reporting.views.dashboard import Dashboard, Home
from reporting.views.figure import FigurePage
from reporting.views.programme_targets import ProgrammeTargets

pages: list[URLPattern | URLResolver] = [
    path("programmer/<slug:slug>/", Dashboard.as_view(), name="dashboard"),
    path("programmer/<slug:slug>/tal/", FigurePage.as_view(), name="figure"),
    path("programmer/<slug:slug>/indikatorer/", ProgrammeTargets.as_view(), name="programme_targets"),
    path("programmer/", include(key_addresses.pages)),
    *contract_page_addresses.pages,
    *contract_addresses.pages,
    *indicator_addresses.pages,
    *evidence_addresses.pages,
    *disclosure_addresses.pages,
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", Home.as_view(), name="home"),
    *contract_addresses.sealed,
    path("", include((pages, "reporting"))),
]
