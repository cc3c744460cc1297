"""Read only what is new (If-None-Match), and change only what was seen (If-Match)."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from matching.models import Company
from portal.identity import demo as people
from reporting import measures
from reporting.models import Observation, Series
from reporting.observations import make_series, observe
from tests.api.conftest import API, World, companies


@pytest.fixture
def survey(world: World) -> Observation:
    return observation_of(world)


def observation_of(world: World) -> Observation:
    series = make_series("tilfredshed", "Tilfredshed", measures.ANSWER, world.organisation(people.HUB))
    return observe(series, date(2020, 3, 12), category="Enig")


def address(observation: Observation) -> str:
    return f"series/tilfredshed/observations/{observation.pk}/"


# ---------------------------------------------------------------------------------------------------------- reading
def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    match = world.register()
    paths = [
        "programmes/", f"programmes/{world.programme.slug}/", "companies/", f"companies/{match.company_id}/",
        "match-types/", "work-areas/", "matches/", f"matches/{match.pk}/", "contracts/", "series/", "indicators/",
        f"figures/?programme={world.programme.slug}", f"figure/?programme={world.programme.slug}",
        f"facts/?programme={world.programme.slug}",
    ]  # fmt: skip
    for path in paths:
        first = world.get(path)
        assert first.status == 200
        assert "private" in first.headers["Cache-Control"]
        assert "no-cache" in first.headers["Cache-Control"]
        assert "no-store" not in first.headers["Cache-Control"]
        assert {"Authorization", "Accept-Language"} <= set(first.headers["Vary"].replace(" ", "").split(","))
        again = world.get(path, If_None_Match=first.headers["ETag"])
        assert (again.status, again.content) == (304, b""), path
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


def test_what_was_computed_has_a_weak_tag_and_a_record_a_strong_one(world: World) -> None:
    match = world.register()
    assert world.get(f"matches/{match.pk}/").headers["ETag"].startswith('"')
    assert world.get(f"figures/?programme={world.programme.slug}").headers["ETag"].startswith('W/"')


def test_a_change_is_a_new_tag(world: World) -> None:
    match = world.register()
    tag = world.get(f"matches/{match.pk}/").headers["ETag"]
    listed = world.get("matches/").headers["ETag"]
    Company.objects.filter(pk=match.company_id).update(name="Andet ApS")  # its name stands in the match
    for path, held in ((f"matches/{match.pk}/", tag), ("matches/", listed)):
        answer = world.get(path, If_None_Match=held)
        assert answer.status == 200
        assert answer.headers["ETag"] != held


def test_each_language_has_its_tag(world: World) -> None:
    danish = world.get("match-types/")
    english = world.get("match-types/", Accept_Language="en")
    assert danish.headers["ETag"] != english.headers["ETag"]
    assert world.get("match-types/", If_None_Match=danish.headers["ETag"], Accept_Language="en").status == 200


def test_the_same_in_another_way_of_writing_is_the_same(world: World) -> None:
    """One representation, so that one tag is right: the indent that a caller may ask for is not given."""
    plain = world.get("match-types/")
    wide = world.get("match-types/", Accept="application/json; indent=4")
    assert (wide.content, wide.headers["ETag"]) == (plain.content, plain.headers["ETag"])


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("*", 304),
        ('"a", {tag}', 304),
        ("W/{tag}", 304),
        ('"a"', 200),
        ("", 200),
        ("nonsense", 200),
        ("{tag} nonsense", 200),
        ('"a",,{tag}', 200),
        ("W/" * 2000, 200),
        ('"' * 3000, 200),
        (", " * 3000, 200),
    ],
)
def test_tags_are_read_as_the_rfc_says(world: World, header: str, status: int) -> None:
    tag = world.get("match-types/").headers["ETag"]
    assert world.get("match-types/", If_None_Match=header.format(tag=tag)).status == status


def test_a_refusal_has_no_tag(world: World) -> None:
    answer = world.get("matches/", "kkr", If_None_Match="*")
    assert answer.status == 403
    assert "ETag" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


def test_head_has_the_same_tag(world: World) -> None:
    companies(1)
    bearer = {"Authorization": f"Bearer {world.token('partner')}"}
    head = Client().head(f"{API}/companies/", headers=bearer)
    assert head.headers["ETag"] == world.get("companies/").headers["ETag"]


# ---------------------------------------------------------------------------------------------------------- changing
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("correct/", {"category": "Uenig", "reason": "Tastefejl", "reason_code": "error"}),
    ("withdraw/", {"reason": "Talt to gange", "reason_code": "error"}),
]


@pytest.mark.parametrize(("way", "body"), CHANGES)
def test_only_what_was_seen_is_changed(world: World, survey: Observation, way: str, body: dict[str, Any]) -> None:
    path = address(survey)
    seen = world.get(path, "controller").headers["ETag"]
    for header, kind in ((None, "if-match-required"), ('"andet"', "stale"), ("x", "invalid"), ("W/", "invalid")):
        said = []
        for language in ("da", "en"):
            given = {} if header is None else {"If_Match": header}
            answer = world.post(path + way, "controller", body, Accept_Language=language, **given)
            assert answer.body["type"] == f"/api/v1/problems/{kind}"
            assert answer.status == {"if-match-required": 428, "stale": 412, "invalid": 400}[kind]
            said.append(answer.errors if kind == "invalid" else answer.body["detail"])
        assert said[0] != said[1]
    assert world.get(path, "controller").headers["ETag"] == seen
    done = world.post(path + way, "controller", body, If_Match=seen)
    assert done.status == 200
    now = world.get(path, "controller")
    assert done.body == now.body
    assert done.headers["ETag"] == now.headers["ETag"] != seen
    assert done.headers["Content-Location"] == f"{API}/{path}"
    again = world.post(path + way, "controller", body, If_Match=seen)
    if way == "correct/":
        assert again.status == 412
    else:  # it is as asked for already, and says so (RFC 9110, 13.1.1)
        assert (again.status, again.body) == (200, now.body)


def test_a_match_is_undone_as_it_was_seen(world: World) -> None:
    made = world.post("matches/", "partner", world.entry())
    path = f"matches/{made.body['id']}/"
    assert made.headers["ETag"] == world.get(path).headers["ETag"]
    assert made.headers["Content-Location"] == f"{API}/{path}"
    assert world.post(f"{path}undo/", "partner").status == 428
    assert world.post(f"{path}undo/", "partner", If_Match='"andet"').status == 412
    assert world.get(path).body["withdrawn_at"] is None
    assert world.post(f"{path}undo/", "partner", If_Match=made.headers["ETag"]).status == 200


def test_a_star_changes_whatever_stands_there(world: World, survey: Observation) -> None:
    answer = world.post(
        f"{address(survey)}withdraw/", "controller", {"reason": "Talt to gange", "reason_code": "error"}, If_Match="*"
    )
    assert answer.status == 200


def test_who_may_not_is_told_that_first(world: World, survey: Observation) -> None:
    for way, body in CHANGES:
        assert world.post(address(survey) + way, "raadgiver", body).status == 403
        assert world.post(f"series/tilfredshed/observations/999999/{way}", "controller", body).status == 404


def test_the_tag_that_compression_made_weak_is_taken(world: World, survey: Observation) -> None:
    """Django makes a strong tag weak when it compresses; most clients accept gzip without saying so."""
    bearer = {"Authorization": f"Bearer {world.token('controller')}", "Accept-Encoding": "gzip"}
    packed = Client().get(f"{API}/{address(survey)}", headers=bearer)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"].startswith('W/"')
    body = {"reason": "Talt to gange", "reason_code": "error"}
    answer = world.post(f"{address(survey)}withdraw/", "controller", body, If_Match=packed.headers["ETag"])
    assert answer.status == 200


def test_of_two_who_saw_the_same_one_changes_it(committed_world: World) -> None:
    """The version is looked at when the row is locked; looked at before, both would go through."""
    world = committed_world
    observation = observation_of(world)
    tag = world.get(address(observation), "controller").headers["ETag"]
    bearer = {"Authorization": f"Bearer {world.token('controller')}", "If-Match": tag}
    start = threading.Barrier(4)
    statuses: list[int] = []

    def change(number: int) -> None:
        try:
            start.wait(30)
            answer = Client().post(
                f"{API}/{address(observation)}correct/",
                {"category": f"Svar {number}", "reason": "Tastefejl", "reason_code": "error"},
                content_type="application/json",
                headers=bearer,
            )
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412, 412, 412]
    assert Observation.objects.get().revision == 2
    assert Series.objects.count() == 1
