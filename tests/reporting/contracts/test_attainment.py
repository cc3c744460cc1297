"""What a contract stands at: the worked contract, one thing changed at a time, and what is listed beside it."""

from datetime import date
from typing import Any

import pytest

from portal import ledger
from reporting.engine.contracts import attainment, compute
from tests.reporting.contracts.world import World, nine_goals

pytestmark = pytest.mark.django_db
LATER = date(2021, 3, 31)


def known(day: date = LATER) -> ledger.AsOf:
    return ledger.AsOf.at(day)


def scores(payload: Any) -> list[str | None]:
    return [goal["score"]["shown"] if goal["score"] else None for goal in payload["goals"]]


def goal(payload: Any, number: int) -> Any:
    return next(each for each in payload["goals"] if each["no"] == number)


@pytest.fixture
def world() -> World:
    return nine_goals()


def test_the_worked_contract(world: World) -> None:
    """Nine goals, three of four deliverables in one: (8 x 100 + 75) / 9 = 875 / 9."""
    payload = attainment(world.contract, known())
    assert scores(payload) == ["100", "100", "100", "100", "100", "75", "100", "100", "100"]
    assert payload["total"] == {
        "numerator": "875",
        "denominator": "9",
        "exact": "97.2222222222",
        "shown": "97",
    }
    assert payload["as_of"] == "2021-03-31"
    assert payload["recommended"]["amount"] == "97"
    assert payload["decided"] is None
    assert [goal["recommended"]["amount"] for goal in payload["goals"]] == ["100"] * 5 + ["75"] + ["100"] * 3
    nps = goal(payload, 1)
    assert (nps["value"]["numerator"], nps["value"]["denominator"]) == ("130", "181")
    assert nps["facts"]["count"] == 181


def test_what_cost_the_points_is_the_deliverable_that_is_missing(world: World) -> None:
    payload = attainment(world.contract, known())
    (cost,) = payload["costs"]
    assert cost["no"] == 6
    assert cost["points"]["exact"] == "2.7777777778"
    assert cost["points"]["shown"] == "3"
    assert [(each["key"], each["name"], each["why"]) for each in cost["missing"]] == [
        ("camp", "Leverance camp", "not_delivered")
    ]
