"""Correcting a match: who may, what becomes of its fact, and that the ledger and the records agree afterwards."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from django.urls import reverse

from matching.corrections import correct_match, entry_of, may_correct
from matching.entries import More
from matching.matches import Invalid, LikelyTwin, mark, undo_match
from matching.models import Match
from portal import ledger
from portal.drafts.versions import Changed
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from tests.forms import sends
from tests.matching.conftest import TODAY, World


def fresh(match: Match) -> Match:
    return Match.objects.get(pk=match.pk)


def correct(world: World, match: Match, actor: str = "hub", reason: str = "Tastefejl", **changes: Any) -> Match:
    match = fresh(match)
    return correct_match(world.actor(actor), match, replace(entry_of(match), **changes), reason)


@pytest.mark.parametrize(
    "change",
    [
        {"municipality": "0840"},
        {"match_type": "internship"},
        {"work_area": "it_digital"},
        {"agreed_on": date(2020, 12, 31)},
        {"agreed_on": date(2020, 8, 31)},
    ],
)
def test_the_fact_is_reversed_and_posted_again(world: World, change: dict[str, Any]) -> None:
    match = world.register().match
    corrected = correct(world, match, **change)
    facts = list(Fact.objects.order_by("place"))
    assert [fact.quantity for fact in facts[:2]] == [1, -1]
    counts = change.get("agreed_on") != date(2020, 8, 31)  # the programme counts from 01.09.2020
    assert (corrected.counts, len(facts)) == (counts, 3 if counts else 2)
    assert corrected.revision == 1
    assert ledger.total("match_registered", ledger.AsOf.now()) == (1 if counts else 0)
    assert differences() == []
    row = corrected.transitions.latest("pk")
    assert (row.kind, row.reason, row.organisation) == ("corrected", "Tastefejl", world["hub"])


def test_another_company_creator_and_activity(world: World) -> None:
    match = world.register().match
    other = world.companies["Aalborg Køl I/S"]
    corrected = correct(
        world, match, company=other, created_by=world["AAU"].pk, activity=world.activity.pk, assisted_by=()
    )
    standing = Fact.objects.order_by("place").last()
    assert standing is not None
    assert (standing.organisation_id, standing.heading_id) == (world["AAU"].pk, world.activity.heading_id)
    assert standing.subject == corrected.subject != match.subject
    assert [each.organisation for each in corrected.assists.all()] == [world["hub"]], "who registered it stays a party"
    assert (corrected.registered_by, corrected.registered_at) == (match.registered_by, match.registered_at)
    assert differences() == []


def test_what_the_ledger_does_not_know_changes_no_fact(world: World) -> None:
    match = world.register().match
    corrected = correct(
        world, match, more=More(scheme="innobooster", education_level="mvu"), agreed_on=date(2021, 1, 2)
    )
    assert (Fact.objects.count(), corrected.revision) == (1, 0), "the day within the month is not in the ledger"
    assert (corrected.scheme_id, corrected.education_level) == ("innobooster", "mvu")
    assert differences() == []


def test_corrected_again_and_then_undone(world: World) -> None:
    match = world.register().match
    correct(world, match, work_area="it_digital")
    correct(world, match, work_area="other")
    undo_match(world.actor("hub"), fresh(match))
    assert ledger.total("match_registered", ledger.AsOf.now()) == 0
    assert fresh(match).revision == 2
    assert differences() == []


def test_the_organisation_within_the_window_and_the_steward_always(
    world: World, frozen: time_machine.Traveller
) -> None:
    match = world.register().match
    for actor in ("hub", "hub2", "steward"):
        assert may_correct(world.actor(actor), match), actor
    for actor in ("office", "AAU", "kkr", "municipality"):
        with pytest.raises(Refused):
            correct(world, match, actor, work_area="other")
    frozen.move_to("2021-02-14T20:00:00+00:00")  # 31 January and 14 days
    assert may_correct(world.actor("hub"), match)
    frozen.move_to("2021-02-14T23:30:00+00:00")  # half past midnight in Copenhagen
    assert "14" in may_correct(world.actor("hub"), match).reason
    with override_settings(MATCH_CORRECTION_DAYS=20):
        assert may_correct(world.actor("hub"), match)
    assert correct(world, match, "steward", work_area="other").registered_by == world["hub"]
    assert [each.organisation for each in match.assists.all()] == [world["hub"]], "the steward is no party"


def test_a_steward_keeps_the_own_programme_only(world: World) -> None:
    match = world.register(programme=world.other, agreed_on=date(2019, 5, 1)).match
    assert may_correct(world.actor("steward"), match).reason
    mine = world.register(match_type="internship").match
    with pytest.raises(Invalid) as caught:
        correct(world, mine, "steward", programme=world.other, agreed_on=date(2019, 5, 1))
    assert list(caught.value.errors) == ["programme"]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(world: World) -> None:
    match = world.register().match
    with pytest.raises(Invalid) as caught:
        correct(world, match, reason=" ", work_area="", more=More(students=0))
    assert set(caught.value.errors) == {"reason", "work_area", "students"}
    assert Fact.objects.count() == 1
    undone = fresh(match)
    undo_match(world.actor("hub"), undone)
    with pytest.raises(Refused):
        correct(world, match, work_area="other")


def test_it_may_not_become_another_match(world: World) -> None:
    world.register(match_type="internship")
    match = world.register().match
    with pytest.raises(LikelyTwin):
        correct(world, match, match_type="internship")
    assert correct(world, match, match_type="internship", different_reason="To praktikanter").different_reason


def test_a_chain_stays_a_chain(world: World) -> None:
    first = world.register(agreed_on=date(2021, 1, 10)).match
    second = world.register(match_type="internship", agreed_on=date(2021, 1, 20), more=More(follows=first.pk)).match
    for change, field in (
        ({"company": world.companies["Aalborg Køl I/S"]}, "company_text"),
        ({"agreed_on": date(2021, 1, 21)}, "agreed_on"),
        ({"more": More(follows=second.pk), "agreed_on": date(2021, 1, 20)}, "follows"),
    ):
        with pytest.raises(Invalid) as caught:
            correct(world, first, **change)
        assert list(caught.value.errors) == [field]


def test_two_at_once_do_not_overwrite_each_other(world: World) -> None:
    match = world.register().match
    seen, entry = mark(fresh(match)), entry_of(fresh(match))
    correct_match(world.actor("hub"), match, replace(entry, work_area="other"), "Et", seen=seen)
    with pytest.raises(Changed):
        correct_match(world.actor("steward"), match, replace(entry, match_type="internship"), "To", seen=seen)
    assert fresh(match).match_type_id == "student_job"


def test_the_page_is_filled_in_and_corrects(world: World) -> None:
    match = world.register(more=More(starts_on=date(2021, 2, 1), scheme="innobooster")).match
    client = world.client("steward")
    address = reverse("matching:correct", args=[match.pk])
    page = client.get(address)
    body = page.content.decode()
    assert "Limfjord Køleteknik A/S" in body
    typed = sends(page)
    assert typed["scheme"] == ["innobooster"]
    answer = client.post(address, typed | {"work_area": "other"})
    assert answer.status_code == 400
    assert "Skriv, hvorfor matchet rettes." in answer.content.decode()
    answer = client.post(address, typed | {"work_area": "other", "reason": "Forkert område"})
    assert answer.status_code == 302, answer.content.decode()
    after = fresh(match)
    assert (after.work_area_id, after.scheme_id, after.starts_on) == ("other", "innobooster", date(2021, 2, 1))
    assert after.company_id == match.company_id
    assert [each.organisation_id for each in after.assists.all()] == [world["hub"].pk]
    assert "Forkert område" in client.get(reverse("matching:detail", args=[match.pk])).content.decode()
    # What was opened before is by now another version: both are shown, nothing is overwritten.
    answer = client.post(address, typed | {"work_area": "it_digital", "reason": "For sent"})
    assert answer.status_code == 409
    assert fresh(match).work_area_id == "other"
    assert differences() == []


def test_another_company_is_found_on_the_page(world: World) -> None:
    match = world.register().match
    client = world.client("hub")
    address = reverse("matching:correct", args=[match.pk])
    typed = sends(client.get(address))
    found = client.post(address, typed | {"company_text": "99000007", "find": "1"})
    assert "Aalborg Køl I/S" in found.content.decode()
    answer = client.post(address, sends(found) | {"reason": "Forkert virksomhed"})
    assert answer.status_code == 302
    assert fresh(match).company.name == "Aalborg Køl I/S"
    assert fresh(match).agreed_on == TODAY
