"""Reading cannot write: a GET runs in a READ ONLY transaction. Also which language, and that a form which comes back
with errors is a 400.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from portal.ledger.disclosure import asked_once
from portal.ui.busy import limit_export

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_AFTER, _REFUSED = "_after_reading", "_refused"

API_PREFIX = "/api/"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def after_reading(request: HttpRequest, write: Callable[[], None]) -> None:
    """Let `write` run after the read-only transaction has ended and before the answer leaves (access logs only)."""
    request.__dict__.setdefault(_AFTER, []).append(write)


def is_api(request: HttpRequest) -> bool:
    """Is this a program, which has no use for a page or a cookie?"""
    return request.path_info.startswith(API_PREFIX)


def accepted_language(request: HttpRequest) -> str:
    """The first language of Accept-Language that we have (`en` for `en-GB`); empty when there is none."""
    for code, _quality in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if code.partition("-")[0] in dict(settings.LANGUAGES):
            return code.partition("-")[0]
    return ""


class LanguageMiddleware:
    """The language of the person who is signed in, else the one chosen on this device, else Danish.

    What the browser prefers is not asked: Danish comes first here, and the switch is on every page. A program that
    calls the API has no switch, so there Accept-Language decides, and nothing else.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_api(request):
            self._activate(request, accepted_language(request))
        else:
            self._activate(request, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        response = self.get_response(request)
        if is_api(request):
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        actor = getattr(request, "actor", None)
        if actor is not None and not is_api(request):
            self._activate(request, actor.user.language)

    @staticmethod
    def _activate(request: HttpRequest, code: str) -> None:
        known = code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(known)
        request.LANGUAGE_CODE = known


def refused(request: HttpRequest) -> None:
    """Say that the page tells what is wrong with what was sent."""
    request.__dict__[_REFUSED] = True


class RefusedMiddleware:
    """A form that comes back with its errors is an answer to bad input: 400, on every page alike."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == HTTPStatus.OK and request.__dict__.get(_REFUSED):
            response.status_code = HTTPStatus.BAD_REQUEST
        return response


class ReadOnlyMiddleware:
    """GET, HEAD and OPTIONS run READ ONLY; a streamed answer gets a read-only transaction of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """A null in a page's address is nobody's search, and no database can be asked for one; the API says where."""
        if not is_api(request) and "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest(_("The address has a character that cannot be read."))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with read_only(), asked_once():
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _streamed(cast(Iterable[bytes], response.streaming_content))
        for write in request.__dict__.get(_AFTER, []):
            write()
        return response


@contextmanager
def read_only() -> Iterator[None]:
    """A transaction in which the database refuses to be written in."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        # Nothing was written, so there is nothing to commit; after a database error it is the only end there is.
        transaction.set_rollback(True)


def _streamed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    with read_only():
        limit_export()
        yield from chunks
