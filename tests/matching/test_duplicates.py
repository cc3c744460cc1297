"""Pairs that may be one match: found by named reasons, settled by the data steward, and the count follows."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from matching.companies import NewCompany
from matching.duplicates import may_rule, reason_words, rule_duplicate, undone_as_duplicate
from matching.matches import undo_match
from matching.models import Company, Match, Ruling, Suspicion
from matching.nightly import duplicates_found
from matching.suspecting import MIXED_UP, find
from portal import ledger
from portal.audit.models import Change
from portal.drafts.versions import Changed
from portal.identity.members.tasks import open_tasks
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from programmes.models import PartnerRole
from tests.matching.conftest import TODAY, World

DIFFERENT = "En anden studerende"


def two(world: World, **changes: Any) -> Suspicion:
    """UCN's match of 27.01.2021, and AAU's of the same company and type four days later, registered after it."""
    world.register("UCN", created_by=world["UCN"].pk, agreed_on=TODAY - timedelta(days=4))
    return second(world, **changes)


def second(world: World, **changes: Any) -> Suspicion:
    said = {"created_by": world["AAU"].pk, "different_reason": DIFFERENT, **changes}
    match = world.register("AAU", **said).match
    return Suspicion.objects.with_both().get(later=match)


def total() -> Any:
    return sum(fact.quantity for fact in Fact.objects.known(ledger.AsOf.now()).filter(measure="match_registered"))


def test_two_partners_with_the_same_match(world: World) -> None:
    found = two(world)
    assert found.earlier.created_by == world["UCN"]
    assert found.reasons == ["same_company", "same_type", "days", "same_work_area", "two_partners"]
    # 40 same company, 25 same type, 12 for 4 days (up to 3 give 20, up to 14 give 12), 10 same area, 5 two partners.
    assert (found.days, found.score, found.status) == (4, 92, "open")
    with translation.override("da"):
        said = ["samme virksomhed", "samme type", "4 dages mellemrum", "samme arbejdsområde", "to partnere"]
        assert reason_words(found) == said
    assert found.later.different_reason == DIFFERENT


@pytest.mark.parametrize(
    ("name", "cvr", "place", "reasons"),
    [
        ("Limfjord Køleteknik ApS", "", "0851", "same_name"),  # the legal form says nothing
        ("LIMFJORD KOELETEKNIK", "", "0851", "same_name"),
        ("Limfjords Køleteknik", "", "0851", "near_name"),
        ("Limfjord Køleteknik ApS", "", "0840", ""),  # another municipality
        ("Limfjord Køleteknik ApS", "99000058", "0851", ""),  # two CVR numbers are two companies
        ("Vendsyssel Trælast", "", "0851", ""),
    ],
)
def test_nearly_the_same_company(world: World, name: str, cvr: str, place: str, reasons: str) -> None:
    """99000058: 81 + 2 * 5 + 8 = 99, a multiple of 11."""
    world.register()
    company = NewCompany(name=name, cvr=cvr, municipality=place)
    match = world.register("AAU", created_by=world["AAU"].pk, company=company).match
    found = Suspicion.objects.filter(later=match).values_list("reasons", flat=True)
    assert [each[0] for each in found] == ([reasons] if reasons else [])


def test_the_company_without_a_number_may_be_the_first(world: World) -> None:
    world.register(company=NewCompany(name="Limfjord Køleteknik", municipality="0851"))
    world.register("AAU", created_by=world["AAU"].pk)
    assert Suspicion.objects.get().reasons[0] == "same_name"
    Suspicion.objects.all().delete()
    assert find() == 1, "the nightly job sees it from the other side too"


@pytest.mark.parametrize(
    ("match_type", "days", "score"),
    [
        ("student_job", 0, 100),  # 40 + 25 + 20 + 10 + 5
        ("student_job", 14, 92),
        ("student_job", 15, 85),
        ("student_job", 31, 85),
        ("student_job", 32, None),
        ("ordinary_job", 3, 85),  # types that are mixed up: 40 + 10 + 20 + 10 + 5
        ("internship", 0, None),
    ],
)
def test_types_and_days(world: World, match_type: str, days: int, score: int | None) -> None:
    world.register(agreed_on=TODAY - timedelta(days=days))
    world.register("AAU", created_by=world["AAU"].pk, match_type=match_type, different_reason=DIFFERENT)
    assert Suspicion.objects.values_list("score", flat=True).first() == score


def test_types_that_are_mixed_up_are_of_the_palette() -> None:
    from matching.reference import MATCH_TYPES

    assert {code for pair in MIXED_UP for code in pair} <= {code for code, *_rest in MATCH_TYPES}


def test_every_night_again_and_nothing_is_opened_twice(world: World) -> None:
    settled = two(world)
    rule_duplicate(world.actor("steward"), settled, "different", "To studerende")
    third = world.register("hub", agreed_on=TODAY - timedelta(days=1), different_reason=DIFFERENT).match
    assert Suspicion.objects.count() == 3  # 2 and 1, 3 and 1, 3 and 2
    Suspicion.objects.filter(status="open").delete()
    job: Any = duplicates_found
    run: Any = None
    assert job(run).result == {"new_or_changed": 2}
    assert job(run).result == {"new_or_changed": 0}
    settled.refresh_from_db()
    assert settled.status == "different"
    assert Suspicion.objects.waiting().count() == 2
    undo_match(world.actor("hub"), third)
    assert Suspicion.objects.waiting().count() == 0, "an undone match leaves the queue"
    assert job(run).result == {"new_or_changed": 0}


def test_a_corrected_match_changes_its_open_pairs(world: World) -> None:
    found = two(world)
    Match.objects.filter(pk=found.later_id).update(agreed_on=TODAY - timedelta(days=4))
    assert find() == 1
    found.refresh_from_db()
    assert (found.days, found.score) == (0, 100)


def test_the_same_match_and_taken_back(world: World) -> None:
    found, steward = two(world), world.actor("steward")
    assert total() == 2
    ruling = rule_duplicate(steward, found, "same", "  Samme   aftale ")
    found = Suspicion.objects.with_both().get()
    assert (found.status, ruling.reason) == ("same", "Samme aftale")
    assert (found.later.withdrawn, found.later.withdrawn_reason) == (True, "Samme aftale")
    assert not found.earlier.withdrawn
    assert total() == 1
    assert differences() == []
    assert undone_as_duplicate(found.later) == ruling
    assert undone_as_duplicate(found.earlier) is None

    with pytest.raises(ValidationError, match=r"stands already|gælder allerede"):
        rule_duplicate(steward, found, "same", "Igen")
    rule_duplicate(steward, found, "different", "Partneren viste to kontrakter")
    found = Suspicion.objects.with_both().get()
    assert (found.status, found.later.withdrawn, found.later.withdrawn_reason) == ("different", False, "")
    assert found.later.revision == 1, "the first is reversed, so it counts again as the next"
    assert [each.outcome for each in Ruling.objects.order_by("pk")] == ["same", "different"]
    assert total() == 2
    assert differences() == []

    rule_duplicate(steward, found, "same", "Det var alligevel én")
    assert total() == 1
    assert differences() == []


def test_one_that_does_not_count_has_no_fact_to_reverse(world: World) -> None:
    world.register("hub", agreed_on=date(2020, 7, 15))
    found = second(world, agreed_on=date(2020, 7, 16))
    rule_duplicate(world.actor("steward"), found, "same", "Samme")
    rule_duplicate(world.actor("steward"), found, "different", "Ikke samme")
    assert not Fact.objects.exists()
    assert differences() == []


def test_who_may_rule(world: World) -> None:
    found = two(world)
    for actor in ("hub", "AAU", "UCN", "kkr", "municipality"):
        with pytest.raises(Refused):
            rule_duplicate(world.actor(actor), found, "same", "Nej")
    Match.objects.filter(pk=found.earlier_id).update(created_by=world["KKR"])
    found = Suspicion.objects.with_both().get()
    verdict = may_rule(world.actor("steward"), found)
    assert not verdict
    assert "created one" in verdict.reason or "har skabt" in verdict.reason
    with pytest.raises(Refused):
        rule_duplicate(world.actor("steward"), found, "same", "Egen vinding")
    Match.objects.filter(pk=found.earlier_id).update(created_by=world["UCN"])
    PartnerRole.objects.filter(role="steward").update(valid_to=TODAY - timedelta(days=1))
    with pytest.raises(Refused):
        rule_duplicate(world.actor("steward"), found, "same", "Er det ikke mere")
    assert not Suspicion.objects.visible_to(world.actor("steward")).exists()
    assert total() == 2
    assert not Ruling.objects.exists()


def test_what_is_said_must_say_something(world: World) -> None:
    found, steward = two(world), world.actor("steward")
    for outcome, reason, fields in (
        ("", "Fordi", {"outcome"}),
        ("same", "  ", {"reason"}),
        ("måske", "x" * 301, {"outcome", "reason"}),
    ):
        with pytest.raises(ValidationError) as refused:
            rule_duplicate(steward, found, outcome, reason)
        assert set(refused.value.message_dict) == fields
    with pytest.raises(Changed):
        rule_duplicate(steward, found, "same", "Set for længe siden", seen="igår")
    undo_match(world.actor("AAU"), found.later)
    with pytest.raises(Refused):
        rule_duplicate(steward, found, "same", "For sent")


def test_two_pairs_of_three(world: World) -> None:
    """1 and 2 are one, 2 and 3 are one: what stands is the first, and the pair of 1 and 3 has left the queue."""
    two(world)
    world.register("hub", agreed_on=TODAY - timedelta(days=1), different_reason=DIFFERENT)
    first, last, middle = (Match.objects.order_by("pk")[turn] for turn in (0, 2, 1))
    steward = world.actor("steward")
    rule_duplicate(steward, Suspicion.objects.get(earlier=middle, later=last), "same", "Samme")
    rule_duplicate(steward, Suspicion.objects.get(earlier=first, later=middle), "same", "Samme")
    assert [match.withdrawn for match in Match.objects.order_by("pk")] == [False, True, True]
    assert not Suspicion.objects.waiting().exists()
    assert total() == 1
    assert differences() == []


def test_it_waits_on_the_steward(world: World) -> None:
    two(world)
    Suspicion.objects.update(found_at="2021-01-28T11:00:00Z")
    membership = world.actor("steward").membership
    assert membership is not None
    [task] = open_tasks(membership)
    assert (task.source.key, task.number, task.since) == ("matching.duplicates", 1, date(2021, 1, 28))
    other = world.actor("UCN").membership
    assert other is not None
    assert open_tasks(other) == []


def test_the_trail_names_what_was_said(world: World) -> None:
    found = two(world)
    rule_duplicate(world.actor("steward"), found, "same", "Samme")
    tables = set(Change.objects.values_list("table", flat=True))
    assert {"matching_suspicion", "matching_ruling", "matching_match"} <= tables


@pytest.mark.parametrize(
    "change",
    [
        {"score": 0},
        {"score": 101},
        {"status": "måske"},
        {"reasons": []},
        {"same": True},
    ],
)
def test_the_database_holds_it(world: World, change: dict[str, Any]) -> None:
    found = two(world)
    given = {"later_id": found.earlier_id} if "same" in change else change
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspicion.objects.filter(pk=found.pk).update(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspicion.objects.create(
            programme=found.programme, earlier=found.earlier, later=found.later, reasons=["days"], days=1, score=1
        )
    for wrong in ({"outcome": "måske", "reason": "x"}, {"outcome": "same", "reason": " "}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ruling.objects.create(
                suspicion=found, ruled_by=world.actor("steward").user, organisation=world["KKR"], **wrong
            )


def test_another_programme_is_another_match(world: World) -> None:
    found = two(world)
    Match.objects.filter(pk=found.later_id).update(programme=world.other)
    Suspicion.objects.all().delete()
    assert find() == 0
    assert Company.objects.filter(pk=found.later.company_id).exists()
