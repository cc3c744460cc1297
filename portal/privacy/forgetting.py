"""What the trail says of rows is emptied; who and when stay (docs/trail.md)."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def forget_trail(model: type[Model], keys: Sequence[Any]) -> int:
    """After the rows were treated, in the same transaction: also what the treatment itself wrote. Returns how many."""
    if not keys:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget(%s, %s)", [model._meta.db_table, [str(key) for key in keys]])
        return int(cursor.fetchone()[0])
