"""The same submission twice gives the first receipt, also when both come at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from matching.companies import NewCompany
from matching.matches import LikelyTwin, Receipt, undo_match, was_submitted
from matching.models import Company, Match
from portal.audit.submissions import OtherContent
from portal.ledger.models import Fact
from tests.matching.conftest import World


def test_the_same_key_gives_the_first_receipt(world: World) -> None:
    first = world.register(key="k")
    assert was_submitted(world.actor("hub"), "k")
    again = world.register(key="k")
    assert (first.created, again.created) == (True, False)
    assert again.match == first.match
    assert Match.objects.count() == Fact.objects.count() == 1


def test_a_new_company_sent_twice_is_one(world: World) -> None:
    new = NewCompany("Hansens Smedje", "0851")
    assert world.register(key="k", company=new).match == world.register(key="k", company=new).match


def test_a_refusal_does_not_use_the_key_up(world: World) -> None:
    world.register("UCN", created_by=world["UCN"].pk)
    with pytest.raises(LikelyTwin):
        world.register(key="k")
    receipt = world.register(key="k", different_reason="To studerende")
    assert receipt.created
    assert world.register(key="k", different_reason="To studerende").match == receipt.match


def test_the_key_is_good_for_one_content(world: World) -> None:
    world.register(key="k")
    with pytest.raises(OtherContent):
        world.register(key="k", agreed_on=date(2021, 1, 30))
    assert Match.objects.count() == 1


def test_a_key_is_its_owners(world: World) -> None:
    world.register(key="k")
    assert world.register("AAU", key="k", match_type="internship").created


def test_the_receipt_of_an_undone_match_stays(world: World) -> None:
    match = world.register(key="k").match
    undo_match(world.actor("hub"), match)
    again = world.register(key="k")
    assert not again.created
    assert again.match.withdrawn


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The results, or what was raised, of calls that start together, each on a connection of its own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return call()
        except LikelyTwin as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("attempt", range(5))
def test_two_clicks_at_once_are_one_match(committed_world: World, attempt: int) -> None:
    actor = committed_world.actor("hub")
    entry = committed_world.entry(company=NewCompany("Hansens Smedje", "0851"))
    from matching.matches import register_match

    results = at_once(*[lambda: register_match(actor, entry, key="k")] * 4)
    assert all(isinstance(result, Receipt) for result in results), results
    assert sorted(result.created for result in results) == [False, False, False, True]
    assert len({result.match.pk for result in results}) == 1
    assert Match.objects.count() == Fact.objects.count() == 1
    assert Company.objects.filter(name="Hansens Smedje").count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_partners_at_once_are_not_both_told_that_they_are_alone(committed_world: World, attempt: int) -> None:
    from matching.matches import register_match

    hub, ucn = committed_world.actor("hub"), committed_world.actor("UCN")
    entry = committed_world.entry()
    results = at_once(lambda: register_match(hub, entry, key="a"), lambda: register_match(ucn, entry, key="b"))
    assert sorted(type(result).__name__ for result in results) == ["LikelyTwin", "Receipt"]
    assert Match.objects.count() == Fact.objects.count() == 1
