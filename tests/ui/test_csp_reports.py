"""A browser's report is logged in words of our own: nothing is repeated, read at length, or told too often."""

import json
import logging

import pytest
from django.test import Client

from portal.ui import csp_reports
from portal.ui.csp_reports import MOST, Allowance

WORD = "zq9sentinel"
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]

OLD = {"csp-report": {
    "document-uri": "http://testserver/was?q=" + WORD, "referrer": WORD, "violated-directive": "script-src-elem",
    "effective-directive": "script-src-elem", "original-policy": WORD, "blocked-uri": f"https://{WORD}.example/x.js",
    "line-number": 12, "source-file": WORD, "script-sample": WORD,
}}  # fmt: skip
NEW = [{"type": "csp-violation", "url": WORD, "user_agent": WORD, "body": {
    "documentURL": "http://testserver/was", "effectiveDirective": "style-src-attr", "blockedURL": "inline",
    "lineNumber": 7, "sample": WORD,
}}]  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csp_reports, "allowance", Allowance(3))


def send(body: object, kind: str = "application/csp-report", client: Client | None = None) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (client or Client(enforce_csrf_checks=True)).post("/csp-rapport/", data, content_type=kind).status_code


def test_both_shapes_are_told_without_what_the_sender_wrote(caplog: pytest.LogCaptureFixture) -> None:
    assert send(OLD) == 204
    assert send(NEW, "application/reports+json") == 204
    first, second = (record.getMessage() for record in caplog.records if record.name == csp_reports.__name__)
    assert first == "The policy stopped another site by script-src-elem on was, line 12 (0 not told)"
    assert second == "The policy stopped inline by style-src-attr on was, line 7 (0 not told)"
    assert WORD not in caplog.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (OLD, "text/plain", 415),
        (OLD, "application/x-www-form-urlencoded", 415),
        (b"x" * (MOST + 1), "application/csp-report", 413),
        (b"{" + WORD.encode(), "application/csp-report", 400),
        (b"\xff\xfe", "application/csp-report", 400),
        (b"[" * 15000, "application/csp-report", 400),
        (b"[]", "application/csp-report", 204),
        (b"7", "application/csp-report", 204),
        (b'{"csp-report": 7}', "application/csp-report", 204),
        ([{"body": {"blockedURL": [], "documentURL": {}, "lineNumber": WORD}}], "application/reports+json", 204),
        ([{"body": {"blockedURL": "http://[", "documentURL": "http://["}}], "application/reports+json", 204),
    ],
)
def test_anything_may_come(body: object, kind: str, status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert send(body, kind) == status
    assert not [record for record in caplog.records if record.levelno > logging.WARNING]
    assert WORD not in " ".join(record.getMessage() for record in caplog.records if "csp" in record.name)


def test_only_so_many_a_minute_and_those_left_out_are_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 6000.0
    monkeypatch.setattr(csp_reports.time, "monotonic", lambda: now)
    assert [send(OLD) for _time in range(5)] == [204, 204, 204, 429, 429]
    now += 60
    assert send(OLD) == 204
    said = [record.getMessage() for record in caplog.records if record.name == csp_reports.__name__]
    assert len(said) == 4
    assert said[-1].endswith("(2 not told)")


def test_it_is_for_sending_only() -> None:
    assert Client().get("/csp-rapport/").status_code == 405
