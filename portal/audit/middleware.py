"""Around every request: the stamp on the connection is taken off again; what was shown and what left is logged."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse

from portal.audit import context, exports, openings
from portal.ui.export import Exported


class TrailMiddleware:
    """Outside the read-only transaction, so that a reading request may leave its line in a log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """The person of a page is known by now; whom a token stands for, the API says itself."""
        context.stamp_request(request, getattr(request, "actor", None))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            with openings.noting() as shown:
                response = self.get_response(request)
        finally:
            context.clear_request(request)
        actor = getattr(request, "actor", None)
        if actor is None:
            return response
        if shown:
            openings.write(request, actor, shown)
        exported = getattr(response, "exported", None)
        if exported is not None and isinstance(response, StreamingHttpResponse):
            line = exports.begin(request, actor, exported)
            chunks = cast(Iterable[bytes], response.streaming_content)
            response.streaming_content = _to_the_end(chunks, exported, line)
        return response


def _to_the_end(chunks: Iterable[bytes], exported: Exported, line: int) -> Iterator[bytes]:
    yield from chunks
    exports.end(line, exported.rows)
