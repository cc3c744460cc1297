"""The addresses below a contract that open its figures: facts, comparison, sealed figures."""

from django.urls import URLPattern, URLResolver, path

from reporting.views.contract_compare import ComparePage
from reporting.views.contract_facts import ContractFactsPage
from reporting.views.sealed import SealedList, SealedPage

pages: list[URLPattern | URLResolver] = [
    path("kontrakter/<slug:slug>/fakta/", ContractFactsPage.as_view(), name="contract_facts"),
    path("kontrakter/<slug:slug>/sammenlign/", ComparePage.as_view(), name="contract_compare"),
    path("kontrakter/<slug:slug>/forseglede/", SealedList.as_view(), name="contract_sealed"),
]
sealed: list[URLPattern | URLResolver] = [path("f/<slug:code>/", SealedPage.as_view(), name="sealed_figure")]
