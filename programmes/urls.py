"""Addresses of programmes. Each area lists its own; all are named programmes:…"""

from django.urls import URLPattern, URLResolver

from programmes import source_addresses

app_name = "programmes"
urlpatterns: list[URLPattern | URLResolver] = [*source_addresses.pages]

# STUB until budget pages are merged
from django.urls import path  # noqa: E402
from programmes.views.sources import SourceList  # noqa: E402

urlpatterns.append(path("oekonomi/stub/<int:pk>/", SourceList.as_view(), name="budget_change"))
