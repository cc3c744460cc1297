"""Changing a budget: adopt, supplement, transfer, carry over, and take a change back. One decision, some lines, facts.

`actor` None is a loader: no permission is asked. In a history batch every call says `learnt_on`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.drafts import versions
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.ui import formats
from programmes import cells, decisions
from programmes.amounts import room_in
from programmes.cells import Place, name_of, require_keeper, too_little
from programmes.models import (
    Amount,
    BudgetCell,
    BudgetChange,
    BudgetLine,
    Decision,
    FundingSource,
    Initiative,
    YearClosing,
)
from programmes.rights import CHANGE_BUDGET

MEASURE, SOURCE = "budget", "budget_line"
MOST_LINES = 500
Kind = BudgetChange.Kind
Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Line:
    """Kroner into (or, below zero, out of) a place. `comes_from`: the amount of which this is the appropriation."""

    funding_source: FundingSource
    initiative: Initiative | None
    year: int
    quantity: Decimal
    comes_from: Amount | None = None

    @property
    def place(self) -> Place:
        return self.funding_source.pk, self.initiative.pk if self.initiative else None, self.year

    @property
    def name(self) -> str:
        return name_of(self.funding_source, self.initiative, self.year)


def change_budget(
    actor: Actor | None,
    kind: str,
    *,
    owner: Organisation,
    decision: Decision,
    title: str,
    lines: Sequence[Line],
    financing: str = "",
    price_year: int | None = None,
    note: str = "",
    reverses: BudgetChange | None = None,
    written: Written | None = None,
    learnt_on: date | None = None,
) -> BudgetChange:
    """Register one decision about the budget. Raises Refused, and ValidationError with errors by field:
    `decision`, `title`, `financing`, `note`, `lines`, and `lines.N` for the N-th line, counted from 0.
    """
    for line in lines:
        require_keeper(actor, line.funding_source, CHANGE_BUDGET)
        cells.check_initiative(line.initiative, actor)
    with ledger.entry():
        held = cells.locked(line.place for line in lines if not cells.year_fault(line.year))
        decision = decisions.locked(decision)
        errors = _faults(kind, owner, decision, title, lines, financing, note, reverses)
        _left(lines, held, errors)
        if errors:
            raise ValidationError(errors)
        change = BudgetChange.objects.create(
            kind=kind,
            owner=owner,
            decision=decision,
            title=title.strip(),
            financing=financing.strip(),
            price_year=price_year or _price_year_of(lines),
            note=note.strip(),
            reverses=reverses,
            registered_by=actor.user if actor is not None else None,
        )
        made = BudgetLine.objects.bulk_create(
            BudgetLine(change=change, cell=held[line.place], quantity=line.quantity, comes_from=line.comes_from)
            for line in lines
        )
        for row in made:
            cells.post(
                MEASURE, row.cell, occurred_on=_day(decision), source=SOURCE, source_id=row.pk,
                quantity=row.quantity, category=kind, learnt_on=learnt_on,
            )  # fmt: skip
        if written is not None:
            written(change.pk)
    return change


def take_back(
    actor: Actor | None,
    change: BudgetChange,
    *,
    decision: Decision,
    reason: str,
    seen: versions.Seen | None = None,
    written: Written | None = None,
) -> BudgetChange:
    """The same lines with the other sign. Once per change; a change that takes back is not taken back itself.

    Raises Refused, Changed, and ValidationError by field as `change_budget` does (`note` is the reason).
    """
    rows = change.lines.select_related("cell__funding_source__owner", "cell__initiative", "comes_from")
    lines = [
        Line(row.cell.funding_source, row.cell.initiative, row.cell.year, -row.quantity, row.comes_from) for row in rows
    ]
    for line in lines:
        require_keeper(actor, line.funding_source, CHANGE_BUDGET)
    with ledger.entry():
        cells.locked(line.place for line in lines)  # whoever takes it back at the same time waits here
        if is_taken_back(change) or change.reverses_id is not None:
            raise ValidationError(_("It has been taken back already."))
        versions.settle(actor, thing(change), seen=seen, now=mark(change))
        return change_budget(
            actor,
            change.kind,
            owner=change.owner,
            decision=decision,
            title=(_("Taken back: %(title)s") % {"title": change.title})[:200],
            lines=lines,
            financing=change.financing,
            price_year=change.price_year,
            note=reason,
            reverses=change,
            written=written,
        )


def is_taken_back(change: BudgetChange) -> bool:
    return BudgetChange.objects.filter(reverses=change).exists()


def thing(change: BudgetChange) -> str:
    return versions.thing_of("budget_change", change.pk)


def mark(change: BudgetChange) -> str:
    """A change is never changed, only taken back."""
    return "taken back" if is_taken_back(change) else "stands"


def _day(decision: Decision) -> date:
    if decision.decided_on is None:
        raise TypeError("a decision without a day gives no money")  # _faults has refused it
    day: date = decision.decided_on
    return day


def _faults(
    kind: str,
    owner: Organisation,
    decision: Decision,
    title: str,
    lines: Sequence[Line],
    financing: str,
    note: str,
    reverses: BudgetChange | None,
) -> Errors:
    errors: Errors = defaultdict(list)
    if kind not in Kind.values:
        errors["kind"].append(_("Choose what kind of change it is."))
        return errors
    if not title.strip():
        errors["title"].append(_("Say what it is about."))
    if kind == Kind.SUPPLEMENTARY and not financing.strip():
        errors["financing"].append(_("Say what the supplementary appropriation is financed by."))
    if reverses is not None and not note.strip():
        errors["note"].append(_("Say why it is taken back."))
    if reverses is not None and BudgetChange.objects.filter(reverses=reverses).exists():  # by who came first
        errors[NON_FIELD_ERRORS].append(_("It has been taken back already."))
    if not lines:
        errors["lines"].append(_("Write at least one amount."))
    if len(lines) > MOST_LINES:
        errors["lines"].append(_("At most %(most)s lines belong to one change.") % {"most": MOST_LINES})
    errors.update(_line_faults(owner, lines))
    if reverses is None:
        _moved_away(kind, lines, errors)
    errors["lines"].extend(_balance(kind, lines))
    if reverses is None and kind != Kind.CARRY_OVER:
        for year in closed_years(owner, {line.year for line in lines}):
            errors["lines"].append(
                _("The year %(year)s is closed. What is left can be carried over to another year.") % {"year": year}
            )
    whole, already = decisions.whole_of(line.quantity for line in lines), decisions.resting(decision, kind)
    errors["decision"].extend(decisions.may_decide(decision, owner, kind, whole, already))
    errors["lines"].extend(_more_than_there_is(lines))
    return {field: texts for field, texts in errors.items() if texts}


def _line_faults(owner: Organisation, lines: Sequence[Line]) -> Errors:
    errors: Errors = {}
    seen: set[Place] = set()
    for number, line in enumerate(lines):
        wrong = errors[f"lines.{number}"] = []
        if fault := cells.year_fault(line.year):
            wrong.append(fault)
        if line.quantity == 0:
            wrong.append(_("Write an amount that is not zero."))
        if line.place in seen:
            wrong.append(_("%(place)s stands there twice. Write one amount.") % {"place": line.name})
        if line.funding_source.owner_id != owner.pk:
            wrong.append(_("%(source)s is kept by another organisation.") % {"source": line.funding_source})
        amount = line.comes_from
        if amount is not None and (amount.funding_source is None or amount.funding_source.owner_id != owner.pk):
            wrong.append(_("The amount it comes from belongs to another organisation."))
        seen.add(line.place)
    return errors


def _moved_away(kind: str, lines: Sequence[Line], errors: Errors) -> None:
    """What is moved away comes from no amount: it would give the amount room again while its krone stands elsewhere."""
    for number, line in enumerate(lines):
        if kind in (Kind.TRANSFER, Kind.CARRY_OVER) and line.quantity < 0 and line.comes_from is not None:
            text = _("What is moved away comes from no amount. Say it where the money goes.")
            errors[f"lines.{number}"].append(text)


def _price_year_of(lines: Sequence[Line]) -> int | None:
    """The sources' price year, where they agree: written down, for a source may be changed later."""
    years = {line.funding_source.price_year for line in lines}
    return years.pop() if len(years) == 1 else None


def closed_years(owner: Organisation, years: Iterable[int]) -> list[int]:
    """Those of the years that the organisation has closed, in order."""
    found = YearClosing.objects.filter(owner=owner, year__in=list(years)).order_by("year")
    return list(found.values_list("year", flat=True))


def _balance(kind: str, lines: Sequence[Line]) -> list[str]:
    """What is over where a change must sum to zero."""
    over: dict[Any, Decimal] = defaultdict(Decimal)
    if kind == Kind.TRANSFER:
        for line in lines:
            over[line.year] += line.quantity
        text = _("A transfer must sum to zero. In %(year)s there are %(over)s too %(way)s.")
        return [
            text % {"year": year, "over": formats.money(abs(net)), "way": _("much") if net > 0 else _("little")}
            for year, net in sorted(over.items())
            if net
        ]
    if kind == Kind.CARRY_OVER:
        names: dict[Any, str] = {}
        for line in lines:
            over[line.place[:2]] += line.quantity
            names[line.place[:2]] = str(line.initiative or line.funding_source)
        text = _("What is carried over must sum to zero. For %(name)s there are %(over)s too %(way)s.")
        return [
            text % {"name": names[key], "over": formats.money(abs(net)), "way": _("much") if net > 0 else _("little")}
            for key, net in over.items()
            if net
        ]
    return []


def _left(lines: Sequence[Line], held: dict[Place, BudgetCell], errors: Errors) -> None:
    """Adds to `errors` what is taken out of places that have too little left."""
    left = cells.left_in(held.values())
    for number, line in enumerate(lines):
        cell = held.get(line.place)
        if cell is not None and line.quantity < 0 and left[cell.pk] + line.quantity < 0:
            errors.setdefault(f"lines.{number}", []).append(too_little(cell, left[cell.pk], -line.quantity))


def _more_than_there_is(lines: Sequence[Line]) -> list[str]:
    """What comes from an amount is not more than the amount has, and nothing comes from one that was withdrawn."""
    taken: dict[int, dict[int | None, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        if line.comes_from is not None:
            taken[line.comes_from.pk][line.year] += line.quantity
    if not taken:
        return []
    faults = []
    # Locked before it is asked what is left of them: who comes second sees what the first has taken.
    for amount in Amount.objects.select_for_update(no_key=True).filter(pk__in=taken).order_by("pk"):
        if amount.withdrawn_at is not None:
            faults.append(_("The amount it comes from has been withdrawn."))
        elif fault := room_in(amount, taken[amount.pk]):
            faults.append(fault)
    return faults
