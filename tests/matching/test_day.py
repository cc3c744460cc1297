"""What waits in matching, on whom, and that it is opened with one link."""

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from matching.entries import More
from matching.models import Company, Sample, SampleItem
from portal.audit.models import Opening
from portal.drafts.models import FormDraft
from portal.identity import my_day
from portal.identity.tokens import issue_token
from portal.tabular.models import UploadedTable
from tests.matching.conftest import TODAY, World


def sections(world: World, name: str) -> dict[str, my_day.Section]:
    return {each.source.key: each for each in my_day.waiting_for(world.actor(name))}


def text(client: Client) -> str:
    return str(client.get("/min-dag/").content.decode()).replace("\xa0", " ")


def test_a_match_that_should_have_started(world: World) -> None:
    """Asked of creator and registrar the day after its first day; not of whoever only assisted, nor once it is said."""
    office = {"company": world.companies["Aalborg Køl I/S"], "agreed_on": date(2021, 1, 4)}
    match = world.register("office", **office, assisted_by=(world["UCN"].pk,), more=More(starts_on=TODAY)).match
    # What has begun when it is registered has started; this one begins tomorrow.
    world.register(more=More(starts_on=TODAY + timedelta(days=1)))
    assert "matching.started" not in sections(world, "office")
    with time_machine.travel("2021-02-03T11:00:00+00:00", tick=False):
        found = sections(world, "office")["matching.started"]
        assert [line.title for line in found.lines] == ["Limfjord Køleteknik A/S"]
        (line,) = found.lines
        assert (line.since, line.detail) == (date(2021, 2, 1), "Studiejob")
        assert "matching.started" in sections(world, "hub")  # which registered it
        assert "matching.started" not in sections(world, "UCN")
        client = world.client("office")
        page = text(client)
        assert "Siden 1. februar 2021, 2 dage" in page
        assert Opening.objects.filter(kind="match").exists()
        assert client.get(line.url).status_code == 200
        world.register("office", key="x", company=world.companies["Kattegat Ærøkål ApS"])
    assert match.stage == "started"


def test_what_waits_on_the_data_steward(world: World) -> None:
    world.register("UCN", created_by=world["UCN"].pk, agreed_on=TODAY - timedelta(days=4))
    second = world.register("AAU", created_by=world["AAU"].pk, different_reason="En anden studerende").match
    sample = Sample.objects.create(
        programme=world.programme, period_from=date(2021, 1, 1), period_to=TODAY, origin="random", size=1, among=2,
        seed="dag", place=1, found_until="2021-01-31T10:00:00Z", drawn_by=world.actors["steward"].user,
        organisation=world["KKR"],
    )  # fmt: skip
    SampleItem.objects.create(sample=sample, match=second, order=1)
    Company.objects.create(name="Uden Nummer", municipality_id="0851", fictional=True)
    found = sections(world, "steward")
    assert list(found) == ["matching.duplicates", "matching.samples", "matching.without_cvr"]
    assert [each.number for each in found.values()] == [1, 1, 1]
    client = world.client("steward")
    for section in found.values():
        assert client.get(section.lines[0].url).status_code == 200
        assert client.get(section.all_url).status_code == 200
    assert not set(sections(world, "office")) & set(found)


def test_what_one_has_begun(world: World) -> None:
    actor = world.actor("office")
    FormDraft.objects.create(user=actor.user, membership=actor.membership, form="/match/ny/", title="Registrér match")
    UploadedTable.objects.create(
        organisation=world["BusinessAalborg"], uploaded_by=actor.user, purpose="matches", name="børs.csv",
        content=b"a", sha256="a" * 64,
    )  # fmt: skip
    found = sections(world, "office")
    assert list(found) == ["matching.uploads", "drafts"]
    assert found["drafts"].lines[0].url == "/match/ny/?kladde=1"
    # It is deleted two days after it came if nobody goes on.
    assert found["matching.uploads"].lines[0].due == TODAY + timedelta(days=2)
    assert sections(world, "jobcentre") == {}


def test_what_i_did_lately(world: World) -> None:
    for turn in range(6):
        company = Company.objects.create(name=f"Firma {turn}", municipality_id="0851", fictional=True)
        world.register("hub", company=company)
    page = text(world.client("hub"))
    assert page.count("Studiejob, Firma") == 5
    assert "Firma 0" not in page
    assert "Firma 5" not in text(world.client("hub2"))
    assert "Mine seneste match" not in text(world.client("steward"))


@pytest.mark.parametrize("name", ["hub", "office", "steward", "kkr", "municipality"])
def test_everybody_has_a_page(world: World, name: str) -> None:
    assert world.client(name).get("/min-dag/").status_code == 200


def test_the_api_says_the_same(world: World) -> None:
    Company.objects.create(name="Uden Nummer", municipality_id="0851", fictional=True)
    headers = {"authorization": f"Bearer {issue_token(world.actors['steward'].user, 'Test')}"}
    answer = json.loads(Client().get("/api/v1/my-day/", headers=headers).content)
    assert answer["today"] == "2021-01-31"
    (source,) = answer["results"]
    assert (source["key"], source["number"], source["url"]) == (
        "matching.without_cvr", 1, reverse("matching:company_queue"),
    )  # fmt: skip
    (line,) = source["lines"]
    assert (line["title"], line["detail"], line["due"], line["overdue"]) == ("Uden Nummer", "Aalborg", None, False)
    assert Client().get("/api/v1/my-day/?x=1", headers=headers).status_code == 400
