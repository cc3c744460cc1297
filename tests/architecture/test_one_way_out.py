"""Every file that goes out is made in one module, where text cannot become a formula. Read from the source text."""

import ast

from tests.architecture.imports import modules

ONE = "portal.ui.export"
ALLOWED = {
    # What is made, and where it may be.
    "xlsxwriter": {ONE},
    "openpyxl": set(),
    "csv.writer": {ONE},
    "csv.DictWriter": set(),
    "FileResponse": set(),
    "StreamingHttpResponse": {ONE},
    "Content-Disposition": {ONE},
}


def made(tree: ast.AST) -> set[str]:
    """Which of ALLOWED a module makes; asking whether something is one is not making it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found & set(ALLOWED)


def test_files_go_out_by_one_way() -> None:
    makers = {name: made(ast.parse(file.read_text(encoding="utf-8"))) for name, file in modules()}
    wrong = [f"{name} makes {what}" for name, all_made in makers.items() for what in all_made
             if name not in ALLOWED[what]]  # fmt: skip
    assert wrong == []
    assert makers[ONE] == {"xlsxwriter", "csv.writer", "StreamingHttpResponse", "Content-Disposition"}


def test_another_way_would_be_seen() -> None:
    for text in ("import xlsxwriter", "from openpyxl import Workbook", "csv.writer(x)", "from csv import writer",
                 "FileResponse(x)", "r['Content-Disposition'] = 'inline'"):  # fmt: skip
        assert made(ast.parse(text)), text
