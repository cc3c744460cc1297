"""What a goal came to, in words: rounded for the reader, but never so that it looks like a threshold it is not."""

from typing import Any

import pytest
from django.utils import translation

from reporting import goal_words


def goal(value: str, threshold: str, *, decimals: int | None = None, **said: Any) -> dict[str, Any]:
    difference = str(goal_words.Fraction(threshold) - goal_words.Fraction(value))
    nearest = [{"score": "100", "threshold": threshold, "difference": difference, "wanted": ">="}]
    return {
        "rule": "at_least",
        "params": {},
        "excluded": None,
        "outcome": "scored",
        "unit": "virksomheder",
        "decimals": decimals,
        "value": {"kind": "number", "value": value, "qualifier": ""},
        "nearest": nearest,
        **said,
    }


@pytest.mark.parametrize(
    ("value", "threshold", "decimals", "shown"),
    [
        ("300", "300", None, "300 virksomheder"),
        ("299.94", "300", None, "299,9 virksomheder"),
        ("299.999", "300", None, "299,999 virksomheder"),  # with one decimal it would be 300
        ("1374.9999", "1375", None, "1.374,9999 virksomheder"),
        ("300.001", "300", None, "300,001 virksomheder"),  # more than it, where less is asked for
        ("299.999", "300", 0, "300 virksomheder"),  # the rule itself compares whole numbers
        ("2999999999/10000000", "300", None, "300 virksomheder"),  # 299.9999999: beyond six decimals
        ("1000/3", "400", None, "333,3 virksomheder"),
    ],
)
def test_a_value_does_not_look_like_a_threshold_it_missed(
    value: str, threshold: str, decimals: int | None, shown: str
) -> None:
    with translation.override("da"):
        assert goal_words.result(goal(value, threshold, decimals=decimals)) == shown


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    # 130 of 181 promoters less 0 is 71.82; 59.96 rounds to 60
    [
        ("13000/181", None, "NPS 72 (mindst 60)"),
        ("59.96", None, "NPS 59,96 (mindst 60)"),
        ("59.96", 0, "NPS 60 (mindst 60)"),
    ],
)
def test_a_survey_is_shown_whole_unless_that_would_be_another_answer(
    value: str, decimals: int | None, shown: str
) -> None:
    tiers = {"kind": "nps", "tiers": [{"from": "60", "score": "100"}, {"from": "50", "score": "50"}], "else": "0"}
    with translation.override("da"):
        assert goal_words.result(goal(value, "60", decimals=decimals, rule="survey", params=tiers)) == shown


def test_what_is_missing_is_never_nothing() -> None:
    with translation.override("da"):
        (told,) = goal_words.nearest(goal("299.999", "300"))
    assert "0,001" in told  # 300 - 299.999
