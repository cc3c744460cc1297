"""Nothing moves under the reader's eyes, however the page comes: with fonts that are late, and in pieces."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from django.urls import reverse
from playwright.sync_api import Route

from portal.identity.roles import Role
from tests.e2e.conftest import Visit
from tests.e2e.world import Area

PIECE = 500
"""Bytes."""
PAUSE = 0.02
"""Seconds: longer than the browser needs to paint."""


class InPieces:
    """A server on a slow line: pages leave in pieces."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = StaticFilesHandler(application)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        answer: Any = self.application(environ, start_response)
        with closing(answer):
            whole = b"".join(answer)
        for start in range(0, len(whole), PIECE):
            yield whole[start : start + PIECE]
            if whole.startswith(b"<!doctype html>"):
                time.sleep(PAUSE)


@pytest.fixture
def slow(area: Area) -> Iterator[str]:
    thread = LiveServerThread("localhost", static_handler=InPieces)
    thread.daemon = True
    thread.start()
    assert thread.is_ready.wait(30)
    assert thread.error is None
    yield f"http://localhost:{thread.port}"
    thread.terminate()


def late(route: Route) -> None:
    """Later than any font's block period."""
    time.sleep(1)
    route.continue_()


@pytest.mark.parametrize("width", [360, 1280])
def test_fonts_that_come_late_move_nothing(visit: Visit, area: Area, width: int) -> None:
    """Another font would break lines elsewhere, so every face is left out when it is late."""
    reader = visit(str(area.access.own[Role.KKR_VIEWER].email), width=width)
    reader.page.route("**/*.woff2", late)
    reader.go(reverse("reporting:figure", kwargs=area.access.kwargs("reporting:figure")))
    reader.page.wait_for_timeout(500)
    assert set(reader.page.evaluate("[...document.fonts].map(face => face.display)")) == {"optional"}
    assert reader.shift() == 0, reader.moved


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_that_comes_in_pieces_moves_nothing(visit: Visit, area: Area, slow: str, width: int) -> None:
    """A long table widens its columns with every row that comes."""
    adviser = visit(str(area.access.own[Role.HUB_ADVISER].email), width=width)
    session = next(cookie for cookie in adviser.context.cookies() if cookie["name"] == "sessionid")
    adviser.context.add_cookies([{"name": "sessionid", "value": session["value"], "url": slow}])
    adviser.go(slow + reverse("matching:list"))
    assert adviser.shift() == 0, adviser.moved
