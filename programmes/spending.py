"""What was spent: booking vouchers of the finance system, and taking one back. Always accepted, never twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from programmes import cells, commitments
from programmes.budget import closed_years
from programmes.cells import Place, require_keeper
from programmes.models import Commitment, FundingSource, Initiative, Voucher
from programmes.rights import BOOK_SPENDING

MEASURE, DRAWN, SOURCE = "spending", "commitment_drawn", "voucher"
AT_ONCE = 400
"""Vouchers an entry takes: each posts two facts at most."""


@dataclass(frozen=True)
class Entry:
    """A line of the finance system. `ordinal` tells apart lines of one file that agree in everything."""

    funding_source: FundingSource
    initiative: Initiative | None
    year: int
    number: str
    booked_on: date
    quantity: Decimal
    account: str = ""
    text: str = ""
    supplier: str = ""
    commitment: Commitment | None = None
    ordinal: int = 1

    @property
    def place(self) -> Place:
        return self.funding_source.pk, self.initiative.pk if self.initiative else None, self.year

    @property
    def key(self) -> tuple[str, str, date, Decimal, int]:
        """What makes it the same line when it comes again."""
        return self.number.strip(), self.account, self.booked_on, self.quantity, self.ordinal


def faults(entry: Entry) -> dict[str, list[str]]:
    """What is wrong with a line, by field; without a question to the database."""
    errors: dict[str, list[str]] = {}
    if fault := cells.year_fault(entry.year):
        errors["year"] = [fault]
    if entry.quantity == 0:
        errors["quantity"] = [_("Write an amount that is not zero.")]
    if not entry.number.strip():
        errors["number"] = [_("Write the number of the voucher.")]
    if entry.commitment is not None and not _same_place(entry, entry.commitment):
        errors["commitment"] = [_("The commitment lies in another place: another source, initiative or year.")]
    return errors


def _same_place(entry: Entry, commitment: Commitment) -> bool:
    cell = commitment.cell
    return (cell.funding_source_id, cell.initiative_id, cell.year) == entry.place


def known(owner: Organisation, entries: Sequence[Entry]) -> set[tuple[str, str, date, Decimal, int]]:
    """The keys of those lines that are booked already. One question."""
    rows = Voucher.objects.filter(owner=owner, withdrawn_at=None, number__in={entry.key[0] for entry in entries})
    return set(rows.values_list("number", "account", "booked_on", "quantity", "ordinal"))


def book(
    actor: Actor | None,
    owner: Organisation,
    entries: Sequence[Entry],
    *,
    file_name: str = "",
    written: Written | None = None,
    learnt_on: date | None = None,
) -> list[Voucher]:
    """Book the lines that are not there yet, all or none; at most AT_ONCE. Raises Refused, ValidationError.

    Spending is a fact, so no ceiling refuses it: what is too much is shown as overspent.
    """
    if len(entries) > AT_ONCE:
        raise ValueError(f"at most {AT_ONCE} vouchers at once")
    for source in {entry.funding_source for entry in entries}:
        require_keeper(actor, source, BOOK_SPENDING)
        if source.owner_id != owner.pk:
            raise ValidationError(_("%(source)s is kept by another organisation.") % {"source": source})
    wrong = {
        (f"{number}.{field}" if len(entries) > 1 else field): texts
        for number, entry in enumerate(entries)
        for field, texts in faults(entry).items()
    }
    if wrong:
        raise ValidationError(wrong)
    with ledger.entry():
        held = cells.locked(entry.place for entry in entries)
        there = known(owner, entries)
        late = set(closed_years(owner, {entry.year for entry in entries}))
        bound = _bound(entries)
        rows = []
        for entry in entries:
            if entry.key in there:
                continue
            there.add(entry.key)
            drawn = _draw(bound, entry)
            rows.append(
                Voucher(
                    cell=held[entry.place],
                    owner=owner,
                    number=entry.number.strip(),
                    account=entry.account,
                    booked_on=entry.booked_on,
                    quantity=entry.quantity,
                    ordinal=entry.ordinal,
                    text=entry.text[:300],
                    supplier=entry.supplier[:200],
                    commitment=entry.commitment,
                    drawn=drawn,
                    late=entry.year in late,
                    file_name=file_name[:200],
                    registered_by=actor.user if actor is not None else None,
                )
            )
        for row in Voucher.objects.bulk_create(rows):
            _post(row, learnt_on)
        if written is not None:
            written(rows[0].pk if rows else 0)
    return rows


def _bound(entries: Sequence[Entry]) -> dict[int, tuple[Decimal, Decimal]]:
    """Commitment → (its kroner, how much of them is drawn), locked. A closed one foresees nothing more, either way."""
    keys = sorted({entry.commitment.pk for entry in entries if entry.commitment is not None})
    rows = Commitment.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    nothing = (Decimal(0), Decimal(0))
    return {row.pk: nothing if row.closed_at else (row.quantity, commitments.drawn_of(row)) for row in rows}


def _draw(bound: dict[int, tuple[Decimal, Decimal]], entry: Entry) -> Decimal:
    """How much of the line its commitment had foreseen; what is paid back is bound again."""
    if entry.commitment is None:
        return Decimal(0)
    whole, drawn = bound[entry.commitment.pk]
    now = min(entry.quantity, whole - drawn) if entry.quantity > 0 else -min(-entry.quantity, drawn)
    bound[entry.commitment.pk] = (whole, drawn + now)
    return now


def _post(row: Voucher, learnt_on: date | None = None) -> None:
    for measure, quantity in ((MEASURE, row.quantity), (DRAWN, row.drawn)):
        if quantity:
            cells.post(
                measure, row.cell, occurred_on=row.booked_on, source=SOURCE, source_id=row.pk, quantity=quantity,
                learnt_on=learnt_on,
            )  # fmt: skip


def thing(voucher: Voucher) -> str:
    return versions.thing_of("voucher", voucher.pk)


def mark(voucher: Voucher) -> str:
    return "withdrawn" if voucher.withdrawn_at else "stands"


def withdraw_voucher(
    actor: Actor | None,
    voucher: Voucher,
    reason: str,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Voucher:
    """Booked by mistake: its facts are reversed. What the finance system itself takes back is another voucher."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why the voucher is withdrawn.")]})
    with ledger.entry():
        cell = voucher.cell
        cells.locked([(cell.funding_source_id, cell.initiative_id, cell.year)])
        bound = None
        if voucher.commitment_id is not None:
            bound = Commitment.objects.select_for_update(no_key=True).get(pk=voucher.commitment_id)
        row: Voucher = (
            Voucher.objects.select_for_update(no_key=True, of=("self",))
            .select_related("cell__funding_source__owner", "cell__initiative")
            .get(pk=voucher.pk)
        )
        require_keeper(actor, row.cell.funding_source, BOOK_SPENDING)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if row.withdrawn_at is not None:
            raise ValidationError(_("It has been withdrawn already."))
        if bound is not None:
            bound.cell = row.cell
            _hold_again(bound, commitments.drawn_of(bound) - row.drawn)
        if bound is not None and not 0 <= commitments.drawn_of(bound) - row.drawn <= bound.quantity:
            raise ValidationError(
                _("Other vouchers of the same commitment rest on this one. Withdraw those that came after it first.")
            )
        row.withdrawn_at = timezone.now()
        row.withdrawn_by = actor.user if actor is not None else None
        row.withdrawn_reason = reason.strip()
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        for measure, quantity in ((MEASURE, row.quantity), (DRAWN, row.drawn)):
            if quantity:
                ledger.reverse(measure=measure, source=SOURCE, source_id=str(row.pk))
        if bound is not None and bound.closed_at is not None and commitments.drawn_of(bound) != bound.quantity:
            commitments.hold(bound, commitments.drawn_of(bound))
        if written is not None:
            written(row.pk)
    return row


def _hold_again(bound: Commitment, spent: Decimal) -> None:
    """A closed commitment whose refund is withdrawn holds as much as is spent of it, where there is room for that."""
    missing = spent - bound.quantity
    if bound.closed_at is None or missing <= 0:
        return
    cell = bound.cell
    if not closed_years(cell.funding_source.owner, [cell.year]) and cells.left_in([cell])[cell.pk] >= missing:
        commitments.hold(bound, spent)
