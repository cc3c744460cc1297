"""What the lists of commitments and vouchers share: search with Danish folding, and what is left where."""

from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal import ledger
from portal.geography.danish import Fold, fold
from portal.identity.actor import Actor
from portal.ui import formats
from portal.ui.tables import Cell, Column, Table
from programmes.balance import Balance, Key, balances
from programmes.models import BudgetCell

MOST_PLACES = 60
SELECTED = ("cell__funding_source", "cell__initiative", "cell__funding_source__owner")


def found_by(rows: QuerySet[Any], text: str, *columns: str) -> QuerySet[Any]:
    """Those in whose columns every word of the text stands, however æ, ø and å are written."""
    words = fold(text).split()
    if not words:
        return rows
    parts: list[Any] = []
    for column in columns:
        parts += [F(column), Value(" ")]
    rows = rows.annotate(folded=Fold(Concat(*parts, output_field=CharField())))
    for word in words:
        rows = rows.filter(folded__contains=word)
    return rows


def place_of(cell: BudgetCell) -> Cell:
    """Where the money stands: the source, and under it the initiative and the year."""
    middle = str(cell.initiative) if cell.initiative is not None else _("not released to an initiative")
    return Cell(cell.funding_source.name, note=f"{middle}, {cell.year}")


def own_balances(actor: Actor, where: Q | None = None) -> dict[Key, Balance]:
    """The balance of every place that the person's organisation keeps. Three questions."""
    mine = Q(organisation__in=actor.organisation_ids)
    return balances(ledger.AsOf.now(), mine & where if where is not None else mine)


def cells_of(actor: Actor) -> dict[Key, BudgetCell]:
    """The cells of the organisation's money, as facts know them. One question."""
    rows = BudgetCell.objects.filter(funding_source__owner__in=actor.organisation_ids)
    found = rows.select_related("funding_source", "initiative").order_by("funding_source__sort_key", "year", "pk")
    return {Key(cell.funding_source.key, cell.heading_id, cell.year): cell for cell in found}


def overspent_cells(actor: Actor) -> set[int]:
    """Keys of the cells where more is spent than their budget has. Four questions."""
    over = {key for key, balance in own_balances(actor).items() if balance.overspent}
    return {cell.pk for key, cell in cells_of(actor).items() if key in over} if over else set()


def left_table(actor: Actor, year: int, *, source: str = "") -> Table:
    """What is left in each place of the year, with a way to commit it. Four questions."""
    wanted = Q(period__startswith=f"{year}-01-01")
    if source:
        wanted &= Q(subcategory=source)
    found = own_balances(actor, wanted)
    rows = [(cell, found[key]) for key, cell in cells_of(actor).items() if key in found and found[key].corrected]
    return Table(
        caption=_("What is left in %(year)s") % {"year": year},
        caption_hidden=True,
        columns=[
            Column("place", _("Where the money stands")),
            Column("corrected", _("Corrected budget"), kind="money"),
            Column("left", _("Remaining budget"), kind="money", lead=True),
        ],
        rows=[
            {
                "place": Cell(
                    cell.funding_source.name,
                    _address(cell),
                    note=str(cell.initiative or _("not released to an initiative")),
                ),
                "corrected": balance.corrected,
                "left": Cell(balance.left, note=_over(balance.overspent)),
            }
            for cell, balance in rows[:MOST_PLACES]
        ],
        empty=_("No budget of the year %(year)s is registered.") % {"year": year},
    )


def _address(cell: BudgetCell) -> str:
    asked: dict[str, Any] = {"source": cell.funding_source.key, "year": cell.year}
    if cell.initiative_id is not None:
        asked["initiative"] = cell.initiative_id
    return f"{reverse('programmes:commitment_new')}?{urlencode(asked)}"


def _over(over: Decimal) -> str:
    return _("overspent by %(over)s") % {"over": formats.money(over)} if over else ""
