"""Addresses of what is held about people."""

from django.urls import path

from portal.privacy.views.cases import AnswerCase, CaseList, CasePage, EraseCase, NewCase, ReportPage, RestrictCase
from portal.privacy.views.register import RegisterPage
from portal.privacy.views.retention import PostponePage, RetentionPage

app_name = "privacy"
urlpatterns = [
    path("persondata/", RegisterPage.as_view(), name="register"),
    path("persondata/sletning/", RetentionPage.as_view(), name="retention"),
    path("persondata/sletning/<int:pk>/behold/", PostponePage.as_view(), name="postpone"),
    path("persondata/sag/", CaseList.as_view(), name="cases"),
    path("persondata/sag/ny/<slug:who>/<int:number>/", NewCase.as_view(), name="case_new"),
    path("persondata/sag/<int:pk>/", CasePage.as_view(), name="case"),
    path("persondata/sag/<int:pk>/indsigt/", ReportPage.as_view(), name="report"),
    path("persondata/sag/<int:pk>/besvar/", AnswerCase.as_view(), name="case_answer"),
    path("persondata/sag/<int:pk>/begraens/", RestrictCase.as_view(), name="case_restrict"),
    path("persondata/sag/<int:pk>/slet/", EraseCase.as_view(), name="case_erase"),
]
