"""A reader who wants to know what is hidden: everything published, combined. Shares no code with the rule.

What is true are atoms: how many there are of each combination of codes of all dimensions. Every published number is
the sum of some atoms. The reader goes through every whole-numbered table, none below zero, that has these sums.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product

Atom = tuple[int, ...]
Sum = frozenset[Atom]


def cell(shape: tuple[int, ...], **fixed: int) -> Sum:
    """The atoms of a cell: cell((2, 3), d0=1) is the second code of the first dimension, whatever the others."""
    return frozenset(
        atom
        for atom in product(*map(range, shape))
        if all(atom[int(name.removeprefix("d"))] == code for name, code in fixed.items())
    )


def tables(shape: tuple[int, ...], published: Mapping[Sum, int]) -> Iterator[dict[Atom, int]]:
    """Every table that would have been published just so."""
    atoms = sorted(product(*map(range, shape)))
    sums = [(members, value) for members, value in published.items()]
    at = {atom: [place for place, (members, _value) in enumerate(sums) if atom in members] for atom in atoms}
    left = [value for _members, value in sums]
    waiting = [len(members) for members, _value in sums]
    chosen: dict[Atom, int] = {}

    def choose(turn: int) -> Iterator[dict[Atom, int]]:
        if turn == len(atoms):
            yield dict(chosen)
            return
        atom = atoms[turn]
        most = min(left[place] for place in at[atom])
        exact = [left[place] for place in at[atom] if waiting[place] == 1]
        values: Iterable[int] = range(most + 1)
        if exact:
            values = [exact[0]] if min(exact) == max(exact) <= most else []
        for value in values:
            chosen[atom] = value
            for place in at[atom]:
                left[place] -= value
                waiting[place] -= 1
            yield from choose(turn + 1)
            for place in at[atom]:
                left[place] += value
                waiting[place] += 1
        chosen.pop(atom, None)

    yield from choose(0)


def spread(found: Iterable[dict[Atom, int]], wanted: Iterable[Sum]) -> dict[Sum, int]:
    """For each sum how far its possible values lie apart."""
    lowest: dict[Sum, int] = {}
    highest: dict[Sum, int] = {}
    wanted = list(wanted)
    for table in found:
        for members in wanted:
            value = sum(table[atom] for atom in members)
            lowest[members] = min(value, lowest.get(members, value))
            highest[members] = max(value, highest.get(members, value))
    return {members: highest[members] - lowest[members] for members in lowest}


def determined(shape: tuple[int, ...], published: Mapping[Sum, int], wanted: Iterable[Sum]) -> dict[Sum, Fraction]:
    """What follows by adding and subtracting published numbers alone: exact elimination in rational numbers."""
    atoms = sorted(product(*map(range, shape)))
    basis: list[tuple[int, list[Fraction]]] = []

    def reduced(row: list[Fraction]) -> list[Fraction]:
        for pivot, other in basis:
            if row[pivot]:
                factor = row[pivot] / other[pivot]
                row = [mine - factor * theirs for mine, theirs in zip(row, other, strict=True)]
        return row

    for members, value in published.items():
        row = reduced([*(Fraction(atom in members) for atom in atoms), Fraction(value)])
        pivot = next((place for place, entry in enumerate(row[:-1]) if entry), None)
        if pivot is not None:
            basis.append((pivot, row))
    found = {}
    for members in wanted:
        row = reduced([*(Fraction(atom in members) for atom in atoms), Fraction(0)])
        if not any(row[:-1]):
            found[members] = -row[-1]
    return found
