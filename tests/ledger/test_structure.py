"""What holds for the whole source because the ledger needs it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("portal", "programmes", "matching", "reporting")


def sources() -> Iterator[Path]:
    for room in OURS:
        yield from sorted((ROOT / room).rglob("*.py"))


def locks_with_key(source: str) -> list[int]:
    """The lines that lock rows so that a foreign key pointing at them has to wait."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr == "select_for_update":
            found.append(node.lineno)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = " ".join(node.value.upper().split())
            if "SELECT" in text and ("FOR UPDATE" in text or "FOR SHARE" in text):
                found.append(node.lineno)
    good = {
        node.func.lineno if isinstance(node.func, ast.Attribute) else 0
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
        and any(
            word.arg == "no_key" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in node.keywords
        )
    }
    return [line for line in found if line not in good]


def test_rows_are_locked_without_their_key() -> None:
    """A fact's foreign keys are checked while the head is held: FOR UPDATE on such a row would deadlock
    (test_concurrency shows it). select_for_update(no_key=True) does not stand in their way."""
    found = {str(path.relative_to(ROOT)): lines for path in sources() if (lines := locks_with_key(path.read_text()))}
    assert found == {}


def test_the_scan_sees_what_it_looks_for() -> None:
    assert locks_with_key("M.objects.select_for_update().get()") == [1]
    assert locks_with_key("M.objects.select_for_update(no_key=False)") == [1]
    assert locks_with_key("lock = M.objects.select_for_update") == [1]
    assert locks_with_key("x = '''SELECT 1 FROM t\n FOR UPDATE'''") == [1]
    assert locks_with_key("M.objects.filter(a=1).select_for_update(of=('self',), no_key=True)") == []


def test_only_the_ledger_writes_facts() -> None:
    """Nobody inserts into the ledger's tables past post() and define()."""
    for path in sources():
        if path.is_relative_to(ROOT / "portal" / "ledger"):
            continue
        text = path.read_text()
        for forbidden in ("INSERT INTO ledger_", "ledger_take", "Fact.objects.create", "Fact.objects.bulk_create"):
            assert forbidden not in text, f"{path.relative_to(ROOT)}: {forbidden}"
