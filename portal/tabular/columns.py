"""Which row names the columns, and which rows below it are the table: titles above and notes below are neither."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from portal.tabular.limits import MOST_TITLES


def heading_text(cell: Any) -> str:
    """As people write headings: "Dato:", "SVAR (0-10)" and "NPS-score 0-10" are dato, svar and nps-score."""
    text = re.sub(r"\(.*?\)|\b0 ?[-–] ?10\b|:\s*$", "", str(cell or ""))
    return " ".join(text.split()).casefold()


def filled(cells: Sequence[Any]) -> int:
    """How many cells have something in them."""
    return sum(bool(str(cell).strip()) for cell in cells if cell is not None)


def widest_heading(rows: Sequence[Sequence[Any]]) -> int:
    """The place of the first row with more than one filled cell: a title fills one. 0 when there is none."""
    for place, cells in enumerate(rows[:MOST_TITLES]):
        if filled(cells) > 1:
            return place
    return 0


def named_heading(
    rows: Sequence[Sequence[Any]], field_of: Callable[[str], str | None], needed: Collection[str]
) -> int | None:
    """The place of the first row that names all fields that are needed; None when none does.

    `field_of` says which field a heading (heading_text) names.
    """
    for place, cells in enumerate(rows[:MOST_TITLES]):
        if set(needed) <= {field_of(heading_text(cell)) for cell in cells}:
            return place
    return None


SUMS = frozenset({"i alt", "ialt", "total", "totalt", "sum", "saldo", "i alt kr.", "antal", "antal i alt", "samlet"})
"""What begins a line that adds up the others, in small letters."""


def begins_a_sum(cell: Any) -> bool:
    return str(cell or "").strip().casefold().rstrip(": ") in SUMS


def body_below(rows: Sequence[list[Any]], top: int) -> list[tuple[int, list[Any]]]:
    """The rows below `top` with their numbers from 1; notes that stand apart at the end, in one cell, are none."""
    body: list[tuple[int, list[Any]]] = []
    apart = False
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        cells = filled(row)
        if not cells:
            apart = True
        elif not (apart and cells == 1 and str(row[0] or "").strip()):
            body.append((number, row))
            apart = False
    return body
