"""Addresses of the trail and the logs."""

from django.urls import path

from portal.audit.views.change import ChangePage
from portal.audit.views.lists import ChangesPage, ExportsPage, OpeningsPage
from portal.audit.views.purpose import PurposePage

app_name = "audit"

urlpatterns = [
    path("historik/", ChangesPage.as_view(), name="changes"),
    path("historik/opslag/", OpeningsPage.as_view(), name="openings"),
    path("historik/udtraek/", ExportsPage.as_view(), name="exports"),
    path("historik/formaal/", PurposePage.as_view(), name="purpose"),
    path("historik/<int:pk>/", ChangePage.as_view(), name="change"),
]
