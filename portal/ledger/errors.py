"""What the ledger says when it refuses. Each is raised before anything is written, or rolls the whole entry back."""


class LedgerError(Exception):
    """Base of everything the ledger refuses."""


class EntryRefused(LedgerError):
    """entry(), post(), reverse() or define() used where its write could be undone or followed by another."""


class TooManyFacts(LedgerError):
    """More than the 1,000 facts and definitions that one entry may hold; use more entries."""


class Undeclared(LedgerError):
    """A measure, dimension or value which the registry does not declare, or a column the measure does not allow."""


class Conflict(LedgerError):
    """The key already stands with other content, was reversed, or was taken by somebody else this moment."""


class NothingToReverse(LedgerError):
    """No fact stands under this key."""


class AlreadyReversed(LedgerError):
    """A fact is reversed once; the next is posted as the next revision."""


class LearntOnRefused(LedgerError):
    """`learnt_on` is given in a history batch only, is needed there, and never lies in the future."""


class FutureDate(LedgerError):
    """Nothing is known yet as of a day to come."""


class UnknownPlace(LedgerError):
    """The ledger has not come so far, or the place is not a number of it."""


class AgainstKind(LedgerError):
    """A sum which the measure's kind does not allow."""
