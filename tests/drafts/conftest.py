"""The small world of reporting: its targets are what two people change."""

from tests.reporting.conftest import measure, world

__all__ = ["measure", "world"]
