"""Addresses of programmes. Each area lists its own; all are named programmes:…"""

from django.urls import URLPattern, URLResolver

from programmes import planning_addresses

app_name = "programmes"
urlpatterns: list[URLPattern | URLResolver] = [
    *planning_addresses.pages,
]
