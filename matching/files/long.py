"""Long files of matches, as the worker looks through and registers them (portal.tabular.long)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import choices
from matching.files import reading
from matching.files.found import Tally
from matching.files.known import Marker, Written
from matching.files.lines import Fixed, Line
from matching.files.writing import asked, register
from portal.identity import rights
from portal.identity.actor import Actor
from portal.tabular import long
from portal.tabular.limits import Row
from portal.tabular.mapping import ReadRow, TableFile, chosen_in
from portal.tabular.models import UploadedTable
from portal.tabular.packing import Looked


def fixed_of(actor: Actor, file: UploadedTable) -> Fixed | None:
    """What was chosen for the whole file; None when it was not, or may not be chosen any more."""
    state = file.state
    programmes = choices.programmes_for(actor, timezone.localdate())
    programme = next((entry for entry in programmes if entry.slug == state.get("programme")), None)
    if programme is None or "columns" not in state:
        return None
    return Fixed(
        programme,
        state.get("created_by"),
        state.get("work_area") or "",
        different_reason=state.get("different_reason", ""),  # of a file that was begun with one
        source_system=(state.get("source_system") or "").strip(),
    )


def _reader(actor: Actor, file: UploadedTable, table: TableFile) -> reading.Reader:
    """Asked anew each time: what a person may, and what a programme's rules are, changes."""
    rights.require(actor, "matching.register_match")
    fixed = fixed_of(actor, file)
    if fixed is None:
        raise long.Stopped(_("Matches cannot be registered in the programme any more. Choose the columns again."))
    return reading.Reader(actor, table, chosen_in(file.state), fixed)


class Look:
    """Which rows can be registered, which are there, which must be asked about, and what is wrong with the others."""

    def __init__(self, actor: Actor, file: UploadedTable, table: TableFile) -> None:
        self._reader = _reader(actor, file, table)
        self._marker = Marker(actor, self._reader.fixed.programme)
        self._tally = Tally()
        self._held: list[ReadRow] = []
        """Sums and notes, unless a match comes after them."""

    def look(self, rows: Sequence[Row]) -> Iterable[Looked]:
        read = [*self._held, *self._reader.rows(rows)]
        end = len(read)
        while end and reading.is_note(read[end - 1]):
            end -= 1
        self._held = read[end:]
        lines = self._marker.mark(self._reader.lines(read[:end]))
        self._tally.add(lines)
        return [_looked(line) for line in lines if not line.there or line.read.faults]

    def end(self) -> tuple[Iterable[Looked], dict[str, Any]]:
        self._tally.found.notes = len(self._held)
        return [], self._tally.found.as_json()


class Write:
    """Registers a portion. Everything is asked again: rules, rights and companies may have changed since the look.

    Pairs that may be one are left to the nightly job (matching.nightly): looking for a thousand companies of nearly the
    same name takes seconds, in which nobody else could register a match of them.
    """

    def __init__(self, actor: Actor, file: UploadedTable, table: TableFile) -> None:
        self._actor, self._reader = actor, _reader(actor, file, table)

    def write(self, rows: Sequence[Looked], before: Sequence[Any]) -> long.Wrote:
        fixed = self._reader.fixed
        wanted = {"new", "asked"} if fixed.different_reason.strip() else {"new"}
        lines = self._reader.lines(self._reader.rows((row.number, row.cells) for row in rows if row.kind in wanted))
        right = [line for line in lines if line.counts]
        ids, late = register(self._actor, right, fixed, Written(before)) if right else ([], [])
        left = [row for row in rows if row.kind not in wanted]
        left += [_looked(line) for line in (*lines, *late) if line.kind in ("asked", "wrong")]
        left.sort(key=lambda row: row.number)
        return long.Wrote(len(ids), left, Written.of(ids))


def _looked(line: Line) -> Looked:
    kind = line.kind
    text = line.read.says if kind == "wrong" else asked(line).says if kind == "asked" else ""
    return Looked(line.read.number, list(line.read.cells), kind, text)


IMPORT = long.LongImport(reading.PURPOSE, gettext_lazy("Matches from files"), reading.FIELDS, Look, Write)
