"""Which of the files that wait to be imported name somebody: they go with them."""

import re
from collections.abc import Iterable
from io import BytesIO
from itertools import chain

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.geography.danish import fold
from portal.tabular.cells import text_of
from portal.tabular.limits import LONG, Unreadable
from portal.tabular.models import UploadedTable
from portal.tabular.reading import stream
from portal.tabular.uploads import content_of

FILES_KEPT = _(
    "Imported, its content goes at once; a file that nobody imports goes after two days, one that was left half-way "
    "after thirty."
)
SHORTEST_WORD = 4
"""A shorter one stands in too many files that are about somebody else."""
_SIGNS = re.compile(r"[\W_]+")
_OTHERS = re.compile(r"\D+")


def naming(files: QuerySet[UploadedTable], words: Iterable[str]) -> QuerySet[UploadedTable]:
    """Those that wait and name one of them in a cell, long ones too: by whole words, in whatever letters and with
    whatever signs between them, or by a number, however it is divided."""
    wanted = [word for word in words if len(word) >= SHORTEST_WORD]
    numbers = [word for word in wanted if word.isdigit()]
    names = [plain for word in wanted if not word.isdigit() and (plain := _words(word)).strip()]
    if not numbers and not names:
        return files.none()
    waiting = files.filter(imported_at=None).select_related("aside").order_by("pk")
    named = [file.pk for file in waiting.iterator(chunk_size=1) if _names(file, names, numbers)]
    return files.filter(pk__in=named)


def _words(text: str) -> str:
    return f" {_SIGNS.sub(' ', fold(text)).strip()} "


def _names(file: UploadedTable, names: list[str], numbers: list[str]) -> bool:
    try:
        with stream(BytesIO(content_of(file)), LONG) as opened:
            for block in opened.blocks:
                for cell in map(text_of, chain.from_iterable(column.cells for column in block.columns)):
                    words, digits = _words(cell), _OTHERS.sub("", cell)
                    if any(name in words for name in names) or any(number in digits for number in numbers):
                        return True
    except Unreadable:
        return False
    return False
