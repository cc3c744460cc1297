"""As known when: a day in Copenhagen and a place in the ledger."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from portal.ledger.errors import FutureDate, UnknownPlace

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def today() -> date:
    """The day it is in Copenhagen, whatever the time zone of the request."""
    return timezone.now().astimezone(COPENHAGEN).date()


def head() -> int:
    """The committed head: the newest place a reader may ask for. Inside an entry's own write, that entry's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place FROM ledger_head")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class AsOf:
    """`day` is the end of that day in Copenhagen, None is no limit ("now"); `place` is always a number.

    The same AsOf gives the same answer for ever. With today's date a later place may still give another.
    """

    day: date | None
    place: int

    @classmethod
    def at(cls, day: date | None = None, place: int | None = None) -> "AsOf":
        """One query. Raises FutureDate for a day to come and UnknownPlace beyond the committed head."""
        if day is not None and day > today():
            raise FutureDate(f"{day} has not come yet.")
        newest = head()
        if place is None:
            return cls(day, newest)
        if not 0 <= place <= newest:
            raise UnknownPlace(f"The ledger has {newest} places; {place} is not one of them.")
        return cls(day, place)

    @classmethod
    def now(cls) -> "AsOf":
        return cls.at(None, None)
