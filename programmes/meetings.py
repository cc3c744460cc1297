"""Meetings with their agenda, and what is followed up: made, changed and taken away. `actor=None` is a loader."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from programmes.body_rows import Wrong, add, alter, may_keep, require_keeper, take_away
from programmes.models import AgendaItem, Body, Decision, FollowUp, Meeting, Recommendation
from programmes.rights import REPORT_FOLLOW_UP

Status, State = Meeting.Status, FollowUp.State
Origin = Meeting | Decision | Recommendation
"""What is followed up."""
REPORTED = frozenset({"state", "settled_on", "note", "document"})
"""What the organisation that is responsible says."""


@dataclass(frozen=True)
class Item:
    """An item of an agenda."""

    number: str
    title: str


def make_meeting(
    actor: Actor | None, body: Body, items: Sequence[Item] = (), *, written: Written | None = None, **said: Any
) -> Meeting:
    """`said`: title, day, starts_at, place, status, agenda, minutes, source. Raises Refused, ValidationError."""
    require_keeper(actor, body)
    _numbered_once(items)
    return add(
        actor, Meeting(body=body), said, check=_meeting_faults, parts=lambda row: _write_items(row, items),
        written=written,
    )  # fmt: skip


def change_meeting(
    actor: Actor | None,
    meeting: Meeting,
    items: Sequence[Item] | None = None,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> Meeting:
    """`items` None leaves the agenda as it is."""
    require_keeper(actor, meeting.body)
    _numbered_once(items or ())

    def parts(row: Meeting) -> None:
        if items is not None:
            _write_items(row, items)

    return alter(actor, meeting, said, seen=seen, check=_meeting_faults, parts=parts, written=written)


def _numbered_once(items: Sequence[Item]) -> None:
    numbers = [item.number for item in items]
    twice = next((number for number in numbers if numbers.count(number) > 1), None)
    if twice is not None:
        raise ValidationError({"items": [_("Two items have the number %(number)s.") % {"number": twice}]})


def _meeting_faults(row: Meeting) -> Wrong:
    wrong: Wrong = {}
    if row.status == Status.HELD and row.day and row.day > ledger.today():
        wrong["status"] = [_("The day has not come yet, so the meeting is not held.")]
    if row.pk is not None:
        decided = row.decisions.filter(decided_on__isnull=False)
        if row.status != Status.HELD and decided.exists():
            wrong["status"] = [_("The meeting has decided, so it was held.")]
        elif row.day and decided.exclude(decided_on=row.day).exists():
            wrong["day"] = [_("The meeting has decided on its day. Change the decisions first.")]
    return wrong


def _write_items(meeting: Meeting, items: Sequence[Item]) -> None:
    there = [Item(row.number, row.title) for row in meeting.items.order_by("order", "pk")]
    if there == list(items):
        return
    meeting.items.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, number=item.number, title=item.title, order=order)
        for order, item in enumerate(items)
    )


def remove_meeting(actor: Actor | None, meeting: Meeting, *, seen: versions.Seen | None = None) -> None:
    """One at which nothing was decided, and that nothing follows up. What was called off is cancelled instead."""
    require_keeper(actor, meeting.body)
    take_away(actor, meeting, seen=seen)


def about(origin: Origin) -> dict[str, Any]:
    """The column of a follow-up that leads to what it follows up."""
    return {str(origin._meta.model_name): origin, "body": origin.body}


def follow_up(actor: Actor | None, origin: Origin, *, written: Written | None = None, **said: Any) -> FollowUp:
    """`said`: what, responsible or responsible_words, due, state, settled_on, note, document, source."""
    require_keeper(actor, origin.body)
    return add(actor, FollowUp(**about(origin)), said, check=_faults, written=written)


def change_follow_up(
    actor: Actor | None,
    row: FollowUp,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> FollowUp:
    require_keeper(actor, row.body)
    return alter(actor, row, said, seen=seen, check=_faults, written=written)


def may_report(actor: Actor, row: FollowUp) -> Verdict:
    """The organisation that is responsible, and the one that keeps the body."""
    keeper = may_keep(actor, row.body.organisation)
    if keeper:
        return keeper
    verdict = rights.may(actor, REPORT_FOLLOW_UP)
    if verdict and row.responsible_id not in actor.organisation_ids:
        said = {"who": row.who, "owner": row.body.organisation}
        return Verdict(False, _("%(who)s and %(owner)s say how far this is. You can read it.") % said)
    return verdict


def report(
    actor: Actor | None,
    row: FollowUp,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    **said: Any,
) -> FollowUp:
    """How far it is: `said` are some of REPORTED. Raises Refused, Changed, ValidationError."""
    if actor is not None:
        verdict = may_report(actor, row)
        if not verdict:
            raise Refused(verdict.reason)
    if set(said) - REPORTED:
        raise ValueError(f"only {sorted(REPORTED)} are reported")
    return alter(actor, row, said, seen=seen, check=_faults, written=written)


def _faults(row: FollowUp) -> Wrong:
    wrong: Wrong = {}
    if not row.what:
        wrong["what"] = [_("Write what is to be done.")]
    if bool(row.responsible_id) == bool(row.responsible_words):
        wrong["responsible"] = [_("Choose who is responsible, or write it in words: one of them.")]
    if row.state == State.OPEN:
        row.settled_on = None
    elif row.settled_on is None:
        row.settled_on = ledger.today()
    elif row.settled_on > ledger.today():
        wrong["settled_on"] = [_("The day has not come yet.")]
    if row.state == State.DROPPED and not row.note:
        wrong["note"] = [_("Say why it is dropped.")]
    return wrong


def remove_follow_up(actor: Actor | None, row: FollowUp, *, seen: versions.Seen | None = None) -> None:
    """For one that was registered by mistake; one that is no longer needed is dropped."""
    require_keeper(actor, row.body)
    take_away(actor, row, seen=seen)
