"""One line for each request: method, route, status, milliseconds. No address, no person, no browser.

The server's own access log would write the address with its query; it is off (gunicorn.conf.py).
"""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.logs.records import method_of, route_of

QUIET = "/healthz"  # asked every few seconds

logger = logging.getLogger("portal.access")


class AccessLogMiddleware:
    """Below RequestIdMiddleware, above all the rest. `ms` is until the answer is ready to be sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begin = time.monotonic()
        response = self.get_response(request)
        if request.path_info != QUIET and logger.isEnabledFor(logging.INFO):
            line = {
                "method": method_of(request),
                "route": route_of(request),
                "status": response.status_code,
                "ms": round((time.monotonic() - begin) * 1000),
            }
            logger.info("request", extra={"access": line})
        return response
