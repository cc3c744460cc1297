"""Nobody is left waiting: reminders after 9 and after 21 days, each once; what failed, and who sees that it is late."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from matching.answering import answer, answer_company, pass_on, take_on
from matching.models import Referral, ReferralReminder
from matching.referral_waiting import late_in_programmes, late_of_ours, to_answer, to_tell
from matching.referrals import NewReferral, withdraw
from matching.reminders import referral_reminders, remind
from portal.identity import my_day, waiting
from portal.identity.actor import actor_for
from portal.identity.members.tasks import hand_over, open_tasks
from portal.identity.models import Membership, User
from portal.identity.roles import Role
from tests.matching.conftest import TODAY, World
from tests.matching.referral_world import lead, offer, outside, refer
from tests.memberships import member

ASKED = date(2021, 1, 31)
EIGHT, NINE, TWENTY_ONE, TWENTY_TWO = date(2021, 2, 8), date(2021, 2, 9), date(2021, 2, 21), date(2021, 2, 22)


def on(day: date) -> Any:
    return time_machine.travel(f"{day}T08:00:00+00:00", tick=False)


def run(day: date) -> dict[str, int]:
    with on(day):
        return remind(timezone.localdate())


def sent() -> list[tuple[int, bool]]:
    rows = ReferralReminder.objects.order_by("referral_id", "after_days")
    return [(row.after_days, row.sent_at is not None) for row in rows]


def test_after_nine_and_after_twenty_one_days_and_never_twice(world: World) -> None:
    """Asked on 31.01.2021: the ninth day after is 09.02., the twenty-first 21.02."""
    refer(world, asked_on=ASKED)
    assert run(EIGHT)["sent"] == 0
    assert run(NINE)["sent"] == 1
    assert [message.to for message in mail.outbox] == [["AAU@test.example"]]
    assert run(NINE)["sent"] == run(date(2021, 2, 20))["sent"] == 0
    assert run(TWENTY_ONE)["sent"] == 1
    assert run(TWENTY_ONE)["sent"] == run(date(2021, 5, 1))["sent"] == 0
    assert (len(mail.outbox), sent()) == (2, [(9, True), (21, True)])


def test_the_mail_says_what_it_must_and_no_company(world: World) -> None:
    row = refer(world, asked_on=ASKED)
    run(NINE)
    message = mail.outbox[0]
    assert message.subject == "En henvisning har ventet på svar i 9 dage"
    assert f"Henvisning nr. {row.pk} fra Jobcenter Rebild" in message.body
    assert "21.02.2021" in message.body
    assert f"https://localhost/henvisninger/{row.pk}/" in message.body
    page = world.client("AAU").get(f"/henvisninger/{row.pk}/").content.decode()
    assert f"Henvisning nr. {row.pk}. Fra Jobcenter Rebild" in page, "the number that the mail says"
    assert "Limfjord" not in message.body + message.subject


def test_to_the_services_contact_where_it_is_named(world: World) -> None:
    refer(world, asked_on=ASKED, service=offer(world))
    run(NINE)
    assert [message.to for message in mail.outbox] == [["stine@aau.example"]]


def test_one_sent_outside_reminds_the_sender_who_asks(world: World) -> None:
    refer(world, asked_on=ASKED, to_external=outside("Eksportrådet"))
    run(NINE)
    assert [message.to for message in mail.outbox] == [["rebild@test.example"]]


def colleague(world: World, organisation: str, name: str) -> User:
    user: User = User.objects.create(email=f"{name}@test.example", name=name)
    member(user, world[organisation], Role.EDUCATION_PARTNER)
    return user


def test_who_took_it_on_is_reminded_not_everybody(world: World) -> None:
    """While they are there; else the service's contacts are, as before."""
    anna = colleague(world, "AAU", "anna")
    row = take_on(actor_for(anna), refer(world, asked_on=ASKED, service=offer(world)))
    run(NINE)
    Membership.objects.filter(user=anna).update(valid_to=date(2021, 2, 10))
    run(TWENTY_ONE)
    assert [message.to for message in mail.outbox] == [["anna@test.example"], ["stine@aau.example"]]
    assert row.taken_on_by == anna


def test_who_sent_it_outside_is_reminded_not_their_colleagues(world: World) -> None:
    anna = colleague(world, "Jobcenter Rebild", "anna")
    refer(world, asked_on=ASKED, to_external=outside("Eksportrådet"))
    run(NINE)
    User.objects.filter(name="rebild").update(is_active=False)
    run(TWENTY_ONE)
    assert [message.to for message in mail.outbox] == [["rebild@test.example"], [anna.email]]


@pytest.mark.parametrize("what", ["answered", "withdrawn"])
def test_nobody_is_reminded_of_what_is_over(world: World, what: str) -> None:
    row = refer(world, asked_on=ASKED)
    if what == "answered":
        answer(world.actor("AAU"), row, "meeting", "", day=TODAY)
    else:
        withdraw(world.actor("rebild"), row, "Fejl")
    assert run(NINE) == run(TWENTY_ONE) == {"sent": 0, "failed": 0, "nobody": 0, "cut_off": 0}
    assert mail.outbox == []


def test_taken_on_is_not_answered(world: World) -> None:
    take_on(world.actor("AAU"), refer(world, asked_on=ASKED))
    assert run(NINE)["sent"] == 1


def test_one_noted_late_gets_the_newest_reminder_alone(world: World) -> None:
    """Asked 40 days ago: the second, and the first is not sent beside it or after it."""
    refer(world, asked_on=date(2020, 12, 22))
    assert run(TODAY)["sent"] == 1
    assert run(TODAY)["sent"] == run(NINE)["sent"] == 0
    assert sent() == [(21, True)]


def test_a_mail_that_fails_is_tried_again_and_alerts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    refer(world, asked_on=ASKED)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", _away)
        with on(NINE):
            outcome = referral_reminders(None)  # type: ignore[arg-type]
        assert (outcome.alert, outcome.result["failed"]) == (True, 1), "so it stands on the page of operations"
        assert (mail.outbox, sent()) == ([], [(9, False)])
    assert run(date(2021, 2, 10)) == {"sent": 1, "failed": 0, "nobody": 0, "cut_off": 0}
    assert (len(mail.outbox), sent()) == (1, [(9, True)])


def _away(self: Any, messages: Any) -> int:
    raise OSError("the mail server is away")


def test_one_that_was_cut_off_is_not_sent_again_but_looked_at(world: World) -> None:
    """The worker was killed between the claim and the answer of the mail server: the mail may have left."""
    row = refer(world, asked_on=ASKED)
    with on(NINE):
        ReferralReminder.objects.create(referral=row, after_days=9, claimed_at=timezone.now())
    assert run(date(2021, 2, 10)) == {"sent": 0, "failed": 0, "nobody": 0, "cut_off": 1}
    assert mail.outbox == []
    assert run(TWENTY_ONE) == run(TWENTY_TWO) | {"sent": 1} == {"sent": 1, "failed": 0, "nobody": 0, "cut_off": 0}


def test_one_that_was_cut_off_alerts_no_more_when_it_is_answered(world: World) -> None:
    row = refer(world, asked_on=ASKED)
    with on(NINE):
        ReferralReminder.objects.create(referral=row, after_days=9, claimed_at=timezone.now())
    with on(date(2021, 2, 10)):
        assert referral_reminders(None).alert  # type: ignore[arg-type]
        answer(world.actor("AAU"), row, "meeting", "", day=TODAY)
        assert not referral_reminders(None).alert  # type: ignore[arg-type]


def test_nobody_to_send_it_to_alerts(world: World) -> None:
    refer(world, asked_on=ASKED)
    User.objects.filter(name="AAU").update(is_active=False)
    with on(NINE):
        assert referral_reminders(None).alert  # type: ignore[arg-type]


def test_on_the_day_it_is_late_the_sender_and_the_lead_see_it(world: World) -> None:
    """Asked on 31.01., due on 21.02.: late on 22.02."""
    row, leader = refer(world, asked_on=ASKED), lead(world)
    for day, late in ((TWENTY_ONE, []), (TWENTY_TWO, [row])):
        with on(day):
            assert list(late_of_ours(world.actor("rebild"))) == late
            assert list(late_in_programmes(actor_for(leader.user))) == late
            assert list(late_of_ours(world.actor("AAU"))) == []
            assert list(late_in_programmes(world.actor("rebild"))) == []
    inside = refer(world, "jobcentre", to_organisation=world["BusinessAalborg"], asked_on=ASKED)
    with on(TWENTY_TWO):
        assert inside not in late_in_programmes(actor_for(leader.user))
        assert list(late_of_ours(world.actor("jobcentre"))) == [inside]


def lines(actor: Any) -> dict[str, list[waiting.Waiting]]:
    found = {section.source.key: list(section.lines) for section in my_day.waiting_for(actor)}
    name = "matching.referrals_"
    return {key.removeprefix(name): rows for key, rows in found.items() if key.startswith(name)}


def test_what_waits_on_whom(world: World) -> None:
    row = refer(world, asked_on=date(2021, 1, 20))
    (line,) = lines(world.actor("AAU"))["to_answer"]
    assert (line.since, line.due, line.url) == (date(2021, 1, 20), date(2021, 2, 10), f"/henvisninger/{row.pk}/svar/")
    assert "Limfjord Køleteknik A/S" in line.title
    assert lines(world.actor("rebild")) == lines(world.actor("municipality")) == {}
    answer(world.actor("AAU"), row, "meeting", "", day=TODAY)
    (line,) = lines(world.actor("rebild"))["to_tell"]
    assert line.url == f"/henvisninger/{row.pk}/virksomheden/"
    assert lines(world.actor("AAU")) == {}
    assert (list(to_answer(world.actor("AAU"))), list(to_tell(world.actor("rebild")))) == ([], [row])


def test_the_lead_is_told_who_and_since_when_but_not_which_company(world: World) -> None:
    refer(world, asked_on=ASKED)
    leader = lead(world)
    with on(TWENTY_TWO):
        (line,) = lines(actor_for(leader.user))["led"]
    assert "Aalborg Universitet (AAU)" in line.title
    assert "Limfjord" not in line.title + line.detail


def test_passing_it_on_does_not_start_the_clock_anew(world: World) -> None:
    """The company asked on 11.01.; twenty-one days later is 01.02., so it is late on 02.02., passed on or not."""
    row, leader = refer(world, asked_on=date(2021, 1, 11)), lead(world)
    said = NewReferral(
        programme=world.programme, company=row.company, kind="students", asked="Bedre hos UCN", asked_on=TODAY,
        to_organisation=world["UCN"],
    )  # fmt: skip
    new = pass_on(world.actor("AAU"), row, said)
    for day, late in ((date(2021, 2, 1), []), (date(2021, 2, 2), [new])):
        with on(day):
            assert list(late_in_programmes(actor_for(leader.user))) == late
    with on(date(2021, 2, 2)):
        (line,) = lines(actor_for(leader.user))["led"]
        assert (line.since, line.due) == (date(2021, 1, 11), date(2021, 2, 1))


def test_the_lead_hears_of_a_company_that_nobody_has_told(world: World) -> None:
    """The sender has its answer, and forgets the company."""
    row, leader = refer(world, asked_on=ASKED), lead(world)
    answer(world.actor("AAU"), row, "meeting", "", day=TODAY)
    with on(TWENTY_ONE):
        assert lines(actor_for(leader.user)) == {}
    with on(TWENTY_TWO):
        (line,) = lines(actor_for(leader.user))["led"]
        assert "Afsenderen har fået svar, virksomheden ikke" in line.detail
        answer_company(world.actor("rebild"), row, TWENTY_TWO)
        assert lines(actor_for(leader.user)) == {}


def test_what_somebody_has_taken_on_is_handed_over(world: World) -> None:
    row = take_on(world.actor("AAU"), refer(world))
    colleague = User.objects.create(email="anna@test.example", name="Anna")
    to = member(colleague, world["AAU"], Role.EDUCATION_PARTNER)
    leaving = Membership.objects.get(user=world.actors["AAU"].user)
    (task,) = [task for task in open_tasks(leaving) if task.source.key == "matching.referrals"]
    assert (task.number, task.since) == (1, TODAY)
    assert hand_over(leaving, to, colleague) == 1
    row.refresh_from_db()
    assert (row.taken_on_by, row.steps.latest("pk").kind) == (colleague, "handed_over")
    assert Referral.objects.filter(taken_on_by=leaving.user).count() == 0
