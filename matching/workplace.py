"""The place of work that a match's P-number names ("P-enhed"): where a match is counted follows from it."""

import re

from django.utils.translation import gettext as _

from matching.companies import NewCompany
from matching.entries import MatchEntry
from matching.models import Company, Match
from matching.record_checks import Add
from matching.rulebook import Rulebook
from portal.ui.cvr import clean_cvr, clean_p_number

TEN = re.compile(r"[0-9]{10}", re.ASCII)


def check_place(book: Rulebook, entry: MatchEntry, correcting: Match | None, add: Add) -> str | None:
    """The municipality of the place of work, by code, where a P-number is said and the register knows it; what is wrong
    is told to `add` (field, message). At most one query.

    What a match said when it was registered holds, wherever the register says that the place has moved since.
    """
    number = clean_p_number(entry.more.p_number)
    if not number:
        return None
    if TEN.fullmatch(number) is None:
        add("p_number", _("A P-number has ten digits. You find it at the company in the register (CVR)."))
        return None
    if correcting is not None and (correcting.p_number, correcting.municipality_id) == (number, entry.municipality):
        return entry.municipality
    unit = book.unit(number)
    if unit is None:
        return None
    if not _is_of(unit.company, entry.company):
        text = _("The place of work with this P-number is %(name)s's. Choose that company, or mend the number.")
        add("p_number", text % {"name": unit.company.name})
        return None
    place = unit.municipality_id
    if place and entry.municipality and entry.municipality != place:
        text = _("The register says that this place of work lies in %(name)s. Choose it, or leave the P-number empty.")
        add("municipality", text % {"name": book.municipalities[place].name})
    return place


def _is_of(owner: Company, company: Company | NewCompany | None) -> bool:
    """Is the place of work one of the company's? Of a company that is missing nothing is asked."""
    if isinstance(company, Company):
        return owner.pk in (company.pk, company.merged_into_id)
    return company is None or (bool(company.cvr) and clean_cvr(company.cvr) == owner.cvr)
