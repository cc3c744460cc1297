"""Aarhus' amounts add up to what is computed from the document."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from portal.identity import demo as people
from portal.ledger.audit import differences
from portal.ledger.models import Fact, Installation
from programmes import demo, demo_aarhus, demo_money
from programmes.amounts import counted_once
from programmes.models import Amount, AmountLine, FundingSource, Initiative

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
