"""ETag, If-None-Match and If-Match of the API (RFC 9110): read only what is new, and change only what was seen.

A record's tag is a digest of what the answer says, in the language it says it in: strong, whatever the cause of a
change. Where the answer says when it was computed, that moment is left out of the digest, and the tag is weak.

A proxy or our own compression may put `W/` before a strong tag on its way; it is still the tag of the same answer, so
If-Match takes it without. Otherwise every client that accepts gzip would be refused.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from portal.ui import problems
from portal.ui.api_rendering import PortalJSONRenderer
from portal.ui.problems import Problem, invalid

REQUIRED = problems.kind(
    "if-match-required",
    428,
    gettext_lazy("Say which version you are changing"),
    gettext_lazy("Read the record, and send its ETag as the header If-Match with the change."),
)
STALE = problems.kind(
    "stale",
    412,
    gettext_lazy("The record has changed since you read it"),
    gettext_lazy("Read it again, see whether the change is still right, and send it with the new ETag."),
)

PASSING = "computed_at"
"""Says when, not what: of an answer that has it, the tag is weak."""

TAGS = re.compile(r'\s*(?:(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,\s*|$))+', re.ASCII)
TAG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')


def tag_of(data: Any) -> str:
    """The tag of an answer in the language that is active."""
    weak = isinstance(data, Mapping) and PASSING in data
    said = {name: value for name, value in data.items() if name != PASSING} if weak else data
    digest = hashlib.sha256(PortalJSONRenderer().render(said))
    digest.update((translation.get_language() or "").encode())
    return f'{"W/" if weak else ""}"{digest.hexdigest()[:32]}"'


def stamp(request: Request, response: Response) -> None:
    """Give an answer its tag; whoever has it already (If-None-Match) is told so with 304 and no body."""
    tag = tag_of(response.data)
    response["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ("Authorization",))
    held = request.headers.get("If-None-Match")
    if held is not None and _holds(held, tag):
        response.add_post_render_callback(_not_modified)


def _not_modified(response: Any) -> HttpResponse:
    """The same headers without what describes a body."""
    empty = HttpResponse(status=304, headers=dict(response.headers))
    del empty["Content-Type"]
    return empty


def _holds(held: str, tag: str) -> bool:
    """Weak comparison: `W/` makes no difference. What is no list of tags holds nothing."""
    return held.strip() == "*" or tag.removeprefix("W/") in _tags(held)


def _tags(header: str) -> list[str]:
    return TAG.findall(header) if TAGS.fullmatch(header) else []


class IfMatch:
    """The versions a caller has seen of a record that is to be changed. Raises Problem: 428 without, 400 for nonsense.

    `check(data)` is called with what the record says now, its row locked: 412 unless that was seen.
    """

    def __init__(self, request: Request) -> None:
        header = request.headers.get("If-Match")
        if header is None:
            raise Problem(REQUIRED, REQUIRED.advice)
        self.any = header.strip() == "*"
        self.seen = _tags(header)
        if not self.any and not self.seen:
            raise invalid({"If-Match": _('Write the ETag as it came, with its quotation marks: "…".')})

    def check(self, data: Any) -> None:
        if not self.any and tag_of(data) not in self.seen:
            raise Problem(STALE, STALE.advice)


def changed(data: Any, address: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a change: the record as it stands now, its address and its tag, to go on from."""
    return Response(data, status, headers={"ETag": tag_of(data), "Content-Location": address, **(headers or {})})


def if_match_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "If-Match",
        str,
        OpenApiParameter.HEADER,
        required=True,
        description="The ETag of the record as you read it, in the same language; `*` changes whatever stands there.",
        examples=[OpenApiExample("As it was read", '"5d41402abc4b2a76b9719d911017c592"')],
    )
