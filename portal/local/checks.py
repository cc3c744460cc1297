"""`make check`: what no test says. Missing migrations and translations, production settings, the API description.

All of them are run, each with its result; the exit code is 1 when one failed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable

from portal.local import api_diff, sbom
from portal.local.place import ROOT
from portal.local.services import clean_environment

PRODUCTION = {
    "SECRET_KEY": "a-check-only-a-check-only-a-check-only-a-check-only-4711-åæø",
    "ALLOWED_HOSTS": "portal.example.dk",
    "DATABASE_URL": "postgres://vaekstbro:secret@database.example/vaekstbro",
    "REDIS_URL": "redis://broker.example:6379/0",
    "ERASURE_FILE": "/var/lib/vaekstbro/erasures.jsonl",
}
"""A full set of made-up values."""
REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "ERASURE_FILE")
API_DESCRIPTION = ROOT / "docs" / "openapi.yaml"
DEMO_AREA = {"DJANGO_SETTINGS_MODULE": "portal.settings.local"}
COMPOSE = {
    **{name: PRODUCTION[name] for name in ("SECRET_KEY", "ALLOWED_HOSTS")},
    **dict.fromkeys(("POSTGRES_PASSWORD", "OWNER_PASSWORD", "RUNTIME_PASSWORD"), "secret"),
}


def manage(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A management command with exactly these settings, and no server behind it."""
    base = {key: value for key, value in clean_environment().items() if key not in {*PRODUCTION, "DEMO_AREA"}}
    program = [sys.executable, "-W", "ignore::RuntimeWarning", "manage.py"]
    return subprocess.run(
        [*program, *command], env={**base, **env}, cwd=ROOT, capture_output=True, text=True, check=False
    )


def _failure(done: subprocess.CompletedProcess[str]) -> str | None:
    return None if done.returncode == 0 else f"{done.stdout}{done.stderr}".strip()


def migrations() -> str | None:
    return _failure(manage("makemigrations", "--check", "--dry-run", **DEMO_AREA))


def translations() -> str | None:
    return _failure(manage("messages", "--check", **DEMO_AREA))


def production_settings() -> str | None:
    """Django's own list for production, and the refusal that names what is missing."""
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings.production"}
    if trouble := _failure(manage("check", "--deploy", "--fail-level", "WARNING", **settings, **PRODUCTION)):
        return trouble
    for gone in (REQUIRED, *((name,) for name in REQUIRED)):
        given = {name: value for name, value in PRODUCTION.items() if name not in gone}
        refused = manage("check", **settings, **given)
        unnamed = [name for name in gone if name not in refused.stderr]
        if refused.returncode == 0 or unnamed:
            return f"Without {', '.join(gone)} production settings must refuse and name each. Unnamed: {unnamed}"
    return None


def api_description() -> str | None:
    """The committed description is what the code gives; without warnings."""
    made = manage("spectacular", "--validate", "--fail-on-warn", **DEMO_AREA)
    if made.returncode:
        return _failure(made)
    committed = API_DESCRIPTION.read_text(encoding="utf-8") if API_DESCRIPTION.exists() else ""
    if made.stdout.strip() != committed.strip():
        return f"{API_DESCRIPTION.relative_to(ROOT)} is not what the code gives: make api-description, and look."
    return None


def compose() -> str | None:
    """docker-compose.yml read by a client, when there is one; tests/local look at its structure in any case."""
    clients = [["docker-compose"], ["docker", "compose"]]
    env = {**clean_environment(), **COMPOSE}
    for client in clients:
        if shutil.which(client[0]) is None:
            continue
        if subprocess.run([*client, "version"], capture_output=True, check=False).returncode == 0:
            done = subprocess.run(
                [*client, "config", "--quiet"], env=env, cwd=ROOT, capture_output=True, text=True, check=False
            )
            return _failure(done)
    print("       (no docker-compose here: only tests/local look at its structure)")
    return None


def parts_list() -> str | None:
    """The list of parts can be made from the lock files, and has all of them."""
    made = sbom.bill()["components"]
    nameless = [each["name"] for each in made if not each["version"] or not (each.get("hashes") or each["properties"])]
    return f"Without a version or a hash in the lock files: {', '.join(nameless)}" if nameless or not made else None


CHECKS: dict[str, Callable[[], str | None]] = {
    "no missing migrations": migrations,
    "no missing translations": translations,
    "production settings": production_settings,
    "the API's description": api_description,
    "the API's promises": api_diff.review,
    "docker-compose.yml": compose,
    "the list of parts (SBOM)": parts_list,
}


def main() -> int:
    failed = 0
    for name, check in CHECKS.items():
        trouble = check()
        print(f"{'failed' if trouble else 'ok':<6} {name}", flush=True)
        if trouble:
            failed += 1
            print("\n".join(f"       {line}" for line in trouble.splitlines()[-25:]), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
