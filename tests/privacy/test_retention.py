"""What is too old is said, waits, and goes; or is kept for a reason. Days: 5 years are 1,825; grace is 30."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from matching.guidance import steps
from matching.guidance.courses import correct_course, undo_course
from matching.guidance.entries import entry_of
from matching.models import Company, GuidanceCourse, GuidanceTransition
from portal.identity.actor import Actor
from portal.identity.models import Membership, User
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.privacy import cases, registry, retention
from portal.privacy.models import RetentionNotice
from tests.identity.helpers import signed_in
from tests.matching import guidance
from tests.matching.conftest import TODAY, World
from tests.privacy.conftest import officer_of
from tests.waits import waits

FIVE_YEARS = 5 * 365
WHAT = "matching.Company:company"


@pytest.fixture
def trader(world: World) -> Company:
    """Ceased so that its five years are over in ten days."""
    row = world.companies["Randers Reb A/S"]
    row.form_code, row.ceased_on = 10, TODAY + timedelta(days=10 - FIVE_YEARS)
    row.save()
    return row


def notice() -> RetentionNotice:
    found: RetentionNotice = RetentionNotice.objects.get(what=WHAT)
    return found


def night(days: int) -> retention.Night:
    return retention.run(TODAY + timedelta(days=days))


def test_what_somebody_has_asked_about_waits_whatever_its_age(world: World, trader: Company, officer: Actor) -> None:
    assert night(0) == retention.Night(warned=1)
    case = cases.open_case(officer, asks="access", kind=registry.subjects()["company"], pk=trader.pk, received_on=TODAY)
    assert night(30) == retention.Night(treated=1)
    trader.refresh_from_db()
    assert trader.erased_at is None
    cases.restrict(officer, case, stopped=True)
    cases.answer(officer, case, text="Fortalt, og brugen er stoppet.")
    assert list(retention.due(retention.timed()[WHAT], TODAY + timedelta(days=90))) == []
    cases.restrict(officer, case, stopped=False)
    assert list(retention.due(retention.timed()[WHAT], TODAY + timedelta(days=90))) == [trader]


def test_warned_waited_and_gone(world: World, trader: Company) -> None:
    assert night(0) == retention.Night(warned=1)
    said = notice()
    assert (said.number, said.warned_on, said.due_on) == (1, TODAY, TODAY + timedelta(days=30))
    assert night(0) == retention.Night()
    assert night(29) == retention.Night()
    trader.refresh_from_db()
    assert trader.erased_at is None
    assert night(30) == retention.Night(treated=1, rows=1)
    trader.refresh_from_db()
    assert (trader.name, trader.cvr) == ("Slettet virksomhed", None)
    said.refresh_from_db()
    assert said.erased_number == 1
    assert said.erased_at is not None
    assert night(31) == retention.Night()
    assert differences() == []


def test_whoever_has_been_active_since_stays(world: World, trader: Company) -> None:
    night(0)
    world.register("office", company=trader, municipality="0851")
    assert night(30).rows == 0
    trader.refresh_from_db()
    assert trader.erased_at is None


def test_nothing_is_said_of_what_is_young(world: World) -> None:
    row = world.companies["Randers Reb A/S"]
    row.form_code, row.ceased_on = 10, TODAY + timedelta(days=31 - FIVE_YEARS)
    row.save()
    assert night(0) == retention.Night()
    assert night(1).warned == 1


def test_kept_for_a_reason_until_a_day(world: World, trader: Company, officer: Actor) -> None:
    night(0)
    held = TODAY + timedelta(days=60)
    retention.postpone(officer, notice(), to=held, reason="En klage verserer")
    assert night(30) == retention.Night()
    assert night(59) == retention.Night()
    trader.refresh_from_db()
    assert trader.erased_at is None
    assert night(60).rows == 1
    with pytest.raises(Refused, match="allerede slettet"):
        retention.postpone(officer, notice(), to=held, reason="For sent")


@pytest.mark.parametrize(
    ("to", "reason", "field"),
    [(TODAY, "Klage", "to"), (date(2031, 1, 1), "Klage", "to"), (TODAY + timedelta(days=9), " ", "reason")],
)
def test_a_keeping_has_an_end_and_a_reason(
    world: World, trader: Company, officer: Actor, to: date, reason: str, field: str
) -> None:
    night(0)
    with pytest.raises(ValidationError) as refused:
        retention.postpone(officer, notice(), to=to, reason=reason)
    assert set(refused.value.message_dict) == {field}


def test_only_the_officer_keeps_longer(world: World, trader: Company) -> None:
    night(0)
    with pytest.raises(Refused, match="databeskyttelsesrådgiveren"):
        retention.postpone(world.actor("steward"), notice(), to=TODAY + timedelta(days=9), reason="Klage")


def test_the_officer_of_one_controller_does_not_keep_what_others_hold(world: World, trader: Company) -> None:
    """A notice is about the rows of all of them. He is told of it, and keeps what he has a case about."""
    night(0)
    theirs = officer_of(world["AAU"], "aau")
    with pytest.raises(Refused, match=world["hub"].name):
        retention.postpone(theirs, notice(), to=TODAY + timedelta(days=60), reason="En klage verserer")
    page = "/persondata/sletning/"
    client = signed_in(Client(), theirs.user)
    assert f"{page}{notice().pk}/behold/" not in client.get(page).content.decode()
    assert [row.due for row in waits(theirs, "privacy.retention")] == [TODAY + timedelta(days=30)]
    assert night(30).rows == 1


def test_what_stands_in_the_way_is_said(world: World, trader: Company, settings: Any) -> None:
    night(0)
    settings.ERASURE_FILE = ""
    done = night(30)
    assert (done.rows, done.stood) == (0, 1)
    first = RetentionNotice.objects.earliest("pk")
    assert "ERASURE_FILE" in first.problem
    trader.refresh_from_db()
    assert trader.erased_at is None
    # It is not forgotten: the same night it is said again.
    assert RetentionNotice.objects.get(erased_at=None).number == 1


def test_the_calendar_counts_now_and_ahead(world: World, trader: Company) -> None:
    found = {retention.what_of(each.held): each.numbers for each in retention.calendar(TODAY)}
    assert found[WHAT] == (0, 1, 1)
    assert {retention.what_of(each.held): each.numbers for each in retention.calendar(TODAY + timedelta(days=10))}[
        WHAT
    ] == (1, 1, 1)


def test_accounts_that_are_closed_go_too(world: World) -> None:
    user = User.objects.create_user("gl@test.example", "Gunnar Gammel")
    Membership.objects.create(
        user=user, organisation=world["AAU"], role="education_partner", valid_from=date(2012, 1, 1),
        valid_to=TODAY - timedelta(days=FIVE_YEARS),
    )  # fmt: skip
    assert night(0).warned == 1
    night(30)
    user.refresh_from_db()
    assert user.name == "Slettet bruger"


def test_the_page_tells_everybody_numbers_and_the_officer_what_to_do(
    world: World, trader: Company, officer: Actor
) -> None:
    night(0)
    page = "/persondata/sletning/"
    for client, keeps in ((world.client("hub"), False), (signed_in(Client(), officer.user), True)):
        text = client.get(page).content.decode()
        assert "Randers Reb" not in text
        assert (f"{page}{notice().pk}/behold/" in text) is keeps
    (line,) = waits(officer, "privacy.retention")
    assert (line.due, line.detail) == (TODAY + timedelta(days=30), "Virksomhed (en enkeltmandsvirksomhed er en person)")
    assert waits(world.actor("hub"), "privacy.retention") == []


def test_what_was_written_on_the_way_of_a_course_goes_with_its_note(world: World) -> None:
    """Five years after it ended, or was undone while it was running; of one that goes on nothing does."""
    over = guidance.guided(world, note="Ring til Mette")
    steps.end_course(world.actor("hub"), over, TODAY, remark="Mette var glad")
    undone = guidance.guided(world, note="Forkert Mette")
    undo_course(world.actor("hub"), undone, "Mette er en anden")
    running = guidance.guided(world, note="Ring igen")
    correct_course(world.actor("hub"), running, replace(entry_of(running), note="Ring snart"), "Mette bad om det")
    for day, numbers in ((FIVE_YEARS - 31, []), (FIVE_YEARS - 30, [2])):
        retention.run(TODAY + timedelta(days=day))
        for table in ("GuidanceCourse", "GuidanceTransition"):
            said = RetentionNotice.objects.filter(what=f"matching.{table}:company").values_list("number", flat=True)
            assert list(said) == numbers, (day, table)
    retention.run(TODAY + timedelta(days=FIVE_YEARS))
    written = GuidanceCourse.objects.order_by("pk").values_list("note", "withdrawn_reason")
    assert list(written) == [("", ""), ("", ""), ("Ring snart", "")]
    reasons = GuidanceTransition.objects.exclude(reason__in=("", "–")).values_list("course", "reason")
    assert list(reasons) == [(running.pk, "Mette bad om det")]
    assert differences() == []
