"""Reading a contract file, or one of another schema: YAML or JSON to plain data, and what is wrong with it and where.

Numbers with decimals and days stay text, so that 34.7 is exact and 2020-02-30 is found by us. The schema says what a
file may hold (definitions/contract-file.schema.json); that a rule can be computed is said where contracts are made.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from portal.ui.dates import FIRST_YEAR, LAST_YEAR
from reporting.yaml_text import YamlError, parse

SCHEMA = Path(__file__).parent / "definitions" / "contract-file.schema.json"
LARGEST = 5_000_000
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """`place` is the way to it from the top of the file; `line` where it stands, when that is known."""

    place: Place
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = place_text(self.place)
        line = _("line %(line)s, ") % {"line": self.line} if self.line else ""
        return f"{line}{where}: {self.message}"


class ContractFileError(Exception):
    """The file cannot be loaded; nothing of it stands unless `stands` says so."""

    def __init__(self, problems: Sequence[Problem], stands: str = "") -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems, self.stands = list(problems), stands


@dataclass(frozen=True)
class Document:
    data: dict[str, Any]
    nodes: Any = None
    """The YAML as it stands, for the lines."""

    def line(self, place: Place) -> int | None:
        node = self.nodes
        found = None if node is None else node.start_mark.line + 1
        for step in place:
            following = _step(node, step)
            if following is None:
                break
            node, found = following
        return found

    def problem(self, place: Iterable[str | int], message: str) -> Problem:
        where = tuple(place)
        return Problem(where, message, self.line(where))


def place_text(place: Place) -> str:
    """goals[0].rule.tiers[1].from, with goals told by their order in the file."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or _("the file")


def read(path: Path, schema: Path = SCHEMA) -> Document:
    """The file as data that the schema accepts. Raises ContractFileError with every problem of its form."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise ContractFileError([Problem((), _("The file cannot be read: %(why)s") % {"why": problem.strerror})]) from (
            problem
        )
    if len(raw) > LARGEST:
        raise ContractFileError([Problem((), _("The file is larger than 5 MB."))])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ContractFileError([Problem((), _("The file is not text in UTF-8."))]) from problem
    if not text.strip():
        raise ContractFileError([Problem((), _("The file is empty."))])
    document = _json(text) if path.suffix.lower() == ".json" else _yaml(text)
    if problems := list(_form(document, validator(schema))):
        raise ContractFileError(problems)
    return document


def _json(text: str) -> Document:
    try:
        return Document(json.loads(text, parse_float=str, parse_constant=str, object_pairs_hook=_once))
    except json.JSONDecodeError as problem:
        raise ContractFileError([Problem((), _("The file is not JSON."), problem.lineno)]) from problem
    except RecursionError as problem:
        raise ContractFileError([Problem((), _("The file is nested too deeply."))]) from problem
    except ValueError as problem:  # a whole number of thousands of digits
        raise ContractFileError([Problem((), _("The file is not JSON."))]) from problem


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice in a set would be lost without a word."""
    read = dict(pairs)
    if len(read) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ContractFileError([Problem((), _("%(name)s stands twice here.") % {"name": twice[:60]})])
    return read


def _yaml(text: str) -> Document:
    try:
        return Document(*parse(text))
    except YamlError as problem:
        raise ContractFileError([Problem((), problem.message, problem.line)]) from problem


def _step(node: Any, step: str | int) -> tuple[Any, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None


@cache
def validator(schema: Path = SCHEMA) -> Any:
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def _form(document: Document, against: Any) -> Iterable[Problem]:
    if unfit := list(_unfit(document, document.data, ())):
        yield from unfit
        return
    errors = sorted(against.iter_errors(document.data), key=lambda each: [str(step) for step in each.absolute_path])
    # Each name that is lacking is a finding of its own, and says all of them.
    found = [each for error in errors for each in _said(error, against.schema.get("$defs", {}))]
    for place, message in dict.fromkeys(found):
        yield document.problem(place, message)
    if not errors:
        yield from _days(document, document.data, ())


def _said(error: Any, definitions: Mapping[str, Any]) -> Iterable[tuple[Place, str]]:
    """A validator's finding in words a person can act on."""
    place = tuple(error.absolute_path)
    kind, wanted = error.validator, error.validator_value
    if kind in ("oneOf", "anyOf") and error.context:
        # The branch that came furthest is the one that was meant.
        deepest = max(error.context, key=lambda each: len(each.absolute_path))
        yield from _said(deepest, definitions)
    elif kind == "required":
        missing = [name for name in wanted if name not in error.instance]
        yield place, _("lacks %(names)s") % {"names": ", ".join(missing)}
    elif kind in ("additionalProperties", "unevaluatedProperties"):
        known = _known(error.schema, definitions)
        unknown = sorted(name for name in error.instance if name not in known) if known else sorted(error.instance)
        for name in unknown:
            yield (*place, name), _("is not known here. Known are: %(names)s") % {"names": ", ".join(sorted(known))}
    elif kind in ("enum", "const"):
        options = wanted if kind == "enum" else [wanted]
        yield place, _("must be one of: %(options)s") % {"options": ", ".join(str(each) or "–" for each in options)}
    elif kind == "type":
        yield place, _("must be %(type)s") % {"type": _type(wanted)}
    elif kind == "pattern":
        yield place, _pattern(str(wanted))
    elif kind == "uniqueItems":
        yield place, _("names the same thing twice")
    elif kind in ("minItems", "minLength", "minProperties", "minimum", "maxLength", "maximum"):
        yield place, _limit(kind, wanted)
    else:
        yield place, str(error.message)


def _limit(kind: str, wanted: Any) -> str:
    texts = {
        "minimum": _("must be at least %(number)s"),
        "maxLength": _("may have at most %(number)s characters"),
        "maximum": _("must be at most %(number)s"),
    }
    return texts.get(kind, _("needs at least %(number)s")) % {"number": wanted}


def _known(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> set[str]:
    known = set(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        known |= set(definitions[part["$ref"].rsplit("/", 1)[1]]["properties"])
    return known


def _type(wanted: Any) -> str:
    names = {
        "object": _("a set of fields"),
        "array": _("a list"),
        "string": _("text"),
        "integer": _("a whole number"),
        "number": _("a number"),
        "boolean": _("true or false"),
    }
    kinds = [wanted] if isinstance(wanted, str) else [each for each in wanted if each != "string"] or list(wanted)
    return _(" or ").join(dict.fromkeys(names[each] for each in kinds))


def _pattern(pattern: str) -> str:
    if pattern.startswith("^[0-9]{4}-"):
        return _("must be a date such as 2020-12-31")
    if pattern.startswith("^-?[0-9]"):
        return _("must be a number such as 34.7")
    if pattern.startswith("^[0-9]{4}"):
        return _("must be a municipality's code such as 0851")
    return _("may hold only small letters a-z, digits, - and _")


def _unfit(document: Document, value: Any, place: Place) -> Iterable[Problem]:
    """Text with characters that cannot be kept: a database holds no zero byte, and half a pair is no character."""
    if isinstance(value, str) and ("\x00" in value or any("\ud800" <= each <= "\udfff" for each in value)):
        yield document.problem(place, _("holds a character that is no text"))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unfit(document, key, place)
            yield from _unfit(document, inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unfit(document, inner, (*place, number))


DAYS = {"on", "known_on", "from", "to", "signed_on", "said_on", "deadline", "effective_from"}


DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$")
"""What looks like one; the `from` and `to` of a rule are numbers."""


def _days(document: Document, value: Any, place: Place) -> Iterable[Problem]:
    """Days that the calendar does not have."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in DAYS and isinstance(inner, str) and DAY.match(inner):
                try:
                    year = date.fromisoformat(inner).year
                except ValueError:
                    year = 0
                if not FIRST_YEAR <= year <= LAST_YEAR:
                    yield document.problem((*place, key), _("There is no such day as %(day)s.") % {"day": inner})
            else:
                yield from _days(document, inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _days(document, inner, (*place, number))
