"""A real browser on a real server on the real test database, filled once for all tests of this folder.

Django's flush after every test would cost more than the tests. So here pytest-django's fixture around each test is
replaced: the database is filled and served when the first test begins, and flushed when the last one has ended. The
mark `django_db` stays on every test: without it no test database is made (tests/conftest.py refuses to go on then).
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from portal.identity.models import User
from portal.local import browser as installed
from tests.e2e.visitor import Visitor
from tests.e2e.world import Area, build
from tests.identity.helpers import signed_in
from tests.jobs.machinery import Machinery, own_machinery

FRONT_END = [
    Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js",
    Path(settings.BASE_DIR) / "build" / "static" / "dkfds" / "css" / "dkfds.min.css",
]


class Flush(TransactionTestCase):
    """Only its end is used: it empties the tables and puts back what a new database has."""

    def runTest(self) -> None:  # unittest's name
        pass


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture
def _django_db_helper(area: Area) -> None:
    """Instead of pytest-django's, which would flush after each test."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Chromium]:
    found = installed.find()
    reason = found.reason if isinstance(found, installed.NoBrowser) else ""
    if not all(path.exists() for path in FRONT_END):
        reason = reason or "the front-end parts are not built: run make test"
    if reason or isinstance(found, installed.NoBrowser):
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found.path, args=list(found.args), env=found.environment())
        yield running
        running.close()


@pytest.fixture(scope="package")
def area(chromium: Chromium, django_db_setup: None, django_db_blocker: Any) -> Iterator[Area]:
    """After `chromium`, so that nothing is loaded when there is no browser."""
    with django_db_blocker.unblock():
        Flush.setUpClass()
        flush = Flush()
        flush._pre_setup()
        try:
            yield build()
        finally:
            flush._post_teardown()
            Flush.tearDownClass()
            Flush.doClassCleanups()


@pytest.fixture(scope="package")
def server(area: Area) -> Iterator[str]:
    """The address. Its threads work in the database as the runtime role, as the tests' own thread does."""
    running = LiveServer("localhost")
    yield running.url
    running.stop()


Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def familiar() -> Iterator[dict[tuple[Any, ...], Visitor]]:
    """The browsers of a module that are opened once: a new one fetches style, script and fonts anew for every page."""
    kept: dict[tuple[Any, ...], Visitor] = {}
    yield kept
    for visitor in kept.values():
        visitor.context.close()


@pytest.fixture
def visit(chromium: Chromium, server: str, familiar: dict[tuple[Any, ...], Visitor]) -> Iterator[Visit]:
    """visit("kkr@demo.example", width=1280, script=False): a browser of this person's own, signed in already. With
    `again`, the one that this person had before in the module."""
    visitors: list[Visitor] = []

    def new(
        email: str | None = None, *, width: int = 360, script: bool = True, language: str = "da", again: bool = False
    ) -> Visitor:
        who = (email, width, script, language)
        if email is not None:
            User.objects.filter(email=email).update(language=language)
        visitor = familiar.get(who) if again else None
        if visitor is None:
            visitor = opened(email, width, script, language)
            if again:
                familiar[who] = visitor
        visitors.append(visitor)
        return visitor

    def opened(email: str | None, width: int, script: bool, language: str) -> Visitor:
        context = chromium.new_context(
            base_url=server, viewport={"width": width, "height": 800}, java_script_enabled=script, locale="da-DK"
        )
        context.set_default_timeout(30_000)
        cookies = {} if language == "da" else {settings.LANGUAGE_COOKIE_NAME: language}
        if email is not None:
            client = Client()
            signed_in(client, User.objects.get(email=email))
            cookies["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": value, "url": server} for name, value in cookies.items()])
        return Visitor(context, width, script)

    yield new
    found = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        if visitor in familiar.values():
            visitor.leave()
        else:
            visitor.context.close()
    User.objects.filter(language="en").update(language="da")
    assert found == [], "what the browser complained about"


@pytest.fixture
def machinery(area: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machinery]:
    """A broker of the test's own, and a worker where it starts one; no beat: the wake-up alone must do it."""
    with own_machinery("e2e", monkeypatch, tmp_path) as own:
        yield own
