"""What holds of every rule, whatever its numbers."""

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reporting.rules.scoring import KINDS, Given, Outcome, Scored, Settings
from reporting.rules.steps import Step
from reporting.rules.totals import Weighted, shown, weighted
from reporting.rules.values import Absent, Empty, Failed, Fault, Number, Truth, exact, rounded
from tests.reporting.rules.recheck import disagreements, steps

RAW = Settings()
THRESHOLDS = st.lists(
    st.integers(-1000, 1000).map(lambda whole: Fraction(whole, 8)), min_size=1, max_size=6, unique=True
)
SMALL = st.builds(Fraction, st.integers(-1000, 1000), st.sampled_from([1, 3, 8, 10]))
SCORES = st.integers(0, 100)


@st.composite
def tiers(draw: st.DrawFn) -> dict[str, Any]:
    thresholds = draw(THRESHOLDS)
    higher = draw(st.booleans())
    scores = draw(st.lists(SCORES, min_size=len(thresholds) + 1, max_size=len(thresholds) + 1, unique=True))
    *reached, otherwise = sorted(scores, reverse=True)
    near = "from" if higher else "to"
    rows = [
        {near: str(threshold), "score": str(score)}
        for threshold, score in zip(sorted(thresholds, reverse=higher), reached, strict=True)
    ]
    return {"direction": "higher" if higher else "lower", "tiers": rows, "else": str(otherwise)}


HAIR = Fraction(1, 1000)


@settings(max_examples=500, deadline=None)
@given(tiers(), st.lists(st.integers(-4000, 4000), min_size=20, max_size=20))
def test_exactly_one_step_matches_any_value(rule: dict[str, Any], thirds: list[int]) -> None:
    """At least 20 values for each of 500 rules: random ones, and every threshold with what is a hair beside it.

    Counted here as intervals: [t, the better t) where more is better, (the better t, t] where less is.
    """
    assert KINDS["tiers"].check(rule) == []
    higher = rule["direction"] == "higher"
    bounds = [exact(tier["from" if higher else "to"]) for tier in rule["tiers"]]
    scores = [*(exact(tier["score"]) for tier in rule["tiers"]), exact(rule["else"])]
    ladder = bounds if higher else [-bound for bound in bounds]
    near = [bound + away for bound in bounds for away in (-HAIR, 0, HAIR)]
    for value in (*near, *(Fraction(third, 3) for third in thirds)):
        at = value if higher else -value
        inside = [at >= ladder[0], *(low <= at < high for high, low in pairwise(ladder)), at < ladder[-1]]
        assert sum(inside) == 1
        scored = KINDS["tiers"].score(rule, {"value": Given(Number(value))}, RAW)
        assert scored.step.meta["hit"] == inside.index(True)
        assert scored.score == scores[inside.index(True)]


@settings(max_examples=300, deadline=None)
@given(tiers(), SMALL)
def test_the_nearest_distances_lead_to_the_score_they_promise(rule: dict[str, Any], value: Fraction) -> None:
    def score_at(at: Fraction) -> Scored:
        return KINDS["tiers"].score(rule, {"value": Given(Number(at))}, RAW)

    scored = score_at(value)
    assert scored.nearest
    for distance in scored.nearest:
        assert value + distance.difference == distance.threshold
        hair = {">=": 0, "<=": 0, ">": 1, "<": -1}[distance.wanted] * Fraction(1, 10**6)
        assert score_at(distance.threshold + hair).score == distance.score != scored.score


TEXT = SMALL.map(str)
TRUTHFUL = st.booleans()
VALUES = st.one_of(
    SMALL.map(Number),
    st.integers(-2, 3).map(lambda whole: Number(Fraction(whole))),
    st.builds(lambda part, whole: Number(Fraction(100 * part, whole), Fraction(part), Fraction(whole)),
              st.integers(0, 50), st.integers(1, 50)),
    st.sampled_from(list(Empty)).map(Absent),
    st.sampled_from(list(Fault)).map(Failed),
    TRUTHFUL.map(Truth),
)  # fmt: skip
GIVEN = st.builds(
    Given,
    VALUES,
    on=st.one_of(st.none(), st.dates(date(2020, 11, 1), date(2021, 2, 1))),
    outside=st.booleans(),
    accepted=st.booleans(),
)
SETTINGS = st.builds(
    Settings,
    decimals=st.one_of(st.none(), st.integers(0, 3)),
    missing=st.sampled_from(["not_counted", "zero", "previous"]),
    least_answers=st.one_of(st.none(), st.integers(1, 60)),
)


def point(value: str, score: int) -> dict[str, str]:
    return {"value": value, "score": str(score)}


KEYS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=5, unique=True)
PARAMS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "tiers": tiers(),
    "survey": st.builds(lambda rule, kind: {**rule, "kind": kind}, tiers(), st.sampled_from(["share", "nps"])),
    "linear": st.builds(
        lambda a, b, low, high, capped: {"from": point(a, low), "to": point(b, high), "capped": capped},
        TEXT, TEXT, SCORES, SCORES, st.booleans(),
    ),
    "at_least": st.fixed_dictionaries({"threshold": TEXT, "partial": st.booleans()}),
    "at_most": st.fixed_dictionaries({"threshold": TEXT, "partial": st.booleans()}),
    "within": st.fixed_dictionaries({"from": TEXT, "to": TEXT}),
    "growth": st.fixed_dictionaries(
        {"by": TEXT, "unit": st.sampled_from(["pct", "absolute"]), "strict": st.booleans()}
    ),
    "benchmark": st.fixed_dictionaries(
        {"compare": st.sampled_from([">=", ">", "<=", "<", "within"]), "margin": TEXT}
    ),
    "assessed": st.just({}),
    "deliverables": st.builds(
        lambda keys, required, deadline: {
            "deliverables": [{"key": key, "deadline": deadline} for key in keys], "required": required,
        },
        KEYS, st.sampled_from(["all", "share"]), st.sampled_from(["", "2020-12-31"]),
    ),
    "every_part": st.builds(
        lambda keys, lower, counts, whole: {
            "parts": [
                {"key": key, "direction": "lower" if key in lower else "higher", "counts": place == 0 or key in counts}
                for place, key in enumerate(keys)
            ],
            "all": whole,
        },
        KEYS, st.sets(st.sampled_from("abcde")), st.sets(st.sampled_from("abcde")), st.booleans(),
    ),
}  # fmt: skip


@st.composite
def scored_rules(draw: st.DrawFn) -> Scored:
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    params = draw(PARAMS[kind.name])
    inputs = {name: draw(GIVEN) for name in kind.inputs(params) if draw(st.integers(0, 9))}
    return kind.score(params, inputs, draw(SETTINGS))


def test_every_kind_is_among_the_random_ones() -> None:
    assert set(PARAMS) == set(KINDS)


@settings(max_examples=1_000, deadline=None)
@given(scored_rules())
def test_every_score_follows_from_its_leaves(scored: Scored) -> None:
    """The second opinion computes each step again; the step's value and the score are the same thing."""
    assert disagreements(scored.step) == []
    if scored.outcome == Outcome.SCORED:
        assert scored.step.value == Number(scored.score)
    else:
        assert scored.score is None
        wanted = Failed if scored.outcome == Outcome.FAILED else Absent
        assert isinstance(scored.step.value, wanted)


@settings(max_examples=200, deadline=None)
@given(scored_rules())
def test_an_explanation_survives_being_written_down(scored: Scored) -> None:
    assert Step.from_payload(scored.step.as_payload()) == scored.step


@settings(max_examples=200, deadline=None)
@given(scored_rules())
def test_evidence_that_does_not_count_is_listed_and_not_used(scored: Scored) -> None:
    for step in steps(scored.step):
        if step.op == "absent" and "why" in step.meta:
            assert step.meta["why"] in ("outside", "late")
            assert step.value == Absent()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), scored_rules(), st.booleans()), max_size=8))
def test_what_the_goals_cost_is_what_is_missing_from_a_hundred(rows: list[tuple[int, Scored, bool]]) -> None:
    goals = [Weighted(str(place), *row, reason="aftalt") for place, row in enumerate(rows)]
    total = weighted(goals)
    assert disagreements(total.step) == []
    assert sorted([*total.counted, *(key for key, _why in total.left_out)]) == sorted(goal.key for goal in goals)
    if total.value is not None:
        assert 100 - sum(total.costs.values()) == total.value
        assert set(total.costs) == set(total.counted)


@given(st.lists(st.tuples(st.integers(1, 50), SCORES), min_size=1, max_size=6), st.integers(2, 9))
def test_only_the_proportion_of_weights_matters(rows: list[tuple[int, int]], times: int) -> None:
    """Weights in thirds, sevenths or hundreds: the same total exactly."""
    scores = [KINDS["assessed"].score({}, {"assessment": Given(Number(Fraction(score)))}, RAW) for _w, score in rows]
    one = weighted([Weighted(str(no), row[0], score) for no, (row, score) in enumerate(zip(rows, scores, strict=True))])
    many = weighted(
        [Weighted(str(no), row[0] * times, score) for no, (row, score) in enumerate(zip(rows, scores, strict=True))]
    )
    assert one.value == many.value
    assert one.value == Fraction(sum(weight * score for weight, score in rows), sum(weight for weight, _s in rows))


@given(st.fractions(-(10**6), 10**6), st.integers(0, 6))
@example(Fraction(1, 2), 0)
@example(Fraction(-1, 2), 0)
def test_shown_is_rounded_once_half_up(value: Fraction, decimals: int) -> None:
    off = exact(shown(value, decimals)) - value
    half = Fraction(1, 2 * 10**decimals)
    assert abs(off) <= half
    if abs(off) == half:
        assert (off > 0) == (value > 0)
    assert exact(shown(value, decimals)) == rounded(value, decimals)
    assert not shown(value, decimals).startswith("-0") or value != 0


def test_shown() -> None:
    texts = [shown(Fraction(875, 9)), shown(Fraction(195, 2)), shown(Fraction(1, 20), 1), shown(Fraction(-1, 4))]
    assert texts == ["97", "98", "0.1", "0"]
    assert shown(Fraction(5), 2) == "5.00"
