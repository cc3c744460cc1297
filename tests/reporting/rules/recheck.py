"""A second opinion: computes a whole explanation again from its leaves, with nothing of the code that wrote it.

`recompute` trusts no inner value. A result is a Fraction, a bool, None (absent), or the fault as text.
"""

import operator
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from reporting.rules.steps import Step
from reporting.rules.values import Absent, Failed, Number, Truth, Value

Result = Fraction | bool | str | None

SIGNS = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def plain(value: Value) -> Result:
    match value:
        case Number(value=number) | Truth(value=number):
            return number
        case Absent():
            return None
        case Failed(fault=fault):
            return str(fault)
    raise AssertionError(value)


def recompute(step: Step) -> Result:
    """What the step's value must be."""
    if not step.children and step.op in ("facts", "literal", "absent"):
        return plain(step.value)
    return computed(step.op, [recompute(child) for child in step.children], step.meta)


def disagreements(step: Step) -> list[tuple[str, str, Value, Result]]:
    """Every step whose stored value is not what its leaves and meta make."""
    return [
        (each.op, each.label, each.value, mine) for each in steps(step) if not same(mine := recompute(each), each.value)
    ]


def same(mine: Result, stored: Value) -> bool:
    theirs = plain(stored)
    return type(mine) is type(theirs) and mine == theirs


def steps(step: Step) -> Iterator[Step]:
    yield step
    for child in step.children:
        yield from steps(child)


def computed(op: str, parts: list[Result], meta: Mapping[str, Any]) -> Result:
    if op == "if":
        condition = parts[0]
        return (parts[1] if condition else parts[2]) if isinstance(condition, bool) else wrong(condition)
    if op in ("and", "or"):
        return joined(op, parts)
    if op == "known":
        return parts[0] if isinstance(parts[0], str) else parts[0] is not None
    if op == "value_or":
        return parts[1] if parts[0] is None else parts[0]
    if op in ("deliverables", "every_part"):
        return counted(op, parts, meta)
    if op == "weighted_mean":
        return mean(parts, meta["weights"])
    if trouble := [part for part in parts if isinstance(part, str)]:
        return trouble[0]
    if None in parts:
        return Fraction(0) if meta.get("missing") == "zero" else None
    return certain(op, parts, meta)


def certain(op: str, parts: list[Any], meta: Mapping[str, Any]) -> Result:
    """An operation all of whose parts are known."""
    kinds = {type(part) for part in parts}
    if op in ("=", "<>") and kinds == {bool}:
        return bool(SIGNS[op](*parts))
    if op == "not":
        return not parts[0] if kinds == {bool} else "type"
    if bool in kinds:
        return "type"
    if op not in PLAIN:
        return scored(op, parts, meta)
    found = arithmetic(op, parts, meta)
    big = isinstance(found, Fraction) and max(abs(found.numerator), found.denominator) >= 2**2000
    return "too_large" if big else found


PLAIN = frozenset({*SIGNS, "+", "-", "*", "/", "neg", "min", "max", "round", "share", "nps"})


def arithmetic(op: str, parts: list[Fraction], meta: Mapping[str, Any]) -> Result:
    if op in SIGNS:
        return bool(SIGNS[op](*parts))
    if op == "round":
        return half_up(parts[0], int(meta["decimals"]))
    if op == "/":
        return parts[0] / parts[1] if parts[1] else "division_by_zero"
    if op == "share":
        return int(meta["per"]) * parts[0] / parts[1] if parts[1] else None
    if op == "nps":
        return int(meta["per"]) * (parts[0] - parts[1]) / parts[2] if parts[2] else None
    if op == "neg":
        return -parts[0]
    if op in ("min", "max"):
        return sorted(parts)[0 if op == "min" else -1]
    result = parts[0]
    for part in parts[1:]:
        result = result + part if op == "+" else result - part if op == "-" else result * part
    return result


def half_up(value: Fraction, decimals: int) -> Fraction:
    steps_of = value * 10**decimals
    lower = steps_of.numerator // steps_of.denominator
    rest = steps_of - lower
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and value > 0)
    return Fraction(lower + up) / 10**decimals


def joined(op: str, parts: list[Result]) -> Result:
    if any(isinstance(part, Fraction) for part in parts):
        return "type"
    if any(part is (op == "or") for part in parts):
        return op == "or"
    trouble = [part for part in parts if isinstance(part, str)]
    return trouble[0] if trouble else None if None in parts else op == "and"


def wrong(condition: Result) -> Result:
    return "type" if isinstance(condition, Fraction) else condition


def counted(op: str, parts: list[Result], meta: Mapping[str, Any]) -> Result:
    """Deliverables and parts: how many of those that count are as wanted."""
    listed = meta["deliverables" if op == "deliverables" else "parts"]
    counting = [part for part, said in zip(parts, listed, strict=True) if said.get("counts", True)]
    if trouble := [part for part in counting if isinstance(part, str)]:
        return trouble[0]
    if op == "every_part":
        if None in counting and meta.get("missing") != "zero":
            return None
        risen = [part is True for part in counting]
        if meta.get("all", True):
            return Fraction(100 if all(risen) else 0)
        return Fraction(100 * sum(risen), len(risen))
    if meta.get("missing") is not None:
        return Fraction(0) if meta["missing"] == "zero" else None
    done = [part is True or (isinstance(part, Fraction) and part >= 1) for part in counting]
    if meta.get("required") == "all":
        return Fraction(100 if all(done) else 0)
    return sum((Fraction(share) for share, each in zip(meta["shares"], done, strict=True) if each), Fraction(0))


def mean(parts: list[Any], weights: list[str]) -> Result:
    total = sum(int(weight) for weight in weights)
    return sum((int(w) * part for w, part in zip(weights, parts, strict=True)), Fraction(0)) / total if total else None


def scored(op: str, parts: list[Fraction], meta: Mapping[str, Any]) -> Result:
    if meta.get("least_answers") and "answered" in meta:
        return None
    return RULES[op](meta, *parts)


def tiers(meta: Mapping[str, Any], value: Fraction) -> Fraction:
    """The best of all the scores whose threshold is reached; the order of the list does not matter here."""
    lower = meta.get("direction") == "lower"
    reached = [
        Fraction(tier["score"])
        for tier in meta["tiers"]
        if (value <= Fraction(tier["to"]) if lower else value >= Fraction(tier["from"]))
    ]
    return max(reached, default=Fraction(meta.get("else", "0")))


def linear(meta: Mapping[str, Any], value: Fraction) -> Fraction:
    (x0, y0), (x1, y1) = ((Fraction(meta[p]["value"]), Fraction(meta[p]["score"])) for p in ("from", "to"))
    if x0 == x1:
        return y1 if value >= x1 else y0
    on_line = (y0 * (x1 - value) + y1 * (value - x0)) / (x1 - x0)
    return sorted([y0, on_line, y1])[1] if meta.get("capped", True) else on_line


def at_least(meta: Mapping[str, Any], value: Fraction) -> Fraction:
    wanted = Fraction(meta["threshold"])
    if value >= wanted:
        return Fraction(100)
    return 100 * value / wanted if meta.get("partial") and wanted > 0 and value > 0 else Fraction(0)


def at_most(meta: Mapping[str, Any], value: Fraction) -> Fraction:
    wanted = Fraction(meta["threshold"])
    if value <= wanted:
        return Fraction(100)
    return 100 * wanted / value if meta.get("partial") and wanted > 0 else Fraction(0)


def yes(reached: bool) -> Fraction:
    return Fraction(100 if reached else 0)


def growth(meta: Mapping[str, Any], value: Fraction, baseline: Fraction) -> Result:
    by = Fraction(meta["by"])
    if meta["unit"] == "pct":
        if baseline == 0 and by != 0:
            return "division_by_zero"
        by = by * abs(baseline) / 100
    grown = value - baseline
    if meta.get("strict") and grown == by:
        return Fraction(0)
    return yes(grown <= by if Fraction(meta["by"]) < 0 else grown >= by)


def benchmark(meta: Mapping[str, Any], value: Fraction, other: Fraction) -> Fraction:
    margin, better = Fraction(meta.get("margin", "0")), value - other
    if meta["compare"] == "within":
        return yes(abs(better) <= margin)
    if meta["compare"].startswith("<"):
        better = -better
    return yes(better >= margin if meta["compare"].endswith("=") else better > margin)


RULES: Mapping[str, Any] = {
    "tiers": tiers,
    "linear": linear,
    "at_least": at_least,
    "at_most": at_most,
    "within": lambda meta, value: yes(Fraction(meta["from"]) <= value <= Fraction(meta["to"])),
    "growth": growth,
    "benchmark": benchmark,
    "assessed": lambda meta, value: value if 0 <= value <= 100 else "type",
}
