"""Which records an organisation of each kind may open, worked out by hand."""

import pytest
from django.urls import reverse

from matching import measures
from matching.entries import More
from matching.models import Match
from portal.ledger.models import FactRecord
from tests.matching.conftest import SAID, World

# What each match is: creator; who registers; on behalf of.
MATCHES = {
    "office's": {"created_by": "BusinessAalborg", "actor": "hub"},
    "jobcentre's": {"created_by": "Jobcenter Aalborg", "actor": "jobcentre"},
    "rebild's": {"created_by": "Jobcenter Rebild", "actor": "rebild"},
    "AAU's": {"created_by": "AAU", "actor": "AAU"},
    "for AAU": {"created_by": "UCN", "actor": "UCN", "on_behalf_of": "AAU"},
}
SEEN = {
    "hub": {"office's"},
    "hub2": {"office's"},
    "office": {"office's"},
    "jobcentre": {"jobcentre's"},
    "rebild": {"rebild's"},
    "municipality": {"office's", "jobcentre's"},
    "municipal adviser": {"office's", "jobcentre's"},
    "AAU": {"AAU's", "for AAU"},
    "UCN": {"for AAU"},
    "Magistrene": set(),
    "steward": {"office's", "jobcentre's", "rebild's", "AAU's", "for AAU"},
    "kkr": set(),
    "odense": set(),
}


@pytest.fixture
def matches(world: World) -> dict[str, Match]:
    made = {}
    types = ["student_job", "internship", "student_project", "ordinary_job", "wage_subsidy"]
    for (name, what), match_type in zip(MATCHES.items(), types, strict=True):
        behalf = what.get("on_behalf_of")
        made[name] = world.register(
            what["actor"],
            match_type=match_type,
            created_by=world[what["created_by"]].pk,
            on_behalf_of=world[behalf].pk if behalf else None,
            more=SAID if behalf else More(),
        ).match
    return made


@pytest.mark.parametrize("actor", SEEN)
def test_each_sees_its_own(world: World, matches: dict[str, Match], actor: str) -> None:
    names = {match.pk: name for name, match in matches.items()}
    seen = {names[pk] for pk in Match.objects.visible_to(world.actor(actor)).values_list("pk", flat=True)}
    assert seen == SEEN[actor]
    openable = measures.visible(world.actor(actor))
    assert (set() if openable is None else set(openable)) == {str(matches[name].pk) for name in SEEN[actor]}


@pytest.mark.parametrize("actor", ["hub", "municipality", "AAU", "steward", "odense"])
def test_the_same_rows_on_every_page(world: World, matches: dict[str, Match], actor: str) -> None:
    client = world.client(actor)
    for name, match in matches.items():
        for page in ("matching:detail", "matching:receipt"):
            status = client.get(reverse(page, args=[match.pk])).status_code
            assert status == (200 if name in SEEN[actor] else 404), (page, name)


def test_a_steward_of_another_programme_sees_nothing(world: World, matches: dict[str, Match]) -> None:
    world.programme.roles.filter(role="steward").delete()
    assert not Match.objects.visible_to(world.actor("steward")).exists()


def test_facts_open_as_their_records_do(
    world: World, matches: dict[str, Match], django_assert_num_queries: object
) -> None:
    records = list(FactRecord.objects.all())
    places = {int(record.source_id): record.place for record in records}
    actor = world.actor("municipality")
    with django_assert_num_queries(1):  # type: ignore[operator]
        described = measures.describe(records, actor)
    own, other = described[places[matches["office's"].pk]], described[places[matches["AAU's"].pk]]
    assert own.title == "Studiejob, Limfjord Køleteknik A/S, Aalborg"
    assert own.url == reverse("matching:detail", args=[matches["office's"].pk])
    assert (other.url, bool(other.reason)) == (None, True)
    assert "Limfjord" not in other.title


def test_a_kkr_viewer_gets_the_reason(world: World, matches: dict[str, Match]) -> None:
    described = measures.describe(list(FactRecord.objects.all()), world.actor("kkr"))
    assert all(entry.url is None and entry.reason for entry in described.values())
    assert world.client("kkr").get(reverse("matching:list")).status_code == 403
