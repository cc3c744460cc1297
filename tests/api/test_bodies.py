"""Bodies, people, meetings, recommendations and follow-up over the API: as on the pages, once, as it was seen."""

from typing import Any

import pytest

from portal.audit.models import Opening
from portal.identity import demo as people
from portal.identity.models import Organisation
from programmes import bodies, mandates
from programmes.mandates import Line
from programmes.models import FollowUp, Meeting
from tests.api.conftest import World
from tests.api.money import FAR_AWAY, NEIGHBOUR, Api, build
from tests.programmes.money import DAY


@pytest.fixture
def api(world: World) -> Api:
    return build(world)


def test_a_body_says_who_sits_there(api: Api) -> None:
    council = api.money.council
    chair, open_ = bodies.make_seats(None, council, role="chair")[0], bodies.make_seats(None, council)[0]
    bodies.make_seats(None, council, holder_not_stated=True)
    person = bodies.make_person(None, council.organisation, name="Borgmesteren", background="Borgmester")
    bodies.appoint(None, chair, person, background="Som trykt")
    mandates.make_mandate(
        None, council, [Line("task", "Styre")], title="Opgave", deadline="medio 2023", funding_source=api.money.pool
    )
    said = api.get(f"bodies/{council.pk}/").body
    assert [(seat["role"], seat["vacant"]) for seat in said["seats"]] == [
        ("chair", False), ("member", True), ("member", False),
    ]  # fmt: skip
    assert said["seats"][0]["holder"] == {"person": person.pk, "name": "Borgmesteren", "background": "Som trykt"}
    assert said["seats"][1] | {"id": open_.pk} == said["seats"][1]
    (mandate,) = said["mandates"]
    assert (mandate["deadline"], mandate["deadline_precision"]) == ("2023-07-01", "part")
    assert mandate["funding_source"] == api.money.pool.key
    assert len(api.get("bodies/?kind=council").body["results"]) == 1
    assert api.get(f"bodies/{council.pk}/", FAR_AWAY).status == 404
    before = Opening.objects.filter(kind="person").count()
    (row,) = api.get("people/").body["results"]
    assert row["seats"][0] | {"body": council.pk, "role": "chair"} == row["seats"][0]
    assert api.get(f"people/{person.pk}/").body == row
    assert Opening.objects.filter(kind="person").count() == before + 2
    assert api.get("people/", FAR_AWAY).body["results"] == []


def meeting(api: Api, **more: Any) -> Any:
    said = {"body": api.money.council.pk, "day": DAY.isoformat(), "starts_at": "09:30", "status": "held",
            "items": [{"number": "7", "title": "Budget"}], **more}  # fmt: skip
    return api.post("meetings/", said, Idempotency_Key="k")


def test_a_meeting_is_made_once_and_changed_as_it_was_seen(api: Api) -> None:
    made = meeting(api)
    assert made.status == 201, made.body
    assert (meeting(api).status, Meeting.objects.count()) == (200, 1)
    path = f"meetings/{made.body['id']}/"
    assert api.get(path).body == made.body == api.get("meetings/?status=held").body["results"][0]
    assert api.get(path, FAR_AWAY).status == 404
    assert api.post(path, {"place": "X"}, NEIGHBOUR, If_Match="*").status == 403
    changed = api.post(path, {"place": "Rådhuset"}, If_Match=made.headers["ETag"])
    assert (changed.status, changed.body["place"], changed.body["items"]) == (200, "Rådhuset", made.body["items"])
    assert api.post(path, {"place": "X"}, If_Match=made.headers["ETag"]).status == 412
    decision = {"body": api.money.council.pk, "title": "Budget", "outcome": "as_recommended", "agenda_item": "7",
                "meeting": made.body["id"]}  # fmt: skip
    decided = api.post("decisions/", decision)
    assert (decided.status, decided.body["decided_on"]) == (201, DAY.isoformat())
    assert [each["id"] for each in api.get(f"decisions/?meeting={made.body['id']}").body["results"]] == [
        decided.body["id"]
    ]
    refused = api.post(path, {"day": "2026-01-16"}, If_Match="*")
    assert (refused.status, set(refused.body["errors"])) == (400, {"day"})


def test_what_is_wrong_stands_at_its_field(api: Api) -> None:
    for more, field in (
        ({"body": 999_999}, "body"),
        ({"day": "i går"}, "day"),
        ({"starts_at": "halv ti"}, "starts_at"),
        ({"items": [{"number": "1"}]}, "items.0.title"),
        ({"agenda": "ingen adresse"}, "agenda"),
    ):
        answer = meeting(api, **more)
        assert (answer.status, field in answer.body["errors"]) == (400, True), answer.body


def test_follow_up_and_how_far_it_is(api: Api) -> None:
    made = meeting(api)
    hub = Organisation.objects.get(name=people.HUB)
    said = {"meeting": made.body["id"], "what": "Send brevet", "responsible": hub.pk, "due": "2026-02-01"}
    row = api.post("follow-ups/", said)
    assert row.status == 201, row.body
    path = f"follow-ups/{row.body['id']}/"
    assert api.get(path).body == row.body
    assert [each["id"] for each in api.get("follow-ups/?overdue=true").body["results"]] == [row.body["id"]]
    words = api.post(path, {"responsible_words": "Sekretariatet"}, If_Match="*")
    assert (words.body["responsible"], words.body["responsible_words"]) == (None, "Sekretariatet")
    done = api.post(f"{path}report/", {"state": "done", "note": "Sendt"}, If_Match=words.headers["ETag"])
    assert (done.status, done.body["state"], done.body["note"]) == (200, "done", "Sendt")
    assert api.post(f"{path}report/", {"state": "open"}, NEIGHBOUR, If_Match="*").status == 403
    nothing = api.post("follow-ups/", {"what": "X", "responsible_words": "Y"})
    assert set(nothing.body["errors"]) == {"meeting"}
    assert FollowUp.objects.count() == 1


def test_a_recommendation(api: Api) -> None:
    body = api.money.council.pk
    made = api.post("recommendations/", {"body": body, "text": "Udvid bestyrelsen", "addressed_to": "Ministeriet"})
    assert (made.status, made.body["status"]) == (201, "pending")
    path = f"recommendations/{made.body['id']}/"
    refused = api.post(path, {"status": "followed"}, If_Match="*")
    assert set(refused.body["errors"]) == {"outcome"}
    said = {"status": "followed", "initiative": api.money.first.pk}
    changed = api.post(path, said, If_Match=made.headers["ETag"])
    assert changed.body["initiative"]["id"] == api.money.first.pk
    assert api.get("recommendations/?status=followed").body["results"] == [changed.body]
