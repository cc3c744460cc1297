"""The language of formulas: what it says, what it refuses and where, and that nothing written in it can harm."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reporting.rules.formula import FormulaError, check, cycle, evaluate, parse, references, tree
from reporting.rules.values import Absent, Empty, Failed, Fault, Number, Truth, Value
from tests.reporting.rules.recheck import disagreements
from tests.ring import LONG, wider

INPUTS = 100_000 if LONG else 10_000

VALUES: dict[str, Value] = {
    "a": Number(Fraction(3)),
    "b": Number(Fraction(4)),
    "zero": Number(Fraction(0)),
    "later": Absent(Empty.LATER),
    "broken": Failed(Fault.FORBIDDEN, "x"),
    "about": Number(Fraction(500), qualifier=">"),
    "yes": Truth(True),
    "no": Truth(False),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 - 3 - 2", 3),
        ("16 / 4 / 2", 2),
        ("-a * 2", -6),
        ("2 * -a", -6),
        ("2 - -a", 5),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("min(a, b, 2)", 2),
        ("max(a; b; 2,5)", 4),
        ("min(a; 2,5)", Fraction(5, 2)),
        ("min(a, 2,5)", 2),  # without ; these are three arguments
        ("if(a > b; 1; 2)", 2),
        ("HVIS(a < b; 1,5; 2)", Fraction(3, 2)),
        ("eller_værdi(later; 7)", 7),
        ("value_or(a, 7)", 3),
        ("round(2 / 3, 2)", Fraction(67, 100)),
        ("afrund(a / 2; 0)", 2),
        ("round(-a / 2, 0)", -2),
        ("share(a; b)", 75),
        ("andel(a; b)", 75),
        ("if(known(later), 1, 0)", 0),
        ("hvis(kendt(a); 1; 0)", 1),
        ("if(yes, a, broken)", 3),
        ("if(no, later, a)", 3),
    ],
)
def test_numbers(text: str, expected: Fraction | int) -> None:
    value = evaluate(parse(text), VALUES)
    assert isinstance(value, Number)
    assert value.value == expected
    assert disagreements(tree(parse(text), VALUES)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", True),
        ("a >= b or a = 3", True),
        ("a >= b eller a = 3", True),
        ("a <> 3", False),
        ("ikke(a = b) og yes", True),
        ("not(yes)", False),
        ("or(no, no)", False),
        ("yes = yes", True),
        ("yes <> no", True),
        # or after and: yes or (no and no)
        ("yes or no and no", True),
        # What is not known does not matter where the other decides.
        ("no and later > 1", False),
        ("yes or broken", True),
        ("og(later > 1; no)", False),
    ],
)
def test_truths(text: str, expected: bool) -> None:
    assert evaluate(parse(text), VALUES) == Truth(expected)
    assert disagreements(tree(parse(text), VALUES)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a / zero", Failed(Fault.DIVISION_BY_ZERO)),
        ("share(a; zero)", Absent()),
        ("a + later", Absent(Empty.LATER)),
        ("later + broken", Failed(Fault.FORBIDDEN, "x")),
        ("known(broken)", Failed(Fault.FORBIDDEN, "x")),
        ("value_or(broken, 1)", Failed(Fault.FORBIDDEN, "x")),
        ("yes and later", Absent(Empty.LATER)),
        ("if(later; 1; 2)", Absent(Empty.LATER)),
        ("nobody + 1", Failed(Fault.UNKNOWN, "nobody")),
        ("yes + 1", Failed(Fault.TYPE)),
        ("yes = 1", Failed(Fault.TYPE)),
        ("if(a; 1; 2)", Failed(Fault.TYPE)),
        ("a and yes", Failed(Fault.TYPE)),
        ("not(a)", Failed(Fault.TYPE)),
    ],
)
def test_what_is_missing_or_fails_is_a_value(text: str, expected: Value) -> None:
    assert evaluate(parse(text), VALUES) == expected
    assert disagreements(tree(parse(text), VALUES)) == []


def test_what_is_not_sharp_stays_so() -> None:
    assert evaluate(parse("about + a"), VALUES) == Number(Fraction(503), qualifier=">")
    assert evaluate(parse("about / 2"), VALUES) == Number(Fraction(250), Fraction(500), Fraction(2), "ca.")
    assert evaluate(parse("a - about"), VALUES) == Number(Fraction(-497), qualifier="ca.")


def test_a_number_that_outgrows_writing_fails() -> None:
    nines = "9" * 40
    assert evaluate(parse("*".join([nines] * 90)), {}) == Failed(Fault.TOO_LARGE)


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "empty", 0),
        ("  ", "empty", 0),
        ("a +", "unfinished", 3),
        ("(a", "unfinished", 2),
        ("a b", "unexpected", 2),
        ("a)", "unexpected", 1),
        ("1,5 * a", "comma", 1),
        ("a < b < 3", "chained", 6),
        ("a @ b", "character", 2),
        ("a.b", "character", 1),
        ("eval(a)", "unknown_function", 0),
        ("__import__(a)", "unknown_function", 0),
        ("_a", "name", 0),
        ("år", "name", 0),
        ("og", "name", 0),
        ("if(a; b)", "arguments", 0),
        ("known(a; b)", "arguments", 0),
        ("min()", "unexpected", 4),
        ("round(a; b)", "decimals", 9),
        ("round(a; 11)", "decimals", 9),
        ("1" * 41, "number", 0),
        ("a + " * 1001 + "a", "too_long", 4000),
        ("(" * 60 + "a" + ")" * 60, "too_deep", None),
        ("-" * 60 + "a", "too_deep", None),
        ("a" + " - a" * 60, "too_deep", 0),
        ("a" + "+a" * 600, "too_many", 0),
    ],
)
def test_what_is_refused_and_where(text: str, code: str, position: int | None) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text)
    assert refused.value.code == code
    assert position is None or refused.value.position == position
    assert str(refused.value)


def test_many_parts_in_a_row_are_one_step() -> None:
    """Eleven municipalities are added in one step, not in ten that lie inside each other."""
    step = tree(parse(" + ".join(["a"] * 11)), VALUES)
    assert (step.op, len(step.children), step.value) == ("+", 11, Number(Fraction(33)))


def test_a_leaf_is_labelled_with_its_name() -> None:
    step = tree(parse("a / (2 + later)"), VALUES)
    assert [(child.op, child.label) for child in step.children] == [("literal", "a"), ("+", "")]
    assert step.children[1].children[0].meta["text"] == "2"
    assert step.children[1].children[1].op == "absent"


def test_a_word_of_the_language_may_also_be_a_name() -> None:
    assert references(parse("nps + min(share; max)")) == {"nps", "share", "max"}


def test_references() -> None:
    assert references(parse("if(known(a); a / b; c)")) == {"a", "b", "c"}
    assert references(parse("1 + 2")) == frozenset()


TYPES = {"a": "number", "b": "number", "yes": "truth"}


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("a + b", "number"),
        ("a > b", "truth"),
        ("if(yes; a; b)", "number"),
        ("if(yes; a > b; yes)", "truth"),
        ("known(yes)", "truth"),
        ("value_or(yes; a > 1)", "truth"),
        ("yes = (a > b)", "truth"),
        ("round(a; 1)", "number"),
    ],
)
def test_types(text: str, gives: str) -> None:
    assert check(parse(text), TYPES) == gives


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("a + c", "unknown_name", 4),
        ("a + yes", "type", 4),
        ("a and yes", "type", 0),
        ("if(a; 1; 2)", "type", 3),
        ("if(yes; 1; yes)", "type", 11),
        ("a = yes", "type", 4),
        ("yes < yes", "type", 0),
        ("value_or(a; yes)", "type", 12),
    ],
)
def test_types_that_do_not_fit(text: str, code: str, position: int) -> None:
    with pytest.raises(FormulaError) as refused:
        check(parse(text), TYPES)
    assert (refused.value.code, refused.value.position) == (code, position)


def test_cycles() -> None:
    def of(**texts: str) -> tuple[str, ...] | None:
        return cycle({key: parse(text) for key, text in texts.items()})

    assert of(a="b + c", b="c", c="1") is None
    assert of(a="a + 1") == ("a",)
    assert of(a="b", b="c", c="b") == ("b", "c")
    assert of(a="b", b="c", c="d", d="a") == ("a", "b", "c", "d")
    assert of(a="outside") is None
    chain = {f"k{place}": parse(f"k{place + 1}") for place in range(5000)}
    assert cycle(chain) is None
    assert cycle({**chain, "k5000": parse("k0")}) is not None


def tried(call: Callable[[], Any]) -> Any:
    """What the call gives, or the FormulaError it raises; anything else it raises fails the test."""
    try:
        return call()
    except FormulaError as error:
        return error


WORDS = st.sampled_from(
    [*"()+-*/;,=<>.", "<=", "<>", " ", "1", "2.5", "3,5", "a", "b", "later", "yes", "broken", "zero", "if", "hvis",
     "min", "og", "or", "not", "known", "value_or", "round", "share", "nps", "æ", "__class__", "\x00", "{", "lambda"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(WORDS, max_size=25).map("".join), st.lists(WORDS, max_size=25).map(" ".join)
)


@wider
@settings(max_examples=INPUTS, deadline=None)
@given(TEXTS)
@example("(" * 3999)
@example("-" * 3999)
@example("if(" * 1300)
def test_whatever_is_written_only_a_formula_error_is_raised(text: str) -> None:
    node = tried(lambda: parse(text))
    if isinstance(node, FormulaError):
        assert 0 <= node.position <= len(text)
        return
    step = tree(node, VALUES)
    assert evaluate(node, VALUES) == step.value
    assert disagreements(step) == []
    found = tried(lambda: check(node, {"a": "number", "b": "number", "yes": "truth"}))
    assert found in ("number", "truth") or found.code in ("unknown_name", "type")


def formulas() -> st.SearchStrategy[str]:
    leaves = st.sampled_from([*VALUES, "1", "0", "2.5", "1000000007"])
    pairs = ["({} + {})", "({} - {})", "{} * {}", "{} / {}", "({} < {})", "({} >= {})", "({} = {})", "({} and {})",
             "({} or {})", "min({}; {})", "max({}; {})", "value_or({}; {})", "share({}; {})"]  # fmt: skip
    ones = ["-{}", "not({})", "known({})", "round({}; 1)"]
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(str.format, st.sampled_from(ones), inner),
            st.builds(str.format, st.sampled_from(pairs), inner, inner),
            st.builds(str.format, st.sampled_from(["if({}; {}; {})", "nps({}; {}; {})"]), inner, inner, inner),
        ),
        max_leaves=12,
    )


@settings(max_examples=500, deadline=None)
@given(formulas())
def test_every_formula_that_is_well_written_agrees_with_the_second_opinion(text: str) -> None:
    node = tried(lambda: parse(text))
    if isinstance(node, FormulaError):
        assert node.code in ("too_deep", "chained")
        return
    assert disagreements(tree(node, VALUES)) == []


@settings(max_examples=500, deadline=None)
@given(formulas())
def test_what_passes_the_type_check_never_fails_by_type(text: str) -> None:
    types = {key: "truth" if isinstance(value, Truth) else "number" for key, value in VALUES.items()}
    try:
        node = parse(text)
        gives = check(node, types)
    except FormulaError:
        return
    value = evaluate(node, VALUES)
    assert not (isinstance(value, Failed) and value.fault in (Fault.TYPE, Fault.UNKNOWN))
    if isinstance(value, Number | Truth):
        assert gives == ("truth" if isinstance(value, Truth) else "number")
