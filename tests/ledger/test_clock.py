"""The ledger's clock and the days of Copenhagen."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from portal import ledger
from portal.ledger.models import Fact
from tests.ledger.conftest import as_owner, set_clock
from tests.ledger.helpers import posted

pytestmark = pytest.mark.django_db


def test_a_clock_that_jumps_back_never_makes_a_later_place_older(measures: None) -> None:
    """Protection: greatest(head.recorded_at, clock_timestamp()) in ledger_take."""
    ahead = datetime.now(UTC) + timedelta(days=400)
    set_clock(ahead)  # as if the machine's clock had been a year ahead, and was then set right
    first, second = posted("1"), posted("2")
    assert [Fact.objects.get(pk=place).recorded_at >= ahead for place in (first, second)] == [True, True]
    with as_owner() as cursor:
        cursor.execute("SELECT pg_get_functiondef('ledger_take'::regproc)")
        source = cursor.fetchone()[0]
        naive = source.replace("greatest(h.recorded_at, clock_timestamp())", "clock_timestamp()")
        assert naive != source
        cursor.execute(naive)
    assert Fact.objects.get(pk=posted("3")).recorded_at < ahead


@pytest.mark.parametrize(
    ("recorded_at", "learnt_on"),
    [
        # Winter time: midnight in Copenhagen is 23:00 in UTC.
        (datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC), date(2027, 1, 31)),
        (datetime(2027, 1, 31, 23, 0, 0, tzinfo=UTC), date(2027, 2, 1)),
        # Summer time: 22:00.
        (datetime(2027, 6, 30, 21, 59, 59, tzinfo=UTC), date(2027, 6, 30)),
        (datetime(2027, 6, 30, 22, 0, 0, tzinfo=UTC), date(2027, 7, 1)),
        # The day with 23 hours, and the one with 25.
        (datetime(2027, 3, 27, 23, 0, 0, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 3, 28, 22, 0, 0, tzinfo=UTC), date(2027, 3, 29)),
        (datetime(2027, 10, 30, 22, 0, 0, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC), date(2027, 10, 31)),
        (datetime(2027, 10, 31, 23, 0, 0, tzinfo=UTC), date(2027, 11, 1)),
    ],
)
def test_the_day_a_fact_is_learnt_is_copenhagens(measures: None, recorded_at: datetime, learnt_on: date) -> None:
    set_clock(recorded_at)
    place = posted()
    assert Fact.objects.get(pk=place).learnt_on == learnt_on
    known = [ledger.total("test_flow", ledger.AsOf(day, place)) for day in (learnt_on - timedelta(days=1), learnt_on)]
    assert known == [0, 1]


@pytest.mark.parametrize(
    ("moment", "today"),
    [
        ("2027-06-30T21:59:59Z", date(2027, 6, 30)),
        ("2027-06-30T22:00:00Z", date(2027, 7, 1)),
        ("2027-12-31T22:59:59Z", date(2027, 12, 31)),
        ("2027-12-31T23:00:00Z", date(2028, 1, 1)),
        ("2027-10-31T00:30:00Z", date(2027, 10, 31)),
    ],
)
def test_today_is_copenhagens(db: None, moment: str, today: date) -> None:
    with time_machine.travel(moment, tick=False):
        assert ledger.today() == today
        assert ledger.AsOf.at(today).day == today
        with pytest.raises(ledger.FutureDate):
            ledger.AsOf.at(today + timedelta(days=1))


def test_as_of_names_a_place_of_the_ledger(measures: None) -> None:
    place = posted()
    assert ledger.AsOf.at() == ledger.AsOf.now() == ledger.AsOf(None, place)
    assert ledger.AsOf.at(date(2020, 1, 1), 0) == ledger.AsOf(date(2020, 1, 1), 0)
    for wrong in (place + 1, -1):
        with pytest.raises(ledger.UnknownPlace):
            ledger.AsOf.at(None, wrong)
