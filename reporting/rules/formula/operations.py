"""What each operation makes of values. Nothing raises: what cannot be computed is a value too."""

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction

from reporting.rules.values import Absent, Failed, Fault, Number, Truth, Value, bounded, obstacle, rounded

PER = 100
"""Shares and net promoter scores are in per cent."""

COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
WRONG_TYPE = Failed(Fault.TYPE)


def apply(op: str, args: Sequence[Value]) -> Value:
    """The value of an operation."""
    if op in LENIENT:
        return LENIENT[op](args)
    stopped = obstacle(args)
    if stopped is not None:
        return stopped
    if op in ("=", "<>") and all(isinstance(arg, Truth) for arg in args):
        return Truth((args[0] == args[1]) is (op == "="))
    if op == "not":
        return Truth(not args[0].value) if isinstance(args[0], Truth) else WRONG_TYPE
    numbers = [arg for arg in args if isinstance(arg, Number)]
    if len(numbers) != len(args):
        return WRONG_TYPE
    if op in COMPARE:
        return Truth(COMPARE[op](numbers[0].value, numbers[1].value))
    found = ARITHMETIC[op](numbers)
    return bounded(found) if isinstance(found, Number) else found


def _if(args: Sequence[Value]) -> Value:
    condition, then, otherwise = args
    if isinstance(condition, Truth):
        return then if condition.value else otherwise
    return WRONG_TYPE if isinstance(condition, Number) else condition


def _all(args: Sequence[Value]) -> Value:
    """One that is false decides, whatever is not known of the others."""
    return _decided(args, decides=False)


def _any(args: Sequence[Value]) -> Value:
    """One that is true decides, whatever is not known of the others."""
    return _decided(args, decides=True)


def _decided(args: Sequence[Value], *, decides: bool) -> Value:
    if any(isinstance(arg, Number) for arg in args):
        return WRONG_TYPE
    if Truth(decides) in args:
        return Truth(decides)
    return obstacle(args) or Truth(not decides)


def _known(args: Sequence[Value]) -> Value:
    """A failure is not the same as nothing known: it stays a failure."""
    return args[0] if isinstance(args[0], Failed) else Truth(not isinstance(args[0], Absent))


def _value_or(args: Sequence[Value]) -> Value:
    return args[1] if isinstance(args[0], Absent) else args[0]


LENIENT: dict[str, Callable[[Sequence[Value]], Value]] = {
    "if": _if,
    "and": _all,
    "or": _any,
    "known": _known,
    "value_or": _value_or,
}
"""Operations that can do without some of their arguments."""


def _sum(numbers: Sequence[Number]) -> Value:
    qualifiers = {number.qualifier for number in numbers if number.qualifier}
    qualifier = qualifiers.pop() if len(qualifiers) == 1 else _about(numbers)
    return Number(sum((number.value for number in numbers), Fraction(0)), qualifier=qualifier)


def _product(numbers: Sequence[Number]) -> Value:
    product = Fraction(1)
    for number in numbers:
        product *= number.value
    return Number(product, qualifier=_about(numbers))


def _difference(numbers: Sequence[Number]) -> Value:
    return Number(numbers[0].value - numbers[1].value, qualifier=_about(numbers))


def _negated(numbers: Sequence[Number]) -> Value:
    return Number(-numbers[0].value, qualifier=_about(numbers))


def _quotient(numbers: Sequence[Number]) -> Value:
    top, bottom = (number.value for number in numbers)
    if not bottom:
        return Failed(Fault.DIVISION_BY_ZERO)
    return Number(top / bottom, top, bottom, _about(numbers))


def _share(numbers: Sequence[Number]) -> Value:
    """Of nothing there is no share."""
    top, bottom = (number.value for number in numbers)
    return Number(PER * top / bottom, top, bottom, _about(numbers)) if bottom else Absent()


def _nps(numbers: Sequence[Number]) -> Value:
    promoters, detractors, answers = (number.value for number in numbers)
    top = promoters - detractors
    return Number(PER * top / answers, top, answers, _about(numbers)) if answers else Absent()


def _round(numbers: Sequence[Number]) -> Value:
    return Number(rounded(numbers[0].value, int(numbers[1].value)), qualifier=numbers[0].qualifier)


def _about(numbers: Sequence[Number]) -> str:
    """What is computed from a number that is not sharp is not sharp either."""
    return "ca." if any(number.qualifier for number in numbers) else ""


ARITHMETIC: dict[str, Callable[[Sequence[Number]], Value]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "neg": _negated,
    "min": lambda numbers: min(numbers, key=lambda number: number.value),
    "max": lambda numbers: max(numbers, key=lambda number: number.value),
    "round": _round,
    "share": _share,
    "nps": _nps,
}
