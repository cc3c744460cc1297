"""`make run` with everything real: it answers, and however it ends nothing is left. One full run in the short ring."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.local.place import passing_place
from tests.local.helpers import (
    PYTHON,
    ROOT,
    alive,
    end,
    environment,
    free_port,
    mentioning,
    start,
    wait_for,
    with_environment,
)

FIRST = 240
"""Seconds for a first start, with demo area, on a machine that runs other tests besides."""
SECOND = 15
"""Seconds from `make run` to /healthz when everything has been prepared, on a machine with nothing else to do."""
IDLE_SETUP = 1.0
"""Seconds that Django needs to load the portal on such a machine. A start does this five times, on two cores."""


def seconds_for_second_start() -> float:
    """SECOND, or in proportion when the machine is busy with other tests."""
    begin = time.monotonic()
    env = environment(DJANGO_SETTINGS_MODULE="portal.settings.local")
    subprocess.run([PYTHON, "-c", "import django; django.setup()"], cwd=ROOT, env=env, check=True)
    return SECOND * max(1.0, (time.monotonic() - begin) / IDLE_SETUP)


class Stack:
    """`make run` on a free port with a data folder of its own."""

    def __init__(self, state: Path, logs: Path) -> None:
        self.state = state
        self.port = free_port()
        self.log = logs / "run.log"
        self.make: subprocess.Popen[bytes] | None = None

    def begin(self, **env: str) -> subprocess.Popen[bytes]:
        command = ["make", "run", f"PORT={self.port}"]
        self.make = start(command, self.log, VAEKSTBRO_STATE=str(self.state), **env)
        return self.make

    def up(self, seconds: float = FIRST, **env: str) -> set[int]:
        """Starts it and waits for the address; gives the ids of every process that belongs to it."""
        make = self.begin(**env)
        wait_for(lambda: "runs at" in self.log.read_text() or make.poll() is not None, seconds, "ready")
        assert "runs at" in self.log.read_text(), self.log.read_text()
        return self.processes()

    def processes(self) -> set[int]:
        return with_environment("VAEKSTBRO_STATE", str(self.state)) | mentioning(str(self.state))

    def supervisor(self) -> int:
        return int(json.loads((self.state / "stack.json").read_text())["pid"])

    def health(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Another make target on the same data."""
        env = environment(VAEKSTBRO_STATE=str(self.state))
        return subprocess.run(
            ["make", *args], cwd=ROOT, env=env, capture_output=True, text=True, timeout=FIRST, check=False
        )

    def gone(self, pids: set[int], seconds: float = 60) -> None:
        wait_for(lambda: not alive(pids) and not self.processes(), seconds, f"all gone: {self.log.read_text()}")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    # Not below tmp_path: as root the servers' user may not enter there.
    with passing_place("stack") as place:
        running = Stack(place.path / "state", tmp_path)
        yield running
        if running.make is not None:
            end(running.make)
        for pid in running.processes():
            os.kill(pid, signal.SIGKILL)


def test_it_answers_and_sigterm_to_make_ends_all_of_it(stack: Stack) -> None:
    pids = stack.up()
    assert stack.health() == 200
    said = stack.log.read_text()
    assert f"http://localhost:{stack.port}/" in said
    assert "raadgiver@demo.example" in said
    assert len(pids) >= 8, "make, launcher, postgres, broker, web and its workers, worker, beat"
    token = stack.run("api-token", "EMAIL=raadgiver@demo.example")
    assert re.fullmatch(r"\S{20,}\n", token.stdout), token.stderr

    assert stack.make is not None
    os.kill(stack.make.pid, signal.SIGTERM)
    stack.make.wait(30)
    stack.gone(pids)
    assert "nothing is left running" in stack.log.read_text()


@pytest.mark.slow
def test_every_other_end_and_the_second_start_is_quick(stack: Stack) -> None:
    """One data folder for all, since each start after the first is to be quick."""
    pids = stack.up()
    make = stack.make
    assert make is not None
    again = stack.run("run", f"PORT={free_port()}")
    assert again.returncode != 0
    assert "already runs from this folder at http://localhost:" in again.stderr
    os.killpg(make.pid, signal.SIGINT)  # Ctrl-C
    make.wait(30)
    stack.gone(pids)

    limit = seconds_for_second_start()
    stack.begin()
    wait_for(lambda: stack.health() == 200, limit, f"/healthz on the second start ({SECOND} s on an idle machine)")
    pids = stack.processes()
    assert stack.make is not None
    os.kill(stack.make.pid, signal.SIGINT)  # to make alone, which keeps it to itself
    stack.make.wait(30)
    stack.gone(pids)
    assert "make was interrupted" in stack.log.read_text()

    pids = stack.up()
    os.kill(stack.supervisor(), signal.SIGKILL)
    assert stack.make.wait(30) != 0
    stack.gone(pids)

    pids = stack.up()
    worker = next(pid for pid in pids if b"\0worker\0" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(worker, signal.SIGKILL)
    assert stack.make.wait(30) != 0
    assert "worker ended by itself" in stack.log.read_text()
    stack.gone(pids)

    # On the database of a stack that does not run; the token and nothing else.
    token = stack.run("api-token", "EMAIL=raadgiver@demo.example")
    assert re.fullmatch(r"\S{20,}\n", token.stdout), token.stderr
    assert not stack.processes()


@pytest.mark.slow
def test_an_end_during_the_start_leaves_nothing(stack: Stack) -> None:
    make = stack.begin()
    wait_for(lambda: (stack.state / "stack.json").exists(), 60, "servers up")
    pids = stack.processes()
    os.killpg(make.pid, signal.SIGINT)
    make.wait(30)
    stack.gone(pids)
    assert "Traceback" not in stack.log.read_text()


@pytest.mark.slow
def test_servers_named_in_the_environment_are_used(stack: Stack, tmp_path: Path) -> None:
    with passing_place("given") as place:
        given = Stack(place.path / "state", tmp_path / "..")
        launcher = (
            "import os, sys\nfrom portal.local import services\nfrom portal.local.place import Place\n"
            "from portal.local.process import crew\n"
            "with crew() as people:\n"
            "    a = services.start(people, Place.make(), lasting=False)\n"
            "    print('up', a.database, a.owner, a.broker, flush=True)\n"
            "    while True: people.look()\n"
        )
        log = tmp_path / "given.log"
        servers = start([PYTHON, "-c", launcher], log, VAEKSTBRO_STATE=str(given.state))
        try:
            wait_for(lambda: "up " in log.read_text(), 60, "servers given")
            database, owner, broker = log.read_text().split("up ", 1)[1].split()[:3]
            stack.up(DATABASE_URL=database, DATABASE_OWNER_URL=owner, REDIS_URL=broker)
            assert stack.health() == 200
            assert not (stack.state / "postgres").exists()
        finally:
            end(servers)
