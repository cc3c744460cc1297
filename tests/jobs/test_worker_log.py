"""A real worker with the logging of production: what a task is given and what fails in it is not in the log."""

import json
from pathlib import Path

from celery import Celery

from tests.jobs.machinery import Machinery, OwnBroker, until

WORD = "zq9sentinel"


def test_what_a_task_is_given_and_says_is_not_logged(broker: OwnBroker, tables: None, tmp_path: Path) -> None:
    log = tmp_path / "celery.log"
    machinery = Machinery(broker.url, log, "tests.jobs.leaking_app", "tests.jobs.leaking_settings", level="DEBUG")
    try:
        machinery.worker()
        with Celery("sender", broker=broker.url).connection_for_write() as sender:
            app = Celery("sender", broker=broker.url)
            app.send_task("tests.leak", args=[WORD], kwargs={"number": 4711}, queue="sweep", connection=sender)
            app.send_task("portal.jobs.sweep", queue="sweep", connection=sender)
            app.send_task(f"tests.{WORD}", args=[WORD], queue="sweep", connection=sender)
        assert until(lambda: log.exists() and log.read_text().count('"exception"') >= 3)
    finally:
        machinery.end()
        text = log.read_text()
        print(text)  # noqa: T201  # shown by pytest when the test fails
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    failures = {line["exception"]["type"]: line for line in lines if "exception" in line}
    assert "tests.leak" in failures["builtins.RuntimeError"]["message"]
    assert failures["django.db.utils.DataError"]["exception"]["cause"]["sqlstate"] == "22P02"
    assert WORD not in text
