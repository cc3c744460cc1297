"""What imports what, read from the source text (no module is run)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "programmes", "matching", "reporting")


def modules() -> Iterator[tuple[str, Path]]:
    """(dotted name, file) of every hand-written module of the product."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imported(name: str, file: Path, top_level_only: bool = False) -> set[str]:
    """The product's modules that `file` imports; `top_level_only` leaves out imports inside functions and for types."""
    found: set[str] = set()
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]

    def walk(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = package.split(".")[: len(package.split(".")) - child.level + 1] if child.level else []
                source = ".".join([*base, child.module or ""]).strip(".")
                found.add(source)
                found.update(f"{source}.{alias.name}" for alias in child.names)
            if top_level_only and (
                isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or is_type_checking(child)
            ):
                continue
            walk(child)

    walk(ast.parse(file.read_text(encoding="utf-8")))
    return {entry for entry in found if entry.split(".")[0] in ROOMS}
