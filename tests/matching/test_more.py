"""What else may be said of a match: each rule at its field, in the database too, and the same external key once."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from matching.entries import More
from matching.matches import Invalid, undo_match
from matching.models import Match, MatchTransition, Stage
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from tests.matching.conftest import TODAY, World

LATER = date(2021, 6, 30)


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_all_of_it_may_be_said_and_none_must(world: World) -> None:
    plain = world.register().match
    assert (plain.stage, plain.starts_on, plain.students, plain.education_level) == (Stage.AGREED, None, None, "")
    project = world.register(match_type="student_project", agreed_on=date(2021, 1, 4)).match
    match = world.register(
        match_type="internship",
        created_by=world["AAU"].pk,
        on_behalf_of=world["AAU"].pk,
        more=More(
            starts_on=date(2021, 2, 1), ends_on=LATER, students=3, education_level="lvu", scheme="innobooster",
            attested_by="Studievejlederen", attested_on=TODAY, source_system="Praktiksystem", external_key="P-17",
            follows=project.pk,
        ),
    ).match  # fmt: skip
    assert (match.starts_on, match.ends_on, match.students) == (date(2021, 2, 1), LATER, 3)
    assert match.scheme is not None
    assert match.scheme.name == "Innobooster"
    assert match.follows == project
    assert match.stage == Stage.AGREED, "it starts tomorrow"
    assert (match.attested_by, match.attested_on) == ("Studievejlederen", TODAY)
    assert Fact.objects.filter(category="internship").get().quantity == 1, "a group is one match"
    assert differences() == []


@pytest.mark.parametrize(
    ("more", "stage", "kinds"),
    [
        ({}, "agreed", ["agreed"]),
        ({"starts_on": date(2021, 2, 1)}, "agreed", ["agreed"]),
        ({"starts_on": date(2021, 1, 20)}, "started", ["agreed", "started"]),
        ({"starts_on": date(2021, 1, 20), "ends_on": LATER}, "started", ["agreed", "started"]),
        ({"starts_on": date(2021, 1, 20), "ends_on": date(2021, 1, 30)}, "ended", ["agreed", "started", "ended"]),
        ({"broken_off_on": TODAY, "broken_off_reason": "mobility"}, "broken_off", ["agreed", "broken_off"]),
        (
            {"starts_on": date(2021, 2, 1), "broken_off_on": TODAY, "broken_off_reason": "mobility"},
            "broken_off",
            ["agreed", "broken_off"],
        ),
    ],
)
def test_what_is_known_of_its_course_is_noted_at_once(
    world: World, more: dict[str, Any], stage: str, kinds: list[str]
) -> None:
    match = world.register(agreed_on=date(2021, 1, 10), more=More(**more)).match
    assert match.stage == stage
    rows = MatchTransition.objects.order_by("pk")
    assert [row.kind for row in rows] == kinds
    assert {(row.registered_by, row.organisation) for row in rows} == {(world.actors["hub"].user, world["hub"])}
    assert rows[0].day == date(2021, 1, 10)


@pytest.mark.parametrize(
    ("field", "more", "says"),
    [
        ("starts_on", {"starts_on": date(2021, 1, 30)}, "agreed on 31.01.2021"),
        ("starts_on", {"starts_on": date(2031, 3, 1)}, "more than ten years"),
        ("ends_on", {"ends_on": date(2021, 1, 30)}, "before the beginning"),
        ("ends_on", {"starts_on": date(2021, 3, 1), "ends_on": date(2021, 2, 1)}, "before the beginning"),
        ("broken_off_on", {"broken_off_on": date(2021, 2, 1), "broken_off_reason": "other"}, "not come yet"),
        ("broken_off_on", {"broken_off_on": date(2021, 1, 30), "broken_off_reason": "other"}, "31.01.2021"),
        ("broken_off_on", {"broken_off_reason": "other"}, "leave the reason empty"),
        ("broken_off_reason", {"broken_off_on": TODAY}, "why"),
        ("broken_off_reason", {"broken_off_on": TODAY, "broken_off_reason": "boredom"}, "why"),
        ("students", {"students": 0}, "from 1 to 500"),
        ("students", {"students": 501}, "from 1 to 500"),
        ("education_level", {"education_level": "phd"}, "from the list"),
        ("scheme", {"scheme": "lottery"}, "from the list"),
        ("attested_by", {"attested_by": "Nogen"}, "on behalf of a partner"),
        ("source_system", {"external_key": "17"}, "both the system and the key"),
        ("external_key", {"source_system": "Praktik"}, "both the system and the key"),
        ("follows", {"follows": 999999}, "that you can see"),
    ],
)
def test_each_message_stands_at_its_field(
    world: World, english: None, field: str, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(Invalid) as caught:
        world.register(more=More(**more))
    assert list(caught.value.errors) == [field]
    assert says in caught.value.errors[field][0]
    assert not Match.objects.exists()


def test_only_student_matches_have_students(world: World, english: None) -> None:
    with pytest.raises(Invalid) as caught:
        world.register(match_type="ordinary_job", more=More(students=2))
    assert "Only a student match" in caught.value.errors["students"][0]


def test_on_behalf_of_somebody_says_who_said_so_and_when(world: World) -> None:
    behalf = {"created_by": world["AAU"].pk, "on_behalf_of": world["AAU"].pk}
    with pytest.raises(Invalid) as caught:
        world.register(**behalf)
    assert set(caught.value.errors) == {"attested_by", "attested_on"}
    with pytest.raises(Invalid) as caught:
        world.register(**behalf, more=More(attested_by="Dekanen", attested_on=date(2021, 2, 1)))
    assert set(caught.value.errors) == {"attested_on"}


# The key of another system


def keyed(world: World, actor: str = "hub", key: str = "P-1", **changes: Any) -> Any:
    return world.register(actor, **changes, more=More(source_system="Praktik", external_key=key))


def test_the_same_key_with_the_same_content_is_the_first_receipt(world: World) -> None:
    first = keyed(world)
    again = keyed(world, "hub2")
    assert (first.created, again.created) == (True, False)
    assert again.match == first.match
    assert (Match.objects.count(), Fact.objects.count(), MatchTransition.objects.count()) == (1, 1, 1)


def test_the_same_key_for_another_match_is_said_at_the_field(world: World, english: None) -> None:
    keyed(world)
    with pytest.raises(Invalid) as caught:
        keyed(world, match_type="internship")
    assert list(caught.value.errors) == ["external_key"]
    assert "other content" in caught.value.errors["external_key"][0]
    with pytest.raises(Invalid) as caught:
        keyed(world, "rebild", created_by=world["Jobcenter Rebild"].pk, company=world.companies["Kattegat Ærøkål ApS"])
    assert "by another organisation" in caught.value.errors["external_key"][0], "and no word of what it is"
    assert Match.objects.count() == 1


def test_a_key_is_free_again_when_its_match_is_undone_and_in_another_programme(world: World) -> None:
    undo_match(world.actor("hub"), keyed(world).match)
    assert keyed(world).created
    assert keyed(world, programme=world.other, agreed_on=date(2019, 5, 1)).created


# What it grew out of


def refused(world: World, actor: str = "hub", **changes: Any) -> str:
    with translation.override("en"), pytest.raises(Invalid) as caught:
        world.register(actor, **changes)
    assert list(caught.value.errors) == ["follows"]
    return caught.value.errors["follows"][0]


def test_it_grows_out_of_an_earlier_match_with_the_company_that_one_sees(world: World) -> None:
    first = world.register(match_type="student_project", agreed_on=date(2021, 1, 20)).match
    more = More(follows=first.pk)
    assert "another company" in refused(world, more=more, company=world.companies["Aalborg Køl I/S"])
    assert "agreed later" in refused(world, more=more, agreed_on=date(2021, 1, 19))
    assert "that you can see" in refused(
        world, "rebild", more=more, created_by=world["Jobcenter Rebild"].pk, municipality="0840"
    )
    assert world.register(more=more, agreed_on=date(2021, 1, 20)).match.follows == first, "the same day is early enough"
    undo_match(world.actor("hub"), first)
    assert "has been undone" in refused(world, more=more, match_type="ordinary_job")


# What the database holds by itself


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"starts_on": date(2021, 1, 30)}, "match_starts_when_agreed"),
        ({"ends_on": date(2021, 1, 30)}, "match_ends_after_it_starts"),
        ({"starts_on": date(2021, 3, 1), "ends_on": date(2021, 2, 1)}, "match_ends_after_it_starts"),
        ({"broken_off_on": TODAY, "stage": "broken_off"}, "match_broken_off_says_why"),
        ({"broken_off_reason_id": "other"}, "match_broken_off_says_why"),
        (
            {
                "ends_on": date(2021, 2, 1), "broken_off_on": date(2021, 2, 2), "broken_off_reason_id": "other",
                "stage": "broken_off",
            },
            "match_broken_off_in_its_course",
        ),
        ({"stage": "started"}, "match_stage_has_its_day"),
        ({"stage": "ended"}, "match_stage_has_its_day"),
        ({"stage": "broken_off"}, "match_stage_has_its_day"),
        ({"stage": "sleeping"}, "match_stage_has_its_day"),
        ({"broken_off_on": TODAY, "broken_off_reason_id": "other"}, "match_stage_has_its_day"),
        ({"students": 0}, "match_students_in_number"),
        ({"education_level": "phd"}, "match_education_level_known"),
        ({"attested_by": "Nogen", "attested_on": TODAY}, "match_attested_whole"),
        ({"source_system": "Praktik"}, "match_key_of_a_system"),
        ({"external_key": "17"}, "match_key_of_a_system"),
        ({"counted_as": 0}, "match_counts_as_one_or_more"),
    ],
)  # fmt: skip
def test_the_database_holds_it(world: World, change: dict[str, Any], name: str) -> None:
    match = world.register().match
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(**change)


def test_the_database_holds_one_key(world: World) -> None:
    keyed(world)
    other = world.register(match_type="internship").match
    with pytest.raises(IntegrityError, match="match_external_key_once"), transaction.atomic():
        Match.objects.filter(pk=other.pk).update(source_system="Praktik", external_key="P-1")


def test_the_database_holds_what_a_match_grew_out_of(world: World) -> None:
    first = world.register(agreed_on=date(2021, 1, 20)).match
    second = world.register(match_type="internship", more=More(follows=first.pk)).match
    other = world.register(company=world.companies["Aalborg Køl I/S"]).match
    earlier = "must grow out of a match of the same company"
    for pk, change, name in (
        (second.pk, {"follows_id": second.pk}, "match_follows_another"),
        (second.pk, {"follows_id": other.pk}, earlier),
        (second.pk, {"agreed_on": date(2021, 1, 19)}, earlier),
        (first.pk, {"company_id": other.company_id}, earlier),
        (first.pk, {"agreed_on": date(2021, 2, 1)}, earlier),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            at_once({pk: change})
    circle: dict[int, dict[str, Any]] = {
        second.pk: {"agreed_on": date(2021, 1, 20)},
        first.pk: {"follows_id": second.pk},
    }
    with pytest.raises(IntegrityError, match="would grow out of itself"), transaction.atomic():
        at_once(circle)


def test_a_company_that_is_merged_takes_a_chain_along_one_by_one(world: World) -> None:
    first = world.register(agreed_on=date(2021, 1, 20)).match
    second = world.register(match_type="internship", more=More(follows=first.pk)).match
    into = world.companies["Aalborg Køl I/S"]
    with transaction.atomic():
        at_once({match.pk: {"company_id": into.pk} for match in (first, second)})


def at_once(changes: dict[int, dict[str, Any]]) -> None:
    """One by one, and what is deferred is asked at the end, as when an entry of the ledger ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # registering has asked all at once until here
    for pk, change in changes.items():
        Match.objects.filter(pk=pk).update(**change)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
