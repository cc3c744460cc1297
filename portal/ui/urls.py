"""Addresses of the frame."""

from django.urls import path

from portal.ui import views
from portal.ui.csp_reports import csp_report
from portal.ui.well_known import robots_txt, security_txt

urlpatterns = [
    path("sprog/", views.set_language, name="set_language"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("robots.txt", robots_txt, name="robots_txt"),
    path("csp-rapport/", csp_report, name="csp_report"),
    path("was", views.accessibility_statement, name="accessibility_statement"),
    path("privatliv/", views.privacy, name="privacy"),
    path("ui/", views.components, name="components"),
]
