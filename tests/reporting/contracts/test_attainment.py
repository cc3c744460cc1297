"""What a contract stands at: the worked contract, one thing changed at a time, and what is listed beside it."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal import ledger
from reporting.contracts import amend_goal, exclude_goal
from reporting.engine.contracts import attainment, cache, compute
from reporting.engine.payload import fraction_of, repeatable_bytes
from reporting.models import Goal, GoalVersion
from reporting.observations import correct
from tests.reporting.contracts.world import KKR, NPS_TIERS, TOLD, World, empty_world, nine_goals

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


def test_one_changed_answer_changes_the_score_computed_and_leaves_100(world: World) -> None:
    """A 5 corrected to a 10: (140 - 8) / 181 = 72.9."""
    detractor = world.observed["resultatkontrakt-nps"][-1]
    assert detractor.category == "5"
    before = goal(compute(world.contract, None), 1)
    correct(detractor, None, "Fejltastet", category="10")
    after = goal(compute(world.contract, None), 1)
    assert (before["value"]["numerator"], after["value"]["numerator"]) == ("130", "132")
    assert before["score"]["shown"] == after["score"]["shown"] == "100"
    # As known before the correction it is what it was.
    assert goal(compute(world.contract, known()), 1)["value"]["numerator"] == "130"


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ({"10": 80, "8": 0, "5": 20}, "100"),  # 60 exactly
        ({"10": 79, "8": 1, "5": 20}, "50"),  # 59
        ({"10": 75, "5": 25}, "50"),  # 50 exactly
        ({"10": 74, "8": 1, "5": 25}, "0"),  # 49
        ({"10": 50, "5": 50}, "0"),  # 0 is a value, and it scores 0
    ],
)
def test_a_net_promoter_score_at_the_bounds(answers: dict[str, int], score: str) -> None:
    world = empty_world()
    world.make("nps", "survey_answer")
    world.goal(1, "survey", {"kind": "nps", **NPS_TIERS}, {"answers": {"series": "nps"}})
    world.answers("nps", answers, date(2020, 12, 1))
    payload = compute(world.contract, None)
    assert scores(payload) == [score]
    assert payload["total"]["shown"] == score


def test_nothing_reported_is_not_zero(world: World) -> None:
    """Both are shown differently and count differently: nothing leaves the goal out, zero scores 0."""
    bare = empty_world("tom")
    bare.make("advised", "volume")
    bare.goal(1, "at_least", {"threshold": "500"}, {"value": {"series": "advised"}})
    bare.goal(2, "at_least", {"threshold": "0"}, {"value": {"number": "0", "source": "Kilden"}})
    nothing = compute(bare.contract, None)
    assert goal(nothing, 1)["score"] is None
    assert goal(nothing, 1)["outcome"] == "not_measured"
    assert goal(nothing, 1)["value"] == {"kind": "absent", "reason": "not_reported"}
    assert nothing["left_out"] == [{"no": 1, "why": "not_measured", "reason": "not_measured", "weight": 1}]
    assert nothing["total"]["shown"] == "100"
    bare.observe("advised", date(2020, 5, 1), 0, learnt_on=None)
    zero = compute(bare.contract, None)
    assert goal(zero, 1)["score"]["shown"] == "0"
    assert (goal(zero, 1)["value"]["kind"], goal(zero, 1)["value"]["value"]) == ("number", "0")
    assert zero["total"]["shown"] == "50"


@pytest.mark.parametrize(("missing", "score", "total"), [("not_counted", None, None), ("zero", "0", "0")])
def test_without_data_the_rule_says_what_it_means(missing: str, score: str | None, total: str | None) -> None:
    world = empty_world()
    world.make("advised", "volume")
    world.goal(1, "at_least", {"threshold": "500"}, {"value": {"series": "advised"}}, missing=missing)
    payload = compute(world.contract, None)
    assert scores(payload) == [score]
    assert (payload["total"] or {"shown": None})["shown"] == total


def test_without_data_the_value_before_may_hold() -> None:
    world = empty_world()
    world.make("rank", "measurement")
    world.goal(1, "at_most", {"threshold": "20"}, {"value": {"series": "rank"}}, missing="previous")
    world.observe("rank", date(2019, 6, 1), 17)
    found = goal(compute(world.contract, None), 1)
    assert (found["score"]["shown"], found["inputs"][0]["used"], found["inputs"][0]["on"]) == (
        "100",
        "previous",
        "2019-06-01",
    )
    world.observe("rank", date(2020, 6, 1), 21)
    assert goal(compute(world.contract, None), 1)["score"]["shown"] == "0"


# ------------------------------------------------------------------------------- evidence from outside its time
def test_the_fourth_deliverable_in_the_year_gives_all(world: World) -> None:
    world.observe("resultatkontrakt-6-camp", date(2020, 12, 31))
    payload = compute(world.contract, None)
    assert goal(payload, 6)["score"]["shown"] == "100"
    assert payload["total"]["exact"] == "100.0000000000"
    assert payload["costs"] == []


def test_delivered_after_the_year_it_is_listed_and_does_not_count(world: World) -> None:
    world.observe("resultatkontrakt-6-camp", date(2021, 3, 10))
    payload = compute(world.contract, None)
    found = goal(payload, 6)
    assert found["score"]["shown"] == "75"
    (deviation,) = found["deviations"]
    assert (deviation["input"], deviation["first_on"], deviation["why"], deviation["accepted"]) == (
        "camp",
        "2021-03-10",
        "outside_window",
        False,
    )
    (missing,) = payload["costs"][0]["missing"]
    assert (missing["key"], missing["why"], missing["on"]) == ("camp", "outside_window", "2021-03-10")


def test_a_decision_makes_late_evidence_count_from_the_day_it_is_known(world: World) -> None:
    world.observe("resultatkontrakt-6-camp", date(2021, 3, 10), learnt_on=date(2021, 3, 11))
    camp = world.series["resultatkontrakt-6-camp"]
    world.say("evidence", goal=6, on=date(2021, 4, 20), series=camp, text="Flyttet af Covid-19")
    before, after = compute(world.contract, known()), compute(world.contract, known(date(2021, 4, 20)))
    assert goal(before, 6)["score"]["shown"] == "75"
    assert goal(after, 6)["score"]["shown"] == "100"
    (deviation,) = goal(after, 6)["deviations"]
    assert (deviation["accepted"], deviation["text"]) == (True, "Flyttet af Covid-19")
    world.say(
        "evidence",
        goal=6,
        on=date(2021, 6, 1),
        series=camp,
        text="Omgjort",
        accepted=False,
        by_name=KKR,
        by=world.owner,
    )
    again = compute(world.contract, known(date(2021, 6, 1)))
    assert goal(again, 6)["score"]["shown"] == "75"
    assert goal(again, 6)["deviations"][0]["refused"] is True


def test_a_decision_counts_what_had_happened_when_it_was_made(world: World) -> None:
    camp = world.series["resultatkontrakt-6-camp"]
    world.say("evidence", goal=6, on=date(2021, 2, 1), series=camp, text="Hvis den holdes")
    world.observe("resultatkontrakt-6-camp", date(2021, 3, 10), learnt_on=date(2021, 3, 11))
    assert goal(compute(world.contract, None), 6)["score"]["shown"] == "75"


def test_after_the_deadline_is_late_also_inside_the_window() -> None:
    world = empty_world()
    world.make("report", "delivery")
    world.goal(
        1,
        "deliverables",
        {"deliverables": [{"key": "report", "name": "Rapport", "deadline": "2020-06-30"}], "required": "share"},
        {"report": {"series": "report"}},
    )
    world.observe("report", date(2020, 9, 1))
    found = goal(compute(world.contract, None), 1)
    assert found["score"]["shown"] == "0"
    (deviation,) = found["deviations"]
    assert (deviation["why"], deviation["deadline"]) == ("after_deadline", "2020-06-30")


def test_answers_from_outside_the_window_are_listed_and_not_mixed_in(world: World) -> None:
    world.answers("resultatkontrakt-nps", {"0": 40}, date(2021, 1, 5))
    found = goal(compute(world.contract, None), 1)
    assert (found["value"]["numerator"], found["value"]["denominator"]) == ("130", "181")
    assert [(each["count"], each["first_on"]) for each in found["deviations"]] == [(40, "2021-01-05")]
    world.say(
        "evidence", goal=1, on=date(2021, 2, 1), series=world.series["resultatkontrakt-nps"], text="Sene svar tæller"
    )
    mixed = goal(compute(world.contract, None), 1)
    assert (mixed["value"]["numerator"], mixed["value"]["denominator"]) == ("90", "221")


# ------------------------------------------------------------------------------------------- exclusion, weights
def test_an_excluded_goal_is_listed_with_its_reason_and_the_rest_is_divided_anew(world: World) -> None:
    exclude_goal(world.goals[6], reason="Aflyst af Covid-19 efter aftale")
    payload = compute(world.contract, None)
    assert payload["total"]["exact"] == "100.0000000000"
    assert payload["left_out"] == [
        {"no": 6, "why": "excluded", "reason": "Aflyst af Covid-19 efter aftale", "weight": 1}
    ]
    assert goal(payload, 6)["outcome"] == "excluded"
    assert goal(payload, 6)["score"]["shown"] == "75"


def test_weights_in_thirds_and_one_rounding() -> None:
    """1:2:3 of 100, 0, 50: (100 + 0 + 150) / 6 = 41.6667."""
    world = empty_world()
    for number, (weight, value) in enumerate(((1, "100"), (2, "0"), (3, "50")), 1):
        world.goal(number, "assessed", {}, {"assessment": {"number": value}}, weight=weight)
    payload = compute(world.contract, None)
    assert (payload["total"]["exact"], payload["total"]["shown"]) == ("41.6666666667", "42")
    lost = sum(
        Fraction(each["points"]["numerator"]) / Fraction(each["points"]["denominator"]) for each in payload["costs"]
    )
    assert 100 - lost == Fraction(250, 6)


def test_the_value_before_holds_also_when_something_was_measured_too_late() -> None:
    """17 in 2019 is what the rule falls back on; 25 after the window does not count and is listed."""
    world = empty_world()
    world.make("rank", "measurement")
    world.goal(1, "at_most", {"threshold": "20"}, {"value": {"series": "rank"}}, missing="previous")
    world.observe("rank", date(2019, 6, 1), 17)
    world.observe("rank", date(2021, 1, 15), 25)
    found = goal(compute(world.contract, None), 1)
    assert (found["score"]["shown"], found["inputs"][0]["used"]) == ("100", "previous")
    assert [each["first_on"] for each in found["deviations"]] == ["2021-01-15"]


# ------------------------------------------------------------------------------------------------------ amendments
def test_another_base_year_is_another_rule_not_a_year_in_between() -> None:
    """10 % over 2018 (1,000) asks for 1,100 and over 2019 (1,200) for 1,320: 1,200 gives 100 for 182 days, then 0."""
    world = empty_world()
    world.make("export", "measurement")
    said = {"by": "10", "unit": "pct", "over": "baseline", "base_year": "2018"}
    inputs = {"value": {"series": "export"}, "baseline": {"series": "export"}}
    world.goal(1, "growth", said, inputs)
    for year, number in ((2018, 1000), (2019, 1200), (2020, 1200)):
        world.observe("export", date(year, 12, 31), number)
    world.sign()
    amend_goal(
        world.goals[1], amendment="Nyt basisår", effective_from=date(2020, 7, 1), params={**said, "base_year": "2019"}
    )
    found = goal(compute(world.contract, None), 1)
    assert found["amended"]["how"] == "score"
    assert fraction_of(found["score"]) == Fraction(100 * 182, 366)


def test_another_precision_is_another_rule() -> None:
    """59.96 is below 60 for 182 days, and 60.0 with one decimal for 184: 100 x 184 / 366."""
    world = empty_world()
    world.goal(1, "at_least", {"threshold": "60"}, {"value": {"number": "59.96"}})
    world.sign()
    amend_goal(world.goals[1], amendment="Én decimal", effective_from=date(2020, 7, 1), decimals=1)
    assert fraction_of(goal(compute(world.contract, None), 1)["score"]) == Fraction(100 * 184, 366)


def test_another_meaning_of_missing_data_is_another_rule() -> None:
    """Nothing was counted in 2020: 0 for 182 days, then 2019's 550 of 500 holds for 184 days: 100 x 184 / 366."""
    world = empty_world()
    world.make("advised", "volume")
    world.goal(1, "at_least", {"threshold": "500"}, {"value": {"series": "advised"}}, missing="zero")
    world.observe("advised", date(2019, 10, 1), 550)
    world.sign()
    amend_goal(world.goals[1], amendment="Året før gælder", effective_from=date(2020, 7, 1), missing="previous")
    found = goal(compute(world.contract, None), 1)
    assert found["amended"]["how"] == "score"
    assert fraction_of(found["score"]) == Fraction(100 * 184, 366)


def test_another_least_number_of_answers_is_another_rule() -> None:
    """Ten answers are enough until 30 June and too few from 1 July: a part that cannot be measured leaves no score."""
    world = empty_world()
    world.make("survey", "survey_answer")
    rule = {"kind": "nps", "tiers": [{"from": "50", "score": "100"}], "else": "0"}
    world.goal(1, "survey", rule, {"answers": {"series": "survey"}}, least_answers=10)
    world.answers("survey", {"10": 10}, date(2020, 3, 1))
    world.sign()
    assert scores(compute(world.contract, None)) == ["100"]
    amend_goal(world.goals[1], amendment="Flere svar", effective_from=date(2020, 7, 1), least_answers=11)
    found = goal(compute(world.contract, None), 1)
    assert found["amended"]["how"] == "score"
    assert (found["outcome"], found["score"]) == ("not_measurable", None)


def test_an_amended_threshold_holds_in_proportion_to_days() -> None:
    """500 until 30 June (182 days of 2020), 600 from 1 July (184): (500 x 182 + 600 x 184) / 366 = 100700 / 183."""
    world = empty_world()
    world.make("advised", "volume")
    world.goal(1, "at_least", {"threshold": "500"}, {"value": {"series": "advised"}})
    world.observe("advised", date(2020, 10, 1), 550)
    world.sign()
    amend_goal(
        world.goals[1], amendment="Tillæg om flere virksomheder", effective_from=date(2020, 7, 1),
        params={"threshold": "600"},
    )  # fmt: skip
    found = goal(compute(world.contract, None), 1)
    assert found["amended"]["days"] == [182, 184]
    assert found["amended"]["how"] == "threshold"
    assert found["params"] == {"threshold": "100700/183"}
    assert Fraction(100700, 183) > 550  # 550.27: just missed
    assert found["score"]["shown"] == "0"
    assert [each["params"]["threshold"] for each in found["amended"]["parts"]] == ["500", "600"]
    assert [each["holds_from"] for each in found["versions"]] == [None, "2020-07-01"]
    world.observe("advised", date(2020, 11, 1), 1)
    assert goal(compute(world.contract, None), 1)["score"]["shown"] == "100"


def test_amended_to_another_rule_each_scores_for_its_days() -> None:
    """At least 500 gives 0 of 400 for 182 days; from 12 down to 5, 8.5 gives 50 for 184: 50 x 184 / 366."""
    world = empty_world()
    world.goal(1, "at_least", {"threshold": "500"}, {"value": {"number": "400"}})
    world.sign()
    linear = {"from": {"value": "12", "score": "0"}, "to": {"value": "5", "score": "100"}, "capped": True}
    amend_goal(
        world.goals[1], amendment="Nyt mål", effective_from=date(2020, 7, 1), rule="linear", params=linear,
        inputs={"value": {"number": "8.5"}},
    )  # fmt: skip
    found = goal(compute(world.contract, None), 1)
    assert found["amended"]["how"] == "score"
    assert fraction_of(found["score"]) == Fraction(50 * 184, 366)
    assert [each["score"]["shown"] for each in found["amended"]["gives"]] == ["0", "50"]


def test_an_amendment_without_a_day_replaces_what_was_said() -> None:
    world = empty_world()
    world.goal(1, "at_least", {"threshold": "500"}, {"value": {"number": "550"}})
    world.sign()
    before = ledger.AsOf.now()
    amend_goal(world.goals[1], amendment="Rettet", params={"threshold": "600"})
    assert scores(compute(world.contract, None)) == ["0"]
    assert scores(compute(world.contract, before)) == ["100"]


# ------------------------------------------------------------------------------------------------- what goes wrong
def test_a_goal_that_breaks_stops_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A version that no check has seen: without the rule's numbers nothing can even be asked for."""
    with world.history():
        ledger.define(GoalVersion(goal=world.goals[3], rule="deliverables", params={}, inputs={}), learnt_on=TOLD)
        ledger.define(
            GoalVersion(
                goal=world.goals[5], rule="at_least", params={"threshold": "x"}, inputs={"value": {"number": "1"}}
            ),
            learnt_on=TOLD,
        )
        ledger.define(
            GoalVersion(
                goal=world.goals[7], rule="at_least", params={"threshold": "1"}, inputs={"value": {"indicator": "gone"}}
            ),
            learnt_on=TOLD,
        )
    payload = compute(world.contract, None)
    broken = [each["no"] for each in payload["goals"] if each["outcome"] == "failed"]
    assert broken == [3, 5, 7]
    assert goal(payload, 7)["value"] == {"kind": "failed", "fault": "unknown_name", "detail": "gone"}
    assert scores(payload) == ["100", "100", None, "100", None, "75", None, "100", "100"]
    assert payload["total"]["exact"] == "95.8333333333"  # 575 / 6
    assert {each["no"]: each["why"] for each in payload["left_out"]} == dict.fromkeys((3, 5, 7), "failed")
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


def test_a_number_in_the_database_may_not_be_given_twice(world: World) -> None:
    goals = world.goals
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.create(contract=world.contract, group=goals[1].group, number=6, name="Igen")


# -------------------------------------------------------------------------------------------- moments and repetition
def test_the_same_day_and_place_give_the_same_bytes(world: World) -> None:
    first = compute(world.contract, known())
    world.observe("resultatkontrakt-6-camp", date(2020, 12, 31), learnt_on=None)
    world.answers("resultatkontrakt-nps", {"0": 100}, date(2020, 12, 2))
    again = compute(world.contract, ledger.AsOf.at(date.fromisoformat(first["as_of"]), first["place"]))
    assert repeatable_bytes(again) == repeatable_bytes(first)
    assert repeatable_bytes(compute(world.contract, None)) != repeatable_bytes(first)


def test_before_the_contract_was_agreed_there_was_none(world: World) -> None:
    payload = compute(world.contract, known(date(2020, 1, 14)))
    assert (payload["goals"], payload["total"], payload["recommended"]) == ([], None, None)


def test_bulk_and_one_by_one_give_the_same() -> None:
    """Answers registered one at a time and in one entry: the same figures, also from the cache."""
    payloads = []
    for way, slug in ((500, "samlet"), (1, "enkeltvis")):
        world = empty_world(slug)
        world.make(f"{slug}-nps", "survey_answer")
        world.goal(1, "survey", {"kind": "nps", **NPS_TIERS}, {"answers": {"series": f"{slug}-nps"}})
        world.sign()
        answers = {"10": 21, "7": 4, "3": 5}
        if way == 1:
            for answer, number in answers.items():
                for _turn in range(number):
                    world.answers(f"{slug}-nps", {answer: 1}, date(2020, 5, 1), learnt_on=None)
        else:
            world.answers(f"{slug}-nps", answers, date(2020, 5, 1), learnt_on=None)
        cache.refresh()
        payloads.append(attainment(world.contract, None))
    first, second = ((each["total"], each["goals"][0]["value"]) for each in payloads)
    assert first == second
    assert first[1]["numerator"] == "16"
    assert all(each["fresh"] for each in payloads)
