"""A year's end and a month's: expected outturn, reconciling with the finance system, closing a year."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused
from portal.ledger.models import Fact
from portal.ui import formats
from programmes import cells
from programmes.cells import require_keeper
from programmes.models import BudgetCell, ExpectedOutturn, FundingSource, Initiative, Reconciliation, YearClosing
from programmes.rights import BOOK_SPENDING, CHANGE_BUDGET, CLOSE_YEAR
from programmes.spending import MEASURE as SPENDING

MEASURE, SOURCE = "expected_outturn", "expected_outturn"


def expect(
    actor: Actor | None,
    *,
    funding_source: FundingSource,
    initiative: Initiative | None,
    year: int,
    quantity: Decimal,
    stated_on: date,
    note: str = "",
    written: Written | None = None,
    learnt_on: date | None = None,
) -> ExpectedOutturn:
    """Say what a place is expected to have cost when its year is over. Said again on the same day, it is corrected."""
    require_keeper(actor, funding_source, CHANGE_BUDGET)
    cells.check_initiative(initiative, actor)
    if fault := cells.year_fault(year):
        raise ValidationError({"year": [fault]})
    if stated_on > ledger.today():
        raise ValidationError({"stated_on": [_("The day has not come yet.")]})
    place = (funding_source.pk, initiative.pk if initiative else None, year)
    with ledger.entry():
        cell = cells.locked([place])[place]
        said = {"quantity": quantity, "note": note.strip(), "stated_by": actor.user if actor is not None else None}
        row = ExpectedOutturn.objects.filter(cell=cell, stated_on=stated_on).first()
        if row is None:
            row = ExpectedOutturn.objects.create(cell=cell, stated_on=stated_on, **said)
        else:
            ledger.reverse(measure=MEASURE, source=SOURCE, source_id=str(row.pk), revision=row.revision)
            for name, value in said.items():
                setattr(row, name, value)
            row.revision += 1
            row.save()
        cells.post(
            MEASURE, cell, occurred_on=stated_on, source=SOURCE, source_id=row.pk, revision=row.revision,
            quantity=quantity, learnt_on=learnt_on,
        )  # fmt: skip
        versions.record(actor, versions.thing_of("budget_cell", cell.pk))
        if written is not None:
            written(row.pk)
    return row


def expect_all(
    actor: Actor | None,
    source: FundingSource,
    year: int,
    expected: Mapping[Initiative | None, Decimal],
    *,
    stated_on: date,
    note: str = "",
    seen: versions.Seen | None = None,
) -> list[ExpectedOutturn]:
    """Say it of several places of a source at once, all or none. Raises Refused, ValidationError, Changed."""
    require_keeper(actor, source, CHANGE_BUDGET)
    with ledger.entry():
        FundingSource.objects.select_for_update(no_key=True).get(pk=source.pk)
        versions.settle(actor, outturns_thing(source, year), seen=seen, now=outturns_mark(source, year))
        # All at once and in the order of everybody else, or two would wait for each other.
        cells.locked((source.pk, each.pk if each is not None else None, year) for each in expected)
        return [
            expect(
                actor, funding_source=source, initiative=initiative, year=year, quantity=quantity,
                stated_on=stated_on, note=note,
            )
            for initiative, quantity in expected.items()
        ]  # fmt: skip


def newest_outturns(source: FundingSource, year: int) -> dict[int, ExpectedOutturn]:
    """Cell → what was said of it last. One query."""
    rows = ExpectedOutturn.objects.filter(cell__funding_source=source, cell__year=year)
    return {row.cell_id: row for row in rows.order_by("stated_on", "pk")}


def outturns_thing(source: FundingSource, year: int) -> str:
    return versions.thing_of("expected_outturns", f"{source.pk}-{year}")


def outturns_mark(source: FundingSource, year: int) -> str:
    """What tells versions apart of all that is expected of a source in a year."""
    rows = newest_outturns(source, year).values()
    return " ".join(sorted(f"{row.pk}.{row.revision}" for row in rows))


def spent_until(
    owner: Organisation, source: FundingSource | None, year: int, month: int, as_of: ledger.AsOf
) -> Decimal:
    """Kroner booked in the year's budget until the end of the month, by the ledger."""
    after = date(year + month // 12, month % 12 + 1, 1)
    facts = Fact.objects.known(as_of).filter(
        measure=SPENDING, organisation=owner, period__startswith=date(year, 1, 1), occurred_on__lt=after
    )
    if source is not None:
        facts = facts.filter(subcategory=source.key)
    return facts.aggregate(total=Sum("quantity"))["total"] or Decimal(0)


def reconcile(
    actor: Actor | None,
    owner: Organisation,
    *,
    funding_source: FundingSource | None,
    year: int,
    month: int,
    system_total: Decimal,
    explanation: str = "",
    written: Written | None = None,
) -> Reconciliation:
    """Put the finance system's total beside ours. A difference must be explained. Raises Refused, ValidationError."""
    _require_own(actor, owner, BOOK_SPENDING)
    if fault := cells.year_fault(year):
        raise ValidationError({"year": [fault]})
    if not 1 <= month <= 12:
        raise ValidationError({"month": [_("Choose a month.")]})
    if funding_source is not None and funding_source.owner_id != owner.pk:
        raise ValidationError({"funding_source": [_("Choose one of the organisation's own funding sources.")]})
    with transaction.atomic():
        as_of = ledger.AsOf.now()
        ours = spent_until(owner, funding_source, year, month, as_of)
        if ours != system_total and not explanation.strip():
            said = {"ours": formats.money(ours), "difference": formats.money(system_total - ours)}
            text = _("Here %(ours)s is booked; the difference is %(difference)s. Say why.")
            raise ValidationError({"explanation": [text % said]})
        row = Reconciliation.objects.create(
            owner=owner,
            funding_source=funding_source,
            year=year,
            month=month,
            system_total=system_total,
            our_total=ours,
            explanation=explanation.strip(),
            place=as_of.place,
            made_by=actor.user if actor is not None else None,
        )
        if written is not None:
            written(row.pk)
    return row


def close_year(
    actor: Actor | None,
    owner: Organisation,
    year: int,
    *,
    note: str = "",
    written: Written | None = None,
) -> YearClosing:
    """From now on nothing is committed in the year, and its budget only moves to another year."""
    _require_own(actor, owner, CLOSE_YEAR)
    if fault := cells.year_fault(year):
        raise ValidationError({"year": [fault]})
    if year > ledger.today().year:
        raise ValidationError({"year": [_("The year has not begun yet.")]})
    with transaction.atomic():
        # Whoever is committing in the year comes before, or is refused.
        held = BudgetCell.objects.select_for_update(no_key=True).filter(funding_source__owner=owner, year=year)
        list(held.order_by("pk").values_list("pk"))
        if YearClosing.objects.filter(owner=owner, year=year).exists():
            raise ValidationError({"year": [_("The year is closed already.")]})
        row = YearClosing.objects.create(
            owner=owner,
            year=year,
            place=ledger.head(),
            note=note.strip(),
            closed_by=actor.user if actor is not None else None,
        )
        if written is not None:
            written(row.pk)
    return row


def _require_own(actor: Actor | None, owner: Organisation, action: str) -> None:
    if actor is None:
        return
    rights.require(actor, action)
    if owner.pk not in actor.organisation_ids:
        raise Refused(_("%(owner)s keeps this money. You can see it.") % {"owner": owner})
