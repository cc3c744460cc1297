"""/healthz: names what is down, in bounded time, without session, transaction or secrets."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal import jobs
from portal.jobs import health, registry
from portal.jobs.models import Heartbeat, ListenerState
from portal.local.place import ROOT
from tests.jobs.machinery import OwnBroker, free_port

ASK = """
import django, json, time
django.setup()
from django.test import Client
client = Client(headers={"host": "inner.address", "cookie": "sessionid=abc"})
client.get("/healthz")  # loads the addresses
begin = time.monotonic()
answer = client.get("/healthz")
took = time.monotonic() - begin
print(json.dumps({"status": answer.status_code, "body": answer.json(), "took": took}))
"""


@pytest.fixture(autouse=True)
def ask_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    health.forget()
    monkeypatch.setattr(health, "PATIENCE", 10.0)  # a busy machine is not what is tested here
    yield
    health.forget()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Accepts and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield int(server.getsockname()[1])


def ask(**environment: str) -> dict[str, Any]:
    """What a portal with this environment answers."""
    environment.setdefault("DATABASE_OWNER_URL", environment.get("DATABASE_URL", ""))
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "PYTHONWARNINGS": "", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def alive(seconds_ago: float = 0) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    for name in (Heartbeat.WORKER, Heartbeat.BEAT):
        Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": at})


@pytest.fixture
def working(transactional_db: None, broker: OwnBroker, settings: LazySettings) -> OwnBroker:
    """Everything works."""
    settings.REDIS_URL = broker.url
    alive()
    return broker


def states(client: Client) -> tuple[int, str, dict[str, str]]:
    health.forget()
    answer = client.get("/healthz")
    body = answer.json()
    return answer.status_code, body["status"], {name: part["status"] for name, part in body["dependencies"].items()}


ALL_WELL = {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok", "beat": "ok"}


def test_everything_works(
    working: OwnBroker, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.cookies["sessionid"] = "made-up"
    with django_assert_num_queries(0):  # none over the request's own connection: no session, no transaction
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert states(client) == (200, "ok", ALL_WELL)
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_a_worker_or_beat_that_is_silent_is_named(working: OwnBroker, client: Client) -> None:
    alive(seconds_ago=31)
    assert states(client) == (200, "degraded", {**ALL_WELL, "worker": "down", "beat": "down"})
    Heartbeat.objects.all().delete()
    assert states(client) == (200, "degraded", {**ALL_WELL, "worker": "down", "beat": "down"})


def test_a_listener_that_fails_is_named(working: OwnBroker, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_listeners", {})
    ListenerState.objects.create(name="no.longer.there", failures=2)
    assert states(client) == (200, "ok", ALL_WELL)
    jobs.on_facts(test_everything_works)
    name = registry.listeners()[0].name
    ListenerState.objects.create(name=name, failures=2, error="secret reason")
    assert states(client) == (200, "degraded", {**ALL_WELL, "worker": "degraded"})
    assert b"secret reason" not in client.get("/healthz").content


def test_a_broker_that_is_down_or_silent_leaves_the_portal_serving(
    working: OwnBroker, client: Client, settings: LazySettings, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    working.stop()
    assert states(client) == (200, "degraded", {**ALL_WELL, "broker": "down"})
    monkeypatch.setattr(health, "PATIENCE", 1.0)
    settings.REDIS_URL = f"redis://:very-secret@127.0.0.1:{silent_port}/0"
    begin = time.monotonic()
    assert states(client) == (200, "degraded", {**ALL_WELL, "broker": "down"})
    assert time.monotonic() - begin < 2, "the answer is not bounded"
    assert b"very-secret" not in client.get("/healthz").content


def test_missing_migrations_are_named(working: OwnBroker, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/healthz")
    monkeypatch.setattr(health, "_on_disk", {*health._on_disk, ("jobs", "9999_to_come")})
    unknown = {"worker": "unknown", "beat": "unknown"}
    assert states(client) == (503, "down", {**ALL_WELL, "migrations": "down", **unknown})
    assert "Missing migrations: 1." in client.get("/healthz").json()["dependencies"]["migrations"]["detail"]


def test_polling_asks_at_most_once_a_second(working: OwnBroker, client: Client) -> None:
    """Protection: the memory of a second; the page is open to everybody."""
    asked: list[int] = []

    def asking() -> bool:
        asked.append(1)
        return True

    question = health.Question(asking)
    assert [question.answer() for _ in range(50)] == [True] * 50
    assert len(asked) == 1


def test_a_question_that_is_still_open_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protection: one thread per question, or an unreachable server would fill the process with threads."""
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    asked: list[int] = []

    def slow() -> bool:
        asked.append(1)
        time.sleep(1)
        return True

    question = health.Question(slow)
    assert [question.answer() for _ in range(5)] == [None] * 5
    assert len(asked) == 1


def test_a_database_that_is_down_is_503_and_the_rest_is_still_said() -> None:
    secret = "very-secret-password"
    answer = ask(DATABASE_URL=f"postgres://somebody:{secret}@127.0.0.1:{free_port()}/nowhere")
    parts = {name: part["status"] for name, part in answer["body"]["dependencies"].items()}
    assert (answer["status"], answer["body"]["status"]) == (503, "down")
    assert (parts["database"], parts["migrations"], parts["worker"]) == ("down", "unknown", "unknown")
    assert parts["broker"] in ("ok", "down")
    assert not any(word in json.dumps(answer) for word in (secret, "somebody", "nowhere"))


def test_a_database_that_does_not_answer_is_503_in_time(silent_port: int) -> None:
    """Protection: the thread with its second. libpq itself waits two, and without end for a name."""
    answer = ask(DATABASE_URL=f"postgres://somebody@127.0.0.1:{silent_port}/nowhere")
    assert (answer["status"], answer["body"]["dependencies"]["database"]["status"]) == (503, "down")
    assert answer["took"] < 3, answer["took"]


def test_every_migration_is_known_by_its_file() -> None:
    """The names are the ones Django's own loader finds."""
    from django.db.migrations.loader import MigrationLoader

    health._on_disk.clear()

    class Nothing:
        def execute(self, sql: bytes) -> "Nothing":
            return self

        def fetchall(self) -> list[tuple[str, str]]:
            return []

    assert health._missing_migrations(Nothing()) == len(MigrationLoader(None).disk_migrations)  # type: ignore[arg-type]
    assert set(MigrationLoader(None).disk_migrations) == health._on_disk
