"""`make run`: the whole portal on this machine, started in order, shown together, stopped together."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import TextIO

from portal.local import services
from portal.local.place import ROOT, Place
from portal.local.port import host, port_wanted
from portal.local.process import Child, Crew, Stopped, Trouble, crew, ending, say
from portal.local.services import Addresses

SETTINGS = "portal.settings.local"
_PATIENCE = 90
"""Seconds that web, worker and beat have together until /healthz is content."""


def manage(crew: Crew, name: str, command: list[str], env: dict[str, str]) -> Child:
    """A management command as a child that may end; its output is kept for the case that it fails."""
    return crew.start(
        name, [sys.executable, "manage.py", *command], env=env, cwd=ROOT, essential=False, shown=False, rank=2
    )


def succeed(crew: Crew, child: Child) -> None:
    """Waits for a command. Raises Trouble with what it said when it fails."""
    code = crew.wait(child)
    if code:
        raise Trouble(f"{child.name} failed ({ending(code)}):\n{child.tail(40)}")


def static_state() -> str:
    """A hash that changes when a static file of ours or a package changes."""
    digest = hashlib.sha256()
    sources = [ROOT / "build" / "static", *ROOT.glob("portal/*/static"), *ROOT.glob("*/static"), ROOT / "static"]
    for path in sorted(path for folder in sources for path in folder.rglob("*") if path.is_file()):
        about = path.stat()
        digest.update(f"{path.relative_to(ROOT)}:{about.st_size}:{about.st_mtime_ns}\n".encode())
    for lock in ("requirements-local.lock", "portal/settings/base.py"):
        digest.update((ROOT / lock).read_bytes())
    return digest.hexdigest()


def prepare(crew: Crew, addresses: Addresses) -> None:
    """Tables, demo area and static files. Quick when there is nothing to do."""
    begin = time.monotonic()
    say("Preparing the database …")
    with collected(crew, addresses):
        succeed(crew, manage(crew, "migrate", ["migrate", "--no-input"], addresses.env(SETTINGS, as_owner=True)))
        succeed(crew, manage(crew, "load_demo", ["load_demo", "--skip-checks"], addresses.env(SETTINGS)))
    say(f"  done in {time.monotonic() - begin:.0f} s")


@contextlib.contextmanager
def collected(crew: Crew, addresses: Addresses) -> Iterator[None]:
    """Static files are collected while the block runs, where something changed. One stack of this folder at a time."""
    stamp = ROOT / "build" / "collected.stamp"
    with (ROOT / "build" / "collected.lock").open("a") as file:
        crew.until(lambda: _locked(file), 300)
        state = static_state()
        if stamp.exists() and stamp.read_text() == state:
            fcntl.flock(file, fcntl.LOCK_UN)
            yield
            return
        stamp.unlink(missing_ok=True)
        command = ["collectstatic", "--no-input", "--clear", "--verbosity=0"]
        collecting = manage(crew, "collectstatic", command, addresses.env(SETTINGS))
        yield
        succeed(crew, collecting)
        stamp.write_text(state)


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def start(crew: Crew, addresses: Addresses, port: int) -> None:
    """Web, worker and beat, all at once."""
    env = addresses.env(SETTINGS)
    # Celery warns of root at every start; here everything is a demo and root is what a container often is.
    env["PYTHONWARNINGS"] = ",".join(filter(None, [env.get("PYTHONWARNINGS"), "ignore:You're running the worker"]))
    program = [sys.executable, "-m"]
    celery = [*program, "celery", "--quiet", "-A", "portal.jobs.celery"]
    web = ["gunicorn", "--bind", f"{host()}:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    # Loaded once, then forked: half the work of a start. No connection is opened before the first request.
    quick = ["--preload", "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"]
    crew.start("web", [*program, *web, *quick, "portal.wsgi"], env=env, cwd=ROOT, rank=2)
    worker = ["worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
    crew.start("worker", [*celery, *worker, "--without-mingle", "--without-gossip"], env=env, cwd=ROOT, rank=2)
    beat = ["beat", "--pidfile", "", "--loglevel", "WARNING"]
    crew.start("beat", [*celery, *beat], env=env, cwd=ROOT, rank=2)


def health(port: int) -> tuple[int, str]:
    """Status and text of /healthz; (0, reason) while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1" if host() == "0.0.0.0" else host(), port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def all_well(port: int) -> bool:
    """Whether every dependency is ok: /healthz also answers 200 while only worker or beat is away."""
    status, text = health(port)
    with contextlib.suppress(ValueError):
        return status == 200 and json.loads(text)["status"] == "ok"
    return False


def announce(port: int, users: Child) -> None:
    """The address and who can sign in."""
    lines = ["", f"  Vækstbro runs at http://localhost:{port}/", ""]
    lines += [f"  {line}".rstrip() for line in users.lines]
    lines += ["", "  Stop with Ctrl-C.", ""]
    print("\n".join(lines), flush=True)


def run(crew: Crew, place: Place, port: int) -> None:
    """Starts everything and looks on until somebody asks for the end (Stopped) or a part dies (Trouble)."""
    begin = time.monotonic()
    addresses = services.start(crew, place, lasting=True)
    note = {
        "pid": os.getpid(),
        "port": port,
        "database": addresses.database,
        "owner": addresses.owner,
        "broker": addresses.broker,
    }
    place.write_note({**note, "ready": False})
    prepare(crew, addresses)
    place.write_note({**note, "ready": True})
    start(crew, addresses, port)
    users = manage(crew, "demo_users", ["demo_users", "--skip-checks"], addresses.env(SETTINGS))
    succeed(crew, users)
    if not crew.until(lambda: health(port)[0] == 200, _PATIENCE):
        status, text = health(port)
        raise Trouble(f"/healthz is not content after {_PATIENCE} seconds: {status} {text}")
    # Worker and beat show themselves every other second; a first match would wait for them.
    if not crew.until(lambda: all_well(port), 15, pause=0.25):
        say(f"Not everything is well yet: {health(port)[1]}")
    say(f"Ready in {time.monotonic() - begin:.1f} s.")
    announce(port, users)
    while True:
        crew.look()


def show(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        place = Place.make()
        with place.hold() as alone:
            if not alone:
                raise Trouble(place.who())
            port = port_wanted()
            with crew(show) as people:
                try:
                    run(people, place, port)
                except Stopped as reason:
                    say(f"\nStopping ({reason}) …")
        say("Stopped; nothing is left running.")
    except Trouble as error:
        say(f"\n{error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
