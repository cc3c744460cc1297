from django.urls import path

from matching.api.companies import CompanyChange, CompanyList, CompanyRecord
from matching.api.views import (
    MatchList,
    MatchRecord,
    MatchTypeList,
    MatchUndo,
    WorkAreaList,
)

urlpatterns = [
    path("companies/", CompanyList.as_view(), name="api_companies"),
    path("companies/<int:pk>/", CompanyRecord.as_view(), name="api_company"),
    path("companies/<int:pk>/change/", CompanyChange.as_view(), name="api_company_change"),
    path("match-types/", MatchTypeList.as_view(), name="api_match_types"),
    path("work-areas/", WorkAreaList.as_view(), name="api_work_areas"),
    path("matches/", MatchList.as_view(), name="api_matches"),
    path("matches/<int:pk>/", MatchRecord.as_view(), name="api_match"),
    path("matches/<int:pk>/undo/", MatchUndo.as_view(), name="api_match_undo"),
]
