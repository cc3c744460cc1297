"""Real processes for the tests: a broker that can be stopped and started at the same address, workers and beat."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from portal.jobs import wakeup
from portal.local.broker import find
from portal.local.place import ROOT, Place, passing_place
from portal.local.process import Trouble, popen

GATE = 4711
"""An advisory lock. A test that holds it catches the worker in the middle of the listener's transaction."""

TABLES = """
CREATE TABLE jobs_test_seen (place bigint);  -- no unique key: a fact worked through twice must show
CREATE TABLE jobs_test_reached (place bigint);
INSERT INTO jobs_test_reached VALUES (0);
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether it came to hold in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class OwnBroker:
    def __init__(self, place: Place) -> None:
        self.place, self.program, self.port = place, find(place), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            account=self.place.account,
            cwd=self.place.folder("broker", for_server=True) if self.place.account is None else Path("/"),
            stdout=subprocess.DEVNULL,
        )
        assert until(self.listens), "the broker does not start"

    def listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@contextmanager
def own_broker(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnBroker]:
    """A broker process of the test's own, to which the wake-ups of this process go. Skips where none can be had."""
    try:
        with passing_place(name) as place:
            own = OwnBroker(place)
            own.start()
            monkeypatch.setenv("CELERY_BROKER_WRITE_URL", own.url)
            monkeypatch.setattr(wakeup, "_messenger", wakeup.Messenger())
            try:
                yield own
            finally:
                own.stop()
    except Trouble as trouble:
        pytest.skip(str(trouble))


@contextmanager
def own_machinery(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator["Machinery"]:
    """Workers and beat of the portal's own jobs, with such a broker; none is started yet."""
    with own_broker(name, monkeypatch) as broker:
        log = folder / "celery.log"
        own = Machinery(broker.url, log, app="portal.jobs.celery")
        try:
            yield own
        finally:
            own.end()
            print(log.read_text() if log.exists() else "")  # noqa: T201  # pytest shows it when the test fails


class Machinery:
    """The Celery processes of one test; all are killed at its end."""

    def __init__(
        self,
        broker: str,
        log: Path,
        app: str = "tests.jobs.worker_app",
        settings: str = "tests.jobs.worker_settings",
        level: str = "WARNING",
    ) -> None:
        self.broker, self.log, self.app, self.settings, self.level = broker, log, app, settings, level
        self.processes: list[subprocess.Popen[bytes]] = []

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "--pool", "prefork", "--concurrency", "2", "--without-mingle", "--without-gossip")

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat", "--pidfile", "")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9, the children with it."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        self.processes.remove(process)

    def end(self) -> None:
        for process in list(self.processes):
            self.kill(process)

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        about = connection.settings_dict
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": self.settings,
            "TEST_DATABASE": json.dumps(
                {key: about[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
            ),
            "REDIS_URL": self.broker,
            "CELERY_SKIP_CHECKS": "1",
            "PYTHONWARNINGS": "ignore",  # the harness' errors are for its own process
        }
        env.pop("CELERY_BROKER_WRITE_URL", None)
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            self.app,
            kind,
            "--loglevel",
            self.level,
            *options,
        ]
        with self.log.open("ab") as log:
            process = popen(command, env=env, cwd=ROOT, stdout=log, death_signal=signal.SIGKILL)
        self.processes.append(process)
        return process
