"""The plans of the demo area, loaded once for a test."""

import pytest

from portal.identity import demo as people
from portal.ledger.models import Installation
from programmes import demo, demo_aarhus, demo_national, demo_strategies


@pytest.fixture
def plans(db: None) -> None:
    Installation.objects.create()
    people.load()
    demo.load()
    demo_strategies.load()
    demo_aarhus.load()
    demo_national.load()
