from django.urls import path

from matching.api import contacts_urls, guidance_urls, people_urls, quality_urls, referral_urls
from matching.api.companies import CompanyChange, CompanyList, CompanyRecord
from matching.api.course import BreakReasonList, CountingRuleList, MatchCorrection, MatchCourse, SchemeList
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
    path("match-schemes/", SchemeList.as_view(), name="api_match_schemes"),
    path("break-reasons/", BreakReasonList.as_view(), name="api_break_reasons"),
    path("programmes/<slug:slug>/counting-rules/", CountingRuleList.as_view(), name="api_counting_rules"),
    path("matches/", MatchList.as_view(), name="api_matches"),
    path("matches/<int:pk>/", MatchRecord.as_view(), name="api_match"),
    path("matches/<int:pk>/undo/", MatchUndo.as_view(), name="api_match_undo"),
    path("matches/<int:pk>/course/", MatchCourse.as_view(), name="api_match_course"),
    path("matches/<int:pk>/correct/", MatchCorrection.as_view(), name="api_match_correct"),
    *quality_urls.urlpatterns,
    *people_urls.urlpatterns,
    *contacts_urls.urlpatterns,
    *referral_urls.urlpatterns,
    *guidance_urls.urlpatterns,
]
