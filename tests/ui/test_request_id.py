"""Every request has an id that one can quote: on the request, in the header, on error pages, while it streams."""

import uuid

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory, override_settings

from portal.ui.request_id import HEADER, RequestIdMiddleware, current_request_id

SENT = "0b9a2c1e-7d3f-4a55-9c1b-2f8d6e4a7b10"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]


@pytest.mark.parametrize("path", ["/", "/nej/", "/mangler/", "/forkert/", "/fejl/", "/static/findes-ikke.css"])
def test_every_answer_carries_a_new_one(path: str) -> None:
    browser = Client(raise_request_exception=False)
    first, second = (browser.get(path)[HEADER] for _time in range(2))
    assert first != second
    assert str(uuid.UUID(first)) == first


@pytest.mark.parametrize("path", ["/nej/", "/mangler/", "/forkert/", "/fejl/"])
def test_an_error_page_shows_the_number_of_its_header(path: str) -> None:
    page = Client(raise_request_exception=False).get(path)
    assert f"<code>{page[HEADER]}</code>" in page.content.decode()


@pytest.mark.parametrize(
    ("proxies", "sent", "taken"),
    [
        (["127.0.0.1"], SENT, True),
        (["127.0.0.0/8"], SENT, True),
        (["127.0.0.1"], SENT.replace("-", ""), True),  # as nginx writes $request_id
        (["127.0.0.1"], "<script>", False),
        (["127.0.0.1"], "x" * 9000, False),
        (["10.0.0.0/8", "::1"], SENT, False),
        ([], SENT, False),
    ],
)
def test_only_the_proxy_may_give_one(proxies: list[str], sent: str, taken: bool) -> None:
    with override_settings(PROXY_ADDRESSES=proxies):
        answered = Client(headers={HEADER: sent}).get("/")[HEADER]
    assert (answered == SENT) is taken


def test_it_stands_while_the_answer_is_made_and_streamed_and_no_longer() -> None:
    seen = []

    def view(request: HttpRequest) -> StreamingHttpResponse:
        seen.append(current_request_id())

        def pieces() -> object:
            for _piece in range(2):
                seen.append(current_request_id())
                yield b"x"

        return StreamingHttpResponse(pieces())

    request = RequestFactory().get("/")
    response = RequestIdMiddleware(view)(request)
    assert current_request_id() == ""
    for _piece in response:
        assert current_request_id() == ""  # between the pieces the thread is not the request's
    assert seen == [request.id, request.id, request.id]  # type: ignore[attr-defined]


def test_it_goes_when_the_view_fails() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        RequestIdMiddleware(view)(RequestFactory().get("/"))
    assert current_request_id() == ""
