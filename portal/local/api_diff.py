"""What a client of the released API would trip over in the API of today.

    python -m portal.local.api_diff             says what breaks and is not listed in docs/api-changes.md
    python -m portal.local.api_diff --release   writes docs/api-released.txt: from now on this is what is promised

The released description is kept as one line for each thing a client can rely on: an operation, a parameter, a field of
a body, a field of an answer. That is short, and a review sees in it what is promised and what is taken back.

Breaking is: something gone; a parameter or field of a body that is newly required, of another type or narrower; a field
of an answer of another type, newly null or left out, or with values that clients have not heard of. What this API does
with unknown parameters makes taking one away breaking too: it is refused. New things break nobody.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from portal.local.place import ROOT

DESCRIPTION = ROOT / "docs" / "openapi.yaml"
RELEASED = ROOT / "docs" / "api-released.txt"
CHANGES = ROOT / "docs" / "api-changes.md"
HEADING = "## Since the release"
"""The part of docs/api-changes.md that lists what breaks, each in backticks as it is said here."""

Attributes = dict[str, Any]
IN, OUT = "in", "out"
LOWER, UPPER = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")
KEPT = ("type", "format", "pattern", "enum", *LOWER, *UPPER)


def parts(document: Mapping[str, Any]) -> dict[str, Attributes]:
    """What a client can rely on, by its name: `GET /api/v1/companies/ out 200 results[].cvr` and the like."""
    found: dict[str, Attributes] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = f"{method.upper()} {path}"
            found[name] = {}
            found |= {f"{name} {key}": said for key, said in _of_operation(document, operation)}
    problem = document["components"]["schemas"].get("Problem", {})
    found |= {f"problem {OUT} * {key}".rstrip(): said for key, said in _fields(document, problem, "", True)}
    return found


def _of_operation(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, Attributes]]:
    for given in operation.get("parameters", []):
        given = _resolved(document, given)
        said = _attributes(_resolved(document, given["schema"]), bool(given.get("required")))
        yield f"{IN} {given['in']} {given['name']}", said
    body = _resolved(document, operation.get("requestBody", {}))
    for media, content in body.get("content", {}).items():
        for key, said in _fields(document, content["schema"], "", bool(body.get("required"))):
            yield f"{IN} {media} {key}".rstrip(), said
    for status, response in operation["responses"].items():
        response = _resolved(document, response)
        yield f"{OUT} {status}", {}
        if not str(status).startswith("2"):
            continue  # of errors the kind is one for all: see `problem`
        for content in response.get("content", {}).values():
            for key, said in _fields(document, content["schema"], "", True):
                yield f"{OUT} {status} {key}".rstrip(), said


def _fields(
    document: Mapping[str, Any], schema: Mapping[str, Any], where: str, required: bool
) -> Iterator[tuple[str, Attributes]]:
    schema = _resolved(document, schema)
    yield where, _attributes(schema, required)
    if "items" in schema:
        yield from _fields(document, schema["items"], f"{where}[]", True)
    for name, inner in schema.get("properties", {}).items():
        whole = f"{where}.{name}".lstrip(".")
        yield from _fields(document, inner, whole, name in schema.get("required", []))


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node itself: where its $ref leads, and what it says around an allOf of one."""
    while "$ref" in node or len(node.get("allOf", [])) == 1:
        if "$ref" in node:
            target: Any = document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
        else:
            target = {**_resolved(document, node["allOf"][0]), **{k: v for k, v in node.items() if k != "allOf"}}
        node = target
    return node


def _attributes(schema: Mapping[str, Any], required: bool) -> Attributes:
    said: Attributes = {name: schema[name] for name in KEPT if name in schema}
    if "enum" in said:
        said["enum"] = sorted(said["enum"], key=str)
    return {
        **said,
        **({"nullable": True} if schema.get("nullable") else {}),
        **({"required": True} if required else {}),
    }


def breaking(released: Mapping[str, Attributes], today: Mapping[str, Attributes]) -> list[str]:
    """What a client of the released API trips over, a sentence each, in the order of the release."""
    found = []
    gone: list[str] = []
    for name, before in released.items():
        if any(name.startswith((f"{each} ", f"{each}.", f"{each}[]")) for each in gone):
            continue  # it went with what it is a part of
        if name not in today:
            gone.append(name)
            found.append(f"{name}: gone")
            continue
        taken_in = f" {IN} " in name
        found += [f"{name}: {what}" for what in (_narrower if taken_in else _different)(before, today[name])]
    for name, said in today.items():
        if name not in released and f" {IN} " in name and said.get("required") and _parent(name) in released:
            found.append(f"{name}: new and required")
    return found


def _parent(name: str) -> str:
    """What a parameter or a field of a body is a part of: the operation, the body, or the field around it."""
    operation, _in, rest = name.partition(f" {IN} ")
    kind, _blank, where = rest.partition(" ")
    if "/" not in kind:
        return operation  # a parameter
    body = f"{operation} {IN} {kind}"
    if not where:
        return operation
    around = where.removesuffix("[]") if where.endswith("[]") else where.rpartition(".")[0]
    return f"{body} {around}".rstrip()


def _narrower(before: Attributes, now: Attributes) -> Iterator[str]:
    """What was taken before and is refused now."""
    if now.get("required") and not before.get("required"):
        yield "now required"
    if before.get("nullable") and not now.get("nullable"):
        yield "null is no longer taken"
    for name in ("type", "format", "pattern"):
        if now.get(name) is not None and now.get(name) != before.get(name):
            yield f"{name} {before.get(name, 'any')} is now {now[name]}"
    if "enum" in now:
        lost = [str(value) for value in before.get("enum", ["any"]) if value not in now["enum"]]
        if lost:
            yield f"no longer takes {', '.join(lost)}"
    for name in LOWER:
        if name in now and now[name] > before.get(name, float("-inf")):
            yield f"{name} {before.get(name, 'none')} is now {now[name]}"
    for name in UPPER:
        if name in now and now[name] < before.get(name, float("inf")):
            yield f"{name} {before.get(name, 'none')} is now {now[name]}"


def _different(before: Attributes, now: Attributes) -> Iterator[str]:
    """What was given before and is another thing now."""
    if before.get("required") and not now.get("required"):
        yield "may now be left out"
    if now.get("nullable") and not before.get("nullable"):
        yield "may now be null"
    for name in ("type", "format"):
        if before.get(name) is not None and now.get(name) != before.get(name):
            yield f"{name} {before[name]} is now {now.get(name, 'any')}"
    if "enum" in before:
        new = [str(value) for value in now.get("enum", ["any"]) if value not in before["enum"]]
        if new:
            yield f"may now be {', '.join(new)}"


def written(found: Mapping[str, Attributes]) -> str:
    lines = [f"{name} {json.dumps(said, sort_keys=True, ensure_ascii=False)}" for name, said in found.items()]
    return "\n".join(["# What the released API promises. `make api-release` writes it anew.", *lines, ""])


def read(text: str) -> dict[str, Attributes]:
    found: dict[str, Attributes] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _blank, said = line.partition(" {")
            found[name] = json.loads(f"{{{said}")
    return found


def listed(text: str) -> list[str]:
    """What docs/api-changes.md says that it breaks, on purpose."""
    part = text.partition(HEADING)[2].partition("\n## ")[0]
    return re.findall(r"^- `([^`]+)`", part, re.MULTILINE)


def today() -> dict[str, Attributes]:
    return parts(yaml.load(DESCRIPTION.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def review() -> str | None:
    """What is wrong, in words; None when every difference that breaks is listed with its reason, and no other."""
    found = breaking(read(RELEASED.read_text(encoding="utf-8")), today())
    known = listed(CHANGES.read_text(encoding="utf-8"))
    unlisted = [each for each in found if each not in known]
    stale = [each for each in known if each not in found]
    if not unlisted and not stale:
        return None
    return "\n".join(
        [
            *(f"breaks clients: - `{each}`" for each in unlisted),
            *(f"listed, but breaks nothing: `{each}`" for each in stale),
            f"List what must break, with its reason, under “{HEADING}” in {CHANGES.relative_to(ROOT)}.",
        ]
    )


def main(arguments: list[str]) -> int:
    if arguments == ["--release"]:
        RELEASED.write_text(written(today()), encoding="utf-8")
        print(RELEASED.relative_to(ROOT))
        return 0
    trouble = review()
    print(trouble or "Nothing breaks that is not listed.")
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
