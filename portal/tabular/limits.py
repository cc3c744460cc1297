"""How much of a file is read, what its rows are, and the fault that is about the whole of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.ui import formats

MEGABYTE = 1024 * 1024
MOST_COLUMNS = 500
MOST_TITLES = 20
"""Lines at the top that may be something else than the table."""

Row = tuple[int, list[Any]]
"""The row's number in the file, from 1, and its cells: text of a CSV file, numbers and dates too of a spreadsheet."""


@dataclass(frozen=True)
class Limits:
    """How much of a file is read; `unpacked` bytes of a spreadsheet."""

    rows: int
    bytes: int
    unpacked: int

    @property
    def megabytes(self) -> int:
        return self.bytes // MEGABYTE

    def refuse_rows(self) -> "Unreadable":
        return Unreadable(_("The file has more than %(rows)s rows. Divide it.") % {"rows": formats.number(self.rows)})


SHORT = Limits(50_000, 10 * MEGABYTE, 100 * MEGABYTE)
"""What is read while somebody waits for the page."""
LONG = Limits(200_000, 25 * MEGABYTE, 300 * MEGABYTE)
"""What the worker reads (portal.tabular.long)."""
MOST_BYTES = SHORT.bytes


class Unreadable(Exception):
    """The whole file; the message is for people, `detail` what the reader says."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


def too_wide(row: int) -> Unreadable:
    said = {"row": formats.number(row), "columns": MOST_COLUMNS}
    return Unreadable(
        _("Row %(row)s has more than %(columns)s columns. Delete what is too much, and try again.") % said
    )


def blank(cells: Sequence[Any]) -> bool:
    return all(cell in ("", None) for cell in cells)
