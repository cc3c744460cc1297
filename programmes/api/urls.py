from django.urls import include, path

from programmes.api.initiatives import (
    FocusAreaList,
    InitiativeChange,
    InitiativeList,
    InitiativeRecord,
    InitiativeSay,
)
from programmes.api.views import ProgrammeList, ProgrammeRecord

urlpatterns = [
    path("programmes/", ProgrammeList.as_view(), name="api_programmes"),
    path("programmes/<slug:slug>/", ProgrammeRecord.as_view(), name="api_programme"),
    path("focus-areas/", FocusAreaList.as_view(), name="api_focus_areas"),
    path("initiatives/", InitiativeList.as_view(), name="api_initiatives"),
    path("initiatives/<int:pk>/", InitiativeRecord.as_view(), name="api_initiative"),
    path("initiatives/<int:pk>/change/", InitiativeChange.as_view(), name="api_initiative_change"),
    path("initiatives/<int:pk>/status/", InitiativeSay.as_view(), name="api_initiative_status"),
    path("", include("programmes.api.part_urls")),
    path("", include("programmes.api.money_urls")),
    path("", include("programmes.api.planning_urls")),
    path("", include("programmes.api.calendar_urls")),
    path("", include("programmes.api.shared_urls")),
    path("", include("programmes.api.body_urls")),
]
