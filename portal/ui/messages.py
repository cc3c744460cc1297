"""The texts of the portal and their Danish: found in the code, kept in locale/da, compiled. Without gettext's programs.

The id of a text is its English. `manage.py messages` is the command; this module is the work it does.
"""

import ast
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCES = ("portal", "programmes", "matching", "reporting", "templates")
LEFT_OUT = ("/migrations/", "/portal/ui/samples.py", "/templates/ui/components.html")
TEMPLATES = (".html", ".txt")
"""Pages, and letters."""
KEYWORDS: Mapping[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """# The Danish of every text in the portal. Words: docs/glossary.md. `manage.py messages` makes it.
msgid ""
msgstr ""
"Language: da\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")

Key = str | tuple[str, ...]
N = TypeVar("N", bound=ast.AST)


def po_path() -> Path:
    return Path(settings.BASE_DIR) / "locale" / "da" / "LC_MESSAGES" / "django.po"


def extract(root: Path) -> Catalog:
    """All texts under `root`'s source folders. Raises with the file's name when one cannot be read."""
    catalog = Catalog(locale="da", charset="utf-8")
    for path in _files(root):
        source = path.read_text(encoding="utf-8")
        if path.suffix in TEMPLATES:
            source = templatize(source, origin=str(path))
        for _line, function, found, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {}):
            add = _arranged(function, found)
            if add is not None:
                identifier, context = add
                flags = ["python-format"] if "%(" in str(identifier) else []
                catalog.add(identifier, context=context, flags=flags)
    return catalog


def _files(root: Path) -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", *TEMPLATES) and not any(part in path.as_posix() for part in LEFT_OUT):
                yield path


def unseen(root: Path) -> list[str]:
    """Calls whose text `extract` cannot see, one line each: inside an f-string, or put together there.

    A name or an attribute may be translated: it was marked with gettext_noop where it stands.
    """
    lines = []
    for path in _files(root):
        if path.suffix == ".py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            inside = {id(call) for text in _nodes(tree, ast.JoinedStr) for call in _nodes(text, ast.Call)}
            for call in _nodes(tree, ast.Call):
                hidden = id(call) in inside or any(_put_together(argument) for argument in call.args)
                if hidden and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
                    lines.append(f"cannot be found: {path.relative_to(root)}:{call.lineno} {ast.unparse(call)}")
    return lines


def _put_together(argument: ast.expr) -> bool:
    parts = _nodes(argument, ast.Constant)
    made = isinstance(argument, ast.JoinedStr | ast.IfExp | ast.BinOp)
    return made and any(isinstance(part.value, str) for part in parts)


def _nodes(tree: ast.AST, kind: type[N]) -> Iterator[N]:
    return (node for node in ast.walk(tree) if isinstance(node, kind))


def _arranged(function: Any, found: Any) -> tuple[str | tuple[str, str], str | None] | None:
    """(id or (id, plural), context) of a call as babel found it; None when a text is not a plain literal."""
    texts = list(found) if isinstance(found, tuple | list) else [found]
    context = texts.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    plural = function.startswith(("ngettext", "npgettext"))
    texts = texts[: 2 if plural else 1]
    if any(not isinstance(text, str) or not text for text in texts) or not texts:
        return None
    return ((texts[0], texts[1]) if plural else texts[0]), context


def load(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale="da", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="da")


def updated(old: Catalog, found: Catalog) -> Catalog:
    """`old` with the texts that are in the code now; those that are not become obsolete entries, never lost."""
    for message in found:
        kept = old.get(message.id, message.context) or old.obsolete.get(_key(message))
        if message.id and kept is not None and kept.id == message.id:
            message.string, message.flags = kept.string, message.flags | (kept.flags & {"fuzzy"})
    found.obsolete.clear()
    for message in [*old, *old.obsolete.values()]:
        if message.id and found.get(message.id, message.context) is None and any(_strings(message)):
            found.obsolete[_key(message)] = message
    return found


def text_of(catalog: Catalog) -> str:
    """The catalogue as a .po file: sorted, without line numbers, so that two people's changes seldom meet."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    return HEADER + out.getvalue().decode().strip() + "\n"


def translate(catalog: Catalog, danish: Mapping[str, str | list[str]]) -> list[str]:
    """Fill in the Danish of many ids; the ids that are not in the code are returned."""
    unknown = []
    for identifier, text in danish.items():
        message = catalog.get(identifier)
        if message is None:
            unknown.append(identifier)
            continue
        message.string = tuple(text) if isinstance(text, list) else text
        message.flags.discard("fuzzy")
    return unknown


def problems(catalog: Catalog, found: Catalog) -> list[str]:
    """What keeps the Danish from being complete, one line each; empty when it is."""
    lines = []
    for message in found:
        if not message.id:
            continue
        kept = catalog.get(message.id, message.context)
        name = _name(message)
        if kept is None:
            lines.append(f"not in the file, run `manage.py messages`: {name}")
        elif not all(_strings(kept)) or (message.pluralizable and len(_strings(kept)) != 2):
            lines.append(f"no Danish: {name}")
        elif "fuzzy" in kept.flags:
            lines.append(f"uncertain (fuzzy): {name}")
        else:
            lines.extend(_placeholder_problems(message, kept))
    gone = [message for message in catalog if message.id and found.get(message.id, message.context) is None]
    gone.extend(catalog.obsolete.values())
    lines.extend(f"no longer in the code, `manage.py messages --prune` drops it: {_name(message)}" for message in gone)
    return lines


def _placeholder_problems(message: Message, kept: Message) -> Iterator[str]:
    ids = list(message.id) if isinstance(message.id, tuple | list) else [message.id]
    wanted = {placeholder for text in ids for placeholder in _PLACEHOLDER.findall(text)}
    for text in _strings(kept):
        alien = set(_PLACEHOLDER.findall(text)) - wanted
        lacking = set(_PLACEHOLDER.findall(ids[-1])) - set(_PLACEHOLDER.findall(text))
        if alien or (lacking and len(ids) == 1):
            yield f"the placeholders differ: {_name(message)}"
            return


def compile_mo(po: Path) -> Path:
    """Write the .mo beside the .po. The file is replaced whole, so a running server never reads half of it."""
    mo = po.with_suffix(".mo")
    out = io.BytesIO()
    write_mo(out, load(po))
    if not mo.exists() or mo.read_bytes() != out.getvalue():
        fresh = mo.with_suffix(".mo.new")
        fresh.write_bytes(out.getvalue())
        fresh.replace(mo)
    return mo


def _strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string or ""]


def _key(message: Message) -> Any:
    identifier = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return (identifier, message.context) if message.context else identifier


def _name(message: Message) -> str:
    identifier = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return f"{identifier!r} ({message.context})" if message.context else repr(identifier)
