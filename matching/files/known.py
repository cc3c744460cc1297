"""Which rows of a file are registered already, and which seem to be: asked of all rows at once."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from matching.companies import NewCompany
from matching.expressions import IsAnyOf
from matching.files.companies import MOST_REMEMBERED, Known
from matching.files.earlier import Counts, EarlierRows
from matching.files.lines import Claim, Line
from matching.models import Company, Match
from matching.twins import TWIN_WITHIN
from portal.identity.actor import Actor
from portal.ui import formats
from programmes.models import Programme

WITHIN = TWIN_WITHIN.days
# By the company alone, and each for itself: the first long file comes before there are statistics, and a planner that
# takes the table for empty finds the matches of a type, or all, as near as a company's. `|| ''` keeps it from them.
_BESIDE = """
SELECT found.id FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::date[]) AS around (company, type, first, last),
    LATERAL (SELECT m.id FROM matching_match m
              WHERE m.company_id = around.company AND m.match_type_id || '' = around.type
                AND m.agreed_on + 0 BETWEEN around.first AND around.last
             OFFSET 0) AS found
"""
MOST_TWINS = 5
"""More are not told: a row that stands there a thousand times is like all that came before it."""


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


class Mark(NamedTuple):
    """`there`: this very match is registered by the own organisation; `twins`: what it may be, in words; `fault`: why
    the row's key in its source system cannot be its own."""

    there: bool = False
    twins: tuple[str, ...] = ()
    fault: str = ""


NEW = Mark()


def marked(actor: Actor, programme: Programme, lines: Sequence[Line], written: Written = NOTHING) -> list[Line]:
    """The lines with `there` and `twins`.

    Lines that agree in everything are as many matches; of those as many are there as stand already.
    `written`: what the same file has registered, which are other lines. At most five queries.
    """
    right = [line.checked is not None and not line.read.faults for line in lines]
    claims = [line.claim for line, counts in zip(lines, right, strict=True) if counts]
    marks = iter(Marker(actor, programme, written).mark(claims))
    return [with_mark(line, next(marks)) if counts else line for line, counts in zip(lines, right, strict=True)]


def with_mark(line: Line, mark: Mark) -> Line:
    if mark is NEW:
        return line
    read = line.read.wrong("external_key", mark.fault) if mark.fault else line.read
    return replace(line, read=read, there=mark.there, twins=mark.twins)


class Marker:
    """Marks the rows of a file as they come, a few thousand at a time: at most five queries for each."""

    def __init__(
        self, actor: Actor, programme: Programme, written: Written = NOTHING, since: datetime | None = None
    ) -> None:
        """`since`: the rows have been looked at, and that many of them as stood then are not among them: only what was
        registered after it can be one of these."""
        self._standing = _Standing(actor, programme, written, since)
        self._rows, self._keys = EarlierRows(), EarlierRows()
        """The rows that came before, by company and type, and by their key."""
        self._unnumbered = False
        """Has one of them no CVR number?"""
        self._taken = Counts()

    def mark(self, claims: Sequence[Claim]) -> list[Mark]:
        self._standing.meet(claims)
        return list(map(self._mark, claims))

    def _mark(self, claim: Claim) -> Mark:
        row, company, agreed_on, checked, more, reason = claim
        standing, key, kind, day = self._standing, more.external_key, checked.match_type.code, agreed_on.toordinal()
        if key:
            if fault := self._key_fault(claim):
                return Mark(fault=fault)
            self._keys.add(key, row)
        group = _itself(company), kind
        before = self._rows.near(group, day, WITHIN)
        same_day = sum(each.day == day for each in before)
        if not company.cvr:
            self._unnumbered = True
        elif self._unnumbered:
            before += self._rows.near((_name_of(company), kind), day, WITHIN)
        mark = NEW
        if (standing.exact and self._takes(claim.exact)) or key in standing.keyed:
            mark = Mark(there=True)
        elif not reason.strip():
            twins = [each.words for each in standing.of(company, kind)
                     if abs(each.agreed_on.toordinal() - day) <= WITHIN]  # fmt: skip
            if before and len(twins) <= MOST_TWINS:
                rows = sorted(each.row for each in before)[: MOST_TWINS + 1]
                twins += [_("row %(row)s of the file") % {"row": formats.number(each)} for each in rows]
            if twins:
                mark = Mark(twins=_first(twins))
        if same_day <= MOST_TWINS:
            self._rows.add(group, row, day)
        return mark

    def _takes(self, exact: Hashable) -> bool:
        """Does one like it stand that no row before has taken?"""
        if exact is None or self._standing.exact.get(exact, 0) <= self._taken[exact]:
            return False
        self._taken.add(exact)
        return True

    def _key_fault(self, claim: Claim) -> str:
        """Why the row's key in its source system cannot be its own; "" where it can."""
        key, keyed = claim.more.external_key, self._standing.keyed
        for before in self._keys.near(key):
            return _("Row %(row)s has the same key.") % {"row": formats.number(before.row)}
        if key in keyed and keyed[key] != claim.exact:
            names = {"system": claim.more.source_system, "key": key}
            text = _(
                "%(system)s %(key)s is registered already with other content. Correct that match, or look at the key."
            )
            return text % names
        return ""


class _Standing:
    """What stands in the programme beside the rows that are met.

    `exact`: how many of the own organisation's agree in everything; `keyed`: what stands under the rows' keys; `near`:
    all agreed within a month of a row, by company and type. Of rows met before only which of their companies have
    matches is remembered.
    """

    def __init__(self, actor: Actor, programme: Programme, written: Written, since: datetime | None) -> None:
        self._programme, self._written, self._since = programme, written, since
        self._own = actor.organisation.pk if actor.organisation is not None else None
        self._asked: set[int | str] = set()
        """The ids and names of companies that were asked about."""
        self._busy: set[int] = set()
        self._unnumbered: dict[tuple[str, str | None], list[int]] = {}
        """Those with matches, and of them those without a CVR number by what they are called."""

    def meet(self, claims: Sequence[Claim]) -> None:
        """Read what stands at their companies, and under their keys."""
        self.exact: Counter[Hashable] = Counter()
        self.near: dict[tuple[int, str], list[Twin]] = {}
        self._alike: dict[tuple[str, str | None, str], list[Twin]] = {}
        """Of companies without a CVR number, by what they are called, too."""
        self._know({claim.company for claim in claims})
        beside = {(pk, claim.checked.match_type.code, claim.day) for claim in claims for pk in self._at(claim)}
        if beside:
            self._read(beside)
        keyed = [claim.more for claim in claims if claim.more.external_key]
        self.keyed = self._under(keyed[0].source_system, {more.external_key for more in keyed}) if keyed else {}

    def _know(self, companies: set[Company | Known | NewCompany]) -> None:
        """Which of them have matches, in whatever programme. One without a CVR number that is not here yet shares its
        name with none that is (matching.files.companies)."""
        if len(self._asked) > 2 * MOST_REMEMBERED:
            self._asked, self._busy, self._unnumbered = set(), set(), {}
        ids: set[int] = {each.pk for each in companies if not isinstance(each, NewCompany)}
        names = {each.folded_name for each in companies if each.cvr}
        ids, names = ids - self._asked, names - self._asked
        if not ids and not names:
            return
        self._asked |= ids | names
        alike = Company.objects.filter(IsAnyOf("folded_name", names), cvr=None).order_by()
        called = {pk: (name, place) for pk, name, place in alike.values_list("pk", "folded_name", "municipality_id")}
        at = IsAnyOf("company_id", ids | called.keys(), numbers=True)
        busy = Match.objects.standing().filter(at).order_by()
        for pk in busy.values_list("company_id", flat=True).distinct():
            self._busy.add(pk)
            if pk in called:
                self._unnumbered.setdefault(called[pk], []).append(pk)

    def _at(self, claim: Claim) -> list[int]:
        """The companies with matches that it may be one of."""
        company = claim.company
        alike = self._unnumbered.get(_name_of(company), []) if self._unnumbered else []
        return [company.pk, *alike] if not isinstance(company, NewCompany) and company.pk in self._busy else alike

    def of(self, company: Company | Known | NewCompany, kind: str) -> Sequence[Twin]:
        """A company is also any without a CVR number of its name in its municipality (matching.twins)."""
        if not self.near:
            return ()
        if isinstance(company, NewCompany):
            return self._alike.get((*_name_of(company), kind), ())
        same = self.near.get((company.pk, kind), ())
        if not self._alike:
            return same
        alike = self._alike.get((*_name_of(company), kind), ())
        return list(dict.fromkeys([*same, *alike])) if alike else same

    def _read(self, beside: set[tuple[int, str, date]]) -> None:
        """What stands at these companies, of that type and within a month of that day."""
        with connection.cursor() as cursor:
            cursor.execute(_BESIDE, [*map(list, zip(*days_around(beside), strict=True))])
            ids = [pk for (pk,) in cursor.fetchall()]
        if not ids:
            return
        rows = Match.objects.standing().filter(IsAnyOf("id", ids, numbers=True), programme=self._programme)
        for row in rows.order_by("-agreed_on", "-pk").values_list(
            "pk", "company_id", "company__cvr", "company__folded_name", "company__municipality_id", "match_type_id",
            "agreed_on", "municipality_id", "created_by_id", "work_area_id", "registered_by_id",
            "created_by__short_name", "created_by__name", "registered_at",
        ):  # fmt: skip
            match, pk, cvr, name, place, kind, agreed_on, municipality, creator, area, registrar, short, whole, at = row
            late = self._since is None or at > self._since
            if registrar == self._own and late and match not in self._written:
                self.exact[pk, kind, agreed_on, municipality, creator, area] += 1
            twin = Twin(match, agreed_on, short or whole)
            self.near.setdefault((pk, kind), []).append(twin)
            if cvr is None:
                self._alike.setdefault((name, place, kind), []).append(twin)

    def _under(self, system: str, keys: set[str]) -> dict[str, Hashable]:
        rows = Match.objects.standing().filter(
            IsAnyOf("external_key", keys), programme=self._programme, source_system=system
        )
        what = ("company_id", "match_type_id", "agreed_on", "municipality_id", "created_by_id", "work_area_id")
        return {key: tuple(rest) for key, *rest in rows.order_by().values_list("external_key", *what)}


def days_around(beside: Iterable[tuple[int, str, date]]) -> list[tuple[int, str, date, date]]:
    """(company, type, first day, last day): a month around each; where they meet they are one."""
    around: list[tuple[int, str, date, date]] = []
    for company, kind, day in sorted(beside):
        first, last = day - TWIN_WITHIN, day + TWIN_WITHIN
        if around and around[-1][:2] == (company, kind) and first <= around[-1][3]:
            first = around.pop()[2]
        around.append((company, kind, first, last))
    return around


def _first(twins: Sequence[str]) -> tuple[str, ...]:
    return (*twins[:MOST_TWINS], _("and more")) if len(twins) > MOST_TWINS else tuple(twins)


def _name_of(company: Company | Known | NewCompany) -> tuple[str, str | None]:
    """What it is called where it lies: without a CVR number all that tells it."""
    if isinstance(company, NewCompany):
        return company.folded_name, company.municipality
    return company.folded_name, company.municipality_id


def _itself(company: Company | Known | NewCompany) -> Hashable:
    """What two rows of the file of the same company have in common."""
    if isinstance(company, NewCompany):
        return company.number or _name_of(company)
    return company.pk if company.cvr else _name_of(company)
