"""What somebody says when registering a match, before anything is checked."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from matching.companies import NewCompany
from matching.models import Company
from programmes.models import Programme


@dataclass(frozen=True)
class More:
    """What else may be said of a match. All of it may be left out."""

    starts_on: date | None = None
    ends_on: date | None = None
    broken_off_on: date | None = None
    broken_off_reason: str = ""
    students: int | None = None
    education_level: str = ""
    scheme: str = ""
    event: str = ""
    attested_by: str = ""
    attested_on: date | None = None
    source_system: str = ""
    external_key: str = ""
    follows: int | None = None
    p_number: str = ""
    """Of the place of work; where the register knows it, the municipality follows from it."""

    def content(self) -> dict[str, Any]:
        """What is said of it, as JSON has it."""
        told = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


@dataclass(frozen=True)
class MatchEntry:
    """A match as it was typed. Codes and ids are taken as they come; `register_match` says which are wrong.

    `municipality` is the place of work (a code); None or empty is the company's own. `created_by` None is the actor's
    own organisation where it creates matches. The registering organisation is always a party: where it is neither
    creator nor named in `on_behalf_of`, it stands as assisting without being listed.
    """

    programme: Programme | None
    company: Company | NewCompany | None
    match_type: str
    agreed_on: date | None
    work_area: str
    municipality: str | None = None
    created_by: int | None = None
    assisted_by: tuple[int, ...] = ()
    on_behalf_of: int | None = None
    activity: int | None = None
    different_reason: str = ""
    more: More = field(default_factory=More)

    def content(self) -> dict[str, Any]:
        """What makes two submissions the same."""
        company: Any = None
        if isinstance(self.company, Company):
            company = self.company.pk
        elif isinstance(self.company, NewCompany):
            company = [self.company.name, self.company.cvr, self.company.municipality]
        return {
            "programme": self.programme.pk if self.programme else None,
            "company": company,
            "match_type": self.match_type,
            "agreed_on": self.agreed_on,
            "work_area": self.work_area,
            "municipality": self.municipality or None,
            "created_by": self.created_by,
            "assisted_by": sorted(set(self.assisted_by)),
            "on_behalf_of": self.on_behalf_of,
            "activity": self.activity,
            "different_reason": self.different_reason.strip(),
            **self.more.content(),
        }
