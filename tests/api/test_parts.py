"""The parts of plans, areas, initiatives and funding sources over the API: by the rules of their pages, as was seen."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.identity import demo as people
from portal.identity.models import Organisation
from portal.ledger.audit import differences
from programmes.effects import MEASURE, effects_of
from programmes.focus_areas import Link, make_area, set_links
from programmes.initiatives import Sheet, make_initiative
from programmes.models import Account, Cluster, Criterion, EffectIndicator, FocusArea, Programme
from programmes.plans import make_plan
from tests.api.conftest import Answer, World
from tests.api.money import FAR_AWAY, NEIGHBOUR, build

WHO, OTHER, FAR = "sekretariat", "kommune", "fremmed"


@pytest.fixture
def plan(world: World) -> Programme:
    owner = Organisation.objects.get(name=people.KKR)
    plan = make_plan(
        owner, name="Planen", slug="planen", kind="strategy", starts_on=date(2024, 1, 1), ends_on=date(2027, 12, 31)
    )
    for place, key in enumerate(("virksomheder", "job"), 1):
        EffectIndicator.objects.create(programme=plan, key=key, name=key.capitalize(), unit="stk.", order=place)
    for name in ("Konkurrencekraft", "Kritisk masse"):
        Criterion.objects.create(programme=plan, appointed="strength", name=name)
    return plan


@pytest.fixture
def area(plan: Programme) -> FocusArea:
    return make_area(plan, name="Fødevarer", kind="styrke", appointed="strength", cluster_eligible=True)


def path(area: FocusArea, part: str = "") -> str:
    return f"focus-areas/{area.pk}/{part}"


def write(world: World, area: FocusArea, part: str, body: Any, **headers: str) -> Answer:
    return world.post(path(area, part), WHO, body, **{"If_Match": "*", **headers})


# ------------------------------------------------------------------------------------------------- what holds for all
def test_an_area_is_read_with_its_parts(world: World, area: FocusArea) -> None:
    said = world.get(path(area), WHO)
    assert said.body["name"] == "Fødevarer"
    assert [(each["effect"], each["state"], each["value"]) for each in said.body["expected_effects"]] == [
        ("virksomheder", "not_stated", None), ("job", "not_stated", None),
    ]  # fmt: skip
    assert [(each["name"], each["score"]) for each in said.body["scores"]] == [
        ("Konkurrencekraft", None), ("Kritisk masse", None),
    ]  # fmt: skip
    for part in ("links", "linked_from", "background_facts", "clusters"):
        assert said.body[part] == []
    assert world.get(path(area), OTHER).body == said.body
    assert world.get(path(area), FAR).status == 404
    assert world.get(path(area), WHO, If_None_Match=said.headers["ETag"]).status == 304


PARTS: dict[str, Any] = {
    "expected-effects/": {"expected_effects": []},
    "links/": {"links": []},
    "scores/": {"scores": []},
    "background-facts/": {"background_facts": []},
    "clusters/": {"name": "x", "publicly_financed": False, "valid_from": "2024-01-01"},
}


@pytest.mark.parametrize("part", PARTS)
def test_only_the_plans_owner_writes_and_every_field_is_known(world: World, area: FocusArea, part: str) -> None:
    address, body = path(area, part), PARTS[part]
    refused = world.post(address, OTHER, body, If_Match="*")
    assert (refused.status, "ejer planen" in refused.body["detail"]) == (403, True)
    assert world.post(address, FAR, body, If_Match="*").status == 403  # not a role that writes in plans
    assert world.post(f"focus-areas/{10**9}/{part}", WHO, body, If_Match="*").status == 404
    unknown = world.post(address, WHO, {**body, "farve": "blå"}, If_Match="*")
    assert (unknown.status, list(unknown.errors)) == (400, ["farve"])
    if part != "clusters/":
        assert world.post(address, WHO, body).status == 428


def test_what_somebody_else_has_changed_is_not_written_over(world: World, area: FocusArea) -> None:
    seen = world.get(path(area), WHO).headers["ETag"]
    fact = {"background_facts": [{"name": "ansatte", "value": "89000", "unit": "personer", "qualifier": "knap"}]}
    first = write(world, area, "background-facts/", fact, If_Match=seen, Idempotency_Key="a")
    assert first.status == 200, first.body
    assert write(world, area, "links/", {"links": []}, If_Match=seen).status == 412
    again = write(world, area, "background-facts/", fact, If_Match=seen, Idempotency_Key="a")
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (200, first.body, "true")
    other = {"background_facts": []}
    assert write(world, area, "background-facts/", other, If_Match=seen, Idempotency_Key="a").status == 409
    assert first.headers["ETag"] == world.get(path(area), WHO).headers["ETag"]
    assert first.headers["Content-Location"] == f"/api/v1/{path(area)}"


# ------------------------------------------------------------------------------------------------------------- parts
def test_effects_are_facts_and_what_is_left_out_is_not_stated(world: World, plan: Programme, area: FocusArea) -> None:
    lines = [{"effect": "virksomheder", "state": "stated", "value": "150.5"}, {"effect": "job", "state": "dash"}]
    said = write(world, area, "expected-effects/", {"expected_effects": lines})
    assert [(each["state"], each["value"]) for each in said.body["expected_effects"]] == [
        ("stated", "150.5"), ("dash", None),
    ]  # fmt: skip
    assert [each.total for each in effects_of(plan).sums] == [Decimal("150.5"), None]
    said = write(world, area, "expected-effects/", {"expected_effects": [{**lines[0], "value": "0"}]})
    assert [(each["state"], each["value"]) for each in said.body["expected_effects"]] == [
        ("stated", "0"), ("not_stated", None),
    ]  # fmt: skip
    assert effects_of(plan).sums[0].total == 0
    assert differences([MEASURE]) == []
    for line, field in (
        ({"effect": "ukendt", "state": "dash"}, "effect"),
        ({"effect": "job", "state": "stated"}, "value"),
        ({"effect": "job", "state": "dash", "value": "1"}, "value"),
        ({"effect": "job", "state": "måske"}, "state"),
        ({"effect": "job", "state": "stated", "value": "1.400,5"}, "value"),
    ):
        wrong = write(world, area, "expected-effects/", {"expected_effects": [line]})
        assert (wrong.status, list(wrong.errors)) == (400, [f"expected_effects.0.{field}"])
    twice = write(world, area, "expected-effects/", {"expected_effects": [lines[1], lines[1]]})
    assert twice.errors == {"expected_effects.1.effect": ["Det står der to gange."]}
    assert effects_of(plan).sums[0].total == 0  # nothing of what was refused


def test_links_are_those_named_among_those_that_are_seen(world: World, plan: Programme, area: FocusArea) -> None:
    driver = make_area(plan, name="Drivkraft", kind="drivkraft", number="4")
    far_owner = Organisation.objects.get(name="Fremmed universitet")
    far_plan = make_plan(
        far_owner, name="Fjern plan", kind="strategy", starts_on=date(2024, 1, 1), ends_on=date(2027, 12, 31)
    )
    far = make_area(far_plan, name="Fjern", kind="mål")
    set_links(area, [Link(far)])
    said = write(world, area, "links/", {"links": [{"area": driver.pk, "starred": True, "note": "Bredt"}]})
    assert said.body["links"] == [
        {"area": driver.pk, "programme": "planen", "name": "4 Drivkraft", "starred": True, "note": "Bredt"}
    ]
    assert set(area.links.values_list("to", flat=True)) == {driver.pk, far.pk}
    back = world.get(path(driver), WHO).body
    assert ([each["area"] for each in back["linked_from"]], back["links"]) == ([area.pk], [])
    for other in (area.pk, far.pk, 10**9):
        wrong = write(world, area, "links/", {"links": [{"area": driver.pk}, {"area": other}]})
        assert (wrong.status, list(wrong.errors)) == (400, ["links.1.area"])
    assert write(world, area, "links/", {"links": [{"area": driver.pk, "note": "a | b"}]}).status == 400
    assert write(world, area, "links/", {"links": []}).body["links"] == []


def test_scores_have_a_reason_and_a_criterion_of_the_plan(world: World, plan: Programme, area: FocusArea) -> None:
    first, second = plan.criteria.order_by("pk")
    body = {"scores": [{"criterion": first.pk, "score": 4, "justification": "Stor eksport"}]}
    said = write(world, area, "scores/", body)
    assert [(each["score"], each["justification"]) for each in said.body["scores"]] == [(4, "Stor eksport"), (None, "")]
    emerging = Criterion.objects.create(programme=plan, appointed="emerging", name="Potentiale")
    for line, field in (
        ({"criterion": first.pk, "score": 6, "justification": "x"}, "score"),
        ({"criterion": first.pk, "score": 3}, "justification"),
        ({"criterion": first.pk, "score": 3, "justification": " "}, "justification"),
        ({"criterion": emerging.pk, "score": 3, "justification": "x"}, "criterion"),
    ):
        wrong = write(world, area, "scores/", {"scores": [line]})
        assert (wrong.status, list(wrong.errors)) == (400, [f"scores.0.{field}"])
    given_up = {"scores": [{"criterion": first.pk, "score": None}, {"criterion": second.pk, "score": None}]}
    assert {each["score"] for each in write(world, area, "scores/", given_up).body["scores"]} == {None}


def test_background_facts_of_an_area_and_of_its_plan(world: World, plan: Programme, area: FocusArea) -> None:
    fact = {
        "name": "ansatte", "qualifier": "knap", "value": "89000", "value_to": None, "unit": "personer",
        "geography": "DK", "period": "2017", "source": "Danmarks Statistik",
    }  # fmt: skip
    said = write(world, area, "background-facts/", {"background_facts": [fact, {**fact, "value_to": "90000"}]})
    assert said.body["background_facts"] == [fact, {**fact, "value_to": "90000"}]  # as it was written
    record = world.get("programmes/planen/", WHO)
    assert record.body["background_facts"] == []  # the area's are the area's
    address = "programmes/planen/background-facts/"
    own = world.post(address, WHO, {"background_facts": [fact]}, If_Match=record.headers["ETag"])
    assert (own.status, own.body["background_facts"]) == (200, [fact])
    assert own.body == world.get("programmes/planen/", WHO).body
    assert world.post(address, WHO, {"background_facts": []}, If_Match=record.headers["ETag"]).status == 412
    assert world.post(address, OTHER, {"background_facts": []}, If_Match="*").status == 403
    assert world.post("programmes/ukendt/background-facts/", WHO, {}, If_Match="*").status == 404
    for more, field in (
        ({"value_to": "89000"}, "value_to"),
        ({"qualifier": "ca. 5"}, "qualifier"),
        ({"unit": ""}, "unit"),
        ({"value": "mange"}, "value"),
    ):
        wrong = world.post(address, WHO, {"background_facts": [{**fact, **more}]}, If_Match="*")
        assert (wrong.status, list(wrong.errors)) == (400, [f"background_facts.0.{field}"])
    assert world.post(address, WHO, {"background_facts": [{**fact, "name": "a | b"}]}, If_Match="*").status == 400


# ---------------------------------------------------------------------------------------------------------- clusters
def test_a_cluster_is_added_once_changed_and_removed(world: World, area: FocusArea) -> None:
    body = {
        "name": "Food & Bio", "organisation": area.programme.owner_id, "publicly_financed": True,
        "valid_from": "2021-01-01", "valid_to": "2024-12-31",
    }  # fmt: skip
    made = world.post(path(area, "clusters/"), WHO, body, Idempotency_Key="k")
    assert made.status == 201, made.body
    assert made.body["organisation"]["id"] == area.programme.owner_id
    again = world.post(path(area, "clusters/"), WHO, body, Idempotency_Key="k")
    assert (again.status, again.body, Cluster.objects.count()) == (200, made.body, 1)
    second = {**body, "name": "En til", "valid_from": "2024-12-31", "valid_to": None}
    wrong = world.post(path(area, "clusters/"), WHO, second)
    assert (wrong.status, list(wrong.errors)) == (400, ["valid_from"])
    assert "Food & Bio (01.01.2021–31.12.2024)" in wrong.errors["valid_from"][0]
    lost = world.post(path(area, "clusters/"), WHO, {**body, "organisation": 10**9})
    assert (lost.status, list(lost.errors)) == (400, ["organisation"])

    one = path(area, f"clusters/{made.body['id']}/")
    seen = world.get(path(area), WHO)
    assert seen.body["clusters"] == [made.body]
    changed = world.post(one, WHO, {"valid_to": "2023-12-31"}, If_Match=seen.headers["ETag"])
    assert changed.status == 200, changed.body
    assert changed.body["clusters"] == [{**made.body, "valid_to": "2023-12-31"}]  # what is not named stays
    assert world.post(one, WHO, {"name": "x"}, If_Match=seen.headers["ETag"]).status == 412
    assert world.post(one, OTHER, {"name": "x"}, If_Match="*").status == 403
    assert world.post(path(area, "clusters/999999/"), WHO, {"name": "x"}, If_Match="*").status == 404

    assert world.post(one + "remove/", WHO, If_Match=seen.headers["ETag"]).status == 412
    tag = {"If_Match": changed.headers["ETag"], "Idempotency_Key": "r"}
    gone = world.post(one + "remove/", WHO, **tag)
    assert (gone.status, gone.body["clusters"]) == (200, [])
    assert world.post(one + "remove/", WHO, **tag).headers["Idempotent-Replayed"] == "true"
    assert world.post(one + "remove/", WHO, If_Match="*").status == 404
    assert not Cluster.objects.exists()


def test_a_cluster_of_another_area_is_not_there(world: World, plan: Programme, area: FocusArea) -> None:
    made = world.post(
        path(area, "clusters/"), WHO, {"name": "A", "publicly_financed": True, "valid_from": "2024-01-01"}
    )
    other = make_area(plan, name="En anden", kind="styrke", appointed="strength")
    address = path(other, f"clusters/{made.body['id']}/")
    assert world.post(address, WHO, {"name": "x"}, If_Match="*").status == 404
    assert world.post(address + "remove/", WHO, If_Match="*").status == 404
    refused = world.post(
        path(other, "clusters/"), WHO, {"name": "B", "publicly_financed": True, "valid_from": "2024-01-01"}
    )
    assert (refused.status, list(refused.errors)) == (400, ["publicly_financed"])


# -------------------------------------------------------------------------------------------------------- milestones
def test_milestones_are_the_whole_list_in_the_words_of_the_source(world: World, plan: Programme) -> None:
    hub = Organisation.objects.get(name=people.HUB)
    initiative = make_initiative(plan, Sheet("1", "Prøve", lead_organisation=hub))
    address = f"initiatives/{initiative.pk}/milestones/"
    seen = world.get(f"initiatives/{initiative.pk}/", WHO).headers["ETag"]
    body = {
        "milestones": [
            {"kind": "start", "words": "primo 2023"},
            {"words": "medio 2023", "name": "Rapport", "reached_on": "2023-06-20"},
        ]
    }
    said = world.post(address, WHO, body, If_Match=seen)
    assert said.status == 200, said.body
    found = {(each["kind"], each["words"], each["day"], each["reached_on"]) for each in said.body["milestones"]}
    assert found == {
        ("start", "primo 2023", "2023-01-01", None), ("milestone", "medio 2023", "2023-07-01", "2023-06-20"),
    }  # fmt: skip
    assert world.post(address, WHO, {"milestones": []}, If_Match=seen).status == 412
    assert world.post(address, WHO, {"milestones": []}).status == 428
    # The organisation that leads it says them too; another does not.
    assert (
        len(world.post(address, "controller", {"milestones": [{"name": "Færdig"}]}, If_Match="*").body["milestones"])
        == 1
    )
    assert world.post(address, "kommune", {"milestones": []}, If_Match="*").status == 403
    for line, field in (
        ({"kind": "end"}, "milestones.0.words"),
        ({"words": "medio 2023", "kind": "måske"}, "milestones.0.kind"),
        ({"words": "a | b"}, "milestones"),
    ):
        wrong = world.post(address, WHO, {"milestones": [line]}, If_Match="*")
        assert (wrong.status, list(wrong.errors)) == (400, [field])


# ---------------------------------------------------------------------------------------------------------- accounts
def test_an_account_is_added_once_and_removed(world: World) -> None:
    api = build(world)
    source = f"funding-sources/{api.money.pool.key}/"
    body = {"account": "06.48.67.1.0.001", "name": "Puljen", "initiative": api.money.first.pk}
    made = api.post(source + "accounts/", body, Idempotency_Key="k")
    assert made.status == 201, made.body
    assert (made.body["account"], made.body["initiative"]["id"]) == ("06.48.67.1.0.001", api.money.first.pk)
    again = api.post(source + "accounts/", body, Idempotency_Key="k")
    assert (again.status, again.body, Account.objects.count()) == (200, made.body, 1)
    for more, field in (
        ({}, "account"),  # it is there
        ({"account": "abc"}, "account"),
        ({"account": "06.48.68", "initiative": 10**9}, "initiative"),
    ):
        wrong = api.post(source + "accounts/", {**body, **more})
        assert (wrong.status, list(wrong.errors)) == (400, [field])
    assert api.post(source + "accounts/", body, NEIGHBOUR).status == 403
    assert api.post(source + "accounts/", body, FAR_AWAY).status == 404

    seen = api.get(source)
    assert [each["id"] for each in seen.body["accounts"]] == [made.body["id"]]
    remove = f"{source}accounts/{made.body['id']}/remove/"
    assert api.post(remove).status == 428
    assert api.post(remove, If_Match='"en-anden"').status == 412
    assert api.post(remove, None, NEIGHBOUR, If_Match="*").status == 403
    gone = api.post(remove, If_Match=seen.headers["ETag"], Idempotency_Key="f")
    assert (gone.status, gone.body["accounts"], gone.headers["ETag"]) == (200, [], api.get(source).headers["ETag"])
    again = api.post(remove, If_Match=seen.headers["ETag"], Idempotency_Key="f")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.post(remove, If_Match="*").status == 404
