"""Registering and undoing matches: the same rules as on the page, and once however often it is sent."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from matching.models import Company, Match
from portal.audit.models import Submission
from portal.identity import demo as people
from portal.ledger.models import Fact
from tests.api.conftest import World

CVR, OTHER_CVR = "99000007", "99000015"


def test_a_match_counts_from_the_moment_of_the_answer(world: World) -> None:
    hub = world.organisation(people.HUB)
    body = world.entry(
        company={"name": "Ny Fabrik A/S", "cvr": f"DK{CVR}", "municipality": "0860"}, assisted_by=[hub.pk]
    )
    answer = world.post("matches/", "partner", body)
    assert answer.status == 201
    made = answer.body
    assert answer.headers["Location"].endswith(f"/api/v1/matches/{made['id']}/")
    assert made == world.get(answer.headers["Location"]).body
    assert made["company"] == {"id": Company.objects.get().pk, "cvr": CVR, "name": "Ny Fabrik A/S"}
    assert made["created_by"]["name"] == people.AAU
    assert [helper["name"] for helper in made["assisted_by"]] == [people.HUB]
    assert made["counts"] is True
    assert made["withdrawn_at"] is None
    fact = Fact.objects.get(record__source_id=str(made["id"]))
    assert (fact.category, fact.subcategory, fact.municipality_id) == ("student_project", "it_digital", "0851")


def test_what_is_left_out_is_filled_in_as_on_the_page(world: World) -> None:
    company = Company.objects.create(name="Kendt A/S", cvr=CVR, municipality_id="0860")
    body = world.entry(company={"cvr": CVR})
    for name in ("municipality", "created_by"):
        del body[name]
    made = world.post("matches/", "partner", body).body
    assert made["company"]["id"] == company.pk
    assert made["municipality"]["code"] == "0860"
    assert made["created_by"]["name"] == people.AAU
    by_id = world.post("matches/", "partner", world.entry(company={"id": company.pk}, match_type="internship"))
    assert by_id.status == 201


def test_the_same_key_registers_once(world: World) -> None:
    body = world.entry()
    first = world.post("matches/", "partner", body, Idempotency_Key="k1")
    second = world.post("matches/", "partner", dict(reversed(body.items())), Idempotency_Key="k1")
    assert (first.status, second.status) == (201, 200)
    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Match.objects.count() == Fact.objects.filter(measure="match_registered").count() == 1


def test_a_company_that_the_first_submission_added_does_not_make_the_second_another(world: World) -> None:
    body = world.entry(company={"name": "Helt Ny ApS", "cvr": CVR})
    assert world.post("matches/", "partner", body, Idempotency_Key="k").status == 201
    assert world.post("matches/", "partner", body, Idempotency_Key="k").status == 200


def test_the_same_key_for_something_else(world: World) -> None:
    body = world.entry()
    world.post("matches/", "partner", body, Idempotency_Key="k")
    answer = world.post("matches/", "partner", {**body, "work_area": "other"}, Idempotency_Key="k")
    assert answer.status == 409
    assert answer.body["type"].endswith("/key-used")
    assert Match.objects.count() == 1


def test_a_key_is_the_users_own(world: World) -> None:
    world.post("matches/", "partner", world.entry(), Idempotency_Key="k")
    ucn = world.entry(created_by=world.organisation(people.UCN).pk)
    assert world.post("matches/", "ucn", ucn, Idempotency_Key="k").status == 201


def test_a_refused_submission_does_not_use_the_key_up(world: World) -> None:
    body = world.entry()
    assert world.post("matches/", "partner", {**body, "work_area": "x"}, Idempotency_Key="k").status == 400
    assert not Submission.objects.exists()
    assert world.post("matches/", "partner", body, Idempotency_Key="k").status == 201


def test_without_a_key_the_twin_is_met(world: World) -> None:
    body = world.entry()
    assert world.post("matches/", "partner", body).status == 201
    assert world.post("matches/", "partner", body).body["type"].endswith("/likely-twin")


def test_a_key_that_cannot_be_kept(world: World) -> None:
    for key in ("", " ", "a b", "x" * 101, "æ", "\t"):
        answer = world.post("matches/", "partner", world.entry(), Idempotency_Key=key)
        assert (answer.status, list(answer.errors)) == (400, ["Idempotency-Key"]), repr(key)
    assert not Match.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_moment(committed_world: World) -> None:
    world = committed_world
    body, answers = world.entry(), []
    world.token("partner")
    gate = threading.Barrier(6)

    def send() -> None:
        try:
            gate.wait(10)
            answers.append(world.post("matches/", "partner", body, Idempotency_Key="at-once"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status for answer in answers) == [200] * 5 + [201]
    assert len({answer.body["id"] for answer in answers}) == 1
    assert Match.objects.count() == Fact.objects.filter(measure="match_registered").count() == 1


def test_a_likely_twin_shows_partner_month_and_type_and_nothing_else(world: World) -> None:
    company = {"name": "Fælles Firma A/S", "cvr": CVR}
    day = timezone.localdate()
    world.post("matches/", "ucn", world.entry(company=company, created_by=world.organisation(people.UCN).pk))
    body = world.entry(company=company, agreed_on=(day - timedelta(days=3)).isoformat())
    answer = world.post("matches/", "partner", body, Idempotency_Key="k", Accept_Language="en")
    assert answer.status == 409
    assert answer.body["type"] == "/api/v1/problems/likely-twin"
    assert answer.body["twins"] == [{"partner": "UCN", "month": f"{day:%Y-%m}", "type": "Student project"}]
    again = world.post("matches/", "partner", {**body, "different_reason": "En anden studerende"}, Idempotency_Key="k")
    assert again.status == 201
    assert again.body["different_reason"] == "En anden studerende"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"programme": "findes-ikke"}, "programme"),
    ({"programme": None}, "programme"),
    ({"company": {}}, "company"),
    ({"company": None}, "company"),
    ({"company": "Firma"}, "company"),
    ({"company": {"id": 999999}}, "company.id"),
    ({"company": {"id": 1, "name": "x"}}, "company.id"),
    ({"company": {"id": 0}}, "company.id"),
    ({"company": {"cvr": "99000008"}}, "company.cvr"),
    ({"company": {"cvr": CVR}}, "company.name"),
    ({"company": {"name": "Firma", "cvr": "1"}}, "company.cvr"),
    ({"company": {"name": "Firma"}}, "company.municipality"),
    ({"company": {"name": "Firma", "municipality": "9999"}}, "company.municipality"),
    ({"company": {"name": "Firma", "vat": "1"}}, "company.vat"),
    ({"match_type": "job"}, "match_type"),
    ({"match_type": True}, "match_type"),
    ({"work_area": ""}, "work_area"),
    ({"agreed_on": "31.01.2021"}, "agreed_on"),
    ({"agreed_on": "2021-02-30"}, "agreed_on"),
    ({"agreed_on": "2019-01-01"}, "agreed_on"),
    ({"agreed_on": None}, "agreed_on"),
    # Two days, for it is asked when the tests are collected, and they may be run after midnight.
    ({"agreed_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, "agreed_on"),
    ({"municipality": "0461"}, "municipality"),
    ({"municipality": "0411"}, "municipality"),
    ({"municipality": "Aalborg"}, "municipality"),
    ({"created_by": 999999}, "created_by"),
    ({"created_by": "AAU"}, "created_by"),
    ({"created_by": 2**70}, "created_by"),
    ({"assisted_by": [999999]}, "assisted_by"),
    ({"assisted_by": 3}, "assisted_by"),
    ({"assisted_by": ["x"]}, "assisted_by.0"),
    ({"on_behalf_of": 999999}, "on_behalf_of"),
    ({"activity": 999999}, "activity"),
    ({"different_reason": "x" * 301}, "different_reason"),
    ({"workarea": "it_digital"}, "workarea"),
]


def test_a_message_at_the_field_in_both_languages(world: World) -> None:
    for changed, field in WRONG:
        said = []
        body = world.entry(**changed)
        for language in ("da", "en"):
            answer = world.post("matches/", "partner", body, Accept_Language=language)
            assert (answer.status, list(answer.errors)) == (400, [field]), f"{changed}: {answer.body}"
            said.append(answer.errors[field])
        assert all(texts for texts in said), changed
        assert said[0] != said[1], f"{changed}: {said[0]} in both languages"
    assert not Match.objects.exists()
    assert not Company.objects.exists()


def test_every_message_at_once(world: World) -> None:
    answer = world.post("matches/", "partner", {"programme": world.programme.slug})
    assert set(answer.errors) == {"agreed_on", "company", "match_type", "work_area"}


def test_roles_that_do_not_register(world: World) -> None:
    for who in ("kkr", "kommune", "admin", "datasteward", "controller", "revisor", "leder"):
        answer = world.post("matches/", who, world.entry())
        assert answer.status == 403, who
        assert len(answer.body["detail"]) > 30, who
    assert not Match.objects.exists()


def test_roles_that_register(world: World) -> None:
    for who in ("raadgiver", "partner", "erhvervskontor", "jobcenter", "akasse", "ucn"):
        own = world.actor(who).organisation
        assert own is not None
        creator = world.organisation(people.AAU) if who == "raadgiver" else own
        answer = world.post("matches/", who, world.entry(created_by=creator.pk))
        assert answer.status == 201, who
        assert answer.body["registered_by"]["id"] == own.pk
        helpers = [helper["name"] for helper in answer.body["assisted_by"]]
        assert helpers == ([people.HUB] if who == "raadgiver" else [])


def test_others_do_not_see_it_by_whatever_address(world: World) -> None:
    match = world.register("partner")
    for who in ("ucn", "fremmed", "akasse", "raadgiver", "kommune", "leder"):
        assert world.get("matches/", who).body["results"] == []
        assert world.get(f"matches/{match.pk}/", who).status == 404
    assert world.post(f"matches/{match.pk}/undo/", "ucn", If_Match="*").status == 404
    assert world.get(f"matches/{match.pk}/", "datasteward").status == 200
    assert world.get(f"matches/{match.pk}/", "partner").status == 200


def test_a_municipality_sees_those_of_its_own_offices(world: World) -> None:
    match = world.register("jobcenter", creator="Jobcenter Aalborg")
    assert [row["id"] for row in world.get("matches/", "kommune").body["results"]] == [match.pk]


def test_undo_is_a_reversal_and_may_be_sent_twice(world: World) -> None:
    match = world.register()
    answer = world.post(f"matches/{match.pk}/undo/", "partner", {"reason": "Forkert virksomhed"}, If_Match="*")
    assert answer.status == 200
    assert answer.body["withdrawn_at"] is not None
    assert answer.body["withdrawn_reason"] == "Forkert virksomhed"
    assert world.post(f"matches/{match.pk}/undo/", "partner", If_Match="*").body == answer.body
    facts = Fact.objects.filter(measure="match_registered").order_by("place")
    assert [fact.quantity for fact in facts] == [1, -1]


def test_undo_is_for_the_one_who_registered_on_the_same_day(world: World) -> None:
    shared = world.register("raadgiver", assisted_by=(world.organisation(people.UCN).pk,))
    for who in ("ucn", "partner"):
        answer = world.post(f"matches/{shared.pk}/undo/", who, Accept_Language="en", If_Match="*")
        assert answer.status == 403
        assert "registered" in answer.body["detail"]
    assert world.post(f"matches/{shared.pk}/undo/", "datasteward", If_Match="*").status == 403
    Match.objects.filter(pk=shared.pk).update(registered_at=timezone.now() - timedelta(days=1))
    assert world.post(f"matches/{shared.pk}/undo/", "raadgiver", If_Match="*").status == 403
    assert not Match.objects.get(pk=shared.pk).withdrawn


def test_undo_refuses_what_it_does_not_know(world: World) -> None:
    match = world.register()
    assert list(world.post(f"matches/{match.pk}/undo/", "partner", {"why": "x"}, If_Match="*").errors) == ["why"]
    assert list(world.post(f"matches/{match.pk}/undo/?x=1", "partner", If_Match="*").errors) == ["x"]
    assert list(world.post("matches/?dry_run=1", "partner", world.entry()).errors) == ["dry_run"]
