"""From the rows of a spreadsheet to matches, with what is wrong in words at its row and column.

By columns, a block at a time: words, companies and rules are asked once for all rows that say the same. A row becomes
a Line when more is to be told of it than that it keeps the rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeGuard

from django.utils import timezone

from matching.companies import NewCompany
from matching.entries import MatchEntry, More
from matching.errors import Invalid
from matching.files.companies import Companies, Known, Named, Settled, Unclear
from matching.files.fields import AT, DAYS_AND_KEYS, FIELDS, WORDS
from matching.files.known import marked
from matching.files.lines import Claim, Fixed, Line, Reading
from matching.files.names import Names
from matching.files.rules import NOTHING_MORE, Rules
from matching.files.words import Words
from matching.rulebook import Rulebook
from portal.identity.actor import Actor
from portal.tabular.blocks import Block
from portal.tabular.cells import text_of
from portal.tabular.columns import begins_a_sum, filled
from portal.tabular.mapping import Chosen, ReadRow, TableFile
from portal.tabular.values import MOST_REMEMBERED, UNREAD, ReadBlock, RowReader
from portal.ui.cvr import clean_p_number


def read(actor: Actor, table: TableFile, chosen: Chosen, fixed: Fixed, today: date | None = None) -> Reading:
    """Every row with what it says, and what is wrong with it. At most thirteen queries, however many rows.

    The programme is one that the person sees: the caller's question.
    """
    at = timezone.now()
    reader = Reader(actor, table, chosen, fixed, today)
    rows = reader.read(Block.of(table.rows))
    notes = notes_below(rows)
    (said,) = reader.said([rows.part(0, len(rows) - notes)])
    return Reading(table, marked(actor, fixed.programme, said.lines()), notes, at)


def notes_below(rows: ReadBlock) -> int:
    """How many rows at the end are sums and notes, and no matches."""
    notes = 0
    while notes < len(rows) and _is_note(rows.row(len(rows) - notes - 1)):
        notes += 1
    return notes


def _is_note(row: ReadRow) -> bool:
    """A sum or a note: it has one cell, no type and no day, or no type and the word that sums begin with (its number
    may stand in any column)."""
    kind, day = (row.values.get(name, "unreadable") for name in ("match_type", "agreed_on"))
    first = next((cell for cell in row.cells if text_of(cell)), None)
    return filled(row.cells) <= 1 or (not kind and (day is None or begins_a_sum(first)))


class Reader:
    """Reads the rows of a file as they come. The programme's rules are read once; the companies of those that come
    together and their places of work, by three queries."""

    def __init__(self, actor: Actor, table: TableFile, chosen: Chosen, fixed: Fixed, today: date | None = None) -> None:
        self.fixed = fixed
        book = Rulebook(fixed.programme)
        self.rules = Rules(actor, book, today or timezone.localdate())
        self._names = Names(book, [actor.organisation] if actor.organisation is not None else [])
        self._rows = RowReader(table, FIELDS, chosen)
        self._companies = Companies()
        self._remembered: dict[tuple[Any, ...], Words] = {}

    def read(self, block: Block) -> ReadBlock:
        return self._rows.read(block)

    def said(self, blocks: Sequence[ReadBlock]) -> list["Said"]:
        words = [self._words(rows) for rows in blocks]
        named = [_named(rows, said) for rows, said in zip(blocks, words, strict=True)]
        self._companies.meet(each for names in named for each in names)
        self.rules.book.know_units(
            clean_p_number(str(text or "")) for rows in blocks for text in rows.columns.get("p_number", ())
        )
        settled = self._companies.settled
        return [
            Said(self, rows, said, list(map(settled, names)))
            for rows, said, names in zip(blocks, words, named, strict=True)
        ]

    def forget_companies(self) -> None:
        """They are found anew: what somebody changed meanwhile is seen."""
        self._companies = Companies()

    def _words(self, rows: ReadBlock) -> list[Words]:
        names = [name for name in WORDS if name in rows.columns]
        if not names:
            return [self._remembered.setdefault((), Words({}, self._names))] * len(rows)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.clear()
        keys = list(zip(*(rows.columns[name] for name in names), strict=True))
        for key in set(keys).difference(self._remembered):
            said = dict(zip(names, key, strict=True))
            self._remembered[key] = Words(
                {name: text for name, text in said.items() if text is not UNREAD}, self._names
            )
        return list(map(self._remembered.__getitem__, keys))


def _named(rows: ReadBlock, words: Sequence[Words]) -> list[Named]:
    """What each row says of its company; what cannot be read says nothing."""
    columns = (rows.column("cvr"), rows.column("company"), [each.municipality for each in words])
    named = list(map(Named._make, zip(*columns, strict=True)))
    for place in rows.faults:
        cvr, name, municipality = named[place]
        named[place] = Named(cvr or "", name or "", municipality)
    return named


@dataclass(frozen=True)
class Said:
    """The rows of a block with their words, and the company that each of them names."""

    reader: Reader
    rows: ReadBlock
    words: Sequence[Words]
    companies: Sequence[Settled]

    def __len__(self) -> int:
        return len(self.rows)

    def lines(self) -> list[Line]:
        return [self.line(place) for place in range(len(self))]

    def claims(self) -> Iterator[Claim | Line]:
        """What each row claims; the line of one that is wrong."""
        rules, faults, same_reason = self.reader.rules, self.rows.faults, self.reader.fixed.different_reason
        columns = (self.rows.block.numbers, self.words, self.companies, self.rows.column("agreed_on"),
                   self.rows.column("different_reason"), self._more())  # fmt: skip
        for place, (number, words, company, day, reason, more) in enumerate(zip(*columns, strict=True)):
            if place not in faults and not words.faults and self._is_right(company):
                lies = company.municipality_id if isinstance(company, Known) else company.municipality
                checked = rules.remembered(words, lies, day, more)
                if checked is not None:
                    yield Claim(number, company, day, checked, more, reason or same_reason)
                    continue
            line = self.line(place)
            yield line if line.read.faults else line.claim

    def line(self, place: int) -> Line:
        row, words, company = self.rows.row(place), self.words[place], self.companies[place]
        fixed, said = self.reader.fixed, row.values
        for name, text in words.faults:
            row = row.wrong(name, text)
        faulty = _faulty(row)
        if isinstance(company, Unclear):
            row = row.wrong(company.field, company.text)
        entry = MatchEntry(
            fixed.programme,
            None if isinstance(company, Unclear) else company.company if isinstance(company, Known) else company,
            words.match_type,
            said.get("agreed_on"),
            words.work_area or fixed.work_area,
            words.municipality,
            words.created_by or fixed.created_by,
            words.assisted_by,
            words.on_behalf_of,
            words.activity or fixed.activity,
            said.get("different_reason") or fixed.different_reason,
            _more(said, words, fixed.source_system),
        )
        answer = self.reader.rules.of(entry, words)
        if not isinstance(answer, Invalid):
            return Line(row, entry, answer)
        for name, texts in answer.errors.items():
            at = AT.get(name, name)
            if at in faulty or (at == "company" and isinstance(company, Unclear)):
                continue
            for text in texts:
                row = row.wrong(at, text)
        return Line(row, entry)

    def _is_right(self, company: Settled) -> TypeGuard[Known | NewCompany]:
        return isinstance(company, Known) or (isinstance(company, NewCompany) and self.reader.rules.keeps(company))

    def _more(self) -> Iterable[More]:
        """What else each row says."""
        names = [name for name in DAYS_AND_KEYS if name in self.rows.columns]
        system = self.reader.fixed.source_system
        if not names and not {"scheme", "education_level"} & self.rows.columns.keys():
            return [NOTHING_MORE] * len(self)
        columns = zip(*(self.rows.columns[name] for name in names), strict=True) if names else [()] * len(self)
        return [
            _more(dict(zip(names, values, strict=True)), words, system)
            for values, words in zip(columns, self.words, strict=True)
        ]


def _faulty(row: ReadRow) -> set[str]:
    """The fields that have a fault already: a rule says nothing more of them."""
    if not row.faults:
        return set()
    columns = {fault.column for fault in row.faults}
    return {each.name for each in FIELDS if (row.titles.get(each.name) or str(each.label)) in columns}


def _more(said: Mapping[str, Any], words: Words, source_system: str) -> More:
    if (
        not (words.scheme or words.education_level or any(map(said.get, DAYS_AND_KEYS)))
        and said.get("students") is None
    ):
        return NOTHING_MORE
    key = str(said.get("external_key") or "")
    return More(
        starts_on=said.get("starts_on"),
        ends_on=said.get("ends_on"),
        students=said.get("students"),
        education_level=words.education_level,
        scheme=words.scheme,
        event=str(said.get("event") or ""),
        attested_by=str(said.get("attested_by") or ""),
        attested_on=said.get("attested_on"),
        source_system=source_system if key else "",
        external_key=key,
        p_number=str(said.get("p_number") or ""),
    )
