"""The cells of the budget: finding them, locking them, and what is left in one."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from portal import ledger
from portal.identity import rights
from portal.identity.actor import Actor
from portal.identity.rights import Refused, Verdict
from portal.ui import formats
from programmes.models import BudgetCell, FundingSource, Initiative
from programmes.models.amounts import FIRST_YEAR, LAST_YEAR

Place = tuple[int, int | None, int]
"""Funding source, initiative (None: not released to any), budget year."""


def may_keep(actor: Actor, source: FundingSource, action: str) -> Verdict:
    """May the person do this with the source's money? Only those whose organisation keeps it."""
    verdict = rights.may(actor, action)
    if verdict and source.owner_id not in actor.organisation_ids:
        text = _("%(owner)s keeps this money. You can see it.")
        return Verdict(False, text % {"owner": source.owner})
    return verdict


def require_keeper(actor: Actor | None, source: FundingSource, action: str) -> None:
    """Raise Refused unless the person may. None is a loader."""
    if actor is not None:
        verdict = may_keep(actor, source, action)
        if not verdict:
            raise Refused(verdict.reason)


def year_fault(year: int | None) -> str:
    """What is wrong with a budget year; "" when nothing is."""
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return _("Write a year between 1990 and 2099.")
    return ""


def locked(places: Iterable[Place]) -> dict[Place, BudgetCell]:
    """The cells, made where they are missing, locked until the entry ends. Always in one order: no deadlock."""
    wanted = set(places)
    have = _found(wanted)
    missing = sorted(wanted - set(have), key=lambda place: (place[0], place[1] or 0, place[2]))
    BudgetCell.objects.bulk_create(
        (
            BudgetCell(funding_source_id=source, initiative_id=initiative, year=year)
            for source, initiative, year in missing
        ),
        ignore_conflicts=True,
    )
    keys = sorted(cell.pk for cell in _found(wanted).values())
    list(BudgetCell.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
    return _found(wanted)


def _found(wanted: set[Place]) -> dict[Place, BudgetCell]:
    rows = BudgetCell.objects.filter(
        funding_source__in={source for source, _initiative, _year in wanted},
        year__in={year for _source, _initiative, year in wanted},
    ).select_related("funding_source__owner", "initiative")
    found = {(cell.funding_source_id, cell.initiative_id, cell.year): cell for cell in rows}
    return {place: cell for place, cell in found.items() if place in wanted}


def left_in(cells: Iterable[BudgetCell]) -> dict[int, Decimal]:
    """Cell → kroner left: budget less what is spent and what is still bound. With the cells locked it stays so."""
    keys = [cell.pk for cell in cells]
    with connection.cursor() as cursor:
        cursor.execute("SELECT k, programmes_cell_left(k) FROM unnest(%s::bigint[]) AS k", [keys])
        return {key: Decimal(left) for key, left in cursor.fetchall()}


def name_of(source: FundingSource, initiative: Initiative | None, year: int) -> str:
    """Where money stands, in words: "Erhvervspuljen, 1.2 Efteruddannelse, 2023"."""
    return f"{source}, {work_name(initiative)}, {year}"


def work_name(initiative: Initiative | None) -> str:
    """The initiative that money is released to, or that it is not."""
    return str(initiative) if initiative is not None else _("not released")


def too_little(cell: BudgetCell, left: Decimal, wanted: Decimal) -> str:
    """Why an amount cannot be taken out of a cell."""
    said = {
        "place": name_of(cell.funding_source, cell.initiative, cell.year),
        "left": formats.money(max(left, Decimal(0))),
        "wanted": formats.money(wanted),
        "missing": formats.money(wanted - left),
    }
    if left < 0:
        over = formats.money(-left)
        return _("%(place)s is overspent by %(over)s, so nothing more can be taken from it.") % {**said, "over": over}
    return _("%(place)s has %(left)s left, and this is %(wanted)s: %(missing)s too much.") % said


def post(
    measure: str,
    cell: BudgetCell,
    *,
    occurred_on: date,
    source: str,
    source_id: int,
    quantity: Decimal,
    category: str = "",
    revision: int = 0,
    learnt_on: date | None = None,
) -> None:
    """A fact about kroner in a cell: on the initiative's heading, the source as subcategory, the year as period."""
    owner = cell.funding_source.owner
    ledger.post(
        measure=measure,
        occurred_on=occurred_on,
        period=cell.period,
        source=source,
        source_id=str(source_id),
        revision=revision,
        quantity=quantity,
        municipality=owner.municipality_id,
        organisation=owner.pk,
        heading=cell.heading_id,
        category=category,
        subcategory=cell.funding_source.key,
        learnt_on=learnt_on,
    )


def check_initiative(initiative: Initiative | None, actor: Actor | None) -> None:
    """Raises ValidationError for an initiative that the person does not see."""
    from programmes.models import Programme

    if initiative is None or actor is None:
        return
    if not Programme.objects.visible_to(actor).filter(pk=initiative.programme_id).exists():
        raise ValidationError({"initiative": _("Choose an initiative from the list.")})
