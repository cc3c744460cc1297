"""Addresses of programmes. Each area lists its own; all are named programmes:…"""

from django.urls import URLPattern, URLResolver

from programmes import (
    body_addresses,
    budget_addresses,
    calendar_addresses,
    plan_addresses,
    planning_addresses,
    shared_addresses,
    source_addresses,
)

app_name = "programmes"
urlpatterns: list[URLPattern | URLResolver] = [
    *plan_addresses.pages,
    *budget_addresses.pages,
    *source_addresses.pages,
    *planning_addresses.pages,
    *calendar_addresses.pages,
    *shared_addresses.pages,
    *body_addresses.pages,
]
