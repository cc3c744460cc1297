"""Scheduled jobs: once per period, in order, with their reasons."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from portal import jobs
from portal.jobs import dispatch, nightly, registry
from portal.jobs.apps import dependencies_can_be_met
from portal.jobs.models import JobRun

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
Status = JobRun.Status


@pytest.fixture(autouse=True)
def no_other_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_jobs", {})


def test_a_job_is_done_once_per_period(transactional_db: None) -> None:
    periods: list[str] = []
    jobs.scheduled("count", at="02:00")(lambda run: periods.append(run.period))
    assert dispatch.run_due(NOW) == ["count 2026-03-14"]
    assert dispatch.run_due(NOW) == []
    assert dispatch.run_due(datetime(2026, 3, 15, 0, 30, tzinfo=UTC)) == [], "before two o'clock"
    assert dispatch.run_due(datetime(2026, 3, 15, 1, 30, tzinfo=UTC)) == ["count 2026-03-15"]
    assert periods == ["2026-03-14", "2026-03-15"]
    assert [run.status for run in JobRun.objects.all()] == [Status.DONE, Status.DONE]


def test_two_dispatchers_at_once_do_it_once(transactional_db: None) -> None:
    """Protection: the lock of the dispatcher. The job is in the middle while the second dispatcher comes."""
    runs: list[int] = []
    inside, go_on = threading.Event(), threading.Event()

    @jobs.scheduled("slow")
    def slow(run: jobs.Run) -> None:
        runs.append(1)
        inside.set()
        assert go_on.wait(20)

    def first() -> None:
        try:
            dispatch.run_due(NOW)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert inside.wait(20)
        go_on_later = threading.Timer(5, go_on.set)  # only so that a missing lock fails instead of hanging
        go_on_later.start()
        assert dispatch.run_due(NOW) == []
        go_on_later.cancel()
    finally:
        go_on.set()
        thread.join(20)
    assert runs == [1]
    run = JobRun.objects.get()
    assert (run.status, run.attempts) == (Status.DONE, 1)


def test_a_job_waits_for_those_it_depends_on(transactional_db: None, caplog: pytest.LogCaptureFixture) -> None:
    order: list[str] = []
    ill = True

    @jobs.scheduled("second", at="00:00", depends_on=["first"])
    def second(run: jobs.Run) -> None:
        order.append("second")

    @jobs.scheduled("first", at="01:00")
    def first(run: jobs.Run) -> None:
        order.append("first")
        if ill:
            raise RuntimeError("not today")

    with caplog.at_level(logging.CRITICAL):
        dispatch.run_due(NOW)
    assert order == ["first"]
    assert JobRun.objects.get(name="second").status == Status.QUEUED
    ill = False
    dispatch.run_due(NOW)
    assert order == ["first", "first", "second"]


def test_a_failure_is_kept_with_its_reason_and_tried_three_times(
    transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    @jobs.scheduled("ill")
    def ill(run: jobs.Run) -> None:
        raise ValueError("the reason")

    with caplog.at_level(logging.CRITICAL):
        for _ in range(5):
            dispatch.run_due(NOW)
    run = JobRun.objects.get()
    assert (run.status, run.attempts) == (Status.FAILED, 3)
    assert run.error.startswith("ValueError: the reason")


def test_a_result_that_cannot_be_stored_is_a_failure(transactional_db: None, caplog: pytest.LogCaptureFixture) -> None:
    jobs.scheduled("odd")(lambda run: jobs.Outcome({"set": {1}}))
    with caplog.at_level(logging.CRITICAL):
        dispatch.run_due(NOW)
    assert JobRun.objects.get().status == Status.FAILED


def test_a_run_whose_worker_died_is_done_again(transactional_db: None) -> None:
    """Protection: "running" without the lock is nobody's; after three times it is given up."""
    jobs.scheduled("count")(lambda run: None)
    JobRun.objects.create(name="count", period="2026-03-14", status=Status.RUNNING, attempts=1, queued_at=NOW)
    JobRun.objects.create(name="count", period="2026-03-13", status=Status.RUNNING, attempts=3, queued_at=NOW)
    assert dispatch.run_due(NOW) == ["count 2026-03-14"]
    assert JobRun.objects.get(period="2026-03-14").status == Status.DONE
    assert JobRun.objects.get(period="2026-03-13").status == Status.FAILED


def test_progress_is_seen_while_the_job_is_in_its_transaction(transactional_db: None) -> None:
    shown: list[tuple[int, int]] = []

    def look() -> None:
        run = JobRun.objects.get()
        shown.append((run.progress_done, run.progress_total))
        connection.close()

    @jobs.scheduled("slow")
    def slow(run: jobs.Run) -> None:
        with transaction.atomic():
            JobRun.objects.exists()
            run.progress(3, 10)
            thread = threading.Thread(target=look)
            thread.start()
            thread.join(20)

    dispatch.run_due(NOW)
    assert shown == [(3, 10)]


@pytest.mark.parametrize(
    ("period", "moment", "expected"),
    [
        ("day", "2026-03-14T02:00", "2026-03-14"),
        ("day", "2026-03-14T01:59", "2026-03-13"),
        ("day", "2026-03-29T03:00", "2026-03-29"),  # the hour from two to three does not exist
        ("month", "2026-03-01T01:59", "2026-02"),
        ("month", "2026-03-01T02:00", "2026-03"),
        ("month", "2026-01-01T00:00", "2025-12"),
    ],
)
def test_the_newest_period_that_is_due(period: registry.Period, moment: str, expected: str) -> None:
    jobs.scheduled("any", period=period, at="02:00")(lambda run: None)
    assert (
        registry.newest_period(registry.jobs()["any"], datetime.fromisoformat(moment).replace(tzinfo=COPENHAGEN))
        == expected
    )


@pytest.mark.parametrize(
    ("dependencies", "reason"),
    [
        ({"a": ["b"]}, "depends on b, which nobody registered"),
        ({"a": ["b"], "b": ["a"]}, "wait for each other: a → b → a"),
    ],
)
def test_dependencies_that_cannot_be_met_are_a_mistake_in_the_code(
    dependencies: dict[str, list[str]], reason: str
) -> None:
    for name, needed in dependencies.items():
        jobs.scheduled(name, depends_on=needed)(lambda run: None)
    [error] = dependencies_can_be_met(None)
    assert reason in str(error.msg)


def audit_that_finds(found: list[object], monkeypatch: pytest.MonkeyPatch) -> Callable[[], JobRun]:
    from portal.ledger import audit

    monkeypatch.setattr(audit, "differences", lambda: found)
    jobs.scheduled("ledger_audit")(nightly.ledger_audit)

    def run() -> JobRun:
        dispatch.run_due(NOW)
        return JobRun.objects.get()

    return run


def test_the_ledger_audit_is_empty(transactional_db: None) -> None:
    jobs.scheduled("ledger_audit")(nightly.ledger_audit)
    dispatch.run_due(NOW)
    run = JobRun.objects.get()
    assert (run.status, run.result) == (Status.DONE, {"differences": 0, "first": []})


def test_the_ledger_audit_is_an_alert(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL):
        run = audit_that_finds([{"measure": "a", "day": NOW.date()}] * 101, monkeypatch)()
    assert run.status == Status.ALERT
    assert run.result["differences"] == 101
    assert run.result["first"][0] == {"measure": "a", "day": "2026-03-14"}
    assert len(run.result["first"]) == 100
