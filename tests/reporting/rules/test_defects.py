"""Defects that comparable systems have: each test is named for the one it keeps out."""

from fractions import Fraction

import pytest

from reporting.rules import formula
from reporting.rules.scoring import Outcome, Settings
from reporting.rules.totals import Weighted, weighted
from reporting.rules.values import Absent, Empty, Failed, Fault, Number, Value
from tests.reporting.rules.giving import NOTHING, NPS_TIERS, four, given, number, score
from tests.reporting.rules.recheck import disagreements

PARTIAL = {"threshold": "50", "partial": True}
DROP_OUTS = {"from": {"value": "12", "score": "0"}, "to": {"value": "5", "score": "100"}, "capped": True}


def computed(text: str, **values: int | str) -> Value:
    return formula.evaluate(formula.parse(text), {key: number(value) for key, value in values.items()})


def test_t01_zero_is_a_value_and_nothing_is_not_zero() -> None:
    zero, nothing = score("tiers", NPS_TIERS, value="0"), score("tiers", NPS_TIERS, value=NOTHING)
    assert (zero.outcome, zero.score, zero.shown_value) == (Outcome.SCORED, 0, number(0))
    assert (nothing.outcome, nothing.score, nothing.shown_value) == (Outcome.NOT_MEASURED, None, NOTHING)
    assert computed("a + b", a=0, b=0) == number(0)
    assert formula.evaluate(formula.parse("a + b"), {"a": number(0), "b": NOTHING}) == NOTHING


@pytest.mark.parametrize(("value", "expected"), [("20", 40), ("50", 100), ("70", 100)])
def test_t02_a_cap_keeps_what_is_below_it(value: str, expected: int) -> None:
    """20 of 50 is 40 %, 70 of 50 is 140 %: the first stays, the second becomes 100, and 140 is told."""
    scored = score("at_least", PARTIAL, value=value)
    assert scored.score == expected
    assert scored.step.meta["ratio"] == str(2 * int(value))
    assert scored.shown_value == number(value)
    line = {"from": {"value": "0", "score": "0"}, "to": {"value": "50", "score": "100"}}
    assert score("linear", line, value=value).score == expected
    assert score("linear", line, value=value).step.meta["uncapped"] == str(2 * int(value))


def test_t03_shares_are_divided_after_the_counts_were_added() -> None:
    """1/4 and 2/4: 3/8 = 37.5 %, not 3/11."""
    value = computed("share(a + b; all_a + all_b)", a=1, b=2, all_a=4, all_b=4)
    assert value == Number(Fraction(75, 2), Fraction(3), Fraction(8))


def test_t07_a_negative_number_is_counted() -> None:
    """Ten, and a correction of minus three."""
    assert computed("counted + correction", counted=10, correction=-3) == number(7)
    assert score("at_least", {"threshold": "-5"}, value="-3").score == 100
    assert score("tiers", {"tiers": [{"from": "-10", "score": "100"}]}, value="-3").score == 100


@pytest.mark.parametrize("children", [0, 1, 2, 7])
def test_t08_a_ratio_of_sums_starts_at_nothing(children: int) -> None:
    """n children of 1/2 each: n / 2n is exactly 50 %; of no children there is no share, and of 0/0 neither."""
    tops, bottoms = (" + ".join(["0"] + [each] * children) for each in ("1", "2"))
    value = computed(f"share({tops}; {bottoms})")
    assert value == (Number(Fraction(50), Fraction(children), Fraction(2 * children)) if children else Absent())
    assert computed("1 / (0 * 2)") == Failed(Fault.DIVISION_BY_ZERO)


@pytest.mark.parametrize(("share", "expected"), [("12", 0), ("8.5", 50), ("5", 100), ("4", 100), ("13", 0)])
def test_t09_a_goal_downwards_makes_progress(share: str, expected: int) -> None:
    """(12 - 8.5) / (12 - 5) = 3.5 / 7."""
    assert score("linear", DROP_OUTS, value=share).score == expected


def test_t10_a_goal_downwards_counts_from_its_baseline_and_zero_is_a_target() -> None:
    to_zero = {"from": {"value": "8", "score": "0"}, "to": {"value": "0", "score": "100"}}
    assert [score("linear", to_zero, value=value).score for value in ("8", "6", "0")] == [0, 25, 100]
    assert score("at_most", {"threshold": "0"}, value="0").score == 100
    assert score("at_most", {"threshold": "0"}, value="1").score == 0
    assert score("at_least", {"threshold": "0"}, value="0").score == 100


def test_t14_three_thirds_are_a_whole() -> None:
    """Weights 1, 1, 1 and scores 100, 100, 0: exactly 200/3; the goal that is lost costs exactly 100/3."""
    full, none = score("assessed", {}, assessment=100), score("assessed", {}, assessment=0)
    total = weighted([Weighted("a", 1, full), Weighted("b", 1, full), Weighted("c", 1, none)])
    assert (total.value, total.costs["c"]) == (Fraction(200, 3), Fraction(100, 3))
    same = weighted([Weighted("a", 33, full), Weighted("b", 33, full), Weighted("c", 33, none)])
    assert same.value == total.value
    shares = {"deliverables": [{"key": key, "share": "100/3"} for key in "abc"], "required": "share"}
    assert score("deliverables", shares, a=1, b=1, c=1).score == 100


def test_t15_missing_is_not_below_the_lowest_threshold() -> None:
    for reason in Empty:
        scored = score("tiers", NPS_TIERS, value=Absent(reason))
        assert (scored.outcome, scored.score) == (Outcome.NOT_MEASURED, None)
        assert score("tiers", NPS_TIERS, Settings(missing="previous"), value=Absent(reason)).score is None
    said_so = score("tiers", NPS_TIERS, Settings(missing="zero"), value=NOTHING)
    assert (said_so.outcome, said_so.score, said_so.step.meta["missing"]) == (Outcome.SCORED, 0, "zero")
    assert formula.evaluate(formula.parse("nps < 50"), {"nps": NOTHING}) == NOTHING


@pytest.mark.parametrize(
    ("value", "hit"), [("60", 0), ("59.999", 1), ("50", 1), ("49.999", 2), ("60.001", 0), ("-100", 2)]
)
def test_t16_a_boundary_belongs_to_one_step(value: str, hit: int) -> None:
    scored = score("tiers", NPS_TIERS, value=value)
    assert (scored.step.meta["hit"], scored.score) == (hit, (100, 50, 0)[hit])


def test_t17_one_failing_goal_stops_no_other() -> None:
    failing = score("tiers", NPS_TIERS, value=Failed(Fault.DIVISION_BY_ZERO))
    full = score("assessed", {}, assessment=100)
    assert (failing.outcome, failing.score) == (Outcome.FAILED, None)
    total = weighted([Weighted("a", 1, failing), Weighted("b", 1, full), Weighted("c", 1, None)])
    assert (total.value, total.counted) == (100, ["b"])
    assert total.left_out == [("a", "failed"), ("c", "not_measured")]


def test_t17_a_failure_is_never_scored_as_missing() -> None:
    failed = Failed(Fault.CYCLIC)
    assert score("tiers", NPS_TIERS, Settings(missing="zero"), value=failed).score is None
    assert score("deliverables", four(), Settings(missing="zero"), a=failed).outcome == Outcome.FAILED


def test_t20_several_surveys_in_a_period_are_one_sum() -> None:
    """17 of 20 and 140 of 180: 157 / 200 = 78.5 %; the mean of 85 and 77.8 would be 81.4."""
    node = formula.parse("andel(ja_1 + ja_2; alle_1 + alle_2)")
    counts = {"ja_1": number(17), "alle_1": number(20), "ja_2": number(140), "alle_2": number(180)}
    step = formula.tree(node, counts)
    assert step.value == Number(Fraction(157, 2), Fraction(157), Fraction(200))
    assert disagreements(step) == []
    eighty = {"kind": "share", "tiers": [{"from": "80", "score": "100"}]}
    assert score("survey", eighty, answers=given(step.value, step=step)).score == 0


POINT = {"value": "7", "score": "0"}, {"value": "7", "score": "100"}


@pytest.mark.parametrize(("value", "expected"), [("6", 0), ("7", 100), ("8", 100)])
def test_t22_a_target_that_equals_its_baseline_has_a_score(value: str, expected: int) -> None:
    """It is refused when saved; what an amendment blends into it is scored all the same."""
    from reporting.rules.scoring import KINDS

    degenerate = {"from": POINT[0], "to": POINT[1]}
    assert [problem.field for problem in KINDS["linear"].check(degenerate)] == ["to.value"]
    assert KINDS["linear"].score(degenerate, {"value": given(value)}, Settings()).score == expected


DEGENERATE = [
    # kind, params, inputs, score (None: no score)
    ("at_least", {"threshold": "0"}, {"value": "0"}, 100),
    ("at_least", {"threshold": "0"}, {"value": "-1"}, 0),
    ("at_least", {"threshold": "5", "partial": True}, {"value": "-1"}, 0),
    ("at_most", {"threshold": "5", "partial": True}, {"value": "0"}, 100),
    ("at_most", {"threshold": "5", "partial": True}, {"value": "10"}, 50),
    ("within", {"from": "3", "to": "3"}, {"value": "3"}, 100),
    ("within", {"from": "-1", "to": "1"}, {"value": "-1"}, 100),
    ("growth", {"by": "10", "unit": "pct"}, {"value": "0", "baseline": "0"}, None),
    ("growth", {"by": "0", "unit": "pct"}, {"value": "0", "baseline": "0"}, 100),
    ("growth", {"by": "1", "unit": "absolute"}, {"value": "0", "baseline": "0"}, 0),
    ("growth", {"by": "1", "unit": "absolute"}, {"value": "1", "baseline": "0"}, 100),
    # From -100, ten per cent better is -90, not -110.
    ("growth", {"by": "10", "unit": "pct"}, {"value": "-90", "baseline": "-100"}, 100),
    ("growth", {"by": "10", "unit": "pct"}, {"value": "-91", "baseline": "-100"}, 0),
    ("growth", {"by": "-10", "unit": "pct"}, {"value": "90", "baseline": "100"}, 100),
    ("growth", {"by": "-10", "unit": "pct"}, {"value": "91", "baseline": "100"}, 0),
    ("growth", {"by": "0", "unit": "absolute", "strict": True}, {"value": "5", "baseline": "5"}, 0),
    ("growth", {"by": "10", "unit": "pct"}, {"value": "5"}, None),
    ("benchmark", {"compare": ">"}, {"value": "5", "benchmark": "5"}, 0),
    ("benchmark", {"compare": "<="}, {"value": "5", "benchmark": "5"}, 100),
    ("benchmark", {"compare": "within", "margin": "0"}, {"value": "5", "benchmark": "5"}, 100),
    ("benchmark", {"compare": "within", "margin": "2"}, {"value": "3", "benchmark": "5"}, 100),
    ("benchmark", {"compare": ">=", "margin": "2"}, {"value": "6.9", "benchmark": "5"}, 0),
    ("benchmark", {"compare": ">="}, {"value": "5"}, None),
    ("deliverables", {"deliverables": [{"key": "a"}]}, {"a": 1}, 100),
    ("deliverables", {"deliverables": [{"key": "a"}, {"key": "b"}], "required": "all"}, {"a": 1, "b": 0}, 0),
    ("deliverables", {"deliverables": [{"key": "a"}, {"key": "b"}], "required": "all"}, {"a": 1, "b": True}, 100),
    ("deliverables", {"deliverables": [{"key": "a"}, {"key": "b"}, {"key": "c"}]}, {"a": 1}, Fraction(100, 3)),
    ("every_part", {"parts": [{"key": "a"}]}, {"a": "2", "a.baseline": "2"}, 0),
    ("every_part", {"parts": [{"key": "a"}]}, {"a": "3", "a.baseline": "2"}, 100),
    ("every_part", {"parts": [{"key": "a", "direction": "lower"}]}, {"a": "1", "a.baseline": "2"}, 100),
    ("every_part", {"parts": [{"key": "a"}]}, {"a": "3"}, None),
    ("tiers", {"direction": "lower", "tiers": [{"to": "0", "score": "100"}]}, {"value": "0"}, 100),
    ("tiers", {"direction": "lower", "tiers": [{"to": "0", "score": "100"}]}, {"value": "0.1"}, 0),
    ("assessed", {}, {"assessment": "0"}, 0),
    ("assessed", {}, {"assessment": "101"}, None),
]


@pytest.mark.parametrize(("kind", "params", "inputs", "expected"), DEGENERATE)
def test_t22_every_degenerate_case_has_one_answer(kind: str, params: dict, inputs: dict, expected: object) -> None:
    scored = score(kind, params, **{name.replace(".", "__"): value for name, value in inputs.items()})
    assert scored.score == expected
    assert disagreements(scored.step) == []


def test_t22_a_total_of_nothing_has_no_value() -> None:
    nothing = weighted([])
    assert (nothing.value, nothing.step.value, nothing.costs) == (None, NOTHING, {})
    assert weighted([Weighted("a", 0, score("assessed", {}, assessment=100))]).value is None
    one = weighted([Weighted("a", 3, score("assessed", {}, assessment=40))])
    assert (one.value, one.costs) == (40, {"a": 60})
