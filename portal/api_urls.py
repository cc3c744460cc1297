"""Every address under /api/v1/. Like portal/urls.py it may name the apps."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from portal.identity.day_api import MyDay
from portal.ui.api_schema import DocsView, ProblemKindView, SchemaView, UnknownAddress

urlpatterns: list[URLPattern | URLResolver] = [
    path("my-day/", MyDay.as_view(), name="api_my_day"),
    path("", include("programmes.api.urls")),
    path("", include("matching.api.urls")),
    path("", include("reporting.api.urls")),
    path("schema/", SchemaView.as_view(), name="api_schema"),
    path("docs/", DocsView.as_view(), name="api_docs"),
    path("problems/<slug:slug>", ProblemKindView.as_view(), name="api_problem"),
    # Last: what nobody above knows is answered in the API's way, not with a page.
    re_path(r"", UnknownAddress.as_view(), name="api_unknown"),
]
