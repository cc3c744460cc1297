"""After a backup has been restored: what was erased since it was made is erased again, from the file."""

from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db.models.deletion import ProtectedError

from portal.identity.rights import Refused
from portal.privacy import erasure, erasure_file, registry


@dataclass
class Replayed:
    erased: int = 0
    not_there: int = 0
    """Erased already, or not in this database."""
    unknown: int = 0
    """Of a kind that this portal does not know."""
    failed: list[str] = field(default_factory=list)
    """Lines that could not be done, and why; the others were."""


def replay(path: Path) -> Replayed:
    """Each line once more; a second run changes nothing. Raises OSError and ValueError for an unreadable file."""
    done = Replayed()
    for line in erasure_file.lines(path):
        kind = registry.subjects().get(line["kind"])
        if kind is None:
            done.unknown += 1
            continue
        try:
            # Whoever went along may stand for themselves in the older database.
            named = [erasure.find(kind, key) for key in (line["key"], *line.get("also", ()))]
        except (ValidationError, ValueError):
            done.failed.append(f"{line['kind']} {line['key']}: no such key can be")
            continue
        there = [pk for pk in named if pk is not None and not erasure.is_erased(kind, pk)]
        if not there:
            done.not_there += 1
            continue
        ids = {(row["measure"], row["subject"]): row["id"] for row in line["log"]}
        try:
            # The membership that had ended when it was erased may stand in the older database: the erasure is decided.
            erasure.erase(kind, there[0], also=there[1:], to_file=False, ids=ids, decided=True)
        except Refused:
            done.not_there += 1
        except ProtectedError as problem:
            done.failed.append(f"{line['kind']} {line['key']}: {erasure.explain(problem)}")
        else:
            done.erased += 1
    return done
