"""The calendar for calendar programs (iCalendar, RFC 5545).

All days are whole days: DTSTART is a DATE, so no time zone moves it. A date in words ("medio 2026") stands on the day
by which it sorts, since a calendar has no other place for it, and says the words first in its title: a bar over half a
year would hide everything else, and leaving it out would hide the thing. Nothing blocks anybody's time (TRANSPARENT).

A thing keeps its UID whatever its date, so that it moves in the calendar instead of coming twice. LAST-MODIFIED is when
the portal's record last changed; SEQUENCE is left out, since no revisions are counted.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from portal.identity.actor import Actor
from portal.ledger.asof import COPENHAGEN
from portal.ui import formats
from programmes.dates_ahead import Asked, Chosen, Dated, State, dates, title_of

CONTENT_TYPE = "text/calendar; charset=utf-8"
FEED_BACK = timedelta(days=365)
"""A calendar program forgets what its address no longer gives: so far back it keeps."""
AGAIN = timedelta(hours=6)
"""How often a calendar program is asked to come again."""


def feed(actor: Actor, chosen: Chosen, today: date) -> list[Dated]:
    """What a subscribed calendar holds: a year back and all that comes, and what is overdue."""
    asked = Asked(actor, today - FEED_BACK, late=True, today=today)
    return dates(asked, chosen)


def calendar_of(rows: Iterable[Dated], base: str, today: date) -> Iterator[bytes]:
    """The file. `base` is the portal's address, `https://…`."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Vaekstbro//Kalender//{formats.language().upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _("Vækstbro: milestones and deadlines"))
    calendar.add("x-wr-calname", _("Vækstbro: milestones and deadlines"))
    calendar.add("x-wr-timezone", str(COPENHAGEN))
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    host = urlsplit(base).hostname or "vaekstbro"
    for row in rows:
        if row.day is not None:
            calendar.add_component(_event(row, row.day, base, host, today))
    yield calendar.to_ical()


def _event(row: Dated, day: date, base: str, host: str, today: date) -> Event:
    event = Event()
    changed = row.changed or datetime(day.year, day.month, day.day, tzinfo=UTC)
    event.add("uid", f"{row.key}@{host}")
    event.add("dtstamp", changed.astimezone(UTC))
    if row.changed is not None:
        event.add("last-modified", row.changed.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary(row))
    event.add("description", description(row, today))
    event.add("url", f"{base}{row.url}")
    event.add("categories", [title_of(row.kind)])
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    return event


def summary(row: Dated) -> str:
    """`medio 2026: Rapport (1.2 Initiativet)`; what is done or overdue says so first."""
    said = f"{row.words}: {row.title}" if row.words else row.title
    if row.about:
        said = f"{said} ({row.about})"
    if row.state == State.DONE:
        return _("Done: %(title)s") % {"title": said}
    return _("Overdue: %(title)s") % {"title": said} if row.state == State.OVERDUE else said


def description(row: Dated, today: date) -> str:
    lines = [f"{title_of(row.kind)}: {row.says(today)}"]
    if row.words:
        text = _("The source says “%(words)s”. The day in the calendar is only where that is sorted.")
        lines.append(text % {"words": row.words})
    if row.plan is not None:
        lines.append(_("Plan: %(plan)s") % {"plan": row.plan.name})
    if row.lead[1]:
        lines.append(_("Responsible: %(name)s") % {"name": row.lead[1]})
    return "\n".join(lines)
