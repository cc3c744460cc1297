"""Rows of a long file on their way: as few bytes as can be, and every cell as it came."""

import json
import zlib
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from portal.tabular.reading import unpacked
from portal.tabular.sheet_process import plain

Kind = Literal["new", "there", "asked", "wrong"]


class Looked(NamedTuple):
    """A row and what the look said of it: it is to be imported, is there already, must be asked about, or is wrong.

    `text`: what a person is to do about the last two, as it stands in the file of what is left.
    """

    number: int
    cells: list[Any]
    kind: Kind
    text: str = ""


_encode = json.JSONEncoder(default=plain, separators=(",", ":")).encode


def packed(rows: Iterable[Looked]) -> bytes:
    return zlib.compress(_encode(list(rows)).encode(), 1)


def unpack(content: bytes | memoryview) -> list[Looked]:
    rows = json.loads(zlib.decompress(content))
    return [Looked(number, unpacked(cells), kind, text) for number, cells, kind, text in rows]
