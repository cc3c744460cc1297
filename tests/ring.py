"""Which ring is being run, and the tests that go further in the long one.

The short ring is every test but the slow; the long ring is the slow, and again those that go further in it. Together
they are everything, and nothing is run twice alike.
"""

import os
from typing import Any

import pytest

LONG = os.environ.get("VAEKSTBRO_RING") == "long"


def wider(test: Any) -> Any:
    """For a test that asks more cases when LONG. On anything else the mark does nothing, and nobody would see it."""
    assert test.__name__.lower().startswith("test"), f"{test.__name__} is no test, so the long ring does not run it"
    return pytest.mark.wider(test)
