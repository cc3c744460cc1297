"""Addresses of matching."""

from django.urls import path

from matching import (
    company_addresses,
    contacts_addresses,
    day_addresses,
    people_addresses,
    quality_addresses,
    referral_addresses,
)
from matching.guidance import addresses as guidance_addresses
from matching.views.counting import CountingPage, LockPeriod, MakeRule
from matching.views.course import CorrectMatch, ReportCourse
from matching.views.file_import import MatchColumns, MatchPreview, MatchProgress, MatchUpload
from matching.views.listing import MatchDetail, MatchList
from matching.views.log import CompanySearch, LogMatch
from matching.views.receipt import MatchReceipt, UndoMatch

app_name = "matching"
urlpatterns = [
    path("match/", MatchList.as_view(), name="list"),
    path("match/ny/", LogMatch.as_view(), name="log"),
    path("match/fra-fil/", MatchUpload.as_view(), name="file_upload"),
    path("match/fra-fil/<int:pk>/", MatchPreview.as_view(), name="file_preview"),
    path("match/fra-fil/<int:pk>/hvor-langt/", MatchProgress.as_view(), name="file_progress"),
    path("match/fra-fil/<int:pk>/kolonner/", MatchColumns.as_view(), name="file_columns"),
    path("match/virksomheder/", CompanySearch.as_view(), name="company_search"),
    path("match/<int:pk>/", MatchDetail.as_view(), name="detail"),
    path("match/<int:pk>/kvittering/", MatchReceipt.as_view(), name="receipt"),
    path("match/<int:pk>/fortryd/", UndoMatch.as_view(), name="undo"),
    path("match/<int:pk>/forloeb/", ReportCourse.as_view(), name="course"),
    path("match/<int:pk>/ret/", CorrectMatch.as_view(), name="correct"),
    path("programmer/<slug:slug>/taelleregler/", CountingPage.as_view(), name="counting"),
    path("programmer/<slug:slug>/taelleregler/ny/", MakeRule.as_view(), name="counting_new"),
    path("programmer/<slug:slug>/taelleregler/laas/", LockPeriod.as_view(), name="counting_lock"),
    *day_addresses.pages,
    *quality_addresses.pages,
    *company_addresses.urlpatterns,
    *people_addresses.urlpatterns,
    *contacts_addresses.urlpatterns,
    *referral_addresses.urlpatterns,
    *guidance_addresses.urlpatterns,
]
