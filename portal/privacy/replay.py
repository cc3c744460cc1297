"""After a backup has been restored: what was erased since it was made is erased again, from the file."""

from dataclasses import dataclass
from pathlib import Path

from portal.identity.rights import Refused
from portal.privacy import erasure, erasure_file, registry


@dataclass
class Replayed:
    erased: int = 0
    not_there: int = 0
    """Erased already, or not in this database."""
    unknown: int = 0
    """Of a kind that this portal does not know."""


def replay(path: Path) -> Replayed:
    """Each line once more; a second run changes nothing. Raises OSError and ValueError for an unreadable file."""
    done = Replayed()
    for line in erasure_file.lines(path):
        kind = registry.subjects().get(line["kind"])
        if kind is None:
            done.unknown += 1
            continue
        pk = erasure.find(kind, line["key"])
        if pk is None:
            done.not_there += 1
            continue
        ids = {(row["measure"], row["subject"]): row["id"] for row in line["log"]}
        try:
            # The membership that had ended when it was erased may stand in the older database: the erasure is decided.
            erasure.erase(kind, pk, to_file=False, ids=ids, decided=True)
        except Refused:
            done.not_there += 1
        else:
            done.erased += 1
    return done
