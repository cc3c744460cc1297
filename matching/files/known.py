"""Which rows of a file are registered already, and which seem to be: asked of all rows at once."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
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


class Twin(NamedTuple):
    """All that is told of a match that a row may be: where it stands, and when it was agreed."""

    agreed_on: date
    words: str


def marked(
    actor: Actor, programme: Programme, lines: Sequence[Line], written: Mapping[Hashable, int] | None = None
) -> list[Line]:
    """The lines with `there` (this very match is registered by the own organisation) and `twins` in words.

    Lines that agree in everything are as many matches; of those as many are there as stand already.
    `written`: how many of each the same file has registered just now, which are other lines. Three queries.
    """
    standing = _Standing(actor, programme, lines)
    standing.exact.subtract(written or {})
    before: dict[Hashable, list[tuple[date, int]]] = defaultdict(list)
    keys: dict[str, int] = {}
    found = []
    for line in lines:
        entry, checked = line.entry, line.checked
        if entry is None or checked is None or line.read.faults:
            found.append(line)
            continue
        if fault := _key_fault(line, standing, keys):
            found.append(replace(line, read=line.read.wrong("external_key", fault)))
            continue
        keys[line.key] = line.read.number
        group, day, kind = _group(entry.company), checked.agreed_on, checked.match_type.code
        if standing.take(line.exact) or line.key in standing.keyed:
            line = replace(line, there=True)
        elif not entry.different_reason.strip():
            known = standing.of(entry.company, kind)
            twins = [each.words for each in known if abs(each.agreed_on - day) <= TWIN_WITHIN]
            rows = [row for agreed_on, row in before[group, kind] if abs(agreed_on - day) <= TWIN_WITHIN]
            twins += [_("row %(row)s of the file") % {"row": formats.number(row)} for row in rows]
            line = replace(line, twins=tuple(twins))
        before[group, kind].append((day, line.read.number))
        found.append(line)
    return found


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

    def __init__(self, actor: Actor, programme: Programme, lines: Sequence[Line]) -> None:
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
        self._near: dict[Hashable, list[Twin]] = defaultdict(list)
        own = actor.organisation.pk if actor.organisation is not None else None
        for row in rows.values_list(
            "company_id", "company__cvr", "company__folded_name", "company__municipality_id", "match_type_id",
            "agreed_on", "municipality_id", "created_by_id", "work_area_id", "registered_by_id",
            "created_by__short_name", "created_by__name",
        ).order_by("-agreed_on", "-pk") if ids else ():  # fmt: skip
            pk, cvr, name, place, kind, agreed_on, municipality, creator, area, registrar, short, whole = row
            if registrar == own:
                self.exact[pk, kind, agreed_on, municipality, creator, area] += 1
            said = {"partner": short or whole, "month": formats.month_da(agreed_on)}
            twin = Twin(agreed_on, _("%(partner)s, %(month)s") % said)
            self._near["id", pk, kind].append(twin)
            if cvr is None:
                self._near["name", name, place, kind].append(twin)

    @staticmethod
    def _keyed(programme: Programme, lines: Sequence[Line]) -> dict[str, Hashable]:
        """What stands under the keys of the file. One query, where it has any."""
        keys = {line.key for line in lines if line.key}
        system = next((line.entry.more.source_system for line in lines if line.key and line.entry is not None), "")
        rows = Match.objects.standing().filter(IsAnyOf("external_key", keys), programme=programme, source_system=system)
        what = ("company_id", "match_type_id", "agreed_on", "municipality_id", "created_by_id", "work_area_id")
        return {key: tuple(rest) for key, *rest in rows.order_by().values_list("external_key", *what)} if keys else {}

    def take(self, exact: Hashable) -> bool:
        """Does one like it stand that no line before has taken?"""
        if self.exact[exact] <= 0:
            return False
        self.exact[exact] -= 1
        return True

    def of(self, company: Company | NewCompany | None, kind: str) -> list[Twin]:
        """A company is also any without a CVR number of its name in its municipality."""
        if isinstance(company, Company):
            same = self._near["id", company.pk, kind]
            alike = self._near["name", company.folded_name, company.municipality_id, kind]
            return [*same, *(each for each in alike if each not in same)]
        if isinstance(company, NewCompany) and not clean_cvr(company.cvr):
            return self._near["name", fold(tidy(company.name)), company.municipality, kind]
        return []


def _group(company: Company | NewCompany | None) -> Hashable:
    """What makes two rows of the file be of one company."""
    if isinstance(company, Company):
        return company.pk
    if isinstance(company, NewCompany):
        return clean_cvr(company.cvr) or (fold(tidy(company.name)), company.municipality)
    return None
