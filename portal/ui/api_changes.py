"""`updated_since`: what is new or changed since an earlier reading, so that a copy elsewhere can follow without a gap.

A clock alone would miss rows: what is written at 10:00:01 and committed at 10:00:05 is not there for who reads up to
10:00:03, nor for who then asks for what came after 10:00:03. So a reading ends at a *horizon* that nothing uncommitted
lies before, and gives it (`updated_until`) to be asked from next time.

The horizon is the earlier of the database's clock and the beginning of the oldest transaction that writes. It is right
because the trigger behind `updated_at` (portal.ledger.migrations_support.Touched) first takes the transaction's number,
which makes it visible as writing, and then reads the clock: whoever is not seen writing here reads the clock later.
Seen are the writers of the runtime role and of the owner. Who writes by hand as a third role does so in short
transactions.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from portal.ui.problems import invalid

SINCE, UNTIL = "updated_since", "updated_until"


@dataclass(frozen=True)
class Window:
    """From a moment (itself included) up to a moment (itself not)."""

    since: datetime
    until: datetime

    def holds(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.until})


def horizon() -> datetime:
    """The moment before which every change is committed. One query; ask it before the rows are read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_horizon()")
        found: datetime = cursor.fetchone()[0]
    return found


def window_in(given: QueryDict) -> Window | None:
    """What the caller asks for; None without `updated_since`. Raises Problem (400)."""
    since, until = since_in(given), given.get(UNTIL)
    if since is None:
        if until is not None:
            raise invalid({UNTIL: _("This comes with the links of a walk. Give updated_since instead.")})
        return None
    return Window(since, max(since, horizon()) if until is None else moment_in(until, UNTIL))


def since_in(given: QueryDict) -> datetime | None:
    """`updated_since`; None when it was not given. Raises Problem (400) for what is no moment, or has not come yet."""
    text = given.get(SINCE)
    if text is None:
        return None
    since = moment_in(text, SINCE)
    if since > timezone.now():
        raise invalid({SINCE: _("This has not come yet. Write updated_until of your last reading, or an earlier day.")})
    return since


DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def moment_in(text: str, name: str) -> datetime:
    """A day (from its beginning in Copenhagen) or a moment with its offset. Raises Problem (400) at the name."""
    try:
        if DAY.fullmatch(text):
            moment = timezone.make_aware(datetime.combine(date.fromisoformat(text), time()))
        else:
            read = parse_datetime(text) if DAY.match(text) else None
            if read is None or timezone.is_naive(read):
                raise ValueError("no moment, or one of no known place")
            moment = read
        return moment.astimezone(UTC)  # OverflowError at the ends of the calendar
    except (ValueError, OverflowError):
        said = _("Write a date, or a moment with its offset such as 2026-11-27T08:00:00Z. A + in an address is %2B.")
        raise invalid({name: said}) from None


def moment_text(moment: datetime) -> str:
    """In UTC to the microsecond, as it can be asked for again: 2026-11-27T08:00:00.123456Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def parameters() -> list[dict[str, Any]]:
    """The two parameters, for the description."""
    return [
        {
            "name": SINCE,
            "in": "query",
            "required": False,
            "description": (
                "Only rows new or changed since: a date, or a moment with its offset. In the order in which they "
                "changed. Ask next time with the answer's `updated_until`."
            ),
            "schema": {"type": "string"},
        },
        {
            "name": UNTIL,
            "in": "query",
            "required": False,
            "description": "Where a walk through changes ends. It comes with the links; never write one yourself.",
            "schema": {"type": "string", "format": "date-time"},
        },
    ]
