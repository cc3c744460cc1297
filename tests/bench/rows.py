"""One line of the bench: a figure beside its budget and its yardstick."""

from typing import TypedDict


class Row(TypedDict):
    """`budget` and `yardstick` in the row's unit; `ratio` is value / yardstick; `held` is None without a budget.

    `spread`: the least and the greatest of the runs whose median `value` is.
    """

    name: str
    value: float
    unit: str
    budget: float | None
    yardstick: float | None
    ratio: float | None
    held: bool | None
    spread: list[float] | None


def row(
    name: str,
    value: float,
    unit: str,
    *,
    budget: float | None = None,
    yardstick: float | None = None,
    spread: tuple[float, float] | None = None,
) -> Row:
    """A figure that should not exceed its budget."""
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "budget": budget,
        "yardstick": round(yardstick, 2) if yardstick is not None else None,
        "ratio": round(value / yardstick, 2) if yardstick else None,
        "held": None if budget is None else value <= budget,
        "spread": [round(each, 2) for each in spread] if spread else None,
    }


def p95(times: list[float]) -> float:
    """The value that 95 of 100 stay below (nearest rank)."""
    ordered = sorted(times)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
