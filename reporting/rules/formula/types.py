"""Number or truth: what each part of a formula gives, checked before it is ever computed."""

from collections.abc import Callable, Mapping
from typing import Literal as Word
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from reporting.rules.formula.errors import FormulaError
from reporting.rules.formula.nodes import Apply, Literal, Node
from reporting.rules.formula.words import COMPARISONS

Type: TypeAlias = Word["number", "truth"]

NUMBERS = frozenset({"+", "-", "*", "/", "neg", "min", "max", "round", "share", "nps"})
TRUTHS = frozenset({"and", "or", "not"})


def check(node: Node, types: Mapping[str, Type]) -> Type:
    """What the formula gives. Raises FormulaError for a name that is not in `types` and for parts that do not fit."""
    if isinstance(node, Literal):
        return "number"
    if not isinstance(node, Apply):
        if node.key not in types:
            raise FormulaError("unknown_name", _("There is nothing with this name."), node.position)
        return types[node.key]
    found = [check(arg, types) for arg in node.args]
    expected, gives = _rule(node.op)(found)
    for arg, is_type, wanted in zip(node.args, found, expected, strict=True):
        if is_type != wanted:
            message = _("A number belongs here.") if wanted == "number" else _("A condition belongs here.")
            raise FormulaError("type", message, arg.position)
    return gives


def _rule(op: str) -> Callable[[list[Type]], tuple[list[Type], Type]]:
    """From the types that are there to those that should be, and what comes out."""
    if op in NUMBERS:
        return lambda found: (["number"] * len(found), "number")
    if op in TRUTHS:
        return lambda found: (["truth"] * len(found), "truth")
    if op in ("=", "<>"):
        return lambda found: ([found[0]] * 2, "truth")
    if op in COMPARISONS:
        return lambda found: (["number"] * 2, "truth")
    if op == "if":
        return lambda found: (["truth", found[1], found[1]], found[1])
    if op == "known":
        return lambda found: (found, "truth")
    return lambda found: ([found[0]] * 2, found[0])  # value_or
