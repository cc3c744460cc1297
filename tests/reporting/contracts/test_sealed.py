"""Sealed figures: kept as they were, computed again beside, and the same whatever can be changed around them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import ledger
from portal.geography.models import Area, Municipality
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.ledger.models import Measure, Versioned
from portal.ui.qr import qr_svg
from reporting.contracts import amend_goal
from reporting.engine.contracts import check_sealed, compute, seal
from reporting.models import (
    Contract,
    ContractParty,
    Goal,
    GoalGroup,
    Indicator,
    LibraryGoal,
    Observation,
    SealedFigure,
    Series,
)
from tests.reporting.conftest import make_user
from tests.reporting.contracts.world import World, nine_goals

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 31)


@pytest.fixture
def world(signed: World) -> World:
    return signed


@pytest.fixture
def sealed(world: World, kkr_actor: Actor) -> SealedFigure:
    return seal(world.contract, kkr_actor, ledger.AsOf.at(DAY), "KKR, punkt 3.3")


def test_a_seal_keeps_the_whole_payload_and_its_hash(sealed: SealedFigure, world: World) -> None:
    kept = SealedFigure.objects.get()
    assert kept.payload["total"]["exact"] == "97.2222222222"
    assert (kept.as_of, kept.engine, kept.reason) == (DAY, 1, "KKR, punkt 3.3")
    assert "names" not in kept.payload
    assert kept.names["goals"]["1"]["name"] == "Tilfredshed"
    found = check_sealed(kept)
    assert (found["same"], found["intact"], found["differences"]) == (True, True, [])


def test_a_draft_and_a_reader_are_refused(kkr_actor: Actor) -> None:
    draft = nine_goals("kladde")
    with pytest.raises(Refused):
        seal(draft.contract, kkr_actor, None, "For tidligt")
    draft.sign()
    with pytest.raises(Refused):
        seal(draft.contract, actor_for(make_user(Role.KKR_VIEWER)), None, "Uden ret")


def test_nothing_that_comes_later_changes_what_was_sealed(sealed: SealedFigure, world: World) -> None:
    """New facts, another rule, another definition: today's figure moves, the sealed one and its check do not."""
    world.observe("resultatkontrakt-6-camp", date(2020, 12, 31), learnt_on=None)
    amend_goal(world.goals[1], amendment="Strengere", params={"kind": "nps", "tiers": [{"from": "90", "score": "100"}]})
    assert compute(world.contract, None)["total"]["exact"] == "88.8888888889"  # 800 / 9
    found = check_sealed(SealedFigure.objects.get())
    assert (found["same"], found["payload"]["total"]["shown"]) == (True, "97")


def test_a_sealed_row_cannot_be_changed_or_removed(sealed: SealedFigure) -> None:
    for change in (
        lambda: SealedFigure.objects.filter(pk=sealed.pk).update(sha256="0" * 64),
        lambda: SealedFigure.objects.filter(pk=sealed.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def another(field: Any, old: Any) -> Any:
    """Some other value that the column can hold."""
    if isinstance(field, models.ForeignKey):
        return None if field.null else old
    if field.choices:
        return next((value for value, _label in field.flatchoices if value != old), old)
    match old:
        case bool():
            return not old
        case int():
            return old + 1000
        case Decimal():
            return old + 1
        case datetime():
            return old + timedelta(days=400)
        case date():
            return old + timedelta(days=400)
        case str():
            return "8" + old[1:] if field.max_length and len(old) >= field.max_length else f"x{old}"
        case dict() | list():
            return {"x": 1} if isinstance(old, dict) else ["x"]
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    return date(2001, 1, 1) if isinstance(field, models.DateField) else old


TOUCHED: list[type[models.Model]] = [
    Contract, ContractParty, Goal, GoalGroup, LibraryGoal, Series, Indicator, Observation, Organisation, Municipality,
    Area, Measure,
]  # fmt: skip


def test_the_hash_is_the_same_after_every_field_that_can_be_changed_has_been(
    sealed: SealedFigure, kkr_actor: Actor
) -> None:
    """Row by row, field by field; what the database refuses to change cannot change the hash."""
    changed, refused = [], []
    for model in TOUCHED:
        assert not issubclass(model, Versioned)
        for row in model._default_manager.order_by("pk")[:40]:
            for column in model._meta.concrete_fields:
                if column.primary_key or column.generated:
                    continue
                value = another(column, getattr(row, column.attname))
                if value == getattr(row, column.attname):
                    continue
                try:
                    with transaction.atomic():
                        model._default_manager.filter(pk=row.pk).update(**{column.attname: value})
                    changed.append((model.__name__, column.name))
                except DatabaseError:
                    refused.append((model.__name__, column.name))
    assert {"Contract.name", "Goal.name", "GoalGroup.name", "Series.name", "Organisation.name"} <= {
        ".".join(each) for each in changed
    }
    assert {"Contract.starts_on", "Contract.ends_on", "Goal.number", "Series.key", "Series.unit"} <= {
        ".".join(each) for each in refused
    }
    kept = SealedFigure.objects.get()
    found = check_sealed(kept)
    assert found["differences"] == []
    assert found["sha256"] == kept.sha256
    # The names beside it are those of the day it was sealed.
    assert kept.names["goals"]["1"]["name"] == "Tilfredshed"
    assert found["payload"]["names"]["goals"]["1"]["name"] != "Tilfredshed"


def test_another_engine_gives_a_difference_that_is_shown_and_replaces_nothing(
    sealed: SealedFigure, client: Client, kkr_actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(kkr_actor.user)
    page = client.get(reverse("sealed_figure", args=[sealed.pk])).content.decode()
    assert sealed.sha256 in page
    assert "97,2222222222" in page
    same = client.get(reverse("sealed_figure", args=[sealed.pk]), {"again": "1"}).content.decode()
    assert "Leverance camp" in same
    monkeypatch.setattr("reporting.engine.contracts.payload.ENGINE_VERSION", 2)
    other = client.get(reverse("sealed_figure", args=[sealed.pk]), {"again": "1"}).content.decode()
    assert "<code>engine</code>: 1 → 2" in other
    assert SealedFigure.objects.get().sha256 == sealed.sha256


def test_sealing_on_the_page(world: World, client: Client, kkr_actor: Actor) -> None:
    client.force_login(kkr_actor.user)
    address = reverse("reporting:contract_sealed", args=[world.contract.slug])
    assert client.post(address, {"reason": ""}).status_code == 400
    answer = client.post(address, {"reason": "KKR-møde", "as_of": "31.03.2021"})
    kept = SealedFigure.objects.get()
    assert answer.headers["Location"] == f"/f/{kept.pk}/"
    assert len(kept.pk) == 8
    # The same submission again gives the same figure.
    again = client.post(address, {"reason": "KKR-møde", "as_of": "31.03.2021"})
    assert again.headers["Location"] == f"/f/{kept.pk}/"
    assert SealedFigure.objects.count() == 1
    assert f"/f/{kept.pk}/" in client.get(address).content.decode()
    stranger = make_user(Role.KKR_VIEWER)
    client.force_login(stranger)
    page = client.get(f"/f/{kept.pk}/")
    assert page.status_code == 200
    assert qr_svg(f"http://testserver/f/{kept.pk}/", "QR-kode med den varige adresse") in page.content.decode()
    assert client.post(address, {"reason": "Uden ret"}).status_code == 403
