"""The addresses of reporting."""

from django.urls import URLPattern, URLResolver, include, path

from reporting.views.dashboard import Dashboard, Home
from reporting.views.figure import FigurePage

pages = [
    path("<slug:slug>/", Dashboard.as_view(), name="dashboard"),
    path("<slug:slug>/tal/", FigurePage.as_view(), name="figure"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", Home.as_view(), name="home"),
    path("programmer/", include((pages, "reporting"))),
]
