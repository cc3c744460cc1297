"""Two versions of a goal compared: engine, words and page."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from portal import ledger
from portal.identity.actor import Actor
from reporting.contracts import amend_goal
from reporting.engine.contracts.comparison import compare_versions
from reporting.models import GoalVersion
from reporting.version_words import Names, differences
from tests.reporting.contracts.test_compare import adds_up, causes
from tests.reporting.contracts.world import World, empty_world

pytestmark = pytest.mark.django_db
QUERIES = 15


def amended_world() -> World:
    """Goal 1, weight 3: 40 of at least 100 advised is 40. Goal 2, weight 1: 5 of at least 5 is 100.

    Then goal 1 is amended: at least 50, so 40 of 50 is 80, and its weight is 1.
    """
    world = empty_world()
    world.make("advised", "volume", "Vejledte virksomheder")
    world.make("camps", "volume", "Camps")
    world.goal(1, "at_least", {"threshold": "100", "partial": True}, {"value": {"series": "advised"}}, weight=3)
    world.goal(2, "at_least", {"threshold": "5"}, {"value": {"series": "camps"}}, weight=1)
    world.observe("advised", date(2020, 6, 1), 40, learnt_on=date(2020, 6, 2))
    world.observe("camps", date(2020, 6, 1), 5, learnt_on=date(2020, 6, 2))
    world.sign()
    amend_goal(
        world.goals[1], amendment="Færre på grund af corona", params={"threshold": "50", "partial": True}, weight=1
    )
    return world


def versions(world: World) -> list[GoalVersion]:
    return list(GoalVersion.objects.filter(goal=world.goals[1]).order_by("place"))


def test_rule_and_weight_are_causes_of_their_own_and_add_up() -> None:
    """(3*40 + 100)/4 = 55. With the new rule (3*80 + 100)/4 = 85: 30. With the new weight (80 + 100)/2 = 90: 5."""
    world = amended_world()
    first, second = versions(world)
    found = compare_versions(world.contract, first, second, ledger.AsOf.now())
    assert causes(found) == {"goal_rule": Fraction(30), "goal_weight": Fraction(5)}
    assert (found["first"]["total"]["shown"], found["second"]["total"]["shown"]) == ("55", "90")
    adds_up(found)
    back = compare_versions(world.contract, second, first, ledger.AsOf.now())
    # From 90: the old rule (40 + 100)/2 = 70 takes 20; the old weight, 55, takes 15.
    assert causes(back) == {"goal_rule": Fraction(-20), "goal_weight": Fraction(-15)}


def test_an_amendment_from_a_day_is_held_as_if_it_held_for_the_whole_period() -> None:
    world = amended_world()
    amend_goal(world.goals[1], amendment="Fra juli", effective_from=date(2020, 7, 1), params={"threshold": "40"})
    first, *_others, last = versions(world)
    found = compare_versions(world.contract, first, last, ledger.AsOf.now())
    assert [goal["second"]["score"]["shown"] for goal in found["goals"]] == ["100", "100"]


def test_a_goal_taken_out_of_the_total_is_a_cause() -> None:
    """With it (80 + 100)/2 = 90, without it 100."""
    world = amended_world()
    amend_goal(world.goals[1], amendment="Udgår", excluded=True, excluded_reason="Udgår")
    _first, before, after = versions(world)
    found = compare_versions(world.contract, before, after, ledger.AsOf.now())
    assert causes(found) == {"goal_excluded": Fraction(10)}
    adds_up(found)


def test_the_fields_that_differ_are_told_and_no_others() -> None:
    world = amended_world()
    first, second = versions(world)
    second.inputs = {"value": {"series": "camps", "from": "2020-03-01"}}
    with translation.override("da"):
        said = {each.title: (each.first, each.second) for each in differences(first, second, Names.of([first, second]))}
    assert said == {
        "Sådan opgøres målet": (
            "mindst 100; nås det ikke helt, tæller den del, der er nået",
            "mindst 50; nås det ikke helt, tæller den del, der er nået"
        ),
        "Det måles på": ("Vejledte virksomheder", "Camps (fra 01.03.2020)"),
        "Vægt": ("3", "1"),
    }  # fmt: skip


def test_every_field_that_decides_figures_can_be_told_apart() -> None:
    """One change at a time: none of them is passed over."""
    world = amended_world()
    version = GoalVersion.objects.filter(goal=world.goals[1]).earliest("place")
    changes: dict[str, Any] = {
        "rule": "at_most", "params": {"threshold": "99", "partial": True}, "inputs": {"value": {"series": "camps"}},
        "decimals": 0, "missing": "zero", "least_answers": 5, "measured_by": "KKR", "window_from": date(2020, 2, 1),
        "window_to": date(2020, 11, 1), "deadline": date(2020, 12, 1), "weight": 2, "excluded": True,
        "effective_from": date(2020, 5, 1), "goal_text": "Nyt",
    }  # fmt: skip
    for field, value in changes.items():
        other = GoalVersion.objects.get(pk=version.pk)
        setattr(other, field, value)
        assert differences(version, other, Names.of([version, other])), field


def test_the_page_shows_both_and_what_makes_the_difference(client: Client, kkr_actor: Actor) -> None:
    world = amended_world()
    client.force_login(kkr_actor.user)
    address = reverse("reporting:goal_versions", args=[world.contract.slug, 1])
    assert address in client.get(reverse("reporting:goal", args=[world.contract.slug, 1])).content.decode()
    assert client.get(address).status_code == 200
    first, second = (version.place for version in versions(world))
    page = client.get(address, {"first": first, "second": second}).content.decode()
    for text in ("40 pct.", "80 pct.", "55", "90", "+35", "+30", "+5", "mindst 100", "mindst 50", "corona"):
        assert text in page, text
    # As registered before anything was: nothing is measured under either.
    early = client.get(address, {"first": first, "second": second, "as_of": "01.02.2020"})
    assert early.status_code == 200
    for wrong, said in (
        ({"first": first, "second": first}, "Vælg en anden version end den første."),
        ({"first": first, "second": 0}, "Målet har ikke den version. Vælg en fra listen."),
        ({"first": first}, "Vælg den version, du vil sammenligne med."),
        ({"first": first, "second": second, "as_of": "01.02.2099"}, "er ikke kommet endnu"),
    ):
        answer = client.get(address, wrong)
        assert answer.status_code == 400
        assert said in answer.content.decode()
    other = reverse("reporting:goal", args=[world.contract.slug, 2])
    assert reverse("reporting:goal_versions", args=[world.contract.slug, 2]) not in client.get(other).content.decode()
    assert client.get(reverse("reporting:goal_versions", args=[world.contract.slug, 9])).status_code == 404


def test_the_page_asks_as_many_questions_whatever_there_is(client: Client, kkr_actor: Actor) -> None:
    world = amended_world()
    client.force_login(kkr_actor.user)
    first, second = (version.place for version in versions(world))
    address = reverse("reporting:goal_versions", args=[world.contract.slug, 1])

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, {"first": first, "second": second}).status_code == 200
        return sum(each["sql"].startswith(("SELECT", "WITH")) for each in queries)

    asked()
    few = asked()
    amend_goal(world.goals[2], amendment="Flere", params={"threshold": "4"})
    for _turn in range(10):
        world.observe("advised", date(2020, 12, 15), 1, learnt_on=None)
    assert asked() == few <= QUERIES
