"""A rule's data is checked at its fields before anybody can save it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.models.rules import Ruled
from reporting.rules.scoring import KINDS

FIFTY, SIXTY = {"from": "50", "score": "50"}, {"from": "60", "score": "100"}
BROKEN: list[tuple[str, dict[str, Any], list[str]]] = [
    # Steps: numbers, gaps, overlaps, and steps that nothing reaches.
    ("tiers", {}, ["tiers"]),
    ("tiers", {"tiers": []}, ["tiers"]),
    ("tiers", {"tiers": "60"}, ["tiers"]),
    ("tiers", {"tiers": [{"from": "sixty", "score": "100"}]}, ["tiers.0.from"]),
    ("tiers", {"tiers": [{"from": "NaN", "score": "100"}]}, ["tiers.0.from"]),
    ("tiers", {"tiers": [{"from": "1e999999", "score": "100"}]}, ["tiers.0.from"]),
    ("tiers", {"tiers": [{"from": 59.96, "score": "100"}]}, ["tiers.0.from"]),
    ("tiers", {"tiers": [{"from": "60", "score": "120"}]}, ["tiers.0.score"]),
    ("tiers", {"tiers": [FIFTY, SIXTY]}, ["tiers.1.from", "tiers.1.score"]),
    ("tiers", {"tiers": [SIXTY, {"from": "60", "score": "50"}]}, ["tiers.1.from"]),
    ("tiers", {"tiers": [SIXTY, {"from": "50", "to": "59", "score": "50"}]}, ["tiers.1.to"]),
    ("tiers", {"tiers": [SIXTY, {"from": "50", "to": "61", "score": "50"}]}, ["tiers.1.to"]),
    ("tiers", {"tiers": [{"from": "60", "to": "70", "score": "100"}]}, ["tiers.0.to"]),
    ("tiers", {"tiers": [SIXTY, {"from": "50", "score": "100"}]}, ["tiers.1.score"]),
    ("tiers", {"tiers": [SIXTY], "else": "100"}, ["else"]),
    ("tiers", {"tiers": [SIXTY], "otherwise": "0"}, ["otherwise"]),
    ("tiers", {"tiers": [{**SIXTY, "form": "1"}]}, ["tiers.0.form"]),
    ("tiers", {"direction": "up", "tiers": [SIXTY]}, ["direction"]),
    ("tiers", {"direction": "lower", "tiers": [{"from": "5", "score": "100"}]}, ["tiers.0.to", "tiers.0.from"]),
    (
        "tiers",
        {"direction": "lower", "tiers": [{"to": "5", "score": "100"}, {"to": "4", "score": "50"}]},
        ["tiers.1.to"],
    ),
    ("linear", {}, ["from", "to"]),
    ("linear", {"from": {"value": "5", "score": "0"}, "to": {"value": "5", "score": "100"}}, ["to.value"]),
    ("linear", {"from": {"value": "5", "score": "0"}, "to": {"value": "6", "score": "0"}}, ["to.score"]),
    ("linear", {"from": {"value": "", "score": "0"}, "to": {"value": "6", "score": "200"}}, ["from.value", "to.score"]),
    (
        "linear",
        {"from": {"value": "1", "score": "0"}, "to": {"value": "6", "score": "9"}, "capped": "yes"},
        ["capped"],
    ),
    ("at_least", {}, ["threshold"]),
    ("at_least", {"threshold": "0", "partial": True}, ["partial"]),
    ("at_most", {"threshold": "x"}, ["threshold"]),
    ("within", {"from": "5", "to": "4"}, ["to"]),
    ("within", {"from": "5"}, ["to"]),
    ("growth", {}, ["by", "unit"]),
    ("growth", {"by": "10", "unit": "percent"}, ["unit"]),
    ("growth", {"by": "10", "unit": "pct", "over": "ever"}, ["over"]),
    ("growth", {"by": "10", "unit": "pct", "base_year": "next"}, ["base_year"]),
    ("benchmark", {}, ["compare"]),
    ("benchmark", {"compare": "==", "margin": "x"}, ["compare", "margin"]),
    ("benchmark", {"compare": "within", "margin": "-1"}, ["margin"]),
    ("survey", {"kind": "mean", "tiers": [SIXTY]}, ["kind"]),
    ("survey", {"kind": "nps", "tiers": [FIFTY, SIXTY]}, ["tiers.1.from", "tiers.1.score"]),
    ("assessed", {"threshold": "5"}, ["threshold"]),
    # Deliverables: shares that make a whole, keys of their own, dates.
    ("deliverables", {}, ["deliverables"]),
    ("deliverables", {"deliverables": [{"name": "no key"}]}, ["deliverables.0.key"]),
    ("deliverables", {"deliverables": [{"key": "a"}, {"key": "a"}]}, ["deliverables.1.key"]),
    ("deliverables", {"deliverables": [{"key": "a", "share": "50"}, {"key": "b", "share": "49"}]}, ["deliverables"]),
    ("deliverables", {"deliverables": [{"key": "a", "share": "100"}, {"key": "b"}]}, ["deliverables.1.share"]),
    (
        "deliverables",
        {"deliverables": [{"key": "a", "share": "0"}, {"key": "b", "share": "100"}]},
        ["deliverables.0.share"],
    ),
    ("deliverables", {"deliverables": [{"key": "a", "deadline": "31-12-2020"}]}, ["deliverables.0.deadline"]),
    ("deliverables", {"deliverables": [{"key": "a"}], "required": "most"}, ["required"]),
    ("every_part", {}, ["parts"]),
    ("every_part", {"parts": [{"key": "a.baseline"}]}, ["parts.0.key"]),
    ("every_part", {"parts": [{"key": "a", "counts": False}]}, ["parts"]),
    ("every_part", {"parts": [{"key": "a", "direction": "up"}]}, ["parts.0.direction"]),
]


@pytest.mark.parametrize(("kind", "params", "fields"), BROKEN)
def test_problems_are_at_their_fields(kind: str, params: dict[str, Any], fields: list[str]) -> None:
    problems = KINDS[kind].check(params)
    assert [problem.field for problem in problems] == fields
    assert all(str(problem.message) for problem in problems)


SOUND: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("tiers", {"tiers": [SIXTY, {**FIFTY, "to": "60"}], "else": "0"}, ("value",)),
    ("tiers", {"direction": "lower", "tiers": [{"to": "5", "score": "100"}, {"to": "8", "score": "50"}]}, ("value",)),
    ("linear", {"from": {"value": "12", "score": "0"}, "to": {"value": "5", "score": "100"}}, ("value",)),
    ("at_least", {"threshold": "100900/183"}, ("value",)),
    ("at_most", {"threshold": 20}, ("value",)),
    ("within", {"from": "-1", "to": "1"}, ("value",)),
    (
        "growth",
        {"by": "10", "unit": "pct", "over": "baseline", "base_year": "2022", "vintage": "v1", "population": "alle"},
        ("value", "baseline"),
    ),
    ("benchmark", {"compare": ">=", "margin": "0"}, ("value", "benchmark")),
    ("survey", {"kind": "nps", "tiers": [SIXTY, FIFTY], "else": "0"}, ("answers",)),
    ("assessed", {}, ("assessment",)),
    (
        "deliverables",
        {"deliverables": [{"key": "a", "share": "100/3"}, {"key": "b", "share": "200/3"}], "required": "all"},
        ("a", "b"),
    ),
    (
        "every_part",
        {"parts": [{"key": "a"}, {"key": "b", "direction": "lower", "counts": False}], "all": False},
        ("a", "a.baseline", "b", "b.baseline"),
    ),
]


@pytest.mark.parametrize(("kind", "params", "inputs"), SOUND)
def test_sound_rules_and_their_inputs(kind: str, params: dict[str, Any], inputs: tuple[str, ...]) -> None:
    assert KINDS[kind].check(params) == []
    assert KINDS[kind].inputs(params) == inputs


def test_every_rule_that_can_be_chosen_has_its_module() -> None:
    assert set(KINDS) == {str(rule) for rule in Ruled.Rule if rule}
    assert all(kind.name == name for name, kind in KINDS.items())


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["60", "a"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["tiers", "from", "to", "score", "else", "direction", "deliverables", "key", "share", "deadline",
                 "parts", "required", "counts", "all", "value", "capped", "threshold", "partial", "by", "unit", "kind"]
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(sorted(KINDS)), JSON.filter(lambda data: isinstance(data, dict)))
def test_whatever_is_sent_the_check_answers(kind: str, params: dict[str, Any]) -> None:
    for problem in KINDS[kind].check(params):
        assert problem.field
