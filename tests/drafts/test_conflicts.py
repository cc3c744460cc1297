"""Two people and one form: nothing is overwritten unseen, and nothing typed is lost."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal import ledger
from portal.audit import submissions
from portal.drafts.models import Edit
from portal.drafts.versions import Changed
from portal.identity.actor import Actor, actor_for
from portal.identity.models import Organisation, User
from portal.identity.roles import OrganisationKind, Role
from reporting import targets
from reporting.models import Target, TargetVersion
from tests.forms import Sent, hidden, reads, send, sends
from tests.ledger.test_concurrency import started, wait_until, waits_for_a_lock
from tests.reporting.conftest import World, make_user

WHY = {"reason": "Aftalt", "reason_code": "agreement"}


def hub_officer() -> User:
    organisation = Organisation.objects.create(
        name="Erhvervshus Nordjylland",
        kind=OrganisationKind.HUB,
        area=Organisation.objects.get(name="KKR Nordjylland").area,
    )
    user = make_user(Role.HUB_CONTROLLER, organisation)
    User.objects.filter(pk=user.pk).update(name="Bo Hansen")
    return user


@pytest.fixture
def people(world: World) -> tuple[Client, Client]:
    """The secretariat, and Bo Hansen of the erhvervshus."""
    mine, theirs = Client(), Client()
    mine.force_login(make_user(Role.KKR_SECRETARIAT))
    theirs.force_login(hub_officer())
    return mine, theirs


def page(world: World, name: str = "target_change", key: str = "matches") -> str:
    return reverse(f"reporting:{name}", args=[world.programme.slug, key])


def newest(world: World, key: str = "matches") -> TargetVersion:
    version = targets.newest_version(Target.objects.get(programme=world.programme, key=key))
    assert version is not None
    return version


def typed(opened: Any, **said: str) -> Sent:
    return {**sends(opened), **WHY, **said}


@pytest.mark.django_db
def test_both_are_shown_and_put_together_field_by_field(world: World, people: tuple[Client, Client]) -> None:
    mine, theirs = people
    address = page(world)
    opened = mine.get(address)
    # 2,000 matches, no note. The other says 2,100 from another source; I say 2,200 and write a note.
    assert send(theirs, address, typed(theirs.get(address), amount="2.100", source="Deres kilde")).status_code == 302
    answer = mine.post(address, typed(opened, amount="2.200", note="Min note"))
    assert answer.status_code == 409
    text = reads(answer)
    assert "Bo Hansen, Erhvervshus Nordjylland, gemte en ændring" in text
    assert "I har begge ændret det. Da du åbnede siden: 2.000 Mit: 2.200 Sådan står det nu: 2.100" in text
    assert "kun den anden har ændret det" in text
    assert "Deres kilde" in text
    assert "Min note" in text
    assert newest(world).amount == 2100, "nothing is written"
    # What only one has changed is chosen; what both have is not.
    choices = sends(answer)
    assert choices["choose__note"] == ["mine"]
    assert choices["choose__source"] == ["theirs"]
    assert "choose__amount" not in choices
    again = mine.post(address, choices)
    assert again.status_code == 409
    assert 'href="#id_choose__amount_mine"' in again.content.decode()
    assert newest(world).amount == 2100
    done = mine.post(address, {**sends(again), "choose__amount": "mine"})
    assert done.status_code == 302
    version = newest(world)
    assert (version.amount, version.note, version.source) == (2200, "Min note", "Deres kilde")
    assert (version.reason, version.reason_code) == ("Aftalt", "agreement")


@pytest.mark.django_db
def test_a_third_who_comes_between_is_shown_too(world: World, people: tuple[Client, Client]) -> None:
    mine, theirs = people
    address = page(world)
    opened = mine.get(address)
    send(theirs, address, typed(theirs.get(address), amount="2.100"))
    answer = mine.post(address, typed(opened, amount="2.200"))
    send(theirs, address, typed(theirs.get(address), stated="Som der står"))
    answer = mine.post(address, {**sends(answer), "choose__amount": "mine"})
    assert answer.status_code == 409
    assert sends(answer)["choose__stated"] == ["theirs"]
    assert sends(answer)["choose__amount"] == ["mine"], "chosen over what was shown: theirs has not changed since"
    assert mine.post(address, sends(answer)).status_code == 302
    assert (newest(world).amount, newest(world).stated) == (2200, "Som der står")


@pytest.mark.django_db
def test_a_form_from_which_the_version_is_missing_overwrites_nothing(
    world: World, people: tuple[Client, Client]
) -> None:
    """A page that was open before the portal was renewed, or one that somebody has meddled with."""
    mine, _theirs = people
    address = page(world)
    said = typed(mine.get(address), amount="2.200")
    for version in ({}, {"version": "x"}, {"version": hidden(mine.get(page(world, key="aau-fairs")))["version"]}):
        without = {name: value for name, value in said.items() if name != "version"}
        answer = mine.post(address, {**without, **version})
        assert answer.status_code == 409
        assert "choose__amount" not in sends(answer), "who saw what is not known, so it is asked"
    assert TargetVersion.objects.filter(target__key="matches").count() == 1


@pytest.mark.django_db
def test_of_a_question_it_is_told_what_has_changed_and_asked_again(world: World, people: tuple[Client, Client]) -> None:
    mine, theirs = people
    address = page(world, "target_withdraw")
    opened = mine.get(address)
    send(theirs, page(world), typed(theirs.get(page(world)), amount="2.100"))
    answer = mine.post(address, typed(opened))
    assert answer.status_code == 409
    text = reads(answer)
    assert "Da du åbnede siden: 2.000 Nu: 2.100" in text
    assert "Aftalt" in text, "what was typed"
    assert not newest(world).withdrawn
    assert mine.post(address, sends(answer)).status_code == 302
    assert newest(world).withdrawn


@pytest.mark.django_db
def test_what_was_accepted_already_is_a_receipt_and_no_conflict(world: World, people: tuple[Client, Client]) -> None:
    mine, theirs = people
    address = page(world)
    said = typed(mine.get(address), amount="2.200")
    assert mine.post(address, said).status_code == 302
    send(theirs, address, typed(theirs.get(address), amount="2.100"))
    assert mine.post(address, said).status_code == 302, "the same again"
    assert newest(world).amount == 2100
    assert TargetVersion.objects.filter(target__key="matches").count() == 3


@pytest.mark.django_db
def test_two_sendings_of_one_form_at_once_give_the_first_receipt() -> None:
    """The second waited for the first, and now the thing is not as it was: by its own hand."""
    user = make_user(Role.KKR_SECRETARIAT)

    def second(written: Any) -> int:
        submissions.once(user, "prøve", "t", {"a": 1}, lambda written: written(7) or 7)
        raise Changed

    assert submissions.once(user, "prøve", "t", {"a": 1}, second) == (7, False)
    with pytest.raises(Changed):
        submissions.once(user, "prøve", "u", {"a": 1}, lambda written: (_ for _ in ()).throw(Changed()))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protected", [True, False])
def test_of_two_who_save_at_once_one_is_told(world: World, protected: bool) -> None:
    """On connections of their own. Unprotected, the second overwrites what it has not seen."""
    first, second = actor_for(make_user(Role.KKR_SECRETARIAT)), actor_for(hub_officer())
    target = Target.objects.get(programme=world.programme, key="matches")
    seen = str(newest(world).place) if protected else None

    def change(actor: Actor, amount: int) -> None:
        targets.change_target(actor, target, "Aftalt", reason_code="agreement", seen=seen, amount=Decimal(amount))

    with ledger.entry():
        change(first, 2100)
        other = started(lambda: change(second, 2200))
        wait_until(waits_for_a_lock(other))
    if protected:
        with pytest.raises(Changed):
            other.done()
        assert newest(world).amount == 2100
        assert list(Edit.objects.values_list("user", flat=True)) == [first.user.pk]
    else:
        other.done()
        assert newest(world).amount == 2200
