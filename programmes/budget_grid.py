"""The budget as a grid: a row for each place, from source to initiative, with sums that are the ledger's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal import ledger
from programmes.balance import Balance, Key, balances, summed
from programmes.budget_figures import Asked
from programmes.models import FundingSource


@dataclass(frozen=True)
class Place:
    """A row: a source, the heading its money stands on, and how it stands."""

    source: FundingSource
    heading: int
    balance: Balance


@dataclass(frozen=True)
class Group:
    """A source with its places."""

    source: FundingSource
    places: list[Place]

    @property
    def balance(self) -> Balance:
        return summed(place.balance for place in self.places)


def is_empty(balance: Balance) -> bool:
    """Is there nothing to show?"""
    return balance == Balance()


def grouped(found: dict[Key, Balance], sources: Iterable[FundingSource], name: Callable[[int], str]) -> list[Group]:
    """The balances under their sources. What is not released comes first, then the initiatives by their names."""
    groups = []
    for source in sources:
        of_source = {key.heading: balance for key, balance in found.items() if key.source == source.key}
        order = sorted(of_source, key=lambda heading: (heading != source.heading_id, name(heading)))
        places = [Place(source, heading, of_source[heading]) for heading in order if not is_empty(of_source[heading])]
        if places:
            groups.append(Group(source, places))
    return groups


def read(asked: Asked, as_of: ledger.AsOf, sources: Iterable[FundingSource], name: Callable[[int], str]) -> list[Group]:
    """The grid of one budget year. Two queries."""
    return grouped(balances(as_of, asked.where()), sources, name)


def whole(groups: Iterable[Group]) -> Balance:
    """The sum of all rows."""
    return summed(group.balance for group in groups)
