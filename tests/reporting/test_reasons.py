"""A change has a reason code: asked for by every rule function, held by the database, shown where the reason is."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from portal import ledger
from portal.identity.actor import actor_for
from portal.identity.roles import Role
from reporting import reasons, targets
from reporting.indicators import set_indicator, withdraw_indicator
from reporting.models import Indicator, IndicatorVersion, LibraryGoal, Target, TargetVersion
from reporting.reasons import Reason
from tests.reporting.conftest import MEASURE, World, make_user
from tests.reporting.test_pages import text_of

pytestmark = pytest.mark.django_db


def target(world: World) -> Target:
    return Target.objects.get(programme=world.programme, key="matches")


def newest(world: World) -> TargetVersion:
    version = targets.newest_version(target(world))
    assert version is not None
    return version


@pytest.mark.parametrize(("code", "text"), [("", "Aftalt"), ("known", "Aftalt"), ("sjov", "Aftalt")])
def test_a_person_states_a_code_of_the_list(world: World, code: str, text: str) -> None:
    """ "known" is a code, but of absences and not of targets."""
    officer = actor_for(make_user(Role.KKR_SECRETARIAT))
    for change in (
        lambda: targets.change_target(officer, target(world), text, reason_code=code, amount=Decimal(1)),
        lambda: targets.end_target(officer, target(world), text, reason_code=code),
    ):
        with pytest.raises(ValidationError) as refused:
            change()
        assert "reason_code" in refused.value.message_dict
    assert TargetVersion.objects.filter(target=target(world)).count() == 1


def test_another_reason_needs_words() -> None:
    actor = actor_for(make_user(Role.KKR_SECRETARIAT))
    with pytest.raises(ValidationError):
        reasons.stated(actor, Reason.OTHER, reasons.STATEMENT, text=" ")
    assert reasons.stated(actor, Reason.OTHER, reasons.STATEMENT, text="Ønske fra parten") == "other"


def test_what_a_loader_changes_is_the_sources_revision(world: World) -> None:
    with ledger.entry():
        targets.set_target(
            world.programme, "matches", name="Match i alt", basis="whole", amount=1900, commitment="indicative"
        )
    assert newest(world).reason_code == Reason.SOURCE
    owner = world.programme.owner
    said: dict[str, Any] = {"name": "A", "owner": owner, "kind": "measure", "measure": MEASURE, "aggregate": "sum"}
    set_indicator("a", **said, unit="match")
    set_indicator("a", **said, unit="stk.", reason="Rettet")
    assert list(IndicatorVersion.objects.values_list("reason_code", flat=True)) == ["", "source"]
    officer = actor_for(make_user(Role.KKR_SECRETARIAT, owner))
    with pytest.raises(ValidationError):
        set_indicator("a", **said, unit="pct", reason="Igen", actor=officer)
    with pytest.raises(ValidationError):
        withdraw_indicator(Indicator.objects.get(), reason="Udgår", actor=officer)
    set_indicator("a", **{**said, "name": "Nyt navn"}, unit="stk.", actor=officer)  # another name is no change of it
    set_indicator("a", **said, unit="pct", reason="Igen", reason_code="measuring", actor=officer)


def changed(version: TargetVersion, **said: Any) -> TargetVersion:
    return TargetVersion(**{**targets.copied(version), **said})


def test_the_database_holds_it(world: World) -> None:
    version = newest(world)
    for said in (
        {"reason": "Aftalt", "reason_code": ""},  # words without a code
        {"reason": "", "reason_code": "other"},  # another reason without words
        {"reason": "", "reason_code": ""},  # it follows another version without saying why
    ):
        with pytest.raises(IntegrityError), ledger.entry():
            ledger.define(changed(version, **said))
    with ledger.entry():
        ledger.define(changed(version, reason="Aftalt", reason_code="agreement"))
    with pytest.raises(IntegrityError), ledger.entry():
        LibraryGoal.objects.create(key="x", name="x", rule="tiers", withdrawn=True)


def test_shown_with_the_reason_and_asked_for_at_the_field(client: Client, world: World) -> None:
    officer = make_user(Role.KKR_SECRETARIAT)
    client.force_login(officer)
    address = reverse("reporting:target_change", args=[world.programme.slug, "matches"])
    wrong = client.post(address, {"reason": "Aftalt"})
    assert wrong.status_code == 400
    assert 'href="#id_reason_code_0"' in wrong.content.decode()
    targets.change_target(
        actor_for(officer), target(world), "KKR, punkt 4", reason_code="decision", counted_to=date(2023, 6, 30)
    )
    page = text_of(client.get(reverse("reporting:target", args=[world.programme.slug, "matches"])))
    assert "Besluttet af KKR, en bestyrelse eller et råd: KKR, punkt 4" in page
