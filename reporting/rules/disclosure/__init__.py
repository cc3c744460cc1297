"""Which numbers of a protected measure may be shown. Pure functions; docs/disclosure.md says what they guarantee."""

from reporting.rules.disclosure.classes import SMALLEST_SHOWN, declared_pairs, is_small, may_cross
from reporting.rules.disclosure.publication import Bounds, Counts, Pattern, Release, protect

__all__ = [
    "SMALLEST_SHOWN",
    "Bounds",
    "Counts",
    "Pattern",
    "Release",
    "declared_pairs",
    "is_small",
    "may_cross",
    "protect",
]
