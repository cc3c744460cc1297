"""Every answer against the committed OpenAPI document: path, method, status, media type, headers and body."""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from jsonschema import FormatChecker
from openapi_schema_validator import OAS30ReadValidator

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
PUBLIC = ("/api/v1/schema/", "/api/v1/docs/")


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def resolved(node: Any) -> Any:
    """The node, or what its $ref leads to."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def path_of(path: str) -> tuple[str, dict[str, Any]] | None:
    """The template and operations of a path; plain segments win over parameters."""
    wanted = path.strip("/").split("/")
    found = [
        (template, operations)
        for template, operations in document()["paths"].items()
        if len(parts := template.strip("/").split("/")) == len(wanted)
        and all(part == given or part.startswith("{") for part, given in zip(parts, wanted, strict=True))
    ]
    return min(found, key=lambda each: each[0].count("{"), default=None)


def complete(schema: Any) -> Any:
    """The schema with every $ref put in (none of ours is circular), and closed to members it does not name."""
    schema = resolved(schema)
    if isinstance(schema, list):
        return [complete(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if list(schema) == ["allOf"] or ("allOf" in schema and len(schema["allOf"]) == 1):
        return {**complete(schema["allOf"][0]), **{key: value for key, value in schema.items() if key != "allOf"}}
    whole = {
        key: {name: complete(each) for name, each in value.items()} if key == "properties" else complete(value)
        for key, value in schema.items()
        if key not in ("example", "examples", "default", "description")
    }
    if whole.get("type") == "object" and "properties" in whole:
        whole.setdefault("additionalProperties", False)
    return whole


@cache
def _validator(template: str, method: str, status: str, media: str) -> OAS30ReadValidator:
    response = resolved(document()["paths"][template][method]["responses"][status])
    return OAS30ReadValidator(complete(response["content"][media]["schema"]), format_checker=FormatChecker())


def check_answer(method: str, address: str, status: int, headers: dict[str, str], body: Any) -> None:
    """Raises AssertionError for an answer that the document does not describe."""
    path = urlsplit(address).path
    media = headers.get("Content-Type", "").split(";")[0]
    if status >= 400:
        assert media == "application/problem+json", f"{status} as {media}"
        _check_problem(path, status, body)
    found = path_of(path)
    if found is None or path in PUBLIC:
        assert status == 404 or path in PUBLIC, f"{path} is not in the document"
        return
    template, operations = found
    if method not in operations:
        assert status in (401, 404, 405), f"{method} {template} is not in the document and gives {status}"
        return
    responses = operations[method]["responses"]
    key = str(status) if str(status) in responses else "default"
    assert key in responses, f"{method} {template} does not say that it gives {status}"
    assert status >= 400 or key != "default", f"{method} {template} does not say that it gives {status}"
    for name in resolved(responses[key]).get("headers", {}):
        assert name in headers, f"{method} {path} {status} lacks the header {name}"
    if "content" not in resolved(responses[key]):
        assert body is None, f"{method} {path} {status} has a body"
        return
    errors = [
        f"{error.json_path}: {error.message}" for error in _validator(template, method, key, media).iter_errors(body)
    ]
    assert errors == [], f"{method} {path} {status}: {errors}"


def _check_problem(path: str, status: int, body: Any) -> None:
    assert body["status"] == status
    assert body["instance"] == path
    assert body["type"].startswith("/api/v1/problems/")
    assert body["title"]
    assert body["detail"]
