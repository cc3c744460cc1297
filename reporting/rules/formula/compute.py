"""A formula computed, with every value on the way."""

from collections.abc import Mapping
from typing import Any

from reporting.rules.formula.nodes import Apply, Literal, Node
from reporting.rules.formula.operations import PER, apply
from reporting.rules.steps import Step, leaf
from reporting.rules.values import Failed, Fault, Number, Value


def tree(node: Node, values: Mapping[str, Value]) -> Step:
    """The explanation. The leaf of a name has that name as its label."""
    if isinstance(node, Literal):
        return leaf(Number(node.value), text=node.text)
    if not isinstance(node, Apply):
        return leaf(values.get(node.key, Failed(Fault.UNKNOWN, node.key)), node.key)
    children = tuple(tree(arg, values) for arg in node.args)
    meta: dict[str, Any] = {"per": str(PER)} if node.op in ("share", "nps") else {}
    value = apply(node.op, [child.value for child in children])
    if node.op == "round" and isinstance(node.args[1], Literal):
        return Step("round", value, children[:1], meta={"decimals": int(node.args[1].value)})
    return Step(node.op, value, children, meta=meta)


def evaluate(node: Node, values: Mapping[str, Value]) -> Value:
    """The value. What is missing propagates; what fails is a value that says why; nothing raises."""
    return tree(node, values).value
