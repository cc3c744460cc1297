"""Long files: looked through and imported by the worker, in portions, for whoever asked. The table is the work list.

    long.register(LongImport("matches", _("Matches from files"), FIELDS, look=…, write=…))     # an app, in ready()
    long.ask_look(file, actor, table)         # the columns are chosen: the worker looks at every row
    long.ask_import(file, actor)              # it has been shown: the worker imports what is right

A look goes through the whole file at once, and is begun anew when it was interrupted. An import takes a portion at a
time, each with the note that it is done in one transaction: killed anywhere, it goes on where it was.
"""

import gc
import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import jobs, ledger
from portal.audit import context
from portal.identity.actor import Actor, actor_for
from portal.identity.rights import Refused
from portal.jobs.registry import TimeLeft, WaitingLine
from portal.ledger.posting import MOST_FACTS
from portal.tabular import uploads
from portal.tabular.blocks import Block
from portal.tabular.limits import MOST_TITLES, Unreadable
from portal.tabular.mapping import Field, FileColumn, TableFile, open_long
from portal.tabular.models import UploadedContent, UploadedPortion, UploadedTable
from portal.tabular.packing import Kind, Looked, LookedBlock, packed, unpack

logger = logging.getLogger(__name__)

Phase = UploadedTable.Phase
MOST_ATTEMPTS = 3
MOST_LINES = 50
LOOKED_AT_ONCE = 8000
"""Rows that are looked at together: what the database is asked about them, it is asked once."""
PAUSE = timedelta(seconds=5)
"""Before what failed is tried again."""


class Stopped(Exception):
    """It cannot go on as it is; the message is for the person, who may do something about it."""


class _Gone(Exception):
    """Somebody has asked for something else meanwhile."""


class Looking(Protocol):
    """The look through one file, from its first row to its last."""

    def look(self, blocks: Sequence[Block]) -> Iterable[LookedBlock]:
        """What is said of the rows; the last blocks may be held back until more have come."""

    def end(self) -> dict[str, Any]:
        """What is to be said of the whole, as JSON can hold it. Blocks that are held back still are no rows of it."""


@dataclass(frozen=True)
class Wrote:
    """`number` rows were imported, `left` were not. `ids`: what was written, as JSON can hold it."""

    number: int
    left: Sequence[Looked] = ()
    ids: list[Any] = field(default_factory=list)


class Writing(Protocol):
    def write(self, rows: LookedBlock, before: Sequence[Any]) -> Wrote:
        """Import a portion, in the entry that is open. `before`: the ids of what the file has written already."""


@dataclass(frozen=True)
class LongImport:
    """What an app does with long files of a purpose. `look` and `write` ask the person's rights, and raise Refused,
    Stopped or ValidationError with words for the person."""

    purpose: str
    title: str | Promise
    fields: Sequence[Field]
    look: Callable[[Actor, UploadedTable, TableFile], Looking]
    write: Callable[[Actor, UploadedTable, TableFile], Writing]


_imports: dict[str, LongImport] = {}


def register(kind: LongImport) -> None:
    _imports[kind.purpose] = kind


def first_rows() -> int:
    """How many rows are read to see whether a file is long: a longer one is cut there."""
    return int(settings.LONG_FILE_ROWS) + MOST_TITLES


def head_of(file: UploadedTable) -> TableFile:
    """The file's columns as they were found, without its rows."""
    head = file.found["head"]
    columns = tuple(FileColumn(place, title, key, untitled=untitled) for place, title, key, untitled in head["columns"])
    return TableFile(columns, (), head["width"])


def _head(table: TableFile) -> dict[str, Any]:
    columns = [[each.place, each.title, each.key, each.untitled] for each in table.columns]
    return {"columns": columns, "width": table.width}


def ask_look(file: UploadedTable, actor: Actor, table: TableFile) -> None:
    """Let the worker look through the file; what an earlier look found is dropped. Whether the person may is the
    caller's question. Raises ValidationError when its import has begun."""
    uploads.put_aside(file)
    open_still = UploadedTable.objects.filter(pk=file.pk, rows_imported=0, imported_at=None).exclude(phase=Phase.IMPORT)
    _ask(open_still, actor, phase=Phase.LOOK, rows_total=table.height, found={"head": _head(table)})


def ask_import(file: UploadedTable, actor: Actor, **state: Any) -> None:
    """Let the worker import what is right. `state`: what was chosen last. Raises ValidationError when it was asked for
    already."""
    rows = sum(file.portions.values_list("rows", flat=True))
    _ask(
        UploadedTable.objects.filter(pk=file.pk, phase=Phase.LOOKED),
        actor, phase=Phase.IMPORT, rows_total=rows, state={**file.state, **state},
    )  # fmt: skip


def go_on(file: UploadedTable, actor: Actor) -> None:
    """Try again what stopped, now for this person."""
    _ask(UploadedTable.objects.filter(pk=file.pk, stopped_at__isnull=False), actor, rows_done=F("rows_done"))


def _ask(files: QuerySet[UploadedTable], actor: Actor, **changes: Any) -> None:
    asked = {
        "turn": F("turn") + 1, "asked_by": actor.user, "asked_as": actor.key, "worked_at": None, "stopped_at": None,
        "attempts": 0, "message": "", "error": "", "rows_done": 0,
    }  # fmt: skip
    with transaction.atomic():
        if not files.update(**{**asked, **changes}):
            raise ValidationError([_("The file is being imported already.")])
        transaction.on_commit(jobs.wake_waiting)


# What the worker does.


def ready() -> list[int]:
    """The files that can be worked on now, the one that waited longest first."""
    ready = Q(attempts=0) | Q(worked_at__lt=timezone.now() - PAUSE)
    return list(
        _waiting().filter(ready).order_by(F("worked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)
    )


def _waiting() -> QuerySet[UploadedTable]:
    return UploadedTable.objects.filter(phase__in=UploadedTable.WORKED_ON, stopped_at=None)


def work(pk: int, time_left: TimeLeft) -> None:
    """Go on with a file. What fails is tried again, and after the third time it stops, with the reason."""
    file = _waiting().select_related("asked_by", "organisation").defer("content").filter(pk=pk).first()
    if file is None or file.asked_by is None:
        return
    with _as(file), translation.override(file.asked_by.language):
        # Said before it is begun: a file that takes its worker with it every time is not tried for ever.
        UploadedTable.objects.filter(pk=pk).update(attempts=F("attempts") + 1, worked_at=timezone.now())
        if file.attempts >= MOST_ATTEMPTS:
            _stop(file, _failed(), file.error or "The worker ended before the file did.")
            return
        try:
            actor = _actor(file)
            if file.phase == Phase.LOOK:
                _look(file, actor)
            else:
                _import(file, actor, time_left)
        except _Gone:
            return
        except ValidationError as problem:
            _stop(file, " ".join(problem.messages))
        except (Refused, Stopped, Unreadable) as problem:
            _stop(file, str(problem))
        except Exception as error:
            logger.exception("A file of %s failed.", file.purpose)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            where = "".join(traceback.format_tb(error.__traceback__)[-3:])
            reason = f"{type(error).__name__}\n\n{where}"[:8000]  # its text may quote the file
            attempts = UploadedTable.objects.values_list("attempts", flat=True).get(pk=pk)
            if attempts >= MOST_ATTEMPTS:
                _stop(file, _failed(), reason)
            else:
                UploadedTable.objects.filter(pk=pk, turn=file.turn).update(error=reason)


def _failed() -> str:
    return _("Something failed, and whoever runs the portal can see what. Nothing was imported twice. Try to go on.")


def _stop(file: UploadedTable, message: str, error: str = "") -> None:
    _mine(file).update(stopped_at=timezone.now(), message=message, error=error)


def _mine(file: UploadedTable) -> QuerySet[UploadedTable]:
    """The row, as long as nobody has asked for something else."""
    return UploadedTable.objects.filter(pk=file.pk, turn=file.turn, phase=file.phase, stopped_at=None)


def _actor(file: UploadedTable) -> Actor:
    """Whoever asked, as that person may today."""
    if file.asked_by is None or not file.asked_by.is_active:
        raise Stopped(_("Whoever asked for it has no access any more. A colleague can go on with it."))
    actor = actor_for(file.asked_by, file.asked_as)
    if actor.organisation is None or actor.organisation.pk != file.organisation_id:
        said = {"name": file.organisation.name}
        raise Stopped(_("Whoever asked for it acts for %(name)s no more. A colleague can go on with it.") % said)
    return actor


@contextmanager
def _as(file: UploadedTable) -> Iterator[None]:
    """The trail says for whom the worker writes."""
    membership = file.asked_as.partition("d")[0]
    context.stamp(
        f"work {file.purpose}",
        user=file.asked_by_id,
        membership=int(membership) if membership else None,
        organisation=file.organisation_id,
    )
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            context.clear()


def _look(file: UploadedTable, actor: Actor) -> None:
    kind = _imports[file.purpose]
    portion = min(int(settings.LONG_FILE_PORTION), MOST_FACTS)
    with (
        uploads.opened(file) as content,
        open_long(content, kind.fields, first_rows(), portion) as (table, blocks),
        _no_collector(),
    ):
        looking = kind.look(actor, file, table)
        file.portions.all().delete()
        store = _Store(file, table.height)
        while together := list(islice(blocks, max(LOOKED_AT_ONCE // portion, 1))):
            store.add(list(looking.look(together)), sum(map(len, together)))
        store.finish({**looking.end(), "head": _head(table)})


@contextmanager
def _no_collector() -> Iterator[None]:
    """Rows and what is said of them make no cycles; to look for some again and again takes a sixth of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


class _Store:
    """Keeps what was looked at, each block as a portion to be imported."""

    def __init__(self, file: UploadedTable, height: int) -> None:
        self.file, self.height = file, height
        self.place = self.done = 0

    def add(self, looked: Iterable[LookedBlock], gone_through: int) -> None:
        self.done += gone_through
        with transaction.atomic():
            self._still_mine(rows_done=self.done, rows_total=max(self.done, self.height))
            self._put(looked)

    def finish(self, found: dict[str, Any]) -> None:
        self._still_mine(
            phase=Phase.LOOKED, found=found, rows_done=self.done, rows_total=self.done, attempts=0, error=""
        )

    def _still_mine(self, **changes: Any) -> None:
        if not _mine(self.file).update(worked_at=timezone.now(), **changes):
            raise _Gone

    def _put(self, blocks: Iterable[LookedBlock]) -> None:
        portions = []
        for each in blocks:
            if each.waiting:
                self.place += 1
                content = packed(each)
                portions.append(UploadedPortion(file=self.file, place=self.place, rows=each.waiting, content=content))
        UploadedPortion.objects.bulk_create(portions)


def _import(file: UploadedTable, actor: Actor, time_left: TimeLeft) -> None:
    writing = _imports[file.purpose].write(actor, file, head_of(file))
    written = [each for ids in _portions(file).exclude(done_at=None).values_list("written", flat=True) for each in ids]
    while True:
        portion = _portions(file).filter(done_at=None).first()
        if portion is None:
            _finish(file, actor)
            return
        with _no_collector(), ledger.entry():
            wrote = writing.write(unpack(portion.content), written)
            now = timezone.now()
            noted = _mine(file).update(
                rows_imported=F("rows_imported") + wrote.number, rows_done=F("rows_done") + portion.rows,
                attempts=1, worked_at=now, error="",
            ) and _portions(file).filter(pk=portion.pk, done_at=None).update(
                done_at=now, content=packed(LookedBlock.of(wrote.left)), left=len(wrote.left), written=wrote.ids
            )  # fmt: skip
            if not noted:
                raise _Gone
        written += wrote.ids
        if not time_left():
            _mine(file).update(attempts=0)  # this turn ended well
            return


def _portions(file: UploadedTable) -> QuerySet[UploadedPortion]:
    return UploadedPortion.objects.filter(file=file.pk).order_by("place")


def _finish(file: UploadedTable, actor: Actor) -> None:
    """All portions are done: what was left becomes a file of its own, and this one is emptied."""
    table = head_of(file)
    left = sum(_portions(file).values_list("left", flat=True))
    with transaction.atomic():
        locked = (
            UploadedTable.objects.select_for_update(no_key=True).defer("content").filter(pk__in=_mine(file)).first()
        )
        if locked is None:
            raise _Gone
        long, rest = left > settings.LONG_FILE_ROWS, None
        if left:
            rest = uploads.keep_left(actor, locked, table, lambda: left_of(file), long, different_reason="")
        found = {"rest": rest.pk if rest is not None else None, "left": left}
        _mine(file).update(phase=Phase.DONE, imported_at=timezone.now(), content=None, found=found, attempts=0)
        _portions(file).delete()
        UploadedContent.objects.filter(file=file.pk).delete()
        if rest is not None and long:
            ask_look(rest, actor, replace(table, height=left + 1))


def left_of(file: UploadedTable, kinds: Collection[Kind] = ("asked", "wrong")) -> Iterator[Looked]:
    """The rows that were left, or would be, in their order; a portion at a time."""
    for portion in _portions(file).iterator(chunk_size=1):
        yield from unpack(portion.content).rows(kinds)


def lines() -> list[WaitingLine]:
    """What waits, is worked on or has stopped, for the operations page."""
    rows = UploadedTable.objects.filter(phase__in=UploadedTable.WORKED_ON).select_related("organisation")
    return [
        WaitingLine(
            whose=row.organisation.name,
            state=_("stopped: %(why)s") % {"why": row.error or row.message} if row.stopped
            else _("failed %(times)s times, is tried again") % {"times": row.attempts} if row.error
            else str(row.get_phase_display()),
            done=row.rows_done,
            total=row.rows_total,
            since=row.uploaded_at,
        )
        for row in rows.defer("content", "found", "state").order_by("-pk")[:MOST_LINES]
    ]  # fmt: skip


def register_work() -> None:
    jobs.on_waiting(jobs.Waiting("tabular.files", gettext_lazy("Long files"), ready, work, lines))
