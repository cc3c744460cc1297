"""Series and observations over the API: the same rules as on the pages, and once however often it is sent."""

from datetime import date
from typing import Any

import pytest

from portal.identity import demo as people
from portal.ledger.models import Fact
from reporting import measures
from reporting.models import Observation, Series
from reporting.observations import make_series, observe
from tests.api.conftest import World

DAY = date(2020, 3, 12)


@pytest.fixture
def survey(world: World) -> Series:
    return make_series("tilfredshed", "Tilfredshed", measures.ANSWER, world.organisation(people.HUB))


def test_series_of_the_area_are_listed(world: World, survey: Series) -> None:
    make_series("vejledte", "Vejledte", measures.VOLUME, world.organisation(people.HUB))
    found = world.get("series/?kind=survey_answer", "kkr").body["results"]
    assert [each["key"] for each in found] == ["tilfredshed"]
    assert (found[0]["kind"], found[0]["heading"]) == ("survey_answer", survey.heading_id)
    assert world.get("series/?kind=fisk", "kkr").status == 400


def test_an_answer_counts_once(world: World, survey: Series) -> None:
    body = {"occurred_on": "2020-03-12", "category": "Enig", "quantity": 2, "municipality": "0851"}
    made = world.post("series/tilfredshed/observations/", "controller", body, Idempotency_Key="en")
    assert made.status == 201
    assert made.body["quantity"] == {"exact": "2", "shown": "2"}
    assert made.body["counts"] is True
    assert world.get(made.headers["Location"], "controller").body == made.body
    again = world.post("series/tilfredshed/observations/", "controller", body, Idempotency_Key="en")
    assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true")
    other = world.post("series/tilfredshed/observations/", "controller", {**body, "quantity": 3}, Idempotency_Key="en")
    assert other.status == 409
    fact = Fact.objects.get(measure=measures.ANSWER)
    assert (fact.category, fact.quantity, fact.municipality_id) == ("Enig", 2, "0851")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"category": ""}, "category"),
        ({"quantity": "mange"}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"occurred_on": "12.3.2020"}, "occurred_on"),
        ({"occurred_on": "2999-01-01"}, "occurred_on"),
        ({"municipality": "9999"}, "municipality"),
        ({"organisation": 10**9}, "organisation"),
        ({"period_from": "2020-01-01"}, "period_to"),
        ({"cvr": "12345678"}, "cvr"),
        ({"farve": "rød"}, "farve"),
        ({"vintage": "2020"}, "vintage"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(world: World, survey: Series, changed: dict[str, Any], field: str) -> None:
    body = {"occurred_on": "2020-03-12", "category": "Enig", **changed}
    answer = world.post("series/tilfredshed/observations/", "controller", body)
    assert answer.status == 400
    assert field in answer.errors
    assert not Observation.objects.exists()


def test_who_may_not_is_told_why(world: World, survey: Series) -> None:
    body = {"occurred_on": "2020-03-12", "category": "Enig"}
    for who in ("raadgiver", "sekretariat"):
        assert world.post("series/tilfredshed/observations/", who, body).status == 403
    assert world.post("series/findes-ikke/observations/", "controller", body).status == 404


def test_the_list_walks_through_all(world: World, survey: Series) -> None:
    for day in range(1, 8):
        observe(survey, date(2020, 3, day), category="Enig")
    seen: list[str] = []
    address = "series/tilfredshed/observations/?page_size=3&occurred_from=2020-03-02"
    while address:
        page = world.get(address, "kkr").body
        seen += [each["occurred_on"] for each in page["results"]]
        address = page["next"]
    assert seen == [f"2020-03-0{day}" for day in range(7, 1, -1)]


def test_a_volume_keeps_no_number_of_the_company(world: World) -> None:
    make_series("vejledte", "Vejledte", measures.VOLUME, world.organisation(people.HUB))
    body = {"occurred_on": "2020-03-12", "quantity": "1.5", "cvr": "99000007"}
    made = world.post("series/vejledte/observations/", "controller", body)
    assert made.body["quantity"]["exact"] == "1.5"
    assert made.body["company"]
    assert "99000007" not in made.content.decode()
