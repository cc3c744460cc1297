"""The companies that a file's rows name, found all at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from difflib import SequenceMatcher
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q
from django.utils.translation import gettext as _

from matching.companies import NewCompany, core, cvr_message, tidy, use_stopped
from matching.expressions import IsAnyOf
from matching.models import Company
from matching.models.companies import CORE, LEGAL_FORMS
from portal.geography.danish import fold
from portal.ui import formats
from portal.ui.cvr import clean_cvr

MOST_REMEMBERED = 30_000
"""What is settled for rows that name the same company; a company costs two questions, so more than of cells."""
LEAST_ALIKE = 0.4
"""Below this likeness, and without a word in common, two names are of two companies."""


class Named(NamedTuple):
    """What a row says of its company; `municipality` is the code of the place of work, where the row has one."""

    cvr: str
    name: str
    municipality: str | None


class Known(NamedTuple):
    """All that is asked of a company that is here: they are as many as the rows of a long file."""

    pk: int
    cvr: str | None
    name: str
    folded_name: str
    municipality_id: str | None
    merged_into_id: int | None
    erased_at: datetime | None
    restricted_at: datetime | None

    @property
    def in_use(self) -> bool:
        return self.erased_at is None and self.restricted_at is None

    @property
    def company(self) -> Company:
        """The rest of it is read when it is asked for."""
        return Company.from_db(DEFAULT_DB_ALIAS, _COLUMNS, [self.pk, *(getattr(self, name) for name in _COLUMNS[1:])])


# In the order in which Django takes them: the key is the first.
_COLUMNS = [each.attname for each in Company._meta.concrete_fields if each.attname in {"id", *Known._fields}]


class Unclear(Exception):
    """Which company is meant cannot be told; at which field, and what to write."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


Settled = Known | NewCompany | Unclear


class Companies:
    """Two queries for any number of rows that are met at once; one more where a company was merged. What was found
    once is remembered for rows that name it again."""

    def __init__(self, rows: Iterable[Named] = ()) -> None:
        self._settled: dict[Named, Settled] = {}
        self._by_cvr: dict[str, Known] = {}
        self._cores: dict[str, set[str]] = {}
        self._by_core: dict[str, list[tuple[str, Known]]] = {}
        """Of a name under what the index has its spellings; under that, the folded name and the company of it."""
        self._new: dict[tuple[str, str | None], NewCompany] = {}
        """Those that are not here yet, by what the index will have: two spellings of one are one company."""
        self.meet(rows)

    def meet(self, rows: Iterable[Named]) -> None:
        """Find the companies of these rows."""
        if len(self._settled) > MOST_REMEMBERED:
            self._settled.clear()
            self._new.clear()
        new = [row for row in dict.fromkeys(rows) if row not in self._settled]
        numbers = {clean_cvr(row.cvr) for row in new if row.cvr}
        self._cores = {row.name: _indexed(row.name) for row in new if row.name and not row.cvr}
        # One that was merged is the one it went into, under its own number and name still.
        numbered = _known(IsAnyOf("cvr", numbers)) if numbers else []
        named = _known(IsAnyOf(CORE, set().union(*self._cores.values()))) if self._cores else []
        merged = {row.merged_into_id for row in (*numbered, *named)} - {None}
        into = {row.pk: row for row in _known(Q(pk__in=merged))} if merged else {}
        self._by_cvr = {row.cvr: into.get(row.merged_into_id or 0, row) for row in numbered if row.cvr}
        self._by_core = defaultdict(list)
        for company in named:
            stands = into.get(company.merged_into_id or 0, company)
            self._by_core[core(company.folded_name)].append((company.folded_name, stands))
        for row in new:
            self._settled[row] = self._settle(row)

    def settled(self, named: Named) -> Settled:
        """Of one that was met: the company, a new one, or why it cannot be told."""
        return self._settled[named]

    def find(self, named: Named) -> Company | NewCompany:
        """The same. Raises Unclear."""
        settled = self._settled[named]
        if isinstance(settled, Unclear):
            raise settled
        return settled.company if isinstance(settled, Known) else settled

    def _settle(self, named: Named) -> Settled:
        try:
            found = self._by_number(named) if named.cvr else self._by_its_name(named)
        except Unclear as problem:
            return Unclear(problem.field, problem.text)  # one that was raised keeps all rows that were at hand
        if isinstance(found, Known) and not found.in_use:
            return Unclear("cvr" if named.cvr else "company", use_stopped())
        return found

    def _by_number(self, named: Named) -> Known | NewCompany:
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

    def _by_its_name(self, named: Named) -> Known | NewCompany:
        if not named.name:
            raise Unclear("company", _("Write the company's name or CVR number."))
        alike = [each for indexed in self._cores[named.name] for each in self._by_core.get(indexed, ())]
        if not alike:
            return self._added(named)
        exact = {fold(tidy(named.name))}
        for spellings in (exact, _spellings(named.name)):
            rows = list(dict.fromkeys(company for name, company in alike if name in spellings))
            here = [row for row in rows if row.municipality_id == named.municipality] if named.municipality else rows
            if spellings is not exact:
                rows = here  # of a name without its form only one of the same place is the same company
            if len(here) == 1 or len(rows) == 1:
                return here[0] if len(here) == 1 else rows[0]
            if len(rows) > 1:
                said = {"name": tidy(named.name)[:60]}
                raise Unclear("company", _("Several companies are called %(name)s. Write the CVR number.") % said)
        return self._added(named)

    def _added(self, named: Named) -> NewCompany:
        new = NewCompany(tidy(named.name), named.municipality)
        return self._new.setdefault((core(new.name), new.municipality), new)


def _known(which: Q | IsAnyOf) -> list[Known]:
    return [Known(*row) for row in Company.objects.filter(which).order_by("pk").values_list(*Known._fields)]


def _spellings(name: str) -> set[str]:
    """The folded name, and without its legal form or with another one."""
    plain = core(name)
    return {fold(tidy(name)), plain, *(f"{plain} {form}" for form in LEGAL_FORMS)}


def _indexed(name: str) -> set[str]:
    """Under what the index has the spellings of a name: "X a.m.b.a. ApS" may be "X a.m.b.a.", which it has as "X"."""
    plain = core(name)
    return {plain, core(plain)}


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    first, second = core(one), core(other)
    words = {word for word in first.split() if len(word) > 2} & set(second.split())
    return bool(words) or SequenceMatcher(None, first, second).ratio() >= LEAST_ALIKE
