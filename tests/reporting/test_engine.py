"""Figures from real facts: what is computed, from buckets and from facts alike, and that it can be repeated."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import ledger
from portal.identity.actor import Actor
from reporting.engine import FigureQuery, buckets, dashboard, figure, repeatable_bytes
from reporting.engine.evaluate import evaluate, read
from reporting.engine.moment import newer_facts
from reporting.engine.plan import plan
from reporting.engine.query import Unanswerable, read_query
from reporting.models import BucketStamp, Target, TargetVersion
from reporting.targets import set_target, withdraw_target
from tests.reporting.conftest import AALBORG, HJOERRING, LAESOE, MEASURE, ODENSE, World, build_world

pytestmark = pytest.mark.django_db
LEARNT = date(2021, 1, 15)
AS_OF = date(2021, 1, 31)


@pytest.fixture
def actor() -> Actor:
    return Actor(user=None, membership=None, on=date(2021, 1, 31))  # type: ignore[arg-type]


def figures(payload: dict[str, Any]) -> dict[str, Any]:
    """What a reader calls the figures: everything but where in the ledger and when."""
    return {key: value for key, value in payload.items() if key not in {"place", "computed_at"}}


def row(rows: list[dict[str, Any]], code: str, name: str = "code") -> dict[str, Any]:
    return next(each for each in rows if each[name] == code)


def spread(world: World, learnt_on: date | None = None, history: str = "Historik") -> None:
    """Matches of several kinds: 14 in all, 3 at Læsø, 2 outside, 4 of AAU."""
    common: dict[str, Any] = {"learnt_on": learnt_on, "history": history}
    world.post(5, **common)
    world.post(3, municipality=HJOERRING, creator="AAU", category="internship", on=date(2020, 10, 3), **common)
    world.post(3, municipality=LAESOE, on=date(2020, 11, 3), subcategory="sale", **common)
    world.post(1, creator="AAU", activity="5.2.2 a", on=date(2021, 1, 3), **common)
    world.post(2, municipality=ODENSE, activity="5.2.2", on=date(2021, 1, 3), **common)


def test_the_figures_of_a_programme(world: World, actor: Actor) -> None:
    spread(world, LEARNT)
    payload = dashboard(world.programme, ledger.AsOf.at(AS_OF), actor)
    assert payload["whole"] == {"value": "14", "target": "matches"}
    assert payload["as_of"] == "2021-01-31"
    whole = row(payload["targets"], "matches", "key")
    assert whole["expected"] == {"numerator": "10000", "denominator": "34", "exact": "294.1176470588"}
    assert (whole["months_passed"], whole["months_total"]) == (5, 34)
    assert whole["attainment"] == {"numerator": "14", "denominator": "2000", "exact": "0.0070000000"}
    assert whole["status"] == "behind"
    account = payload["account"]
    assert [account[name] for name in ("whole", "municipal", "partner", "both", "neither")] == [
        "14",
        "9",
        "4",
        "4",
        "5",
    ]
    assert row(payload["municipalities"], AALBORG) == {
        "code": AALBORG,
        "value": "6",
        "target_missing": "not_in_source",
        "target": None,
    }
    assert row(payload["municipalities"], LAESOE)["target_missing"] == "outside_distribution"
    assert row(payload["municipalities"], ODENSE)["value"] == "2"
    assert len(payload["municipalities"]) == 12
    assert [(each["code"], each["value"]) for each in payload["categories"]] == [
        ("ordinary_job", "11"),
        ("internship", "3"),
    ]
    assert [each["value"] for each in payload["organisations"]] == ["10", "4"]
    months = {each["month"]: each for each in payload["months"]}
    assert len(months) == 34
    assert [months[name]["cumulative"] for name in ("2020-09", "2020-10", "2021-01", "2021-02")] == [
        "5",
        "8",
        "14",
        None,
    ]
    assert months["2023-06"]["expected"]["exact"] == "2000.0000000000"
    assert [(each["number"], each["value"], each["targets"]) for each in payload["activities"]] == [
        ("5.2.2", "3", []),
        ("5.2.2 a", "1", ["aau-fairs"]),
    ]
    assert row(payload["targets"], "aau-fairs", "key")["value"] == "1"
    assert [each["name"] for each in payload["imported"]] == ["Historik"]
    json.dumps(payload)


def test_1400_matches_in_municipalities_of_which_600_are_created_by_the_partners(world: World, actor: Actor) -> None:
    world.post(800, learnt_on=LEARNT)
    world.post(350, municipality=HJOERRING, creator="AAU", learnt_on=LEARNT)
    world.post(250, creator="UCN", learnt_on=LEARNT)
    payload = dashboard(world.programme, ledger.AsOf.at(AS_OF), actor)
    shares = {each["key"]: each["attainment"]["exact"] for each in payload["targets"]}
    assert shares["municipal-part"] == shares["partner-part"] == "1.0000000000"
    assert shares["matches"] == "0.7000000000"
    account = payload["account"]
    assert (account["both"], account["reason"]) == ("600", "parts_reached_whole_not")


def test_now_is_read_from_the_buckets_and_gives_the_same_as_the_facts(world: World, actor: Actor) -> None:
    spread(world)
    world.post(2, municipality=None, creator=None, learnt_on=LEARNT)
    world.post(1, learnt_on=AS_OF, activity="5.2.2")
    before = dashboard(world.programme, None, actor)
    assert buckets.fold() == 17
    assert buckets.fold() == 0
    assert MEASURE in plan(world.programme, None).moment.counted_ahead
    now = dashboard(world.programme, None, actor)
    today = dashboard(world.programme, ledger.AsOf.at(ledger.today(), now["place"]), actor)
    assert repeatable_bytes(before) == repeatable_bytes(now) == repeatable_bytes(today)


def test_the_page_of_now_stands_at_the_stamp_and_knows_that_it_is_behind(world: World, actor: Actor) -> None:
    spread(world)
    buckets.fold()
    stamp = BucketStamp.objects.get(measure=MEASURE)
    world.post(1)
    payload = dashboard(world.programme, None, actor)
    assert (payload["place"], payload["whole"]["value"]) == (stamp.computed_to_place, "14")
    assert newer_facts(MEASURE, payload["place"])
    buckets.fold()
    assert not newer_facts(MEASURE, ledger.head())
    assert dashboard(world.programme, None, actor)["whole"]["value"] == "15"


@pytest.fixture
def known(world: World) -> World:
    """History that was learnt in January 2021."""
    spread(world, LEARNT)
    return world


def test_a_figure_is_the_same_to_the_byte_whatever_comes_later(known: World, actor: Actor) -> None:
    first = dashboard(known.programme, ledger.AsOf.at(AS_OF), actor)
    opened = figure(known.programme, FigureQuery(by="municipality"), ledger.AsOf.at(AS_OF), actor)
    at = ledger.AsOf.at(AS_OF, first["place"])

    later = known.post(1000, municipality=HJOERRING, creator="UCN", on=date(2020, 12, 1))
    known.reverse(*later[:50])
    assert repeatable_bytes(dashboard(known.programme, at, actor)) == repeatable_bytes(first)
    by_day = dashboard(known.programme, ledger.AsOf.at(AS_OF), actor)
    assert by_day["place"] > first["place"]
    assert figures(by_day) == figures(first)
    assert dashboard(known.programme, None, actor)["whole"]["value"] == str(14 + 950)

    known.post(20, learnt_on=date(2020, 12, 1), history="Gammelt regneark 2020")
    assert repeatable_bytes(dashboard(known.programme, at, actor)) == repeatable_bytes(first)
    assert repeatable_bytes(figure(known.programme, FigureQuery(by="municipality"), at, actor)) == repeatable_bytes(
        opened
    )
    changed = dashboard(known.programme, ledger.AsOf.at(AS_OF), actor)
    assert changed["whole"]["value"] == "34"
    assert [each["name"] for each in changed["imported"]] == ["Historik", "Gammelt regneark 2020"]
    assert changed["imported"][1] == {
        "name": "Gammelt regneark 2020", "origin": "test", "facts": 20, "place": changed["place"],
        "learnt_from": "2020-12-01", "learnt_to": "2020-12-01",
    }  # fmt: skip
    buckets.fold()
    assert repeatable_bytes(dashboard(known.programme, at, actor)) == repeatable_bytes(first)


def test_reversals_count_from_the_day_they_are_learnt(known: World, actor: Actor) -> None:
    known.reverse(*known.posted[:5])
    assert dashboard(known.programme, ledger.AsOf.at(AS_OF), actor)["whole"]["value"] == "14"
    assert dashboard(known.programme, ledger.AsOf.at(ledger.today()), actor)["whole"]["value"] == "9"


def test_a_target_is_followed_by_its_next_version_and_known_as_of_then(known: World, actor: Actor) -> None:
    before = ledger.head()
    with ledger.entry():
        set_target(
            known.programme,
            "matches",
            name="Match i alt",
            basis="whole",
            amount=2500,
            commitment="preliminary",
            measure=MEASURE,
        )
    old = row(dashboard(known.programme, ledger.AsOf.at(AS_OF), actor)["targets"], "matches", "key")
    new = row(dashboard(known.programme, None, actor)["targets"], "matches", "key")
    assert (old["amount"], old["status"]) == ("2000", "behind")
    assert (new["amount"], new["status"]) == ("2500", "none")
    still = dashboard(known.programme, ledger.AsOf.at(ledger.today(), before), actor)
    assert row(still["targets"], "matches", "key")["amount"] == "2000"
    with ledger.entry():
        withdraw_target(Target.objects.get(programme=known.programme, key="aau-fairs"))
    assert "aau-fairs" not in {each["key"] for each in dashboard(known.programme, None, actor)["targets"]}


def test_a_target_without_sense_is_refused_with_words(world: World) -> None:
    with pytest.raises(ValidationError, match="aktivitet"), ledger.entry():
        set_target(world.programme, "x", name="x", basis="activity", amount=1, commitment="binding", measure=MEASURE)
    with pytest.raises(ValidationError), ledger.entry():
        set_target(
            world.programme, "x", name="x", basis="whole", amount=1, commitment="binding", measure=MEASURE,
            counted_from=date(2022, 1, 1), counted_to=date(2021, 1, 1),
        )  # fmt: skip
    assert not Target.objects.filter(key="x").exists()


def test_versions_of_targets_are_append_only(world: World) -> None:
    version = TargetVersion.objects.first()
    assert version is not None
    version.amount = Decimal(1)
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        TargetVersion.objects.update(amount=1)


def test_a_programme_without_targets_still_counts(measure: Any, actor: Actor) -> None:
    world = build_world(targets=False)
    payload = dashboard(world.programme, None, actor)
    assert (payload["targets"], payload["account"], payload["whole"]["target"]) == ([], None, None)
    with ledger.entry():
        set_target(
            world.programme,
            "matches",
            name="Match",
            basis="whole",
            amount=None,
            commitment="indicative",
            measure=MEASURE,
        )
    world.post(3)
    payload = dashboard(world.programme, None, actor)
    assert payload["whole"] == {"value": "3", "target": "matches"}
    assert (payload["targets"][0]["expected"], payload["targets"][0]["status"]) == (None, "none")


def test_reversed_to_nothing_is_zero_and_not_missing(world: World, actor: Actor) -> None:
    world.reverse(*world.post(3))
    for _ in range(2):
        payload = dashboard(world.programme, None, actor)
        assert payload["whole"]["value"] == "0"
        assert row(payload["municipalities"], AALBORG)["value"] == "0"
        assert payload["organisations"] == []
        buckets.fold()


@pytest.mark.parametrize("folded", [False, True])
def test_every_figure_can_be_divided_and_the_cells_add_up(world: World, actor: Actor, folded: bool) -> None:
    spread(world)
    if folded:
        buckets.fold()
    for by in ("municipality", "organisation", "category", "subcategory", "month", "heading"):
        for query in (
            FigureQuery(by=by),
            FigureQuery(by=by, target="municipal-part"),
            FigureQuery(by=by, target="aau-fairs"),
            FigureQuery(by=by, part="both"),
            FigureQuery(by=by, part="neither"),
            FigureQuery(by=by, until="2020-10"),
        ):
            payload = figure(world.programme, query, None, actor)
            cells = payload["cells"]["rows"]
            assert sum(Decimal(cell["value"]) for cell in cells) == Decimal(payload["value"]), (by, query)
            for cell in cells:
                narrower = query.narrowed(**{by: cell["code"]})
                assert figure(world.programme, narrower, None, actor)["value"] == cell["value"], (by, cell, query)


def test_parts_and_targets_opened(world: World, actor: Actor) -> None:
    spread(world)

    def value(**said: str) -> str:
        found: str = figure(world.programme, FigureQuery(**said), None, actor)["value"]
        return found

    assert [value(), value(target="municipal-part"), value(target="partner-part")] == ["14", "9", "4"]
    assert [value(part="both"), value(part="neither"), value(target="aau-fairs")] == ["4", "5", "1"]
    assert [value(municipality=AALBORG, category="ordinary_job", month="2021-01"), value(until="2020-10")] == ["1", "8"]
    activity = str(world.activities["5.2.2"].heading_id)
    assert [value(heading=activity), value(heading=f"{activity}own")] == ["3", "2"]
    expected = figure(world.programme, FigureQuery(kind="expected", target="matches"), ledger.AsOf.at(AS_OF), actor)
    assert expected["ratio"]["exact"] == "294.1176470588"
    attained = figure(world.programme, FigureQuery(kind="attainment", target="municipal-part"), None, actor)
    assert attained["ratio"] == {"numerator": "9", "denominator": "1400", "exact": "0.0064285714"}


@pytest.mark.parametrize(
    "words",
    [
        {"education": "phd"},
        {"by": "education"},
        {"figure": "mean"},
        {"part": "half"},
        {"figure": "expected"},
        {"month": "2021-13"},
        {"month": "2021-1"},
        {"until": "x"},
        {"organisation": "1; drop table"},
        {"heading": "²"},
    ],
)
def test_what_cannot_be_asked_is_refused_with_words(words: dict[str, str]) -> None:
    with pytest.raises(Unanswerable) as refused:
        read_query(words)
    assert str(refused.value)


def test_unknown_targets_and_activities_are_refused(world: World, actor: Actor) -> None:
    for query in (
        FigureQuery(target="nothing"),
        FigureQuery(heading="1"),
        FigureQuery(kind="attainment", target="nothing"),
    ):
        with pytest.raises(Unanswerable):
            figure(world.programme, query, None, actor)


def test_an_address_is_read_back_as_the_query_it_was_made_from() -> None:
    query = FigureQuery(kind="count", target="matches", municipality=AALBORG, month="2021-01", by="category")
    assert read_query(query.words()) == query
    assert query.address(as_of="2021-01-31").endswith("&as_of=2021-01-31")


def test_the_number_of_queries_does_not_depend_on_the_rows(world: World, actor: Actor) -> None:
    def counted() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as first:
            dashboard(world.programme, None, actor)
        with CaptureQueriesContext(connection) as second:
            figure(world.programme, FigureQuery(by="organisation"), None, actor)
        return len(first), len(second)

    spread(world)
    buckets.fold()
    once = counted()
    for _ in range(3):
        spread(world)
    with ledger.entry():
        for number in range(5):
            set_target(
                world.programme, f"more-{number}", name="x", basis="creator", amount=5, commitment="binding",
                measure=MEASURE, organisations=[world.organisations["UCN"].pk],
            )  # fmt: skip
    buckets.fold()
    assert counted() == once
    assert max(once) <= 9


def test_a_worker_that_counts_on_between_two_queries_changes_nothing(world: World, actor: Actor) -> None:
    spread(world)
    buckets.fold()
    planned = plan(world.programme, None)
    world.post(5)
    buckets.fold()
    payload = evaluate(planned, read(planned))
    again = dashboard(world.programme, ledger.AsOf.at(ledger.today(), planned.moment.place), actor)
    assert payload["whole"]["value"] == "14"
    assert repeatable_bytes(payload) == repeatable_bytes(again)


def test_two_programmes_do_not_see_each_other(world: World, actor: Actor) -> None:
    other = build_world(slug="other")
    other.sources = 10_000
    world.post(3)
    other.post(2)
    assert dashboard(world.programme, None, actor)["whole"]["value"] == "3"
    assert dashboard(other.programme, None, actor)["whole"]["value"] == "2"
