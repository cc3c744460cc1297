"""Rules of the database that Django has no words for."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, Expression, F, Func, TextField, Value
from django.db.models.sql.compiler import SQLCompiler

from portal.ui.cvr import WEIGHTS


class CvrHolds(Func):
    """Eight digits of which the weighted sum (2, 7, 6, 5, 4, 3, 2, 1) can be divided by 11; null holds."""

    arity = 1
    output_field = BooleanField()
    conditional = True

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, Any]:
        number, params = compiler.compile(self.get_source_expressions()[0])
        weighted = " + ".join(
            f"{weight} * substr({number}, {place}, 1)::int" for place, weight in enumerate(WEIGHTS, start=1)
        )
        sql = f"CASE WHEN {number} ~ '^[1-9][0-9]{{7}}$' THEN mod({weighted}, 11) = 0 ELSE {number} IS NULL END"
        return sql, tuple(params) * (len(WEIGHTS) + 2)  # the number stands in it that many times


class IsAnyOf(Func):
    """Is the column one of these texts, or whole numbers? As one array: a hundred thousand placeholders take seconds to
    put together."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(
        self, column: str | Expression, values: Iterable[str] | Iterable[int], *, numbers: bool = False
    ) -> None:
        found: list[Any] = sorted(values)
        kind = BigIntegerField() if numbers else TextField()
        super().__init__(F(column) if isinstance(column, str) else column, Value(found, output_field=ArrayField(kind)))
