"""Nothing that is a person's may lie in a cache that others use, and nothing of ours lies in any without being told to.

Every answer is `private, no-store`, also errors, redirects and refusals: pages carry a token, a nonce and a name. Two
things may differ. A view that says `private, no-cache` (a program that asks again with an ETag) is left alone. A view
that says `public` is, where the request has nothing personal about it: no session, no token, no cookie set.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from portal.ui.middleware import is_api

PRIVATE = "private, no-store"


def directives(response: HttpResponseBase) -> set[str]:
    """The names in Cache-Control: {"private", "no-cache", "max-age"}."""
    parts = response.headers.get("Cache-Control", "").lower().split(",")
    return {part.partition("=")[0].strip() for part in parts if part.strip()}


def personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Does the answer belong to somebody, or make somebody known?"""
    return bool(
        getattr(request, "actor", None) is not None
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        or "Authorization" in request.headers
        or response.cookies
    )


class CacheMiddleware:
    """Below HeadersMiddleware and above everything that makes answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        said = directives(response)
        if "public" in said and request.path_info.startswith(settings.STATIC_URL) and not response.cookies:
            return response  # a file of the installation, the same for everybody
        if "public" in said and not personal(request, response):
            allowed = True
        else:
            allowed = "private" in said and bool(said & {"no-store", "no-cache"}) and "public" not in said
        if not allowed:
            response.headers["Cache-Control"] = PRIVATE
            for name in ("Expires", "Last-Modified"):
                response.headers.pop(name, None)
        if hasattr(request, "session"):  # not what is answered before anybody is asked who it is: /healthz
            patch_vary_headers(response, ("Authorization",) if is_api(request) else ("Cookie",))
        return response
