"""Reads the first sheet of a spreadsheet in a process of its own: bytes on standard input, lines of JSON on standard
output. The first says how many rows the sheet has, each of the others is a block of them (portal.tabular.blocks), the
last is "end".

The reader makes room for every cell between the first and the last one: two cells at the far ends of an otherwise empty
sheet ask for 400 GB, and the reader, written in Rust, then ends the process it runs in. That must not be the web's. So
the memory is limited here, and whoever started this sees how it ended (portal.tabular.streams). It imports nothing else
of the portal's.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice, zip_longest
from typing import Any

MEMORY = 1536 * 1024 * 1024
"""Bytes of address space."""
SECONDS = 30


def plain(cell: Any) -> Any:
    """A cell as JSON can hold it: what it has no type for is [name of the type, text]."""
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    return ["text", str(cell)]


def by_columns(rows: Sequence[Sequence[Any]]) -> list[tuple[list[Any], list[int] | None]]:
    """Of each column its different cells, in the order in which they come, and for each row which of them it has; None
    where the rows have one each. A row that is shorter than others is filled with None.

    1, 1.0 and True are equal for Python and not the same in a spreadsheet.
    """
    columns: list[tuple[list[Any], list[int] | None]] = []
    for cells in zip_longest(*rows):
        types = set(map(type, cells))
        keys = cells if len(types) == 1 else tuple(zip(map(type, cells), cells, strict=False))
        different = dict.fromkeys(keys)
        if len(different) == len(keys):
            columns.append((list(cells), None))
            continue
        places = dict(zip(different, range(len(different)), strict=False))
        first = list(different) if keys is cells else [cell for _type, cell in different]
        columns.append((first, list(map(places.__getitem__, keys))))
    return columns


def filled(rows: Iterator[list[Any]], first: int) -> Iterator[tuple[int, list[Any]]]:
    """The rows that have something in them, with their numbers; of them the first ones only, where `first` is not 0."""
    found = 0
    for number, cells in enumerate(rows, start=1):
        if cells.count("") + cells.count(None) == len(cells):
            continue
        yield number, cells
        found += 1
        if found == first:
            break


def main() -> None:
    most_rows, most_columns, first, at_once = (int(given) for given in sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook

    write = sys.stdout.write
    with CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as book:
        sheet = book.get_sheet_by_index(0)
        left, (bottom, right) = (sheet.start or (0, 0))[1], sheet.end or (-1, -1)
        if bottom >= most_rows or right >= most_columns:
            write('"too large"\n')
            return
        write(f"{bottom + 1}\n")
        encode = json.JSONEncoder(default=plain, separators=(",", ":")).encode
        before = [([""], [0] * at_once)] * left  # the reader leaves out the empty columns at the left
        rows = filled(sheet.iter_rows(), first)
        while portion := list(islice(rows, at_once)):
            numbers, cells = zip(*portion, strict=False)
            indent = [(empty, places[: len(numbers)]) for empty, places in before]
            write(encode([numbers, indent + by_columns(cells)]))
            write("\n")
            sys.stdout.flush()
    write('"end"\n')


if __name__ == "__main__":
    main()
