"""What happens with a match after it was agreed: it starts, ends, or comes to nothing. Each is a row for itself."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from matching import facts, recounting
from matching.counting import count, started
from matching.errors import Invalid
from matching.models import BreakReason, Match, MatchTransition, Stage
from matching.twins import lock_match
from portal import ledger
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.tabular.inserting import insert_columns
from portal.ui import formats

Kind = MatchTransition.Kind
NEXT: dict[str, tuple[MatchTransition.Kind, ...]] = {
    Stage.AGREED: (Kind.STARTED, Kind.ENDED, Kind.BROKEN_OFF),
    Stage.STARTED: (Kind.ENDED, Kind.BROKEN_OFF),
    Stage.ENDED: (),
    Stage.BROKEN_OFF: (),
}
"""What can be said of a match that has come so far."""


def note(
    match: Match, kind: Kind, day: date, actor: Actor, *, reason: str = "", why: BreakReason | None = None
) -> None:
    """One row more of what happened, by whom and for which organisation."""
    MatchTransition.objects.create(
        match=match,
        kind=kind,
        day=day,
        break_reason=why,
        reason=reason,
        registered_by=actor.user,
        organisation=actor.organisation or match.registered_by,
    )


def note_first(matches: Iterable[Match]) -> None:
    """What is said of new matches: that they were agreed, and what of their course was known by then. One statement."""
    rows: list[tuple[Match, str, date]] = []
    for match in matches:
        rows.append((match, Kind.AGREED, match.agreed_on))
        if started(match) and match.starts_on is not None:
            rows.append((match, Kind.STARTED, match.starts_on))
        if match.stage == Stage.ENDED and match.ends_on is not None:
            rows.append((match, Kind.ENDED, match.ends_on))
        if match.broken_off_on is not None:
            rows.append((match, Kind.BROKEN_OFF, match.broken_off_on))
    insert_columns(
        MatchTransition,
        {
            "match_id": [match.pk for match, _kind, _day in rows],
            "kind": [kind for _match, kind, _day in rows],
            "day": [day for _match, _kind, day in rows],
            "break_reason_id": [
                match.broken_off_reason_id if kind == Kind.BROKEN_OFF else None for match, kind, _day in rows
            ],
            "registered_by_id": [match.registered_by_user_id for match, _kind, _day in rows],
            "organisation_id": [match.registered_by_id for match, _kind, _day in rows],
            "registered_at": [match.registered_at for match, _kind, _day in rows],
        },
    )


def may_report(actor: Actor, match: Match) -> Verdict:
    """May this person say how the match goes on, and if not, why?"""
    verdict = rights.may(actor, "matching.report_course")
    if not verdict:
        return verdict
    theirs = {match.created_by_id, match.on_behalf_of_id, match.registered_by_id}
    if not theirs & actor.organisation_ids:
        return Verdict(False, _("Those whose match it is say how it goes: who created it and who registered it."))
    if match.withdrawn:
        return Verdict(False, _("The match has been undone."))
    if not NEXT[match.stage]:
        return Verdict(False, _("The match is over. If something about it is wrong, correct it."))
    return Verdict(True)


def report(
    actor: Actor,
    match: Match,
    kind: str,
    day: date | None,
    *,
    why: str = "",
    remark: str = "",
    seen: versions.Seen | None = None,
) -> Match:
    """Say that the match has started, has ended or was broken off (`why`: a reason's code) on the day.

    The record and, where the programme's rule counts by it, the fact follow. Raises Refused, Changed, Invalid by field
    (kind, day, why, remark).
    """
    with ledger.entry():
        match = lock_match(match)
        verdict = may_report(actor, match)
        if not verdict:
            raise Refused(verdict.reason)
        versions.settle(actor, versions.thing_of("match", match.pk), seen=seen, now=match.updated_at.isoformat())
        reason = BreakReason.objects.filter(code=why, active=True).first() if why else None
        wrong = _wrong(match, kind, day, why, reason, remark)
        if wrong:
            raise Invalid(wrong)
        assert day is not None  # _wrong has asked
        before = facts.said_by(match)
        if kind == Kind.STARTED:
            match.stage, match.starts_on = Stage.STARTED, day
        elif kind == Kind.ENDED:
            match.stage, match.ends_on = Stage.ENDED, day
        else:
            match.stage, match.broken_off_on, match.broken_off_reason = Stage.BROKEN_OFF, day, reason
        if kind == Kind.STARTED and match.ends_on is not None and match.ends_on < day:
            match.ends_on = None  # it was planned before anybody knew that it would start so late
        count(match, match.programme, match.rule)
        recounting.settle(match, before)
        match.save(
            update_fields=["stage", "starts_on", "ends_on", "broken_off_on", "broken_off_reason", *recounting.COUNTED]
        )
        recounting.recount_later(match)
        note(match, Kind(kind), day, actor, reason=remark.strip(), why=match.broken_off_reason)
    return match


def _wrong(
    match: Match, kind: str, day: date | None, why: str, reason: BreakReason | None, remark: str
) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if kind not in NEXT[match.stage]:
        wrong["kind"] = [_("Choose what has happened.")]
    if kind == Kind.BROKEN_OFF and reason is None:
        wrong["why"] = [_("Choose why the match was broken off.")]
    elif kind != Kind.BROKEN_OFF and why:
        wrong["why"] = [_("Only a match that was broken off has a reason. Leave it empty.")]
    if len(remark.strip()) > 300:
        wrong["remark"] = [_("Write at most 300 characters.")]
    first = match.agreed_on
    if kind != Kind.STARTED and match.stage == Stage.STARTED and match.starts_on is not None:
        first = match.starts_on
    if day is None:
        wrong["day"] = [_("Enter the day on which it happened.")]
    elif day > timezone.localdate():
        wrong["day"] = [_("The day has not come yet. Enter the day on which it happened.")]
    elif day < first:
        text = _("Enter %(first)s or a later day: before that the match had not come so far.")
        wrong["day"] = [text % {"first": formats.date_da(first)}]
    elif kind == Kind.BROKEN_OFF and match.ends_on is not None and day > match.ends_on:
        text = _("The match was to end on %(end)s. Say that it has ended, or correct its end first.")
        wrong["day"] = [text % {"end": formats.date_da(match.ends_on)}]
    elif kind == Kind.ENDED and match.stage == Stage.AGREED and match.starts_on is not None and day < match.starts_on:
        text = _("The match was to start on %(start)s. Say that it was broken off, or correct its start first.")
        wrong["day"] = [text % {"start": formats.date_da(match.starts_on)}]
    return wrong
