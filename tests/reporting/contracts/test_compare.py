"""Two moments and why they differ: the causes add up to the difference, and late registrations are named."""

import random
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import ledger
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.identity.tokens import issue_token
from reporting.contracts import amend_goal
from reporting.engine.contracts import compare, compute
from reporting.engine.contracts.comparison import FACTS, NotInOrder, compare_versions
from reporting.engine.payload import fraction_of
from reporting.models import GoalVersion
from reporting.observations import correct, withdraw
from reporting.views.contract_compare import rounded_apart
from tests.api.document import check_answer
from tests.reporting.conftest import make_user
from tests.reporting.contracts.test_cache import happen, small_world
from tests.reporting.contracts.world import World, empty_world, nine_goals

pytestmark = pytest.mark.django_db


def causes(found: Any) -> dict[str, Fraction]:
    return {
        each["cause"]: fraction_of(each["difference"]) if each["difference"] else Fraction(0)
        for each in found["causes"]
    }


def adds_up(found: Any) -> None:
    """The total's and every goal's causes are their difference, exactly."""
    for part in (found, *found["goals"]):
        whole = fraction_of(part["difference"]) if part["difference"] else Fraction(0)
        parts = [fraction_of(each["difference"]) for each in part["causes"] if each["difference"]]
        assert sum(parts, Fraction(0)) == whole


def volume_world() -> World:
    world = empty_world()
    world.make("advised", "volume")
    world.goal(1, "at_least", {"threshold": "100", "partial": True}, {"value": {"series": "advised"}})
    world.observe("advised", date(2020, 6, 1), 40, learnt_on=date(2020, 6, 2))
    return world


def test_a_late_registration_is_in_the_next_moment_only_and_the_difference_names_it() -> None:
    """Known on 31 January: 40. In March somebody registers one for December: 41, and it was late."""
    world = volume_world()
    world.sign()
    january, march = date(2021, 1, 31), date(2021, 3, 31)
    before = compute(world.contract, ledger.AsOf.at(january))
    late = world.observe("advised", date(2020, 12, 15), 1, learnt_on=date(2021, 3, 5))
    after = compute(world.contract, ledger.AsOf.at(march))
    assert (before["goals"][0]["value"]["value"], after["goals"][0]["value"]["value"]) == ("40", "41")
    # Asked again for January at today's place nothing has changed: it was not learnt then.
    again = compute(world.contract, ledger.AsOf.at(january))
    assert again["total"] == before["total"]
    found = compare(world.contract, ledger.AsOf.at(january), ledger.AsOf.at(march))
    # In these tests the past is imported history; what is registered today for then is late.
    assert causes(found) == {"imported_history": Fraction(1)}
    world.observe("advised", date(2020, 11, 1), 2, learnt_on=None)
    found = compare(world.contract, ledger.AsOf.at(march), ledger.AsOf.now())
    assert causes(found) == {"late_facts": Fraction(2)}
    (place,) = found["facts"]["late_facts"]
    assert place == ledger.head()
    adds_up(found)
    assert late.pk


def test_each_cause_by_itself_and_the_sum() -> None:
    world = volume_world()
    world.make("rank", "measurement")
    world.goal(2, "at_most", {"threshold": "20"}, {"value": {"series": "rank"}})
    world.observe("rank", date(2020, 5, 1), 25, learnt_on=date(2020, 5, 2))
    wrong = world.observe("advised", date(2020, 7, 1), 10, learnt_on=date(2020, 7, 2))
    world.sign()
    first = ledger.AsOf.at(date(2020, 8, 31))
    # 50 of 100 and 0: 25 in all.
    correct(wrong, None, "Talt dobbelt", quantity=6)
    world.observe("advised", date(2020, 7, 15), 4, learnt_on=None)
    world.observe("advised", date(2020, 9, 15), 20, learnt_on=None)
    world.observe("advised", date(2020, 6, 15), 8, learnt_on=date(2020, 10, 1))
    world.observe("rank", date(2021, 2, 1), 18, learnt_on=None)
    amend_goal(world.goals[1], amendment="Lavere", params={"threshold": "80", "partial": True})
    world.say("evidence", goal=2, on=date(2021, 3, 1), series=world.series["rank"], text="Tæller")
    found = compare(world.contract, first, ledger.AsOf.now())
    adds_up(found)
    # In points of the total, half of each goal's: 20 new, -4 corrected, 4 late, 8 imported; 78 of 80 instead of 100;
    # the rank counts by decision.
    assert causes(found) == {
        "new_facts": Fraction(20, 2),
        "corrections": Fraction(-4, 2),
        "late_facts": Fraction(4, 2),
        "imported_history": Fraction(8, 2),
        "goal_versions": Fraction(Fraction(7800, 80) - 78) / 2,
        "evidence_decisions": Fraction(100, 2),
    }
    assert {cause: len(places) for cause, places in found["facts"].items()} == {
        "new_facts": 2,  # the measurement of February too
        "corrections": 2,
        "late_facts": 1,
        "imported_history": 1,
    }


def test_a_fact_taken_back_is_a_correction() -> None:
    world = volume_world()
    world.sign()
    first = ledger.AsOf.now()
    withdraw(world.observed["advised"][0], None, "Ikke vores")
    found = compare(world.contract, first, ledger.AsOf.now())
    adds_up(found)
    assert causes(found) == {"corrections": Fraction(-40)}


def test_a_newer_vintage_is_its_own_cause_and_a_named_vintage_does_not_move() -> None:
    """At least the national number of vintage 1. Vintage 2 revises it; only who does not name a vintage is moved."""
    world = empty_world()
    world.make("national", "statistic")
    own = {"number": "71.2", "source": "Måling"}
    world.goal(
        1, "benchmark", {"compare": ">="}, {"value": own, "benchmark": {"series": "national", "vintage": "2021-1"}}
    )
    world.goal(2, "benchmark", {"compare": ">="}, {"value": own, "benchmark": {"series": "national"}})
    world.observe("national", date(2020, 12, 31), "71.2", category="DK", vintage="2021-1", learnt_on=date(2021, 2, 1))
    world.sign()
    first = ledger.AsOf.at(date(2021, 3, 1))
    assert compute(world.contract, first)["total"]["shown"] == "100"
    world.observe("national", date(2020, 12, 31), "71.6", category="DK", vintage="2021-2", learnt_on=None)
    found = compare(world.contract, first, ledger.AsOf.now())
    assert causes(found) == {"vintages": Fraction(-50)}
    assert [goal["no"] for goal in found["goals"] if goal["causes"]] == [2]


def test_two_versions_of_a_goal_over_the_same_facts() -> None:
    world = volume_world()
    world.sign()
    amend_goal(world.goals[1], amendment="Lavere", params={"threshold": "50", "partial": True})
    first, second = GoalVersion.objects.order_by("place")
    found = compare_versions(world.contract, first, second, ledger.AsOf.now())
    assert causes(found) == {"goal_rule": Fraction(40)}


def test_the_second_moment_must_know_more() -> None:
    world = volume_world()
    with pytest.raises(NotInOrder):
        compare(world.contract, ledger.AsOf.now(), ledger.AsOf.at(date(2020, 8, 1)))


@pytest.mark.parametrize("seed", range(4))
def test_over_random_histories_the_causes_add_up(seed: int) -> None:
    chance = random.Random(seed)
    world = small_world()
    world.sign()
    for _turn in range(6):
        happen(world, chance)
    first = ledger.AsOf.at(ledger.today())
    for _turn in range(10):
        happen(world, chance)
    second = ledger.AsOf.now()
    found = compare(world.contract, first, second)
    adds_up(found)
    totals = [compute(world.contract, moment)["total"] for moment in (first, second)]
    assert [found["first"]["total"], found["second"]["total"]] == totals
    assert set(found["facts"]) <= set(FACTS)


def test_what_it_costs_does_not_grow_with_goals_or_facts(client: Client, kkr_actor: Actor) -> None:
    world = volume_world()
    first = ledger.today()
    client.force_login(kkr_actor.user)
    address = reverse("reporting:contract_compare", args=[world.contract.slug])

    def asked() -> int:
        world.observe("advised", date(2020, 12, 15), 1, learnt_on=None)
        question = {"first": f"{first:%d.%m.%Y}", "first_place": str(place)}
        client.get(address, question)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, question).status_code == 200
        return len(queries)

    place = ledger.head()
    few = asked()
    for number in range(2, 12):
        world.goal(number, "at_least", {"threshold": "1"}, {"value": {"series": "advised"}}, learnt_on=date(2020, 1, 2))
    for _turn in range(20):
        world.observe("advised", date(2020, 12, 15), 1, learnt_on=None)
    place = ledger.head() - 21
    assert asked() == few


def test_the_page_says_what_came(client: Client, kkr_actor: Actor) -> None:
    world = nine_goals()
    world.sign()
    client.force_login(kkr_actor.user)
    address = reverse("reporting:contract_compare", args=[world.contract.slug])
    assert client.get(address).status_code == 200
    world.observe("resultatkontrakt-6-camp", date(2020, 12, 31), learnt_on=None)
    page = client.get(address, {"first": "31.03.2021"}).content.decode()
    assert "97,22" in page
    assert "+2,78" in page
    assert "Registreringer, der er kommet" not in page, "a KKR member opens no registrations"
    client.force_login(make_user(Role.AUDITOR))
    page = client.get(address, {"first": "31.03.2021"}).content.decode()
    assert "/serier/resultatkontrakt-6-camp/" in page[page.index("Registreringer, der er kommet") :]
    assert client.get(address, {"first": "31.03.2099"}).status_code == 400
    assert client.get(address, {"first": "31.03.2021", "second": "01.03.2021"}).status_code == 400


@pytest.mark.parametrize(
    ("parts", "whole", "told"),
    [
        # Seven goals measured at 675 of 700, then nine: 25/56 is shown as 0.45, 25/72 as 0.35, 50/63 as 0.79, not 0.80.
        (("25/56", "25/72"), "50/63", True),
        (("1/4", "1/4"), "1/2", False),
        ((), "0", False),
    ],
)
def test_shown_numbers_that_do_not_add_up_are_explained(parts: tuple[str, ...], whole: str, told: bool) -> None:
    def difference(text: str) -> dict[str, str]:
        exact = Fraction(text)
        return {"numerator": str(exact.numerator), "denominator": str(exact.denominator)}

    assert sum(map(Fraction, parts), Fraction(0)) == Fraction(whole)
    found = {"difference": difference(whole), "causes": [{"difference": difference(each)} for each in parts]}
    assert rounded_apart(found) is told


def test_the_api_gives_what_the_engine_gives(client: Client) -> None:
    """40 known on 31 January, 41 with the one that is late: a point of 100, the same on page, API and in the engine."""
    world = volume_world()
    world.sign()
    world.observe("advised", date(2020, 12, 15), 1, learnt_on=None)
    headers = {"Authorization": f"Bearer {issue_token(make_user(Role.HUB_CONTROLLER))}"}
    address = f"/api/v1/contracts/{world.contract.pk}/comparison/"
    answer = client.get(f"{address}?from=2021-01-31", headers=headers)
    assert answer.status_code == 200
    found = answer.json()
    check_answer("get", address, 200, dict(answer.headers), found)
    assert found == compare(world.contract, ledger.AsOf.at(date(2021, 1, 31)), ledger.AsOf.now())
    assert (found["first"]["total"]["exact"], found["second"]["total"]["exact"]) == ("40.0000000000", "41.0000000000")
    assert {each["cause"]: each["difference"]["shown"] for each in found["causes"]} == {"late_facts": "1"}
    again = client.get(f"{address}?from=2021-01-31", headers={**headers, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    place = found["first"]["place"]
    pinned = client.get(f"{address}?from=2021-01-31&from_place={place}&to=2021-03-31&to_place={place}", headers=headers)
    assert pinned.json()["second"]["place"] == place
    for query, field in (
        ("", "from"), ("from=x", "from"), ("from=2999-01-01", "from"), ("from=2021-01-31&to=2020-01-31", "to"),
        ("from=2021-01-31&to=x", "to"), ("from=2021-01-31&to_place=999999", "to_place"), ("from=2021-01-31&x=1", "x"),
        ("from_place=1", "from"),
    ):  # fmt: skip
        said = []
        for language in ("da", "en"):
            refused = client.get(f"{address}?{query}", headers={**headers, "Accept-Language": language})
            assert (refused.status_code, list(refused.json()["errors"])) == (400, [field]), query
            said.append(refused.json()["errors"])
        assert said[0] != said[1]
