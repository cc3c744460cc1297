"""The frame's own addresses, with pages that fail in each way. Independent of the apps."""

import time

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from portal.identity.signin.views import SignedOff, SignIn, SignOff
from portal.ui.middleware import after_reading


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


@login_not_required
def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Kun erhvervshuset kan registrere match.")


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("something nobody thought of")


@login_not_required
def bad(request: HttpRequest) -> HttpResponse:
    raise BadRequest("Adressen peger på en side, der ikke findes.")


@login_not_required
def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def _write() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_user SET name = name")


@login_not_required
def writes(request: HttpRequest) -> HttpResponse:
    _write()
    return HttpResponse("written")


@login_not_required
def logs(request: HttpRequest) -> HttpResponse:
    after_reading(request, _write)
    return HttpResponse("read")


@login_not_required
def streams(request: HttpRequest) -> StreamingHttpResponse:
    def rows() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            yield cursor.fetchone()[0].encode()

    return StreamingHttpResponse(rows())


@login_not_required
def sleeps(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")
    return HttpResponse("slept")


@api_view(["GET"])
@permission_classes([])
def sleeps_in_the_api(request: Request) -> Response:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")
    return Response()


@login_not_required
def is_silent(request: HttpRequest) -> HttpResponse:
    """Thinks for so long that the database ends the session."""
    time.sleep(0.8)
    _read()
    return HttpResponse("thought")


@login_not_required
def sleeps_in_a_file(request: HttpRequest) -> StreamingHttpResponse:
    def rows() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")
        yield b"slept"

    return StreamingHttpResponse(rows())


def _read() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@login_not_required
def saves(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_user SET name = %s", [request.POST.get("note", "")])
    return HttpResponse("saved")


urlpatterns = [
    path("gemmer/", saves),
    path("sover/", sleeps),
    path("tier/", is_silent),
    path("sover-i-fil/", sleeps_in_a_file),
    path("api/sover/", sleeps),
    path("api/v1/sover/", sleeps_in_the_api),
    path("", home, name="home"),
    path("log-ind/", SignIn.as_view(), name="sign_in"),
    path("log-af/", SignOff.as_view(), name="sign_off"),
    path("logget-af/", SignedOff.as_view(), name="signed_off"),
    path("nej/", refused),
    path("fejl/", broken),
    path("forkert/", bad),
    path("mangler/", missing),
    path("skriver/", writes),
    path("logger/", logs),
    path("strøm/", streams, name="stream"),
    path("", include("portal.ui.urls")),
]
handler400 = "portal.ui.views.bad_request"
handler403 = "portal.ui.views.permission_denied"
handler404 = "portal.ui.views.not_found"
handler500 = "portal.ui.views.server_error"
