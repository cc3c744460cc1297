"""What is counted, declared by the apps that count it.

An app registers its measures in its own `measures.py`, imported by its AppConfig.ready(). The step after migrate writes
them as rows. Labels and the callables live here only.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise

from portal.ledger.errors import AgainstKind, Undeclared

if TYPE_CHECKING:
    from portal.identity.actor import Actor
    from portal.ledger.models import FactRecord

Text = str | Promise
Kind = Literal["flow", "level", "published", "answer"]
Disclosure = Literal["open", "companies", "people"]

COLUMN_DIMENSIONS = ("category", "subcategory")
"""Dimensions that are columns; all others lie in `dims`."""
NULLABLE = ("municipality", "organisation", "heading", "subject", "period")
"""Columns a measure may allow to be empty. `period` always may: null is "not stated in the source"."""
GROUPABLE = ("municipality", "organisation", "heading", "month", "occurred_on", *COLUMN_DIMENSIONS)
"""What a query may group by; a declared crossing names these or declared dimensions."""
EXPECTED_COLUMNS = (
    "source",
    "source_id",
    "revision",
    "occurred_on",
    "municipality",
    "organisation",
    "heading",
    "subject",
    "category",
    "subcategory",
    "quantity",
)
"""What `expected` must give. It may also give `dims`, `period` and `qualifier`; not given they are empty."""


class Period(NamedTuple):
    """Half-open: `start` belongs to it, `end` does not. Both are the first of a month."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Described:
    """How a fact is shown to a reader: the title and its address, or the reason why it may not be opened."""

    title: str
    url: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """`labels()` gives every value that was ever allowed (value -> label on the screen); None: any of the type.

    `personal`: a person's education, residence, age or unemployment. A measure that has one is of the class people, and
    nobody can set it lower.
    """

    name: Text
    labels: Callable[[], Mapping[str, Any]] | None = None
    type: Literal["text", "number", "flag"] = "text"
    required: bool = False
    personal: bool = False


Sql = str | tuple[str, Sequence[Any]]
Expected = Callable[[Period | None], "Sql | QuerySet[Any, Any]"]


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """One thing that is counted. See docs/ledger.md for how to write one.

    expected(period): the rows the ledger should hold now (EXPECTED_COLUMNS), set-based and written independently of the
        code that posts; None is everything. For a measure about persons the audit takes the first of the month itself.
    describe(records, actor): for one page of facts, place -> Described; permission is decided inside the owning app.
    visible(actor): source ids, as text, that the actor may open: a queryset with one column, or None for none.
    nullable: which of municipality, organisation, heading, subject may be empty. The others must be given.
    disclosure: the class until the data protection officer sets another; ask `portal.ledger.disclosure` which holds.
    part_of: the measure whose facts this one's are some of, so that the difference of the two is protected as well.
    """

    key: str
    name: Text
    unit: str
    kind: Kind
    disclosure: Disclosure
    about_person: bool
    expected: Expected
    describe: "Callable[[list[FactRecord], Actor], Mapping[int, Described]]"
    visible: "Callable[[Actor], QuerySet[Any, Any] | None]"
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    crossings: Sequence[tuple[str, ...]] = ()
    nullable: frozenset[str] = frozenset()
    part_of: str = ""

    @property
    def least_disclosure(self) -> Disclosure:
        """The class below which it cannot be set."""
        return "people" if any(each.personal for each in self.dimensions.values()) else "open"

    def as_row(self) -> dict[str, Any]:
        """The measure's row without its key."""
        return {
            "unit": self.unit,
            "kind": self.kind,
            "disclosure": self.disclosure,
            "about_person": self.about_person,
            "dimensions": {key: dimension.type for key, dimension in sorted(self.dimensions.items())},
        }

    def json_dimensions(self) -> set[str]:
        return set(self.dimensions) - set(COLUMN_DIMENSIONS)


_measures: dict[str, MeasureDefinition] = {}


def register(definition: MeasureDefinition) -> MeasureDefinition:
    """Adds a measure. Raises ValueError with what is wrong, so that a faulty one stops the start of the programme."""
    fault = _fault(definition)
    if fault:
        raise ValueError(f"Measure {definition.key}: {fault}")
    _measures[definition.key] = definition
    return definition


def _fault(definition: MeasureDefinition) -> str | None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,59}", definition.key):
        return "the key is lower-case letters, digits and underscores, at most 60."
    if definition.key in _measures:
        return "it is registered twice."
    if definition.kind not in ("flow", "level", "published", "answer"):
        return f"{definition.kind} is not a kind."
    if fault := _fault_of_disclosure(definition):
        return fault
    for name in ("expected", "describe", "visible"):
        if not callable(getattr(definition, name)):
            return f"it has no {name}; a figure without it can neither be checked nor opened."
    unknown = definition.nullable - set(NULLABLE)
    if unknown:
        return f"{', '.join(sorted(unknown))} cannot be nullable."
    for crossing in definition.crossings:
        undeclared = set(crossing) - set(GROUPABLE) - set(definition.dimensions)
        if undeclared:
            return f"the crossing names {', '.join(sorted(undeclared))}, which it does not declare."
    for key in COLUMN_DIMENSIONS:
        if key in definition.dimensions and definition.dimensions[key].type != "text":
            return f"{key} is a text column."
    return None


def _fault_of_disclosure(definition: MeasureDefinition) -> str | None:
    if definition.disclosure not in ("open", "companies", "people"):
        return f"{definition.disclosure} is not a disclosure class."
    if definition.least_disclosure == "people" != definition.disclosure:
        return "it is divided by what a person is, so its class is people."
    return None


def get(key: str) -> MeasureDefinition:
    try:
        return _measures[key]
    except KeyError:
        raise Undeclared(f"No measure is called {key}.") from None


def all_measures() -> list[MeasureDefinition]:
    return [_measures[key] for key in sorted(_measures)]


@contextmanager
def registered(*definitions: MeasureDefinition) -> Iterator[None]:
    """For tests: measures that exist inside the block only. Their rows are the test's own business."""
    before = dict(_measures)
    try:
        for definition in definitions:
            register(definition)
        yield
    finally:
        _measures.clear()
        _measures.update(before)


def sum_allowed(measure: str, over: Literal["time", "place"]) -> None:
    """Raises AgainstKind when quantities of the measure may not be added up over time, or over place."""
    kind = get(measure).kind
    if kind == "published":
        raise AgainstKind(f"{measure} is a published value: it stands alone and is never summed.")
    if kind == "level" and over == "time":
        raise AgainstKind(f"{measure} is a level: the last of a period holds, it is never summed over time.")
