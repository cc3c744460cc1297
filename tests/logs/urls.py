"""Addresses that fail with what they were sent in every way there is, beside those of the portal."""

import logging
from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from portal.identity.models import User

logger = logging.getLogger("portal.tests")
stranger = logging.getLogger("somebody.elses.library")


def sent(request: HttpRequest) -> str:
    own = request.headers.get("X-Own")
    return f"{request.GET.get('q')} {request.POST.get('b')} {own} {request.COOKIES} {request.path}"


@login_not_required
@csrf_exempt
def fails(request: HttpRequest, word: str) -> HttpResponse:
    try:
        raise ValueError(sent(request))
    except ValueError as problem:
        raise RuntimeError(f"{word} {sent(request)}") from problem


@login_not_required
@csrf_exempt
def suspicious(request: HttpRequest, word: str) -> HttpResponse:
    raise SuspiciousOperation(sent(request))


@login_not_required
@csrf_exempt
def twice(request: HttpRequest, word: str) -> HttpResponse:
    for _time in range(2):
        User.objects.create(email=f"{word}@example.dk", name=word)
    return HttpResponse()


@login_not_required
@csrf_exempt
def unreadable(request: HttpRequest, word: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [word])
    return HttpResponse()


@login_not_required
@csrf_exempt
def breaks_off(request: HttpRequest, word: str) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        yield b"begun"
        raise RuntimeError(sent(request))

    return StreamingHttpResponse(pieces())


@login_not_required
@csrf_exempt
def careless(request: HttpRequest, word: str) -> HttpResponse:
    """Somebody writes into the log what does not belong there."""
    stranger.error("asked %s and %(got)s", word)
    stranger.error("got %(body)s", {"body": request.body})
    stranger.error("%r", request.META)
    stranger.error(ValueError(word))
    stranger.error("in extra", extra={"body": request.body, "user": word})
    logger.error("it failed: %s", ValueError(word))
    logger.error("we wrote to %s", f"{word}@example.dk")
    logger.error("went to /match/?text=%s", word)
    logger.error("token vb_%s", word)
    logger.error("Authorization: Bearer %s", word)
    logger.error("Cookie: sessionid=%s; csrftoken=%s", word, word)
    logger.error("postgres://vaekstbro:%s@database/vaekstbro", word)
    logger.error("the person 010190-1234 and 0101901234")
    return HttpResponse()


urlpatterns = [
    path("fejler/<str:word>/", fails),
    path("mistaenkelig/<str:word>/", suspicious),
    path("to-gange/<str:word>/", twice),
    path("ulaeselig/<str:word>/", unreadable),
    path("braekker-af/<str:word>/", breaks_off),
    path("skoedesloes/<str:word>/", careless),
    path("", include("portal.urls")),
]
handler400 = "portal.ui.views.bad_request"
handler403 = "portal.ui.views.permission_denied"
handler404 = "portal.ui.views.not_found"
handler500 = "portal.ui.views.server_error"
