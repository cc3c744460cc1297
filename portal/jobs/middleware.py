"""/healthz is answered before anything else: without session, transaction, language or host name.

The rest of the middleware asks the database, which is what is in doubt here; who polls uses an inner address.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.jobs.views import healthz

PATH = "/healthz"


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == PATH:
            return healthz(request)
        return self.get_response(request)
