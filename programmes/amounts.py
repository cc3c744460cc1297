"""Amounts at their steps: stating one, withdrawing it, and counting one krone once."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.ui import formats
from programmes import cells, decisions
from programmes.models import Amount, AmountLine, BudgetLine, Decision, FundingSource, Initiative
from programmes.rights import STATE_AMOUNTS

MEASURES = {
    Amount.Step.RECOMMENDED: "amount_recommended",
    Amount.Step.SET_ASIDE: "amount_set_aside",
    Amount.Step.RELEASED: "amount_released",
}
SOURCE = "amount_line"
Form = Amount.Form
ByYear = Mapping[int | None, Decimal]


def state_amount(
    actor: Actor | None,
    *,
    funding_source: FundingSource | None,
    initiative: Initiative | None,
    step: str,
    form: str,
    lines: ByYear,
    stated_on: date,
    comes_from: Amount | None = None,
    decision: Decision | None = None,
    first_year: int | None = None,
    last_year: int | None = None,
    price_year: int | None = None,
    note: str = "",
    source: str = "",
    written: Written | None = None,
    learnt_on: date | None = None,
) -> Amount:
    """Register an amount. `lines` are kroner by budget year; the key None is "no year stated". Only what needs no money
    has no source: then it is for those who own the initiative's programme to say.

    Raises Refused, and ValidationError with errors by field.
    """
    if funding_source is None and (form != Form.NONE or initiative is None):
        raise ValidationError({"funding_source": [_("Choose where the money comes from.")]})
    require_stating(actor, funding_source, initiative)
    cells.check_initiative(initiative, actor)
    amount = Amount(
        funding_source=funding_source,
        initiative=initiative,
        step=step,
        form=form,
        comes_from=comes_from,
        decision=decision,
        stated_on=stated_on,
        first_year=first_year if form == Form.FRAME else None,
        last_year=last_year if form == Form.FRAME else None,
        price_year=price_year,
        note=note.strip(),
        source=source.strip(),
        registered_by=actor.user if actor is not None else None,
    )
    with ledger.entry():
        if comes_from is not None:  # before it is asked what is left of it
            comes_from = Amount.objects.select_for_update(no_key=True).get(pk=comes_from.pk)
        if decision is not None:
            amount.decision = decisions.locked(decision)
        errors = _faults(amount, lines, comes_from)
        if errors:
            raise ValidationError(errors)
        amount.save()
        made = AmountLine.objects.bulk_create(
            AmountLine(amount=amount, year=year, quantity=quantity) for year, quantity in lines.items()
        )
        for line in made:
            _post(amount, line, learnt_on)
        if written is not None:
            written(amount.pk)
    return amount


def _faults(amount: Amount, lines: ByYear, comes_from: Amount | None) -> dict[str, list[str]]:
    if amount.form not in Form.values:
        return {"form": [_("Choose how the amount is stated.")]}
    errors: dict[str, list[str]] = {"lines": _line_faults(amount.form, lines)}
    if amount.step not in Amount.Step.values:
        errors["step"] = [_("Choose how far the money has come.")]
    if amount.form == Form.FRAME and not _runs(amount.first_year, amount.last_year):
        errors["last_year"] = [_("Write from which year to which the frame runs, as in 2021 to 2024.")]
    if comes_from is not None:
        gone = _("That amount has been withdrawn.") if comes_from.withdrawn_at is not None else ""
        errors["comes_from"] = [text for text in [gone or room_in(comes_from, lines)] if text]
    if (
        amount.decision is not None
        and amount.funding_source is not None
        and amount.decision.body.organisation_id != amount.funding_source.owner_id
    ):
        errors["decision"] = [_("Choose a decision of the organisation that keeps the money.")]
    return {field: texts for field, texts in errors.items() if texts}


def _runs(first: int | None, last: int | None) -> bool:
    return first is not None and last is not None and not any(map(cells.year_fault, (first, last))) and first < last


def _line_faults(form: str, lines: ByYear) -> list[str]:
    """What is wrong with the numbers of an amount that is stated in this form."""
    years = [year for year in lines if year is not None]
    if form in Amount.WITHOUT_NUMBER:
        return [_("When no number is stated here, leave the amounts empty.")] if lines else []
    if form == Form.YEARLY and (not years or None in lines):
        return [_("Write an amount for each year.")]
    if form == Form.ONE_OFF and (len(lines) != 1 or not years):
        return [_("Write one amount and its year.")]
    if form in (Form.FRAME, Form.YEAR_NOT_STATED) and list(lines) != [None]:
        return [_("Write one amount, without a year.")]
    wrong = [_("Write an amount above zero.")] if any(quantity <= 0 for quantity in lines.values()) else []
    return [*wrong, *{fault for year in years if (fault := cells.year_fault(year))}]


def room_in(amount: Amount, taken: ByYear) -> str:
    """Why an amount does not have what is to be taken from it; "" when it has, or when it is only a recommendation."""
    stated = {line.year: line.quantity for line in amount.lines.all()}
    if amount.step == Amount.Step.RECOMMENDED or not stated:
        return ""
    used = taken_from(amount)
    left = sum(stated.values()) - sum(used.values(), Decimal(0))
    wanted = sum(taken.values(), Decimal(0))
    if wanted > left:
        said = {"left": formats.money(left), "wanted": formats.money(wanted)}
        return _("Of the amount it comes from, %(left)s is left, and this is %(wanted)s.") % said
    for year, quantity in taken.items():
        if year is not None and year in stated:
            left = stated[year] - used.get(year, Decimal(0))
            if quantity > left:
                said = {"left": formats.money(left), "wanted": formats.money(quantity), "year": str(year)}
                text = _("Of the amount it comes from, %(left)s is left in %(year)s, and this is %(wanted)s.")
                return text % said
    return ""


def taken_from(amount: Amount) -> dict[int | None, Decimal]:
    """What later steps have taken from it, by year. Two queries."""
    found: dict[int | None, Decimal] = {}
    later = AmountLine.objects.filter(amount__comes_from=amount, amount__withdrawn_at=None).order_by()
    budgeted = BudgetLine.objects.filter(comes_from=amount).order_by()
    for year, total in later.values_list("year").annotate(total=Sum("quantity")):
        found[year] = found.get(year, Decimal(0)) + total
    for year, total in budgeted.values_list("cell__year").annotate(total=Sum("quantity")):
        found[year] = found.get(year, Decimal(0)) + total
    return found


def counted_once(amounts: Iterable[Amount]) -> list[Amount]:
    """Those of the amounts that no other of them leads to: with one krone in each chain, the sum counts none twice."""
    rows = list(amounts)
    keys = {amount.pk for amount in rows}
    return [amount for amount in rows if amount.comes_from_id not in keys]


def withdraw_amount(
    actor: Actor | None,
    amount: Amount,
    reason: str,
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> Amount:
    """It should not stand: its facts are reversed. Not while something that came of it stands."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the amount is withdrawn.")})
    with ledger.entry():
        locked = Amount.objects.select_for_update(no_key=True, of=("self",))
        row = locked.select_related("funding_source", "initiative__programme__owner").get(pk=amount.pk)
        require_stating(actor, row.funding_source, row.initiative)
        versions.settle(actor, versions.thing_of("amount", row.pk), seen=seen, now=mark(row))
        if row.withdrawn_at is not None:
            raise ValidationError(_("It has been withdrawn already."))
        if row.leads_to.filter(withdrawn_at=None).exists() or any(taken_from(row).values()):
            raise ValidationError(_("Something that came of this amount stands. Withdraw or take back that first."))
        row.withdrawn_at = timezone.now()
        row.withdrawn_by = actor.user if actor is not None else None
        row.withdrawn_reason = reason.strip()
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        for line in row.lines.all():
            ledger.reverse(measure=MEASURES[Amount.Step(row.step)], source=SOURCE, source_id=str(line.pk))
        if written is not None:
            written(row.pk)
    return row


def may_state(actor: Actor, source: FundingSource | None, initiative: Initiative | None) -> Verdict:
    """May the person say this of the source's money or, where there is no source, of the initiative's needs?"""
    if source is not None:
        return cells.may_keep(actor, source, STATE_AMOUNTS)
    verdict = rights.may(actor, STATE_AMOUNTS)
    if verdict and initiative is not None and initiative.programme.owner_id not in actor.organisation_ids:
        text = _("%(owner)s owns the plan and says what it needs.")
        return Verdict(False, text % {"owner": initiative.programme.owner})
    return verdict


def require_stating(actor: Actor | None, source: FundingSource | None, initiative: Initiative | None) -> None:
    """Raise Refused unless the person keeps the money or, where there is none, the plan."""
    if actor is not None:
        verdict = may_state(actor, source, initiative)
        if not verdict:
            raise Refused(verdict.reason)


def mark(amount: Amount) -> str:
    return amount.updated_at.isoformat()


def _post(amount: Amount, line: AmountLine, learnt_on: date | None) -> None:
    funding_source = amount.funding_source
    if funding_source is None:
        raise TypeError("what needs no money has no lines")  # the rule and the database have refused it
    heading: Any = (amount.initiative or funding_source).heading_id
    ledger.post(
        measure=MEASURES[Amount.Step(amount.step)],
        occurred_on=amount.stated_on,
        period=period_of(amount, line),
        source=SOURCE,
        source_id=str(line.pk),
        quantity=line.quantity,
        municipality=funding_source.owner.municipality_id,
        organisation=funding_source.owner_id,
        heading=heading,
        category=amount.form,
        subcategory=funding_source.key,
        learnt_on=learnt_on,
    )


def period_of(amount: Amount, line: AmountLine) -> tuple[date, date] | None:
    """The years that a line is about, half-open; None where the source states none."""
    if line.year is not None:
        return date(line.year, 1, 1), date(line.year + 1, 1, 1)
    if amount.first_year is not None and amount.last_year is not None:
        return date(amount.first_year, 1, 1), date(amount.last_year + 1, 1, 1)
    return None
