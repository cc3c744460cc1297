"""What the first page costs on a cold browser, counted as it goes over the wire, with static files as in production."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import CDPSession

from tests.e2e.conftest import Visit
from tests.e2e.visitor import LEAST_SHIFT, Visitor

MOST = 150_000
"""Bytes."""


@pytest.fixture
def published(visit: Visit, tmp_path: Path) -> Iterator[str]:
    """A second server whose static files are collected, named by their content and compressed; the address."""
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with override_settings(
        STORAGES=storages, STATIC_ROOT=tmp_path, WHITENOISE_AUTOREFRESH=False, WHITENOISE_USE_FINDERS=False
    ):
        # The parts of the API's documentation are large and on none of our pages.
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["drf_*", "rest_framework"])
        thread = LiveServerThread("localhost", static_handler=lambda application: application)
        thread.daemon = True
        thread.start()
        assert thread.is_ready.wait(30)
        assert thread.error is None
        yield f"http://localhost:{thread.port}"
        thread.terminate()


def weigh(devtools: CDPSession) -> dict[str, int]:
    """Address → bytes as received, headers and all, filled while the page loads."""
    address: dict[str, str] = {}
    bytes_of: dict[str, int] = {}
    devtools.on("Network.responseReceived", lambda said: address.update({said["requestId"]: said["response"]["url"]}))
    devtools.on(
        "Network.loadingFinished",
        lambda said: bytes_of.update({address.get(said["requestId"], "?"): int(said["encodedDataLength"])}),
    )
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return bytes_of


@pytest.mark.parametrize("path", ["/", "/match/ny/"])
def test_the_first_page_weighs_at_most_150_kb_and_stands_still(
    visit: Visit, chromium: Chromium, published: str, path: str
) -> None:
    """Fresh browser, signed in, nothing in the cache."""
    adviser: Visitor = visit("raadgiver@demo.example")
    session = next(cookie for cookie in adviser.context.cookies() if cookie["name"] == "sessionid")
    adviser.context.add_cookies([{"name": "sessionid", "value": session["value"], "url": published}])
    weights = weigh(adviser.context.new_cdp_session(adviser.page))
    adviser.go(published + path)
    adviser.page.wait_for_load_state("networkidle")
    assert {address.rpartition(".")[2] for address in weights} >= {"css", "js", "woff2"}, weights
    shown = "\n".join(f"{size:>8} {address}" for address, size in sorted(weights.items(), key=lambda each: -each[1]))
    assert sum(weights.values()) <= MOST, f"{sum(weights.values())} bytes\n{shown}"
    assert adviser.shift() < LEAST_SHIFT, adviser.moved


@pytest.mark.parametrize(("kind", "begins"), [("csv", "\ufeff".encode()), ("xlsx", b"PK")])
def test_a_file_comes_through_whole(visit: Visit, kind: str, begins: bytes) -> None:
    """Files are streamed, and compressed on the way."""
    adviser = visit("raadgiver@demo.example")
    answer = adviser.context.request.get(f"/match/?export={kind}")
    assert answer.ok
    assert answer.body().startswith(begins)
