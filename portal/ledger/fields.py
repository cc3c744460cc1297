"""Field types the ledger needs and Django lacks."""

from typing import Any

from django.core import checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ExactDecimalField(models.DecimalField):  # type: ignore[type-arg]
    """numeric without a fixed scale: what goes in comes out; numeric(p, s) would round in silence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("max_digits", None)
        kwargs.pop("decimal_places", None)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        wanted_by_parent = {"fields.E130", "fields.E132"}  # decimal_places and max_digits are missing on purpose
        return [message for message in super().check(**kwargs) if message.id not in wanted_by_parent]

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"


class MonthOf(models.Func):
    """The first of the month of a date; immutable, so that it can be stored as a generated column."""

    template = "make_date(extract(year from %(expressions)s)::int, extract(month from %(expressions)s)::int, 1)"
    output_field = models.DateField()
