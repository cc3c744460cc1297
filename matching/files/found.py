"""What is told of a file before it is registered: how many rows of each kind, and the first of each."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from matching.companies import NewCompany
from matching.files.earlier import Counts
from matching.files.lines import Claim, Line, Reading
from matching.models import Company

MOST_SHOWN = 20
"""On a phone a row is a card, and the button stands below them; all are in the file of what is left."""
SAMPLE = 10


@dataclass
class Found:
    """Texts and numbers only, so that it can wait with a long file."""

    new: int = 0
    there: int = 0
    asked: int = 0
    wrong: int = 0
    notes: int = 0
    """Rows at the end that are sums and notes, and no matches."""
    companies: int = 0
    """Those that are not here yet."""
    number_of_faults: int = 0
    faults: list[list[Any]] = field(default_factory=list)
    """Row, column, what is wrong."""
    suspected: list[dict[str, Any]] = field(default_factory=list)
    sample: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.new + self.there + self.asked + self.wrong

    @property
    def left(self) -> int:
        return self.wrong + self.asked

    def as_json(self) -> dict[str, Any]:
        said = asdict(self)
        said["sample"] = [{**row, "agreed_on": row["agreed_on"].isoformat()} for row in self.sample]
        return said

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Found":
        known = {name: said[name] for name in cls.__dataclass_fields__ if name in said}
        sample = [{**row, "agreed_on": date.fromisoformat(row["agreed_on"])} for row in said.get("sample", ())]
        return cls(**{**known, "sample": sample})


class Tally:
    """Adds up what is found as the lines come."""

    def __init__(self) -> None:
        self.found = Found()
        self._companies = Counts()

    def counts(self, claim: Claim, *, there: bool) -> bool:
        """Count a row that is there or new, of which no more is to be told; False where more is."""
        found = self.found
        if there:
            found.there += 1
            return True
        if len(found.sample) < SAMPLE:
            return False
        found.new += 1
        if isinstance(claim.company, NewCompany):
            self._add_company(claim.company)
        return True

    def add(self, line: Line) -> None:
        found, kind = self.found, line.kind
        setattr(found, kind, getattr(found, kind) + 1)
        if kind == "new":
            company = line.entry.company if line.entry is not None else None
            if isinstance(company, NewCompany):
                self._add_company(company)
            if len(found.sample) < SAMPLE:
                found.sample.append(_shown(line))
        elif kind == "wrong":
            faults = line.read.faults
            found.number_of_faults += len(faults)
            room = MOST_SHOWN - len(found.faults)
            found.faults += [[fault.row, fault.column, fault.text] for fault in faults[: max(room, 0)]]
        elif kind == "asked" and len(found.suspected) < MOST_SHOWN:
            twins = "; ".join(line.twins)
            found.suspected.append({"row": line.read.number, "company": _name(line), "twins": twins})

    def _add_company(self, company: NewCompany) -> None:
        if not self._companies[company]:
            self._companies.add(company)
            self.found.companies += 1


def found_in(reading: Reading) -> Found:
    tally = Tally()
    for line in reading.lines:
        tally.add(line)
    found = tally.found
    found.notes = reading.notes
    return found


def _name(line: Line) -> str:
    return line.entry.company.name if line.entry is not None and line.entry.company is not None else ""


def _shown(line: Line) -> dict[str, Any]:
    """As it is to be registered."""
    entry, checked = line.entry, line.checked
    if entry is None or checked is None:
        raise ValueError("a row that was not checked is not registered")
    return {
        "row": line.read.number,
        "company": _name(line),
        "known": isinstance(entry.company, Company),
        "match_type": checked.match_type.label,
        "agreed_on": line.day,
        "municipality": checked.municipality.name,
        "created_by": checked.created_by.name,
        "work_area": checked.work_area.label,
    }
