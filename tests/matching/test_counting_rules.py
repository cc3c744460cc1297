"""Counting rules: versions that are never changed, what a decided one does, what each alternative would give, locks."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from matching.counting import Rules
from matching.counting_figures import figures_of
from matching.counting_rules import lock_period, may_set, set_rule
from matching.course import report
from matching.entries import More
from matching.matches import undo_match
from matching.models import CountingRule, PeriodLock
from portal import ledger
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from tests.matching.conftest import TODAY, World

DECIDED = {"status": "decided", "decided_by": "Styregruppen, sag 12", "decided_on": date(2021, 1, 15)}
FROM = date(2021, 1, 1)


def rule(world: World, valid_from: date = FROM, **said: Any) -> None:
    set_rule(None, world.programme, valid_from=valid_from, **(DECIDED | said))


def total() -> int:
    return int(ledger.total("match_registered", ledger.AsOf.now()))


# Versions


def test_who_writes_it(world: World) -> None:
    assert may_set(world.actor("steward"), world.programme)
    assert may_set(world.actor("steward"), world.other), "the KKR owns both"
    for actor in ("hub", "office", "kkr", "municipality"):
        with pytest.raises(Refused):
            set_rule(world.actor(actor), world.programme, valid_from=FROM)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("valid_from", {"valid_from": None}),
        ("valid_from", {"valid_from": date(2020, 6, 30)}),
        ("counts_on", {"counts_on": "birthday"}),
        ("chain", {"chain": "last"}),
        ("group", {"group": "half"}),
        ("minimum_days", {"minimum_days": 0}),
        ("status", {"status": "undecided"}),
        ("decided_by", {"decided_by": " "}),
        ("decided_on", {"decided_on": None}),
        ("decided_on", {"decided_on": date(2021, 2, 1)}),
    ],
)
def test_each_message_stands_at_its_field(world: World, field: str, said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        rule(world, **said)
    assert list(caught.value.message_dict) == [field]
    assert not CountingRule.objects.exists()


def test_one_in_force_is_never_changed_one_to_come_is_replaced(world: World) -> None:
    rule(world)
    for day in (FROM, date(2020, 12, 1)):
        with pytest.raises(ValidationError):
            rule(world, day)
    rule(world, date(2021, 6, 1), chain="first")
    rule(world, date(2021, 6, 1), chain="each")
    found = Rules(world.programme)
    assert found.on(date(2020, 12, 31)) is None
    in_force, to_come = found.on(TODAY), found.on(date(2021, 6, 1))
    assert in_force is not None
    assert to_come is not None
    assert (in_force.valid_from, to_come.chain, len(found.versions)) == (FROM, "each", 3)
    for statement in ("UPDATE matching_countingrule SET chain = 'first'", "DELETE FROM matching_countingrule"):
        with pytest.raises(DatabaseError), transaction.atomic():
            execute(statement)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_locked_period_keeps_its_rules_and_not_its_facts(world: World) -> None:
    steward = world.actor("steward")
    lock_period(steward, world.programme, until=date(2020, 12, 31), reason="Status til KKR")
    with pytest.raises(ValidationError) as caught:
        rule(world, date(2020, 12, 31))
    assert list(caught.value.message_dict) == ["valid_from"]
    rule(world, date(2021, 1, 1))
    assert world.register(agreed_on=date(2020, 12, 1)).match.counts
    for until, reason, field in (
        (None, "x", "until"), (TODAY, "x", "until"), (date(2020, 12, 31), "x", "until"),
        (date(2020, 6, 1), "x", "until"), (date(2021, 1, 15), " ", "reason"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            lock_period(steward, world.programme, until=until, reason=reason)
        assert list(caught.value.message_dict) == [field]
    with pytest.raises(DatabaseError), transaction.atomic():
        PeriodLock.objects.update(until=date(2020, 1, 1))
    with pytest.raises(IntegrityError, match="period_lock_says_why"), transaction.atomic():
        PeriodLock.objects.create(
            programme=world.programme, until=TODAY, reason="", locked_by=steward.user, organisation=world["KKR"]
        )


# What a decided rule does


def test_without_one_and_with_an_undecided_one_it_counts_as_always(world: World) -> None:
    first = world.register(match_type="student_project", more=More(students=3)).match
    set_rule(None, world.programme, valid_from=FROM, counts_on="started", chain="undecided", group="undecided")
    second = world.register(match_type="internship", more=More(follows=first.pk, students=2)).match
    assert [(each.counts, each.counted_as, each.rule) for each in (first, second)] == [(True, 1, None)] * 2
    assert total() == 2


def test_by_the_day_it_starts(world: World) -> None:
    rule(world, counts_on="started")
    match = world.register(agreed_on=date(2021, 1, 10)).match
    assert (match.counts, match.not_counted_reason, total()) == (False, "not_started", 0)
    report(world.actor("hub"), match, "started", date(2021, 1, 20))
    assert total() == 1
    assert differences() == []
    early = world.register(match_type="internship", agreed_on=date(2020, 12, 31)).match
    assert early.counts, "agreed before the rule is valid"
    never = world.register(match_type="ordinary_job").match
    report(world.actor("hub"), never, "broken_off", TODAY, why="other")
    never.refresh_from_db()
    assert (never.counts, total()) == (False, 2)
    assert differences() == []


def test_by_the_day_it_ends_in_that_month(world: World, frozen: Any) -> None:
    rule(world, counts_on="ended")
    match = world.register(agreed_on=date(2021, 1, 10), more=More(starts_on=date(2021, 1, 12))).match
    frozen.move_to("2021-03-10T11:00:00+00:00")
    report(world.actor("hub"), match, "ended", date(2021, 3, 9))
    fact = Fact.objects.get()
    assert (fact.occurred_on, fact.quantity) == (date(2021, 3, 1), 1)
    assert differences() == []


def test_a_group_may_count_as_each_student(world: World) -> None:
    rule(world, group="each")
    match = world.register(match_type="student_project", more=More(students=3)).match
    assert (match.counted_as, total()) == (3, 3)
    undo_match(world.actor("hub"), match)
    assert total() == 0
    assert differences() == []


def test_at_least_so_many_days(world: World) -> None:
    rule(world, minimum_days=28)
    unknown = world.register(match_type="internship").match
    # From 31.01. to 26.02. are 1 + 26 = 27 days, to 27.02. 28.
    short = world.register(match_type="ordinary_job", more=More(starts_on=TODAY, ends_on=date(2021, 2, 26))).match
    enough = world.register(match_type="wage_subsidy", more=More(starts_on=TODAY, ends_on=date(2021, 2, 27))).match
    assert [each.not_counted_reason for each in (unknown, short, enough)] == ["duration", "duration", ""]
    assert total() == 1
    report(world.actor("hub"), enough, "broken_off", TODAY, why="other")
    assert total() == 0, "it lasted one day"
    assert differences() == []


def test_only_the_first_of_a_chain_and_the_next_when_the_first_is_undone(world: World) -> None:
    rule(world, chain="first")
    first = world.register(match_type="company_placement").match
    second = world.register(match_type="growth_pilot_job", more=More(follows=first.pk)).match
    third = world.register(match_type="ordinary_job", more=More(follows=second.pk)).match
    assert [each.counts for each in (first, second, third)] == [True, False, False]
    assert second.not_counted_reason == "later_in_chain"
    assert total() == 1
    undo_match(world.actor("hub"), first)
    for each in (second, third):
        each.refresh_from_db()
    assert [each.counts for each in (second, third)] == [True, False]
    assert total() == 1
    assert differences() == []


# What each alternative would give


def test_the_alternatives_worked_out_by_hand(world: World) -> None:
    """Five matches: a placement, a pilot that grew out of it, a job that grew out of that; a project with a group of
    four, started; and one agreed before the programme counts. One more was undone.

    Each by agreement: 4. First of a chain only: 4 - 2 = 2. Each student: 4 - 1 + 4 = 7. First and each student: 2 - 1 +
    4 = 5. By the day it started: the placement, the pilot and the project, of which the pilot is no first one.
    """
    placement = world.register(
        match_type="company_placement", agreed_on=date(2020, 11, 1), more=More(starts_on=date(2020, 11, 2))
    ).match
    pilot = world.register(
        match_type="growth_pilot_job", agreed_on=date(2020, 12, 1),
        more=More(starts_on=date(2020, 12, 2), ends_on=date(2021, 1, 30), follows=placement.pk),
    ).match  # fmt: skip
    world.register(match_type="ordinary_job", more=More(follows=pilot.pk))
    world.register(
        match_type="student_project", agreed_on=date(2021, 1, 5), more=More(students=4, starts_on=date(2021, 1, 6))
    )
    world.register(match_type="internship", agreed_on=date(2020, 8, 1))
    undo_match(world.actor("hub"), world.register(match_type="wage_subsidy").match)
    figures = figures_of(world.programme, None)
    assert figures.counted == 4
    for (day, chain, group), number in {
        ("agreed", "each", "one"): 4,
        ("agreed", "first", "one"): 2,
        ("agreed", "each", "each"): 7,
        ("agreed", "first", "each"): 5,
        ("agreed", "undecided", "undecided"): 4,
        ("started", "each", "one"): 3,
        ("started", "first", "one"): 2,
        ("started", "each", "each"): 6,
        ("ended", "each", "one"): 1,
        ("ended", "first", "one"): 1,
    }.items():
        assert figures.matches(day, chain, group) == number, (day, chain, group)
    assert figures.counted == total()
    rule(world, date(2020, 12, 1), minimum_days=30)
    # 02.12.2020-30.01.2021 are 60 days; how long the others last is not stated.
    (in_force,) = CountingRule.objects.all()
    figures = figures_of(world.programme, in_force)
    assert figures.matches("agreed", "each", "one") == 1
    # Agreed since 01.12.2020: the pilot, the job and the project, all registered before.
    assert (figures.counted, figures.by_another) == (4, 3)


# The pages


def test_the_page_says_what_is_undecided_and_each_figure(world: World) -> None:
    world.register(match_type="student_project", more=More(students=4))
    set_rule(None, world.programme, valid_from=date(2020, 9, 1), chain="undecided", group="undecided", note="Kilden")
    address = reverse("matching:counting", args=["vvv"])
    page = world.client("kkr").get(address).content.decode()
    assert "Uafklaret:" in page
    assert "Hver studerende er et match" in page
    assert "tælles sådan, uafklaret" in page
    assert "Kilden" in page
    assert reverse("matching:counting_new", args=["vvv"]) not in page
    assert world.client("odense").get(address).status_code == 404


def test_a_steward_writes_a_version_and_locks_a_period(world: World) -> None:
    client = world.client("steward")
    address = reverse("matching:counting_new", args=["vvv"])
    typed = {
        "valid_from_day": "1", "valid_from_month": "1", "valid_from_year": "2021", "counts_on": "agreed",
        "chain": "first", "group": "one", "status": "decided", "decided_by": "Styregruppen, sag 12", "token": "t1",
    }  # fmt: skip
    answer = client.post(address, typed)
    assert answer.status_code == 400
    assert "Skriv dagen for beslutningen." in answer.content.decode()
    typed |= {"decided_on_day": "15", "decided_on_month": "1", "decided_on_year": "2021"}
    for _twice in range(2):
        assert client.post(address, typed).status_code == 302
    written = CountingRule.objects.get()
    assert (written.chain, written.decided_on, written.organisation) == ("first", date(2021, 1, 15), world["KKR"])
    lock = {"until_day": "31", "until_month": "12", "until_year": "2020", "reason": "Status til KKR", "token": "t2"}
    assert client.post(reverse("matching:counting_lock", args=["vvv"]), lock).status_code == 302
    page = client.get(reverse("matching:counting", args=["vvv"])).content.decode()
    assert "Styregruppen, sag 12, 15.01.2021" in page
    assert "Status til KKR" in page
