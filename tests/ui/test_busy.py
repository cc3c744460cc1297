"""A web request does not wait for ever: a lock and a slow statement end in a page that says so and loses nothing."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import psycopg
import pytest
from django.db import connection
from django.test import Client, override_settings

from portal.identity.models import User
from portal.local.checks import PRODUCTION
from portal.local.place import ROOT
from portal.ui.busy import is_busy, limit_web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.ui.urls")]
LIMITS = {"statement_timeout": "400ms", "lock_timeout": "200ms", "idle_in_transaction_session_timeout": "300ms"}
TYPED = {"language": "en", "next": "/ui/", "note": '\n"Æ" & <b>\nto linjer'}


@pytest.fixture
def limited(transactional_db: None) -> Iterator[None]:
    """This process as the web is: portal.wsgi does the same."""
    options = connection.settings_dict["OPTIONS"]
    before = options["options"]
    connection.close()
    try:
        with override_settings(WEB_LIMITS=LIMITS, EXPORT_LIMITS={"statement_timeout": "20s"}):
            limit_web()
            yield
    finally:
        options["options"] = before
        connection.close()


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Somebody else holds the rows of the table."""
    about = connection.get_connection_params()
    about = {key: value for key, value in about.items() if key in {"dbname", "user", "password", "host", "port"}}
    with psycopg.connect(**about) as other:
        other.execute(f"SELECT 1 FROM {table} FOR NO KEY UPDATE")
        yield


def fields(page: str) -> dict[str, str]:
    areas = re.findall(r'<textarea name="([^"]*)" hidden>\n(.*?)</textarea>', page, re.S)
    return {unescape(name): unescape(value) for name, value in areas}


@pytest.fixture
def person() -> User:
    return User.objects.create_user(email="optaget@example.dk", password="x" * 14, name="Optaget")


def test_a_row_that_another_holds(limited: None, person: User) -> None:
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    with locked("identity_user"):
        page = browser.post("/gemmer/?a=1", TYPED)
    text = page.content.decode()
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Vækstbro har travlt" in text
    assert page["X-Request-ID"] in text
    assert 'action="/gemmer/?a=1"' in text
    assert fields(text) == TYPED
    # The page is a form that works: sent as it is, it is saved.
    again = Client(enforce_csrf_checks=True)
    again.cookies = browser.cookies
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    assert token is not None
    assert again.post("/gemmer/?a=1", {**fields(text), "csrfmiddlewaretoken": token[1]}).status_code == 200
    person.refresh_from_db()
    assert person.name == TYPED["note"]


def test_a_password_is_never_written_into_the_page(limited: None, person: User) -> None:
    with locked("identity_user"):
        page = Client(raise_request_exception=False).post("/gemmer/", {"email": "a@b.dk", "password": "hemmeligt-ord"})
    assert page.status_code == 503
    assert "hemmeligt-ord" not in page.content.decode()
    assert "<form" not in page.content.decode()


@pytest.mark.parametrize("path", ["/sover/", "/tier/"])
def test_a_page_that_takes_too_long(limited: None, path: str) -> None:
    page = Client(raise_request_exception=False).get(f"{path}?side=2")
    assert page.status_code == 503
    assert f'href="{path}?side=2"' in page.content.decode()
    assert "<form" not in page.content.decode()


def test_a_program_is_told_in_its_own_way(limited: None) -> None:
    answer = Client(raise_request_exception=False).get("/api/sover/")
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, "application/problem+json", "5")
    assert json.loads(answer.content)["type"] == "/api/v1/problems/busy"
    assert Client(raise_request_exception=False).get("/api/v1/sover/").status_code == 503


def test_an_export_may_take_longer(limited: None) -> None:
    answer = Client().get("/sover-i-fil/")
    assert b"".join(answer.streaming_content) == b"slept"  # type: ignore[attr-defined]


def test_what_is_wrong_and_not_slow_stays_a_fault(limited: None) -> None:
    assert Client(raise_request_exception=False).get("/fejl/").status_code == 500
    with pytest.raises(Exception) as raised, connection.cursor() as cursor:
        cursor.execute("SELECT nothing_such")
    assert not is_busy(raised.value)


@pytest.mark.parametrize(
    ("program", "limited_to"),
    [("import portal.wsgi", "15s 3s 30s"), ("import portal.jobs.celery; django.setup()", "0 0 0")],
)
def test_the_web_has_limits_and_nobody_else(program: str, limited_to: str) -> None:
    about = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    env = {**os.environ, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "tests.logs.settings",
           "TEST_DATABASE": json.dumps(about), "PYTHONWARNINGS": "ignore"}  # fmt: skip
    asked = """
from django.db import connection
with connection.cursor() as cursor:
    said = []
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"SHOW {name}")
        said.append(cursor.fetchone()[0])
print(*said)
"""
    command = [sys.executable, "-c", f"import django\n{program}\n{asked}"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == limited_to, done.stderr
