"""The addresses of the protection of small numbers."""

from django.urls import URLPattern, URLResolver, path

from reporting.views.disclosure import DisclosureList, DisclosureMeasure, Publish

pages: list[URLPattern | URLResolver] = [
    path("beskyttelse/", DisclosureList.as_view(), name="disclosure"),
    path("beskyttelse/<slug:measure>/", DisclosureMeasure.as_view(), name="disclosure_measure"),
    path("beskyttelse/<slug:measure>/offentliggoer/", Publish.as_view(), name="disclosure_publish"),
]
