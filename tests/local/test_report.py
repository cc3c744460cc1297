"""What could not be run is said plainly, and is a failure where everything must be run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.local.helpers import PYTHON, environment

SAMPLE = """
import pytest

def test_runs():
    pass

@pytest.mark.skip(reason="no browser on this machine")
def test_needs_a_browser():
    pass

@pytest.mark.slow
def test_takes_long():
    pass

@pytest.mark.wider
def test_goes_further_in_the_long_ring():
    pass
"""


def run(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(SAMPLE)
    command = [PYTHON, "-m", "pytest", "-p", "portal.local.report", "-p", "no:django", "-p", "no:cacheprovider", *args]
    variables = environment(**env)
    variables.pop("VAEKSTBRO_RING", None)
    variables.update(env)
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_skip_is_named_and_with_ci_fails(tmp_path: Path, workers: str) -> None:
    done = run(tmp_path, "-n", workers)
    assert done.returncode == 0
    assert "could not be run" in done.stdout
    assert "no browser on this machine  (1 test)" in done.stdout
    assert "test_needs_a_browser" in done.stdout

    done = run(tmp_path, "-n", workers, CI="true")
    assert done.returncode == 1
    assert "With CI set this fails the run" in done.stdout


def test_each_ring_leaves_to_the_other_what_is_its_own(tmp_path: Path) -> None:
    """Short: one runs, one goes further, one is skipped. Long: the slow one, and the one that goes further."""
    assert "2 passed, 1 skipped, 1 deselected" in run(tmp_path).stdout
    assert "2 passed, 2 deselected" in run(tmp_path, VAEKSTBRO_RING="long").stdout
    assert "1 passed" in run(tmp_path, "test_sample.py::test_takes_long").stdout
