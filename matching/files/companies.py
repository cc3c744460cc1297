"""The companies that a file's rows name, found all at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from matching.companies import LEGAL_FORMS, NewCompany, core, cvr_message, tidy, use_stopped
from matching.expressions import IsAnyOf
from matching.models import Company
from portal.geography.danish import fold
from portal.ui import formats
from portal.ui.cvr import clean_cvr

LEAST_ALIKE = 0.4
"""Below this likeness, and without a word in common, two names are of two companies."""


@dataclass(frozen=True)
class Named:
    """What a row says of its company; `municipality` is the code of the place of work, where the row has one."""

    cvr: str
    name: str
    municipality: str | None


ASKED = ("cvr", "name", "folded_name", "municipality_id", "merged_into_id", "erased_at", "restricted_at")
"""All that is asked of a company: a thousand of them are read for each portion of a long file."""


class Unclear(Exception):
    """Which company is meant cannot be told; at which field, and what to write."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


class Companies:
    """Two queries, however many rows; one more where a company was merged."""

    def __init__(self, rows: Iterable[Named]) -> None:
        numbers, names = set(), set()
        for row in rows:
            if row.cvr:
                numbers.add(clean_cvr(row.cvr))
            elif row.name:
                names |= set(_spellings(row.name))
        # One that was merged is the one it went into, under its own number and name still.
        known = Company.objects.only(*ASKED).order_by("pk")
        numbered = list(known.filter(IsAnyOf("cvr", numbers))) if numbers else []
        named = list(known.filter(IsAnyOf("folded_name", names))) if names else []
        merged = {row.merged_into_id for row in (*numbered, *named)} - {None}
        into = known.in_bulk(merged) if merged else {}
        self._by_cvr = {row.cvr: into.get(row.merged_into_id, row) for row in numbered}
        self._by_name: dict[str, list[Company]] = defaultdict(list)
        for company in named:
            same, stands = self._by_name[company.folded_name], into.get(company.merged_into_id, company)
            if stands not in same:
                same.append(stands)
        self._settled: dict[Named, Company | NewCompany | Unclear] = {}

    def find(self, named: Named) -> Company | NewCompany:
        """The company, or a new one. Raises Unclear."""
        if named not in self._settled:
            try:
                found = self._by_number(named) if named.cvr else self._by_its_name(named)
                if isinstance(found, Company) and not found.in_use:
                    raise Unclear("cvr" if named.cvr else "company", use_stopped())
                self._settled[named] = found
            except Unclear as problem:
                self._settled[named] = problem
        settled = self._settled[named]
        if isinstance(settled, Unclear):
            raise settled
        return settled

    def _by_number(self, named: Named) -> Company | NewCompany:
        number = clean_cvr(named.cvr)
        company = self._by_cvr.get(number)
        if company is None:
            if message := cvr_message(number):
                raise Unclear("cvr", message)
            if not named.name:
                said = {"number": formats.cvr(number)}
                raise Unclear("company", _("%(number)s is not here yet. Write the company's name too.") % said)
            return NewCompany(tidy(named.name), named.municipality, number)
        if named.name and not _alike(named.name, company.name):
            said = {"number": formats.cvr(number), "known": company.name, "name": tidy(named.name)[:60]}
            text = _("%(number)s is %(known)s, and the row says %(name)s. Mend the number or the name.")
            raise Unclear("cvr", text % said)
        return company

    def _by_its_name(self, named: Named) -> Company | NewCompany:
        if not named.name:
            raise Unclear("company", _("Write the company's name or CVR number."))
        for spelling in (fold(tidy(named.name)), None):
            spellings = [spelling] if spelling is not None else _spellings(named.name)
            rows = [row for each in spellings for row in self._by_name.get(each, ())]
            here = [row for row in rows if row.municipality_id == named.municipality] if named.municipality else rows
            if spelling is None:
                rows = here  # of a name without its form only one of the same place is the same company
            if len(here) == 1 or len(rows) == 1:
                return here[0] if len(here) == 1 else rows[0]
            if len(rows) > 1:
                said = {"name": tidy(named.name)[:60]}
                raise Unclear("company", _("Several companies are called %(name)s. Write the CVR number.") % said)
        return NewCompany(tidy(named.name), named.municipality)


def _spellings(name: str) -> list[str]:
    """The folded name, and without its legal form or with another one."""
    plain = core(name)
    return list(dict.fromkeys([fold(tidy(name)), plain, *(f"{plain} {form}" for form in LEGAL_FORMS)]))


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    first, second = core(one), core(other)
    words = {word for word in first.split() if len(word) > 2} & set(second.split())
    return bool(words) or SequenceMatcher(None, first, second).ratio() >= LEAST_ALIKE
