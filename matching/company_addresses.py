"""Addresses of companies."""

from django.urls import path

from matching.views.companies import CompanyList, CompanyPage, CompanyQueue
from matching.views.company_edit import ChangeCompany, MergeCompany, UndoMerge

urlpatterns = [
    path("virksomheder/", CompanyList.as_view(), name="companies"),
    path("virksomheder/uden-cvr/", CompanyQueue.as_view(), name="company_queue"),
    path("virksomheder/fletninger/<int:pk>/fortryd/", UndoMerge.as_view(), name="company_merge_undo"),
    path("virksomheder/<int:pk>/", CompanyPage.as_view(), name="company"),
    path("virksomheder/<int:pk>/ret/", ChangeCompany.as_view(), name="company_change"),
    path("virksomheder/<int:pk>/flet/", MergeCompany.as_view(), name="company_merge"),
]
