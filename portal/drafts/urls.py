"""Addresses of drafts."""

from django.urls import path

from portal.drafts import views

urlpatterns = [
    path("kladder/", views.drafts, name="drafts"),
    path("kladder/gem/", views.keep, name="draft_keep"),
    path("kladder/kasser/", views.throw_away, name="draft_throw_away"),
]
