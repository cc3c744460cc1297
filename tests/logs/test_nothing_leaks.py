"""The real server with the real logging of production is sent a word in every place there is; no log has it."""

import json
import logging
import sys
import urllib.parse

import pytest

from portal.logs.records import JsonFormatter
from tests.logs.conftest import Server

WORD = "zq9sentinel"
COOKIES = f"sessionid={WORD}; csrftoken={WORD}; __Host-sessionid={WORD}; anden={WORD}"
EVERYWHERE = {
    "X-Own": WORD,
    "X-Request-ID": WORD,
    "User-Agent": WORD,
    "Referer": f"https://portal.example.dk/?q={WORD}",
    "Authorization": f"Bearer vb_{WORD}",
    "Cookie": COOKIES,
    "Content-Type": "application/x-www-form-urlencoded",
}
VISITS = {
    "fejler": (500, "builtins.RuntimeError"),
    "mistaenkelig": (400, "django.core.exceptions.SuspiciousOperation"),
    "to-gange": (500, "django.db.utils.IntegrityError"),
    "ulaeselig": (500, "django.db.utils.DataError"),
}

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_place_of_a_request_comes_into_the_log(server: Server) -> None:
    body = urllib.parse.urlencode({"b": WORD, "email": f"{WORD}@example.dk", "password": WORD})
    for name, (status, kind) in VISITS.items():
        assert server.ask("POST", f"/{name}/{WORD}/?q={WORD}", body, EVERYWHERE).status == status
        (told,) = server.logged(lambda line, name=name: "exception" in line and line.get("route", "").startswith(name))
        assert (told["exception"]["type"], told["route"], told["method"]) == (kind, f"{name}/<str:word>/", "POST")
        assert len(told["request"]) == 36
        assert any("tests/logs/urls.py" in place for place in told["exception"]["frames"])
    for path in (
        f"/findes-ikke/{WORD}/",
        f"/log-ind/?next=/{WORD}",
        f"/api/v1/{WORD}",
        f"/api/v1/matches/?text={WORD}",
    ):
        server.ask("GET", path, headers=EVERYWHERE)
        server.ask("POST", path, body, EVERYWHERE)
        server.ask("POST", path, f'{{"{WORD}": "{WORD}"', {**EVERYWHERE, "Content-Type": "application/json"})
    server.ask("POST", f"/skoedesloes/{WORD}/", body, EVERYWHERE)
    server.ask("GET", f"/{WORD}", headers={**EVERYWHERE, "Host": f"{WORD}.example.org"})
    server.ask(WORD.upper(), f"/{WORD}", headers=EVERYWHERE)
    server.ask("POST", f"/braekker-af/{WORD}/?q={WORD}", body, EVERYWHERE)
    server.say(f"GET /{WORD} HTTP/1.1\r\n{WORD}({WORD}: 1\r\n\r\n".encode())
    server.say(f"{WORD} {WORD}\r\n\r\n".encode())
    server.say(f"GET /{WORD * 900} HTTP/1.1\r\n\r\n".encode())
    server.logged(lambda line: line["message"].startswith("Invalid request"))
    server.logged(lambda line: line["message"].startswith("Error handling request"))

    everything = server.log.read_text()
    assert WORD not in everything.lower()
    assert "010190" not in everything
    assert "unwritable" not in everything
    # What is needed to find a fault is there.
    states = {line["exception"]["cause"].get("sqlstate") for line in server.lines() if "exception" in line
              and "cause" in line["exception"]}  # fmt: skip
    assert {"23505", "22P02"} <= states
    asked = [line for line in server.lines() if line["logger"] == "portal.access"]
    assert {"method": "POST", "route": "fejler/<str:word>/", "status": 500}.items() <= asked[0].items()
    assert isinstance(asked[0]["ms"], int)


def test_the_formatter_is_what_holds_it_back() -> None:
    """The same failure in Django's usual words has the word: the test above looks where it would be."""
    try:
        raise RuntimeError(WORD)
    except RuntimeError:
        record = logging.LogRecord("django.request", logging.ERROR, "", 1, "%s", (WORD,), sys.exc_info())
    assert WORD in logging.Formatter("%(message)s").format(record)
    told = json.loads(JsonFormatter().format(record))
    assert WORD not in json.dumps(told)
    assert told["exception"]["type"] == "builtins.RuntimeError"
