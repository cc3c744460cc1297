"""The one way by which numbers of a protected measure reach readers who may not open its records.

`published()` is what they see, `publish()` is how it comes to be. See docs/disclosure.md.
"""

from reporting.engine.protected.access import closed_measures, is_protected, opens_every_record
from reporting.engine.protected.counting import Subject, shown_pairs
from reporting.engine.protected.payload import Cell, Dimensions
from reporting.engine.protected.publishing import NothingToPublish, publish, publish_all
from reporting.engine.protected.reading import NotPublished, Published, published

__all__ = [
    "Cell",
    "Dimensions",
    "NotPublished",
    "NothingToPublish",
    "Published",
    "Subject",
    "closed_measures",
    "is_protected",
    "opens_every_record",
    "publish",
    "publish_all",
    "published",
    "shown_pairs",
]
