"""A formula's text as tokens. Where `;` separates arguments, a comma inside a number is a decimal comma."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from reporting.rules.formula.errors import FormulaError

LONGEST = 4000
MOST_DIGITS = 40
SYMBOLS = r"<>|<=|>=|[-+*/=<>();,]"


@dataclass(frozen=True)
class Token:
    kind: Literal["number", "word", "symbol", "end"]
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """The tokens of the text, the last of kind "end". Raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError("too_long", _("The formula is too long."), LONGEST)
    return [*_tokens(text), Token("end", "", len(text))]


def _tokens(text: str) -> Iterator[Token]:
    mark = "[.,]" if ";" in text else r"\."
    pattern = re.compile(
        rf"(?P<space>\s+)|(?P<number>[0-9]+(?:{mark}[0-9]+)?)|(?P<word>[a-zæøåÆØÅ_][a-z0-9æøåÆØÅ_]*)|(?P<symbol>{SYMBOLS})",
        re.IGNORECASE | re.ASCII,
    )
    position = 0
    while position < len(text):
        found = pattern.match(text, position)
        if found is None:
            raise FormulaError("character", _("This character has no meaning in a formula."), position)
        match found.lastgroup:
            case "number":
                yield Token("number", _number(found.group(), position), position)
            case "word":
                yield Token("word", found.group().lower(), position)
            case "symbol":
                yield Token("symbol", found.group(), position)
        position = found.end()


def _number(written: str, position: int) -> str:
    if len(written) > MOST_DIGITS:
        raise FormulaError("number", _("The number has too many digits."), position)
    return written.replace(",", ".")
