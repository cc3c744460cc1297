"""The real server with the real logging of production is sent a word in every place there is; no log has it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from portal.local.checks import PRODUCTION
from tests.local.helpers import ROOT, free_port, wait_for

WORD = "zq9sentinel"
COOKIES = f"sessionid={WORD}; csrftoken={WORD}; __Host-sessionid={WORD}; anden={WORD}"
VISITS = {
    "fejler": (500, "builtins.RuntimeError"),
    "mistaenkelig": (400, "django.core.exceptions.SuspiciousOperation"),
    "to-gange": (500, "django.db.utils.IntegrityError"),
    "ulaeselig": (500, "django.db.utils.DataError"),
}

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Server:
    port: int
    log: Path

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> int:
        """The status; 0 when the connection was closed upon us."""
        sender = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sender.request(method, path, body, {**self.headers(), **headers})
            answer = sender.getresponse()
            answer.read()
            return answer.status
        except (http.client.HTTPException, ConnectionError):
            return 0
        finally:
            sender.close()

    def say(self, raw: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.port), 30) as sender:
            sender.sendall(raw)
            sender.shutdown(socket.SHUT_WR)
            while sender.recv(4096):
                pass

    @staticmethod
    def headers() -> dict[str, str]:
        return {
            "Host": "portal.example.dk",
            "X-Forwarded-Proto": "https",
            "X-Own": WORD,
            "X-Request-ID": WORD,
            "User-Agent": WORD,
            "Referer": f"https://portal.example.dk/?q={WORD}",
            "Authorization": f"Bearer vb_{WORD}",
            "Cookie": COOKIES,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def logged(self, holds: Any) -> list[dict[str, Any]]:
        wait_for(lambda: any(holds(line) for line in self.lines()), 20, "a line in the log")
        return [line for line in self.lines() if holds(line)]


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[Server]:
    about = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    env = {
        **os.environ,
        **PRODUCTION,
        "DJANGO_SETTINGS_MODULE": "tests.logs.settings",
        "TEST_DATABASE": json.dumps(about),
        "LOG_LEVEL": "DEBUG",  # the most that anybody could ask for
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    own = Server(free_port(), tmp_path / "web.log")
    program = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{own.port}", "--worker-class", "gthread"]
    with own.log.open("wb") as log:
        process = subprocess.Popen(
            [*program, "--threads", "2", "--no-control-socket", "portal.wsgi"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
            process_group=0,
        )
    try:
        wait_for(lambda: own.ask("GET", "/healthz") == 200, 60, own.log.read_text())
        yield own
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        print(own.log.read_text())  # noqa: T201  # shown by pytest when the test fails


def test_no_place_of_a_request_comes_into_the_log(server: Server) -> None:
    body = urllib.parse.urlencode({"b": WORD, "email": f"{WORD}@example.dk", "password": WORD})
    for name, (status, kind) in VISITS.items():
        assert server.ask("POST", f"/{name}/{WORD}/?q={WORD}", body) == status
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
        server.ask("GET", path)
        server.ask("POST", path, body)
        server.ask("POST", path, f'{{"{WORD}": "{WORD}"', **{"Content-Type": "application/json"})
    server.ask("POST", f"/skoedesloes/{WORD}/", body)
    server.ask("GET", f"/{WORD}", Host=f"{WORD}.example.org")
    server.ask(WORD.upper(), f"/{WORD}")
    server.ask("POST", f"/braekker-af/{WORD}/?q={WORD}", body)
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
    import logging

    from portal.logs.records import JsonFormatter

    try:
        raise RuntimeError(WORD)
    except RuntimeError:
        record = logging.LogRecord("django.request", logging.ERROR, "", 1, "%s", (WORD,), sys.exc_info())
    assert WORD in logging.Formatter("%(message)s").format(record)
    told = json.loads(JsonFormatter().format(record))
    assert WORD not in json.dumps(told)
    assert told["exception"]["type"] == "builtins.RuntimeError"
