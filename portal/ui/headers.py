"""What every answer tells the browser it may not do.

The policy of a page names a fresh nonce: only a script and a stylesheet that the page's own template asked for are
loaded, not what somebody got written into the page, nor another file of ours. There is no `unsafe-…`, no attribute that
styles, and no `strict-dynamic`, since no script of ours adds scripts. Strings become markup only through the one policy
of trusted-types.js, and never become script.
"""

import secrets
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

REPORT_PATH = "/csp-rapport/"
PAGE: dict[str, str] = {
    "default-src": "'none'",
    "script-src": "'nonce-{nonce}'",
    "style-src": "'nonce-{nonce}'",
    "img-src": "'self' data:",  # the design system's icons stand in its stylesheet
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "{types}",
    "report-uri": REPORT_PATH,
    "report-to": "csp",
}
# A file or JSON that is opened as if it were a page: nothing runs, nothing loads, nothing is sent.
OTHER = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
HEADERS = {
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in ("accelerometer", "autoplay", "camera", "display-capture", "geolocation", "gyroscope",
                        "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "usb",
                        "screen-wake-lock", "xr-spatial-tracking")
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "same-origin",
}  # fmt: skip


TYPES = "default"
"""The policies by which strings may become markup. A page with a library that has one of its own says so in
`response.trusted_types`."""


def page_policy(nonce: str, types: str = TYPES) -> str:
    return "; ".join(f"{name} {value.format(nonce=nonce, types=types)}" for name, value in PAGE.items())


def is_page(response: HttpResponseBase) -> bool:
    """Will a browser show it as a page of its own?"""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in {"text/html", "application/xhtml+xml"}


class HeadersMiddleware:
    """Near the top: static files, redirects, refusals and faults have the headers too. `request.csp_nonce` is text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        nonce = secrets.token_urlsafe(18)
        request.csp_nonce = nonce  # type: ignore[attr-defined]  # Django's way of handing things on
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if is_page(response):
            response.headers["Content-Security-Policy"] = page_policy(nonce, getattr(response, "trusted_types", TYPES))
            response.headers["Reporting-Endpoints"] = f'csp="{REPORT_PATH}"'
        else:
            response.headers["Content-Security-Policy"] = OTHER
        return response
