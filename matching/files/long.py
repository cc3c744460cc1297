"""Long files of matches, as the worker looks through and registers them (portal.tabular.long)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import choices
from matching.files import reading
from matching.files.fields import FIELDS, PURPOSE
from matching.files.found import Tally
from matching.files.known import NEW, Marker, Written, with_mark
from matching.files.lines import Claim, Fixed, Line
from matching.files.writing import asked, register
from portal.identity import rights
from portal.identity.actor import Actor
from portal.tabular import long
from portal.tabular.blocks import Block
from portal.tabular.mapping import TableFile, chosen_in
from portal.tabular.models import UploadedTable
from portal.tabular.packing import Kind, Looked, LookedBlock
from portal.tabular.values import ReadBlock


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
        self._begun = timezone.now()
        self._held: list[ReadBlock] = []
        """Sums and notes, unless a match comes after them."""

    def look(self, blocks: Sequence[Block]) -> Iterable[LookedBlock]:
        rows = [*self._held, *map(self._reader.read, blocks)]
        self._held = []
        while rows:
            last = rows.pop()
            end = len(last) - reading.notes_below(last)
            if end < len(last):
                self._held.insert(0, last.part(end, len(last)))
            if end:
                rows.append(last.part(0, end))
                break
        return self._looked(self._reader.said(rows))

    def end(self) -> dict[str, Any]:
        self._tally.found.notes = sum(map(len, self._held))
        return {**self._tally.found.as_json(), "looked_at": self._begun.isoformat()}

    def _looked(self, said: Sequence[reading.Said]) -> Iterable[LookedBlock]:
        found = [list(each.claims()) for each in said]
        marks = iter(self._marker.mark([each for rows in found for each in rows if isinstance(each, Claim)]))
        for claims, each in zip(found, said, strict=True):
            kinds: list[Kind] = []
            texts: dict[int, str] = {}
            for place, claim in enumerate(claims):
                if isinstance(claim, Claim):
                    mark = next(marks)
                    if (mark is NEW or mark.there) and self._tally.counts(claim, there=mark.there):
                        kinds.append("there" if mark.there else "new")
                        continue
                    line = with_mark(each.line(place), mark)
                else:
                    line = claim
                self._tally.add(line)
                kinds.append(line.kind)
                if text := _text(line):
                    texts[place] = text
            yield LookedBlock(each.rows.block, kinds, texts)


class Write:
    """Registers a portion. Everything is asked again: rules, rights and companies may have changed since the look.

    Pairs that may be one are left to the nightly job (matching.nightly): looking for a thousand companies of nearly the
    same name takes seconds, in which nobody else could register a match of them.
    """

    def __init__(self, actor: Actor, file: UploadedTable, table: TableFile) -> None:
        self._actor, self._reader = actor, _reader(actor, file, table)
        looked_at = file.found.get("looked_at")
        self._since = datetime.fromisoformat(looked_at) if looked_at else None

    def write(self, rows: LookedBlock, before: Sequence[Any]) -> long.Wrote:
        fixed = self._reader.fixed
        wanted: set[Kind] = {"new", "asked"} if fixed.different_reason.strip() else {"new"}
        self._reader.forget_companies()
        (said,) = self._reader.said([self._reader.read(rows.only(wanted))])
        found = list(said.claims())
        claims = [each for each in found if isinstance(each, Claim)]
        ids, late = register(self._actor, claims, fixed, Written(before), self._since) if claims else ([], [])
        left = [row for row in rows.rows(("asked", "wrong")) if row.kind not in wanted]
        left += [_looked(line) for line in found if isinstance(line, Line)]
        places = {number: place for place, number in enumerate(said.rows.block.numbers)}
        lines = [with_mark(said.line(places[number]), mark) for number, mark in late]
        left += [_looked(line) for line in lines if not line.there or line.read.faults]
        left.sort(key=lambda row: row.number)
        return long.Wrote(len(ids), left, Written.of(ids))


def _looked(line: Line) -> Looked:
    return Looked(line.read.number, list(line.read.cells), line.kind, _text(line))


def _text(line: Line) -> str:
    kind = line.kind
    return line.read.says if kind == "wrong" else asked(line).says if kind == "asked" else ""


IMPORT = long.LongImport(PURPOSE, gettext_lazy("Matches from files"), FIELDS, Look, Write)
