"""Registering the matches of one event in one go: each by the rules of one match, all of them or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.checks import check
from matching.companies import NewCompany, tidy
from matching.entries import MatchEntry
from matching.errors import Invalid, LikelyTwin, Twin
from matching.expressions import IsAnyOf
from matching.matches import write_match
from matching.models import Company, Match
from matching.rulebook import Rulebook
from matching.twins import TWIN_WITHIN
from portal import ledger
from portal.audit import submissions
from portal.audit.submissions import Written
from portal.geography.danish import fold
from portal.identity import rights
from portal.identity.actor import Actor
from portal.ui import formats
from programmes.models import Programme

SUBMISSION = "event_matches"
MOST_ROWS = 60
"""Of one press. Who has more has a list, and reads it from a file."""


@dataclass(eq=False)
class RowsRefused(Exception):  # what it says, as Invalid does
    """Nothing was written. By the number of the row: what is wrong, by field, and what it may be already, in words."""

    errors: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    twins: dict[int, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.errors or self.twins)


def register_rows(
    actor: Actor,
    programme: Programme,
    entries: Mapping[int, MatchEntry],
    *,
    key: str,
    content: Mapping[str, Any],
) -> tuple[Match, bool]:
    """Register the entries by the number of their row; returns the first match, and whether this call made them.

    `key` is the form's token: the same one with the same `content`, which is what was typed, leads to the first receipt
    (what it means may differ: a company that was new is there now). Raises Refused, RowsRefused with every row that
    is wrong or asked about, and submissions.OtherContent. The programme is one that the actor sees: the caller's
    question.
    """
    rights.require(actor, "matching.register_match")
    if not entries or len(entries) > MOST_ROWS:
        raise ValueError(f"{len(entries)} rows")
    book = Rulebook(programme)

    def act(written: Written) -> int:
        # What can be told without a lock is told first.
        refused = checked_rows(actor, book, entries)
        if refused:
            raise refused
        with ledger.entry():
            _lock_companies(entries.values())
            first = _write_all(actor, book, entries)
            written(first)
        return first

    pk, created = submissions.once(actor.user, SUBMISSION, key, content, act)
    return Match.objects.with_names().get(pk=pk), created


def checked_rows(actor: Actor, book: Rulebook, entries: Mapping[int, MatchEntry]) -> RowsRefused:
    refused = RowsRefused()
    for number, entry in entries.items():
        try:
            check(actor, entry, book=book)
        except Invalid as problem:
            refused.errors[number] = problem.errors
    return refused


def _lock_companies(entries: Iterable[MatchEntry]) -> None:
    """All that are here already, in order of their ids, so that two tables never wait for each other in a circle."""
    ids, names = set(), set()
    for entry in entries:
        if isinstance(entry.company, Company):
            ids.add(entry.company.pk)
            names.add(entry.company.folded_name)
        elif isinstance(entry.company, NewCompany):
            names.add(fold(tidy(entry.company.name)))
    alike = Company.objects.filter(Q(pk__in=ids) | Q(IsAnyOf("folded_name", names), cvr=None)).order_by("pk")
    list(alike.select_for_update(no_key=True).values_list("pk", flat=True))


@dataclass(frozen=True)
class _Written:
    number: int
    company: int
    match_type: str
    agreed_on: date
    twin: Twin


def _write_all(actor: Actor, book: Rulebook, entries: Mapping[int, MatchEntry]) -> int:
    """The id of the first. Each row is tried, so that all that is to be said is said at once; then all or nothing."""
    refused, done, at = RowsRefused(), list[_Written](), timezone.now()
    first = 0
    for number, entry in sorted(entries.items()):
        try:
            with ledger.entry():  # a savepoint: a row that is refused has added no company
                match, _made = write_match(actor, entry, book=book, at=at)
        except Invalid as problem:
            refused.errors[number] = problem.errors
        except LikelyTwin as likely:
            refused.twins[number] = _words(likely.twins, entry, done)
        else:
            first = first or match.pk
            partner = match.created_by.short_name or match.created_by.name
            twin = Twin(partner, match.month, match.match_type.label)
            done.append(_Written(number, match.company_id, match.match_type_id, match.agreed_on, twin))
    if refused:
        raise refused
    return first


def _words(twins: Sequence[Twin], entry: MatchEntry, done: Sequence[_Written]) -> list[str]:
    """What a row may be: of another row its number, of what stood before the partner, the month and the type."""
    left, words = list(twins), []
    for row in done:
        near = entry.agreed_on is not None and abs(row.agreed_on - entry.agreed_on) <= TWIN_WITHIN
        if near and row.match_type == entry.match_type and row.twin in left and _same(row, entry):
            left.remove(row.twin)
            words.append(_("row %(row)s above") % {"row": row.number})
    for twin in left:
        said = {"partner": twin.partner, "month": formats.month_da(twin.month), "type": twin.match_type.lower()}
        words.append(_("a match from %(partner)s, %(month)s, %(type)s") % said)
    return words


def _same(row: _Written, entry: MatchEntry) -> bool:
    """A new company of the same press is here only while it is tried: its name and place decide then."""
    return not isinstance(entry.company, Company) or entry.company.pk == row.company
