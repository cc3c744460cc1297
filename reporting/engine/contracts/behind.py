"""The facts that an explanation stands on: the leaves of its tree, numbered, and their facts."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reporting.engine.indicators import FactsRef

Tree = Mapping[str, Any]
"""A step as plain data."""


def leaves(tree: Tree) -> list[Tree]:
    """The leaves that are facts, from the top and from left to right: a leaf's number is its place in this list."""
    return [node for node in nodes(tree) if node["op"] == "facts"]


def nodes(tree: Tree) -> Iterator[Tree]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.get("children", ())))


def ref_of(leaf: Tree) -> FactsRef:
    meta = leaf["meta"]
    return FactsRef(str(meta["measure"]), meta["where"], int(meta["count"]))


def refs_of(tree: Tree) -> list[FactsRef]:
    """What a tree counts, each once: of a share or a score all the answers, of which its other parts are some."""
    found: dict[str, FactsRef] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        children = list(node.get("children", ()))
        if node["op"] == "facts":
            ref = ref_of(node)
            found.setdefault(json.dumps([ref.measure, ref.where], sort_keys=True), ref)
        elif node["op"] in ("share", "nps") and children:
            waiting.append(children[-1])
        else:
            waiting.extend(reversed(children))
    return [ref for ref in found.values() if ref.count]


def count_of(refs: list[FactsRef]) -> int:
    """How many facts. A fact that a formula counts by two filters is counted in both, as its value is."""
    return sum(ref.count for ref in refs)
