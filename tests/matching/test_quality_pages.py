"""The data steward's pages and the API: the queue, a pair, samples, and the programme's quality figures."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.models import Match, Sample, SampleItem, Suspicion
from portal.audit.models import Opening
from portal.identity.tokens import issue_token
from tests.forms import hidden, send
from tests.matching.conftest import TODAY, World


@pytest.fixture
def pair(world: World) -> Suspicion:
    world.register("UCN", created_by=world["UCN"].pk, agreed_on=TODAY - timedelta(days=4))
    world.register("AAU", created_by=world["AAU"].pk, different_reason="En anden studerende")
    return Suspicion.objects.get()


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\xa0", " ")


def said(client: Client, address: str, **data: str) -> Any:
    return send(client, address, data)


def test_the_queue_and_its_filters(world: World, pair: Suspicion) -> None:
    steward, address = world.client("steward"), reverse("matching:duplicates")
    page = text(steward.get(address))
    assert "Limfjord Køleteknik A/S" in page
    assert "4 dages mellemrum" in page
    assert Opening.objects.filter(kind="match", keys__contains=[str(pair.later_id)]).exists()
    for query, there in (
        ("programme=vvv", True),
        ("score=90", True),
        (f"partner={world['AAU'].pk}", True),
        (f"partner={world['BusinessAalborg'].pk}", False),
        ("status=same", False),
        ("status=all", True),
    ):
        assert ("Limfjord" in text(steward.get(f"{address}?{query}"))) == there, query
    lines = b"".join(steward.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert "Vækst Via Viden 2.0" in lines[1]
    assert world.client("UCN").get(address).status_code == 403


def test_side_by_side_and_ruled(world: World, pair: Suspicion) -> None:
    steward, address = world.client("steward"), reverse("matching:duplicate", args=[pair.pk])
    page = text(steward.get(address))
    for there in ("En anden studerende", "ucn@test.example", "AAU@test.example".lower(), "forskelligt"):
        assert there in page.lower() or there in page, there
    refused = said(steward, address, outcome="same", reason="")
    assert refused.status_code == 400
    assert "Skriv kort hvorfor" in text(refused) or "hvorfor" in text(refused)
    assert "checked" in text(refused), "what was chosen is not lost"
    assert not Match.objects.exclude(withdrawn_at=None).exists()
    done = said(steward, address, outcome="same", reason="Samme aftale")
    assert done.status_code == 302
    assert "Samme aftale" in text(steward.get(address))

    owner = text(world.client("AAU").get(reverse("matching:detail", args=[pair.later_id])))
    assert "Annulleret som dublet" in owner
    assert "Professionshøjskolen UCN" in owner
    assert "Samme aftale" in owner
    standing = text(world.client("UCN").get(reverse("matching:detail", args=[pair.earlier_id])))
    assert "Annulleret som dublet" not in standing

    back = said(steward, address, outcome="different", reason="To kontrakter")
    assert back.status_code == 302
    assert not Match.objects.exclude(withdrawn_at=None).exists()


def test_somebody_else_was_first(world: World, pair: Suspicion) -> None:
    steward, address = world.client("steward"), reverse("matching:duplicate", args=[pair.pk])
    opened = hidden(steward.get(address))
    assert said(steward, address, outcome="different", reason="To").status_code == 302
    late = steward.post(address, {**opened, "outcome": "same", "reason": "Samme"})
    assert late.status_code == 409
    assert Suspicion.objects.get().status == "different"


def test_a_steward_who_gains_reads_and_is_told(world: World, pair: Suspicion) -> None:
    Match.objects.filter(pk=pair.earlier_id).update(created_by=world["KKR"])
    steward, address = world.client("steward"), reverse("matching:duplicate", args=[pair.pk])
    page = text(steward.get(address))
    assert "Din organisation har skabt" in page
    assert 'name="outcome"' not in page
    assert steward.post(address, {"outcome": "same", "reason": "Egen vinding"}).status_code == 403


def test_draw_check_and_undo(world: World, pair: Suspicion) -> None:
    steward = world.client("steward")
    address = reverse("matching:sample_new")
    form = {"token": "x" * 32, "programme": "vvv", "period_from": "01.09.2020", "period_to": "31.01.2021",
            "origin": "suspected", "size": "20", "seed": "syv"}  # fmt: skip
    wrong = steward.post(address, {**form, "period_to": "30.01.2021"})
    assert wrong.status_code == 400
    assert "slut den sidste dag i en måned" in text(wrong)
    assert 'value="syv"' in text(wrong), "nothing typed is lost"
    made = steward.post(address, form)
    sample = Sample.objects.get()
    assert made.url == reverse("matching:sample", args=[sample.pk])  # type: ignore[attr-defined]
    steward.post(address, form)
    assert Sample.objects.count() == 1, "sent twice, drawn once"

    first, second = sample.items.order_by("order")
    check = reverse("matching:sample_check", args=[first.pk])
    assert said(steward, check, outcome="wrong", note="").status_code == 400
    leads = said(steward, check, outcome="wrong", note="Blev ikke til noget")
    assert leads.url == check
    undo = reverse("matching:sample_undo", args=[first.pk])
    assert undo in text(steward.get(check))
    assert said(steward, undo, reason="Den studerende sprang fra").status_code == 302
    assert Match.objects.get(pk=first.match_id).withdrawn
    assert steward.get(undo).status_code == 403
    said(steward, reverse("matching:sample_check", args=[second.pk]), outcome="confirmed", note="")
    page = text(steward.get(reverse("matching:sample", args=[sample.pk])))
    assert "1 af 2 i orden, 1 forkert" in page
    assert "1 af 2 i orden, 1 forkert" in text(steward.get(reverse("matching:samples")))
    assert "Kvalitetssikret" in text(steward.get(reverse("matching:detail", args=[second.match_id])))
    answer: Any = steward.get(reverse("matching:sample", args=[sample.pk]), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert sum("Blev ikke til noget" in line for line in lines) == 1


def test_the_programmes_quality(world: World, pair: Suspicion) -> None:
    address = reverse("matching:quality", args=["vvv"])
    page = text(world.client("kkr").get(address, {"since": "01.09.2020", "until": "31.01.2021"}))
    assert "01.09.2020 - 31.01.2021" in page
    assert "Der er ikke trukket nogen stikprøve" in page
    assert reverse("matching:duplicates") not in page
    assert reverse("matching:duplicates") in text(world.client("steward").get(address))
    answer: Any = world.client("kkr").get(address, {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(";")[:2] for line in lines[1:5]] == [
        ["Match, der tæller med", "2"],
        ["heraf kvalitetssikrede", "0"],
        ["Mulige dubletter fundet", "1"],
        ["heraf samme match", "0"],
    ]
    assert world.client("odense").get(address).status_code == 404


@pytest.fixture
def api(world: World) -> Any:
    token = issue_token(world.actors["steward"].user)

    def ask(path: str, body: Any = None, **headers: str) -> Any:
        headers = {"Authorization": f"Bearer {token}", **headers}
        if body is None:
            return Client().get(f"/api/v1/{path}", headers=headers)
        content = json.dumps(body)
        return Client().post(f"/api/v1/{path}", content, content_type="application/json", headers=headers)

    return ask


def test_the_api_of_duplicates(world: World, pair: Suspicion, api: Any) -> None:
    [found] = api("duplicates/?status=open&programme=vvv").json()["results"]
    assert found["later"]["created_by"]["name"] == "Aalborg Universitet (AAU)"
    assert [each["code"] for each in found["reasons"]] == pair.reasons
    assert api(f"duplicates/?created_by={world['Jobcenter Rebild'].pk}").json()["results"] == []
    record = api(f"duplicates/{pair.pk}/")
    assert record.json()["waits"] is True
    path, etag = f"duplicates/{pair.pk}/ruling/", record.headers["ETag"]
    assert api(path, {"outcome": "same"}, **{"If-Match": etag}).status_code == 400
    assert api(path, {"outcome": "same", "reason": "Samme"}, **{"If-Match": '"andet"'}).status_code == 412
    done = api(path, {"outcome": "same", "reason": "Samme"}, **{"If-Match": etag, "Idempotency-Key": "en"})
    assert done.status_code == 200, done.content
    assert (done.json()["status"], done.json()["rulings"][0]["reason"]) == ("same", "Samme")
    again = api(path, {"outcome": "same", "reason": "Samme"}, **{"If-Match": etag, "Idempotency-Key": "en"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Match.objects.exclude(withdrawn_at=None).count() == 1
    stands = api(path, {"outcome": "same", "reason": "Samme"}, **{"If-Match": "*"})
    assert (stands.status_code, list(stands.json()["errors"])) == (400, ["outcome"])


def test_the_api_of_samples(world: World, pair: Suspicion, api: Any) -> None:
    from matching.samples import draw_sample

    sample = draw_sample(
        world.actor("steward"), world.programme, period_from=date(2021, 1, 1), period_to=date(2021, 1, 31)
    )
    [found] = api("samples/").json()["results"]
    assert (found["drawn"], found["confirmed"], found["seed"]) == (2, 0, sample.seed)
    first, _second = api(f"sample-items/?sample={sample.pk}").json()["results"]
    record = api(f"sample-items/{first['id']}/")
    path, etag = f"sample-items/{first['id']}/outcome/", record.headers["ETag"]
    refused = api(path, {"outcome": "wrong"}, **{"If-Match": etag})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["note"])
    done = api(path, {"outcome": "confirmed"}, **{"If-Match": etag})
    assert (done.status_code, done.json()["outcome"]) == (200, "confirmed")
    assert SampleItem.objects.get(pk=first["id"]).checked_by == world.actors["steward"].user
    assert api(f"samples/{sample.pk}/").json()["confirmed"] == 1
