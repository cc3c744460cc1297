"""Worked examples whose answers were agreed before there was any code."""

from datetime import date
from fractions import Fraction

import pytest

from reporting.rules import formula
from reporting.rules.scoring import Given, Outcome, Settings
from reporting.rules.totals import Total, Weighted, shown, weighted
from reporting.rules.values import Number
from tests.reporting.rules.giving import NOTHING, NPS_TIERS, four, given, number, out_of, score
from tests.reporting.rules.recheck import disagreements

FULL = score("assessed", {}, assessment=100)


@pytest.mark.parametrize(("nps", "expected"), [("60", 100), ("59.99", 50), ("50", 50), ("49.99", 0), ("72", 100)])
def test_1_net_promoter_score_by_steps(nps: str, expected: int) -> None:
    assert score("tiers", NPS_TIERS, value=nps).score == expected


def test_1_rounding_before_comparing_is_the_rules_own_choice() -> None:
    """59.96 is shown as 60.0. Raw it is under 60; with one decimal it is 60.0."""
    assert score("tiers", NPS_TIERS, Settings(decimals=None), value="59.96").score == 50
    assert score("tiers", NPS_TIERS, Settings(decimals=1), value="59.96").score == 100
    assert score("tiers", NPS_TIERS, Settings(decimals=1), value="59.94").score == 50
    assert score("tiers", NPS_TIERS, Settings(decimals=1), value="59.96").shown_value == number("59.96")


def test_1_too_few_answers_cannot_be_measured() -> None:
    """Eight answers, of which six promoters and one detractor: NPS 62.5, which is told but not scored."""
    survey = {**NPS_TIERS, "kind": "nps"}
    nps = Number(Fraction(125, 2), Fraction(5), Fraction(8))
    few = score("survey", survey, Settings(least_answers=10), answers=nps)
    assert (few.outcome, few.score, few.shown_value) == (Outcome.NOT_MEASURABLE, None, nps)
    assert (few.step.meta["least_answers"], few.step.meta["answered"]) == (10, "8")
    assert score("survey", survey, Settings(least_answers=8), answers=nps).score == 100


def test_1_answers_that_nobody_counted_are_not_enough() -> None:
    survey = {**NPS_TIERS, "kind": "nps"}
    assert score("survey", survey, Settings(least_answers=10), answers="72").outcome == Outcome.NOT_MEASURABLE
    counted = Given(number(72), counts={"answered": Fraction(181), "invited": Fraction(315)})
    assert score("survey", survey, Settings(least_answers=10), answers=counted).score == 100


def three_of_four() -> Total:
    delivered = score("deliverables", four(), a=1, b=1, c=1, d=NOTHING)
    assert delivered.score == 75
    others = [Weighted(f"g{place}", 8, FULL) for place in range(11)]
    return weighted([Weighted("g11", 12, delivered), *others])


def test_2_three_of_four_deliverables_cost_three_points_of_a_hundred() -> None:
    """11 goals of weight 8 and one of 12: 88 + 12 · 0.75 = 97 of 100."""
    total = three_of_four()
    assert total.value == 97
    assert shown(Fraction(97), 1) == "97.0"
    assert total.costs["g11"] == 3
    assert 100 - sum(total.costs.values()) == 97
    assert disagreements(total.step) == []


def test_2_the_same_goal_excluded_gives_all_and_is_listed() -> None:
    delivered = score("deliverables", four(), a=1, b=1, c=1, d=NOTHING)
    others = [Weighted(f"g{place}", 8, FULL) for place in range(11)]
    total = weighted([Weighted("g11", 12, delivered, excluded=True, reason="aflyst"), *others])
    assert (total.value, total.left_out) == (100, [("g11", "aflyst")])
    assert len(total.counted) == 11


def test_2_the_contract_of_nine_goals_whose_camp_was_held_too_late() -> None:
    """Eight goals of 100 and one of 75, equal weights: 875 / 9 = 97.2222..., shown as 97."""
    late = given(1, on=date(2021, 3, 1), outside=True)
    camp = score("deliverables", four(), a=1, b=1, c=1, d=late)
    assert camp.score == 75
    total = weighted([Weighted(str(no), 1, camp if no == 6 else FULL) for no in range(1, 10)])
    assert total.value == Fraction(875, 9)
    assert (shown(Fraction(875, 9), 4), shown(Fraction(875, 9))) == ("97.2222", "97")
    assert total.costs["6"] == Fraction(25, 9)


GROWTH = {"by": "10", "unit": "pct", "over": "baseline", "base_year": "2022", "population": "eksportvirksomheder"}


@pytest.mark.parametrize(("exporting", "expected"), [("1374", 0), ("1375", 100)])
def test_3_ten_per_cent_more_export_companies(exporting: str, expected: int) -> None:
    """1,250 · 1.10 = 1,375."""
    scored = score("growth", GROWTH, value=exporting, baseline="1250")
    assert scored.score == expected
    assert scored.step.meta["threshold"] == "1375"


def test_3_a_revised_baseline_counts_only_where_the_rule_is_given_it() -> None:
    """1,248 · 1.10 = 1,372.8: with the revised baseline 1,374 would do."""
    assert score("growth", GROWTH, value="1374", baseline="1250").score == 0
    assert score("growth", GROWTH, value="1374", baseline="1248").score == 100


def test_4_equal_to_the_national_average_is_enough() -> None:
    rule = {"compare": ">=", "margin": "0"}
    assert score("benchmark", rule, value="71.2", benchmark="71.2").score == 100
    # The later vintage would not be reached: which one is given is the contract's choice.
    assert score("benchmark", rule, value="71.2", benchmark="71.6").score == 0


def test_5_a_company_advised_in_two_municipalities_is_one_company() -> None:
    """The rule is given the distinct count of the region; 499 there are too few though 260 + 240 is 500."""
    rule = {"threshold": "500"}
    assert score("at_least", rule, value="499").score == 0
    assert score("at_least", rule, value="500").score == 100


def test_6_179_of_199_does_not_round_up_to_ninety_per_cent() -> None:
    """17900 / 199 = 89.9497...; shown as 90, but not 90."""
    satisfied = {"kind": "share", "tiers": [{"from": "90", "score": "100"}]}
    assert shown(out_of(179, 199).value) == "90"
    assert score("survey", satisfied, answers=out_of(179, 199)).score == 0
    assert score("survey", satisfied, answers=out_of(180, 200)).score == 100


def test_8_a_rule_says_the_same_of_what_was_known_then() -> None:
    """99 were known at the end of January, 100 at the end of March: the first figure stays what it was."""
    rule = {"threshold": "100"}
    january, march = score("at_least", rule, value="99"), score("at_least", rule, value="100")
    assert (january.score, march.score) == (0, 100)
    assert score("at_least", rule, value="99") == january


def test_10_reported_zero_counts_and_nothing_reported_is_missing() -> None:
    rule = {"threshold": "1"}
    assert score("at_least", rule, value="0").score == 0
    missing = score("at_least", rule, value=NOTHING)
    assert (missing.outcome, missing.score) == (Outcome.NOT_MEASURED, None)
    nothing_said = score("deliverables", four())
    assert (nothing_said.outcome, nothing_said.score) == (Outcome.NOT_MEASURED, None)
    assert score("deliverables", four(), a=0).score == 0


def test_the_average_of_two_net_promoter_scores_is_not_their_common_one() -> None:
    """(8 - 1) / 10 and (10 - 50) / 90: together (18 - 51) / 100 = -33, while the mean of 70 and -44.4 is 12.8."""
    node = formula.parse("nps(p1 + p2; d1 + d2; n1 + n2)")
    counts = {"p1": 8, "d1": 1, "n1": 10, "p2": 10, "d2": 50, "n2": 90}
    value = formula.evaluate(node, {key: number(count) for key, count in counts.items()})
    assert value == Number(Fraction(-33), Fraction(-33), Fraction(100))
