"""The måltalsregnskab: how the parts of a target add up to the whole when one match may count in both parts.

A match counts in the municipal part by its place of work and in the partner part by its creator, so the parts are
never added together: whole = municipal + partner - both + neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True)
class Part:
    """Who counts in a part. `None` is everybody; a cell whose code is missing counts in no part that names codes."""

    municipalities: frozenset[str] | None = None
    organisations: frozenset[int] | None = None

    def holds(self, municipality: str | None, organisation: int | None) -> bool:
        return (self.municipalities is None or municipality in self.municipalities) and (
            self.organisations is None or organisation in self.organisations
        )


class Reason(StrEnum):
    """Why the parts and the whole differ, for the sentence under the account."""

    PARTS_REACHED_WHOLE_NOT = "parts_reached_whole_not"
    COUNTED_IN_BOTH = "counted_in_both"
    NO_OVERLAP = "no_overlap"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Account:
    """Numbers of different matches: in all, in each part, in both parts and in neither."""

    whole: Decimal
    municipal: Decimal
    partner: Decimal
    both: Decimal
    neither: Decimal


def account(cells: Iterable[tuple[str | None, int | None, Decimal]], municipal: Part, partner: Part) -> Account:
    """The account of cells (municipality of the place of work, creator, number of matches)."""
    whole = in_municipal = in_partner = in_both = in_neither = Decimal(0)
    for municipality, organisation, quantity in cells:
        whole += quantity
        first, second = municipal.holds(municipality, organisation), partner.holds(municipality, organisation)
        in_municipal += quantity if first else 0
        in_partner += quantity if second else 0
        in_both += quantity if first and second else 0
        in_neither += quantity if not (first or second) else 0
    return Account(whole, in_municipal, in_partner, in_both, in_neither)


def share(value: Decimal, amount: Decimal | None) -> Fraction | None:
    """value / amount exactly; None when there is no amount, or nothing to divide by."""
    return None if not amount else Fraction(value) / Fraction(amount)


def reason(
    result: Account, whole_amount: Decimal | None, municipal_amount: Decimal | None, partner_amount: Decimal | None
) -> Reason:
    """Which sentence explains the account."""
    if not result.whole and not result.municipal and not result.partner:
        return Reason.NOTHING
    if not result.both:
        return Reason.NO_OVERLAP
    parts = (share(result.municipal, municipal_amount), share(result.partner, partner_amount))
    whole = share(result.whole, whole_amount)
    if whole is not None and whole < 1 and all(part is not None and part >= 1 for part in parts):
        return Reason.PARTS_REACHED_WHOLE_NOT
    return Reason.COUNTED_IN_BOTH
