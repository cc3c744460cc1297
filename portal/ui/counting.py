"""How many rows, of many tables, in one question."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts(asked: "Sequence[QuerySet[Any]]") -> list[int]:
    parts: list[str] = []
    values: list[Any] = []
    for number, rows in enumerate(asked):
        try:
            sql, params = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # can have no rows, and is not asked
            continue
        parts.append(f"SELECT {number}, count(*) FROM ({sql}) AS q")  # noqa: S608  the declarations' own querysets
        values += params
    found: dict[int, int] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            found = dict(cursor.fetchall())
    return [found.get(number, 0) for number in range(len(asked))]
