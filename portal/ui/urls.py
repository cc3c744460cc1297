"""Addresses of the frame."""

from django.urls import path

from portal.ui import views

urlpatterns = [
    path("sprog/", views.set_language, name="set_language"),
    path("was", views.accessibility_statement, name="accessibility_statement"),
    path("privatliv/", views.privacy, name="privacy"),
    path("ui/", views.components, name="components"),
]
