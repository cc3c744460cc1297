"""The OpenAPI document: valid, committed as the code makes it, in step with the URL map, and shown without breaking the
content security policy."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import translation
from openapi_spec_validator import validate

from portal import api_urls
from portal.local import api_diff, browser
from portal.ui import api_schema
from tests.api.conftest import World
from tests.api.document import FILE, check_answer, document

WATCH = """
    window.stopped = [];
    document.addEventListener("securitypolicyviolation", event =>
        window.stopped.push(event.violatedDirective + " " + event.blockedURI));
"""


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_committed_document_is_the_codes(language: str, tmp_path: Path) -> None:
    """When it fails: `manage.py spectacular --fail-on-warn --validate --file docs/openapi.yaml`."""
    made = tmp_path / "openapi.yaml"
    with translation.override(language):
        call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(made), stderr=StringIO())
    assert made.read_text(encoding="utf-8") == FILE.read_text(encoding="utf-8")


def test_it_is_valid() -> None:
    validate(document())


def test_it_is_served_to_anybody(client: Client) -> None:
    for language in ("da", "en"):
        api_schema.document.cache_clear()
        response = client.get("/api/v1/schema/", headers={"Accept-Language": language})
        assert response.status_code == 200
        assert response.content == FILE.read_bytes()


def test_every_address_is_in_it() -> None:
    def paths(patterns: list[Any], prefix: str) -> Any:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from paths(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern) and pattern.name not in ("api_schema", "api_docs", "api_unknown"):
                yield prefix + str(pattern.pattern)

    def bare(path: str) -> str:
        return "/".join("*" if part[:1] in "{<" and part else part for part in path.split("/"))

    assert {bare(path) for path in paths(api_urls.urlpatterns, "/api/v1/")} == {
        bare(path) for path in document()["paths"]
    }


def test_every_operation_says_how_it_fails() -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            assert {"400", "default"} <= set(operation["responses"]), f"{method} {path}"
            public = path.startswith("/api/v1/problems/")
            assert ("401" in operation["responses"]) is not public, f"{method} {path}"
            assert ("security" in operation) is not public, f"{method} {path}"


def test_nothing_is_a_floating_number() -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            assert node.get("type") != "number", node
            for each in node.values():
                walk(each)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(document())


@pytest.mark.parametrize(
    "changed",
    [
        {"whole": {"value": 1.0, "target": None}},
        {"place": "3"},
        {"new": 1},
        {"account": 7},
        {"as_of": "i dag"},
        {"names": {}},
    ],
)
def test_a_wrong_answer_would_be_seen(world: World, changed: dict[str, Any]) -> None:
    """The check that every answer in these tests goes through is not satisfied by anything."""
    answer = world.get(f"figures/?programme={world.programme.slug}")
    with pytest.raises(AssertionError):
        check_answer("get", "/api/v1/figures/", 200, answer.headers, {**answer.body, **changed})


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
def test_the_page_shows_it_within_the_policy(live_server: Any) -> None:
    """In Chromium: every group lists its operations, and nothing was stopped by the content security policy."""
    from playwright.sync_api import expect, sync_playwright

    found = browser.find()
    if isinstance(found, browser.NoBrowser):
        pytest.skip(found.reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found.path, args=list(found.args), env=found.environment()
        )
        try:
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            said: list[str] = []
            page.on(
                "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
            )
            page.on("pageerror", lambda error: said.append(str(error)))
            page.add_init_script(WATCH)
            page.goto(f"{live_server.url}/api/v1/docs/")
            every = [each for operations in document()["paths"].values() for each in operations.values()]
            groups = Counter(each["tags"][0] for each in every)
            expect(page.locator(".opblock-tag")).to_have_count(len(groups), timeout=30_000)
            for name, number in groups.items():
                page.locator(f"#operations-tag-{name}").click()
                expect(page.locator(".opblock")).to_have_count(number)
                page.locator(f"#operations-tag-{name}").click()
                expect(page.locator(".opblock")).to_have_count(0)
            page.locator("#operations-tag-matches").click()
            page.locator("#operations-matches-matches_create .opblock-summary-control").click()
            page.wait_for_selector("#operations-matches-matches_create .opblock-description")
            assert page.evaluate("stopped") == []
            assert said == []
        finally:
            chromium.close()


def test_every_group_says_what_it_is() -> None:
    said = {tag["name"]: tag["description"] for tag in document()["tags"]}
    used = {tag for each in document()["paths"].values() for operation in each.values() for tag in operation["tags"]}
    assert used == set(said)
    assert all(said.values())


# ------------------------------------------------------------------------------------- what the release has promised
def test_nothing_breaks_that_is_not_listed_with_its_reason() -> None:
    assert api_diff.review() is None


def test_the_promise_is_read_as_it_was_written() -> None:
    today = api_diff.today()
    assert api_diff.read(api_diff.written(today)) == today
    assert api_diff.breaking(today, today) == []


MATCHES = "/api/v1/matches/"
Change = Callable[[dict[str, Any]], object]


def _schema(document: dict[str, Any], name: str) -> Any:
    return document["components"]["schemas"][name]


def _parameter(document: dict[str, Any], path: str, name: str) -> Any:
    return next(each for each in document["paths"][path]["get"]["parameters"] if each["name"] == name)


def _took_away(document: dict[str, Any], path: str, name: str) -> None:
    document["paths"][path]["get"]["parameters"].remove(_parameter(document, path, name))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["paths"].pop("/api/v1/figure/"), ["GET /api/v1/figure/: gone"]),
        (
            lambda d: _schema(d, "CompanyName")["properties"].pop("cvr"),
            # Wherever the answer stands: in the lists, in a record, and after registering and undoing.
            [
                "GET /api/v1/matches/ out 200 results[].company.cvr: gone",
                "POST /api/v1/matches/ out 200 company.cvr: gone",
                "POST /api/v1/matches/ out 201 company.cvr: gone",
                "GET /api/v1/matches/{id}/ out 200 company.cvr: gone",
                "POST /api/v1/matches/{id}/undo/ out 200 company.cvr: gone",
                "POST /api/v1/matches/{id}/course/ out 200 company.cvr: gone",
                "POST /api/v1/matches/{id}/correct/ out 200 company.cvr: gone",
            ],
        ),
        (
            lambda d: _schema(d, "MatchType")["properties"]["code"].update(type="integer"),
            ["GET /api/v1/match-types/ out 200 results[].code: type string is now integer"],
        ),
        (
            lambda d: _schema(d, "MatchType")["properties"]["code"].update(nullable=True),
            ["GET /api/v1/match-types/ out 200 results[].code: may now be null"],
        ),
        (
            lambda d: _schema(d, "MatchType")["required"].remove("code"),
            ["GET /api/v1/match-types/ out 200 results[].code: may now be left out"],
        ),
        (
            lambda d: _schema(d, "MatchType")["properties"]["kind"]["enum"].append("hobby"),
            ["GET /api/v1/match-types/ out 200 results[].kind: may now be hobby"],
        ),
        (lambda d: _took_away(d, MATCHES, "cvr"), ["GET /api/v1/matches/ in query cvr: gone"]),
        (
            lambda d: _parameter(d, MATCHES, "page_size")["schema"].update(maximum=100),
            ["GET /api/v1/matches/ in query page_size: maximum 200 is now 100"],
        ),
        (
            lambda d: _parameter(d, MATCHES, "cvr").update(required=True),
            ["GET /api/v1/matches/ in query cvr: now required"],
        ),
        (
            lambda d: d["paths"][MATCHES]["get"]["parameters"].append(
                {"name": "why", "in": "query", "required": True, "schema": {"type": "string"}}
            ),
            ["GET /api/v1/matches/ in query why: new and required"],
        ),
        (
            lambda d: _schema(d, "UndoRequest").update(
                properties={**_schema(d, "UndoRequest")["properties"], "why": {"type": "string"}}, required=["why"]
            ),
            ["POST /api/v1/matches/{id}/undo/ in application/json why: new and required"],
        ),
        (
            lambda d: _schema(d, "UndoRequest")["properties"]["reason"].update(maxLength=30),
            ["POST /api/v1/matches/{id}/undo/ in application/json reason: maxLength 300 is now 30"],
        ),
        (
            lambda d: _schema(d, "ObservationEntryRequest")["properties"]["quantity"].update(nullable=True),
            [],  # takes more than before
        ),
        (lambda d: _schema(d, "MatchType")["properties"].update(colour={"type": "string"}), []),
        (lambda d: d["paths"].update({"/api/v1/new/": deepcopy(d["paths"]["/api/v1/figure/"])}), []),
        (lambda d: _schema(d, "MatchType")["properties"]["kind"]["enum"].pop(), []),
    ],
)
def test_what_breaks_is_found(change: Change, said: list[str]) -> None:
    changed = deepcopy(document())
    change(changed)
    assert api_diff.breaking(api_diff.today(), api_diff.parts(changed)) == said


def test_a_field_taken_away_would_fail_the_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: the file, the promise, and the list of what may break."""
    text = FILE.read_text(encoding="utf-8")
    without = tmp_path / "openapi.yaml"
    without.write_text(text.replace("        different_reason:\n", "        another_reason:\n"), encoding="utf-8")
    monkeypatch.setattr(api_diff, "DESCRIPTION", without)
    trouble = api_diff.review()
    assert trouble is not None
    assert "GET /api/v1/matches/{id}/ out 200 different_reason: gone" in trouble
    # Listed with its reason it may go; what breaks nothing may not stand in the list.
    changes = tmp_path / "api-changes.md"
    names = [line.removeprefix("breaks clients: - ") for line in trouble.splitlines() if line.startswith("breaks")]
    kept = api_diff.CHANGES.read_text(encoding="utf-8")
    changes.write_text(kept + "".join(f"- {name}\n  Because.\n" for name in names), encoding="utf-8")
    monkeypatch.setattr(api_diff, "ROOT", tmp_path)
    monkeypatch.setattr(api_diff, "CHANGES", changes)
    assert api_diff.review() is None
    changes.write_text(changes.read_text() + "- `GET /api/v1/companies/: gone`\n", encoding="utf-8")
    assert "listed, but breaks nothing: `GET /api/v1/companies/: gone`" in str(api_diff.review())
