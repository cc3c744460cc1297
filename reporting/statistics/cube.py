"""A table of statistics as it was read, whatever the file's format: dimensions and cells. No database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

MOST_BYTES = 20 * 1024 * 1024
MOST_CELLS = 1_000_000
MOST_DIMENSIONS = 20

Text = str | Promise


class StatisticsError(Exception):
    """What is wrong with a file and where: `code` for programmes, `message` for people, `place` in the file."""

    def __init__(self, code: str, message: Text, place: str = "") -> None:
        super().__init__(f"{place}: {message}" if place else str(message))
        self.code, self.message, self.place = code, message, place

    @property
    def where(self) -> str:
        """The place in the reader's language: "linje 3, antal"."""
        return re.sub(
            "^line ([0-9]+)(?:, column ([0-9]+))?",
            lambda found: (
                _("line %(line)s, column %(column)s") % {"line": found[1], "column": found[2]}
                if found[2]
                else _("line %(line)s") % {"line": found[1]}
            ),
            self.place,
        )


@dataclass(frozen=True)
class Dimension:
    """`values`: code → label, in the file's order. `role`: time, geo, metric or nothing."""

    code: str
    label: str
    values: Mapping[str, str]
    role: str = ""


@dataclass(frozen=True)
class Cell:
    """A value, or (None) the mark that stands in its place: "..", "-", "." and so on, "" when there is none."""

    value: Decimal | None
    mark: str = ""


def fits(value: Decimal) -> bool:
    """At most 15 digits before the decimal sign and 10 after it."""
    return value.is_finite() and value.adjusted() < 15 and int(value.as_tuple().exponent) >= -10


Key = tuple[str, ...]


@dataclass(frozen=True)
class Cube:
    """`cells` by the codes of the dimensions, in their order. What the file does not mention is not among them."""

    dimensions: tuple[Dimension, ...]
    cells: Mapping[Key, Cell] = field(repr=False)
    title: str = ""
    source: str = ""
    updated: str = ""

    def dimension(self, code: str) -> Dimension | None:
        return next((each for each in self.dimensions if each.code == code), None)
