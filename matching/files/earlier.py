"""What came before in a file, in arrays: 24 to 48 bytes a row for each thing that is kept, however long the file is.

A key is known by its hash alone: two different ones of a file of 200,000 rows have the same once in a thousand million
files.
"""

from array import array
from collections.abc import Hashable, Iterator
from typing import NamedTuple

DAYS = 5
"""Bits: rows lie together by 32 days, so that those of a month are in three places at most."""
FEWEST = 1 << 12
MET = (1 << 20) - 1


class Places:
    """Places 0, 1, 2 … by a hash, each by as many as were added.

    A table with open addressing (Knuth, The Art of Computer Programming, volume 3, section 6.4): a slot holds a place,
    counted from 1, in the first free slot from where its hash points.
    """

    def __init__(self) -> None:
        self._slots, self._hashes = array("i", bytes(4 * FEWEST)), array("q")

    def add(self, hashed: int) -> None:
        if 2 * len(self._hashes) >= len(self._slots):
            self._slots = array("i", bytes(16 * len(self._slots)))
            for place, each in enumerate(self._hashes, start=1):
                self._put(each, place)
        self._hashes.append(hashed)
        self._put(hashed, len(self._hashes))

    def of(self, hashed: int) -> Iterator[int]:
        slots, hashes, mask = self._slots, self._hashes, len(self._slots) - 1
        slot = hashed & mask
        while place := slots[slot]:
            if hashes[place - 1] == hashed:
                yield place - 1
            slot = (slot + 1) & mask

    def _put(self, hashed: int, place: int) -> None:
        slots, mask = self._slots, len(self._slots) - 1
        slot = hashed & mask
        while slots[slot]:
            slot = (slot + 1) & mask
        slots[slot] = place


class Earlier(NamedTuple):
    row: int
    day: int


class EarlierRows:
    """Rows with their day, by a key."""

    def __init__(self) -> None:
        self._places, self._rows, self._days = Places(), array("i"), array("i")
        self._met = bytearray(MET + 1)
        """Most keys come once: whether one like it has come is seen here at once."""

    def add(self, key: Hashable, row: int, day: int = 0) -> None:
        self._places.add(hash((key, day >> DAYS)))
        self._rows.append(row)
        self._days.append(day)
        self._met[hash(key) & MET] = 1

    def near(self, key: Hashable, day: int = 0, within: int = 0) -> list[Earlier]:
        """Those of the key at most so many days from the day."""
        if not self._met[hash(key) & MET]:
            return []
        rows, days, of = self._rows, self._days, self._places.of
        turns = range((day - within) >> DAYS, ((day + within) >> DAYS) + 1)
        found = (place for turn in turns for place in of(hash((key, turn))))
        return [Earlier(rows[place], days[place]) for place in found if abs(days[place] - day) <= within]


class Counts:
    """How often each key came."""

    def __init__(self) -> None:
        self._places, self._counts = Places(), array("i")

    def add(self, key: Hashable) -> None:
        hashed = hash(key)
        for place in self._places.of(hashed):
            self._counts[place] += 1
            return
        self._places.add(hashed)
        self._counts.append(1)

    def __getitem__(self, key: Hashable) -> int:
        return next((self._counts[place] for place in self._places.of(hash(key))), 0)
