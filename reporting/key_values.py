"""The values that a key is computed from, read out of a published statistic."""

from decimal import Decimal

from django.db.models import Q

from portal import ledger
from reporting.models import Series


def statistic_values(
    series: Series, vintage: str = "", as_of: ledger.AsOf | None = None
) -> tuple[str, dict[str, Decimal]]:
    """The vintage and its values by area code, from the facts; without a vintage the newest. One query.

    Vintages are never mixed: an area that the newest does not have has no value. Statistics write municipalities with
    three digits or with four.
    """
    where = Q(heading=series.heading_id)
    if vintage:
        where &= Q(subcategory=vintage)
    found = list(ledger.latest("statistic", as_of or ledger.AsOf.now(), by=("category", "subcategory"), where=where))
    newest = max(found, key=lambda row: (row["occurred_on"], row["place"]), default=None)
    if newest is None:
        return vintage, {}
    chosen = newest["subcategory"]
    values = {_area(row["category"]): row["quantity"] for row in found if row["subcategory"] == chosen}
    return chosen, values


def _area(code: str) -> str:
    return code.zfill(4) if code.isascii() and code.isdigit() else code
