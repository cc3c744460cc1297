"""Somebody in front of a browser, and what must hold of every page they meet."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator

BEYOND = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")].filter(element => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > innerWidth + 1 && element.checkVisibility();
    }).map(element => element.outerHTML.slice(0, 160))"""
SHIFTED = """() => new Promise(done => {
    let sum = 0;
    const moved = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
            sum += entry.value;
            for (const {node, previousRect: was, currentRect: is} of entry.sources) moved.push(
                `${node?.outerHTML?.slice(0, 120) ?? node?.textContent?.slice(0, 60)}:`
                + ` ${was.x},${was.y} ${was.width}x${was.height} -> ${is.x},${is.y} ${is.width}x${is.height}`);
        }
    }).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => setTimeout(() => done([sum, moved]), 10));
})"""
"""What has moved till now: what has been seen is told at once."""
STOPPED = """document.addEventListener("securitypolicyviolation", event => console.error(
    `Content Security Policy stopped ${event.blockedURI} by ${event.effectiveDirective}: ${event.sample}`))"""
LEAST_SHIFT = 0.05
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Visitor:
    def __init__(self, context: BrowserContext, width: int, script: bool) -> None:
        self.context, self.width, self.script = context, width, script
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.moved: list[str] = []
        """What moved when shift() was asked last, so that a failure says it."""
        self.page.on("console", self._hear)
        self.page.add_init_script(STOPPED)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        """Anything the browser says is a complaint (a breach of the policy among it), but a refused page is an answer:
        a 4xx of the page itself is what the test looks at."""
        refused = re.search(r"the server responded with a status of 4\d\d", message.text)
        if not (refused and message.location["url"].startswith(self.page.url.partition("?")[0])):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> int:
        """Open an address and check what must hold of every page; returns its status."""
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        self.check()
        return answer.status

    def leave(self) -> None:
        """To no page: one that stays open for seconds is told that it preloaded a font that it did not use at once."""
        self.page.goto("about:blank")
        self.complaints.clear()

    def press(self, name: str, **how: Any) -> None:
        """Press the button, wait for the page that comes, and check it."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=name, exact=True, **how).click()
        self.check()

    def follow(self, link: Locator) -> None:
        """Follow a link and check the page that comes."""
        with self.page.expect_navigation(wait_until="load"):
            link.click()
        self.check()

    def widen(self, width: int) -> None:
        """The same page in a window of another width."""
        if width != self.width:
            self.width = width
            self.page.set_viewport_size({"width": width, "height": 800})
            self.check()

    def check(self) -> None:
        """Nobody acts on a page before it is painted: a browser that is still to place the focus would complain."""
        if self.script:
            self.page.evaluate(PAINTED)
        assert self.page.evaluate(BEYOND) == [], f"{self.page.url} is wider than {self.width} px"

    def link(self, name: str | re.Pattern[str], **how: Any) -> Locator:
        return self.page.get_by_role("link", name=name, **how)

    @property
    def text(self) -> str:
        """The main part as a person reads it: single spaces."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    @property
    def heading(self) -> str:
        return re.sub(r"\s+", " ", self.page.get_by_role("heading", level=1).inner_text())

    @property
    def focus(self) -> str:
        """The id of what has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))

    def shift(self) -> float:
        """How much the page has moved under the reader's eyes (Cumulative Layout Shift)."""
        shifted, self.moved = self.page.evaluate(SHIFTED)
        return float(shifted)

    def violations(self) -> list[tuple[str, list[str]]]:
        """What axe finds on the page as it stands: rule and places. Evaluated past the page's policy."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found["violations"]]


@cache
def axe() -> str:
    return (Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
