"""The rows of a CSV or Excel file, whatever its encoding and separator, with everything that could hurt us refused.

CSV: semicolon, comma or tab; UTF-8 with or without BOM, UTF-16 with one, or Windows' cp1252. Of a spreadsheet the first
sheet. What the file is, its content says, not its name. A form has looked into it before (portal.ui.upload).
"""

import codecs
import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 500
MOST_TITLES = 20
"""Lines at the top that may be something else than the table."""
SECONDS = 60
"""How long a spreadsheet may take, waiting included."""
PROCESS = Path(__file__).with_name("sheet_process.py")
KEPT_NAMES = ("PATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")
SEPARATOR = re.compile(r"sep=([;,\t])", re.IGNORECASE)

Row = tuple[int, list[Any]]
"""The row's number in the file, from 1, and its cells: text of a CSV file, numbers and dates too of a spreadsheet."""


class Unreadable(Exception):
    """The whole file; the message is for people, `detail` what the reader says."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


def read_rows(content: bytes) -> list[Row]:
    """Every row that has something in it. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 10 MB. Divide it."))
    rows = _spreadsheet(content) if content[:4] == b"PK\x03\x04" else _csv(content)
    if not rows:
        raise Unreadable(_("The file is empty."))
    if len(rows) - 1 > MOST_ROWS:
        raise Unreadable(_("The file has more than 50,000 rows. Divide it."))
    return rows


def blank(cells: Sequence[Any]) -> bool:
    return all(cell in ("", None) for cell in cells)


def decode(content: bytes) -> str:
    """Text in UTF-8 (with or without a BOM) or in UTF-16 with one, else in cp1252."""
    try:
        if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return content.decode("utf-16")  # what Excel calls Unicode text
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def rows_of(text: str) -> list[list[str]]:
    """The rows of a CSV text, a line each, in the separator that its first lines agree on. Raises Unreadable."""
    first, _newline, rest = text.partition("\n")
    if found := SEPARATOR.fullmatch(first.strip(" \r")):
        separator, text = found[1], "\n" + rest  # how Excel is told
    else:
        lines = [line for line in text.splitlines()[:MOST_TITLES] if line.strip()]
        separator = max(";\t,", key=lambda each: _agreed([line.count(each) for line in lines]))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise Unreadable(_("The file is not CSV that can be read."), str(error)) from None


def _agreed(counts: Sequence[int]) -> tuple[int, int]:
    """How many lines have a sign equally often, and how often: a title above, or a comma in a number, varies."""
    return max(((counts.count(each), each) for each in set(counts) - {0}), default=(0, 0))


def _csv(content: bytes) -> list[Row]:
    text = decode(content)
    if "\x00" in text or content[:5] == b"%PDF-":
        raise Unreadable(_("This is neither CSV nor an Excel file (.xlsx)."))
    return [(number, list(row)) for number, row in enumerate(rows_of(text), start=1) if not blank(row)]


def _spreadsheet(content: bytes) -> list[Row]:
    """The first sheet, read in a process of its own, which may fail as it likes (portal/tabular/sheet_process.py)."""
    unreadable = _("The Excel file cannot be read. Save it again as .xlsx, without a password, or as CSV.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("The Excel file is too large when it is unpacked. Divide it, or save it as CSV."))
        done = subprocess.run(  # noqa: S603  # our own file, and numbers
            [sys.executable, "-I", str(PROCESS), str(MOST_ROWS + 1000), str(MOST_COLUMNS)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            env={name: os.environ[name] for name in KEPT_NAMES if name in os.environ},  # no secrets for a file's reader
            check=True,
        )
    except (zipfile.BadZipFile, OSError, ValueError, subprocess.SubprocessError) as error:
        raise Unreadable(unreadable) from error
    said = json.loads(done.stdout)
    if "too_large" in said:
        raise Unreadable(_("The file has more than 50,000 rows. Divide it."))
    return [(number, [_cell(cell) for cell in cells]) for number, cells in said["rows"]]


def _cell(cell: Any) -> Any:
    if not isinstance(cell, list):
        return cell
    kind, text = cell
    return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text) if kind == "date" else text
