"""Reads the first sheet of a spreadsheet in a process of its own: bytes on standard input, lines of JSON on standard
output. The first says how many rows the sheet has, each of the others has up to a thousand of them, the last is "end".

The reader makes room for every cell between the first and the last one: two cells at the far ends of an otherwise empty
sheet ask for 400 GB, and the reader, written in Rust, then ends the process it runs in. That must not be the web's. So
the memory is limited here, and whoever started this sees how it ended (portal.tabular.streams). It imports nothing else
of the portal's.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

MEMORY = 1536 * 1024 * 1024
"""Bytes of address space."""
SECONDS = 30
AT_ONCE = 1000


def plain(cell: Any) -> Any:
    """A cell as JSON can hold it: what it has no type for is [name of the type, text]."""
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    return ["text", str(cell)]


def filled(rows: Iterator[list[Any]], indent: int, first: int) -> Iterator[list[list[Any]]]:
    """The rows that have something in them, by the thousand; of them the first ones only, where `first` is not 0."""
    portion: list[list[Any]] = []
    before, found = [""] * indent, 0  # the reader leaves out the empty columns at the left
    for number, cells in enumerate(rows, start=1):
        if cells.count("") + cells.count(None) == len(cells):
            continue
        portion.append([number, before + cells])
        found += 1
        if len(portion) == AT_ONCE:
            yield portion
            portion = []
        if found == first:
            break
    if portion:
        yield portion


def main() -> None:
    most_rows, most_columns, first = (int(given) for given in sys.argv[1:4])
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
        for portion in filled(sheet.iter_rows(), left, first):
            write(encode(portion))
            write("\n")
            sys.stdout.flush()
    write('"end"\n')


if __name__ == "__main__":
    main()
