"""The append-only ledger of facts: `from portal import ledger`.

with ledger.entry():
    ledger.post(measure=..., ...)

What is listed here is the public interface; docs/ledger.md says what it guarantees.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.ledger.asof import AsOf, head, today
    from portal.ledger.errors import (
        AgainstKind,
        AlreadyReversed,
        Conflict,
        EntryRefused,
        FutureDate,
        LearntOnRefused,
        LedgerError,
        NothingToReverse,
        TooManyFacts,
        Undeclared,
        UnknownPlace,
    )
    from portal.ledger.installation import is_demo, mark_demo
    from portal.ledger.opening import openable
    from portal.ledger.posting import Entry, History, ask_ahead, define, entry, post, reverse
    from portal.ledger.reading import (
        Span,
        batches_known,
        distinct_subjects,
        headings_under,
        latest,
        sums,
        total,
        under,
    )
    from portal.ledger.registry import sum_allowed
    from portal.ledger.subjects import subject_for

_HOME = {
    "asof": ("AsOf", "head", "today"),
    "errors": (
        "AgainstKind",
        "AlreadyReversed",
        "Conflict",
        "EntryRefused",
        "FutureDate",
        "LearntOnRefused",
        "LedgerError",
        "NothingToReverse",
        "TooManyFacts",
        "Undeclared",
        "UnknownPlace",
    ),
    "installation": ("is_demo", "mark_demo"),
    "opening": ("openable",),
    "posting": ("Entry", "History", "ask_ahead", "define", "entry", "post", "reverse"),
    "reading": (
        "Span",
        "batches_known",
        "distinct_subjects",
        "headings_under",
        "latest",
        "sums",
        "total",
        "under",
    ),
    "registry": ("sum_allowed",),
    "subjects": ("subject_for",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "AgainstKind",
    "AlreadyReversed",
    "AsOf",
    "Conflict",
    "Entry",
    "EntryRefused",
    "FutureDate",
    "History",
    "LearntOnRefused",
    "LedgerError",
    "NothingToReverse",
    "Span",
    "TooManyFacts",
    "Undeclared",
    "UnknownPlace",
    "ask_ahead",
    "batches_known",
    "define",
    "distinct_subjects",
    "entry",
    "head",
    "headings_under",
    "is_demo",
    "latest",
    "mark_demo",
    "openable",
    "post",
    "reverse",
    "subject_for",
    "sum_allowed",
    "sums",
    "today",
    "total",
    "under",
]


def __getattr__(name: str) -> Any:
    """Imports on first use: this package is loaded before Django's models are ready."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
