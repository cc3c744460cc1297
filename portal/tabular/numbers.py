"""Numbers and marks as Danish files write them. Exact, never a float."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

DecimalMark = Literal[",", "."]

MARKS = frozenset({"..", "-", "–", ".", "...", "…", ":", "x", "na", "n/a"})
"""What stands where a number would: no value, and not zero."""

COMMA = re.compile(r"[-−]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
POINT = re.compile(r"[-−]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
FLAGGED = re.compile(r"(.*\d)(?:\s*(\*)|\s+\(?([a-z]{1,2})\)?)", re.IGNORECASE)
UNDECIDED = re.compile(r"[-−]?\d{1,3}([.,])\d{3}")


def tidy(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f']", "", text)


def is_mark(text: str) -> bool:
    """Is it a mark for a missing value? An empty cell is one too."""
    return text.strip().casefold() in MARKS or not text.strip()


def flagged(text: str) -> tuple[str, str]:
    """A number and the sign beside it that says something of it, as in "12,5*", "12,5 e" (estimated) or "12,5 (p)"."""
    found = FLAGGED.fullmatch(text.strip())
    return (found[1], found[2] or found[3]) if found else (text, "")


def decimal_mark(texts: Iterable[str]) -> DecimalMark | None:
    """Which sign is the decimal one in these numbers; None when "1.234" could be read both ways and nothing decides."""
    undecided = False
    for text in texts:
        number = tidy(text)
        if ("," not in number and "." not in number) or is_mark(text):
            continue
        if UNDECIDED.fullmatch(number):
            undecided = True
            continue
        comma, point = bool(COMMA.fullmatch(number)), bool(POINT.fullmatch(number))
        if comma != point:
            return "," if comma else "."
    return None if undecided else ","


def exact(text: str, mark: DecimalMark) -> Decimal | None:
    """The number in the text, None when it is none. Grouping by the other sign must be in threes."""
    number = tidy(text)
    if not (COMMA if mark == "," else POINT).fullmatch(number):
        return None
    other = "." if mark == "," else ","
    plain = number.replace(other, "").replace(mark, ".").replace("−", "-")
    return Decimal(plain) if len(plain) <= 40 else None
