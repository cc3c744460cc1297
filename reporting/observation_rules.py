"""What one observation may say, by the kind of its series. No database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from portal import ledger
from portal.ui.dates import FIRST_YEAR
from reporting import measures
from reporting.models import Series

Period = tuple[date, date]
"""First and last day, both included."""


@dataclass(frozen=True)
class Said:
    """What one observation says; `observe` has the same fields."""

    occurred_on: date
    quantity: Decimal | int = 1
    category: str = ""
    municipality: str | None = None
    organisation: int | None = None
    subject: UUID | None = None
    period: Period | None = None
    vintage: str = ""
    qualifier: str = ""
    constructed: bool = False
    source: str = ""
    note: str = ""
    learnt_on: date | None = None


Wrong = Callable[[str, str], None]


def problems(series: Series, said: Said) -> dict[str, list[str]]:
    """What is wrong with an observation of this kind of series, in words, by field. Empty when nothing is."""
    found: dict[str, list[str]] = {}

    def wrong(name: str, text: str) -> None:
        found.setdefault(name, []).append(text)

    kind = series.measure_id
    if isinstance(said.occurred_on, datetime) or not isinstance(said.occurred_on, date):
        raise TypeError("occurred_on is a date.")
    # A statistic may be a projection: its period lies ahead though it has been published.
    if said.occurred_on > ledger.today() and kind != measures.STATISTIC:
        wrong("occurred_on", _("The day must not be in the future."))
    if said.occurred_on.year < FIRST_YEAR and kind != measures.STATISTIC:
        wrong("occurred_on", _("The day must not be before 1900."))
    if said.period and said.period[1] < said.period[0]:
        wrong("period_to", _("The period must not end before it starts."))
    if said.subject is not None and kind != measures.VOLUME:
        wrong("subject", _("Only a volume is counted by company."))
    _check_quantity(kind, said.quantity, wrong)
    _check_category(kind, said.category, wrong)
    _check_vintage(kind, said.vintage, wrong)
    if said.qualifier not in ("", "ca.", ">", "<"):
        wrong("qualifier", _("Choose one of the qualifiers."))
    elif said.qualifier and kind not in (measures.MEASUREMENT, measures.STATISTIC):
        wrong("qualifier", _("What is counted is exact: leave the qualifier empty."))
    return found


def _check_category(kind: str, category: str, wrong: Wrong) -> None:
    if kind in (measures.ANSWER, measures.STATISTIC, measures.PERSONS):
        if not category:
            missing = {measures.ANSWER: _("Say the answer."), measures.PERSONS: _("Say which group of persons.")}
            wrong("category", missing.get(kind, _("Say the area.")))
        elif len(category) > 60:
            wrong("category", _("Use at most 60 characters."))
    elif category:
        wrong("category", _("A series of this kind has no answers."))


def _check_vintage(kind: str, vintage: str, wrong: Wrong) -> None:
    if kind == measures.STATISTIC and not vintage:
        wrong("vintage", _("Say which vintage it is."))
    elif vintage and kind not in (measures.STATISTIC, measures.MEASUREMENT):
        wrong("vintage", _("A series of this kind has no vintages."))
    elif len(vintage) > 40:
        wrong("vintage", _("Use at most 40 characters."))


def _check_quantity(kind: str, quantity: Decimal | int, wrong: Wrong) -> None:
    if isinstance(quantity, bool) or not isinstance(quantity, (int, Decimal)):
        raise TypeError("A quantity is a Decimal or an int; a float is not exact.")
    exact = Decimal(quantity)
    if not exact.is_finite():
        wrong("quantity", _("Write a number."))
        return
    whole = exact == exact.to_integral_value()
    if kind == measures.ANSWER and (exact < 1 or not whole):
        wrong("quantity", _("The number of answers is a whole number from 1."))
    elif kind == measures.PERSONS and (exact < 1 or not whole):
        wrong("quantity", _("The number of persons is a whole number from 1."))
    elif kind == measures.INVITED and (exact < 0 or not whole):
        wrong("quantity", _("The number of invited is a whole number from 0."))
    elif kind == measures.DELIVERY and exact <= 0:
        wrong("quantity", _("A delivery counts more than 0."))
    elif kind == measures.VOLUME and exact < 0:
        wrong("quantity", _("A volume is not below 0. Withdraw or correct what was registered wrongly."))
    elif kind == measures.ASSESSMENT and not 0 <= exact <= 100:
        wrong("quantity", _("An assessment is between 0 and 100 per cent."))
    if abs(exact) >= Decimal(10) ** 15 or int(exact.as_tuple().exponent) < -10:
        wrong("quantity", _("Write a number with at most 15 digits and 10 decimals."))
