"""Many rows in one statement, as columns: what all rows say alike is prepared and sent once.

Django's bulk_create prepares every value of every row, which takes longer than the database needs to write them: of the
forty columns of a portion of a file some eight differ from row to row.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault


@contextmanager
def not_waiting() -> Iterator[None]:
    """What is inserted in here is sent and not waited for: the database writes it while Python prepares what follows.

    A question whose answer is read waits for all that was sent before it. What the database refuses is raised at the
    end at the latest, as Django's errors; so the transaction must be one that ends with it.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def insert(instances: Sequence[Model]) -> None:
    """INSERT unsaved rows of one model whose key is a number the database gives; the keys are set on them.

    As with bulk_create, save() and its signals are passed by, and nothing is said that `auto_now` would say. A column
    that every row leaves to the database gets its default. Raises TypeError for a column of arrays, ValueError for one
    that only some rows leave to the database.
    """
    if not instances:
        return
    fields = [field for field in instances[0]._meta.concrete_fields if not field.generated and not field.primary_key]
    columns = zip(*map(attrgetter(*(field.attname for field in fields)), instances), strict=True)
    said = {field: column for field, column in zip(fields, columns, strict=True) if not _left_out(field, column)}
    keys = _take_keys(type(instances[0]), len(instances))
    _insert(type(instances[0]), {instances[0]._meta.pk: keys, **said})
    for instance, key in zip(instances, keys, strict=True):
        instance.pk, instance._state.adding, instance._state.db = key, False, DEFAULT_DB_ALIAS


def insert_columns(model: type[Model], columns: Mapping[str, Sequence[Any]]) -> None:
    """The same without instances: by the fields' names, as on an instance, a value for each row. What is not said gets
    the field's default; one that is worked out is asked for once, for all rows."""
    number = len(next(iter(columns.values())))
    fields = [field for field in model._meta.concrete_fields if not field.generated and not field.primary_key]
    unknown = set(columns) - {field.attname for field in fields}
    if unknown:
        raise ValueError(f"{model.__name__} has no columns {sorted(unknown)}.")
    said = {field: columns[field.attname] if field.attname in columns else [field.get_default()] * number
            for field in fields if field.attname in columns or not field.has_db_default()}  # fmt: skip
    if number:
        _insert(model, said)


def _insert(model: type[Model], said: "Mapping[Field[Any, Any], Sequence[Any]]") -> None:
    meta = model._meta
    connection = connections[DEFAULT_DB_ALIAS]  # itself, and not what stands for it: it is asked for each value
    columns: list[str] = []
    alike: list[tuple[str, Any]] = []
    different: list[tuple[str, str, list[Any]]] = []
    for place, (field, column) in enumerate(said.items(), start=1):
        name, kind = connection.ops.quote_name(str(field.column)), _type(field, connection)
        prepared = field.get_db_prep_save
        # One column at least, or it would not be said how many rows there are.
        if column.count(column[0]) == len(column) and (different or place < len(said)):
            alike.append((f"%s::{kind}", prepared(column[0], connection)))
            columns.append(name)
        else:
            different.append((name, f"%s::{kind}[]", [prepared(value, connection) for value in column]))
    names = [name for name, _array, _values in different]
    with connection.cursor() as cursor:
        cursor.execute(
            # The names are the model's own; every value is a parameter.
            f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({', '.join([*columns, *names])})"  # noqa: S608
            f" SELECT {', '.join([*(cast for cast, _value in alike), *names])}"
            f" FROM unnest({', '.join(array for _name, array, _values in different)}) AS r({', '.join(names)})",
            [*(value for _cast, value in alike), *(column for _name, _array, column in different)],
        )


def _take_keys(model: type[Model], number: int) -> list[int]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT nextval((SELECT pg_get_serial_sequence(%s, %s)::regclass)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, number],
        )
        return [key for (key,) in cursor.fetchall()]


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
