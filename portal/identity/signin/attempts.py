"""How often something may be tried, counted in the database: sign-in stays open, and limited, without the broker.

An attempt is counted before it is looked at, under the lock of its row, so that a hundred at once are a hundred. What
went well is taken back. What is closed opens by itself; the time grows with each closing, up to a limit, so that
nobody can keep another person out for good. A browser in which the person has signed in before is counted apart
(signin.devices), so a stranger's attempts do not concern it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.identity.models import Attempts

Kind = Attempts.Kind

FORGET_CLOSURES = timedelta(days=1)
"""After a day without attempts the next closing is short again."""


@dataclass(frozen=True)
class Limit:
    """`number` attempts within `within`; then closed for `closed`, twice that the next time, at most `longest`."""

    number: int
    within: timedelta
    closed: timedelta
    longest: timedelta


class TooMany(Exception):
    """Closed for now. `until` says when it may be tried again, `seconds` how long that is (at least 1)."""

    def __init__(self, until: datetime, just_closed: bool = False) -> None:
        super().__init__(until)
        self.until, self.just_closed = until, just_closed

    @property
    def seconds(self) -> int:
        return max(1, -int((timezone.now() - self.until).total_seconds() // 1))


def limit_of(kind: str) -> Limit:
    number, within, closed, longest = settings.SIGN_IN_LIMITS[kind]
    return Limit(number, timedelta(minutes=within), timedelta(minutes=closed), timedelta(minutes=longest))


def take(kind: str, key: str) -> None:
    """Count one attempt. Raises TooMany, and counts nothing, while it is closed or when there are too many."""
    limit, now = limit_of(kind), timezone.now()
    with transaction.atomic():
        row = _locked(kind, key, now)
        refused = _take(row, limit, now)
        row.save()
    if refused is not None:
        raise refused


def _take(row: Attempts, limit: Limit, now: datetime) -> TooMany | None:
    if row.closed_until is not None and row.closed_until > now:
        return TooMany(row.closed_until)
    if row.closed_until is not None or row.since <= now - limit.within:
        row.count, row.since, row.closed_until = 0, now, None
    if row.changed_at <= now - FORGET_CLOSURES:
        row.closures = 0
    row.changed_at = now
    if row.count >= limit.number:
        return _close(row, limit, now)
    row.count += 1
    return None


def failed(kind: str, key: str) -> None:
    """The attempt counted by `take` went wrong. Raises TooMany when it was the last one allowed."""
    limit, now = limit_of(kind), timezone.now()
    refused = None
    with transaction.atomic():
        row = _locked(kind, key, now)
        if row.count >= limit.number and row.closed_until is None:
            refused = _close(row, limit, now)
        row.save()
    if refused is not None:
        raise refused


def _close(row: Attempts, limit: Limit, now: datetime) -> TooMany:
    """Close it: the time is twice the last one's."""
    row.closed_until = now + min(limit.closed * 2**row.closures, limit.longest)
    row.closures = min(row.closures + 1, 10)
    return TooMany(row.closed_until, just_closed=True)


def give_back(kind: str, key: str) -> None:
    """The attempt counted by `take` went well and does not count: an office with one address signs in all morning."""
    with transaction.atomic():
        row = _locked(kind, key, timezone.now())
        row.count = max(row.count - 1, 0)
        row.save()


def forget(kind: str, key: str) -> None:
    """It went well: what was tried before does not count either."""
    Attempts.objects.filter(kind=kind, key=key).update(count=0, closures=0, closed_until=None)


def sweep() -> int:
    """Delete what was not tried for two days; returns how many."""
    return Attempts.objects.filter(changed_at__lt=timezone.now() - 2 * FORGET_CLOSURES).delete()[0]


def _locked(kind: str, key: str, now: datetime) -> Attempts:
    """The row, made where it is missing, locked until the transaction ends."""
    while True:
        row = Attempts.objects.select_for_update(no_key=True).filter(kind=kind, key=key).first()
        if row is not None:
            return row
        Attempts.objects.bulk_create([Attempts(kind=kind, key=key, since=now, changed_at=now)], ignore_conflicts=True)
