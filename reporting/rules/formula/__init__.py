"""The language of formulas: names of indicators, numbers, + - * /, comparisons, and a few functions. Nothing else."""

from reporting.rules.formula.compute import evaluate, tree
from reporting.rules.formula.cycle import cycle
from reporting.rules.formula.errors import FormulaError
from reporting.rules.formula.nodes import Node, references
from reporting.rules.formula.parser import parse
from reporting.rules.formula.types import check

__all__ = ["FormulaError", "Node", "check", "cycle", "evaluate", "parse", "references", "tree"]
