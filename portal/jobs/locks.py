"""Only one at a time, among all workers: a lock in the database that is free again when its holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def only_one(name: str) -> Iterator[BaseDatabaseWrapper | None]:
    """Yields the connection that holds the lock `name`, or None when somebody else holds it. Does not wait.

    The lock has a connection of its own: a job may open and end transactions, and lose and renew its connection,
    without the lock being lost unnoticed. The lock belongs to a session, so a pooler between portal and database must
    not be in transaction mode for workers (docs/operations.md).
    """
    connection = connections["default"].copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"portal.jobs:{name}"])
            mine = bool(cursor.fetchone()[0])
        try:
            yield connection if mine else None
        finally:
            # Closing ends the session without a pool; with one, the connection lives on and would keep the lock.
            if mine and connection.connection is not None and not connection.connection.closed:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"portal.jobs:{name}"])
    finally:
        connection.close()
