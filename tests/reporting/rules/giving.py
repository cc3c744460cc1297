"""Short ways to give a rule something."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from reporting.rules.scoring import KINDS, Given, Scored, Settings
from reporting.rules.values import Absent, Number, Truth, Value

NOTHING = Absent()
NPS_TIERS = {"tiers": [{"from": "60", "score": "100"}, {"from": "50", "score": "50"}], "else": "0"}


def number(text: str | int) -> Number:
    return Number(Fraction(text))


def out_of(part: int, whole: int) -> Number:
    """A share in per cent that keeps its counts."""
    return Number(Fraction(100 * part, whole), Fraction(part), Fraction(whole))


def given(value: Value | str | int | bool, **more: Any) -> Given:
    if isinstance(value, bool):
        value = Truth(value)
    return Given(number(value) if isinstance(value, str | int) else value, **more)


def score(
    kind: str, params: Mapping[str, Any], settings: Settings | None = None, /, **inputs: Value | str | int | Given
) -> Scored:
    """The score of a rule whose data is in order. `a__baseline` is the input a.baseline."""
    assert [(problem.field, str(problem.message)) for problem in KINDS[kind].check(params)] == []
    found = {
        name.replace("__", "."): value if isinstance(value, Given) else given(value) for name, value in inputs.items()
    }
    return KINDS[kind].score(params, found, settings or Settings())


def four(**deadlines: date) -> dict[str, Any]:
    """Four deliverables of equal shares: a, b, c, d."""
    rows: list[dict[str, str]] = [{"key": key, "name": key.upper(), "share": "25"} for key in "abcd"]
    for row in rows:
        if row["key"] in deadlines:
            row["deadline"] = deadlines[row["key"]].isoformat()
    return {"deliverables": rows, "required": "share"}
