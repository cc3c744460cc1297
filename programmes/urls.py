"""Addresses of programmes. Each area lists its own; all are named programmes:…"""

from django.urls import URLPattern, URLResolver

app_name = "programmes"
urlpatterns: list[URLPattern | URLResolver] = []
