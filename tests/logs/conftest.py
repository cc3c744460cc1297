"""A real gunicorn with the settings of production on the test's own database, as somebody behind its proxy meets it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from portal.local.checks import PRODUCTION
from tests.local.helpers import ROOT, free_port, wait_for

PROXY = {"Host": "portal.example.dk", "X-Forwarded-Proto": "https"}


@dataclass
class Answer:
    """`status` is 0 when the connection was closed upon us."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str


@dataclass
class Server:
    port: int
    log: Path

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Answer:
        sender = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sender.request(method, path, body, {**PROXY, **(headers or {})})
            answer = sender.getresponse()
            text = answer.read().decode(errors="replace")
            cookies = answer.headers.get_all("Set-Cookie") or []
            return Answer(answer.status, dict(answer.headers.items()), cookies, text)
        except (http.client.HTTPException, ConnectionError):
            return Answer(0, {}, [], "")
        finally:
            sender.close()

    def say(self, raw: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.port), 30) as sender:
            sender.sendall(raw)
            sender.shutdown(socket.SHUT_WR)
            while sender.recv(4096):
                pass

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def logged(self, holds: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
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
        wait_for(lambda: own.ask("GET", "/healthz").status == 200, 60, "the server")
        yield own
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        print(own.log.read_text())  # noqa: T201  # shown by pytest when the test fails
