from django.urls import path

from reporting.api.facts import FactList
from reporting.api.figures import FigureList, OneFigure

urlpatterns = [
    path("figures/", FigureList.as_view(), name="api_figures"),
    path("figure/", OneFigure.as_view(), name="api_figure"),
    path("facts/", FactList.as_view(), name="api_facts"),
]
