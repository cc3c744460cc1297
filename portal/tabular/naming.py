"""Which of the files that wait to be imported name somebody: they go with them."""

from collections.abc import Iterable

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


def naming(files: QuerySet[UploadedTable], words: Iterable[str]) -> QuerySet[UploadedTable]:
    """Those that wait and have one of the words in a cell, in whatever letters and with whatever spaces; long ones
    too."""
    wanted = [word for word in map(_bare, words) if len(word) >= SHORTEST_WORD]
    if not wanted:
        return files.none()
    waiting = files.filter(imported_at=None).select_related("aside").order_by("pk")
    return files.filter(pk__in=[file.pk for file in waiting.iterator(chunk_size=1) if _names(file, wanted)])


def _bare(text: str) -> str:
    return fold("".join(text.split()))


def _names(file: UploadedTable, wanted: list[str]) -> bool:
    try:
        with stream(content_of(file), LONG) as opened:
            cells = (_bare(text_of(cell)) for rows in opened.portions for _number, row in rows for cell in row)
            return any(word in cell for cell in cells for word in wanted)
    except Unreadable:
        return False
