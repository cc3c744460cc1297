"""Which rows of a file are registered already, and which seem to be: asked of all rows at once."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from matching.companies import NewCompany, tidy
from matching.expressions import IsAnyOf
from matching.files.lines import Line
from matching.models import Company, Match
from matching.twins import TWIN_WITHIN
from portal.geography.danish import fold
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.cvr import clean_cvr
from programmes.models import Programme

WITHIN = TWIN_WITHIN.days


class Written:
    """The ids of the matches that a file has registered already, as ranges: they are as many as its rows."""

    def __init__(self, ranges: Iterable[Sequence[int]] = ()) -> None:
        self.ranges = sorted((first, last) for first, last in ranges)
        self._firsts = [first for first, _last in self.ranges]

    def __contains__(self, pk: int) -> bool:
        place = bisect_right(self._firsts, pk) - 1
        return place >= 0 and pk <= self.ranges[place][1]

    @staticmethod
    def of(ids: Iterable[int]) -> list[list[int]]:
        """Ids as ranges."""
        ranges: list[list[int]] = []
        for pk in sorted(ids):
            if ranges and ranges[-1][1] == pk - 1:
                ranges[-1][1] = pk
            else:
                ranges.append([pk, pk])
        return ranges


NOTHING = Written()


class Twin(NamedTuple):
    """All that is told of a match that a row may be: whose it is, and when it was agreed."""

    match: int
    agreed_on: date
    partner: str

    @property
    def words(self) -> str:
        return _("%(partner)s, %(month)s") % {"partner": self.partner, "month": formats.month_da(self.agreed_on)}


def marked(actor: Actor, programme: Programme, lines: Sequence[Line], written: Written = NOTHING) -> list[Line]:
    """The lines with `there` (this very match is registered by the own organisation) and `twins` in words.

    Lines that agree in everything are as many matches; of those as many are there as stand already.
    `written`: what the same file has registered, which are other lines. Three queries.
    """
    return Marker(actor, programme, written).mark(lines)


class Marker:
    """Marks the lines of a file as they come, a few thousand at a time: three queries for each."""

    def __init__(self, actor: Actor, programme: Programme, written: Written = NOTHING) -> None:
        self.actor, self.programme, self.written = actor, programme, written
        self._before: dict[Hashable, list[tuple[int, int]]] = {}
        """By company and type: day and row of the lines that came before."""
        self._keys: dict[str, int] = {}
        self._taken: Counter[Hashable] = Counter()

    def mark(self, lines: Sequence[Line]) -> list[Line]:
        standing = _Standing(self.actor, self.programme, lines, self.written)
        return [self._mark(line, standing) for line in lines]

    def _mark(self, line: Line, standing: "_Standing") -> Line:
        entry, checked = line.entry, line.checked
        if entry is None or checked is None or line.read.faults:
            return line
        if line.key:
            if fault := _key_fault(line, standing, self._keys):
                return replace(line, read=line.read.wrong("external_key", fault))
            self._keys[line.key] = line.read.number
        kind, day = checked.match_type.code, line.day.toordinal()
        group = _group(entry.company), kind
        before = self._before.setdefault(group, [])
        if (standing.exact and self._takes(line.exact, standing)) or line.key in standing.keyed:
            line = replace(line, there=True)
        elif not entry.different_reason.strip():
            twins = [each.words for each in standing.of(entry.company, kind)
                     if abs(each.agreed_on.toordinal() - day) <= WITHIN]  # fmt: skip
            if before:
                rows = [row for agreed_on, row in before if abs(agreed_on - day) <= WITHIN]
                twins += [_("row %(row)s of the file") % {"row": formats.number(row)} for row in rows]
            if twins:
                line = replace(line, twins=tuple(twins))
        before.append((day, line.read.number))
        return line

    def _takes(self, exact: Hashable, standing: "_Standing") -> bool:
        """Does one like it stand that no line before has taken?"""
        if exact is None or standing.exact.get(exact, 0) <= self._taken.get(exact, 0):
            return False
        self._taken[exact] += 1
        return True


def _key_fault(line: Line, standing: "_Standing", keys: Mapping[str, int]) -> str:
    """Why the row's key in its source system cannot be its own; "" where it can, or where it has none."""
    if not line.key:
        return ""
    if line.key in keys:
        return _("Row %(row)s has the same key.") % {"row": formats.number(keys[line.key])}
    if line.key in standing.keyed and standing.keyed[line.key] != line.exact:
        names = {"system": line.entry.more.source_system if line.entry is not None else "", "key": line.key}
        text = _("%(system)s %(key)s is registered already with other content. Correct that match, or look at the key.")
        return text % names
    return ""


class _Standing:
    """The programme's standing matches at the companies of the file."""

    def __init__(self, actor: Actor, programme: Programme, lines: Sequence[Line], written: Written) -> None:
        ids, names = set(), set()
        for line in lines:
            company = line.entry.company if line.entry is not None else None
            if isinstance(company, Company):
                ids.add(company.pk)
                names.add(company.folded_name)
            elif isinstance(company, NewCompany):
                names.add(fold(tidy(company.name)))
        alike = Company.objects.filter(IsAnyOf("folded_name", names), cvr=None).order_by().values_list("pk", flat=True)
        ids |= set(alike) if names else set()
        rows = Match.objects.standing().filter(programme=programme, company__in=ids)
        self.exact: Counter[Hashable] = Counter()
        self.keyed = self._keyed(programme, lines)
        self._near: dict[Hashable, list[Twin]] = {}
        own = actor.organisation.pk if actor.organisation is not None else None
        for row in rows.values_list(
            "pk", "company_id", "company__cvr", "company__folded_name", "company__municipality_id", "match_type_id",
            "agreed_on", "municipality_id", "created_by_id", "work_area_id", "registered_by_id",
            "created_by__short_name", "created_by__name",
        ).order_by("-agreed_on", "-pk") if ids else ():  # fmt: skip
            match, pk, cvr, name, place, kind, agreed_on, municipality, creator, area, registrar, short, whole = row
            if registrar == own and match not in written:
                self.exact[pk, kind, agreed_on, municipality, creator, area] += 1
            twin = Twin(match, agreed_on, short or whole)
            self._near.setdefault(("id", pk, kind), []).append(twin)
            if cvr is None:
                self._near.setdefault(("name", name, place, kind), []).append(twin)

    @staticmethod
    def _keyed(programme: Programme, lines: Sequence[Line]) -> dict[str, Hashable]:
        """What stands under the keys of the file. One query, where it has any."""
        keys = {line.key for line in lines if line.key}
        system = next((line.entry.more.source_system for line in lines if line.key and line.entry is not None), "")
        rows = Match.objects.standing().filter(IsAnyOf("external_key", keys), programme=programme, source_system=system)
        what = ("company_id", "match_type_id", "agreed_on", "municipality_id", "created_by_id", "work_area_id")
        return {key: tuple(rest) for key, *rest in rows.order_by().values_list("external_key", *what)} if keys else {}

    def of(self, company: Company | NewCompany | None, kind: str) -> list[Twin]:
        """A company is also any without a CVR number of its name in its municipality."""
        if isinstance(company, Company):
            same = self._near.get(("id", company.pk, kind), [])
            alike = self._near.get(("name", company.folded_name, company.municipality_id, kind), [])
            return [*same, *(each for each in alike if each not in same)]
        if isinstance(company, NewCompany) and not clean_cvr(company.cvr):
            return self._near.get(("name", fold(tidy(company.name)), company.municipality, kind), [])
        return []


def _group(company: Company | NewCompany | None) -> Hashable:
    """What makes two rows of the file be of one company."""
    if isinstance(company, Company):
        return company.pk
    if isinstance(company, NewCompany):
        return clean_cvr(company.cvr) or (fold(tidy(company.name)), company.municipality)
    return None
