"""Whether this database holds fictional data. The mark is set while the ledger is empty and never again removed."""

from portal.ledger.errors import LedgerError
from portal.ledger.models import Fact, Installation


def is_demo() -> bool:
    return Installation.objects.exists()


def mark_demo() -> None:
    """Marks an empty database as demo; does nothing when it is marked. LedgerError when it holds real facts."""
    if is_demo():
        return
    if Fact.objects.exists():
        raise LedgerError("This database holds facts without the demo mark: demo data lives in a database of its own.")
    Installation.objects.create()
