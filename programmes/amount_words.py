"""Amounts in words: how much, for which years, and the chain of those that they come from and lead to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from portal.identity.actor import Actor
from portal.ui import formats
from programmes.amounts import counted_once
from programmes.models import Amount

ZERO = Decimal(0)
DEEPEST = 20
"""A chain is a few steps; more would be a ring, which the rules do not allow."""


def total_of(amount: Amount) -> Decimal | None:
    """All its kroner; None where it is stated without a number. Its lines are fetched before."""
    lines = list(amount.lines.all())
    return sum((line.quantity for line in lines), ZERO) if lines else None


def how_much(amount: Amount) -> str:
    """The amount as it is said: never 0 for what has no number."""
    total = total_of(amount)
    return formats.money(total) if total is not None else str(amount.get_form_display())


def which_years(amount: Amount) -> str:
    """ "2023, 2024", "frame 2021-2024", "no year"; "" where there is no number."""
    if amount.form == Amount.Form.FRAME:
        return frame_title(amount.first_year, amount.last_year)
    if amount.form == Amount.Form.YEAR_NOT_STATED:
        return _("no year stated")
    return span([line.year for line in amount.lines.all() if line.year is not None])


def span(years: list[int]) -> str:
    """ "2023–2026" where they follow each other, else "2023, 2025"."""
    years = sorted(years)
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))


def frame_title(first: int | None, last: int | None) -> str:
    return _("frame %(first)s–%(last)s") % {"first": str(first), "last": str(last)}


def whose(amount: Amount) -> str:
    """The initiative, or that it is the source's own frame."""
    return str(amount.initiative) if amount.initiative is not None else _("not released to an initiative")


def title_of(amount: Amount) -> str:
    """One line that tells which amount it is."""
    years = which_years(amount)
    said = {
        "step": str(amount.get_step_display()),
        "much": how_much(amount),
        "years": f" ({years})" if years else "",
        "whose": whose(amount),
        "source": source_of(amount),
    }
    return _("%(source)s, %(whose)s: %(step)s %(much)s%(years)s") % said


def source_of(amount: Amount) -> str:
    """The source's name; what needs no money has none."""
    return amount.funding_source.name if amount.funding_source is not None else _("no source")


@dataclass(frozen=True)
class Column:
    """A column of the table of steps: a year, a frame for several years, or no year. Never spread over others."""

    first: int | None
    last: int | None

    @property
    def title(self) -> str:
        if self.first is None:
            return _("No year")
        return str(self.first) if self.first == self.last else frame_title(self.first, self.last)

    @property
    def order(self) -> tuple[int, int, int]:
        """Years first, then frames, then what has no year."""
        kind = 2 if self.first is None else 0 if self.first == self.last else 1
        return kind, self.first or 0, self.last or 0


def columns_of(amount: Amount) -> dict[Column, Decimal]:
    """Its kroner by column."""
    found: dict[Column, Decimal] = {}
    for line in amount.lines.all():
        column = Column(line.year, line.year) if line.year is not None else Column(amount.first_year, amount.last_year)
        found[column] = found.get(column, ZERO) + line.quantity
    return found


def by_step(amounts: Iterable[Amount]) -> dict[str, dict[Column, Decimal]]:
    """Step → column → kroner. Of a chain within one step only its beginning counts, so that no krone is there twice."""
    rows = list(amounts)
    found: dict[str, dict[Column, Decimal]] = {}
    for step in Amount.Step.values:
        sums: dict[Column, Decimal] = {}
        for amount in counted_once(each for each in rows if each.step == step):
            for column, quantity in columns_of(amount).items():
                sums[column] = sums.get(column, ZERO) + quantity
        found[step] = sums
    return found


def waiting(amounts: Iterable[Amount]) -> list[Amount]:
    """Those recommended that nothing has followed. `leads_to` and `appropriated` are fetched before."""
    return [
        amount
        for amount in amounts
        if amount.step == Amount.Step.RECOMMENDED
        and amount.form != Amount.Form.NONE
        and not any(each.withdrawn_at is None for each in amount.leads_to.all())
        and not sum(line.quantity for line in amount.appropriated.all())
    ]


CHAIN = """
WITH RECURSIVE
up AS (
    SELECT id, comes_from_id, 0 AS depth FROM programmes_amount WHERE id = %(pk)s
    UNION ALL
    SELECT a.id, a.comes_from_id, up.depth - 1 FROM programmes_amount a JOIN up ON a.id = up.comes_from_id
     WHERE up.depth > -%(deepest)s),
down AS (
    SELECT id, 0 AS depth FROM programmes_amount WHERE id = %(pk)s
    UNION ALL
    SELECT a.id, down.depth + 1 FROM programmes_amount a JOIN down ON a.comes_from_id = down.id
     WHERE down.depth < %(deepest)s AND a.withdrawn_at IS NULL)
SELECT id, depth FROM up WHERE depth < 0 UNION ALL SELECT id, depth FROM down WHERE depth > 0
"""


def chain_of(amount: Amount, actor: Actor) -> tuple[list[Amount], list[tuple[int, Amount]]]:
    """(those it comes from, the first one first; those that came of it with how many steps on). Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, {"pk": amount.pk, "deepest": DEEPEST})
        depths = dict(cursor.fetchall())
    rows = Amount.objects.visible_to(actor).filter(pk__in=depths)
    found = list(rows.select_related("funding_source", "initiative").prefetch_related("lines"))
    found.sort(key=lambda each: (depths[each.pk], each.stated_on, each.pk))
    above = [each for each in found if depths[each.pk] < 0]
    return above, [(depths[each.pk], each) for each in found if depths[each.pk] > 0]
