"""The frame around every page: language, errors, read-only reading, what may be cached."""

from typing import Any

import pytest
from django.conf import settings
from django.db import InternalError
from django.test import Client, override_settings

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def test_the_page_of_parts_can_be_drawn_in_both_languages(browser: Client) -> None:
    page = browser.get("/ui/")
    text = page.content.decode()
    assert page.status_code == 200
    assert '<html lang="da">' in text
    assert text.index('role="alert"') < text.index("<h1>")
    assert "style=" not in text
    assert "Gå til sidens indhold" in text
    for part in ("Erhvervsfremme i Nordjylland", "Tilgængelighedserklæring", "Fiktive data", "Privatliv og cookies"):
        assert part in text
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = browser.get("/ui/")
    assert '<html lang="en">' in english.content.decode()
    assert english["Content-Language"] == "en"


def test_danish_comes_first_whatever_the_browser_prefers(browser: Client) -> None:
    assert b'<html lang="da">' in browser.get("/was", headers={"accept-language": "en-GB,en"}).content


def test_language_is_changed_by_post_and_comes_back_to_the_page(browser: Client) -> None:
    assert browser.get("/sprog/").status_code == 405
    answer = browser.post("/sprog/", {"language": "en", "next": "/ui/?page=2"})
    assert answer.status_code == 302
    assert answer["Location"] == "/ui/?page=2"
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert browser.post("/sprog/", {"language": "en", "next": "https://ond.example/"})["Location"] == "/"


@override_settings(DEMO_AREA=False, DEBUG=False)
def test_the_page_of_parts_is_not_there_in_production(browser: Client) -> None:
    assert browser.get("/ui/").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nej/", 403, "Kun erhvervshuset kan registrere match."),
        ("/mangler/", 404, "Vi kan ikke finde den side"),
        ("/forkert/", 400, "Adressen peger på en side, der ikke findes."),
        ("/?text=a%00b", 400, "Der er et tegn i adressen, som ikke kan læses."),
        ("/fejl/", 500, "Der er en fejl hos os"),
    ],
)
def test_errors_help(browser: Client, path: str, status: int, words: str) -> None:
    page = browser.get(path)
    assert page.status_code == status
    text = page.content.decode()
    assert words in text
    assert "<h1>" in text
    assert 'lang="da"' in text
    assert "something nobody thought of" not in text


def test_a_form_that_was_open_too_long_says_what_to_do() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/sprog/", {"language": "en"})
    assert page.status_code == 403
    assert "Gå tilbage i din browser" in page.content.decode()


def test_reading_cannot_write() -> None:
    with pytest.raises(InternalError, match="read-only"):
        Client().get("/skriver/")
    # ... and leaves no mark on what comes after.
    assert Client().post("/skriver/").status_code == 200
    assert Client().get("/logger/").content == b"read"


def test_a_stream_reads_in_a_transaction_of_its_own() -> None:
    answer: Any = Client().get("/strøm/")
    assert b"".join(answer.streaming_content) == b"on"


def test_pages_of_a_person_are_not_kept(django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("mette@demo.example", "Mette Holm", language="en")
    client = Client()
    client.force_login(user)
    page = client.get("/was")
    assert page["Cache-Control"] == "private, no-store"
    text = page.content.decode()
    assert '<html lang="en">' in text  # the person's own language
    assert "Mette Holm" in text
    assert "Sign out" in text
    client.post("/sprog/", {"language": "da", "next": "/was"})
    user.refresh_from_db()
    assert user.language == "da"
    assert '<html lang="da">' in client.get("/was").content.decode()
