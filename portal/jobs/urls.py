"""The machinery's own addresses."""

from django.urls import path

from portal.jobs.middleware import PATH
from portal.jobs.views import Operations, RunAgain, healthz

urlpatterns = [
    path(PATH.removeprefix("/"), healthz, name="healthz"),
    path("drift/", Operations.as_view(), name="operations"),
    path("drift/koer-igen/", RunAgain.as_view(), name="operations_run_again"),
]
