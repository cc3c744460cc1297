"""Rows that name the staff who did something: every column that leads to a user counts, also one that comes later."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import DateField, ForeignKey, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.identity.models import User
from portal.privacy.registry import Holding, Keep

STAYS = _("What was done is answered for by who did it. The name stands in the user's own row and goes with it.")
MATTER = _("Tells of the matter, not of whoever registered it.")


def columns_to_users(model: type[Model]) -> list[str]:
    return [
        each.name for each in model._meta.concrete_fields if isinstance(each, ForeignKey) and each.related_model is User
    ]


def holding_of_actors(model: type[Model], activity: str) -> Holding:
    columns = columns_to_users(model)
    if not columns:
        raise ValueError(f"{model._meta.label} names no user")

    def rows(pk: int) -> "QuerySet[Any]":
        return model._default_manager.filter(reduce(or_, (Q(**{column: pk}) for column in columns)))

    days = [each.name for each in model._meta.concrete_fields if isinstance(each, DateField)]
    shown = tuple(each for each in days if each not in ("updated_at", "valid_from", "valid_to"))
    return Holding(
        model=model,
        subject="user",
        activity=activity,
        rows=rows,
        shows=shown or (model._meta.pk.name,),
        erasure=Keep(STAYS),
        retention=_("As long as the record it belongs to."),
        rest=MATTER,
    )
