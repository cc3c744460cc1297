"""Forms as a browser sees them: what they would send, and sending them with what is hidden in them."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.test import Client

HIDDEN = re.compile(r'<input type="hidden" name="(version|opened|draft_page)" value="([^"]*)">')
Sent = dict[str, Any]


def hidden(page: Any) -> dict[str, str]:
    """The frame of the form on the page."""
    return dict(HIDDEN.findall(page.content.decode()))


def send(client: Client, address: str, data: Sent | None = None) -> Any:
    """Open the form at the address and send it with these fields."""
    return client.post(address, {**hidden(client.get(address)), **(data or {})})


def reads(page: Any) -> str:
    """The main part of a page as text, whatever its status."""
    html = page.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


class _Controls(HTMLParser):
    """The controls inside <main> that a browser would send without anybody touching them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.main, self.select, self.area = False, "", ""
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.main = True
        elif not self.main:
            return
        elif tag == "input" and said.get("name"):
            kind = said.get("type", "text")
            chosen = kind in ("radio", "checkbox")
            if not chosen or "checked" in said:
                self.found.setdefault(said["name"], []).append(said.get("value", "on" if chosen else ""))
        elif tag == "textarea":
            self.area = said["name"]
            self.found.setdefault(self.area, []).append("")
        elif tag == "select":
            self.select, self.options = said["name"], []
        elif tag == "option":
            self.options.append((said.get("value", ""), "selected" in said))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self.main = False
        elif tag == "textarea":
            self.area = ""
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected] or [v for v, _s in self.options[:1]]
            self.found.setdefault(self.select, []).extend(chosen)
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][-1] += data.removeprefix("\n")


def sends(page: Any) -> Sent:
    """What the forms of the page would send."""
    controls = _Controls()
    controls.feed(page.content.decode())
    return dict(controls.found)
