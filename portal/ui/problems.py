"""Every error of the API as `application/problem+json` (RFC 9457), in the caller's language.

Members: type (an address that explains the kind), title, status, detail (what was wrong this time), instance (the path
asked for) and, where fields are to blame, errors: {field: [message, …]}. Fields inside fields are joined by a dot, and
what concerns no single field stands under "general".
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from portal.ui.busy import RETRY_AFTER, is_busy

MEDIA_TYPE = "application/problem+json"
TYPE_ADDRESS = "/api/v1/problems/"
GENERAL = "general"
"""The key in `errors` for what concerns no single field."""

logger = logging.getLogger("django.request")


@dataclass(frozen=True)
class ProblemKind:
    """A kind of error: the last part of its address, its status, its title, and what the caller can do about it."""

    slug: str
    status: int
    title: str | Promise
    advice: str | Promise

    @property
    def type(self) -> str:
        return TYPE_ADDRESS + self.slug


_kinds: dict[str, ProblemKind] = {}


def kind(slug: str, status: int, title: str | Promise, advice: str | Promise) -> ProblemKind:
    """Declare a kind of error; apps declare their own."""
    if slug in _kinds:
        raise ValueError(f"the problem {slug} is declared twice")
    _kinds[slug] = ProblemKind(slug, status, title, advice)
    return _kinds[slug]


def kinds() -> dict[str, ProblemKind]:
    return dict(_kinds)


INVALID = kind(
    "invalid",
    400,
    gettext_lazy("Something must be corrected"),
    gettext_lazy("Correct the fields named in errors and send the request again."),
)
MALFORMED = kind(
    "malformed",
    400,
    gettext_lazy("The request cannot be read"),
    gettext_lazy("Send JSON in UTF-8 with the header Content-Type: application/json."),
)
NOT_SIGNED_IN = kind(
    "not-signed-in",
    401,
    gettext_lazy("A valid token is needed"),
    gettext_lazy("Send the header Authorization: Bearer <token> with a token of your own."),
)
REFUSED = kind(
    "refused",
    403,
    gettext_lazy("You may not do this"),
    gettext_lazy("The detail says why. Another role in your organisation may be allowed to."),
)
NOT_FOUND = kind(
    "not-found",
    404,
    gettext_lazy("Not found"),
    gettext_lazy("It does not exist, or it is not yours to see; the answer is the same. Addresses end with a slash."),
)
METHOD = kind(
    "method-not-allowed",
    405,
    gettext_lazy("This address does not take that method"),
    gettext_lazy("The header Allow lists the methods that it takes."),
)
NOT_ACCEPTABLE = kind(
    "not-acceptable",
    406,
    gettext_lazy("The answer does not exist in that format"),
    gettext_lazy("Send Accept: application/json, or leave the header out."),
)
TOO_LARGE = kind(
    "too-large",
    413,
    gettext_lazy("The request is too large"),
    gettext_lazy("Send less at a time."),
)
MEDIA = kind(
    "unsupported-media-type",
    415,
    gettext_lazy("The request has a format the portal does not read"),
    gettext_lazy("Send JSON in UTF-8 with the header Content-Type: application/json."),
)
TOO_MANY = kind(
    "too-many-requests",
    429,
    gettext_lazy("Too many requests"),
    gettext_lazy("Wait the number of seconds in the header Retry-After."),
)
INTERNAL = kind(
    "internal-error",
    500,
    gettext_lazy("Something went wrong in the portal"),
    gettext_lazy("The error has been logged. Try again later; with the same Idempotency-Key nothing is done twice."),
)
BUSY = kind(
    "busy",
    503,
    gettext_lazy("The portal is busy"),
    gettext_lazy("Wait the seconds of the header Retry-After; with the same Idempotency-Key nothing is done twice."),
)
BY_STATUS = {
    400: INVALID,
    401: NOT_SIGNED_IN,
    403: REFUSED,
    404: NOT_FOUND,
    405: METHOD,
    406: NOT_ACCEPTABLE,
    413: TOO_LARGE,
    415: MEDIA,
    429: TOO_MANY,
    500: INTERNAL,
    503: BUSY,
}


class Problem(Exception):  # the word of RFC 9457
    """Raise it in a view: an error of a declared kind with this detail and these further members."""

    def __init__(self, of: ProblemKind, detail: str | Promise, **members: Any) -> None:
        super().__init__(str(detail))
        self.kind = of
        self.detail = detail
        self.members = members
        self.headers: dict[str, str] = {}

    def with_headers(self, **headers: str) -> "Problem":
        """The same with further headers of the answer."""
        self.headers |= headers
        return self


def invalid(errors: Mapping[str, Any]) -> Problem:
    """Messages at fields: {field: message | [message, …] | {inner field: …}}."""
    return Problem(INVALID, _("See the messages at the fields."), errors=flatten(errors))


def flatten(errors: Any, prefix: str = "") -> dict[str, list[str]]:
    """{field: [text, …]} from the nested dictionaries and lists that serializers and forms give."""
    flat: dict[str, list[str]] = {}
    if isinstance(errors, Mapping):
        for field, inner in errors.items():
            name = GENERAL if field in {"non_field_errors", "__all__"} else str(field)
            path = name if not prefix else prefix if name == GENERAL else f"{prefix}.{name}"
            for where, messages in flatten(inner, path).items():
                flat.setdefault(where, []).extend(messages)
        return flat
    if isinstance(errors, list | tuple):
        for index, inner in enumerate(errors):
            nested = isinstance(inner, Mapping | list | tuple)
            for where, messages in flatten(inner, f"{prefix}.{index}" if nested else prefix).items():
                flat.setdefault(where, []).extend(messages)
        return flat
    return {prefix or GENERAL: [str(errors)]}


def body(of: ProblemKind, detail: str | Promise, instance: str, **members: Any) -> dict[str, Any]:
    return {
        "type": of.type,
        "title": str(of.title),
        "status": of.status,
        "detail": str(detail),
        "instance": instance,
        **members,
    }


def _read_problem(problem: Exception) -> Problem | None:
    """What an exception says to the caller; None for one that is nobody's fault but ours."""
    if isinstance(problem, Problem):
        return problem
    if isinstance(problem, ValidationError):
        return invalid(problem.message_dict if hasattr(problem, "error_dict") else {GENERAL: problem.messages})
    if isinstance(problem, exceptions.ValidationError):
        return invalid(problem.detail if isinstance(problem.detail, Mapping) else {GENERAL: problem.detail})
    if isinstance(problem, Http404 | exceptions.NotFound):
        return Problem(NOT_FOUND, NOT_FOUND.advice)  # never the exception's words: they can name what is hidden
    if isinstance(problem, PermissionDenied):
        return Problem(REFUSED, str(problem) or REFUSED.advice)
    if isinstance(problem, exceptions.ParseError):
        return Problem(MALFORMED, _text(problem.detail))
    if isinstance(problem, exceptions.APIException):
        of = BY_STATUS.get(problem.status_code, INTERNAL)
        if problem.status_code not in BY_STATUS:
            logger.error("the API has no kind of problem for status %s", problem.status_code)
        return Problem(of, _text(problem.detail) or of.advice)
    if isinstance(problem, RequestDataTooBig):
        return Problem(TOO_LARGE, TOO_LARGE.advice)
    if isinstance(problem, SuspiciousOperation | BadRequest):
        return Problem(MALFORMED, MALFORMED.advice)
    return None


def _text(detail: Any) -> str:
    """The words of an APIException, whose detail may be a text, a list or a dictionary."""
    return (
        str(detail)
        if isinstance(detail, str)
        else " ".join(text for texts in flatten(detail).values() for text in texts)
    )


def exception_handler(problem: Exception, context: dict[str, Any]) -> Response:
    """Django REST framework's hook: an answer for every exception, also the unforeseen."""
    request = context["request"]._request
    said = Problem(BUSY, BUSY.advice) if is_busy(problem) else _read_problem(problem)
    if said is not None and said.kind is BUSY:
        logger.error("%s", BUSY.slug, exc_info=problem, extra={"request": request, "status_code": BUSY.status})
    if said is None:
        # As Django does for a page: whoever listens for errors (logs, tests) hears of it all the same.
        got_request_exception.send(sender=exception_handler, request=request)
        logger.error("%s: %s", HTTPStatus(500).phrase, request.path, exc_info=problem, extra={"request": request})
        said = Problem(INTERNAL, INTERNAL.advice)
    headers = dict(said.headers)
    if said.kind is BUSY:
        headers["Retry-After"] = str(RETRY_AFTER)
    if getattr(problem, "auth_header", None):
        headers["WWW-Authenticate"] = str(problem.auth_header)  # type: ignore[attr-defined]
    if getattr(problem, "wait", None):
        headers["Retry-After"] = str(max(1, round(problem.wait)))  # type: ignore[attr-defined]
    return Response(
        body(said.kind, said.detail, request.path, **said.members),
        status=said.kind.status,
        headers=headers,
        content_type=MEDIA_TYPE,
    )


def plain_response(request: HttpRequest, status: int) -> HttpResponse:
    """The same answer for an error met outside the views of the API (handler404, handler500 and their like)."""
    of = BY_STATUS.get(status, INTERNAL) if status != HTTPStatus.BAD_REQUEST else MALFORMED
    response = HttpResponse(
        json.dumps(body(of, of.advice, request.path), ensure_ascii=False), status=of.status, content_type=MEDIA_TYPE
    )
    if of is BUSY:
        response["Retry-After"] = str(RETRY_AFTER)
    return response
