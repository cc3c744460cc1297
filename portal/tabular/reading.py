"""The rows of a CSV or Excel file, whatever its encoding and separator, with everything that could hurt us refused.

CSV: semicolon, comma or tab; UTF-8 with or without BOM, UTF-16 with one, or Windows' cp1252. Of a spreadsheet the first
sheet, read by a process of its own, which may fail as it likes (portal/tabular/sheet_process.py). What the file is, its
content says, not its name. A form has looked into it before (portal.ui.upload).

All at once, or as they come, a block at a time: then the memory stays flat, however long the file is.
"""

import csv
import fcntl
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from portal.tabular.blocks import Block
from portal.tabular.limits import MOST_BYTES, MOST_COLUMNS, MOST_TITLES, SHORT, Limits, Row, Unreadable, blank, too_wide
from portal.tabular.texts import decode, encoding_of, not_csv, pieces, rows_of, separator_of

__all__ = [
    "MOST_BYTES",
    "MOST_TITLES",
    "Row",
    "Stream",
    "Unreadable",
    "blank",
    "decode",
    "read_rows",
    "rows_of",
    "stream",
]

AT_ONCE = 1000
"""Rows of a block, where nobody says otherwise."""
PIPE = 1024 * 1024
"""Bytes that the reader may be ahead: it goes on while the rows before are looked at."""
SECONDS = 60
"""How long a spreadsheet may take to its first rows, waiting included; then its reader's own limit holds."""
PROCESS = Path(__file__).with_name("sheet_process.py")
KEPT_NAMES = ("PATH", "LD_LIBRARY_PATH", "LANG", "TMPDIR")
BEGINNING = 64 * 1024


@dataclass(frozen=True)
class Stream:
    """`blocks` can be gone through once. `height`: about how many rows there are, blank ones and titles included."""

    height: int
    blocks: Iterator[Block]


@contextmanager
def stream(content: IO[bytes], limits: Limits = SHORT, first: int = 0, at_once: int = AT_ONCE) -> Iterator[Stream]:
    """Every row that has something in it, at most `at_once` to a block; the `first` ones only, where that is not 0.
    `content` is a file that can be read anywhere. Raises Unreadable, also on the way."""
    content.seek(0)
    open_it = _spreadsheet if content.read(4) == b"PK\x03\x04" else _csv
    with open_it(content, limits, first, at_once) as opened:
        yield opened


def read_rows(content: bytes, limits: Limits = SHORT) -> list[Row]:
    """All of them at once. Raises Unreadable."""
    if len(content) > limits.bytes:
        raise Unreadable(_("The file is larger than %(size)s MB. Divide it.") % {"size": limits.megabytes})
    with stream(io.BytesIO(content), limits) as opened:
        rows = [row for block in opened.blocks for row in block.rows()]
    if not rows:
        raise Unreadable(_("The file is empty."))
    return rows


@contextmanager
def _csv(content: IO[bytes], limits: Limits, first: int, at_once: int) -> Iterator[Stream]:
    encoding = encoding_of(content)
    content.seek(0)
    beginning = content.read(BEGINNING)
    text = beginning.decode(encoding, errors="replace")
    if "\x00" in text or beginning[:5] == b"%PDF-":
        raise Unreadable(_("This is neither CSV nor an Excel file (.xlsx)."))
    separator, told = separator_of(text)
    height = sum(piece.count(b"\n") for piece in pieces(content)) + 1
    content.seek(0)
    lines = io.TextIOWrapper(content, encoding=encoding, errors="replace", newline="")
    try:
        rows = _csv_rows(lines, separator, told)
        yield Stream(height, _blocks(islice(rows, first) if first else rows, limits, at_once))
    finally:
        lines.detach()  # whoever opened the file closes it


def _csv_rows(text: io.TextIOWrapper, separator: str, told: bool) -> Iterator[Row]:
    if told:
        text.readline()
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=separator, strict=True), start=1 + told):
            if not blank(cells):
                yield number, cells
    except csv.Error as error:
        raise not_csv(error) from None


def _blocks(rows: Iterator[Row], limits: Limits, at_once: int) -> Iterator[Block]:
    found = 0
    while portion := list(islice(rows, at_once)):
        found += len(portion)
        if found - 1 > limits.rows:
            raise limits.refuse_rows()
        if any("\x00" in cell for _number, cells in portion for cell in cells):
            raise Unreadable(_("This is neither CSV nor an Excel file (.xlsx)."))
        for number, cells in portion:
            if len(cells) > MOST_COLUMNS:  # each row is as wide as the widest of its block
                if not blank(cells[MOST_COLUMNS:]):
                    raise too_wide(number)
                del cells[MOST_COLUMNS:]
        yield Block.of(portion)


@contextmanager
def _spreadsheet(content: IO[bytes], limits: Limits, first: int, at_once: int) -> Iterator[Stream]:
    unreadable = _("The Excel file cannot be read. Save it again as .xlsx, without a password, or as CSV.")
    try:
        with zipfile.ZipFile(content) as packed:
            if sum(each.file_size for each in packed.infolist()) > limits.unpacked:
                raise Unreadable(_("The Excel file is too large when it is unpacked. Divide it, or save it as CSV."))
        process = subprocess.Popen(  # noqa: S603  # our own file, and numbers
            [sys.executable, "-I", str(PROCESS), str(limits.rows + 1000), str(MOST_COLUMNS), str(first), str(at_once)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT_NAMES if name in os.environ},  # no secrets for a file's reader
        )
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable(unreadable) from error
    if process.stdin is None or process.stdout is None:
        raise Unreadable(unreadable)
    with suppress(OSError):  # a kernel that gives less gives less
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, PIPE)
    late = threading.Timer(SECONDS, process.kill)
    late.start()
    try:
        try:
            for piece in pieces(content):
                process.stdin.write(piece)
            process.stdin.close()
            height = json.loads(process.stdout.readline())
        except (OSError, ValueError) as error:
            raise Unreadable(unreadable) from error
        finally:
            late.cancel()
        if not isinstance(height, int):
            raise limits.refuse_rows()
        yield Stream(height, _lines(process.stdout, limits, unreadable))
    finally:
        late.cancel()
        process.kill()
        with suppress(OSError):  # what it would not read any more
            process.stdin.close()
        process.stdout.close()
        process.wait()


def _lines(said: IO[bytes], limits: Limits, unreadable: str) -> Iterator[Block]:
    """A process that was ended on the way has not said "end"."""
    found = 0
    try:
        for line in said:
            text = line.decode()
            if text == '"end"\n':
                return
            block = Block.parsed(text)
            found += len(block)
            if found - 1 > limits.rows:
                raise limits.refuse_rows()
            yield block
    except ValueError as error:
        raise Unreadable(unreadable) from error
    raise Unreadable(unreadable)
