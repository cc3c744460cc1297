"""The places of an organisation's money with what is left in each: what forms offer to move, commit and carry over."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.identity.models import Organisation
from portal.ui import formats
from programmes.cells import left_in, work_name
from programmes.models import BudgetCell


@dataclass(frozen=True)
class PlaceLeft:
    """A cell with what is left in it; below zero when it is overspent."""

    cell: BudgetCell
    left: Decimal

    @property
    def key(self) -> str:
        return str(self.cell.pk)

    @property
    def name(self) -> str:
        """Without the year: "Erhvervspuljen · 1.2 Efteruddannelse"."""
        return f"{self.cell.funding_source} · {work_name(self.cell.initiative)}"

    @property
    def title(self) -> str:
        """With what is left, as a list of choices has it."""
        return _("%(place)s: %(left)s left") % {"place": self.name, "left": formats.money(self.left)}


def places_left(owner: Organisation, years: Iterable[int] | None = None) -> list[PlaceLeft]:
    """Every place of the organisation (in those years), by year and name. Two queries."""
    rows = BudgetCell.objects.filter(funding_source__owner=owner)
    if years is not None:
        rows = rows.filter(year__in=list(years))
    cells = list(rows.select_related("funding_source__owner", "initiative__programme"))
    left = left_in(cells)
    found = [PlaceLeft(cell, left[cell.pk]) for cell in cells]
    return sorted(found, key=lambda each: (each.cell.year, each.name, each.cell.pk))


def by_year(places: Iterable[PlaceLeft]) -> list[tuple[str, list[tuple[str, str]]]]:
    """As the groups of a list of choices: a year and its places."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in places:
        groups.setdefault(str(each.cell.year), []).append((each.key, each.title))
    return list(groups.items())
