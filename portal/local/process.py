"""Processes that cannot be left behind: how the launcher starts, watches, shows and stops its children.

One thread and one loop. A child's death signal (Linux) belongs to the thread that started it, and a fork
in a program with threads may hang, so there are none here.

Standard library only: used before the environment exists.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None
_TICK = 0.25
"""Seconds between two looks at the parent process; output and signals wake the loop at once."""


class Trouble(Exception):
    """Something the person at the keyboard can do something about; its text is the whole message."""


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM, a closed terminal, or make that is gone."""


def die_with_parent(sig: int = signal.SIGTERM) -> None:
    """Has the kernel send `sig` to this process when its parent dies, even by kill -9. Linux only."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)


def adopt_orphans() -> None:
    """Makes us the parent of what our children leave behind, so that `descendants` finds it. Linux only."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int) -> set[int]:
    """The living processes below `pid` (zombies are not: only their parent can clear them away)."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # After the name, which stands in brackets and may hold anything: state, parent, …
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(folder.name)] = int(parent)
    found, edge = set[int](), {pid}
    while edge := {child for child, parent in parents.items() if parent in edge} - found:
        found |= edge
    return found


@dataclass(frozen=True)
class Account:
    """The user a server is run as, when we are root."""

    name: str
    uid: int
    gid: int


def popen(
    args: Sequence[str | Path],
    *,
    death_signal: int = signal.SIGTERM,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: int | IO[bytes] | None = subprocess.DEVNULL,
    stdout: int | IO[bytes] | None = None,
    own_group: bool = True,
) -> subprocess.Popen[bytes]:
    """Starts a child that dies with us, stderr where stdout goes. `own_group` keeps the terminal's Ctrl-C away."""
    parent = os.getpid()

    def leash() -> None:
        # Runs after the change of user, which would take the death signal away again.
        die_with_parent(death_signal)
        if os.getppid() != parent:  # we died between fork and here
            os._exit(1)

    rights: dict[str, Any] = {}
    if account is not None:
        rights = {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.Popen(
        [str(a) for a in args],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.STDOUT if stdout is not None else None,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=own_group,
        preexec_fn=leash,
        **rights,
    )


def make_is_leaving(parent: int) -> bool:
    """Whether process `parent` is a make that was told to stop.

    GNU make hands SIGTERM on to its children but not SIGINT, which it expects the terminal to send to all. While it
    then waits for us its own handler is gone, which the kernel shows: SIGINT neither caught (SigCgt) nor ignored.
    """
    folder = Path(f"/proc/{parent}")
    try:
        if (folder / "comm").read_text().strip() not in {"make", "gmake"}:
            return False
        status = dict(line.split(":\t", 1) for line in (folder / "status").read_text().splitlines() if ":\t" in line)
        handled = int(status["SigCgt"], 16) | int(status["SigIgn"], 16)
    except (OSError, KeyError, ValueError):
        return False
    return not handled & (1 << (signal.SIGINT - 1))


@dataclass
class Child:
    """One process of a crew. `essential`: when it ends by itself, everything is to end."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: int
    rank: int
    essential: bool
    log: Path | None = None
    shown: bool = True
    rest: bytes = b""
    lines: list[str] = field(default_factory=list)

    def tail(self, lines: int = 15) -> str:
        """The last lines it wrote, for an error message."""
        if self.log is None:
            return "\n".join(self.lines[-lines:])
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


class Crew:
    """The children of one launcher: started in order, watched together, stopped in reverse order of rank."""

    def __init__(self, show: Callable[[str], None] | None = None) -> None:
        """`show` is given each line of output, already prefixed; None keeps it for the error message only."""
        self.children: list[Child] = []
        self._show = show
        self._selector = selectors.DefaultSelector()
        self._asked_by: str | None = None
        self._parent = os.getppid()
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._selector.register(self._reader, selectors.EVENT_READ, None)
        die_with_parent(signal.SIGTERM)
        adopt_orphans()
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(sig, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._asked_by is not None and number == signal.SIGINT:  # the second Ctrl-C does not wait
            for child in self.children:
                self._send(child, signal.SIGKILL)
        self._asked_by = signal.Signals(number).name

    def ask_to_stop(self, reason: str) -> None:
        """Makes the next look raise Stopped."""
        self._asked_by = self._asked_by or reason

    def start(
        self,
        name: str,
        args: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        account: Account | None = None,
        stdin: bytes | None = None,
        log: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        death_signal: int | None = None,
        rank: int = 1,
        essential: bool = True,
        shown: bool = True,
    ) -> Child:
        """Starts a child. Its output goes to the file `log`, or through `show`, or (not `shown`) is only remembered.

        Higher ranks are stopped first. A child that is not `essential` may end by itself.
        """
        sink: IO[bytes] | int = subprocess.PIPE if log is None else log.open("ab")
        source: int | IO[bytes] = subprocess.DEVNULL if stdin is None else subprocess.PIPE
        try:
            process = popen(
                args,
                death_signal=stop_signal if death_signal is None else death_signal,
                account=account,
                env=env,
                cwd=cwd,
                stdin=source,
                stdout=sink,
            )
        finally:
            if not isinstance(sink, int):
                sink.close()
        if stdin is not None and process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(stdin)
                process.stdin.close()
        child = Child(name, process, stop_signal, rank, essential, log, shown)
        self.children.append(child)
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, child)
        return child

    def follow(self, args: Sequence[str | Path], env: Mapping[str, str], cwd: Path) -> int:
        """Runs a program on our terminal to its end and gives its exit code. It is in our group: Ctrl-C reaches it."""
        process = popen(args, env=env, cwd=cwd, stdin=None, own_group=False)
        child = Child(Path(args[0]).name, process, signal.SIGTERM, 2, essential=False)
        self.children.append(child)
        return self.wait(child)

    def look(self, seconds: float = _TICK) -> None:
        """Waits up to `seconds` for output or a signal. Raises Stopped, or Trouble when an essential child died."""
        self._read(min(seconds, _TICK))
        self._bury_orphans()
        if self._asked_by is None and os.getppid() != self._parent:
            self._asked_by = "the command that started this is gone"
        if self._asked_by is None and make_is_leaving(self._parent):
            self._asked_by = "make was interrupted"
        if self._asked_by is not None:
            raise Stopped(self._asked_by)
        for child in self.children:
            if child.essential and child.process.poll() is not None:
                self._drain(child)
                said = child.tail() if self._show is None or child.log is not None else ""
                raise Trouble(f"{child.name} ended by itself ({ending(child.process.returncode)}).\n{said}".rstrip())

    def wait(self, child: Child) -> int:
        """Looks on until a child that is meant to end has ended; gives its exit code."""
        while child.process.poll() is None:
            self.look()
        self._drain(child)
        self.children.remove(child)
        return child.process.returncode

    def until(self, holds: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
        """Looks on until `holds()` or the time is over; says which."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                return False
            self.look(pause)
        return True

    def stop(self, grace: float = 8.0) -> None:
        """Ends everything, highest rank first: asks, waits up to `grace` seconds per rank, then kills the group."""
        for rank in sorted({child.rank for child in self.children}, reverse=True):
            group = [child for child in self.children if child.rank == rank]
            for child in group:
                if child.process.poll() is None:
                    self._send(child, child.stop_signal)
            end = time.monotonic() + grace
            while any(c.process.poll() is None for c in group) and time.monotonic() < end:
                self._read(0.05)
            for child in group:
                # The group too: what a child started and left must not outlive us.
                self._send(child, signal.SIGKILL)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(timeout=5)
                self._drain(child)
        self.children.clear()
        for _round in range(20):
            # What they left behind is ours by now (adopt_orphans): a browser of a killed test, say.
            left = descendants(os.getpid())
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            if not left:
                break
            time.sleep(0.05)

    def _bury_orphans(self) -> None:
        """Clears away dead orphans, without taking the exit codes of our own children from their Popen."""
        own = {child.process.pid for child in self.children}
        with contextlib.suppress(ChildProcessError):
            while dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if dead.si_pid in own:
                    break  # told to us first, again and again, until its Popen has asked
                os.waitpid(dead.si_pid, 0)

    def _send(self, child: Child, sig: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sig == signal.SIGKILL:
                os.killpg(child.process.pid, sig)
            elif child.process.poll() is None:
                os.kill(child.process.pid, sig)

    def _read(self, seconds: float) -> None:
        for key, _events in self._selector.select(seconds):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._reader.recv(64)
            else:
                self._take(key.data)

    def _take(self, child: Child) -> bool:
        """Reads what is there; False at the end of the output."""
        pipe = child.process.stdout
        if pipe is None or pipe.closed:
            return False
        try:
            data = os.read(pipe.fileno(), 65536)
        except BlockingIOError:
            return False
        if not data:
            self._selector.unregister(pipe)
            pipe.close()
        *lines, child.rest = (child.rest + data).split(b"\n")
        if not data and child.rest:
            lines.append(child.rest)
            child.rest = b""
        for raw in lines:
            line = raw.decode(errors="replace").rstrip()
            child.lines.append(line)
            del child.lines[:-200]
            if child.shown:
                self._say(f"{child.name:<8} | {line}")
        return bool(data)

    def _drain(self, child: Child) -> None:
        while self._take(child):
            pass

    def _say(self, line: str) -> None:
        try:
            if self._show is not None:
                self._show(line)
        except BrokenPipeError:
            # Nobody reads us any more (`make run | head`): go on in silence to a tidy end.
            self._show = None
            self.ask_to_stop("nobody reads the output")


@contextlib.contextmanager
def crew(show: Callable[[str], None] | None = None) -> Iterator[Crew]:
    """A crew that is stopped at the end of the block, however the block ends."""
    people = Crew(show)
    try:
        yield people
    finally:
        people.stop()


def ending(code: int) -> str:
    """An exit code in words."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def say(text: str) -> None:
    """A line of the launcher itself; to stderr, as stdout belongs to the command (`make api-token`)."""
    with contextlib.suppress(BrokenPipeError):
        print(text, file=sys.stderr, flush=True)
