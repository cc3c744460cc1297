"""YAML read without guessing: what could be meant in two ways stays the text it is, and nothing is lost.

Dates, decimals, 010 and 12:30 are text, keys are text, and a key that stands twice in one set is refused, where YAML
would keep the last without a word.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml
from django.utils.translation import gettext as _

MOST_NODES = 2_000_000
"""What a file may come to when its references are followed: a few lines can otherwise become billions."""


class YamlError(Exception):
    """`message` for people; `line` from 1, where it is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        if isinstance(node, yaml.MappingNode):
            self.flatten_mapping(node)  # what is merged in; merging again finds nothing to do
            for key, _value in node.value:
                key.tag = TEXT
        return super().construct_mapping(node, deep)


TEXT, MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in {"tag:yaml.org,2002:null", MERGE}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
# Not 010, 0x1F, 1_000 or 12:30, which YAML reads as 8, 31, 1000 and 750.
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))


def parse(text: str) -> tuple[Any, Any]:
    """The data, and the nodes it was made from, for the lines. Raises YamlError."""
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None, None
            _check(node, {}, set())
            return loader.construct_document(node), node
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise YamlError(_("The file holds a character that is no text."), line) from problem
    except yaml.MarkedYAMLError as problem:
        raise YamlError(*_said(problem, text)) from problem
    except (yaml.YAMLError, ValueError) as problem:
        raise YamlError(_("The file is not YAML.")) from problem
    except RecursionError as problem:
        raise YamlError(_("The file is nested too deeply.")) from problem


def _said(problem: yaml.MarkedYAMLError, text: str) -> tuple[str, int | None]:
    mark = problem.problem_mark or problem.context_mark
    if mark is None:
        return _("The file is not YAML."), None
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _("The line begins with a tab. Indent with spaces."), mark.line + 1
    return _("The file is not YAML."), mark.line + 1


def _check(node: Any, sizes: dict[int, int], above: set[int]) -> int:
    """How many nodes there are from here down when references are followed. Raises YamlError: names that stand twice,
    and a reference that leads back to itself, which has no end."""
    name = id(node)
    if name in above:
        raise YamlError(_("A reference leads back to itself."), _line(node))
    if name not in sizes:
        above.add(name)
        inner: list[Any] = []
        if isinstance(node, yaml.MappingNode):
            _names(node)
            inner = [each for pair in node.value for each in pair]
        elif isinstance(node, yaml.SequenceNode):
            inner = node.value
        sizes[name] = 1 + sum(_check(each, sizes, above) for each in inner)
        above.discard(name)
        if sizes[name] > MOST_NODES:
            raise YamlError(_("The file's references make it too large."), _line(node))
    return sizes[name]


def _names(node: Any) -> None:
    seen: set[str] = set()
    for key, _value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError(_("A name of a field must be text."), _line(key))
        if key.value in seen:
            raise YamlError(_("%(name)s stands twice here.") % {"name": key.value[:60]}, _line(key))
        seen.add(key.value)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
