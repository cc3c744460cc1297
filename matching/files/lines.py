"""A row of the file as a match, and what was chosen for the whole file."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from matching.checks import Checked
from matching.companies import NewCompany
from matching.entries import MatchEntry, More
from matching.files.companies import Known
from matching.models import Company
from portal.tabular.mapping import ReadRow, TableFile
from portal.tabular.packing import Kind
from programmes.models import Programme


@dataclass(frozen=True)
class Fixed:
    """What was chosen for the whole file, for rows that say nothing else."""

    programme: Programme
    created_by: int | None = None
    work_area: str = ""
    activity: int | None = None
    different_reason: str = ""
    source_system: str = ""
    """Whence the keys of the rows are, where they have any."""


class Claim(NamedTuple):
    """All that is asked of a row that keeps the rules, to tell whether its match is registered already."""

    number: int
    company: Company | Known | NewCompany
    day: date
    checked: Checked
    more: More
    different_reason: str

    @property
    def exact(self) -> Hashable:
        """What makes it the very same match when it comes again; None for a company that is not here yet."""
        if isinstance(self.company, NewCompany):
            return None
        checked = self.checked
        return (
            self.company.pk,
            checked.match_type.code,
            self.day,
            checked.municipality.code,
            checked.created_by.pk,
            checked.work_area.code,
        )


@dataclass(frozen=True)
class Line:
    """`entry` is what the row says where it says enough, `checked` when it keeps every rule. `there`: it is registered
    already; `twins`: what it may be, in words, so that a person must say why it is another one."""

    read: ReadRow
    entry: MatchEntry | None = None
    checked: Checked | None = None
    there: bool = False
    twins: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        if self.read.faults:
            return "wrong"
        return "there" if self.there else "asked" if self.twins else "new"

    @property
    def counts(self) -> bool:
        """Is it to be registered as it stands?"""
        return self.checked is not None and not self.read.faults and not self.there and not self.twins

    @property
    def day(self) -> date:
        """Of one that was checked. The answer of the rules is shared by lines of many days."""
        day = self.entry.agreed_on if self.entry is not None else None
        if day is None:
            raise ValueError("a row without a day was not checked")
        return day

    @property
    def claim(self) -> Claim:
        """Of one that was checked."""
        entry, checked = self.entry, self.checked
        if entry is None or checked is None or entry.company is None:
            raise ValueError("a row that was not checked claims nothing")
        return Claim(self.read.number, entry.company, self.day, checked, entry.more, entry.different_reason)


@dataclass(frozen=True)
class Reading:
    """The file as it is understood now."""

    table: TableFile
    lines: list[Line] = field(repr=False)
    notes: int = 0
    """How many rows at the end are sums and notes, and no matches."""
    at: datetime | None = None
    """When it was looked at which of them stand already."""

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.counts]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.kind == "wrong"]

    @property
    def there(self) -> list[Line]:
        return [line for line in self.lines if line.kind == "there"]

    @property
    def asked(self) -> list[Line]:
        return [line for line in self.lines if line.kind == "asked"]

    @property
    def companies(self) -> list[Any]:
        """The new companies, each once, in the order of the file."""
        new = (line.entry.company for line in self.new if line.entry is not None)
        return list(dict.fromkeys(company for company in new if not isinstance(company, Company)))
