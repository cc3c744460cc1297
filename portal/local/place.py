"""Where the local servers live on this machine, and as whom they run.

Standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.local.process import Account, Trouble

ROOT = Path(__file__).resolve().parent.parent.parent


def server_account() -> Account | None:
    """None when we are an ordinary user. As root: the user to become, since Postgres refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise Trouble("Postgres does not run as root, and this machine has neither a user 'postgres' nor 'nobody'.")


def home() -> Path:
    """The folder of the local servers: `.local` in the project; as root below /var/tmp, where others may enter."""
    given = os.environ.get("VAEKSTBRO_STATE")
    if given:
        return Path(given).resolve()
    return default_home()


def default_home() -> Path:
    """`home()` without the override; programs copied for the servers are kept here."""
    if os.geteuid() != 0:
        return ROOT / ".local"
    return Path("/var/tmp") / f"vaekstbro-{hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:10]}"


@dataclass(frozen=True)
class Place:
    """A folder that belongs to one stack: its data, sockets, logs and lock."""

    path: Path
    account: Account | None

    @classmethod
    def make(cls, path: Path | None = None) -> Place:
        """Makes the folder. Raises Trouble when it is not ours or the servers' user cannot get in."""
        path = path or home()
        account = server_account()
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o755)
        except OSError as error:
            raise Trouble(f"The folder for the local servers cannot be made: {path}: {error.strerror}.") from error
        about = path.lstat()
        if path.is_symlink() or about.st_uid != os.geteuid():
            raise Trouble(f"{path} belongs to another user. Remove it, or set VAEKSTBRO_STATE to another folder.")
        if account is not None:
            path.chmod(0o755)
            blocked = next((p for p in [path, *path.parents] if not _may_enter(p, account)), None)
            if blocked is not None:
                raise Trouble(f"The user '{account.name}', who runs the servers, may not enter {blocked}.")
        return cls(path, account)

    def folder(self, name: str, for_server: bool = False) -> Path:
        """A folder in here; `for_server`: it belongs to the servers' user and nobody else may enter."""
        path = self.path / name
        path.mkdir(exist_ok=True)
        if for_server:
            path.chmod(0o700)
            if self.account is not None:
                os.chown(path, self.account.uid, self.account.gid)
        return path

    def log(self, name: str) -> Path:
        """The log file of a server, begun anew when it has grown."""
        path = self.folder("log") / f"{name}.log"
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size > 5_000_000:
                path.unlink()
        return path

    @contextlib.contextmanager
    def hold(self) -> Iterator[bool]:
        """Yields True while we alone may start servers here, False when another stack does. Freed with the process."""
        with (self.path / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            self.note.unlink(missing_ok=True)
            try:
                yield True
            finally:
                self.note.unlink(missing_ok=True)

    def who(self) -> str:
        """Who holds this place, for the one who cannot have it."""
        note = self.read_note()
        where = f" at http://localhost:{note['port']}/ (process {note['pid']})" if "port" in note else ""
        return f"Vækstbro already runs from this folder{where}. Stop it first (Ctrl-C there)."

    @property
    def note(self) -> Path:
        """What the running stack tells others: process id, port, addresses. Only to its own user."""
        return self.path / "stack.json"

    def write_note(self, about: dict[str, Any]) -> None:
        fresh = self.note.with_suffix(".new")
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(about, file)
        fresh.rename(self.note)

    def read_note(self) -> dict[str, Any]:
        """Empty when there is none, or not yet."""
        try:
            note: dict[str, Any] = json.loads(self.note.read_text())
        except (OSError, ValueError):
            return {}
        return note


def _may_enter(folder: Path, account: Account) -> bool:
    about = folder.stat()
    if about.st_uid == account.uid:
        return bool(about.st_mode & 0o100)
    if about.st_gid == account.gid:
        return bool(about.st_mode & 0o010)
    return bool(about.st_mode & 0o001)


@contextlib.contextmanager
def passing_place(name: str) -> Iterator[Place]:
    """A place for one test run, gone afterwards; those that killed runs left behind are cleared away."""
    above = default_home()
    Place.make(above)
    for old in above.glob("run-*"):
        if not old.is_dir():
            continue
        with contextlib.suppress(OSError), (old / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(old, ignore_errors=True)
    place = Place.make(Path(tempfile.mkdtemp(prefix=f"run-{name}-", dir=above)))
    with place.hold() as alone:
        assert alone
        try:
            yield place
        finally:
            shutil.rmtree(place.path, ignore_errors=True)


def copied(source: list[Path], name: str, account: Account | None) -> Path:
    """A folder in which the entries of `source` lie side by side, readable for `account`.

    An ordinary user runs them where they are (all entries have one parent). As root they are copied once to where
    the servers' user may enter: the environment often lies below a folder like /root.
    """
    if account is None:
        return source[0].parent
    target = default_home() / "tools" / name
    if not target.exists():
        Place.make(default_home())
        target.parent.mkdir(exist_ok=True, mode=0o755)
        fresh = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=target.parent))
        for entry in source:
            if entry.is_dir():
                useless = shutil.ignore_patterns("include", "*.pyc")
                shutil.copytree(entry, fresh / entry.name, symlinks=True, ignore=useless)
            else:
                shutil.copy2(entry, fresh / entry.name)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            fresh.rename(target)
        except OSError:  # another make was quicker
            shutil.rmtree(fresh, ignore_errors=True)
    return target
