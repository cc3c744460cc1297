"""`make lock`: writes the lock files anew from pyproject.toml and package.json. No lock file names a host."""

from __future__ import annotations

import subprocess
import sys

from portal.local.bootstrap import ROOT, npm_commands

_COMMON = [
    *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet"),
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock"),
]
# Each takes the one before as a limit, so that the dev environment holds the local one.
_LOCKS: list[tuple[str, list[str]]] = [
    ("requirements.lock", []),
    ("requirements-local.lock", ["--extra", "local", "-c", "requirements.lock"]),
    ("requirements-dev.lock", ["--extra", "local", "--extra", "dev", "-c", "requirements-local.lock"]),
]


def main() -> int:
    upgrade = sys.argv[1:]  # for example --upgrade
    for name, more in _LOCKS:
        subprocess.run([*_COMMON, *more, *upgrade, "--output-file", name], cwd=ROOT, check=True)
        print(name)
    npm = next(npm_commands(), None)
    if npm is not None:
        command = [*npm, "install", "--package-lock-only", "--ignore-scripts"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        print("package-lock.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
