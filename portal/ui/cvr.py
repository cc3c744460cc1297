"""CVR numbers and P-numbers: the typing check. That a number passes does not mean that the company exists."""

import re
from typing import Literal

WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


def clean_cvr(text: str) -> str:
    """`text` without DK, `CVR`, spaces, dots and hyphens."""
    if text.isdigit():
        return text
    bare = re.sub(r"[\s.\-\u2010-\u2015:]", "", text).upper()
    return re.sub(r"^(CVR(NR|NUMMER)?)?(DK)?", "", bare)


def clean_p_number(text: str) -> str:
    """The number of a place of work without spaces, dots and hyphens."""
    return re.sub(r"[\s.\-\u2010-\u2015]", "", text)


def cvr_problem(number: str) -> Literal["length", "check_digit"] | None:
    """What is wrong with a cleaned number; None when nothing is."""
    if not re.fullmatch(r"[1-9]\d{7}", number, re.ASCII):
        return "length"
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=True))
    return "check_digit" if total % 11 else None
