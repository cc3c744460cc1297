"""Random keys for those a fact is about, so that the ledger itself names nobody."""

import uuid

from django.db import connection


def subject_for(kind: str, object_id: object) -> uuid.UUID:
    """The random key of the object, issued the first time it is asked for. One or two queries.

    Two who ask at the same moment get the same key. After erasure the object gets a new one.
    """
    with connection.cursor() as cursor:
        find = "SELECT subject FROM ledger_subject_map WHERE kind = %s AND object_id = %s"
        cursor.execute(find, [kind, str(object_id)])
        row = cursor.fetchone()
        while row is None:
            # Waits for another's uncommitted row instead of failing; then that row is read.
            cursor.execute(
                "INSERT INTO ledger_subject_map (subject, kind, object_id) VALUES (%s, %s, %s)"
                " ON CONFLICT (kind, object_id) DO NOTHING RETURNING subject",
                [uuid.uuid4(), kind, str(object_id)],
            )
            row = cursor.fetchone()
            if row is None:
                cursor.execute(find, [kind, str(object_id)])
                row = cursor.fetchone()
    subject: uuid.UUID = row[0]
    return subject
