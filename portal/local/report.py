"""A pytest plugin: which tests belong to which ring, and what could not be run.

The short ring is every test but the slow. The long ring is the slow and those that go further in it (`wider`); what
would be the same again is left out, so the two together are everything, once.

A test that is skipped is a promise not checked, so it is named with its reason at the end, and with CI set it fails.
"""

from __future__ import annotations

import os

import pytest
from _pytest.terminal import TerminalReporter


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: runs in the long ring only (make test-long)")
    config.addinivalue_line("markers", "wider: goes further in the long ring, so it is run in both")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves to the other ring what is its own, unless a test is asked for by its name."""
    if any("::" in arg for arg in config.args):
        return
    ring = of_long_ring if os.environ.get("VAEKSTBRO_RING") == "long" else of_short_ring
    other = [item for item in items if not ring(item)]
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if ring(item)]


def of_short_ring(item: pytest.Item) -> bool:
    return not item.get_closest_marker("slow")


def of_long_ring(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("slow") or item.get_closest_marker("wider"))


def not_run(reporter: TerminalReporter) -> dict[str, list[str]]:
    """Reason → tests that were skipped for it."""
    reasons: dict[str, list[str]] = {}
    for report in reporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons.setdefault(reason.removeprefix("Skipped: "), []).append(report.nodeid)
    return reasons


def _reporter(config: pytest.Config) -> TerminalReporter | None:
    reporter: TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    return reporter


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    reasons = not_run(terminalreporter)
    if not reasons:
        return
    terminalreporter.section("could not be run", sep="=", red=bool(os.environ.get("CI")), bold=True)
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"{reason}  ({len(tests)} test{'s' * (len(tests) > 1)})")
        for test in tests[:10]:
            terminalreporter.write_line(f"    {test}")
    if os.environ.get("CI"):
        terminalreporter.write_line("With CI set this fails the run: there everything has to be run.", red=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> object:
    reporter = _reporter(session.config)
    # The workers of xdist have no reporter of their own worth asking; the one who started them judges.
    judge = reporter is not None and not hasattr(session.config, "workerinput")
    passed = session.exitstatus == pytest.ExitCode.OK
    if os.environ.get("CI") and judge and passed and reporter is not None and not_run(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return (yield)
