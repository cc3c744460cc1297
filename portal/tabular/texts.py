"""Bytes of a CSV file as text and rows, whatever their encoding and separator."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO

from django.utils.translation import gettext as _

from portal.tabular.limits import MEGABYTE, MOST_TITLES, Unreadable

SEPARATOR = re.compile(r"sep=([;,\t])", re.IGNORECASE)


def encoding_of(content: IO[bytes]) -> str:
    """UTF-8 (with or without a BOM), UTF-16 with one, else cp1252."""
    encoding = "utf-8-sig"
    content.seek(0)
    if content.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        encoding = "utf-16"  # what Excel calls Unicode text
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in pieces(content):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return encoding


def pieces(content: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, a megabyte at a time."""
    content.seek(0)
    while piece := content.read(MEGABYTE):
        yield piece


def decode(content: bytes) -> str:
    return content.decode(encoding_of(io.BytesIO(content)), errors="replace")


def rows_of(text: str) -> list[list[str]]:
    """The rows of a CSV text, a line each, in the separator that its first lines agree on. Raises Unreadable."""
    separator, told = separator_of(text)
    if told:
        text = "\n" + text.partition("\n")[2]  # how Excel is told
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise not_csv(error) from None


def separator_of(text: str) -> tuple[str, bool]:
    """The separator of a CSV text, by its beginning, and whether the first line says nothing but that."""
    if found := SEPARATOR.fullmatch(text.partition("\n")[0].strip(" \r")):
        return found[1], True
    beginning = islice(io.StringIO(text[: 1024 * 1024]), MOST_TITLES)
    lines = [line for line in beginning if line.strip()]
    return max(";\t,", key=lambda each: _agreed([line.count(each) for line in lines])), False


def not_csv(error: csv.Error) -> Unreadable:
    return Unreadable(_("The file is not CSV that can be read."), str(error))


def _agreed(counts: Sequence[int]) -> tuple[int, int]:
    """How many lines have a sign equally often, and how often: a title above, or a comma in a number, varies."""
    return max(((counts.count(each), each) for each in set(counts) - {0}), default=(0, 0))
