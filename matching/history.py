"""Many matches at once: of an older system or the demo's loader, in a named batch, or of a file, learnt today."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Protocol

from django.utils import timezone

from matching import facts
from matching.counting import Rules, count
from matching.course import note_first
from matching.entries import More
from matching.expressions import IsAnyOf
from matching.models import Match, MatchAssist, MatchTransition
from matching.record_checks import stage_of
from portal import ledger
from portal.identity.models import Organisation, User
from portal.ledger.models import SubjectMap
from portal.tabular.inserting import insert, not_waiting
from programmes.models import Initiative, Programme

AT_ONCE = 1000


class HasKey(Protocol):
    """A company, or what is known of one."""

    @property
    def pk(self) -> Any: ...


@dataclass(frozen=True)
class HistoricMatch:
    """A match that was learnt of on `learnt_on` (None: now) and, if `withdrawn_on` says so, taken back on that day.

    Codes for type, municipality and work area. Nothing is checked but what the database checks, and no twin is looked
    for: who imports has done that.
    """

    company: HasKey
    match_type: str
    municipality: str
    agreed_on: date
    learnt_on: date | None
    created_by: Organisation
    registered_by: Organisation
    registered_by_user: User
    work_area: str
    assisted_by: Sequence[Organisation] = ()
    on_behalf_of: Organisation | None = None
    activity: Initiative | None = None
    different_reason: str = ""
    withdrawn_on: date | None = None
    fictional: bool = False
    more: More = field(default_factory=More)
    """`follows` is the id of a match that is there already."""


def import_matches(programme: Programme, rows: Iterable[HistoricMatch], history: ledger.History) -> int:
    """Write the rows with their facts, at most 1,000 to a transaction; returns how many.

    Each thousand is all or nothing; an import that is interrupted has written the first thousands in order.
    """
    done = 0
    source = iter(rows)
    while chunk := list(islice(source, AT_ONCE)):
        with ledger.entry(history=history):
            matches = write(programme, chunk)
        _withdraw(chunk, matches, history)
        done += len(chunk)
    return done


def write(programme: Programme, chunk: Sequence[HistoricMatch]) -> list[Match]:
    """The rows with their facts, in the entry that is open; at most 1,000. A caller that looks for twins has locked the
    companies."""
    subjects, now = _subjects({row.company.pk for row in chunk}), timezone.now()
    rules, today = Rules(programme), timezone.localdate()
    # By place and not by name: Django takes half the time.
    usual = {field.attname: field.get_default() for field in Match._meta.concrete_fields}
    matches = [Match(*{**usual, **_columns(programme, row, subjects[row.company.pk], now, today)}.values())
               for row in chunk]  # fmt: skip
    for match in matches:
        count(match, programme, rules.deciding(match.agreed_on))
    facts.ask_ahead()
    with not_waiting():
        insert(matches)
        note_first(matches)
        for match, row in zip(matches, chunk, strict=True):
            content = facts.said(match, programme, row.activity)
            if content is not None:
                facts.post(match, content, row.learnt_on, fresh=True)
    MatchAssist.objects.bulk_create(
        MatchAssist(match=match, organisation=organisation)
        for match, row in zip(matches, chunk, strict=True)
        for organisation in row.assisted_by
    )
    return matches


def _withdraw(chunk: list[HistoricMatch], matches: list[Match], history: ledger.History) -> None:
    """The reversals, in an entry of their own: what is reversed stands already."""
    withdrawn = [(row.withdrawn_on, row, match) for row, match in zip(chunk, matches, strict=True) if row.withdrawn_on]
    if not withdrawn:
        return
    with ledger.entry(history=history):
        for day, row, match in withdrawn:
            match.withdrawn_at = _noon(day)
            match.withdrawn_by = row.registered_by_user
            if match.counts:
                facts.reverse(match, day)
        Match.objects.bulk_update([match for _day, _row, match in withdrawn], ["withdrawn_at", "withdrawn_by"])
        MatchTransition.objects.bulk_create(
            MatchTransition(
                match=match,
                kind=MatchTransition.Kind.WITHDRAWN,
                day=day,
                registered_by=row.registered_by_user,
                organisation=row.registered_by,
                registered_at=_noon(day),
            )
            for day, row, match in withdrawn
        )


def _columns(
    programme: Programme, row: HistoricMatch, subject: uuid.UUID, now: datetime, today: date
) -> dict[str, Any]:
    return {
        "programme_id": programme.pk,
        "company_id": row.company.pk,
        "subject": subject,
        "match_type_id": row.match_type,
        "municipality_id": row.municipality,
        "agreed_on": row.agreed_on,
        "created_by_id": row.created_by.pk,
        "registered_by_id": row.registered_by.pk,
        "registered_by_user_id": row.registered_by_user.pk,
        "on_behalf_of_id": row.on_behalf_of.pk if row.on_behalf_of is not None else None,
        "activity_id": row.activity.pk if row.activity is not None else None,
        "work_area_id": row.work_area,
        "different_reason": row.different_reason,
        "registered_at": _noon(row.learnt_on) if row.learnt_on is not None else now,
        "fictional": row.fictional,
        "stage": stage_of(row.more, today),
        **_more(row.more),
    }


def _more(more: More) -> dict[str, Any]:
    """What else is said, as columns: codes and ids are taken as they come."""
    said = dict(vars(more))
    for name in ("broken_off_reason", "scheme", "follows"):
        said[f"{name}_id"] = said.pop(name) or None
    return said


def _subjects(companies: set[int]) -> dict[int, uuid.UUID]:
    """The random keys of many companies in two or three statements; `ledger.subject_for` does it for one."""
    wanted = {str(pk): pk for pk in companies}

    def known() -> Iterator[tuple[int, uuid.UUID]]:
        rows = SubjectMap.objects.filter(IsAnyOf("object_id", wanted), kind="company").order_by()
        for object_id, subject in rows.values_list("object_id", "subject"):
            yield wanted[object_id], subject

    found = dict(known())
    if len(found) < len(companies):
        SubjectMap.objects.bulk_create(
            [SubjectMap(kind="company", object_id=str(pk)) for pk in sorted(companies - found.keys())],
            ignore_conflicts=True,
        )
        found = dict(known())
    return found


def _noon(day: date) -> datetime:
    """An older system's registration has a day and no time: noon in Copenhagen stands for it, or now before noon."""
    return min(timezone.make_aware(datetime.combine(day, time(12))), timezone.now())
