"""How the portal answers in production: cookies, TLS, host names, and what strangers ask every host for."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.identity.models import User
from tests.logs.conftest import Server

pytestmark = pytest.mark.django_db(transaction=True)
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "https://portal.example.dk/log-ind/"}


def given(cookies: list[str]) -> dict[str, str]:
    return {cookie.partition("=")[0]: cookie for cookie in cookies}


def well_kept(cookie: str) -> bool:
    """What the prefix __Host- asks for, and that no script and no other site's form gets at it."""
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    named = not any(part.startswith("domain") for part in parts)
    return {"secure", "httponly", "path=/", "samesite=lax"} <= parts and named


def test_cookies_are_for_this_host_over_tls_and_for_no_script(server: Server) -> None:
    User.objects.create_user("mette@example.dk", "Mette Holm", password="et-langt-kodeord")
    page = server.ask("GET", "/log-ind/")
    csrf = given(page.cookies)["__Host-csrf"]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token is not None
    cookie = {"Cookie": csrf.partition(";")[0]}
    sent = f"csrfmiddlewaretoken={token[1]}"
    signed_in = server.ask("POST", "/log-ind/", f"{sent}&email=mette@example.dk&password=et-langt-kodeord",
                           {**FORM, **cookie})  # fmt: skip
    language = server.ask("POST", "/sprog/", f"{sent}&language=en&next=/", {**FORM, **cookie})
    cookies = {**given(page.cookies), **given(signed_in.cookies), **given(language.cookies)}
    assert {"__Host-csrf", "__Host-language"} <= set(cookies)
    assert signed_in.status != 302 or "__Host-session" in cookies
    assert [name for name, cookie in cookies.items() if not name.startswith("__Host-") or not well_kept(cookie)] == []


def test_only_tls_and_only_its_own_name(server: Server) -> None:
    page = server.ask("GET", "/log-ind/")
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    plain = server.ask("GET", "/log-ind/?next=/", headers={"X-Forwarded-Proto": "http"})
    assert (plain.status, plain.headers["Location"]) == (301, "https://portal.example.dk/log-ind/?next=/")
    assert plain.headers["Cache-Control"] == "private, no-store"
    for host in ("ond.example", "portal.example.dk.ond.example", "127.0.0.1", ""):
        refused = server.ask("GET", "/log-ind/", headers={"Host": host})
        assert refused.status == 400, host
        assert "ond.example" not in refused.text
    # What a proxy may add does not decide what the host is.
    forwarded = server.ask("GET", "/match", headers={"X-Forwarded-Host": "ond.example"})
    assert "ond.example" not in forwarded.headers["Location"]


def test_whom_to_tell_and_what_not_to_index(server: Server) -> None:
    told = server.ask("GET", "/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in told.text.splitlines())
    assert told.headers["Content-Type"].startswith("text/plain")
    assert "public" in told.headers["Cache-Control"]
    assert fields["Contact"] == "mailto:support@demo.example"
    assert fields["Canonical"] == "https://portal.example.dk/.well-known/security.txt"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=170) < left < timedelta(days=365)
    assert server.ask("GET", "/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert server.ask("GET", "/log-ind/").headers["X-Robots-Tag"] == "noindex"


def test_there_is_no_administration_of_djangos(server: Server) -> None:
    for path in ("/admin/", "/admin/login/", "/django-admin/"):
        assert server.ask("GET", path).status == 404
