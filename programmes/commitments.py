"""Committing money of a cell, changing a commitment, and closing it. Never above what is left, however many at once."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.ui import formats
from programmes import cells, decisions
from programmes.budget import closed_years
from programmes.cells import left_in, require_keeper, too_little
from programmes.models import BudgetCell, Commitment, Decision, FundingSource, Initiative
from programmes.rights import COMMIT

MEASURE, SOURCE = "commitment", "commitment"


def commit(
    actor: Actor | None,
    *,
    funding_source: FundingSource,
    initiative: Initiative | None,
    year: int,
    quantity: Decimal,
    committed_on: date,
    counterpart: str,
    kind: str = Commitment.Kind.OWN,
    reference: str = "",
    text: str = "",
    decision: Decision | None = None,
    written: Written | None = None,
    learnt_on: date | None = None,
) -> Commitment:
    """Bind money. Raises Refused, and ValidationError with errors by field; `quantity` says what is left."""
    require_keeper(actor, funding_source, COMMIT)
    cells.check_initiative(initiative, actor)
    errors: dict[str, list[str]] = {}
    if fault := cells.year_fault(year):
        errors["year"] = [fault]
    if quantity <= 0:
        errors["quantity"] = [_("Write an amount above zero.")]
    if not counterpart.strip():
        errors["counterpart"] = [_("Say to whom, for example a supplier or a partner.")]
    if kind not in Commitment.Kind.values:
        errors["kind"] = [_("Choose whether it is an order or a grant.")]
    errors = {field: texts for field, texts in errors.items() if texts}
    if errors:
        raise ValidationError(errors)
    place = (funding_source.pk, initiative.pk if initiative else None, year)
    with ledger.entry():
        cell = cells.locked([place])[place]
        if decision is not None:
            decision = decisions.locked(decision)
            already = decisions.resting(decision, "commitment")
            if refused := decisions.may_decide(decision, funding_source.owner, "commitment", quantity, already):
                raise ValidationError({"decision": refused})
        _open_year(cell)
        _enough(cell, quantity)
        row = Commitment.objects.create(
            cell=cell,
            kind=kind,
            quantity=quantity,
            committed_on=committed_on,
            counterpart=counterpart.strip(),
            reference=reference.strip(),
            text=text.strip(),
            decision=decision,
            registered_by=actor.user if actor is not None else None,
        )
        _post(row, learnt_on)
        if written is not None:
            written(row.pk)
    return row


def _open_year(cell: BudgetCell) -> None:
    if closed_years(cell.funding_source.owner, [cell.year]):
        text = _("The year %(year)s is closed: nothing more is committed in it.")
        raise ValidationError({"year": [text % {"year": str(cell.year)}]})


def _enough(cell: BudgetCell, quantity: Decimal) -> None:
    """The cell is locked: what is left now stays left until the end."""
    left = left_in([cell])[cell.pk]
    if quantity > left:
        raise ValidationError({"quantity": [too_little(cell, left, quantity)]})


def _post(row: Commitment, learnt_on: date | None = None) -> None:
    if row.quantity:
        cells.post(
            MEASURE, row.cell, occurred_on=row.committed_on, source=SOURCE, source_id=row.pk, revision=row.revision,
            quantity=row.quantity, category=row.kind, learnt_on=learnt_on,
        )  # fmt: skip


def _locked(actor: Actor | None, commitment: Commitment, seen: versions.Seen | None) -> Commitment:
    """The cell first, then the row: the order in which everybody locks."""
    cell = commitment.cell
    cells.locked([(cell.funding_source_id, cell.initiative_id, cell.year)])
    row: Commitment = (
        Commitment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("cell__funding_source__owner", "cell__initiative")
        .get(pk=commitment.pk)
    )
    require_keeper(actor, row.cell.funding_source, COMMIT)
    versions.settle(actor, thing(row), seen=seen, now=mark(row))
    if row.closed_at is not None:
        raise ValidationError(_("The commitment is closed."))
    return row


def thing(commitment: Commitment) -> str:
    return versions.thing_of("commitment", commitment.pk)


def mark(commitment: Commitment) -> str:
    """What tells versions of a commitment apart. What is booked on it changes no version."""
    return f"{commitment.revision}{'c' if commitment.closed_at else ''}"


def drawn_of(commitment: Commitment) -> Decimal:
    """How much of it is spent."""
    drawn = commitment.vouchers.filter(withdrawn_at=None).values_list("drawn", flat=True)
    return sum(drawn, Decimal(0))


def change_commitment(
    actor: Actor | None,
    commitment: Commitment,
    *,
    quantity: Decimal,
    counterpart: str,
    reference: str = "",
    text: str = "",
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Commitment:
    """Another amount, or other words. More only as far as there is money; never below what is spent of it."""
    with ledger.entry():
        row = _locked(actor, commitment, seen)
        errors: dict[str, list[str]] = {}
        if not counterpart.strip():
            errors["counterpart"] = [_("Say to whom, for example a supplier or a partner.")]
        spent = drawn_of(row)
        if quantity <= 0:
            errors["quantity"] = [_("Write an amount above zero. To let go of the rest, close the commitment.")]
        elif quantity < spent:
            said = {"spent": formats.money(spent)}
            errors["quantity"] = [_("%(spent)s of it is spent already. Write at least that.") % said]
        elif quantity > row.quantity and row.decision is not None:
            decision, owner = decisions.locked(row.decision), row.cell.funding_source.owner
            already = decisions.resting(decision, "commitment") - row.quantity
            errors["quantity"] = decisions.may_decide(decision, owner, "commitment", quantity, already)
        errors = {field: texts for field, texts in errors.items() if texts}
        if errors:
            raise ValidationError(errors)
        if quantity > row.quantity:
            _open_year(row.cell)
            _enough(row.cell, quantity - row.quantity)
        row.counterpart, row.reference, row.text = counterpart.strip(), reference.strip(), text.strip()
        _revise(row, quantity)
        if written is not None:
            written(row.pk)
    return row


def _revise(row: Commitment, quantity: Decimal) -> None:
    before = row.quantity
    row.quantity, row.revision = quantity, row.revision + 1
    row.save()
    if before:
        ledger.reverse(measure=MEASURE, source=SOURCE, source_id=str(row.pk), revision=row.revision - 1)
    _post(row)


def close_commitment(
    actor: Actor | None,
    commitment: Commitment,
    reason: str,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Commitment:
    """Let go of what is not spent of it; of one that nothing is spent of, all."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why it is closed, for example that the last invoice has come.")]})
    with ledger.entry():
        row = _locked(actor, commitment, seen)
        row.closed_at = timezone.now()
        row.closed_by = actor.user if actor is not None else None
        row.closed_reason = reason.strip()
        _revise(row, drawn_of(row))
        if written is not None:
            written(row.pk)
    return row


def hold(row: Commitment, quantity: Decimal) -> None:
    """A closed one holds what is spent of it. Inside an entry, with cell and row locked."""
    _revise(row, quantity)
