"""Co-financing: planning what a partner contributes, registering it, and approving it by somebody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.rights import Refused, Verdict
from portal.ui import formats
from programmes import cells
from programmes.models import Contribution, ContributionEntry, ContributionYear, FundingSource, Initiative
from programmes.planning import may_plan, require_planner
from programmes.rights import APPROVE_COFINANCING, REGISTER_COFINANCING, STATE_AMOUNTS, VIEW_VOUCHERS

MEASURE, HOURS, SOURCE = "cofinancing", "cofinancing_hours", "contribution_entry"
MOST_YEARS = 6
MOST_KRONER = Decimal(10) ** 12
MOST_HOURS = Decimal(1_000_000)
DAY_HOURS = Decimal(24)
Form, Status = Contribution.Form, ContributionEntry.Status


@dataclass(frozen=True)
class Planned:
    """What is planned in a year: kroner, or hours at a rate."""

    year: int
    quantity: Decimal | None = None
    hours: Decimal | None = None
    hourly_rate: Decimal | None = None


def kroner_of(quantity: Decimal | None, hours: Decimal | None, hourly_rate: Decimal | None) -> Decimal:
    """The kroner stated or, of hours, their value: rounded to the øre half up, as the database has it."""
    if hours is not None and hourly_rate is not None:
        return formats.rounded(hours * hourly_rate, 2)
    return quantity or Decimal(0)


# ---------------------------------------------------------------------------------------------- planning


def plan_contribution(
    actor: Actor | None,
    initiative: Initiative,
    funding_source: FundingSource,
    *,
    form: str,
    partner: Organisation | None = None,
    partner_name: str = "",
    years: Sequence[Planned] = (),
    note: str = "",
    source: str = "",
    written: Written | None = None,
) -> Contribution:
    """A partner's contribution to the initiative beside the source. Raises Refused, ValidationError by field."""
    require_planner(actor, initiative.programme, funding_source, STATE_AMOUNTS)
    cells.check_initiative(initiative, actor)
    row = Contribution(
        initiative=initiative,
        funding_source=funding_source,
        partner=partner,
        partner_name=partner_name.strip(),
        form=form,
        note=note.strip(),
        source=source.strip(),
        registered_by=actor.user if actor is not None else None,
    )
    with ledger.entry():
        _check(row, years)
        row.save()
        _write_years(row, years)
        if written is not None:
            written(row.pk)
    return row


def change_contribution(
    actor: Actor | None,
    given: Contribution,
    *,
    years: Sequence[Planned],
    note: str = "",
    source: str = "",
    seen: versions.Seen | None = None,
) -> Contribution:
    """What is planned is said anew; partner, form, initiative and source stay. Raises also Changed."""
    with ledger.entry():
        row = _locked(given)
        require_planner(actor, row.initiative.programme, row.funding_source, STATE_AMOUNTS)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if row.withdrawn_at is not None:
            raise ValidationError(_("It has been withdrawn already."))
        _check(row, years)
        row.note, row.source = note.strip(), source.strip()
        row.save()
        row.years.all().delete()
        _write_years(row, years)
        row.refresh_from_db(fields=["updated_at"])
    return row


def withdraw_contribution(
    actor: Actor | None, given: Contribution, reason: str, *, seen: versions.Seen | None = None
) -> Contribution:
    """It should not stand. Not while something that was registered on it waits or is approved."""
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why it is withdrawn.")]})
    with ledger.entry():
        row = _locked(given)
        require_planner(actor, row.initiative.programme, row.funding_source, STATE_AMOUNTS)
        versions.settle(actor, thing(row), seen=seen, now=mark(row))
        if row.withdrawn_at is not None:
            raise ValidationError(_("It has been withdrawn already."))
        if row.entries.exclude(status=Status.REJECTED).exists():
            raise ValidationError(_("Something registered on it stands. Reject that first."))
        row.withdrawn_at = timezone.now()
        row.withdrawn_by = actor.user if actor is not None else None
        row.withdrawn_reason = reason.strip()
        row.save()
    return row


def thing(row: Contribution) -> str:
    return versions.thing_of("contribution", row.pk)


def mark(row: Contribution) -> str:
    return row.updated_at.isoformat()


def _locked(given: Contribution) -> Contribution:
    rows = Contribution.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "funding_source__owner", "initiative__programme__owner", "partner"
    )
    return rows.get(pk=given.pk)


def _write_years(row: Contribution, years: Sequence[Planned]) -> None:
    ContributionYear.objects.bulk_create(
        ContributionYear(
            contribution=row,
            year=each.year,
            hours=each.hours,
            hourly_rate=each.hourly_rate,
            quantity=kroner_of(each.quantity, each.hours, each.hourly_rate),
        )
        for each in years
    )


def _check(row: Contribution, years: Sequence[Planned]) -> None:
    wrong: dict[str, list[str]] = {}
    if row.form not in Form.values:
        wrong["form"] = [_("Choose from the list.")]
    if (row.partner_id is None) == (row.partner_name == ""):
        wrong["partner"] = [_("Choose a partner, or write who it is.")]
    same = Contribution.objects.standing().filter(
        initiative=row.initiative,
        funding_source=row.funding_source,
        partner=row.partner,
        partner_name=row.partner_name,
        form=row.form,
    )
    if same.exclude(pk=row.pk).exists():
        wrong["partner"] = [_("The partner's contribution in that form is there already.")]
    if len(years) > MOST_YEARS:
        wrong["years"] = [_("There can be at most %(most)s.") % {"most": MOST_YEARS}]
    seen: set[int] = set()
    for place, each in enumerate(years):
        if fault := cells.year_fault(each.year):
            wrong[f"years.{place}.year"] = [fault]
        elif each.year in seen:
            wrong[f"years.{place}.year"] = [_("The year is there already.")]
        seen.add(each.year)
        faults = amount_faults(row.form == Form.HOURS, each.quantity, each.hours, each.hourly_rate, zero=True)
        wrong |= {f"years.{place}.{name}": [text] for name, text in faults.items()}
    if wrong:
        raise ValidationError(wrong)


def amount_faults(
    in_hours: bool, quantity: Decimal | None, hours: Decimal | None, hourly_rate: Decimal | None, *, zero: bool = False
) -> dict[str, str]:
    """What is wrong with kroner or with hours at a rate, by field. `zero`: may it be nothing?"""
    found: dict[str, str] = {}
    if not in_hours:
        if hours is not None:
            found["hours"] = _("Only working hours are written in hours.")
        if hourly_rate is not None:
            found["hourly_rate"] = _("Only working hours have a price an hour.")
        if quantity is None:
            found["quantity"] = _("Write the amount.")
        elif quantity < 0 or (quantity == 0 and not zero):
            found["quantity"] = _("Write an amount above zero.")
        elif quantity >= MOST_KRONER:
            found["quantity"] = _("Write an amount below 1,000 billion kroner.")
        return found
    if quantity is not None:
        found["quantity"] = _("Working hours have hours and a price an hour; the amount is computed.")
    if hours is None:
        found["hours"] = _("Write the hours.")
    elif hours < 0 or (hours == 0 and not zero) or hours > MOST_HOURS:
        found["hours"] = _("Write hours above zero, at most 1,000,000.")
    if hourly_rate is None:
        found["hourly_rate"] = _("Write what an hour costs.")
    elif not 0 <= hourly_rate <= 1_000_000:
        found["hourly_rate"] = _("Write what an hour costs, at most 1,000,000 kroner.")
    return found


# ---------------------------------------------------------------------------------------------- registering


def may_register(actor: Actor, row: Contribution) -> Verdict:
    """The partner's own people; of a partner in words those who plan it."""
    verdict = rights.may(actor, REGISTER_COFINANCING)
    if not verdict:
        return verdict
    if row.withdrawn_at is not None:
        return Verdict(False, _("The contribution is withdrawn."))
    if row.form == Form.OWN_FRAME:
        return Verdict(False, _("An own frame is no cash and has no timesheet: nothing is registered on it."))
    if row.partner is None:
        return may_plan(actor, row.initiative.programme, row.funding_source, REGISTER_COFINANCING)
    if row.partner_id not in actor.organisation_ids:
        return Verdict(False, _("%(partner)s registers its own contribution.") % {"partner": row.partner})
    return verdict


def may_approve(actor: Actor, entry: ContributionEntry) -> Verdict:
    """Those who plan it, but not who registered the entry, nor who stands in for that person."""
    row = entry.contribution
    verdict = may_plan(actor, row.initiative.programme, row.funding_source, APPROVE_COFINANCING)
    if verdict and entry.registered_by_id in actor.person_ids:
        return Verdict(False, _("Somebody else than who registered it approves or rejects it."))
    return verdict


def may_see_entries(actor: Actor, row: Contribution) -> bool:
    """Single registrations are for the partner's own people and those who plan it; everybody sees the sums."""
    owners = {row.partner_id, row.funding_source.owner_id, row.initiative.programme.owner_id}
    works = rights.may(actor, REGISTER_COFINANCING) or rights.may(actor, VIEW_VOUCHERS)
    return bool(works) and bool(owners & actor.organisation_ids)


def hidden_reason() -> str:
    return _("Single registrations are seen by the partner's own people and by those who plan it. You see the sums.")


def register_entry(
    actor: Actor | None,
    given: Contribution,
    *,
    occurred_on: date,
    quantity: Decimal | None = None,
    days: Sequence[Decimal] | None = None,
    hours: Decimal | None = None,
    hourly_rate: Decimal | None = None,
    text: str = "",
    written: Written | None = None,
) -> ContributionEntry:
    """What was contributed on a day or, with `days` (hours from Monday to Sunday), in the ISO week of that day.

    Waits for approval. Raises Refused, ValidationError by field.
    """
    with ledger.entry():
        row = _locked(given)
        if actor is not None and not (verdict := may_register(actor, row)):
            raise Refused(verdict.reason)
        if days is not None:
            hours = sum(days, Decimal(0))
            occurred_on = thursday_of(occurred_on)
        wrong = _entry_faults(row, actor, occurred_on, quantity, days, hours, hourly_rate)
        if wrong:
            raise ValidationError(wrong)
        entry = ContributionEntry.objects.create(
            contribution=row,
            occurred_on=occurred_on,
            days=list(days) if days is not None else None,
            hours=hours,
            hourly_rate=hourly_rate,
            quantity=kroner_of(quantity, hours, hourly_rate),
            text=text.strip(),
            registered_by=actor.user if actor is not None else None,
        )
        if written is not None:
            written(entry.pk)
    return entry


def thursday_of(day: date) -> date:
    """The Thursday of the ISO week: it says which year the week belongs to."""
    return day + timedelta(days=4 - day.isoweekday())


def _entry_faults(
    row: Contribution,
    actor: Actor | None,
    occurred_on: date,
    quantity: Decimal | None,
    days: Sequence[Decimal] | None,
    hours: Decimal | None,
    hourly_rate: Decimal | None,
) -> dict[str, list[str]]:
    faults = amount_faults(row.form == Form.HOURS, quantity, hours, hourly_rate)
    wrong = {name: [text] for name, text in faults.items()}
    first = thursday_of(occurred_on) - timedelta(days=3) if days is not None else occurred_on
    if first > ledger.today():
        wrong["occurred_on"] = [_("That day has not come yet.")]
    elif fault := cells.year_fault(occurred_on.year):
        wrong["occurred_on"] = [fault]
    if row.asks_timesheets and days is None:
        wrong["days"] = [_("The funder asks for timesheets: write the hours of each day of the week.")]
    elif not row.asks_timesheets and days is not None:
        wrong["days"] = [_("The funder asks for no timesheets here: write the hours as one number.")]
    elif days is not None:
        if len(days) != 7 or any(not 0 <= each <= DAY_HOURS for each in days):
            wrong["days"] = [_("A day has between 0 and 24 hours.")]
        standing = row.entries.exclude(status=Status.REJECTED)
        if actor is not None and standing.filter(registered_by=actor.user, occurred_on=occurred_on).exists():
            wrong["occurred_on"] = [_("You have registered that week already.")]
    return wrong


def decide_entry(
    actor: Actor | None,
    given: ContributionEntry,
    approved: bool,
    reason: str = "",
    *,
    seen: versions.Seen | None = None,
    written: Written | None = None,
    learnt_on: date | None = None,
) -> ContributionEntry:
    """Approve, or reject with a reason; what was approved by mistake is rejected later, and its facts are reversed."""
    with ledger.entry():
        contribution = _locked(given.contribution)
        entry = ContributionEntry.objects.select_for_update(no_key=True).get(pk=given.pk)
        entry.contribution = contribution
        if actor is not None and not (verdict := may_approve(actor, entry)):
            raise Refused(verdict.reason)
        versions.settle(actor, entry_thing(entry), seen=seen, now=entry_mark(entry))
        if not approved and not reason.strip():
            raise ValidationError({"reason": [_("Say why it is rejected.")]})
        if entry.status == Status.REJECTED:
            raise ValidationError(_("It has been rejected. Register it anew."))
        if approved and entry.status == Status.APPROVED:
            raise ValidationError(_("It has been approved already."))
        counted = entry.status == Status.APPROVED
        entry.status = Status.APPROVED if approved else Status.REJECTED
        entry.decided_by = actor.user if actor is not None else None
        entry.decided_at = timezone.now()
        entry.decided_reason = reason.strip()
        entry.save(update_fields=["status", "decided_by", "decided_at", "decided_reason"])
        if approved:
            _post(entry, learnt_on)
        elif counted:
            for measure, _quantity in _facts(entry):
                ledger.reverse(measure=measure, source=SOURCE, source_id=str(entry.pk))
        if written is not None:
            written(entry.pk)
    return entry


def entry_thing(entry: ContributionEntry) -> str:
    return versions.thing_of("contribution_entry", entry.pk)


def entry_mark(entry: ContributionEntry) -> str:
    return entry.status


def _facts(entry: ContributionEntry) -> list[tuple[str, Decimal]]:
    """Measure and quantity of each fact; nothing is no fact."""
    pairs = [(MEASURE, entry.quantity), (HOURS, entry.hours or Decimal(0))]
    return [(measure, quantity) for measure, quantity in pairs if quantity]


def _post(entry: ContributionEntry, learnt_on: date | None) -> None:
    row = entry.contribution
    year = entry.occurred_on.year
    for measure, quantity in _facts(entry):
        ledger.post(
            measure=measure,
            occurred_on=entry.occurred_on,
            period=(date(year, 1, 1), date(year + 1, 1, 1)),
            source=SOURCE,
            source_id=str(entry.pk),
            quantity=quantity,
            municipality=row.funding_source.owner.municipality_id,
            organisation=row.partner_id,
            heading=row.initiative.heading_id,
            category=row.form,
            subcategory=row.funding_source.key,
            learnt_on=learnt_on,
        )


# ---------------------------------------------------------------------------------------------- standing


@dataclass(frozen=True)
class Standing:
    """Kroner and hours: planned, registered and not rejected, and of those approved."""

    planned: Decimal = Decimal(0)
    registered: Decimal = Decimal(0)
    approved: Decimal = Decimal(0)
    planned_hours: Decimal = Decimal(0)
    registered_hours: Decimal = Decimal(0)
    approved_hours: Decimal = Decimal(0)

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(*(getattr(self, name) + getattr(other, name) for name in Standing.__dataclass_fields__))


def standings(rows: Sequence[Contribution]) -> Mapping[int, Standing]:
    """Contribution → how it stands. Two queries."""
    found: dict[int, dict[str, Any]] = {row.pk: {} for row in rows}
    planned: Any = ContributionYear.objects.filter(contribution__in=list(found)).order_by().values("contribution")
    entries: Any = ContributionEntry.objects.filter(contribution__in=list(found)).exclude(status=Status.REJECTED)
    approved = Q(status=Status.APPROVED)
    for each in [
        *planned.annotate(planned=Sum("quantity"), planned_hours=Sum("hours")),
        *entries.order_by()
        .values("contribution")
        .annotate(
            registered=Sum("quantity"),
            registered_hours=Sum("hours"),
            approved=Sum("quantity", filter=approved),
            approved_hours=Sum("hours", filter=approved),
        ),
    ]:
        found[each.pop("contribution")] |= {name: value or Decimal(0) for name, value in each.items()}
    return {key: Standing(**said) for key, said in found.items()}


def needed(source: FundingSource) -> Decimal | None:
    """What others must pay beside what the source has granted: with a highest rate r, granted × (1 − r) / r.

    Rounded up to the øre. None where the grant or its rate is not known, or the rate asks for nothing.
    """
    if source.granted is None or not source.rate_of or not source.rate_in:
        return None
    exact = Fraction(source.granted) * (source.rate_in - source.rate_of) / source.rate_of
    return Decimal(ceil(exact * 100)) / 100
