"""The arrows of the house: portal knows no app; programmes knows portal; matching and reporting know both."""

from tests.architecture.imports import ROOT, imported, modules

ALLOWED = {
    "portal": {"portal"},
    "programmes": {"portal", "programmes"},
    "matching": {"portal", "programmes", "matching"},
    "reporting": {"portal", "programmes", "reporting"},
}
COMPOSES_THE_APPS = ("portal.settings", "portal.urls", "portal.api_urls")
MAX_LINES = 500


def test_arrows_run_one_way() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, file in modules()
        if not name.startswith(COMPOSES_THE_APPS)
        for other in sorted(imported(name, file))
        if other.split(".")[0] not in ALLOWED[name.split(".")[0]]
    ]
    assert wrong == []


def test_a_wrong_arrow_would_be_seen() -> None:
    file = ROOT / "matching" / "apps.py"
    seen = imported("portal.pretended", file)
    assert "matching.rights" in [entry for entry in seen if entry.split(".")[0] not in ALLOWED["portal"]]


def test_no_circle_of_imports() -> None:
    files = dict(modules())
    graph = {
        name: {other for other in imported(name, file, top_level_only=True) if other in files and other != name}
        for name, file in files.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail[trail.index(name) :], name])
        if name in done:
            return
        for other in graph[name]:
            # A package's __init__ that offers its own modules' names is not a circle with them.
            if not name.startswith(other + "."):
                visit(other, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_no_module_is_too_long() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {lines}"
        for file in [*(file for _name, file in modules()), *(ROOT / "tests").rglob("*.py")]
        if "migrations" not in file.parts and (lines := len(file.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    ]
    assert long == []


def test_the_pages_hold_no_inline_script_or_style() -> None:
    """The content security policy would stop them; this says so before a browser does."""
    wrong = [
        f"{file.relative_to(ROOT)}: {mark}"
        for file in (ROOT / "templates").rglob("*.html")
        for mark in (" style=", "<style", "<script>", " onclick=", " onchange=", "javascript:")
        if mark in file.read_text(encoding="utf-8")
    ]
    assert wrong == []
