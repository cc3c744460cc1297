"""What every answer has, whoever asks for whichever address: headers, no active content, kept by no shared cache."""

import re
from html.parser import HTMLParser
from typing import Any

from portal.identity.models import User
from portal.ui.headers import HEADERS, OTHER
from tests.access.shared_cache import control, may_store

PUBLIC = frozenset({"security_txt", "robots_txt"})
"""Addresses that a shared cache may keep, for somebody who is not signed in."""
# Loads, runs or sends something, wherever it stands.
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "ping", "background"}
FORBIDDEN = {"style", "iframe", "frame", "object", "embed", "base", "applet", "portal", "fencedframe"}


class Page(HTMLParser):
    """Finds what the policy of the page forbids, in the markup itself. `nonce` is the one of the header."""

    def __init__(self, text: str, nonce: str) -> None:
        super().__init__()
        self.nonce = nonce
        self.wrong: list[str] = []
        self.scripts = 0
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if tag in FORBIDDEN:
            self.wrong.append(f"<{tag}>")
        for name, value in given.items():
            scheme = re.sub(r"[\s\x00-\x1f]", "", value).lower()
            if name.startswith(("on", "hx-on")) or name in {"style", "srcdoc"}:
                self.wrong.append(f"{tag} {name}=")
            elif name in ADDRESSES and re.match(r"(javascript|vbscript|data):", scheme):
                self.wrong.append(f"{tag} {name}={scheme[:30]}")
        if tag == "script":
            self.scripts += 1
        if tag == "script" and "src" not in given:
            self.wrong.append("a script inside the page")
        if (tag == "script" or (tag == "link" and "stylesheet" in given.get("rel", ""))) and (
            not self.nonce or given.get("nonce") != self.nonce
        ):
            self.wrong.append(f"{tag} {given.get('src', given.get('href'))} without the nonce")
        if tag == "meta" and given.get("http-equiv", "").lower() in {"refresh", "set-cookie"}:
            self.wrong.append("meta http-equiv")


def directives(answer: Any) -> dict[str, list[str]]:
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {part[0]: part[1:] for part in parts}


TYPES = {"/api/v1/docs/": ["default", "dompurify"]}
"""Pages with a library that has a trusted types policy of its own."""


def page_faults(answer: Any) -> list[str]:
    """What is wrong with the page and its policy."""
    policy = directives(answer)
    (nonce,) = policy["script-src"]
    wrong = []
    expected = {
        "default-src": ["'none'"], "object-src": ["'none'"], "base-uri": ["'none'"], "frame-ancestors": ["'none'"],
        "form-action": ["'self'"], "style-src": [nonce], "require-trusted-types-for": ["'script'"],
        "report-uri": ["/csp-rapport/"], "report-to": ["csp"],
        "trusted-types": TYPES.get(answer.request["PATH_INFO"], ["default"]),
    }  # fmt: skip
    wrong += [f"{name} is {policy.get(name)}" for name, value in expected.items() if policy.get(name) != value]
    if not re.fullmatch(r"'nonce-[\w-]{20,}'", nonce):
        wrong.append(f"no nonce: {nonce}")
    wrong += [f"{word} in the policy" for word in ("unsafe", "http:", "https:", "*", "blob:")
              if word in answer.headers["Content-Security-Policy"]]  # fmt: skip
    return wrong + Page(answer.content.decode(), nonce.removeprefix("'nonce-").rstrip("'")).wrong


def header_faults(answer: Any) -> list[str]:
    wrong = [
        f"{name}: {answer.headers.get(name)}" for name, value in HEADERS.items() if answer.headers.get(name) != value
    ]
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        return wrong + page_faults(answer)
    if answer.headers["Content-Security-Policy"] != OTHER:
        wrong.append("the policy of a file")
    if answer.streaming and not answer.headers.get("Content-Disposition", "").startswith("attachment"):
        wrong.append("a file that opens in the browser")
    return wrong


def cache_faults(name: str, user: User | None, method: str, answer: Any) -> list[str]:
    asked = {"Authorization": "Bearer"} if name.startswith("api_") and user is not None else {}
    vary = {part.strip() for part in answer.headers.get("Vary", "").split(",")}
    wrong = []
    if may_store(method.upper(), asked, answer.status_code, answer.headers) and (
        user is not None or name not in PUBLIC
    ):
        wrong.append(f"a shared cache would keep it: {answer.headers.get('Cache-Control')}")
    if name != "healthz" and not vary & {"Cookie", "Authorization"}:
        wrong.append(f"Vary is {vary}")
    said = control(answer.headers)
    if user is not None and not ("private" in said and said.keys() & {"no-store", "no-cache"}):
        wrong.append(f"not private: {answer.headers.get('Cache-Control')}")
    return wrong


def answer_faults(name: str, user: User | None, method: str, answer: Any) -> list[str]:
    """For tests.access.test_access, which asks every address as everybody."""
    said = f"{user.email if user else 'nobody'} ({answer.status_code})"
    return [f"{said}: {fault}" for fault in header_faults(answer) + cache_faults(name, user, method, answer)]
