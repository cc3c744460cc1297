"""Short ways to post test facts."""

from datetime import date
from typing import Any

from portal import ledger

HISTORY = ledger.History("Fictional history", origin="made up by the test")
DAY = date(2026, 3, 14)


def post(source_id: str = "1", **given: Any) -> Any:
    return ledger.post(
        **{"measure": "test_flow", "occurred_on": DAY, "source": "test", "source_id": source_id, **given}
    )


def reverse(source_id: str = "1", **given: Any) -> Any:
    return ledger.reverse(**{"measure": "test_flow", "source": "test", "source_id": source_id, **given})


def posted(source_id: str = "1", **given: Any) -> int:
    """One fact in an entry of its own; its place."""
    with ledger.entry() as entry:
        post(source_id, **given)
    assert entry.place is not None
    return entry.place


def reversed_(source_id: str = "1", **given: Any) -> int:
    with ledger.entry() as entry:
        reverse(source_id, **given)
    assert entry.place is not None
    return entry.place
