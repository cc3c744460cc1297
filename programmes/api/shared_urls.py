"""Addresses of joint experiments and catalogues of measures in the API."""

from django.urls import path

from programmes.api.shared import (
    CatalogueList,
    CatalogueRecord,
    ExperimentList,
    ExperimentRecord,
    MeasureList,
    MeasureRecord,
    SchemeList,
    SchemeRecord,
)

urlpatterns = [
    path("experiment-schemes/", SchemeList.as_view(), name="api_experiment_schemes"),
    path("experiment-schemes/<int:pk>/", SchemeRecord.as_view(), name="api_experiment_scheme"),
    path("experiments/", ExperimentList.as_view(), name="api_experiments"),
    path("experiments/<int:pk>/", ExperimentRecord.as_view(), name="api_experiment"),
    path("measure-catalogues/", CatalogueList.as_view(), name="api_measure_catalogues"),
    path("measure-catalogues/<int:pk>/", CatalogueRecord.as_view(), name="api_measure_catalogue"),
    path("catalogue-measures/", MeasureList.as_view(), name="api_catalogue_measures"),
    path("catalogue-measures/<int:pk>/", MeasureRecord.as_view(), name="api_catalogue_measure"),
]
