"""The stored figure: what the worker makes is what a full computation makes, whatever happened in between."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from portal import ledger
from portal.jobs import registry as jobs
from portal.ledger.asof import COPENHAGEN
from reporting.absences import absent
from reporting.contracts import amend_goal, set_goal
from reporting.engine.contracts import attainment, cache, check, compute, seal
from reporting.engine.contracts import payload as payloads
from reporting.engine.contracts.payload import core_bytes
from reporting.engine.payload import repeatable_bytes
from reporting.models import ContractFigure, GoalVersion, Indicator, IndicatorVersion
from reporting.observations import correct, withdraw
from tests.reporting.contracts.world import NPS_TIERS, World, empty_world, nine_goals

pytestmark = pytest.mark.django_db


def signed(world: World) -> World:
    world.sign()
    cache.refresh()
    return world


def test_the_page_of_now_reads_what_the_worker_stored_and_says_how_old_it_is() -> None:
    world = signed(nine_goals())
    stored = ContractFigure.objects.get()
    found = attainment(world.contract, None)
    assert found["place"] == stored.computed_to_place == ledger.head()
    assert found["computed_at"] == stored.computed_at.isoformat()
    assert found["fresh"] is True
    assert repeatable_bytes(found) == repeatable_bytes(compute(world.contract, None))
    world.observe("resultatkontrakt-6-camp", date(2020, 12, 31), learnt_on=None)
    stale = attainment(world.contract, None)
    assert (stale["fresh"], stale["total"]["shown"]) == (False, "97")
    assert cache.refresh() == 1
    assert cache.refresh() == 0
    assert attainment(world.contract, None)["total"]["shown"] == "100"


def test_reading_the_stored_figure_takes_few_queries() -> None:
    world = signed(nine_goals())
    with CaptureQueriesContext(connection) as asked:
        attainment(world.contract, None)
    assert len(asked) == 3


def test_a_fact_that_no_goal_counts_moves_the_stamp_only() -> None:
    world = signed(nine_goals())
    before = ContractFigure.objects.get().payload
    other = empty_world("anden")
    other.make("rank", "statistic")
    cache.refresh()
    other.observe("rank", date(2020, 5, 1), 7, learnt_on=None, category="0851", vintage="1")
    with CaptureQueriesContext(connection) as asked:
        assert cache.refresh() == 0
    assert not any("WITH gone" in each["sql"] for each in asked)
    figure = ContractFigure.objects.get(contract=world.contract)
    assert figure.computed_to_place == ledger.head()
    assert core_bytes(figure.payload) == core_bytes(before)


def test_at_midnight_the_figure_becomes_that_of_the_new_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is registered. What is stored is of the day before until the sweep has come by, and says so."""
    whole = payloads.core

    def of_the_day(planned: Any, results: Any) -> dict[str, Any]:
        """With a part that depends on the day: how many days are left to a deadline two days off."""
        return {**whole(planned, results), "left": (deadline - planned.day).days}

    monkeypatch.setattr(payloads, "core", of_the_day)
    today = ledger.today()
    deadline = today + timedelta(days=2)
    midnight = datetime.combine(today + timedelta(days=1), time(0), COPENHAGEN)
    world = nine_goals()
    world.sign()
    place = ledger.head()

    def stands() -> tuple[str, int, int, bool]:
        found = attainment(world.contract, None)
        return found["as_of"], found["left"], found["place"], found["fresh"]

    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        assert (cache.refresh(), cache.refresh()) == (1, 0)
        before = (today.isoformat(), 2, place, True)
        assert stands() == before
    with time_machine.travel(midnight, tick=False):
        assert stands() == before
        assert (cache.refresh(), cache.refresh()) == (1, 0)
        assert stands() == ((today + timedelta(days=1)).isoformat(), 1, place, True)


def test_a_draft_is_never_stored() -> None:
    world = nine_goals()
    assert cache.refresh() == 0
    assert attainment(world.contract, None)["total"]["shown"] == "97"


def test_the_worker_hears_of_every_kind_of_change() -> None:
    """A fact, a correction, an amendment, a statement, a changed definition: the stored figure follows each."""
    world = empty_world()
    world.make("advised", "volume")
    indicator = Indicator.objects.create(key="advised", name="Vejledte", owner=world.owner)

    def defined(**said: Any) -> None:
        with ledger.entry():
            ledger.define(
                IndicatorVersion(
                    indicator=indicator, kind="measure", measure_id="volume", aggregate="sum", unit="stk.",
                    filter={"series": ["advised"]}, **said,
                )
            )  # fmt: skip

    defined()
    set_goal(
        world.contract, 1, name="Vejledning", group="Fælles", rule="at_least", params={"threshold": "10"},
        inputs={"value": {"indicator": "advised"}},
    )  # fmt: skip
    world.goals[1] = world.contract.goals.get()
    signed(world)

    def stands() -> tuple[Any, Any]:
        cache.refresh()
        found = attainment(world.contract, None)
        assert repeatable_bytes(found) == repeatable_bytes(compute(world.contract, None))
        return found["goals"][0]["value"].get("value"), (found["total"] or {}).get("shown")

    assert stands() == (None, None)
    absent(world.series["advised"], date(2020, 3, 1), "later")
    cache.refresh()
    assert attainment(world.contract, None)["goals"][0]["value"]["reason"] == "later"
    made = world.observe("advised", date(2020, 3, 1), 12, learnt_on=None)
    assert stands() == ("12", "100")
    correct(made, None, "Talt forkert", quantity=9)
    assert stands() == ("9", "0")
    amend_goal(world.goals[1], amendment="Lavere mål", params={"threshold": "8"})
    assert stands() == ("9", "100")
    world.observe("advised", date(2021, 2, 1), 5, learnt_on=None)
    world.say("evidence", goal=1, on=date(2021, 3, 1), series=world.series["advised"], text="Tæller med")
    assert stands() == ("14", "100")
    with ledger.entry():
        ledger.define(
            IndicatorVersion(
                indicator=indicator,
                kind="formula",
                formula="2 * 3",
                unit="stk.",
                reason="Omdefineret",
                reason_code="error",
            )
        )
    assert stands() == ("6", "0")


SERIES = {"nps": "survey_answer", "advised": "volume", "rank": "measurement", "camp": "delivery"}


def small_world() -> World:
    world = empty_world("tilfaeldig")
    for key, measure in SERIES.items():
        world.make(key, measure)
    world.goal(1, "survey", {"kind": "nps", **NPS_TIERS}, {"answers": {"series": "nps"}}, weight=3)
    world.goal(2, "at_least", {"threshold": "20", "partial": True}, {"value": {"series": "advised"}}, weight=2)
    world.goal(3, "at_most", {"threshold": "20"}, {"value": {"series": "rank"}}, missing="previous")
    world.goal(
        4,
        "deliverables",
        {"deliverables": [{"key": "camp", "name": "Camp"}, {"key": "rank", "name": "Rang"}], "required": "share"},
        {"camp": {"series": "camp"}, "rank": {"series": "rank"}},
    )
    return world


def happen(world: World, chance: random.Random) -> None:
    """Something happens: an observation, a correction, a withdrawal, a statement, an amendment, or nothing counted."""
    key = chance.choice(list(SERIES))
    made = [each for each in world.observed.get(key, []) if not each.withdrawn_at]
    what = chance.choice(["observe"] * 5 + ["correct", "withdraw", "accept", "recommend", "amend", "sweep"])
    if what == "observe":
        on = date(2019, 10, 1) + timedelta(days=chance.randrange(600))
        said = {"category": str(chance.randrange(11))} if key == "nps" else {}
        quantity = 1 if key in ("nps", "camp") else chance.randrange(0, 30)
        world.observe(key, on, quantity, learnt_on=None, **said)
    elif what == "correct" and made and key in ("advised", "rank"):
        one = chance.choice(made)
        world.observed[key].remove(one)
        world.observed[key].append(correct(one, None, "Rettet", quantity=one.quantity + 1))
    elif what == "withdraw" and made:
        one = chance.choice(made)
        world.observed[key].remove(one)
        withdraw(one, None, "Taget tilbage")
    elif what == "accept":
        goal = {"nps": 1, "advised": 2, "rank": 3, "camp": 4}[key]
        accepted = chance.random() < 0.7
        world.say(
            "evidence", goal=goal, on=date(2021, 5, 1), series=world.series[key], text="Afgjort", accepted=accepted
        )
    elif what == "recommend":
        world.say("recommendation", chance.randrange(101), goal=chance.choice([None, 1, 2]))
    elif what == "amend":
        day = chance.choice([None, date(2020, 4, 1), date(2020, 9, 1)])
        amend_goal(
            world.goals[2], amendment="Nyt", effective_from=day,
            params={"threshold": str(chance.randrange(5, 60)), "partial": chance.random() < 0.5},
        )  # fmt: skip
    elif what == "sweep":
        cache.refresh()


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a history is long to shrink: its seed says enough
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_incremental_equals_full_over_random_histories(seed: int) -> None:
    """After any history the worker's figure is the full computation's, and every place before gives its bytes again."""
    sid = connection.savepoint() if connection.in_atomic_block else None
    try:
        chance = random.Random(seed)
        world = small_world()
        world.sign()
        began = ledger.today()
        seen: dict[int, bytes] = {}
        for _turn in range(chance.randrange(4, 16)):
            happen(world, chance)
            if chance.random() < 0.3:
                moment = ledger.AsOf.at(ledger.today())
                seen[moment.place] = repeatable_bytes(compute(world.contract, moment))
        while cache.refresh():
            pass
        assume(ledger.today() == began)  # answers name the day, and midnight may pass between two of them
        assert repeatable_bytes(attainment(world.contract, None)) == repeatable_bytes(compute(world.contract, None))
        assert check.differences()["first"] == []
        for place, written in seen.items():
            again = compute(world.contract, ledger.AsOf.at(ledger.today(), place))
            assert repeatable_bytes(again) == written
    finally:
        if sid is not None:
            connection.savepoint_rollback(sid)


def test_the_night_finds_a_stored_figure_that_is_wrong(kkr_actor: Any) -> None:
    world = signed(nine_goals())
    seal(world.contract, kkr_actor, None, "KKR")
    job = jobs.jobs()["contracts_compared"]

    class Run:
        name, period = "contracts_compared", "2026-11-23"

        def progress(self, done: int, total: int) -> None:
            assert 0 < done <= total

    outcome = job.call(Run())
    assert outcome is not None
    # One contract and one sealed figure.
    assert (outcome.alert, outcome.result["compared"], outcome.result["differences"]) == (False, 2, 0)
    figure = ContractFigure.objects.get()
    figure.payload["goals"][5]["score"]["shown"] = "100"
    figure.save()
    outcome = job.call(Run())
    assert outcome is not None
    assert outcome.alert is True
    assert "resultatkontrakt: the stored figure is not what the facts say" in outcome.result["first"][0]


def test_the_night_names_a_goal_that_broke_and_a_contract_without_a_figure() -> None:
    world = nine_goals()
    world.sign()
    assert check.differences()["first"] == ["resultatkontrakt: nothing is stored"]
    with ledger.entry():
        ledger.define(GoalVersion(goal=world.goals[3], rule="deliverables", params={}, inputs={}))
    cache.refresh()
    assert check.differences()["first"] == ["resultatkontrakt: goal 3 failed"]


def test_after_a_failure_any_fact_computes_it_anew() -> None:
    world = signed(nine_goals())
    with ledger.entry():
        ledger.define(GoalVersion(goal=world.goals[3], rule="deliverables", params={}, inputs={}))
    assert cache.refresh() == 1
    assert ContractFigure.objects.get().payload["reads"] == [cache.ANY]
    world.observe("resultatkontrakt-6-camp", date(2020, 12, 31), learnt_on=None)
    assert cache.refresh() == 1


def test_contracts_computed_together_are_what_each_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """One reading for all of them; and where that breaks, the one that breaks stops no other."""
    first, second = nine_goals("foerste"), nine_goals("anden")
    second.observe("anden-6-camp", date(2020, 12, 31), learnt_on=None)
    moment = ledger.AsOf.now()
    contracts = [first.contract, second.contract]
    alone = [cache.stored_payload(contract, moment) for contract in contracts]
    together = cache.stored_payloads(contracts, moment)
    assert together == alone
    assert [payload["total"]["shown"] for payload in together if payload] == ["97", "100"]
    with CaptureQueriesContext(connection) as one:
        cache.stored_payloads(contracts[:1], moment)
    with CaptureQueriesContext(connection) as two:
        cache.stored_payloads(contracts, moment)
    reading = [sum("WITH gone" in each["sql"] for each in asked) for asked in (one, two)]
    assert reading[0] == reading[1] > 0

    whole = cache._payload

    def broken(planned: Any, results: Any) -> dict[str, Any]:
        if planned.contract.slug == "anden":
            raise RuntimeError("broken")
        return whole(planned, results)

    monkeypatch.setattr(cache, "_payload", broken)
    assert cache.stored_payloads(contracts, moment) == [alone[0], None]
