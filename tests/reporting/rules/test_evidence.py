"""Evidence from outside the window or after the deadline counts by a decision only, and is listed either way."""

from datetime import date

from reporting.rules.scoring import Outcome, Settings
from reporting.rules.scoring.kinds import Distance
from tests.reporting.rules.giving import NOTHING, NPS_TIERS, four, given, score
from tests.reporting.rules.recheck import disagreements

DECEMBER, MARCH = date(2020, 12, 31), date(2021, 3, 1)


def test_what_is_late_is_listed_and_does_not_count() -> None:
    scored = score("deliverables", four(d=DECEMBER), a=1, b=1, c=1, d=given(1, on=MARCH))
    assert scored.score == 75
    late = scored.step.children[3]
    assert (late.op, late.label) == ("absent", "d")
    assert late.meta == {"why": "late", "on": "2021-03-01", "deadline": "2020-12-31"}
    assert disagreements(scored.step) == []


def test_what_is_late_counts_once_it_is_accepted() -> None:
    accepted = given(1, on=MARCH, outside=True, accepted=True)
    assert score("deliverables", four(d=DECEMBER), a=1, b=1, c=1, d=accepted).score == 100


def test_the_day_of_the_deadline_is_in_time() -> None:
    assert score("deliverables", four(d=DECEMBER), a=1, b=1, c=1, d=given(1, on=DECEMBER)).score == 100


def test_only_late_deliveries_are_a_score_of_nothing_not_missing_data() -> None:
    scored = score("deliverables", four(a=DECEMBER), a=given(1, on=MARCH))
    assert (scored.outcome, scored.score) == (Outcome.SCORED, 0)


def test_a_measurement_outside_the_window_is_missing_until_accepted() -> None:
    outside = given("72", on=MARCH, outside=True)
    scored = score("tiers", NPS_TIERS, value=outside)
    assert (scored.outcome, scored.shown_value) == (Outcome.NOT_MEASURED, NOTHING)
    assert scored.step.children[0].meta == {"why": "outside", "on": "2021-03-01"}
    assert score("tiers", NPS_TIERS, Settings(missing="zero"), value=outside).score == 0
    assert score("tiers", NPS_TIERS, value=given("72", on=MARCH, outside=True, accepted=True)).score == 100


AWARENESS = {
    "parts": [
        {"key": "known", "name": "kendskab"},
        {"key": "unsure", "name": "ved ikke", "direction": "lower", "counts": False},
        {"key": "valued", "name": "værdiskabelse"},
        {"key": "repute", "name": "omdømme"},
    ]
}
MEASURED = {
    "known": "54.3", "known__baseline": "34.7", "unsure": "7.8", "unsure__baseline": "30.2",
    "valued": "71.2", "valued__baseline": "44.2", "repute": "92.0", "repute__baseline": "82.6",
}  # fmt: skip


def test_every_part_that_counts_has_risen() -> None:
    scored = score("every_part", AWARENESS, **MEASURED)
    assert scored.score == 100
    assert [(child.op, child.label, child.value.value) for child in scored.step.children] == [
        (">", "known", True), ("<", "unsure", True), (">", "valued", True), (">", "repute", True),
    ]  # fmt: skip


def test_one_part_that_stood_still_loses_all_or_its_share() -> None:
    still = {**MEASURED, "repute": "82.6"}
    assert score("every_part", AWARENESS, **still).score == 0
    # Two of the three that count.
    assert score("every_part", {**AWARENESS, "all": False}, **still).score == given("200/3").value.value


def test_a_part_that_does_not_count_may_be_missing() -> None:
    without = {name: value for name, value in MEASURED.items() if not name.startswith("unsure")}
    assert score("every_part", AWARENESS, **without).score == 100
    assert score("every_part", AWARENESS, **{**MEASURED, "known": NOTHING}).outcome == Outcome.NOT_MEASURED
    assert score("every_part", AWARENESS, Settings(missing="zero"), **{**MEASURED, "known": NOTHING}).score == 0


def test_decimals_round_the_baseline_too() -> None:
    """82.64 against 82.60 is 82.6 against 82.6 with one decimal: no rise."""
    part = {"parts": [{"key": "a"}]}
    assert score("every_part", part, a="82.64", a__baseline="82.6").score == 100
    assert score("every_part", part, Settings(decimals=1), a="82.64", a__baseline="82.6").score == 0


def distances(scored: object) -> list[tuple[str, str, str, str]]:
    return [tuple(str(part) for part in vars(each).values()) for each in scored.nearest]


def test_what_would_lift_or_lower_the_score() -> None:
    """NPS 55: five up to full score; below 50 it would be nothing."""
    assert distances(score("tiers", NPS_TIERS, value="55")) == [("100", "60", "5", ">="), ("0", "50", "-5", "<")]
    assert distances(score("tiers", NPS_TIERS, value="72")) == [("50", "60", "-12", "<")]
    assert distances(score("at_least", {"threshold": "500"}, value="480")) == [("100", "500", "20", ">=")]
    assert distances(score("at_most", {"threshold": "20"}, value="18")) == [("0", "20", "2", ">")]
    assert distances(score("within", {"from": "1", "to": "3"}, value="5")) == [("100", "3", "-2", "<=")]
    assert distances(score("growth", {"by": "10", "unit": "pct"}, value="1374", baseline="1250")) == [
        ("100", "1375", "1", ">=")
    ]
    drop_outs = {"from": {"value": "12", "score": "0"}, "to": {"value": "5", "score": "100"}}
    assert distances(score("linear", drop_outs, value="6")) == [("100", "5", "-1", "<="), ("0", "12", "6", ">=")]
    # Two of four are missing: the next gives 75, both give 100.
    assert distances(score("deliverables", four(), a=1, b=1)) == [("75", "3", "1", ">="), ("100", "4", "2", ">=")]
    assert score("deliverables", four(), a=1, b=1, c=1, d=1).nearest == ()
    assert all(isinstance(each, Distance) for each in score("tiers", NPS_TIERS, value="55").nearest)
