"""Every figure of a contract opens, and what lies behind it adds up (or nets to as many different ones)."""

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client

from portal.identity.actor import Actor
from portal.ledger import AsOf
from portal.ledger.models import Fact, FactRecord
from reporting.engine.contracts import attainment, behind
from reporting.engine.contracts.facts import BehindGoal
from reporting.engine.indicators.behind import facts_of
from tests.reporting.contracts.world import World, nine_goals

pytestmark = pytest.mark.django_db
SHOWN = re.compile(r'href="([^"]*)"')


def trees(payload: Any) -> Iterator[tuple[int, Any]]:
    for goal in payload["goals"]:
        if goal["step"] is not None:
            yield goal["no"], goal["step"]


def added_up(facts: Any, aggregate: str, as_of: AsOf) -> Fraction:
    """What the facts come to, in the words of the leaf, without the engine."""
    if aggregate == "sum":
        return Fraction(facts.order_by().aggregate(total=Sum("quantity"))["total"] or Decimal(0))
    if aggregate == "last":
        newest = facts.order_by("-occurred_on", "-place").first()
        assert newest is not None
        return Fraction(newest.quantity)
    assert aggregate == "distinct", aggregate
    return Fraction(len(set(facts.values_list("subject", flat=True)) - {None}))


def test_the_facts_behind_every_leaf_give_its_value() -> None:
    world = nine_goals()
    as_of = AsOf.now()
    looked_at = 0
    for _number, tree in trees(attainment(world.contract, as_of)):
        for leaf in behind.leaves(tree):
            facts = facts_of([behind.ref_of(leaf)], as_of)
            assert facts.count() == leaf["meta"]["count"]
            if leaf["value"]["kind"] == "number":
                assert added_up(facts, leaf["meta"]["aggregate"], as_of) == Fraction(leaf["value"]["value"])
                looked_at += 1
    assert looked_at >= 20  # deliveries, two surveys of several leaves each, three measurements before and after


def test_a_missing_fact_would_be_seen() -> None:
    world = nine_goals()
    as_of = AsOf.now()
    tree = next(tree for number, tree in trees(attainment(world.contract, as_of)) if number == 1)
    leaf = behind.leaves(tree)[0]
    facts = facts_of([behind.ref_of(leaf)], as_of)
    fewer = facts.exclude(pk=facts.order_by("place").values_list("pk", flat=True)[0])
    assert added_up(fewer, leaf["meta"]["aggregate"], as_of) != Fraction(leaf["value"]["value"])


@pytest.fixture
def reader(client: Client, kkr_actor: Actor) -> Client:
    client.force_login(kkr_actor.user)
    return client


def addresses(client: Client, page: str) -> set[str]:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return {html.unescape(found) for found in SHOWN.findall(answer.content.decode())}


def test_every_figure_address_opens(reader: Client) -> None:
    world = nine_goals()
    contract = f"/kontrakter/{world.contract.slug}/"
    pages = {contract} | {
        found for found in addresses(reader, contract) if re.fullmatch(contract + r"maal/\d+/", found)
    }
    assert len(pages) == 1 + len(world.goals)
    figures = {found for page in pages for found in addresses(reader, page) if "/fakta/" in found}
    assert {int(match[1]) for found in figures if (match := re.search(r"goal=(\d+)", found))} == set(world.goals)
    for found in sorted(figures):
        assert reader.get(found).status_code == 200, found


def test_a_list_of_facts_has_a_row_for_each_fact_and_no_more(kkr_actor: Actor) -> None:
    """However many goals, targets and records join in: the rows are the facts."""
    world = nine_goals()
    payload = attainment(world.contract, AsOf.now())
    for goal in payload["goals"]:
        rows = BehindGoal.of(world.contract, goal["no"], None, None, kkr_actor).openable().select_related("record")
        places = [fact.place for fact in rows]
        assert len(places) == len(set(places)) == goal["facts"]["count"], goal["no"]


def test_every_fact_of_the_world_lies_behind_some_goal(kkr_actor: Actor) -> None:
    world: World = nine_goals()
    behind_goals: set[int] = set()
    for number in world.goals:
        rows = BehindGoal.of(world.contract, number, None, None, kkr_actor).openable()
        behind_goals |= set(rows.values_list("place", flat=True))
    assert behind_goals == set(Fact.objects.values_list("place", flat=True))
    assert FactRecord.objects.count() == len(behind_goals)
