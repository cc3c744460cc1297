from django.urls import include, path

from programmes.api.views import ProgrammeList, ProgrammeRecord

urlpatterns = [
    path("programmes/", ProgrammeList.as_view(), name="api_programmes"),
    path("programmes/<slug:slug>/", ProgrammeRecord.as_view(), name="api_programme"),
    path("", include("programmes.api.money_urls")),
    path("", include("programmes.api.planning_urls")),
]
