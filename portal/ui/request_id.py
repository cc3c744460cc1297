"""Every request has an id: on `request.id`, in the answer's header X-Request-ID, on error pages, and in what is logged.

A UUID as text. The proxy may give it, so that its log and ours tell of the same request; what anybody else sends is not
taken, since it would let a stranger write in the log or pass for another request.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from ipaddress import ip_address, ip_network
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse

HEADER = "X-Request-ID"
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request that is being answered; empty outside of one (a worker, a command)."""
    return _current.get()


def request_id(request: HttpRequest) -> str:
    """The same for a request in the hand; empty for one that has not come through the middleware."""
    return str(getattr(request, "id", ""))


class RequestIdMiddleware:
    """First of all, so that whatever is answered or logged below it has the id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = _given(request) or str(uuid.uuid4())
        request.id = number  # type: ignore[attr-defined]  # Django's way of handing things on
        token = _current.set(number)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _within(number, cast(Iterable[bytes], response.streaming_content))
        response.headers[HEADER] = number
        return response


def from_proxy(request: HttpRequest) -> bool:
    """Was the request handed on by one of PROXY_ADDRESSES (addresses or networks)?"""
    try:
        sender = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a socket of this machine has no address
        return False
    return any(sender in ip_network(network, strict=False) for network in settings.PROXY_ADDRESSES)


def _given(request: HttpRequest) -> str:
    sent = request.headers.get(HEADER, "")
    if not sent or not from_proxy(request):
        return ""
    try:
        return str(uuid.UUID(sent))
    except ValueError:
        return ""


def _within(number: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The id stands while a streamed answer is made too, which is after the middleware has returned."""
    pieces = iter(chunks)
    while True:
        token = _current.set(number)
        try:
            piece = next(pieces)
        except StopIteration:
            return
        finally:
            _current.reset(token)
        yield piece
