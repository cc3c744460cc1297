"""A formula as a tree: literals, names, and operations on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True)
class Literal:
    value: Fraction
    text: str
    position: int = 0


@dataclass(frozen=True)
class Name:
    key: str
    position: int = 0


@dataclass(frozen=True)
class Apply:
    op: str
    args: tuple["Node", ...]
    position: int = 0


Node: TypeAlias = Literal | Name | Apply


def every(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, Apply):
            waiting.extend(each.args)


def references(node: Node) -> frozenset[str]:
    """The names that a formula speaks of."""
    return frozenset(each.key for each in every(node) if isinstance(each, Name))


def depth(node: Node) -> int:
    deepest, level = 0, [node]
    while level:
        deepest += 1
        level = [arg for each in level if isinstance(each, Apply) for arg in each.args]
    return deepest
