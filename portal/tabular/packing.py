"""Rows of a long file between look and import: as few bytes as can be, and every cell as it came."""

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from portal.tabular.blocks import Block, unpacked

Kind = Literal["new", "there", "asked", "wrong"]
LETTERS: dict[str, Kind] = {"n": "new", "t": "there", "a": "asked", "w": "wrong"}
_LETTER = {kind: letter for letter, kind in LETTERS.items()}


class Looked(NamedTuple):
    """A row and what the look said of it: it is to be imported, is there already, must be asked about, or is wrong.

    `text`: what a person is to do about what must be asked about or is wrong, as it stands in the file of what is left.
    """

    number: int
    cells: list[Any]
    kind: Kind
    text: str = ""


@dataclass(frozen=True)
class LookedBlock:
    """The rows of a block with what the look said of each. `texts`: by the row's place in the block."""

    block: Block
    kinds: Sequence[Kind]
    texts: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Looked]) -> "LookedBlock":
        texts = {place: row.text for place, row in enumerate(rows) if row.text}
        return cls(Block.of([(row.number, row.cells) for row in rows]), [row.kind for row in rows], texts)

    @property
    def waiting(self) -> int:
        """How many are not there already."""
        return len(self.kinds) - self.kinds.count("there")

    def rows(self, kinds: Collection[Kind]) -> Iterator[Looked]:
        for place, kind in enumerate(self.kinds):
            if kind in kinds:
                yield Looked(self.block.numbers[place], self.block.cells(place), kind, self.texts.get(place, ""))

    def only(self, kinds: Collection[Kind]) -> Block:
        """The rows of these kinds."""
        if set(self.kinds) <= set(kinds):
            return self.block
        return Block.of([(row.number, row.cells) for row in self.rows(kinds)])


def packed(looked: LookedBlock) -> bytes:
    kinds = "".join(map(_LETTER.__getitem__, looked.kinds))
    said = json.dumps([kinds, list(looked.texts.items())])
    return zlib.compress(f"{said}\n{looked.block.as_text()}".encode(), 1)


def unpack(content: bytes | memoryview) -> LookedBlock:
    said, _line, block = zlib.decompress(content).decode().partition("\n")
    if not block:
        return _from_before(json.loads(said))
    kinds, texts = json.loads(said)
    return LookedBlock(Block.parsed(block), list(map(LETTERS.__getitem__, kinds)), dict(texts))


def _from_before(rows: list[Any]) -> LookedBlock:
    """What waited when this version came: a list of rows."""
    return LookedBlock.of([Looked(number, unpacked(cells), kind, text) for number, cells, kind, text in rows])
