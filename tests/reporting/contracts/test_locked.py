"""What is locked stays as it is, whichever way one tries: model, query, SQL of the runtime role, the action itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from portal import ledger
from portal.identity.actor import Actor
from portal.identity.rights import Refused
from reporting.contracts import set_goal
from reporting.engine import buckets
from reporting.engine.contracts.seals import seal
from reporting.models import Bucket, GoalVersion, SealedFigure
from tests.ledger.conftest import as_owner
from tests.reporting.contracts.world import World

pytestmark = pytest.mark.django_db
REFUSED = (TypeError, DatabaseError, ValidationError, Refused)

Try = Callable[[Any], object]


def sql(statement: str, as_the_owner: bool = False) -> Try:
    def run(row: Any) -> None:
        if as_the_owner:
            with as_owner() as cursor:
                cursor.execute(statement, [row.pk])
        else:
            with connection.cursor() as cursor:
                cursor.execute(statement, [row.pk])

    return run


def changed(field: str, value: object) -> Try:
    def save(row: Any) -> None:
        setattr(row, field, value)
        row.save()

    return save


def ways(table: str, key: str, field: str, value: object) -> dict[str, Try]:
    """Every way to change or remove a row of `table`; the owner's are stopped by the trigger, not by rights."""
    quoted = f"'{value}'"
    return {
        "save": changed(field, value),
        "delete": lambda row: row.delete(),
        "update of a query": lambda row: type(row).objects.filter(pk=row.pk).update(**{field: value}),
        "deletion of a query": lambda row: type(row).objects.filter(pk=row.pk).delete(),
        "many at once": lambda row: type(row).objects.bulk_update([row], [field]),
        "SQL update": sql(f"UPDATE {table} SET {field} = {quoted} WHERE {key} = %s"),
        "SQL delete": sql(f"DELETE FROM {table} WHERE {key} = %s"),
        "SQL update of the owner": sql(f"UPDATE {table} SET {field} = {quoted} WHERE {key} = %s", as_the_owner=True),
        "SQL delete of the owner": sql(f"DELETE FROM {table} WHERE {key} = %s", as_the_owner=True),
        "truncate": lambda row: connection.cursor().execute(f"TRUNCATE {table} CASCADE"),
    }


VERSION = ways("reporting_goalversion", "place", "weight", 7)
SEALED = ways("reporting_sealedfigure", "code", "sha256", "0" * 64)


def refused(attempt: Try, row: Any) -> None:
    with pytest.raises(REFUSED), transaction.atomic():
        attempt(row)


@pytest.mark.parametrize("way", VERSION)
def test_a_goals_version(signed: World, way: str) -> None:
    version = GoalVersion.objects.filter(goal=signed.goals[1]).order_by("-place")[0]
    before = GoalVersion.objects.filter(pk=version.pk).values().get()
    refused(VERSION[way], version)
    assert GoalVersion.objects.filter(pk=version.pk).values().get() == before


def test_a_signed_contracts_goal_through_the_action(signed: World) -> None:
    """Also for a loader, who is asked for no right: only an amendment with its reason changes a signed goal."""
    count = GoalVersion.objects.count()
    version = GoalVersion.objects.filter(goal=signed.goals[8]).order_by("-place")[0]
    with pytest.raises(REFUSED), signed.history():
        set_goal(
            signed.contract, 8, name="Et andet", group="Regionale", rule=version.rule, params=version.params,
            inputs=version.inputs, weight=99, learnt_on=version.learnt_on,
        )  # fmt: skip
    assert GoalVersion.objects.count() == count


@pytest.mark.parametrize("way", SEALED)
def test_a_sealed_figure(signed: World, kkr_actor: Actor, way: str) -> None:
    sealed = seal(signed.contract, kkr_actor, None, "Mødet")
    before = SealedFigure.objects.filter(pk=sealed.pk).values().get()
    refused(SEALED[way], sealed)
    assert SealedFigure.objects.filter(pk=sealed.pk).values().get() == before


def test_a_version_whose_place_was_not_taken(signed: World) -> None:
    """Neither can one be put in beside them: the shell has no way round the ledger."""
    version = GoalVersion.objects.filter(goal=signed.goals[1]).values().order_by("-place")[0]
    head = ledger.head()
    for place in (head + 1, head):
        refused(lambda row: GoalVersion.objects.bulk_create([GoalVersion(**row)]), {**version, "place": place})


def test_a_bucket_is_a_cache_and_a_wrong_one_is_found(signed: World) -> None:
    """Buckets are the workers' to write, so nothing refuses them: what was put in wrongly is named and counted anew."""
    buckets.fold()
    assert buckets.differences() == []
    bucket = Bucket.objects.order_by("pk")[0]
    Bucket.objects.filter(pk=bucket.pk).update(quantity=bucket.quantity + 1)
    assert len(buckets.differences()) == 2  # what is stored, and what should be
    buckets.rebuild()
    assert buckets.differences() == []
