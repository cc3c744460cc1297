"""A company that the register knows, with places of work and history, and one that was merged into it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.merging import merge
from matching.models import Company, CompanyMerge
from matching.register.keeping import keep
from matching.register.said import CompanySaid, Entry, Industry, Place, UnitSaid
from portal.identity.actor import actor_for
from portal.identity.models import User
from portal.identity.roles import Role
from portal.ui.cvr import cvr_problem

NAME = "Registerprøven A/S"
CVR, OTHER = "99880007", "99880015"
OF_COMPANY = {"company", "company_change", "company_merge", "api_company_change"}


@dataclass(frozen=True)
class Register:
    company: Company
    other: Company
    """What the company may be merged into."""
    merge: CompanyMerge

    def kwargs(self, name: str) -> dict[str, Any] | None:
        short = name.removeprefix("matching:")
        if short in OF_COMPANY:
            return {"pk": self.company.pk}
        return {"pk": self.merge.pk} if short == "company_merge_undo" else None


def build(own: dict[Role, User]) -> Register:
    company = known(CVR, NAME, 0)
    return Register(company, known(OTHER, "Anden registerprøve A/S", 0), _merged(own, company, 0))


def _merged(own: dict[Role, User], company: Company, turn: int) -> CompanyMerge:
    typed = Company.objects.create(name=f"Registerprøven {turn}", municipality_id="0851", fictional=True)
    return merge(actor_for(own[Role.DATA_STEWARD]), company, typed, reason="Prøve")


def known(cvr: str, name: str, turn: int) -> Company:
    """As the register says it."""
    Company.objects.get_or_create(cvr=cvr, defaults={"name": name, "fictional": True})
    entries = tuple(
        Entry("name", "", f"{name} {year}", date(year, 1, 1), date(year, 12, 31)) for year in range(2010, 2012 + turn)
    )
    place = Place("0851", "Havnevej 1", "9000", "Aalborg")
    industry = Industry("620100", "DB07", "Computerprogrammering")
    said = CompanySaid(
        cvr=cvr, name=name, place=place, industry=industry, employees="10_19", status="active", status_text="NORMAL",
        history={"name": entries},
    )  # fmt: skip
    first = int(cvr) * 100
    units = [
        UnitSaid(number=f"{first + number:010}", cvr=cvr, name=f"{name} {number}", place=place, industry=industry)
        for number in range(turn + 2)
    ]
    keep([said, *units])
    return Company.objects.get(cvr=cvr)


def grow(register: Register, own: dict[Role, User], made: int, number: int) -> None:
    """More companies, more of the one's places of work, history and mergings; more that wait, each with a likeness."""
    for turn in range(made + 1, made + number + 1):
        cvr = next(found for add in range(100) if cvr_problem(found := f"99{turn * 100 + 5000 + add:06}") is None)
        other = known(cvr, f"Registerlist {turn} ApS", 0)
        Company.objects.create(name=f"Registerlist {turn}", municipality_id=other.municipality_id, fictional=True)
        known(CVR, NAME, turn)
        _merged(own, register.company, turn)
