"""Referrals: sent, taken on, answered, passed on, withdrawn; who sees them, and what the ledger counts."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matching.answering import (
    add_note,
    answer,
    answer_company,
    may_answer,
    may_answer_company,
    may_reopen,
    pass_on,
    reopen,
    take_on,
)
from matching.models import Company, ContactPerson, Referral, ReferralNote, ReferralStatus, ReferralStep
from matching.referrals import NewReferral, may_withdraw, send, withdraw
from portal.audit.models import Change
from portal.drafts.versions import Changed
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from portal.privacy import erasure, registry
from tests.matching.conftest import TODAY, World
from tests.matching.referral_world import lead, offer, outside, refer


def steps(row: Referral) -> list[str]:
    return [step.kind for step in row.steps.order_by("pk")]


def fields(caught: Any) -> list[str]:
    return sorted(caught.value.error_dict)


def test_one_is_sent_and_counted(world: World) -> None:
    row = refer(world)
    assert (row.status, row.due_on, row.receiver_kind) == (ReferralStatus.SENT, date(2021, 2, 21), "university")
    assert (row.registered_by, row.from_organisation) == (world["Jobcenter Rebild"], world["Jobcenter Rebild"])
    assert steps(row) == ["sent"]
    fact = Fact.objects.get()
    assert (fact.measure_id, fact.occurred_on, fact.quantity) == ("referral_sent", date(2021, 1, 1), 1)
    assert (fact.organisation_id, fact.municipality_id) == (world["Jobcenter Rebild"].pk, "0851")
    assert (fact.category, fact.subcategory, fact.subject) == ("students", "university", None)
    assert differences() == []


def test_to_a_private_adviser_is_counted_as_such_and_stays_so(world: World) -> None:
    """The kind is frozen: a party that is called something else later changes no fact."""
    party = outside()
    row = refer(world, to_external=party)
    party.kind = "other"
    party.save()
    assert Fact.objects.get().subcategory == "private_adviser"
    assert (row.receiver, differences()) == ("Privat rådgiver", [])


def test_a_change_past_the_ledger_is_named(world: World) -> None:
    row = refer(world)
    for change in ({"kind": "export"}, {"asked_on": date(2020, 12, 31), "first_asked_on": date(2020, 12, 31)},
                   {"receiver_kind": "cluster"}, {"status": "withdrawn"}, {"municipality_id": "0840"}):  # fmt: skip
        before = {name: getattr(row, name) for name in change}
        Referral.objects.filter(pk=row.pk).update(**change)
        assert str(row.pk) in str(differences()), change
        Referral.objects.filter(pk=row.pk).update(**before)
    assert differences() == []


def test_withdrawn_it_is_reversed(world: World) -> None:
    row = refer(world)
    with pytest.raises(ValidationError) as caught:
        withdraw(world.actor("rebild"), row, " ")
    assert fields(caught) == ["reason"]
    row = withdraw(world.actor("rebild"), row, "Virksomheden fandt selv en")
    assert (row.status, steps(row)) == ("withdrawn", ["sent", "withdrawn"])
    assert [fact.quantity for fact in Fact.objects.order_by("place")] == [1, -1]
    assert differences() == []
    assert not may_withdraw(world.actor("rebild"), row)
    assert not may_answer(world.actor("AAU"), row)


def test_only_who_registered_it_withdraws_it(world: World) -> None:
    row = refer(world)
    for actor in ("AAU", "hub", "office", "municipality"):
        with pytest.raises(Refused):
            withdraw(world.actor(actor), row, "Nej")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "alt"}, "kind"),
        ({"asked": "  "}, "asked"),
        ({"asked": "x" * 2001}, "asked"),
        ({"asked_on": None}, "asked_on"),
        ({"asked_on": date(2021, 2, 1)}, "asked_on"),
        ({"asked_on": date(2020, 12, 1)}, "asked_on"),
        ({"due_on": date(2021, 1, 30)}, "due_on"),
        ({"due_on": date(2021, 2, 22)}, "due_on"),
    ],
)
def test_what_is_refused_stands_at_its_field(world: World, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        refer(world, **changes)
    assert fields(caught) == [field]
    assert not Referral.objects.exists()


def test_whom_it_can_be_sent_to(world: World) -> None:
    for receiver in ({"to_organisation": world["Jobcenter Rebild"]}, {"to_organisation": world["Odense"]},
                     {"to_organisation": world["AAU"], "to_external": outside()}, {"to_organisation": None},
                     {"from_company": True, "to_organisation": world["AAU"]}):  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            refer(world, **receiver)
        assert fields(caught) == ["to"], receiver
    refer(world, service=offer(world))
    refer(world, "jobcentre", to_organisation=world["BusinessAalborg"])


def test_a_service_that_has_ended_takes_no_more(world: World) -> None:
    with pytest.raises(ValidationError):
        refer(world, service=offer(world, valid_to=date(2021, 1, 30)))


def test_the_contact_person_is_the_companys(world: World) -> None:
    there = ContactPerson.objects.create(company=world.companies["Limfjord Køleteknik A/S"], name="Lis")
    other = ContactPerson.objects.create(company=world.companies["Randers Reb A/S"], name="Bo")
    assert refer(world, contact_person=there).contact_person == there
    with pytest.raises(ValidationError) as caught:
        refer(world, contact_person=other)
    assert fields(caught) == ["contact_person"]


def test_from_asking_to_closing(world: World) -> None:
    """The answer to the sender and the answer to the company are two things."""
    row = refer(world, asked_on=date(2021, 1, 20))
    row = take_on(world.actor("AAU"), row)
    assert (row.status, row.taken_on_by) == ("taken_on", world.actors["AAU"].user)
    row = answer(world.actor("AAU"), row, "candidates", "Vi har præsenteret to.", day=date(2021, 1, 28))
    assert (row.status, row.answered_on, row.company_answered_on) == ("answered", date(2021, 1, 28), None)
    assert list(Referral.objects.company_waits()) == [row]
    assert not may_answer(world.actor("AAU"), row)
    row = answer_company(world.actor("rebild"), row, TODAY)
    assert (row.status, row.company_answered_on) == ("closed", TODAY)
    assert row.company_answered_by == world["Jobcenter Rebild"]
    assert steps(row) == ["sent", "taken_on", "answered", "company_answered", "closed"]
    assert not Referral.objects.company_waits().exists()
    assert not may_answer_company(world.actor("AAU"), row)


def test_both_at_once(world: World) -> None:
    row = answer(world.actor("AAU"), refer(world), "agreement", "", day=TODAY, company_told_on=TODAY)
    assert (row.status, steps(row)) == ("closed", ["sent", "answered", "company_answered", "closed"])


def test_no_match_says_what_else(world: World) -> None:
    row = refer(world)
    with pytest.raises(ValidationError) as caught:
        answer(world.actor("AAU"), row, "no_match", "Desværre.", day=TODAY)
    assert fields(caught) == ["alternatives"]
    row = answer(world.actor("AAU"), row, "no_match", "", day=TODAY, alternatives="UCN og jobbanken.")
    assert row.alternatives == "UCN og jobbanken."


@pytest.mark.parametrize("day", [None, date(2021, 2, 1), date(2021, 1, 30)])
def test_the_day_of_the_answer(world: World, day: date | None) -> None:
    with pytest.raises(ValidationError) as caught:
        answer(world.actor("AAU"), refer(world), "meeting", "", day=day)
    assert fields(caught) == ["day"]


def test_who_answers(world: World) -> None:
    row = refer(world)
    for actor in ("rebild", "hub", "UCN", "kkr", "municipality"):
        assert may_answer(world.actor(actor), row).reason, actor
        with pytest.raises(Refused):
            answer(world.actor(actor), row, "meeting", "", day=TODAY)
    external = refer(world, to_external=outside("Eksportrådet"), kind="export")
    assert may_answer(world.actor("rebild"), external), "who sent it outside asks and writes it down"
    assert not may_answer(world.actor("AAU"), external)


def test_a_company_that_asks_itself(world: World) -> None:
    """Its answer is the company's own, so it is closed by it; no partner has sent anything."""
    row = refer(world, "AAU", from_company=True)
    assert (row.to_organisation, row.sender) == (world["AAU"], "Limfjord Køleteknik A/S")
    assert not Fact.objects.exists()
    row = answer(world.actor("AAU"), row, "clarified", "", day=TODAY)
    assert (row.status, row.company_answered_on) == ("closed", TODAY)
    assert differences() == []


def test_somebody_outside_sends_one(world: World) -> None:
    row = refer(world, "hub", from_external=outside("Innovationsfonden"), kind="innovation")
    assert (row.sender, row.to_organisation) == ("Innovationsfonden", world["hub"])
    assert not Fact.objects.exists()


def test_passed_on_the_company_has_waited_since_it_first_asked(world: World) -> None:
    row = refer(world, asked_on=date(2021, 1, 10))
    said = NewReferral(
        programme=world.programme, company=row.company, kind="students", asked="Bedre hos UCN", asked_on=TODAY,
        to_organisation=world["UCN"],
    )  # fmt: skip
    new = pass_on(world.actor("AAU"), row, said)
    row.refresh_from_db()
    assert (row.status, steps(row)) == ("passed_on", ["sent", "passed_on"])
    assert (new.follows, new.from_organisation, new.to_organisation) == (row, world["AAU"], world["UCN"])
    assert (new.asked_on, new.first_asked_on, new.age_on(TODAY)) == (TODAY, date(2021, 1, 10), 21)
    assert list(Referral.objects.company_waits()) == [new]
    assert Fact.objects.count() == 2
    assert differences() == []
    with pytest.raises(Refused):
        pass_on(world.actor("AAU"), row, said)
    assert Referral.objects.count() == 2


def pass_to(world: World, row: Referral, receiver: str, actor: str = "AAU", **changes: Any) -> Referral:
    said: dict[str, Any] = {
        "programme": world.programme, "company": row.company, "kind": "students", "asked": "Bedre der",
        "asked_on": TODAY, "to_organisation": world[receiver],
    }  # fmt: skip
    return pass_on(world.actor(actor), row, NewReferral(**(said | changes)))


@pytest.mark.parametrize("taken_on", [False, True])
def test_passed_on_by_mistake_it_comes_back_and_goes_where_it_should(world: World, taken_on: bool) -> None:
    """The company has waited since it first asked, at whoever passed it on; and is passed on anew."""
    row = refer(world, asked_on=date(2021, 1, 10))
    if taken_on:
        take_on(world.actor("AAU"), row)
    wrong = pass_to(world, row, "hub")
    withdraw(world.actor("AAU"), wrong, "Skulle til UCN")
    row.refresh_from_db()
    assert (row.status, row.waits) == ("taken_on" if taken_on else "sent", True)
    assert (row.steps.latest("pk").kind, row.steps.latest("pk").organisation) == ("returned", world["AAU"])
    assert list(Referral.objects.company_waits()) == [row]
    assert may_answer(world.actor("AAU"), row)
    right = pass_to(world, row, "UCN")
    row.refresh_from_db()
    assert (row.status, list(Referral.objects.company_waits())) == ("passed_on", [right])
    assert right.first_asked_on == date(2021, 1, 10)
    assert differences() == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=wrong.pk).update(status="sent")


def test_an_answer_that_was_wrong_is_taken_back(world: World) -> None:
    """By who gave it, with a reason; then it waits again, for the company too, and is answered anew."""
    row = answer(world.actor("AAU"), refer(world), "meeting", "Mødet var i går", day=TODAY, company_told_on=TODAY)
    assert row.status == "closed"
    for actor in ("rebild", "hub"):
        with pytest.raises(Refused):
            reopen(world.actor(actor), row, "Nej")
    with pytest.raises(ValidationError) as caught:
        reopen(world.actor("AAU"), row, " ")
    assert fields(caught) == ["reason"]
    row = reopen(world.actor("AAU"), row, "Det var en anden virksomhed")
    assert (row.status, row.answered_on, row.outcome, row.answer) == ("sent", None, "", "")
    assert (row.company_answered_on, list(Referral.objects.company_waits())) == (None, [row])
    step = row.steps.latest("pk")
    assert (step.kind, step.reason) == ("reopened", "Det var en anden virksomhed")
    assert answer(world.actor("AAU"), row, "clarified", "", day=TODAY).outcome == "clarified"
    assert differences() == []


def test_who_noted_that_the_company_was_told_takes_that_back_alone(world: World) -> None:
    row = answer(world.actor("AAU"), refer(world), "meeting", "Møde", day=TODAY)
    row = reopen(world.actor("rebild"), answer_company(world.actor("rebild"), row, TODAY), "Jeg ringede forkert")
    assert (row.status, row.outcome, row.company_answered_on) == ("answered", "meeting", None)
    assert not may_reopen(world.actor("rebild"), row)
    assert may_reopen(world.actor("AAU"), row)


def test_what_is_not_answered_here_is_not_taken_back(world: World) -> None:
    row = refer(world)
    assert not may_reopen(world.actor("AAU"), row)
    row = answer_company(world.actor("AAU"), row, TODAY)
    pass_to(world, row, "UCN")
    row.refresh_from_db()
    assert may_reopen(world.actor("AAU"), row).reason == may_answer(world.actor("AAU"), row).reason


def test_passing_on_locks_the_company_before_its_referral(world: World) -> None:
    """As merging does: two that lock in different orders wait for each other."""
    row = refer(world)
    with CaptureQueriesContext(connection) as asked:
        pass_to(world, row, "UCN")
    locks = [each["sql"] for each in asked.captured_queries if "FOR NO KEY UPDATE" in each["sql"]]
    tables = [sql.split(' FROM "')[1].split('"')[0] for sql in locks]
    assert tables.index("matching_company") < tables.index("matching_referral")


def test_it_is_not_passed_on_before_it_came(world: World) -> None:
    row = refer(world, asked_on=date(2021, 1, 20))
    with pytest.raises(ValidationError) as caught:
        pass_to(world, row, "UCN", asked_on=date(2021, 1, 19))
    assert fields(caught) == ["asked_on"]
    assert pass_to(world, row, "UCN", asked_on=date(2021, 1, 20)).follows == row


def test_two_at_once_do_not_overwrite_each_other(world: World) -> None:
    row = refer(world)
    seen = row.updated_at.isoformat()
    take_on(world.actor("AAU"), row, seen=seen)
    with pytest.raises(Changed):
        answer(world.actor("AAU"), row, "meeting", "", day=TODAY, seen=seen)


def test_who_sees_it(world: World) -> None:
    row = refer(world, "jobcentre")
    seen = {name for name in world.actors if Referral.objects.visible_to(world.actor(name)).filter(pk=row.pk).exists()}
    assert seen == {"jobcentre", "AAU", "municipality", "municipal adviser"}
    assert not Referral.objects.visible_to(lead(world)).exists()


def test_inside_a_municipality_it_is_the_municipalitys_own(world: World) -> None:
    """Local freedom of method: not counted, not seen by the programme's lead."""
    row = refer(world, "jobcentre", to_organisation=world["BusinessAalborg"])
    assert row.internal_to == world["Aalborg"]
    assert not Fact.objects.exists()
    assert not Referral.objects.led_by(lead(world)).exists()
    seen = {name for name in world.actors if Referral.objects.visible_to(world.actor(name)).exists()}
    assert seen == {"jobcentre", "office", "municipality", "municipal adviser"}
    assert differences() == []
    withdraw(world.actor("jobcentre"), row, "Fejl")
    assert not Fact.objects.exists()


def test_notes_never_reach_the_other_side(world: World) -> None:
    row = refer(world, "jobcentre")
    add_note(world.actor("jobcentre"), row, "Direktøren er svær at få fat i")
    add_note(world.actor("AAU"), row, "Spørg instituttet først")

    def texts(actor: str) -> list[str]:
        return [note.text for note in ReferralNote.objects.visible_to(world.actor(actor))]

    assert texts("jobcentre") == texts("municipality") == ["Direktøren er svær at få fat i"]
    assert texts("AAU") == ["Spørg instituttet først"]
    assert texts("office") == texts("hub") == []
    with pytest.raises(Refused):
        add_note(world.actor("hub"), row, "Nysgerrig")


@pytest.mark.parametrize("subject", ["contact_person", "company"])
def test_erased_the_reasons_of_its_steps_go_too(world: World, settings: Any, tmp_path: Any, subject: str) -> None:
    settings.ERASURE_FILE = str(tmp_path / "erasures.jsonl")
    person = ContactPerson.objects.create(company=world.companies["Limfjord Køleteknik A/S"], name="Jens Jensen")
    row = withdraw(world.actor("rebild"), refer(world, contact_person=person), "Jens Jensen er blevet syg")
    erased = person if subject == "contact_person" else row.company
    if subject == "company":
        Company.objects.filter(pk=row.company_id).update(cvr=None, municipality_id="0851")
    erasure.erase(registry.subjects()[subject], erased.pk)
    steps = ReferralStep.objects.filter(referral=row)
    assert [(step.kind, step.reason) for step in steps] == [("sent", ""), ("withdrawn", "")]
    told = Change.objects.filter(table="matching_referralstep", row__in=[str(step.pk) for step in steps])
    assert "Jens" not in str(list(told.values_list("old", "new")))


def test_the_database_holds_it_too(world: World) -> None:
    row = refer(world)
    for change in (
        {"from_company": True}, {"to_organisation": None}, {"status": "answered"}, {"status": "gone"},
        {"status": "closed", "answered_on": TODAY, "outcome": "meeting"}, {"due_on": date(2021, 1, 1)},
        {"company_answered_on": TODAY}, {"to_organisation": world["Jobcenter Rebild"]}, {"asked": " "},
        {"status": "answered", "answered_on": TODAY, "outcome": "no_match"}, {"kind": "andet"},
        {"first_asked_on": date(2021, 2, 1)},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralStep.objects.filter(referral=row).update(kind="lost")


def test_a_company_that_was_merged_is_referred_where_it_went(world: World) -> None:
    company = world.companies["Aalborg Køl I/S"]
    company.merged_into = world.companies["Limfjord Køleteknik A/S"]
    company.save()
    with pytest.raises(ValidationError) as caught:
        refer(world, company=company)
    assert fields(caught) == ["company"]


def test_it_is_a_day_in_copenhagen(world: World, frozen: time_machine.Traveller) -> None:
    frozen.move_to("2021-01-31T23:30:00+00:00")  # half past midnight of the first of February
    assert refer(world, asked_on=date(2021, 2, 1)).asked_on == date(2021, 2, 1)


def test_the_programme_runs_that_day(world: World) -> None:
    said = NewReferral(
        programme=world.other, company=world.companies["Randers Reb A/S"], kind="export", asked="Hjælp", asked_on=TODAY,
        to_organisation=world["AAU"],
    )  # fmt: skip
    with pytest.raises(ValidationError) as caught:
        send(world.actor("rebild"), said)
    assert "asked_on" in fields(caught)
