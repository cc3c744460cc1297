"""The words of the formula language, English and Danish, and how many arguments each takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    op: str
    least: int
    most: int | None
    """None: as many as one likes."""


IF = Function("if", 3, 3)
MIN, MAX = Function("min", 1, None), Function("max", 1, None)
AND, OR, NOT = Function("and", 1, None), Function("or", 1, None), Function("not", 1, 1)
KNOWN, VALUE_OR = Function("known", 1, 1), Function("value_or", 2, 2)
ROUND = Function("round", 2, 2)
SHARE, NPS = Function("share", 2, 2), Function("nps", 3, 3)

FUNCTIONS = {
    **dict.fromkeys(("if", "hvis"), IF),
    "min": MIN,
    **dict.fromkeys(("max", "maks"), MAX),
    **dict.fromkeys(("and", "og"), AND),
    **dict.fromkeys(("or", "eller"), OR),
    **dict.fromkeys(("not", "ikke"), NOT),
    **dict.fromkeys(("known", "kendt"), KNOWN),
    **dict.fromkeys(("value_or", "eller_værdi"), VALUE_OR),
    **dict.fromkeys(("round", "afrund"), ROUND),
    **dict.fromkeys(("share", "andel"), SHARE),
    "nps": NPS,
}
BETWEEN = {"and": "and", "og": "and", "or": "or", "eller": "or"}
"""Words that may also stand between what they join."""

BINDING = {"or": 1, "and": 2, **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 3), "+": 4, "-": 4, "*": 5, "/": 5}
"""How tightly an operator binds; the tighter is computed first."""
COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
JOINED = frozenset({"+", "*", "and", "or"})
"""Operators of which a row makes one step with many parts."""
