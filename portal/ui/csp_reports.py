"""A browser tells that the policy stopped something. What is logged of it is words of our own, never the browser's.

Anybody can send such a report, so nothing of it is repeated: the directive if it is one of ours, the kind of what was
stopped, the route of the page, and the line. It reads at most MOST bytes and logs at most PER_MINUTE a minute.
"""

import json
import logging
import threading
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.ui.headers import PAGE

MOST = 16 * 1024
"""Bytes."""
PER_MINUTE = 20
"""In one process of the web."""
KINDS = {"application/csp-report", "application/reports+json", "application/json"}
DIRECTIVES = frozenset(
    {*PAGE, *(f"{name}-{part}" for name in ("script-src", "style-src") for part in ("elem", "attr"))}
)
WORDS = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "self", "trusted-types-policy", "trusted-types-sink"})

logger = logging.getLogger(__name__)


class Allowance:
    """So many a minute; what was too much is counted and told with the next that is let through."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._lock = threading.Lock()
        self._minute, self._taken, self._missed = 0, 0, 0

    def take(self) -> int | None:
        """How many were missed before this one; None when there is no room for it."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._taken = minute, 0
            if self._taken >= self.per_minute:
                self._missed += 1
                return None
            self._taken += 1
            missed, self._missed = self._missed, 0
            return missed


allowance = Allowance(PER_MINUTE)


@csrf_exempt
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """204; 413, 415, 400 for what is no report, 429 for too many."""
    if (request.content_type or "").lower() not in KINDS:
        return _empty(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if not str(request.META.get("CONTENT_LENGTH") or "0").isdigit() or int(request.META["CONTENT_LENGTH"] or 0) > MOST:
        return _empty(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        reports = told(json.loads(request.read(MOST)), request.get_host())
    except (ValueError, RecursionError):
        return _empty(HTTPStatus.BAD_REQUEST)
    for report in reports:
        missed = allowance.take()
        if missed is None:
            return _empty(HTTPStatus.TOO_MANY_REQUESTS)
        logger.warning("The policy stopped %(what)s by %(directive)s on %(route)s, line %(line)s (%(missed)s not told)",
                       {**report, "missed": missed})  # fmt: skip
    return _empty(HTTPStatus.NO_CONTENT)


def told(sent: Any, host: str) -> list[dict[str, str | int]]:
    """What of it is logged: one dictionary for each report, in either of the two shapes browsers send."""
    bodies = [sent.get("csp-report")] if isinstance(sent, dict) else sent if isinstance(sent, list) else []
    found = []
    for body in bodies:
        inner = body.get("body", body) if isinstance(body, dict) else None
        if isinstance(inner, dict):
            found.append(_one({str(name).replace("-", "").lower(): value for name, value in inner.items()}, host))
    return found


def _one(body: dict[str, Any], host: str) -> dict[str, str | int]:
    directive = str(body.get("effectivedirective") or body.get("violateddirective") or "").partition(" ")[0]
    line = body.get("linenumber")
    return {
        "what": _kind(str(body.get("blockeduri") or body.get("blockedurl") or ""), host),
        "directive": directive if directive in DIRECTIVES else "another directive",
        "route": _route(str(body.get("documenturi") or body.get("documenturl") or ""), host),
        "line": line if isinstance(line, int) and not isinstance(line, bool) and 0 <= line < 10**7 else 0,
    }


def _kind(blocked: str, host: str) -> str:
    if blocked in WORDS:
        return blocked
    try:
        address = urlsplit(blocked)
    except ValueError:
        return "something"
    if address.netloc == host:
        return "a file of ours"
    return "another site" if address.scheme in {"http", "https"} else "something of the browser's"


def _route(document: str, host: str) -> str:
    try:
        address = urlsplit(document)
        return resolve(address.path).route if address.netloc == host else "another site"
    except (ValueError, Resolver404):
        return "no page"


def _empty(status: HTTPStatus) -> HttpResponse:
    return HttpResponse(status=status)
