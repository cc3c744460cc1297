"""Processes started by tests: waiting for their output, and asking what is left of them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(**more: str) -> dict[str, str]:
    """Ours without what the test run itself was given: no servers, no CI, no make above."""
    foreign = (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "MAKEFLAGS",
        "MFLAGS",
        "MAKELEVEL",
        "ARGS",
        "CI",
        "PORT",
    )
    kept = {key: value for key, value in os.environ.items() if key not in foreign and not key.startswith("PYTEST")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


def start(args: list[str], log: Path, cwd: Path = ROOT, **env: str) -> subprocess.Popen[bytes]:
    """A program in a process group of its own, as a terminal starts it, writing into `log`."""
    with log.open("wb") as sink:
        return subprocess.Popen(
            args, cwd=cwd, env=environment(**env), stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, process_group=0
        )


def wait_for(holds: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def alive(pids: Iterable[int]) -> set[int]:
    """Those that still run. A zombie does not: it only waits for its parent to take note."""
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.add(pid)
    return found


def with_environment(name: str, value: str) -> set[int]:
    """Every running process that carries name=value, whoever its parent is by now."""
    wanted = f"{name}={value}".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
        except OSError:
            continue
    return alive(found) - {os.getpid()}


def mentioning(text: str) -> set[int]:
    """Every running process whose command line or working directory names `text`."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (folder / "cmdline").read_bytes() or text in str((folder / "cwd").readlink()):
                found.add(int(folder.name))
        except OSError:
            continue
    return alive(found) - {os.getpid()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end(process: subprocess.Popen[bytes]) -> None:
    """Whatever happened, nothing of the test is left."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


PYTHON = sys.executable
