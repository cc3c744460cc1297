"""The file of erasures, outside the database: what a restored backup does not know, it says.

One line of JSON for each erasure, with random keys and numbers alone: which kind, the row's key and those of the rows
that went along, and of the ledger the measures, the subject and the places whose record went. It is on the disk before
anybody is told that it is done.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal.identity.rights import Refused

VERSION = 1


class CannotWrite(Refused):
    """The file is not there or not to be written: nothing is erased, or a backup would bring it back."""


def _refuse(reason: str) -> CannotWrite:
    text = _(
        "Nothing was erased: the file of erasures outside the database cannot be written (%(reason)s). Without it a "
        "restored backup would bring back what is erased. Tell those who run the portal: the setting ERASURE_FILE."
    )
    return CannotWrite(text % {"reason": reason})


def append(line: dict[str, Any]) -> None:
    """On the disk when this returns. Raises CannotWrite."""
    path = str(settings.ERASURE_FILE)
    if not path:
        raise _refuse(_("no file is named"))
    text = (json.dumps({"v": VERSION, **line}, sort_keys=True) + "\n").encode()
    try:
        new = not os.path.exists(path)
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _ends_a_line(file):  # a writer was cut off: its half line must not spoil ours
                text = b"\n" + text
            if os.write(file, text) != len(text):
                raise OSError("the disk is full")
            os.fsync(file)
        finally:
            os.close(file)
        if new:
            _sync_folder(path)
    except OSError as error:
        raise _refuse(error.strerror or str(error)) from error


def _ends_a_line(file: int) -> bool:
    size = os.fstat(file).st_size
    return size == 0 or os.pread(file, 1, size - 1) == b"\n"


def _sync_folder(path: str) -> None:
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """What the file says; a line that was cut off is passed over. Raises ValueError for a line of another version."""
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, start=1):
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if not isinstance(line, dict) or line.get("v") != VERSION:
                raise ValueError(f"line {number} is of a version that this portal does not know")
            yield line
