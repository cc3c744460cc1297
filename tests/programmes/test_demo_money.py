"""Aarhus' amounts add up to what is computed from the document, and the fictional year to its arithmetic."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from portal import ledger
from portal.identity import demo as people
from portal.ledger.audit import differences
from portal.ledger.models import Fact, Installation
from programmes import demo, demo_aarhus, demo_money
from programmes.amounts import counted_once
from programmes.balance import Balance, balances, summed
from programmes.models import Amount, AmountLine, FundingSource, Initiative, Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> None:
    Installation.objects.create()
    people.load()
    demo.load()
    demo_aarhus.load()
    demo_money.load()


def kroner(lines: Iterable[AmountLine]) -> Decimal:
    return sum((line.quantity for line in lines), Decimal(0))


def test_aarhus_adds_up(loaded: None) -> None:
    recommended = AmountLine.objects.filter(amount__step="recommended")
    pool = recommended.filter(amount__funding_source__name="Erhvervspuljen")
    assert kroner(pool) == 1_500_000  # 4 x 250.000 + 250.000 + 250.000
    assert kroner(pool.filter(year=None)) == 250_000
    package = recommended.filter(amount__funding_source__name="Erhvervspakken")
    assert kroner(package) == 2_800_000  # 4 x 500.000 + 250.000 + 300.000 + 250.000
    assert kroner(package.filter(year=2023)) == 800_000  # 500.000 + 300.000
    assert kroner(package.filter(year=None)) == 500_000
    source = FundingSource.objects.get(name="Erhvervspakken")
    facts = Fact.objects.filter(measure="amount_recommended", subcategory=source.key)
    assert sum(facts.values_list("quantity", flat=True)) == 2_800_000
    assert differences() == []


def test_one_krone_is_never_two(loaded: None) -> None:
    """The frame of the budget agreement, 2.000.000, is what Erhvervspakken is to release: counted once in all.

    40.000.000 + 1.500.000 + 2.800.000 = 44.300.000, and not 46.300.000.
    """
    owner = people.AARHUS
    amounts = list(Amount.objects.filter(funding_source__owner__name=owner).prefetch_related("lines"))
    every = sum(kroner(amount.lines.all()) for amount in amounts)
    once = sum(kroner(amount.lines.all()) for amount in counted_once(amounts))
    assert (every, once) == (46_300_000, 44_300_000)


def test_what_has_no_number_has_no_line(loaded: None) -> None:
    without = Amount.objects.filter(lines=None)
    forms = sorted(without.values_list("initiative__number", "form"))
    assert forms == [
        ("1.3", "none"), ("11", "settled_elsewhere"), ("2", "none"), ("3", "settled_elsewhere"), ("4", "none"),
        ("5", "not_stated"), ("8", "none"), ("9", "none"),
    ]  # fmt: skip
    twelve = Initiative.objects.get(programme__slug=demo_aarhus.AARHUS, number="12")
    assert not twelve.amounts.exists()


def test_the_fictional_year(loaded: None) -> None:
    """Of what the loader says by the day it ran, counted by hand for a whole year."""
    today = demo.loaded_on()
    if today < date(today.year, 10, 20):
        # The fictional year is under way: what is to come is not there yet.
        assert not Fact.objects.filter(occurred_on__gt=today, measure__in=["budget", "spending"]).exists()
        return
    pool = FundingSource.objects.get(name=demo_money.FICTIONAL_POOL)
    programme = Programme.objects.get(slug=demo.CONTINUATION)
    found = balances(ledger.AsOf.now())

    def of(number: str | None, year: int) -> Balance:
        rows = Initiative.objects.filter(programme=programme, number=number)
        heading = pool.heading_id if number is None else rows.get().heading_id
        return summed(balance for key, balance in found.items() if (key.heading, key.year) == (heading, year))

    services = of("5.2.1", today.year)
    # 400.000 adopted, 250.000 released to it; committed 300.000, the bill was 310.000: 10.000 on top.
    assert (services.original, services.transfer, services.corrected) == (400_000, 250_000, 650_000)
    assert (services.committed, services.drawn, services.spent) == (300_000, 300_000, 310_000)
    assert services.left == 340_000
    courses = of("5.2.3", today.year)
    # 300.000 adopted, 60.000 carried over; 200.000 committed, seven bills of 25.000 by October.
    assert (courses.corrected, courses.spent, courses.bound, courses.left) == (360_000, 175_000, 25_000, 160_000)
    themes = of("5.3.2", today.year)
    assert (themes.corrected, themes.spent, themes.overspent) == (150_000, 165_500, 15_500)
    assert of(None, today.year).corrected == 50_000  # 300.000 less 250.000
    last = of("5.2.3", today.year - 1)
    assert (last.corrected, last.spent, last.left) == (240_000, 240_000, 0)  # 300.000 less 60.000; three of 80.000
