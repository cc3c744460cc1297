"""The plans of the demo area, and a municipality with a pool: made once for a module."""

from copy import deepcopy

import pytest

from portal.identity import demo as people
from portal.ledger.models import Installation
from programmes import demo, demo_aarhus, demo_national, demo_strategies
from tests.once import Once
from tests.programmes.money import Money, build


def load() -> None:
    Installation.objects.create()
    people.load()
    demo.load()
    demo_strategies.load()
    demo_aarhus.load()
    demo_national.load()


@pytest.fixture(scope="module")
def plans_loaded(once: Once) -> None:
    once(load)


@pytest.fixture
def plans(plans_loaded: None, db: None) -> None:
    """The plans of the demo area."""


@pytest.fixture(scope="module")
def money_built(once: Once) -> Money:
    built: Money = once(build)
    return built


@pytest.fixture
def money(money_built: Money, db: None) -> Money:
    """A municipality with a pool, as tests.programmes.money has it."""
    return deepcopy(money_built)
