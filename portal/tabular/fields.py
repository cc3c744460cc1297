"""What an app wants of a file, the columns that a file has, and a row of it once it is read."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils.functional import Promise

from portal.privacy.cpr import find_cpr
from portal.tabular.cells import read_text
from portal.tabular.limits import Row
from portal.tabular.numbers import DecimalMark


@dataclass(frozen=True)
class Field:
    """A field that an app wants. `read(cell)` gives its value or raises ValueError with what to write instead.

    `synonyms`: what such a column is called in files, in small letters. `number`: its text has a decimal sign, which is
    asked for. `blank`: the value of an empty cell where the field is not required.
    """

    name: str
    label: str | Promise
    read: Callable[[Any], Any] = read_text
    required: bool = True
    synonyms: tuple[str, ...] = ()
    number: bool = False
    blank: Any = None
    help_text: str | Promise = ""
    other_numbers: bool = False
    """Holds numbers that may have ten digits and are no CPR numbers; with more than digits one still looks like it."""

    def forbids(self, text: str) -> bool:
        """Does the text look like a CPR number, where one must not stand?"""
        return not (self.other_numbers and text.isdigit()) and bool(find_cpr(text))


@dataclass(frozen=True)
class FileColumn:
    """`key` tells the columns of a file apart, also two with the same heading; `place` counts from 0."""

    place: int
    title: str
    key: str
    examples: tuple[str, ...] = ()
    untitled: bool = False


@dataclass(frozen=True)
class TableFile:
    """A file with its heading row found. `rows` are those below, all cells as they came; `width` cells have a place."""

    columns: tuple[FileColumn, ...]
    rows: tuple[Row, ...] = field(repr=False)
    width: int
    cut: bool = False
    """Are these only the first rows? The file has about `height` then."""
    height: int = 0
    faults_at: int = 0
    """Where the last of the two columns stands that a file with leftovers has besides, from 1; 0 without them."""

    @cached_property
    def by_key(self) -> dict[str, FileColumn]:
        return {column.key: column for column in self.columns}

    @cached_property
    def signature(self) -> str:
        """The same for files with the same headings, in whatever order."""
        return hashlib.sha256("\n".join(sorted(self.by_key)).encode()).hexdigest()


@dataclass(frozen=True)
class Chosen:
    """Name of the field → key of its column, and the decimal sign of numbers that are text."""

    columns: Mapping[str, str]
    decimal: DecimalMark = ","


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row; `column` is its title in the file, "" when it is about the whole row."""

    row: int
    column: str
    text: str


@dataclass(frozen=True)
class ReadRow:
    """A row of the file: the values of its fields by name, or what is wrong with it."""

    number: int
    cells: tuple[Any, ...] = field(repr=False)
    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Name of the field → the title of its column."""

    @property
    def says(self) -> str:
        """All that is wrong with it, in a line."""
        return " ".join(f"{each.column}: {each.text}" if each.column else each.text for each in self.faults)

    def wrong(self, name: str, text: str) -> "ReadRow":
        """The row with one fault more, at a field ("" for the whole row): what only the app can tell."""
        return replace(self, faults=(*self.faults, Fault(self.number, self.titles.get(name, ""), text)))
