"""Carrying amounts to the prices of another year, by the factors that are known; never where a price year is not."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from portal import ledger
from portal.audit.submissions import Written
from portal.identity import rights
from portal.identity.actor import Actor
from portal.ledger.models import Fact
from programmes import budget, cells
from programmes.balance import Key
from programmes.models import BudgetLine, PriceIndex
from programmes.rights import KEEP_PRICES

ByPriceYear = dict[int | None, Decimal]
"""Kroner by the year whose prices they are in; None: nobody has said."""


def known_factors(on: date) -> dict[int, PriceIndex]:
    """Year → the newest general factor known that day, which carries the prices of the year before to it."""
    rows = PriceIndex.objects.filter(kind="", valid_from__lte=on).order_by("year", "valid_from")
    return {row.year: row for row in rows}


def factor_between(factors: Mapping[int, PriceIndex], start: int, end: int) -> Fraction | None:
    """What an amount in the prices of `start` is multiplied by; None where a year on the way has no factor."""
    found = Fraction(1)
    for year in range(min(start, end) + 1, max(start, end) + 1):
        if year not in factors:
            return None
        found *= Fraction(factors[year].factor)
    return found if end >= start else 1 / found


def carried(amounts: ByPriceYear, factors: Mapping[int, PriceIndex], end: int) -> tuple[Fraction, Decimal]:
    """(what could be carried to the prices of `end`, how much could not: its price year or a factor is not known)."""
    found, left_out = Fraction(0), Decimal(0)
    for start, kroner in amounts.items():
        factor = None if start is None else factor_between(factors, start, end)
        if factor is None:
            left_out += kroner
        else:
            found += Fraction(kroner) * factor
    return found, left_out


def corrected_by_price_year(as_of: ledger.AsOf, where: Q) -> dict[Key, ByPriceYear]:
    """The corrected budget of each place, by price year: the change's, else its source's. One query."""
    lines = BudgetLine.objects.filter(pk=Cast(OuterRef("record__source_id"), BigIntegerField()))
    price_year = lines.values(price=Coalesce("change__price_year", "cell__funding_source__price_year"))
    facts = Fact.objects.known(as_of).filter(where, measure=budget.MEASURE).annotate(price_year=Subquery(price_year))
    grouped = facts.order_by().values("subcategory", "heading", "period", "price_year")
    rows: Any = grouped.annotate(total=Sum("quantity"))
    found: dict[Key, ByPriceYear] = defaultdict(dict)
    for row in rows:
        place = Key(row["subcategory"], row["heading"], row["period"].lower.year)
        found[place][row["price_year"]] = row["total"]
    return dict(found)


def add_factor(
    actor: Actor | None,
    *,
    year: int,
    factor: Decimal,
    source: str,
    valid_from: date,
    kind: str = "",
    written: Written | None = None,
) -> PriceIndex:
    """A factor that holds from a day on. Another with a later day replaces it; figures of earlier days keep theirs."""
    if actor is not None:
        rights.require(actor, KEEP_PRICES)
    wrong: dict[str, str] = {}
    if fault := cells.year_fault(year):
        wrong["year"] = fault
    if factor <= 0:
        wrong["factor"] = _("A factor is above zero, for example 1.035.")
    if not source.strip():
        wrong["source"] = _("Say where the factor is from.")
    if PriceIndex.objects.filter(year=year, kind=kind, valid_from=valid_from).exists():
        wrong["valid_from"] = _("There is a factor for that year, kind and day already.")
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        row = PriceIndex.objects.create(
            year=year, kind=kind.strip(), factor=factor, source=source.strip(), valid_from=valid_from
        )
        if written is not None:
            written(row.pk)
    return row
