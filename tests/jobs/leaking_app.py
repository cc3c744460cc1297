"""The Celery app of a worker that a test starts: it fails with what it was given. Not for import into the tests."""

from django.db import connection

from portal.jobs import on_facts
from portal.jobs.celery import app

__all__ = ["app", "leak", "listener"]
WORD = "zq9sentinel"


@app.task(name="tests.leak")
def leak(word: str, number: int) -> None:
    raise RuntimeError(f"{word} {number}")


@on_facts
def listener() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [WORD])
    return 0
