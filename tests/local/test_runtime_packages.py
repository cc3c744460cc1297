"""What is locked for running is enough to run: the tests' environment has more, and would hide a gap."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# As if only the locked packages were there; then what web, worker and broker load when they start.
RUNS = """
import sys
from importlib.metadata import packages_distributions

locked = set(sys.argv[1].split())
normal = lambda name: name.lower().replace("_", "-").replace(".", "-")
known = {module: {normal(name) for name in names} for module, names in packages_distributions().items()}

class OnlyLocked:
    def find_spec(self, name, path=None, target=None):
        of = known.get(name.partition(".")[0])
        if of and not of & locked:
            raise ModuleNotFoundError(f"{name} is not locked for running", name=name)

sys.meta_path.insert(0, OnlyLocked())
import portal.wsgi, portal.urls, portal.jobs.celery, kombu.transport.redis
import celery.bin.celery, celery.concurrency.prefork, celery.worker.consumer
import gunicorn.app.wsgiapp, gunicorn.workers.gthread
from django.urls import get_resolver
get_resolver().url_patterns
"""


def locked() -> set[str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in lines if re.match(r"[A-Za-z0-9]", line)}


def starts(packages: set[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUNS, " ".join(packages)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"DJANGO_SETTINGS_MODULE": "portal.settings.local", "PATH": "/usr/bin:/bin"},
    )


def test_what_is_locked_is_enough_to_start() -> None:
    done = starts(locked())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", ["packaging", "pyotp"])
def test_a_gap_would_be_seen(package: str) -> None:
    done = starts(locked() - {package})
    assert f"{package} is not locked for running" in done.stderr
