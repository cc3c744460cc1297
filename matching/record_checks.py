"""The rules of what else may be said of a match: its course, its students, who said so, and whence it comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from matching.entries import More
from matching.models import EducationLevel, Match, MatchType, Stage
from matching.models.more import MOST_STUDENTS
from matching.rulebook import Rulebook
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.cvr import clean_p_number

Add = Callable[[str, str], None]
LATEST_END = timedelta(days=3660)
"""Ten years: a day further on is a slip of the finger."""


@dataclass(frozen=True)
class CheckedMore:
    """`values` are the record's columns; `follows` is locked by whoever writes."""

    values: dict[str, Any] = field(default_factory=dict)
    follows: Match | None = None


def check_more(
    actor: Actor | None,
    more: More,
    book: Rulebook,
    *,
    match_type: MatchType | None,
    agreed_on: date | None,
    on_behalf_of: int | None,
    today: date,
    add: Add,
    correcting: Match | None = None,
    attest: bool = True,
) -> CheckedMore:
    """What is right, with what it points to; what is wrong is told to `add` (field, message). At most three queries.

    `attest` False: on whose behalf it is has been refused already, so who said so is not asked for.
    """
    known = (correcting.broken_off_reason_id, correcting.scheme_id) if correcting else (None, None)
    reason = _listed(book.break_reasons, more.broken_off_reason, known[0]) if more.broken_off_reason else None
    scheme = _listed(book.schemes, more.scheme, known[1]) if more.scheme else None
    if more.scheme and scheme is None:
        add("scheme", _("Choose a scheme from the list, or none."))
    if agreed_on is not None:
        _days(more, agreed_on, today, add)
    if more.broken_off_on is not None and reason is None:
        add("broken_off_reason", _("Choose why the match was broken off."))
    if more.broken_off_on is None and more.broken_off_reason:
        add("broken_off_on", _("Enter the day on which the match was broken off, or leave the reason empty."))
    if more.students is not None:
        if not 1 <= more.students <= MOST_STUDENTS:
            add("students", _("Write how many students, from 1 to 500."))
        elif match_type is not None and match_type.kind != MatchType.Kind.STUDENT:
            add("students", _("Only a student match has a number of students. Leave it empty."))
    if more.education_level and more.education_level not in EducationLevel.values:
        add("education_level", _("Choose the level from the list."))
    if len(more.event) > 160:
        add("event", _("Write at most 160 characters."))
    same = correcting is not None and correcting.on_behalf_of_id == on_behalf_of
    if attest:
        _attested(more, on_behalf_of, today, add, asked=not same or bool(correcting and correcting.attested_by))
    _key(more, add)
    return CheckedMore(
        {
            "starts_on": more.starts_on,
            "ends_on": more.ends_on,
            "broken_off_on": more.broken_off_on,
            "broken_off_reason": reason,
            "students": more.students,
            "education_level": more.education_level,
            "scheme": scheme,
            "event": more.event,
            "attested_by": more.attested_by,
            "attested_on": more.attested_on,
            "source_system": more.source_system,
            "external_key": more.external_key,
            "p_number": clean_p_number(more.p_number),
        },
        _follows(actor, more, correcting, add),
    )


def _listed(rows: Mapping[str, Any], code: str, known: str | None) -> Any:
    """The row of a list that can be chosen, or the one that stands there already."""
    row = rows.get(code)
    return row if row is not None and (row.active or row.code == known) else None


def _days(more: More, agreed_on: date, today: date, add: Add) -> None:
    shown = {"agreed": formats.date_da(agreed_on)}
    if more.starts_on is not None and more.starts_on < agreed_on:
        add("starts_on", _("The match was agreed on %(agreed)s, so it starts then or later.") % shown)
    first = more.starts_on or agreed_on
    if more.ends_on is not None and more.ends_on < first:
        add("ends_on", _("The end must not be before the beginning."))
    for name, day in (("starts_on", more.starts_on), ("ends_on", more.ends_on)):
        if day is not None and day > agreed_on + LATEST_END:
            add(name, _("That is more than ten years after the agreement. Look at the year."))
    broken = more.broken_off_on
    if broken is not None:
        if broken > today:
            add("broken_off_on", _("The day has not come yet. Enter the day on which the match was broken off."))
        elif broken < agreed_on:
            add("broken_off_on", _("The match was agreed on %(agreed)s, so it was broken off then or later.") % shown)
        elif more.ends_on is not None and broken > more.ends_on:
            add("broken_off_on", _("The match was to end before that day. Then it has ended and was not broken off."))


def _attested(more: More, on_behalf_of: int | None, today: date, add: Add, *, asked: bool) -> None:
    """Who registers for somebody without a log-in says who told so, and when. `asked` False: one from before stays."""
    if on_behalf_of is None:
        if more.attested_by or more.attested_on:
            add("attested_by", _("Only a match on behalf of a partner says who said so. Leave it empty."))
        return
    if not asked and not more.attested_by and more.attested_on is None:
        return
    if not more.attested_by:
        add("attested_by", _("Write who at the partner said so, for example their title or a letter's number."))
    elif len(more.attested_by) > 160:
        add("attested_by", _("Write at most 160 characters."))
    if more.attested_on is None:
        add("attested_on", _("Enter the day on which it was said."))
    elif more.attested_on > today:
        add("attested_on", _("The day has not come yet. Enter the day on which it was said."))


def _key(more: More, add: Add) -> None:
    if bool(more.source_system) != bool(more.external_key):
        name = "external_key" if more.source_system else "source_system"
        add(name, _("Write both the system and the key in it, or leave both empty."))
    if len(more.source_system) > 60:
        add("source_system", _("Write at most 60 characters."))
    if len(more.external_key) > 120:
        add("external_key", _("Write at most 120 characters."))


def _follows(actor: Actor | None, more: More, correcting: Match | None, add: Add) -> Match | None:
    """The match it grew out of, among those the person sees. Company and day are asked when it is locked."""
    if more.follows is None:
        return None
    rows = Match.objects.all()
    if actor is not None and (correcting is None or correcting.follows_id != more.follows):
        rows = rows.visible_to(actor)
    found = rows.filter(pk=more.follows).first()
    if found is None:
        add("follows", _("Choose one of the company's matches that you can see, or none."))
    return found


def stage_of(more: More, today: date) -> Stage:
    """How far a match has come, by the days that are said of it."""
    if more.broken_off_on is not None:
        return Stage.BROKEN_OFF
    if more.ends_on is not None and more.ends_on <= today:
        return Stage.ENDED
    if more.starts_on is not None and more.starts_on <= today:
        return Stage.STARTED
    return Stage.AGREED
