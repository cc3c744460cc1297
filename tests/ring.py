"""Which ring is being run, and the tests that go further in the long one.

The short ring is every test but the slow; the long ring is the slow, and again those that go further in it. Together
they are everything, and nothing is run twice alike.
"""

import os

import pytest

LONG = os.environ.get("VAEKSTBRO_RING") == "long"
wider = pytest.mark.wider
"""For a test that asks more cases when LONG."""
