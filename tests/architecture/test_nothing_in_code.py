"""No contract, goal or year is built into the programme: they are rows. Read from the source text.

What looks like one and is not stands in ALLOWED with its reason; an entry that nothing uses fails.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.imports import ROOT, modules

NAMES = ("resultatkontrakt", "vvv", "vækst via viden", "vaekst-via-viden", "midtjylland", "business region north")
"""Names of contracts and programmes, and of who signed them, in small letters."""
YEAR = re.compile(r"(?<![\w.,/-])(?:20[1-4]\d)(?!\d)")
HOW_TO_WRITE = re.compile(r"(?i)\b(?:for example|such as|e\.g\.|write|written as|which publication it is)(?!\w)")
"""Words of a sentence that shows how a date or a period is written: the year in it is nobody's."""
GOAL = re.compile(r"(?i)\b(?:mål|goal|resultatmål)(?: nr\.?| no\.?)? \d+\b")
NAMED_NUMBERS = {"goal", "goal_no", "goal_number", "number", "no"}
"""What a goal's number is called where it is compared with something."""

ALLOWED: dict[tuple[str, str], str] = {
    # (file, what was found): why it may stand there
    ("portal/jobs/views.py", "2026"): "the length of a month as it is written is measured on one",
    (
        "portal/settings/base.py",
        "2025",
    ): "from which day the register's industry codes are DB25's, unless set otherwise",
    ("matching/api/views.py", "vaekst-via-viden"): "the example of the API's description is the demo area's",
    ("matching/api/views.py", "2021"): "the example of the API's description is the demo area's",
    ("reporting/api/observations.py", "2020"): "an example of the API's description",
    **{
        (f"programmes/api/{name}.py", year): "an example of the API's description"
        for name, years in (
            ("amounts", ("2022", "2023", "2024")),
            ("areas", ("2017",)),
            ("budget", ("2026",)),
            ("commitments", ("2026",)),
            ("decisions", ("2022", "2023")),
            ("funding", ("2023",)),
            ("initiatives", ("2023", "2026")),
            ("shapes", ("2023", "2024")),
            ("spending", ("2026",)),
        )
        for year in years
    },
}


@dataclass(frozen=True)
class Found:
    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def is_data(file: Path) -> bool:
    """Demo data, the page of samples, files of definitions and migrations: there the contracts stand."""
    return (
        file.name.startswith("demo")
        or file.name == "samples.py"
        or bool({"migrations", "definitions", "local"} & set(file.parts))
    )


def documentation(tree: ast.AST) -> set[int]:
    """The ids of strings that are words about the code: docstrings, and strings that stand alone."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def found_in(source: str) -> Iterator[tuple[int, str]]:
    """Line and finding of every literal that names a contract, a year or a goal's number."""
    tree = ast.parse(source)
    words = documentation(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in words:
            if isinstance(node.value, str):
                text = node.value.lower()
                yield from ((node.lineno, name) for name in NAMES if re.search(rf"\b{re.escape(name)}", text))
                if not HOW_TO_WRITE.search(node.value):
                    yield from ((node.lineno, match[0]) for match in YEAR.finditer(node.value))
                yield from ((node.lineno, match[0].lower()) for match in GOAL.finditer(node.value))
            elif type(node.value) is int and 2010 <= node.value < 2050:
                yield node.lineno, str(node.value)
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            named = [side for side in sides if _last_name(side) in NAMED_NUMBERS]
            numbers = [side for side in sides if isinstance(side, ast.Constant) and type(side.value) is int]
            # Nought and one are not a certain goal: they ask whether there is any, or where the counting begins.
            yield from ((node.lineno, ast.unparse(node)) for one in numbers if named and one.value > 1)


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def findings() -> list[Found]:
    return [
        Found(str(file.relative_to(ROOT)), line, what)
        for _name, file in modules()
        if not is_data(file.relative_to(ROOT))
        for line, what in found_in(file.read_text(encoding="utf-8"))
    ]


def test_no_goal_contract_or_year_is_in_the_code() -> None:
    assert [str(one) for one in findings() if (one.file, one.what) not in ALLOWED] == []


def test_every_exception_is_needed() -> None:
    found = {(one.file, one.what) for one in findings()}
    assert [entry for entry in ALLOWED if entry not in found] == []
    assert all(reason.strip() for reason in ALLOWED.values())


def test_the_scan_sees_what_it_looks_for() -> None:
    def seen(source: str) -> list[str]:
        return [what for _line, what in found_in(source)]

    assert seen("if goal.number == 7: pass") == ["goal.number == 7"]
    assert seen("if no in (1, 2): pass\nif 3 <= number: pass") == ["3 <= number"]
    assert seen("x = 'Resultatkontrakt med KKR'") == ["resultatkontrakt"]
    assert seen("x = date(2020, 12, 31)") == ["2020"]
    assert seen("x = 'perioden 2021-2023'") == ["2021"]
    assert seen("x = _('For example 31 1 2021')") == []
    assert seen("x = _('Goal 8 is not met')") == ["goal 8"]
    assert seen("'''Resultatkontrakt 2020, mål 8'''\nif count > 0: pass\nif number < 1: pass") == []
