"""Many rows in one statement, as columns: what all rows say alike is prepared and sent once.

Django's bulk_create prepares every value of every row, which takes longer than the database needs to write them: of the
forty columns of a portion of a file some eight differ from row to row.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault


def insert(instances: Sequence[Model]) -> None:
    """INSERT unsaved rows of one model whose key is a number the database gives; the keys are set on them.

    As with bulk_create, save() and its signals are passed by, and nothing is said that `auto_now` would say. A column
    that every row leaves to the database gets its default. Raises TypeError for a column of arrays, ValueError for one
    that only some rows leave to the database.
    """
    if not instances:
        return
    meta = instances[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    connection = connections[DEFAULT_DB_ALIAS]  # itself, and not what stands for it: it is asked for each value
    columns: list[str] = []
    alike: list[tuple[str, Any]] = []
    different: list[tuple[str, str, list[Any]]] = []
    with connection.cursor() as cursor:
        _take_keys(cursor, instances)
        values = zip(*map(attrgetter(*(field.attname for field in fields)), instances), strict=True)
        for field, column in zip(fields, values, strict=True):
            if _left_out(field, column):
                continue
            name, kind, prepared = (
                connection.ops.quote_name(str(field.column)),
                _type(field, connection),
                field.get_db_prep_save,
            )
            if not field.primary_key and column.count(column[0]) == len(column):
                alike.append((f"%s::{kind}", prepared(column[0], connection)))
                columns.append(name)
            else:
                different.append((name, f"%s::{kind}[]", [prepared(value, connection) for value in column]))
        names = [name for name, _array, _values in different]
        cursor.execute(
            # The names are the model's own; every value is a parameter.
            f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({', '.join([*columns, *names])})"  # noqa: S608
            f" SELECT {', '.join([*(cast for cast, _value in alike), *names])}"
            f" FROM unnest({', '.join(array for _name, array, _values in different)}) AS r({', '.join(names)})",
            [*(value for _cast, value in alike), *(column for _name, _array, column in different)],
        )
    for instance in instances:
        instance._state.adding, instance._state.db = False, connection.alias


def _take_keys(cursor: Any, instances: Sequence[Model]) -> None:
    meta = instances[0]._meta
    cursor.execute(
        "SELECT nextval((SELECT pg_get_serial_sequence(%s, %s)::regclass)) FROM generate_series(1, %s)",
        [meta.db_table, meta.pk.column, len(instances)],
    )
    for instance, (taken,) in zip(instances, cursor.fetchall(), strict=True):
        instance.pk = taken


def _left_out(field: "Field[Any, Any]", column: Sequence[Any]) -> bool:
    left = sum(1 for value in column if isinstance(value, DatabaseDefault)) if field.has_db_default() else 0
    if left and left < len(column):
        raise ValueError(f"Only some rows leave {field.name} to the database.")
    return left > 0


def _type(field: "Field[Any, Any]", connection: BaseDatabaseWrapper) -> str:
    """Without its length: a cast to varchar(40) would cut off what is longer, and nobody would hear of it."""
    if isinstance(field, ArrayField):
        raise TypeError(f"{field.name} holds arrays, and an array of arrays cannot be taken apart again.")
    return str(field.cast_db_type(connection)).split("(")[0]
