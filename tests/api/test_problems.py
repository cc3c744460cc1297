"""Every error is problem+json (World.call checks its members each time), in the caller's language."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework.exceptions import Throttled

from matching.api.views import MatchTypeList
from portal.ui import problems
from tests.api.conftest import API, World


def test_unknown_address(world: World) -> None:
    for method in ("get", "post", "put", "patch", "delete", "options", "head"):
        response = getattr(Client(), method)(f"{API}/findes-ikke/")
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"
    assert world.get("findes-ikke/", None).body["type"].endswith("/not-found")


def test_a_forgotten_slash(world: World) -> None:
    answer = world.get("programmes")
    assert answer.status == 404
    assert "slash" in world.get("programmes", Accept_Language="en").body["detail"]


def test_method(world: World) -> None:
    for method in ("put", "patch", "delete", "options"):
        answer = world.call(method, "matches/", "partner")
        assert answer.status == 405
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_row_that_is_not_there(world: World) -> None:
    for pk in ("999999", "9223372036854775807", "9223372036854775808", "9" * 40):
        assert world.get(f"companies/{pk}/").status == 404
        assert world.get(f"matches/{pk}/").status == 404
        assert world.post(f"matches/{pk}/undo/", "partner", If_Match="*").status == 404


def test_the_reason_of_a_refusal(world: World) -> None:
    answer = world.get("matches/", "kkr", Accept_Language="en")
    assert answer.status == 403
    assert answer.body["detail"].startswith("Your role sees counts")


BODIES: list[tuple[Any, str, int]] = [
    ("{", "application/json", 400),
    ("", "application/json", 400),
    ('{"a": NaN}', "application/json", 400),
    ("[" * 100_000, "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    ("[]", "application/json", 400),
    ('"x"', "application/json", 400),
    ("null", "application/json", 400),
    ("a=b", "application/x-www-form-urlencoded", 415),
    ("<a/>", "application/xml", 415),
    ("{}", "text/plain", 415),
]


def test_a_body_that_cannot_be_read(world: World) -> None:
    bearer = {"Authorization": f"Bearer {world.token('partner')}"}
    for content, content_type, status in BODIES:
        response = Client().post(f"{API}/matches/", content, content_type=content_type, headers=bearer)
        assert response.status_code == status, content[:20]
        assert response.headers["Content-Type"] == "application/problem+json"
        assert json.loads(response.content)["status"] == status


def test_a_format_there_is_not(world: World) -> None:
    assert world.get("programmes/", Accept="text/csv").status == 406


def test_too_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def throttled(*_: Any) -> None:
        raise Throttled(wait=12)

    monkeypatch.setattr(MatchTypeList, "check_throttles", throttled)
    answer = world.get("match-types/")
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "12"


def test_a_fault_of_ours(world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(MatchTypeList, "visible", broken)
    response = Client(raise_request_exception=False).get(
        f"{API}/match-types/", headers={"Authorization": f"Bearer {world.token('partner')}"}
    )
    assert response.status_code == 500
    assert json.loads(response.content)["type"] == "/api/v1/problems/internal-error"
    assert b"secret" not in response.content
    assert "secret detail" in caplog.text  # it is logged, and
    with pytest.raises(RuntimeError, match="secret"):  # whoever listens for errors hears of it
        world.get("match-types/")


def test_danish_is_the_default_and_english_is_chosen(world: World) -> None:
    danish = world.get("companies/?cvr=12345678")
    english = world.get("companies/?cvr=12345678", Accept_Language="en-GB,en;q=0.9,da;q=0.1")
    other = world.get("companies/?cvr=12345678", Accept_Language="fr")
    assert danish.headers["Content-Language"] == other.headers["Content-Language"] == "da"
    assert english.headers["Content-Language"] == "en"
    assert english.errors == {
        "cvr": ["12\u00a034\u00a056\u00a078 is not a CVR number. Check whether two digits have changed places."]
    }
    assert danish.errors == other.errors != english.errors
    assert danish.body["title"] != english.body["title"]
    assert "Accept-Language" in danish.headers["Vary"]


def test_no_word_of_the_api_lacks_its_danish(world: World) -> None:
    for slug, kind in problems.kinds().items():
        danish = world.get(f"problems/{slug}", None)
        english = world.get(f"problems/{slug}", None, Accept_Language="en")
        assert danish.status == 200
        assert danish.body["title"] != english.body["title"], slug
        assert danish.body["advice"] != english.body["advice"], slug
        assert danish.body["type"] == kind.type == f"/api/v1/problems/{slug}"


def test_an_error_outside_the_views(world: World, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["portal.example"]
    response = Client(raise_request_exception=False).get(f"{API}/programmes/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"


def test_half_a_character_is_refused(world: World) -> None:
    """It could stand in a value or a name, and a message that repeats it could not be sent."""
    for body in ({"match_type": "\ud800"}, {"\udfff": 1}):
        answer = world.post("matches/", "partner", body)
        assert (answer.status, answer.body["type"]) == (400, "/api/v1/problems/malformed")


@pytest.mark.parametrize(
    ("nested", "flat"),
    [
        ({"a": ["x", "y"]}, {"a": ["x", "y"]}),
        ({"a": {"b": ["x"], "non_field_errors": ["z"]}}, {"a.b": ["x"], "a": ["z"]}),
        ({"a": [{}, {"b": ["x"]}]}, {"a.1.b": ["x"]}),
        ({"__all__": "x"}, {"general": ["x"]}),
        (["x", "y"], {"general": ["x", "y"]}),
        ("x", {"general": ["x"]}),
    ],
)
def test_messages_by_field(nested: Any, flat: dict[str, list[str]]) -> None:
    assert problems.flatten(nested) == flat
