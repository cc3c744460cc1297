"""How the portal and what it depends on are doing: for /healthz and the operations page.

Each question is asked by a thread of its own and has a second. A question that is still open is not asked again, and an
answer holds for a second, so that polling is cheap and an unreachable server cannot fill the process with threads.
"""

import pkgutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import psycopg
import redis
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.jobs import registry
from portal.jobs.models import Heartbeat

State = Literal["ok", "degraded", "down", "unknown"]
Overall = Literal["ok", "degraded", "down"]

PATIENCE = 1.0
"""Seconds a question may take, and seconds for which its answer holds."""
WORKER_LATE = 30.0
"""Seconds without a sign of life after which the worker, or beat, is taken to be away; they show one every 2 s."""


@dataclass(frozen=True)
class Dependency:
    """`detail` is a few words without addresses, names of users or other secrets."""

    name: str
    title: str | Promise
    status: State
    detail: str | Promise


@dataclass(frozen=True)
class Health:
    status: Overall
    dependencies: tuple[Dependency, ...]

    @property
    def serves(self) -> bool:
        return self.status != "down"


T = TypeVar("T")


class Question(Generic[T]):
    """Asks at most once at a time, in a thread; `answer` waits for at most PATIENCE seconds."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._open: threading.Event | None = None
        self._answer: tuple[float, T] | None = None

    def answer(self) -> T | None:
        """None when there is no answer in time."""
        with self._lock:
            if self._answer and time.monotonic() - self._answer[0] < PATIENCE:
                return self._answer[1]
            if self._open is None:
                self._open = threading.Event()
                threading.Thread(target=self._work, args=(self._open,), name="portal.jobs.health", daemon=True).start()
            waited_for = self._open
        if not waited_for.wait(PATIENCE):
            return None
        with self._lock:
            return self._answer[1] if self._answer else None

    def forget(self) -> None:
        with self._lock:
            self._answer = None

    def _work(self, done: threading.Event) -> None:
        try:
            answer = self._ask()
            with self._lock:
                self._answer = time.monotonic(), answer
        finally:
            with self._lock:
                self._open = None
            done.set()


@dataclass(frozen=True)
class DatabaseAnswer:
    reachable: bool
    missing_migrations: int = 0
    worker_age: float | None = None
    beat_age: float | None = None
    failing_listeners: int = 0


AGES = "SELECT name, extract(epoch FROM clock_timestamp() - seen_at) FROM jobs_heartbeat"


def ask_database() -> DatabaseAnswer:
    """All that is asked of the database, over a new connection: a busy pool must not be taken for an outage."""
    parameters = connections["default"].get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.update(connect_timeout=2)
    try:
        with psycopg.connect(**parameters, autocommit=True) as connection:
            connection.execute("SET statement_timeout = 900")
            missing = _missing_migrations(connection)
            if missing:
                return DatabaseAnswer(True, missing)
            ages = dict(_rows(connection, AGES))
            failing = {row[0] for row in _rows(connection, "SELECT name FROM jobs_listenerstate WHERE failures > 0")}
    except psycopg.Error:
        return DatabaseAnswer(False)
    worker, beat = ages.get(Heartbeat.WORKER), ages.get(Heartbeat.BEAT)
    return DatabaseAnswer(
        True,
        0,
        None if worker is None else float(worker),
        None if beat is None else float(beat),
        # One that is no longer in the code stays in the table.
        len(failing & {listener.name for listener in registry.listeners()}),
    )


_on_disk: set[tuple[str, str]] = set()


def _missing_migrations(connection: psycopg.Connection[Any]) -> int:
    """How many migrations of this code the database has not had.

    By the names of the files, looked up once per process: importing them all takes most of the second.
    """
    if not _on_disk:
        for app in apps.get_app_configs():
            files = pkgutil.iter_modules([str(Path(app.path) / "migrations")])
            _on_disk.update((app.label, file.name) for file in files if not file.ispkg and file.name[0] not in "_~")
    try:
        applied = {(row[0], row[1]) for row in _rows(connection, "SELECT app, name FROM django_migrations")}
    except psycopg.errors.UndefinedTable:
        return len(_on_disk)
    return len(_on_disk - applied)


def _rows(connection: psycopg.Connection[Any], sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql.encode()).fetchall()


def ask_broker() -> bool:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=PATIENCE * 0.9,
        socket_timeout=PATIENCE * 0.9,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


DATABASE = Question(ask_database)
BROKER = Question(ask_broker)


def forget() -> None:
    """Ask everything anew (tests)."""
    DATABASE.forget()
    BROKER.forget()


def check() -> Health:
    """The state of everything, in at most a second and a bit. Never raises."""
    answers: dict[str, Any] = {}
    waiting = threading.Thread(target=lambda: answers.update(broker=BROKER.answer()), daemon=True)
    waiting.start()
    database = DATABASE.answer()
    waiting.join(PATIENCE)
    dependencies = (
        _database(database),
        _migrations(database),
        _broker(answers.get("broker")),
        _worker(database),
        _beat(database),
    )
    if any(part.status != "ok" for part in dependencies[:2]):
        status: Overall = "down"
    elif any(part.status != "ok" for part in dependencies):
        status = "degraded"
    else:
        status = "ok"
    return Health(status, dependencies)


NO_ANSWER = _("No answer within a second.")
NOT_ASKED = _("Not known while the database does not answer.")


def _database(answer: DatabaseAnswer | None) -> Dependency:
    title = _("Database")
    if answer is None:
        return Dependency("database", title, "down", NO_ANSWER)
    if not answer.reachable:
        return Dependency("database", title, "down", _("No connection."))
    return Dependency("database", title, "ok", _("Answers."))


def _migrations(answer: DatabaseAnswer | None) -> Dependency:
    title = _("Database version")
    if answer is None or not answer.reachable:
        return Dependency("migrations", title, "unknown", NOT_ASKED)
    if answer.missing_migrations:
        text = _("Missing migrations: %(number)s. Run migrate.") % {"number": answer.missing_migrations}
        return Dependency("migrations", title, "down", text)
    return Dependency("migrations", title, "ok", _("Up to date."))


def _broker(answer: bool | None) -> Dependency:
    title = _("Broker")
    if answer is None:
        return Dependency("broker", title, "down", NO_ANSWER)
    if not answer:
        return Dependency("broker", title, "down", _("No connection. Figures are updated late."))
    return Dependency("broker", title, "ok", _("Answers."))


def _worker(answer: DatabaseAnswer | None) -> Dependency:
    title = _("Worker")
    life = _life("worker", title, answer, answer.worker_age if answer else None)
    if life.status == "ok" and answer is not None and answer.failing_listeners:
        text = _("Failing listeners: %(number)s. The operations page says why.") % {"number": answer.failing_listeners}
        return Dependency("worker", title, "degraded", text)
    return life


def _beat(answer: DatabaseAnswer | None) -> Dependency:
    return _life("beat", _("Clock"), answer, answer.beat_age if answer else None)


def _life(name: str, title: str | Promise, answer: DatabaseAnswer | None, age: float | None) -> Dependency:
    if answer is None or not answer.reachable or answer.missing_migrations:
        return Dependency(name, title, "unknown", NOT_ASKED)
    if age is None:
        return Dependency(name, title, "down", _("Has never shown a sign of life."))
    text = _("Last sign of life %(seconds)s seconds ago.") % {"seconds": max(0, round(age))}
    return Dependency(name, title, "ok" if age <= WORKER_LATE else "down", text)
