"""Reads the first sheet of a spreadsheet in a process of its own: bytes on standard input, JSON on standard output.

The reader makes room for every cell between the first and the last one: two cells at the far ends of an otherwise empty
sheet ask for 400 GB, and the reader, written in Rust, then ends the process it runs in. That must not be the web's. So
the memory is limited here, and whoever started this sees how it ended (portal.tabular.reading). It imports nothing else
of the portal's.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
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
    if isinstance(cell, time | timedelta):
        return ["text", str(cell)]
    return cell


def main() -> None:
    most_rows, most_columns = (int(given) for given in sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as book:
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > most_rows or sheet.total_width > most_columns:
            json.dump({"too_large": True}, sys.stdout)
            return
        rows = sheet.to_python(skip_empty_area=False)
    filled = [
        [number, [plain(cell) for cell in cells]]
        for number, cells in enumerate(rows, start=1)
        if any(cell not in ("", None) for cell in cells)
    ]
    json.dump({"rows": filled}, sys.stdout)


if __name__ == "__main__":
    main()
