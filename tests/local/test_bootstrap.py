"""The first words a newcomer may read, and that preparation is done once."""

from __future__ import annotations

import ast
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from portal.local import assets, bootstrap
from tests.local.helpers import PYTHON, ROOT, environment, free_port

BOOTSTRAP = ROOT / "portal" / "local" / "bootstrap.py"


def run(args: list[str], cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        args, cwd=cwd, env=environment(**env), capture_output=True, text=True, timeout=120, check=False
    )


def test_a_too_old_python_is_told_which_one_is_needed() -> None:
    pretend = (
        "import sys, runpy; sys.version_info = (3, 9, 18, 'final', 0);"
        f"sys.argv = ['bootstrap.py', 'run']; runpy.run_path({str(BOOTSTRAP)!r}, run_name='__main__')"
    )
    done = run([PYTHON, "-c", pretend])
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9" in done.stderr
    assert "make PYTHON=" in done.stderr


def test_an_old_python_can_read_the_file_that_tells() -> None:
    ast.parse(BOOTSTRAP.read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.fixture
def bare_project(tmp_path: Path) -> Path:
    """A project folder in which nothing has been prepared."""
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "__init__.py").touch()
    shutil.copytree(ROOT / "portal" / "local", tmp_path / "portal" / "local")
    for name in ("requirements-local.lock", "requirements-dev.lock", "package-lock.json", "package.json", "Makefile"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_python_without_venv_is_told_what_to_install(bare_project: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    # As on Debian without python3-venv: venv is there, what it needs is not.
    (broken / "ensurepip.py").write_text("raise ImportError('not installed')")
    done = run(["make", "run", f"PYTHON={PYTHON}", f"PORT={free_port()}"], cwd=bare_project, PYTHONPATH=str(broken))
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (bare_project / ".venv").exists()


def test_packages_are_installed_only_when_the_lock_changed(bare_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "ROOT", bare_project)
    monkeypatch.setattr(bootstrap, "VENV", bare_project / ".venv")
    monkeypatch.setattr(bootstrap, "quietly", lambda args, failing, env=None: commands.append([str(a) for a in args]))
    bootstrap.install_packages("local")
    assert len(commands) == 1
    assert "--require-hashes" in commands[0]
    bootstrap.install_packages("local")
    assert len(commands) == 1
    bootstrap.install_packages("dev")
    bootstrap.install_packages("local")  # the dev packages hold the local ones
    assert len(commands) == 2
    with (bare_project / "requirements-local.lock").open("a") as lock:
        lock.write("# changed\n")
    bootstrap.install_packages("local")
    assert len(commands) == 3


def test_lock_files_name_no_host_and_every_package_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-local.lock", "requirements-dev.lock", "package-lock.json"):
        text = (ROOT / name).read_text()
        assert "http" not in text.replace("httpcore", "").replace("httpx", ""), name
        if name.endswith(".lock"):
            packages = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
            assert packages
            assert all(line.endswith("\\") for line in packages), name


def test_the_dev_lock_holds_the_versions_of_the_run_time_lock() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text().splitlines()
        return {line.split(" ")[0].split(";")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}

    assert pins("requirements.lock") <= pins("requirements-local.lock") <= pins("requirements-dev.lock")


def test_a_used_port_is_a_message_and_nothing_is_started(tmp_path: Path) -> None:
    state = tmp_path / "state"
    # As root the place must be enterable for the servers' user, which pytest's folders are not.
    home = Path("/var/tmp") / f"vaekstbro-port-{os.getpid()}" if os.geteuid() == 0 else state
    try:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = run(["make", "run", f"PORT={port}"], VAEKSTBRO_STATE=str(home))
        assert done.returncode != 0
        assert f"Port {port} is used by another program" in done.stderr
        assert "make run PORT=" in done.stderr
        assert not (home / "postgres").exists()
        done = run(["make", "run", "PORT=abc"], VAEKSTBRO_STATE=str(home))
        assert "PORT=abc is not a port number" in done.stderr
    finally:
        shutil.rmtree(home, ignore_errors=True)


def test_the_design_system_has_no_loose_ends(tmp_path: Path) -> None:
    assets.copy(target=tmp_path / "dkfds")
    css = (tmp_path / "dkfds" / "css" / "dkfds.min.css").read_text(encoding="utf-8")
    assert "sourceMappingURL" not in css
    assert css.count("@font-face") == len(assets.FONTS)
    assert ".woff)" not in css
    references = {
        url.strip("\"'") for url in css.split("url(")[1:] for url in [url.split(")")[0]] if "data:" not in url
    }
    missing = [url for url in references if not (tmp_path / "dkfds" / "css" / url).exists()]
    assert references
    assert missing == []
    assert (tmp_path / "dkfds" / "LICENSE.md").exists()
    assert not list(tmp_path.rglob("*virk*")), "their names and logos are not ours to use"


def test_help_lists_every_target() -> None:
    done = run(["make", "help"])
    for target in ("run", "test", "test-long", "bench", "lint", "types", "check", "manage", "api-token", "clean"):
        assert f"make {target} " in done.stdout
