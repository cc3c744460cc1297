"""The Celery app of a worker that a test starts, with one more listener. Not for import into the tests' own process."""

from django.db import connection

from portal.jobs import on_facts
from portal.jobs.celery import app
from tests.jobs.machinery import GATE

__all__ = ["app", "tally"]


@on_facts
def tally() -> int:
    """Copies the places of the facts it has not seen, and then remembers how far it got."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place FROM jobs_test_reached FOR UPDATE")
        cursor.execute(
            "INSERT INTO jobs_test_seen SELECT place FROM ledger_fact WHERE place > %s ORDER BY place LIMIT 10 "
            "RETURNING place",
            [cursor.fetchone()[0]],
        )
        places = [row[0] for row in cursor.fetchall()]
        if places:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])
            cursor.execute("UPDATE jobs_test_reached SET place = %s", [places[-1]])
    return len(places)
