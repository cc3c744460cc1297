"""Finding what looks like a CPR number in a text. The portal has no place for one."""

import re

_TEN = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})[- ]?\d{4}(?!\d)")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def find_cpr(text: str) -> str | None:
    """The first thing in `text` that may be a CPR number: six digits that are a day, month and year, and four more,
    with or without a hyphen or a space. None where there is none. Numbers of places of work (P-numbers) have ten
    digits too: who reads those does not ask."""
    for found in _TEN.finditer(text):
        day, month = int(found[1]), int(found[2])
        if 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]:
            return found[0]
    return None
