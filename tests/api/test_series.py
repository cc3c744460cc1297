"""Series and observations over the API: the same rules as on the pages, and once however often it is sent."""

from datetime import date
from typing import Any

import pytest

from portal.identity import demo as people
from portal.ledger.models import Fact
from reporting import measures
from reporting.models import Observation, Series
from reporting.observations import make_series, observe
from tests.api.conftest import World

DAY = date(2020, 3, 12)


@pytest.fixture
def survey(world: World) -> Series:
    return make_series("tilfredshed", "Tilfredshed", measures.ANSWER, world.organisation(people.HUB))


def test_series_of_the_area_are_listed(world: World, survey: Series) -> None:
    make_series("vejledte", "Vejledte", measures.VOLUME, world.organisation(people.HUB))
    found = world.get("series/?kind=survey_answer", "kkr").body["results"]
    assert [each["key"] for each in found] == ["tilfredshed"]
    assert (found[0]["kind"], found[0]["heading"]) == ("survey_answer", survey.heading_id)
    assert world.get("series/?kind=fisk", "kkr").status == 400


def test_an_answer_counts_once(world: World, survey: Series) -> None:
    body = {"occurred_on": "2020-03-12", "category": "Enig", "quantity": 2, "municipality": "0851"}
    made = world.post("series/tilfredshed/observations/", "controller", body, Idempotency_Key="en")
    assert made.status == 201
    assert made.body["quantity"] == {"exact": "2", "shown": "2"}
    assert made.body["counts"] is True
    assert world.get(made.headers["Location"], "controller").body == made.body
    again = world.post("series/tilfredshed/observations/", "controller", body, Idempotency_Key="en")
    assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true")
    other = world.post("series/tilfredshed/observations/", "controller", {**body, "quantity": 3}, Idempotency_Key="en")
    assert other.status == 409
    fact = Fact.objects.get(measure=measures.ANSWER)
    assert (fact.category, fact.quantity, fact.municipality_id) == ("Enig", 2, "0851")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"category": ""}, "category"),
        ({"quantity": "mange"}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"occurred_on": "12.3.2020"}, "occurred_on"),
        ({"occurred_on": "2999-01-01"}, "occurred_on"),
        ({"municipality": "9999"}, "municipality"),
        ({"organisation": 10**9}, "organisation"),
        ({"period_from": "2020-01-01"}, "period_to"),
        ({"cvr": "12345678"}, "cvr"),
        ({"farve": "rød"}, "farve"),
        ({"vintage": "2020"}, "vintage"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(world: World, survey: Series, changed: dict[str, Any], field: str) -> None:
    body = {"occurred_on": "2020-03-12", "category": "Enig", **changed}
    answer = world.post("series/tilfredshed/observations/", "controller", body)
    assert answer.status == 400
    assert field in answer.errors
    assert not Observation.objects.exists()


def test_who_may_not_is_told_why(world: World, survey: Series) -> None:
    body = {"occurred_on": "2020-03-12", "category": "Enig"}
    for who in ("raadgiver", "sekretariat"):
        assert world.post("series/tilfredshed/observations/", who, body).status == 403
    assert world.post("series/findes-ikke/observations/", "controller", body).status == 404


def test_the_list_walks_through_all(world: World, survey: Series) -> None:
    for day in range(1, 8):
        observe(survey, date(2020, 3, day), category="Enig")
    seen: list[str] = []
    address = "series/tilfredshed/observations/?page_size=3&occurred_from=2020-03-02"
    while address:
        page = world.get(address, "controller").body
        seen += [each["occurred_on"] for each in page["results"]]
        address = page["next"]
    assert seen == [f"2020-03-0{day}" for day in range(7, 1, -1)]


def test_who_opens_no_registrations_reads_no_single_answers(world: World, survey: Series) -> None:
    made = observe(survey, DAY, category="Enig")
    refused = world.get("series/tilfredshed/observations/", "kkr")
    assert refused.status == 403
    assert "hvor mange der svarede hvad" in refused.body["detail"]
    assert world.get(f"series/tilfredshed/observations/{made.pk}/", "kkr").status == 404
    assert world.get(f"series/tilfredshed/observations/{made.pk}/", "raadgiver").status == 200


def test_a_volume_keeps_no_number_of_the_company(world: World) -> None:
    make_series("vejledte", "Vejledte", measures.VOLUME, world.organisation(people.HUB))
    body = {"occurred_on": "2020-03-12", "quantity": "1.5", "cvr": "99000007"}
    made = world.post("series/vejledte/observations/", "controller", body)
    assert made.body["quantity"]["exact"] == "1.5"
    assert made.body["company"]
    assert "99000007" not in made.content.decode()


# ------------------------------------------------------------------------------------------------ correct, withdraw
def test_a_correction_says_what_is_different_and_keeps_the_rest(world: World, survey: Series) -> None:
    made = observe(survey, DAY, 2, category="Enig", municipality="0851", note="Fra papir")
    path = f"series/tilfredshed/observations/{made.pk}/correct/"
    answer = world.post(
        path, "controller", {"quantity": 3, "reason": "Tastefejl", "reason_code": "error"}, If_Match="*"
    )
    assert answer.status == 200
    said = ("quantity", "category", "municipality", "note", "revision")
    assert {name: answer.body[name] for name in said} == {
        "quantity": {"exact": "3", "shown": "3"}, "category": "Enig", "municipality": "0851", "note": "Fra papir",
        "revision": 2,
    }  # fmt: skip
    # 2, taken back, and 3: the ledger holds all of it.
    assert list(Fact.objects.order_by("place").values_list("quantity", flat=True)) == [2, -2, 3]
    change = made.changes.get()
    assert (change.reason, change.reason_code) == ("Tastefejl", "error")
    cleared = world.post(
        path, "controller", {"municipality": None, "reason": "Ukendt", "reason_code": "source"}, If_Match="*"
    )
    assert cleared.body["municipality"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"quantity": 3, "reason_code": "error"}, "reason"),
        ({"quantity": 3, "reason": " ", "reason_code": "error"}, "reason"),
        ({"quantity": 3, "reason": "Tastefejl"}, "reason_code"),
        # A decision changes a target, not what was measured.
        ({"quantity": 3, "reason": "Tastefejl", "reason_code": "decision"}, "reason_code"),
        ({"reason": "Tastefejl", "reason_code": "error"}, "general"),
        ({"quantity": 2, "reason": "Tastefejl", "reason_code": "error"}, "general"),
        ({"cvr": "99000007", "reason": "Tastefejl", "reason_code": "error"}, "cvr"),
        ({"category": "", "reason": "Tastefejl", "reason_code": "error"}, "category"),
        ({"municipality": "9999", "reason": "Tastefejl", "reason_code": "error"}, "municipality"),
        ({"period_from": "2020-01-01", "reason": "Tastefejl", "reason_code": "error"}, "period_to"),
    ],
)
def test_what_is_wrong_in_a_correction(world: World, survey: Series, body: dict[str, Any], field: str) -> None:
    made = observe(survey, DAY, 2, category="Enig")
    for language in ("da", "en"):
        answer = world.post(
            f"series/tilfredshed/observations/{made.pk}/correct/", "controller", body, If_Match="*",
            Accept_Language=language,
        )  # fmt: skip
        assert (answer.status, list(answer.errors)) == (400, [field])
    assert Observation.objects.get().revision == 1


def test_a_correction_sent_twice_is_made_once(world: World, survey: Series) -> None:
    """With the key the second is answered as the first, though its If-Match is no longer the version."""
    made = observe(survey, DAY, 2, category="Enig")
    path = f"series/tilfredshed/observations/{made.pk}/"
    tag = world.get(path, "controller").headers["ETag"]
    for way, body in (
        ("correct/", {"quantity": 3, "reason": "Tastefejl", "reason_code": "error"}),
        ("withdraw/", {"reason": "To gange", "reason_code": "error"}),
    ):
        first = world.post(path + way, "controller", body, If_Match=tag, Idempotency_Key=way)
        again = world.post(path + way, "controller", body, If_Match=tag, Idempotency_Key=way)
        assert (first.status, again.status) == (200, 200)
        assert "Idempotent-Replayed" not in first.headers
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.body == first.body
        other = world.post(path + way, "controller", {**body, "reason": "Andet"}, If_Match="*", Idempotency_Key=way)
        assert other.body["type"] == "/api/v1/problems/key-used"
        tag = first.headers["ETag"]
    assert Observation.objects.get().revision == 2


def test_a_withdrawal_takes_the_fact_back(world: World, survey: Series) -> None:
    made = observe(survey, DAY, 2, category="Enig")
    path = f"series/tilfredshed/observations/{made.pk}/"
    assert list(world.post(f"{path}withdraw/", "controller", {}, If_Match="*").errors) == ["reason", "reason_code"]
    answer = world.post(
        f"{path}withdraw/", "controller", {"reason": "Talt to gange", "reason_code": "error"}, If_Match="*"
    )
    assert (answer.body["counts"], answer.body["withdrawn_reason"]) == (False, "Talt to gange")
    assert sum(Fact.objects.values_list("quantity", flat=True)) == 0
    refused = world.post(
        f"{path}correct/", "controller", {"quantity": 3, "reason": "Nu", "reason_code": "other"}, If_Match="*"
    )
    assert (refused.status, list(refused.errors)) == (400, ["general"])


# ---------------------------------------------------------------------------------------------------------- many
MANY = "series/tilfredshed/observations/many/"


def answers(number: int) -> list[dict[str, Any]]:
    return [{"occurred_on": "2020-03-12", "category": "Enig", "quantity": turn + 1} for turn in range(number)]


def test_many_are_registered_at_once_and_once(world: World, survey: Series) -> None:
    body = {"observations": answers(500)}
    first = world.post(MANY, "controller", body, Idempotency_Key="fil-1")
    assert (first.status, first.body) == (201, {"registered": 500})
    again = world.post(MANY, "controller", body, Idempotency_Key="fil-1")
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (200, {"registered": 500}, "true")
    other = world.post(MANY, "controller", {"observations": answers(2)}, Idempotency_Key="fil-1")
    assert other.status == 409
    assert Observation.objects.count() == Fact.objects.count() == 500
    assert sum(Fact.objects.values_list("quantity", flat=True)) == 500 * 501 // 2


def test_one_that_is_wrong_stops_all_and_is_named(world: World, survey: Series) -> None:
    rows = answers(5)
    rows[1]["category"] = ""
    rows[3] |= {"municipality": "9999", "vintage": "2020"}
    for language in ("da", "en"):
        answer = world.post(MANY, "controller", {"observations": rows}, Accept_Language=language)
        assert answer.status == 400
        assert sorted(answer.errors) == [
            "observations.1.category", "observations.3.municipality", "observations.3.vintage",
        ]  # fmt: skip
    answer = world.post(MANY, "controller", {"observations": [*answers(1), {"occurred_on": "x", "farve": "rød"}]})
    assert sorted(answer.errors)[0].startswith("observations.1.")
    assert not Observation.objects.exists()
    assert not Fact.objects.exists()


@pytest.mark.parametrize("body", [{}, {"observations": []}, {"observations": "x"}, {"observations": None}, {"x": 1}])
def test_what_is_no_list_of_observations(world: World, survey: Series, body: dict[str, Any]) -> None:
    said = []
    for language in ("da", "en"):
        answer = world.post(MANY, "controller", body, Accept_Language=language)
        assert answer.status == 400
        said.append(answer.errors)
    assert said[0] != said[1]


def test_more_than_500_are_too_many(world: World, survey: Series) -> None:
    answer = world.post(MANY, "controller", {"observations": answers(501)})
    assert answer.status == 400
    assert "500" in answer.errors["observations"][0]


def test_companies_of_many_are_kept_as_random_keys(world: World) -> None:
    make_series("vejledte", "Vejledte", measures.VOLUME, world.organisation(people.HUB))
    rows = [{"occurred_on": "2020-03-12", "cvr": cvr} for cvr in ("99000007", "99000007", "99000015")]
    answer = world.post("series/vejledte/observations/many/", "controller", {"observations": rows})
    assert answer.status == 201, answer.body
    subjects = list(Observation.objects.order_by("pk").values_list("subject", flat=True))
    assert subjects[0] == subjects[1] != subjects[2]
    assert None not in subjects


def test_who_may_not_register_many(world: World, survey: Series) -> None:
    for who in ("raadgiver", "sekretariat"):
        assert world.post(MANY, who, {"observations": answers(1)}).status == 403
    assert world.post("series/findes-ikke/observations/many/", "controller", {}).status == 404
