"""Figures over the API: the page's payload, repeatable by its place, and single figures with filters."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from matching.companies import NewCompany
from matching.history import HistoricMatch, import_matches
from matching.models import Company
from portal import ledger
from portal.identity import demo as people
from portal.identity.models import User
from reporting.engine import dashboard
from reporting.engine.buckets import fold
from tests.api.conftest import Answer, World


def bare(answer: Answer) -> bytes:
    """The bytes of the answer without the value of computed_at."""
    assert answer.status == 200, answer.body
    computed = json.dumps(answer.body["computed_at"]).encode()
    assert answer.content.count(computed) == 1
    return answer.content.replace(computed, b"")


def import_history(world: World, number: int, learnt_on: date, name: str) -> None:
    company, _made = Company.objects.get_or_create(name="Historisk A/S", municipality_id="0851")
    creator = world.organisation(people.AAU)
    row = HistoricMatch(
        company=company, match_type="student_job", municipality="0851", agreed_on=learnt_on, learnt_on=learnt_on,
        created_by=creator, registered_by=creator, work_area="other",
        registered_by_user=User.objects.get(email="partner@demo.example"),
    )  # fmt: skip
    import_matches(world.programme, [row] * number, ledger.History(name, origin="gammelt system"))


def figures(world: World, **words: Any) -> Answer:
    query = "&".join(f"{name}={value}" for name, value in {"programme": world.programme.slug, **words}.items())
    return world.get(f"figures/?{query}", "kkr")


def one(world: World, **words: Any) -> Answer:
    query = "&".join(f"{name}={value}" for name, value in {"programme": world.programme.slug, **words}.items())
    return world.get(f"figure/?{query}", "kkr")


@pytest.mark.parametrize("counted_ahead", [False, True])
def test_the_answer_is_the_engines_payload(world: World, counted_ahead: bool) -> None:
    for _ in range(3):
        world.register()
    if counted_ahead:
        fold()
    body = figures(world, as_of=timezone.localdate()).body
    expected = dashboard(world.programme, ledger.AsOf.at(timezone.localdate()), world.actor("kkr"))
    assert {**body, "computed_at": ""} == {**expected, "computed_at": ""}
    assert figures(world).body["whole"]["value"] == "3"


def test_numbers_are_exact_texts(world: World) -> None:
    world.register()
    body = figures(world).body
    assert body["whole"]["value"] == "1"
    whole = body["targets"][0]
    assert whole["attainment"] == {"numerator": "1", "denominator": "2000", "exact": "0.0005000000"}

    def no_floats(node: Any) -> bool:
        if isinstance(node, dict):
            return all(map(no_floats, node.values()))
        return all(map(no_floats, node)) if isinstance(node, list) else not isinstance(node, float)

    assert no_floats(body)


def test_as_of_and_place_give_the_same_bytes(world: World, yesterday: date) -> None:
    import_history(world, 5, yesterday - timedelta(days=10), "Første historik")
    for _ in range(3):
        world.register()
    first = figures(world, as_of=yesterday)
    place = first.body["place"]
    at_first = bare(first)
    today_first = figures(world, as_of=timezone.localdate())

    for _ in range(20):
        match = world.register()
    for match in [world.register() for _ in range(5)]:
        world.post(f"matches/{match.pk}/undo/", "partner", If_Match="*")
    assert bare(figures(world, as_of=yesterday, place=place)) == at_first
    later = figures(world, as_of=yesterday)
    assert {**later.body, "place": 0, "computed_at": ""} == {**first.body, "place": 0, "computed_at": ""}

    import_history(world, 4, yesterday - timedelta(days=5), "Importeret historik 2")
    fold()
    assert bare(figures(world, as_of=yesterday, place=place)) == at_first
    assert bare(figures(world, as_of=timezone.localdate(), place=today_first.body["place"])) == bare(today_first)
    changed = figures(world, as_of=yesterday)
    assert changed.body["whole"]["value"] == "9"
    assert [batch["name"] for batch in changed.body["imported"]] == ["Første historik", "Importeret historik 2"]


def test_now_can_be_asked_for_again(world: World) -> None:
    world.register()
    fold()
    now = figures(world)
    world.register()
    assert bare(figures(world, as_of=now.body["as_of"], place=now.body["place"])) == bare(now)


NO_MOMENTS: list[tuple[dict[str, str], str]] = [
    ({"as_of": (timezone.localdate() + timedelta(days=2)).isoformat()}, "as_of"),
    ({"as_of": "2021-2-1"}, "as_of"),
    ({"as_of": "20210201"}, "as_of"),
    ({"as_of": "i går"}, "as_of"),
    ({"place": "999999999"}, "place"),
    ({"place": "9" * 30}, "place"),
    ({"place": "-1"}, "place"),
    ({"place": "1.0"}, "place"),
]


def test_a_moment_there_is_not(world: World) -> None:
    for words, field in NO_MOMENTS:
        query = "&".join(f"{name}={value}" for name, value in words.items())
        for path in ("figures/", "figure/", "facts/"):
            said = []
            for language in ("da", "en"):
                answer = world.get(f"{path}?programme={world.programme.slug}&{query}", Accept_Language=language)
                assert (answer.status, list(answer.errors)) == (400, [field]), query
                said.append(answer.errors[field])
            assert said[0] != said[1], said


def test_before_anything_was_known(world: World) -> None:
    body = figures(world, as_of="2001-01-01").body
    assert body["whole"] == {"value": "0", "target": None}
    assert figures(world, place=0).body["whole"]["value"] == "0"


def test_the_programme(world: World) -> None:
    for path in ("figures/", "figure/", "facts/"):
        assert list(world.get(path).errors) == ["programme"]
        assert world.get(f"{path}?programme=findes-ikke").status == 404
        assert world.get(f"{path}?programme={world.programme.slug}", "fremmed").status == 404


def test_every_role_sees_the_figures(world: World) -> None:
    slug = world.programme.slug
    for who in ("raadgiver", "kkr", "kommune", "partner", "admin", "revisor", "dpo", "budget", "sekretariat", "leder"):
        assert world.get(f"figures/?programme={slug}", who).status == 200, who
        assert world.get(f"figure/?programme={slug}&by=municipality&category=student_job", who).status == 200, who


def test_a_single_figure_narrowed_and_divided(world: World) -> None:
    aau = world.organisation(people.AAU).pk
    for municipality, kind in (("0851", "student_job"), ("0851", "internship"), ("0860", "student_job")):
        world.register(
            municipality=municipality,
            match_type=kind,
            company=NewCompany(name=f"{municipality}{kind}", municipality="0851"),
        )
    body = one(world, by="municipality").body
    assert body["value"] == "3"
    assert body["cells"]["rows"] == [
        {"code": "0860", "value": "1", "hidden": False},
        {"code": "0851", "value": "2", "hidden": False},  # Aalborg: Å is the last letter
    ]
    assert one(world, municipality="0851", by="category").body["value"] == "2"
    assert one(world, municipality="0851", category="internship", organisation=aau).body["value"] == "1"
    assert one(world, month=f"{timezone.localdate():%Y-%m}", organisation=aau).body["value"] == "3"
    assert one(world, subcategory="other").body["value"] == "0"
    assert one(world, municipality="-").body["value"] == "0"


def test_a_single_figure_of_a_target(world: World) -> None:
    world.register()
    assert one(world, figure="target", target="matches").body["value"] == "2000"
    ratio = one(world, figure="attainment", target="partner-part").body["ratio"]
    assert ratio == {"numerator": "1", "denominator": "600", "exact": "0.0016666667"}
    assert one(world, figure="expected", target="matches").body["months_total"] > 0
    assert one(world, part="both").body["value"] == "1"


def test_a_single_figure_is_repeatable_too(world: World) -> None:
    world.register()
    first = one(world, by="category", as_of=timezone.localdate())
    world.register()
    again = one(world, by="category", as_of=first.body["as_of"], place=first.body["place"])
    assert bare(again) == bare(first)


NO_FIGURES: list[tuple[dict[str, str], str]] = [
    ({"municipality": "851"}, "municipality"),
    ({"municipality": "Aalborg"}, "municipality"),
    ({"category": "job"}, "category"),
    ({"subcategory": "x"}, "subcategory"),
    ({"organisation": "AAU"}, "organisation"),
    ({"heading": "999999999"}, "heading"),
    ({"month": "2021-13"}, "general"),
    ({"by": "gender"}, "by"),
    ({"part": "half"}, "part"),
    ({"figure": "sum"}, "figure"),
    ({"target": "x"}, "target"),
    ({"figure": "target"}, "general"),
    ({"figure": "target", "target": "matches", "part": "both"}, "general"),
    ({"matchtype": "x"}, "matchtype"),
]


def test_a_figure_that_cannot_be_asked_for(world: World) -> None:
    for words, field in NO_FIGURES:
        answer = one(world, **words)
        assert (answer.status, list(answer.errors)) == (400, [field]), words
