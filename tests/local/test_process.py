"""The launcher's promise: whichever way it ends, nothing it started is left. On small children, without the portal."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.local.helpers import PYTHON, ROOT, alive, end, start, wait_for

SCRIPT = str(ROOT / "tests" / "local" / "crew_for_tests.py")


def started(log: Path) -> list[int]:
    """The process ids in the launcher's line `started …`; empty until it is there."""
    lines = [line.split() for line in log.read_text().splitlines() if line.startswith("started ")]
    return [int(word) for word in lines[0][1:]] if lines else []


@pytest.fixture
def launched(tmp_path: Path) -> object:
    """Starts the small launcher by a command; gives the process and its log once all children run."""
    processes: list[subprocess.Popen[bytes]] = []

    def launch(*args: str) -> tuple[subprocess.Popen[bytes], Path, list[int]]:
        log = tmp_path / "log"
        process = start(list(args), log, cwd=tmp_path)
        processes.append(process)
        wait_for(lambda: bool(started(log)), 60, "children started")
        return process, log, started(log)

    yield launch
    for process in processes:
        end(process)


Launch = Callable[..., tuple[subprocess.Popen[bytes], Path, list[int]]]


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_children_grandchildren_and_stubborn_ones(launched: Launch, sig: signal.Signals) -> None:
    process, log, pids = launched(PYTHON, SCRIPT)
    assert len(pids) == 3
    os.killpg(process.pid, sig)
    assert process.wait(15) == 0
    assert f"stopped: {sig.name}" in log.read_text()
    assert alive(pids) == set()


def test_kill_9_leaves_no_child(launched: Launch) -> None:
    process, _log, pids = launched(PYTHON, SCRIPT)
    children = {pid for pid in pids if "sleep" not in Path(f"/proc/{pid}/cmdline").read_text()}
    os.kill(process.pid, signal.SIGKILL)
    wait_for(lambda: not alive(children), 30, "children dead")
    for pid in alive(pids):  # a session of its own without a leash: no server of ours does that
        os.kill(pid, signal.SIGKILL)


def test_a_child_that_dies_is_named_and_ends_all(launched: Launch) -> None:
    process, log, pids = launched(PYTHON, SCRIPT, "die")
    assert process.wait(30) == 1
    assert "trouble: parent ended by itself (signal SIGKILL)" in log.read_text()
    assert alive(pids) == set()


@pytest.fixture
def makefile(tmp_path: Path) -> Path:
    path = tmp_path / "Makefile"
    path.write_text(f"run:\n\t@exec {PYTHON} {SCRIPT}\n")
    return path


@pytest.mark.parametrize(
    ("sig", "reason"),
    [
        (signal.SIGTERM, "SIGTERM"),
        # make hands only SIGTERM on; the launcher sees that make waits for it.
        (signal.SIGINT, "make was interrupted"),
        (signal.SIGKILL, ""),
    ],
)
def test_a_signal_to_make_alone_stops_everything(
    launched: Launch, makefile: Path, sig: signal.Signals, reason: str
) -> None:
    process, log, pids = launched("make", "-f", str(makefile), "run")
    os.kill(process.pid, sig)
    process.wait(20)
    wait_for(lambda: not alive(pids), 30, f"children dead: {log.read_text()}")
    wait_for(lambda: "stopped: " + reason in log.read_text(), 30, log.read_text())


def test_output_nobody_reads_any_more_ends_all_tidily(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start(["sh", "-c", f"{PYTHON} {SCRIPT} talk | head -n 6"], log, cwd=tmp_path)
    wait_for(lambda: bool(started(log)), 60, "children started")
    assert process.wait(20) == 0
    wait_for(lambda: not alive(started(log)), 30, "children dead")
