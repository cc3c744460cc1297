"""Tokens to a tree, by how tightly operators bind. Depth and size are limited, so nothing written can exhaust us."""

import re
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from reporting.rules.formula.errors import FormulaError
from reporting.rules.formula.lexer import Token, tokens
from reporting.rules.formula.nodes import Apply, Literal, Name, Node, depth, every
from reporting.rules.formula.words import BETWEEN, BINDING, COMPARISONS, FUNCTIONS, JOINED

DEEPEST = 40
LARGEST = 500
NAME = re.compile(r"[a-z][a-z0-9_]*")
MOST_DECIMALS = 10


def parse(text: str) -> Node:
    """The formula as a tree. Raises FormulaError."""
    node = _Parser(tokens(text)).whole()
    if depth(node) > DEEPEST:
        raise FormulaError("too_deep", _("The formula has too many levels inside each other."))
    if sum(1 for _each in every(node)) > LARGEST:
        raise FormulaError("too_many", _("The formula has too many parts."))
    return node


class _Parser:
    def __init__(self, found: Sequence[Token]) -> None:
        self.tokens, self.at, self.level = found, 0, 0

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def whole(self) -> Node:
        if self.peek().kind == "end":
            raise FormulaError("empty", _("Write a formula."))
        node = self.expression(0)
        if self.peek().kind != "end":
            raise self.unexpected()
        return node

    def expression(self, least: int) -> Node:
        """Operands joined by operators that bind at least so tightly."""
        self.level += 1
        if self.level > DEEPEST:
            raise FormulaError(
                "too_deep", _("The formula has too many levels inside each other."), self.peek().position
            )
        left = self.operand()
        while (op := self.operator()) and BINDING[op] >= least:
            token = self.take()
            right = self.expression(BINDING[op] + 1)
            if op in COMPARISONS and self.operator() in COMPARISONS:
                raise FormulaError("chained", _("Compare two at a time, joined by and."), self.peek().position)
            left = _joined(op, left, right, token.position)
        self.level -= 1
        return left

    def operator(self) -> str:
        """The operator that stands next, or nothing."""
        token = self.peek()
        if token.kind == "word":
            return BETWEEN.get(token.text, "")
        return token.text if token.kind == "symbol" and token.text in BINDING else ""

    def operand(self) -> Node:
        token = self.peek()
        if token.kind == "number":
            self.take()
            return Literal(Fraction(token.text), token.text, token.position)
        if token.kind == "word":
            self.take()
            return self.call(token) if self.peek().text == "(" else _name(token)
        if token.text == "-":
            self.take()
            return Apply("neg", (self.expression(BINDING["*"] + 1),), token.position)
        if token.text == "(":
            self.take()
            node = self.expression(0)
            self.close()
            return node
        raise self.unexpected()

    def call(self, word: Token) -> Node:
        function = FUNCTIONS.get(word.text)
        if function is None:
            raise FormulaError("unknown_function", _("There is no function with this name."), word.position)
        self.take()
        args = [self.expression(0)]
        while self.peek().text in (";", ","):
            self.take()
            args.append(self.expression(0))
        self.close()
        if len(args) < function.least or (function.most is not None and len(args) > function.most):
            raise FormulaError("arguments", _("The function has too few or too many arguments."), word.position)
        if function.op == "round":
            _check_decimals(args[1])
        return Apply(function.op, tuple(args), word.position)

    def close(self) -> None:
        if self.peek().text != ")":
            raise self.unexpected()
        self.take()

    def unexpected(self) -> FormulaError:
        token = self.peek()
        if token.kind == "end":
            return FormulaError("unfinished", _("The formula stops before it is finished."), token.position)
        if token.text == ",":
            return FormulaError(
                "comma",
                _("A comma separates arguments. Write 0.5, or separate arguments with ; to write 0,5."),
                token.position,
            )
        return FormulaError("unexpected", _("This does not belong here."), token.position)


def _name(token: Token) -> Name:
    if token.text in BETWEEN or not NAME.fullmatch(token.text):
        raise FormulaError(
            "name", _("A name has the letters a to z, digits and _, and begins with a letter."), token.position
        )
    return Name(token.text, token.position)


def _joined(op: str, left: Node, right: Node, position: int) -> Apply:
    if op in JOINED and isinstance(left, Apply) and left.op == op:
        return Apply(op, (*left.args, right), left.position)
    return Apply(op, (left, right), position)


def _check_decimals(node: Node) -> None:
    if not isinstance(node, Literal) or node.value.denominator != 1 or node.value > MOST_DECIMALS:
        raise FormulaError("decimals", _("Write the number of decimals as a whole number up to 10."), node.position)
