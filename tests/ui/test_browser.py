"""The parts of a page in a real browser: nothing sideways at 360 px, nothing axe finds, focus, no script needed."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

from portal.local import browser as installed

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
STYLE = Path(settings.BASE_DIR) / "build" / "static" / "dkfds" / "css" / "dkfds.min.css"
BEYOND = """() => [...document.querySelectorAll("body *")].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 1 && element.checkVisibility()
        && !element.closest(".sr-only, thead");
}).map(element => element.outerHTML.slice(0, 120))"""

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.ui.urls")]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    found = installed.find()
    reason = found.reason if isinstance(found, installed.NoBrowser) else ""
    if not (AXE.exists() and STYLE.exists()):
        reason = reason or "the front-end parts are not built: run make test"
    if reason or isinstance(found, installed.NoBrowser):
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found.path, args=list(found.args), env=found.environment())
        yield running
        running.close()


def opened(chromium: Chromium, address: str, width: int, **options: Any) -> tuple[Page, list[str]]:
    """The page, and what the browser complained about (a breach of the policy among it)."""
    page = chromium.new_context(viewport={"width": width, "height": 800}, **options).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address, wait_until="load")
    return page, complaints


@pytest.mark.parametrize("width", [360, 1280])
def test_all_parts_fit_and_nothing_is_wrong(chromium: Chromium, live_server: Any, width: int) -> None:
    page, complaints = opened(chromium, f"{live_server.url}/ui/", width)
    assert page.evaluate(BEYOND) == []
    assert "vb-error-summary" in page.evaluate("document.activeElement.className")
    page.get_by_role("link", name="Måneden skal være et tal mellem 1 og 12").click()
    assert page.evaluate("document.activeElement.id") == "id_wrong-agreed_month"
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.slow)])
def test_axe_finds_nothing(chromium: Chromium, live_server: Any, width: int) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True).new_page()
    for path in ("/ui/", "/log-ind/", "/was", "/privatliv/", "/nej/", "/mangler/", "/fejl/"):
        page.goto(live_server.url + path, wait_until="load")
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        wrong = [(path, rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]]
        assert wrong == []
    page.context.close()


def test_the_menu_opens_without_javascript(chromium: Chromium, live_server: Any) -> None:
    page, _complaints = opened(chromium, f"{live_server.url}/was", 360, java_script_enabled=False)
    menu = page.locator("details.vb-menu")
    assert not menu.get_by_role("button", name="English").is_visible()
    menu.locator("summary").click()
    menu.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Accessibility statement"
    assert page.url == f"{live_server.url}/was"
    page.context.close()


def test_the_keyboard_goes_straight_to_the_content(chromium: Chromium, live_server: Any) -> None:
    page, _complaints = opened(chromium, f"{live_server.url}/was", 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Gå til sidens indhold"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    page.context.close()


def test_a_table_is_still_a_table_when_it_is_folded(chromium: Chromium, live_server: Any) -> None:
    page, _complaints = opened(chromium, f"{live_server.url}/ui/", 360)
    table = page.get_by_role("table", name="Match efter arbejdssted")
    assert table.get_by_role("columnheader", name="Måltal").count() == 1
    assert table.get_by_role("rowheader", name="Morsø").count() == 1
    assert table.get_by_role("cell", name="ikke relevant").count() == 2
    page.context.close()


def test_a_double_click_sends_once(chromium: Chromium, live_server: Any) -> None:
    page, _complaints = opened(chromium, f"{live_server.url}/ui/", 1280)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/*", lambda route: route.fulfill(status=204) if route.request.method == "POST" else route.continue_())
    button = page.get_by_role("button", name="Registrér").first
    button.dblclick()
    page.wait_for_timeout(500)
    assert len(sent) == 1
    page.context.close()


def test_two_weights_of_the_font_are_all_that_is_fetched(chromium: Chromium, live_server: Any) -> None:
    page = chromium.new_context().new_page()
    fonts: set[str] = set()
    page.on("request", lambda request: fonts.add(request.url.rpartition("/")[2]) if "font" in request.url else None)
    page.goto(f"{live_server.url}/ui/", wait_until="load")
    assert fonts == {"IBMPlexSans-Regular-Latin1.woff2", "IBMPlexSans-SemiBold-Latin1.woff2"}
    page.context.close()
