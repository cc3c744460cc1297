"""One's own match can be undone on the day it was registered: a reversal, and the record stays."""

from typing import Any

import pytest
import time_machine

from matching.matches import may_undo, undo_match
from matching.models import Match
from portal import ledger
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from tests.matching.conftest import World


def test_undoing_is_a_reversal(world: World) -> None:
    match = world.register().match
    undone = undo_match(world.actor("hub"), match, " Forkert virksomhed ")
    assert undone.withdrawn
    assert undone.withdrawn_by == world.actors["hub"].user
    assert undone.withdrawn_reason == "Forkert virksomhed"
    posted, reversal = Fact.objects.order_by("place")
    assert (posted.quantity, reversal.quantity) == (1, -1)
    assert reversal.reverses_id == posted.place
    assert Match.objects.count() == 1
    assert differences() == []


def test_undoing_again_changes_nothing(world: World) -> None:
    match = world.register().match
    first = undo_match(world.actor("hub"), match, "en").withdrawn_at
    again = undo_match(world.actor("hub"), match, "to")
    assert (again.withdrawn_at, again.withdrawn_reason) == (first, "en")
    assert Fact.objects.count() == 2


def test_one_that_does_not_count_has_nothing_to_reverse(world: World) -> None:
    match = world.register(agreed_on=world.programme.starts_on).match
    assert undo_match(world.actor("hub"), match).withdrawn
    assert not Fact.objects.exists()
    assert differences() == []


def test_only_the_person_who_registered_it(world: World) -> None:
    match = world.register().match
    for actor in ("hub2", "office", "steward"):
        with pytest.raises(Refused):
            undo_match(world.actor(actor), match)
        assert may_undo(world.actor(actor), match).reason
    match.refresh_from_db()
    assert not match.withdrawn


@pytest.mark.parametrize(
    ("registered", "later", "allowed"),
    [
        # Copenhagen is an hour ahead of UTC in winter: 23:30 UTC is half past midnight the next day.
        ("2021-01-30T23:30:00+00:00", "2021-01-31T22:59:00+00:00", True),
        ("2021-01-30T22:30:00+00:00", "2021-01-30T23:30:00+00:00", False),
        ("2021-01-30T23:30:00+00:00", "2021-01-31T23:00:00+00:00", False),
        # In summer two hours.
        ("2021-06-30T22:00:00+00:00", "2021-07-01T21:59:00+00:00", True),
        ("2021-06-30T21:59:00+00:00", "2021-06-30T22:00:00+00:00", False),
    ],
)
def test_the_day_is_copenhagens(
    world: World, frozen: time_machine.Traveller, registered: str, later: str, allowed: bool
) -> None:
    frozen.move_to(registered)
    match = world.register(agreed_on=world.programme.counted_from).match
    frozen.move_to(later)
    if allowed:
        assert undo_match(world.actor("hub"), match).withdrawn
    else:
        with pytest.raises(Refused) as caught:
            undo_match(world.actor("hub"), match)
        assert "data steward" in str(caught.value) or "datasteward" in str(caught.value).lower()


def test_sums_take_it_back(world: World) -> None:
    first = world.register().match
    world.register(match_type="internship")
    undo_match(world.actor("hub"), first)
    assert total() == 1


def total() -> Any:
    return sum(fact.quantity for fact in Fact.objects.known(ledger.AsOf.now()))
