"""A file between upload and import: kept for the preview, emptied when it has been imported, gone when nobody does."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Substr, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.members.tasks import TaskSource, register
from portal.identity.models import Membership, User
from portal.identity.rights import Refused
from portal.identity.waiting import Question, Row, Waiting, WaitingSource, question
from portal.tabular.limits import MEGABYTE, Unreadable
from portal.tabular.mapping import ReadRow, TableFile, left_lines, leftovers
from portal.tabular.models import UploadedContent, UploadedTable
from portal.tabular.packing import Looked
from portal.ui import export, formats

KEPT = timedelta(days=2)
"""How long a file that was not imported waits."""
HALF_WAY = timedelta(days=30)
"""And one of which some rows were."""


def keep(actor: Actor, purpose: str, content: bytes, name: str, *, aside: bool = False, **state: Any) -> UploadedTable:
    """Keep the file for its preview; old ones that nobody imported go. `state`: what the app's form said.

    `aside`: the file is long. Whether the person may is the caller's question. Raises Refused when the person acts for
    no organisation.
    """
    if actor.organisation is None:
        raise Refused(_("Choose which organisation you act for first."))
    expire()
    file = UploadedTable.objects.create(
        organisation=actor.organisation,
        purpose=purpose,
        name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=b"" if aside else content,
        state=state,
        uploaded_by=actor.user,
    )
    if aside:
        UploadedContent.objects.create(file=file, content=content)
    return file


def put_aside(file: UploadedTable) -> None:
    """The content of a file that turns out to be long, where it is in nobody's way."""
    if file.content:
        UploadedContent.objects.create(file=file, content=file.content)
        file.content = b""
        file.save(update_fields=["content"])


def note(file: UploadedTable, **state: Any) -> None:
    """Add what was chosen on the way to the import."""
    file.state = {**file.state, **state}
    file.save(update_fields=["state"])


def keep_rest(
    actor: Actor, file: UploadedTable, table: TableFile, left: Iterable[ReadRow], **state: Any
) -> UploadedTable:
    """What was not imported, as a file that waits with what was chosen for the first (`state` replaces some of it): to
    download and mend, or to look at again."""
    content = b"".join(export.csv_lines(*leftovers(table, left)))
    name = _("rest of %(file)s") % {"file": file.name}
    return keep(actor, file.purpose, content, name, **{**file.state, **state})


def keep_left(
    actor: Actor, file: UploadedTable, table: TableFile, left: Callable[[], Iterable[Looked]], aside: bool, **state: Any
) -> UploadedTable:
    """The same of a long file: `left` is gone through twice, and never held."""
    content = b"".join(export.csv_lines(*left_lines(table, left)))
    name = _("rest of %(file)s") % {"file": file.name}
    return keep(actor, file.purpose, content, name, aside=aside, **{**file.state, **state})


def content_of(file: UploadedTable) -> bytes:
    """Raises Unreadable when it has been imported: the content is gone then."""
    if file.content is None:
        raise Unreadable(_("The file has been imported already."))
    return bytes(file.content or file.aside.content)


@contextmanager
def opened(file: UploadedTable) -> Iterator[IO[bytes]]:
    """The same to be read; a long file comes a megabyte at a time, through a temporary file. Raises Unreadable."""
    aside = UploadedContent.objects.filter(file=file.pk)
    if not aside.exists():
        yield BytesIO(content_of(file))
        return
    with TemporaryFile() as content:
        at = 1
        while piece := aside.values_list(Substr("content", at, MEGABYTE), flat=True).first():
            content.write(piece)
            at += MEGABYTE
        if piece is None:  # it went meanwhile
            raise Unreadable(_("The file has been imported already."))
        yield content


def imported_before(file: UploadedTable) -> str:
    """That this very file was imported for the same purpose, in words; "" when it was not."""
    same = UploadedTable.objects.filter(
        organisation=file.organisation_id, purpose=file.purpose, sha256=file.sha256, imported_at__isnull=False
    )
    earlier = same.exclude(pk=file.pk).first()
    if earlier is None or earlier.imported_at is None:
        return ""
    said = {"day": formats.date_da(earlier.imported_at), "number": formats.number(earlier.rows_imported)}
    return _("This very file was imported on %(day)s (%(number)s rows).") % said


def advance(file: UploadedTable, rows: int, *, finished: bool) -> None:
    """Say that `rows` more rows are imported, in the transaction that imports them; `finished` empties the file.

    Only the one who finds the number it knows goes on: pressed twice, the file is imported once. The other one waits
    for the first to commit, and then raises ValidationError.
    """
    reached = file.rows_imported + rows
    now = timezone.now()
    done: dict[str, Any] = {"imported_at": now, "content": None} if finished else {}
    waiting = UploadedTable.objects.filter(pk=file.pk, rows_imported=file.rows_imported, imported_at=None)
    if not waiting.update(rows_imported=reached, **done):
        raise ValidationError([_("The file is being imported already.")])
    file.rows_imported = reached
    if finished:
        file.imported_at, file.content = now, None


def expire(now: datetime | None = None) -> int:
    """Delete the files that were not begun to be imported within two days, and those that were left half-way for a
    month: what they hold of people is kept no longer. Returns how many."""
    at = now or timezone.now()
    begun = Q(rows_imported__gt=0, uploaded_at__lt=at - HALF_WAY)
    old = UploadedTable.objects.filter(begun | Q(rows_imported=0, uploaded_at__lt=at - KEPT), imported_at=None)
    # One that waits for the worker is not gone because there is none.
    going = old.exclude(phase=UploadedTable.Phase.IMPORT, stopped_at=None)
    return going.delete()[1].get(UploadedTable._meta.label, 0)


def _waiting(membership: Membership) -> QuerySet[UploadedTable]:
    """What the person has looked at and not imported, in that organisation."""
    return UploadedTable.objects.filter(
        organisation=membership.organisation_id, uploaded_by=membership.user_id, imported_at=None
    )


def _hand_over(membership: Membership, to: Membership, by: User) -> int:
    return _waiting(membership).update(uploaded_by=to.user_id)


def register_tasks() -> None:
    register(
        TaskSource(
            "tabular.uploads",
            gettext_lazy("Tables uploaded and not imported yet"),
            hand_over=_hand_over,
            rows=_waiting,
        )
    )


def waiting_source(key: str, title: Promise, purpose: str, *, action: str, page: str, order: int) -> WaitingSource:
    """The person's own files for a purpose that are looked at and not imported, or not to the end; `page` shows one.
    One that is not begun is deleted in time: that is its due day."""

    def asked(actor: Actor) -> Question | None:
        if not rights.may(actor, action):
            return None
        rows = UploadedTable.objects.visible_to(actor).filter(uploaded_by=actor.user, purpose=purpose, imported_at=None)
        gone = Case(When(rows_imported=0, then=TruncDate(F("uploaded_at") + KEPT)))
        return question(rows, since="uploaded_at", due=gone, name="name", imported="rows_imported")

    def line(row: Row) -> Waiting:
        imported = row.said["imported"]
        detail = ""
        if imported:
            detail = ngettext("%(number)s row is imported.", "%(number)s rows are imported.", imported) % {
                "number": formats.number(imported)
            }
        url = reverse(page, args=[row.pk])
        return Waiting(row.said["name"], url, gettext_lazy("Go on with it"), row.since, row.due, detail)

    return WaitingSource(key, title, asked=asked, line=line, order=order)
