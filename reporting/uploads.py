"""A file with observations between upload and import: kept for the preview, emptied when it has been imported."""

import hashlib
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.identity.rights import Refused
from portal.tabular.reading import Unreadable
from portal.ui import formats
from reporting.models import EvidenceFile, Series
from reporting.observation_files import Line, read, with_subjects
from reporting.observations import may_write, observe_many

KEPT = timedelta(days=2)
"""How long a file that was not imported waits."""


def keep(actor: Actor, content: bytes, name: str, *, series: Series | None = None, **asked: str) -> EvidenceFile:
    """Keep the file for its preview. Old ones that nobody imported go. `asked` is what a statistic's form said."""
    EvidenceFile.objects.filter(imported_at=None, rows_imported=0, uploaded_at__lt=timezone.now() - KEPT).delete()
    return EvidenceFile.objects.create(
        series=series,
        asked=asked,
        name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_by=actor.user,
    )


def upload(actor: Actor, series: Series, content: bytes, name: str) -> EvidenceFile:
    """Raises Refused, Unreadable, and ValidationError when this very file has been imported into the series."""
    _require(actor, series)
    read(series, content, name)
    digest = hashlib.sha256(content).hexdigest()
    earlier = EvidenceFile.objects.filter(series=series, sha256=digest, imported_at__isnull=False).first()
    if earlier is not None and earlier.imported_at is not None:
        said = {"day": formats.date_da(earlier.imported_at), "number": formats.number(earlier.rows_imported)}
        text = _("This file was imported on %(day)s (%(number)s rows). It counts once.")
        raise ValidationError({"file": [text % said]})
    return keep(actor, content, name, series=series)


def lines_of(file: EvidenceFile) -> list[Line]:
    """Raises Unreadable when it has been imported: the content is gone then."""
    if file.series is None or file.content is None:
        raise Unreadable(_("The file has been imported already."))
    return read(file.series, bytes(file.content), file.name)


def import_file(actor: Actor, file: EvidenceFile) -> int:
    """Register the rows that nothing is wrong with; returns how many. Interrupted, the same call goes on."""
    series = file.series
    if series is None:
        raise TypeError("a statistic is imported by reporting.statistics")
    _require(actor, series)
    rows = with_subjects(lines_of(file))
    if not rows:
        raise ValidationError([_("No row can be imported.")])
    start = file.rows_imported
    reached = start

    def done(number: int) -> None:
        nonlocal reached
        before, reached = reached, start + number
        last = reached == len(rows)
        finished = {"imported_at": timezone.now(), "content": None} if last else {}
        # Only the one who finds the number it knows goes on: pressed twice, the file is imported once.
        waiting = EvidenceFile.objects.filter(pk=file.pk, rows_imported=before, imported_at=None)
        if not waiting.update(rows_imported=reached, **finished):
            raise ValidationError([_("The file is being imported already.")])

    observe_many(series, rows[start:], actor=actor, done=done)
    return reached


def _require(actor: Actor, series: Series) -> None:
    verdict = may_write(actor, series)
    if not verdict:
        raise Refused(verdict.reason)
