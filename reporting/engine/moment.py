"""When a page is about: today as far as the workers have counted, or as known on a day at a place in the ledger."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from portal import ledger
from portal.ledger.models import Fact
from reporting.models import BucketStamp


@dataclass(frozen=True)
class Moment:
    """`day` is the day everything is expected by; `as_of` is what the ledger is read with.

    `counted_ahead`: the measures whose buckets stood at exactly this place, so that sums may be read from them.
    """

    day: date
    as_of: ledger.AsOf
    computed_at: datetime
    counted_ahead: frozenset[str] = frozenset()

    @property
    def place(self) -> int:
        return self.as_of.place


def moment_of(as_of: ledger.AsOf | None) -> Moment:
    """The moment of a page: None is now, at the place to which everything has been counted ahead (one query)."""
    if as_of is not None:
        return Moment(as_of.day or ledger.today(), as_of, timezone.now())
    stamps = list(BucketStamp.objects.order_by("measure_id"))
    places = {stamp.computed_to_place for stamp in stamps}
    if len(places) == 1:
        return Moment(
            ledger.today(),
            ledger.AsOf(None, places.pop()),
            min(stamp.computed_at for stamp in stamps),
            frozenset(stamp.measure_id for stamp in stamps),
        )
    # Nothing has been counted ahead yet, or the measures stand at different places: read the facts themselves.
    return Moment(ledger.today(), ledger.AsOf.at(None, None), timezone.now())


def newer_facts(measure: str, place: int) -> bool:
    """Have facts of the measure been registered after `place`? Then "new registrations are not counted yet"."""
    return Fact.objects.filter(measure=measure, place__gt=place).order_by().exists()
