"""Spending from a file of the finance system: its rows as vouchers, what of it is booked already, booking the rest.

A row finds its place by its account (Account → source and initiative), or by what was chosen for the whole file.
Nothing is booked twice: a line is known by voucher, account, day, amount and its number among equal lines of the file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.tabular import uploads
from portal.tabular.cells import read_day, read_kroner, read_text, text_of
from portal.tabular.columns import begins_a_sum, filled
from portal.tabular.mapping import Chosen, Field, ReadRow, TableFile, read_table
from portal.tabular.models import UploadedTable
from portal.ui import formats
from programmes import cells, spending
from programmes.cells import Place
from programmes.models import Account, Commitment, FundingSource, Initiative, Voucher
from programmes.sources import parts_of
from programmes.spending import AT_ONCE, Entry

PURPOSE = "spending"
ZERO = Decimal(0)
SHORT = 40
Key = tuple[str, str, date, Decimal, int]


def _read_short(cell: Any) -> str:
    text = read_text(cell)
    if len(text) > SHORT:
        raise ValueError(_("Write at most %(most)s characters.") % {"most": SHORT})
    return text


def _read_year(cell: Any) -> int:
    text = text_of(cell)
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
    if fault := cells.year_fault(year):
        raise ValueError(fault)
    return year or 0


FIELDS = (
    Field(
        "number",
        gettext_lazy("Voucher number"),
        _read_short,
        synonyms=("bilagsnummer", "bilagsnr", "bilagsnr.", "bilag", "bilag nr", "bilag nr.", "voucher", "fakturanr.",
                  "dokumentnr.", "dokumentnummer", "journalnr."),
        other_numbers=True,
    ),
    Field(
        "booked_on",
        gettext_lazy("Booking day"),
        read_day,
        synonyms=("bogføringsdato", "bogført", "bogføringsdag", "posteringsdato", "bogf.dato", "bogf. dato",
                  "bilagsdato", "dato", "dag", "posting date", "booking date"),
    ),
    Field(
        "quantity",
        gettext_lazy("Amount"),
        read_kroner,
        required=False,
        number=True,
        synonyms=("beløb", "beløb i dkk", "beløb i kr.", "beløb kr.", "beløb dkk", "nettobeløb", "kroner", "kr.",
                  "amount"),
        help_text=gettext_lazy("Either one column with the amount, or debit and credit."),
    ),
    Field("debit", gettext_lazy("Debit"), read_kroner, required=False, number=True, synonyms=("debet", "debit")),
    Field("credit", gettext_lazy("Credit"), read_kroner, required=False, number=True, synonyms=("kredit", "credit")),
    Field(
        "account",
        gettext_lazy("Account"),
        text_of,
        required=False,
        blank="",
        synonyms=("konto", "kontonummer", "kontonr.", "kontonr", "kontostreng", "kontering", "artskonto", "account"),
        help_text=gettext_lazy("Accounts that are added to a funding source tell where the row belongs."),
        other_numbers=True,
    ),
    Field("text", gettext_lazy("Text"), read_text, required=False, blank="",
          synonyms=("tekst", "posteringstekst", "beskrivelse", "bemærkning", "description")),
    Field("supplier", gettext_lazy("Supplier"), read_text, required=False, blank="",
          synonyms=("leverandør", "leverandørnavn", "kreditor", "kreditornavn", "navn", "modtager", "vendor")),
    Field("year", gettext_lazy("Budget year"), _read_year, required=False,
          synonyms=("budgetår", "regnskabsår", "år", "fiscal year"),
          help_text=gettext_lazy("Without it, the year of the booking day.")),
    Field("commitment", gettext_lazy("Reference of the commitment"), read_text, required=False, blank="",
          synonyms=("disposition", "dispositionsnr.", "rekvisition", "rekvisitionsnr.", "ordrenr.", "ordrenummer",
                    "indkøbsordre", "reference"), other_numbers=True),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A row of the file. `entry` is what it says where it says enough; `there`: it is booked already; `asked`: lines of
    the same voucher that are booked with something else in them, so that a person must say whether it is another."""

    read: ReadRow
    entry: Entry | None = None
    there: bool = False
    asked: tuple[Voucher, ...] = ()

    @property
    def counts(self) -> bool:
        """Is it to be booked as it stands?"""
        return self.entry is not None and not self.read.faults and not self.there and not self.asked


@dataclass(frozen=True)
class Fixed:
    """What was chosen for the whole file, besides its columns."""

    source: FundingSource | None = None
    initiative: Initiative | None = None


@dataclass(frozen=True)
class Reading:
    """The file as it is understood now."""

    table: TableFile
    lines: list[Line] = field(repr=False)
    notes: int = 0
    """How many rows at the end are sums and notes, and no vouchers."""

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if line.counts]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.read.faults]

    @property
    def there(self) -> list[Line]:
        return [line for line in self.lines if line.there and not line.read.faults]

    @property
    def asked(self) -> list[Line]:
        return [line for line in self.lines if line.asked and not line.there and not line.read.faults]

    def left(self) -> list[ReadRow]:
        """What is not booked and is not there: to mend and bring again."""
        text = _(
            "The voucher is booked already with something else in it, and you did not say that this is another line."
        )
        return [*(line.read for line in self.wrong), *(line.read.wrong("number", text) for line in self.asked)]


def total(lines: Iterable[Line]) -> Decimal:
    """The kroner of those rows whose amount can be read."""
    return sum((line.entry.quantity for line in lines if line.entry is not None), ZERO)


def read(actor: Actor, table: TableFile, chosen: Chosen, fixed: Fixed, accepted: Iterable[str] = ()) -> Reading:
    """Every row with its place and what is wrong with it. `accepted`: voucher numbers that are other lines of a voucher
    that is booked. Three questions, whatever the rows."""
    rows = read_table(table, FIELDS, chosen)
    whole = len(rows)
    while rows and _is_note(rows[-1]):
        rows.pop()
    signs = _Credits(rows)
    places = _Accounts(actor, fixed)
    found = _Commitments(actor, rows)
    lines = [_line(row, signs, places, found) for row in rows]
    return Reading(table, _known(actor, _numbered(lines), set(accepted)), whole - len(rows))


def _is_note(row: ReadRow) -> bool:
    """A sum or a note: it has one cell, or neither a voucher number nor a day, readable or not."""
    number, day = (row.values.get(name, "unreadable") for name in ("number", "booked_on"))
    sum_line = day is None and begins_a_sum(number)
    return filled(row.cells) <= 1 or sum_line or number is day is None


def _line(row: ReadRow, signs: "_Credits", places: "_Accounts", found: "_Commitments") -> Line:
    row, quantity = signs.amount(row)
    row, source, initiative, account = places.place(row)
    said = row.values
    if quantity is None or source is None or any(said.get(name) is None for name in ("number", "booked_on")):
        return Line(row)
    if row.faults and any(fault.column == row.titles.get("year") for fault in row.faults):
        return Line(row)
    entry = Entry(
        source, initiative, said["year"] or said["booked_on"].year, said["number"], said["booked_on"], quantity,
        account=account, text=said.get("text", ""), supplier=said.get("supplier", ""),
    )  # fmt: skip
    row, commitment = found.of(row, entry)
    entry = replace(entry, commitment=commitment)
    for name, texts in spending.faults(entry).items():
        for text in texts:
            row = row.wrong(name, text)
    return Line(row, entry)


class _Credits:
    """Amounts in one column, or in debit and credit. Some systems write credits below zero: then all of a file are."""

    def __init__(self, rows: Sequence[ReadRow]) -> None:
        found = [row.values.get("credit") for row in rows]
        self.below = {value < 0 for value in found if value}

    def amount(self, row: ReadRow) -> tuple[ReadRow, Decimal | None]:
        said = row.values
        if "quantity" in row.titles:
            quantity = said.get("quantity")
            missing = quantity is None and not _faulty(row, "quantity")
            return (row.wrong("quantity", _("This must be filled in.")) if missing else row), quantity
        debit, credit = said.get("debit"), said.get("credit")
        if _faulty(row, "debit") or _faulty(row, "credit"):
            return row, None
        if debit is None and credit is None:
            return row.wrong("debit", _("Neither debit nor credit has an amount.")), None
        if credit and credit < 0 and len(self.below) > 1:
            text = _("Some credits of the file are below zero and some above: this one can be read in two ways.")
            return row.wrong("credit", text), None
        return row, (debit or ZERO) - abs(credit or ZERO)


def _faulty(row: ReadRow, name: str) -> bool:
    return any(fault.column == row.titles.get(name) for fault in row.faults)


class _Accounts:
    """Where a row belongs. One question: the accounts of the money that the person's organisation keeps."""

    def __init__(self, actor: Actor, fixed: Fixed) -> None:
        self.fixed = fixed
        rows = Account.objects.filter(owner__in=actor.organisation_ids).select_related(
            "funding_source__owner", "initiative"
        )
        self.found: dict[str, list[Account]] = defaultdict(list)
        for row in rows.order_by("pk"):
            self.found[row.digits].append(row)

    def place(self, row: ReadRow) -> tuple[ReadRow, FundingSource | None, Initiative | None, str]:
        """(the row, source, initiative, the account as it is kept)."""
        written = str(row.values.get("account") or "")
        digits, account = self._account(written)
        kept = _dotted(digits) or written
        if len(kept) > SHORT:
            return row.wrong("account", _("Write at most %(most)s characters.") % {"most": SHORT}), None, None, ""
        fixed = self.fixed
        if account is None and fixed.source is None:
            return self._unplaced(row, written, digits), None, None, kept
        if account is None or fixed.source is None:
            if account is not None:
                return row, account.funding_source, account.initiative, kept
            return row, fixed.source, fixed.initiative, kept
        if account.funding_source_id != fixed.source.pk:
            said = {"account": account.written, "source": account.funding_source.name}
            text = _("%(account)s is booked on %(source)s, and another source is chosen for the file.")
            return row.wrong("account", text % said), None, None, kept
        return row, fixed.source, fixed.initiative or account.initiative, kept

    def _unplaced(self, row: ReadRow, written: str, digits: str) -> ReadRow:
        if not written:
            return row.wrong("account", _("The row has no account, and no funding source is chosen for the file."))
        if len(self.found.get(digits, ())) > 1:
            return row.wrong("account", _("Two organisations have the account %(account)s.") % {"account": written})
        text = _("%(account)s is not added to any of your funding sources.")
        return row.wrong("account", text % {"account": written[:SHORT]})

    def _account(self, written: str) -> tuple[str, Account | None]:
        """The account itself, else the longest that it begins with: an organisation's own digits come after it.

        A spreadsheet that took it for a number has lost the zero before it.
        """
        plain = "".join(char for char in written if char not in " .-/\u00a0")
        for digits in (plain, f"0{plain}") if plain == written else (plain,):
            rows = self.found.get(digits, [])
            if rows:
                return digits, rows[0] if len(rows) == 1 else None
        for digits in (plain, f"0{plain}") if plain == written else (plain,):
            for length in range(len(digits) - 1, 5, -1):
                if len(rows := self.found.get(digits[:length], [])) == 1:
                    return digits, rows[0]
        return plain, None


def _dotted(digits: str) -> str:
    """The account with dots between its parts, however the file wrote it; "" when it is none."""
    try:
        return ".".join(part for part in parts_of(digits).values() if part) if digits else ""
    except ValidationError:
        return ""


class _Commitments:
    """The commitments that the rows name. One question, when a row names one."""

    def __init__(self, actor: Actor, rows: Sequence[ReadRow]) -> None:
        named = {str(row.values["commitment"]).strip() for row in rows if row.values.get("commitment")}
        self.found: dict[str, list[Commitment]] = defaultdict(list)
        if named:
            known = Commitment.objects.visible_to(actor).filter(reference__in=named)
            for each in known.select_related("cell__funding_source", "cell__initiative").order_by("pk"):
                self.found[each.reference].append(each)

    def of(self, row: ReadRow, entry: Entry) -> tuple[ReadRow, Commitment | None]:
        name = str(row.values.get("commitment") or "").strip()
        if not name:
            return row, None
        rows = self.found.get(name, [])
        if not rows:
            text = _("No commitment has the reference %(reference)s.") % {"reference": name[:SHORT]}
            return row.wrong("commitment", text), None
        place = entry.place
        here = [each for each in rows if _place_of(each) == place]
        if not here:
            said = {"reference": name[:SHORT], "place": _words(rows[0])}
            text = _("The commitment %(reference)s lies in another place: %(place)s.") % said
            return row.wrong("commitment", text), None
        if len(here) > 1:
            text = _("Several commitments have the reference %(reference)s.") % {"reference": name[:SHORT]}
            return row.wrong("commitment", text), None
        return row, here[0]


def _place_of(commitment: Commitment) -> Place:
    cell = commitment.cell
    return cell.funding_source_id, cell.initiative_id, cell.year


def _words(commitment: Commitment) -> str:
    cell = commitment.cell
    return cells.name_of(cell.funding_source, cell.initiative, cell.year)


def _numbered(lines: list[Line]) -> list[Line]:
    """Equal lines get numbers. Those with faults come first: brought again alone, they have the same numbers."""
    counted: dict[tuple[int, Key], int] = defaultdict(int)
    found = list(lines)
    for wrong in (True, False):
        for place, line in enumerate(lines):
            if line.entry is not None and bool(line.read.faults) is wrong:
                same = (line.entry.funding_source.owner_id, line.entry.key)
                counted[same] += 1
                found[place] = replace(line, entry=replace(line.entry, ordinal=counted[same]))
    return found


def _known(actor: Actor, lines: list[Line], accepted: set[str]) -> list[Line]:
    """Which lines are booked already, and which are of a voucher that is booked with something else. One question."""
    numbers = {line.entry.number for line in lines if line.entry is not None}
    rows = Voucher.objects.filter(owner__in=actor.organisation_ids, withdrawn_at=None, number__in=numbers)
    booked: dict[tuple[int, str], dict[Key, Voucher]] = defaultdict(dict)
    for row in rows.order_by("pk") if numbers else ():
        key = (row.number, row.account, row.booked_on, row.quantity, row.ordinal)
        booked[row.owner_id, row.number][key] = row
    keys = {line.entry.key for line in lines if line.entry is not None}
    found = []
    for line in lines:
        entry = line.entry
        if entry is not None and not line.read.faults:
            same = booked.get((entry.funding_source.owner_id, entry.number), {})
            others = tuple(row for key, row in same.items() if key not in keys)
            there = entry.key in same
            line = replace(line, there=there, asked=() if there or entry.number in accepted else others)
        found.append(line)
    return found


def overspending(
    lines: Iterable[Line], spent: Callable[[Entry], tuple[Decimal, Decimal]]
) -> list[tuple[Entry, Decimal]]:
    """(a line of the place, how much it is overspent after) of those places where the lines take more than there is.

    `spent(line)`: the place's corrected budget and what is spent in it already.
    """
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    first: dict[Place, Entry] = {}
    for line in lines:
        if line.entry is not None:
            sums[line.entry.place] += line.entry.quantity
            first.setdefault(line.entry.place, line.entry)
    found = []
    for place, added in sums.items():
        corrected, before = spent(first[place])
        if before + added > max(corrected, before):
            found.append((first[place], before + added - corrected))
    return found


def import_file(actor: Actor, file: UploadedTable, reading: Reading) -> tuple[int, UploadedTable | None]:
    """Book what counts, a portion at a time; (how many, what was left as a file of its own). Interrupted, it goes on.

    Raises Refused, ValidationError.
    """
    new = sorted(reading.new, key=lambda line: line.entry.funding_source.owner_id if line.entry else 0)
    if not new:
        raise ValidationError([_("There is no row to book.")])
    # Whoever goes on after an interruption is not asked about the vouchers that this very file began.
    numbers = {line.entry.number for line in new if line.entry is not None}
    uploads.note(file, accepted=sorted({*file.state.get("accepted", ()), *numbers}))
    portions = list(_portions([line.entry for line in new if line.entry is not None]))
    rest: UploadedTable | None = None
    for place, (owner, entries) in enumerate(portions, start=1):
        last = place == len(portions)

        def done(_first: int, number: int = len(entries), last: bool = last) -> None:
            nonlocal rest
            if last and (left := reading.left()):
                rest = uploads.keep_rest(actor, file, reading.table, left, accepted=[])
            uploads.advance(file, number, finished=last)

        spending.book(actor, owner, entries, file_name=file.name, written=done)
    return file.rows_imported, rest


def _portions(entries: Sequence[Entry]) -> Iterable[tuple[Organisation, list[Entry]]]:
    """At most AT_ONCE of one owner."""
    portion: list[Entry] = []
    for entry in entries:
        if portion and (len(portion) == AT_ONCE or portion[0].funding_source.owner_id != entry.funding_source.owner_id):
            yield portion[0].funding_source.owner, portion
            portion = []
        portion.append(entry)
    if portion:
        yield portion[0].funding_source.owner, portion


def told(rows: Iterable[Voucher]) -> str:
    """What is booked under a number: amounts and days."""
    return ", ".join(f"{formats.money(row.quantity)} {formats.date_da(row.booked_on)}" for row in rows)
