"""Courses of guidance: what is registered, counted, corrected and undone."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q

from matching.guidance import steps
from matching.guidance.courses import correct_course, may_change, register_course, undo_course
from matching.guidance.entries import entry_of
from matching.guidance.steps import Referral
from matching.merging import merge, undo_merge
from matching.models import ContactPerson, GuidanceCourse, PrivateReferral
from portal import ledger
from portal.drafts.versions import Changed
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import Fact
from tests.matching.conftest import TODAY, World
from tests.matching.guidance import entry, guided, team, warned


def facts(measure: str = "guidance_course") -> list[tuple[object, ...]]:
    rows = Fact.objects.filter(measure=measure).order_by("place")
    said = ("occurred_on", "municipality_id", "category", "subcategory", "dims", "quantity")
    return [tuple(getattr(row, name) for name in said) for row in rows]


def companies(where: Q | None = None) -> int:
    found = ledger.distinct_subjects("guidance_course", ledger.AsOf.at(), (), where)
    return sum(row["subjects"] for row in found)


def kinds(course: GuidanceCourse) -> list[str]:
    return [row.kind for row in course.transitions.order_by("pk")]


def test_a_course_counts_in_the_month_it_began(world: World) -> None:
    course = guided(world)
    assert facts() == [(date(2021, 1, 1), "0851", "growth_operation", "digital", {"returning": False}, 1)]
    assert (course.hub, course.adviser, course.stage) == (world["hub"], world.actors["hub"].user, "running")
    assert kinds(course) == ["started"]
    assert differences() == []


def test_of_short_courses_and_early_warning_a_fact_says_neither_place_nor_theme(world: World) -> None:
    team(world)
    warned(world)
    guided(world, type="short", company=world.companies["Kattegat Ærøkål ApS"].pk)
    alike = (date(2021, 1, 1), None, "short_early_warning", "", {"returning": False}, 1)
    assert facts() == [alike, alike], "the two cannot be told apart"
    assert differences() == []


def test_guided_before_is_decided_when_it_is_registered(world: World) -> None:
    first = guided(world, started_on=date(2021, 1, 20))
    second = guided(world, type="short", started_on=date(2021, 1, 5))
    assert (first.returning, second.returning) == (False, True), "by the order of registering"
    undo_course(world.actor("hub"), first)
    second.refresh_from_db()
    assert second.returning, "what was said stays"
    assert not guided(world, company=world.companies["Kattegat Ærøkål ApS"].pk).returning
    assert differences() == []


def test_guided_before_tells_of_no_course_that_became_early_warning(world: World) -> None:
    team(world)
    first, later = guided(world, type="short"), guided(world)
    assert later.returning
    before = entry(world, type="short")
    correct_course(world.actor("hub"), first, replace(before, type="early_warning"), "Alvorligere")
    later.refresh_from_db()
    assert not later.returning, "nobody else sees another course with the company"
    assert [row[4] for row in facts()][-1] == {"returning": False}
    assert differences() == []
    correct_course(world.actor("hub"), first, before, "Det var det ikke")
    later.refresh_from_db()
    assert later.returning, "everybody sees the first"
    assert differences() == []


def test_guided_before_is_said_anew_of_what_stood_then(world: World) -> None:
    """A course that was undone later still makes the next one a returning company's."""
    team(world)
    undone, hidden, later = guided(world), warned(world), guided(world, type="operation")
    undo_course(world.actor("hub"), undone)
    correct_course(world.actor("hub"), hidden, entry(world, type="short"), "Det var det ikke")
    correct_course(world.actor("hub"), hidden, entry(world, type="early_warning"), "Det var det alligevel")
    later.refresh_from_db()
    assert later.returning
    assert Fact.objects.filter(record__source_id=str(later.pk), measure="guidance_course").count() == 1, (
        "nothing was changed"
    )
    assert differences() == []


def test_unique_companies_are_counted_once_also_when_two_turn_out_to_be_one(world: World) -> None:
    one, other = world.companies["Limfjord Køleteknik A/S"], world.companies["Kattegat Ærøkål ApS"]
    guided(world), guided(world, type="short"), guided(world, company=other.pk)
    assert companies() == 2
    assert companies(Q(category="short_early_warning")) == 1
    row = merge(world.actor("steward"), one, other)
    assert companies() == 1
    assert set(one.guidance_courses.values_list("company", flat=True)) == {one.pk}
    assert one.guidance_courses.count() == 3
    undo_merge(world.actor("steward"), row)
    assert (companies(), other.guidance_courses.count()) == (2, 1)
    assert differences() == []


def test_what_is_wrong_is_said_at_its_field(world: World) -> None:
    other = ContactPerson.objects.create(company=world.companies["Kattegat Ærøkål ApS"], name="Kaj Kål")
    wrong = entry(
        world, type="early_warning", main_theme="", other_themes=("cake",), started_on=date(2021, 2, 1),
        municipality="9999", production_unit=77, adviser=world.actors["AAU"].user.pk, contact=other.pk,
        ended_on=date(2021, 2, 2), next_step_on=date(2021, 2, 3), note="x" * 4001,
    )  # fmt: skip
    with pytest.raises(ValidationError) as caught:
        register_course(world.actor("hub"), wrong)
    assert set(caught.value.message_dict) == {
        "type", "main_theme", "other_themes", "started_on", "municipality", "production_unit", "adviser", "contact",
        "ended_on", "next_step_on", "note",
    }  # fmt: skip
    with pytest.raises(ValidationError) as caught:
        register_course(world.actor("hub"), entry(world, company=None, started_on=None))
    assert set(caught.value.message_dict) == {"company", "started_on"}
    assert not GuidanceCourse.objects.exists()


@pytest.mark.parametrize("name", ["AAU", "office", "steward", "kkr", "municipality"])
def test_only_advisers_of_the_erhvervshus_register(world: World, name: str) -> None:
    with pytest.raises(Refused):
        guided(world, by=name)


def test_a_new_contact_person_is_the_companys_and_nobody_twice(world: World) -> None:
    first = guided(world, contact_name="  Mette   Maskinfabrik ")
    again = guided(world, contact_name="Mette Maskinfabrik")
    assert first.contact is not None
    assert (first.contact.name, first.contact.company) == ("Mette Maskinfabrik", first.company)
    assert again.contact == first.contact
    with pytest.raises(ValidationError) as caught:
        guided(world, contact=first.contact.pk, contact_name="En anden")
    assert list(caught.value.message_dict) == ["contact_name"]


def test_a_correction_reverses_and_counts_anew(world: World) -> None:
    course = guided(world)
    steps.refer(world.actor("hub"), course, Referral("Revision Nord"), date(2021, 1, 10))
    other = world.companies["Kattegat Ærøkål ApS"]
    with pytest.raises(ValidationError) as caught:
        correct_course(world.actor("hub2"), course, entry(world, company=other.pk), " ")
    assert list(caught.value.message_dict) == ["reason"]
    course = correct_course(
        world.actor("hub2"), course, entry(world, company=other.pk, municipality="0840"), "Forkert virksomhed"
    )
    assert course.subject == ledger_key(other.pk)
    assert [(row[1], row[5]) for row in facts()] == [("0851", 1), ("0851", -1), ("0840", 1)]
    assert [(row[1], row[5]) for row in facts("guidance_referral")] == [("0851", 1), ("0851", -1), ("0840", 1)]
    assert kinds(course) == ["started", "referred", "corrected"]
    assert course.transitions.latest("pk").reason == "Forkert virksomhed"
    correct_course(world.actor("hub"), course, entry(world, company=other.pk, municipality="0840", note="Mere"), "Note")
    assert Fact.objects.filter(measure="guidance_course").count() == 3, "what does not count touches no fact"
    assert differences() == []


def ledger_key(company: int) -> object:
    with ledger.entry():
        return ledger.subject_for("company", company)


def test_who_was_first_is_asked(world: World) -> None:
    course = guided(world)
    correct_course(world.actor("hub2"), course, entry(world, note="Ny note"), "Note")
    with pytest.raises(Changed):
        correct_course(world.actor("hub"), course, entry(world), "Rettet", seen=course.updated_at.isoformat())


def test_it_is_undone_the_same_day_without_a_reason_by_who_registered_it(world: World) -> None:
    course = guided(world)
    steps.refer(world.actor("hub"), course, Referral("Revision Nord"), date(2021, 1, 10))
    with pytest.raises(ValidationError) as caught:
        undo_course(world.actor("hub2"), course)
    assert list(caught.value.message_dict) == ["reason"]
    undo_course(world.actor("hub"), course, "Forkert")
    course.refresh_from_db()
    assert undo_course(world.actor("hub"), course).withdrawn_reason == "Forkert"
    assert sum(row[5] for row in facts()) == 0  # type: ignore[misc]
    assert sum(row[5] for row in facts("guidance_referral")) == 0  # type: ignore[misc]
    assert kinds(course) == ["started", "referred", "withdrawn"]
    assert not may_change(world.actor("hub"), course)
    assert differences() == []


def test_later_it_is_undone_with_a_reason_also_by_a_colleague(world: World, frozen: object) -> None:
    course = guided(world)
    steps.refer(world.actor("hub"), course, Referral("Revision Nord"), date(2021, 1, 10))
    frozen.move_to(date(2021, 3, 1))  # type: ignore[attr-defined]
    for name, reason in (("hub", " "), ("hub2", "x" * 301)):
        with pytest.raises(ValidationError) as caught:
            undo_course(world.actor(name), course, reason)
        assert list(caught.value.message_dict) == ["reason"]
    with pytest.raises(Refused):
        undo_course(world.actor("AAU"), course, "Ikke vores")
    undo_course(world.actor("hub2"), course, " Registreret to gange ")
    course.refresh_from_db()
    assert (course.withdrawn_by, course.withdrawn_reason) == (world.actors["hub2"].user, "Registreret to gange")
    assert [row[5] for row in facts()] == [1, -1]
    assert [row[5] for row in facts("guidance_referral")] == [1, -1]
    assert companies() == 0
    assert differences() == []
    page = world.client("hub2").get(f"/vejledning/{guided(world).pk}/fortryd/")
    assert page.status_code == 200


def test_it_ends_and_the_company_is_led_on(world: World) -> None:
    course = guided(world, next_step_on=date(2021, 2, 5))
    with pytest.raises(ValidationError) as caught:
        steps.end_course(world.actor("hub"), course, date(2021, 1, 1), referrals=[Referral(" ")])
    assert set(caught.value.message_dict) == {"day", "firm"}
    course = steps.end_course(
        world.actor("hub"), course, TODAY, referrals=[Referral("Revision Nord"), Referral("Salg A/S", "sales")]
    )
    assert (course.stage, course.ended_on, course.next_step_on) == ("ended", TODAY, None)
    assert kinds(course) == ["started", "ended", "referred", "referred"]
    assert [row[3] for row in facts("guidance_referral")] == ["digital", "sales"], "without an area the main theme"
    with pytest.raises(Refused):
        steps.end_course(world.actor("hub"), course, TODAY)
    row = PrivateReferral.objects.get(firm="Salg A/S")
    steps.take_back_referral(world.actor("hub2"), row, "Virksomheden sagde nej")
    steps.take_back_referral(world.actor("hub2"), row, "Igen")
    assert sum(row[5] for row in facts("guidance_referral")) == 1  # type: ignore[misc]
    assert differences() == []


def test_a_company_is_invited_to_evaluate_once_and_after_the_end(world: World) -> None:
    course = guided(world)
    assert not steps.may_invite(world.actor("hub"), course)
    course = steps.end_course(world.actor("hub"), course, date(2021, 1, 20))
    with pytest.raises(ValidationError) as caught:
        steps.invite_to_evaluation(world.actor("hub"), course, date(2021, 1, 19), "gæt")
    assert set(caught.value.message_dict) == {"day", "by"}
    course = steps.invite_to_evaluation(world.actor("hub"), course, TODAY, "national")
    assert kinds(course)[-1] == "invited"
    with pytest.raises(Refused) as refused:
        steps.invite_to_evaluation(world.actor("hub2"), course, TODAY, "own")
    assert "31.01.2021" in str(refused.value)


def test_early_warning_is_not_evaluated_unless_it_was_decided(world: World, settings: object) -> None:
    team(world)
    course = warned(world, ended_on=date(2021, 1, 20))
    with pytest.raises(Refused):
        steps.invite_to_evaluation(world.actor("hub"), course, TODAY, "own")
    settings.EARLY_WARNING_EVALUATION = True  # type: ignore[attr-defined]
    assert steps.invite_to_evaluation(world.actor("hub"), course, TODAY, "own").evaluation_by == "own"


def test_what_counts_for_nothing_is_planned_without_a_reason(world: World) -> None:
    course = guided(world)
    hub2 = world.actors["hub2"].user
    with pytest.raises(ValidationError) as caught:
        steps.plan_step(world.actor("hub"), course, next_step_on=date(2021, 1, 30), adviser=hub2.pk)
    assert list(caught.value.message_dict) == ["next_step_on"]
    course = steps.plan_step(
        world.actor("hub"), course, next_step_on=date(2021, 2, 4), adviser=hub2.pk, contact_name="Mette", note="Ring"
    )
    assert (course.adviser, course.next_step_on, course.note) == (hub2, date(2021, 2, 4), "Ring")
    assert course.contact is not None
    assert kinds(course) == ["started", "planned"]
    assert len(facts()) == 1
    assert entry_of(course).contact == course.contact.pk


def test_the_same_course_is_not_registered_twice_unseen(world: World) -> None:
    """30 days on either side of 2 January; another type, company or erhvervshus is another course."""
    first = guided(world, started_on=date(2020, 12, 3), another_course=False)
    for day in (date(2020, 12, 3), date(2021, 1, 2), date(2020, 11, 3)):
        with pytest.raises(ValidationError) as caught:
            guided(world, by="hub2", started_on=day, another_course=False)
        assert list(caught.value.message_dict) == ["another_course"]
        assert "03.12.2020" in str(caught.value)
    kattegat = world.companies["Kattegat Ærøkål ApS"].pk
    for change in ({"started_on": date(2021, 1, 3)}, {"type": "operation"}, {"company": kattegat}):
        guided(world, by="hub2", **{"started_on": first.started_on, "another_course": False, **change})
    guided(world, by="hub2", started_on=first.started_on)
    undone = undo_course(world.actor("hub"), guided(world, type="short", another_course=False))
    assert guided(world, type="short", started_on=undone.started_on, another_course=False).pk
    team(world)
    warned(world)
    assert guided(world, by="hub2", type="short", company=kattegat, another_course=False), "nobody is told of it"


def test_the_audit_names_what_was_changed_past_the_ledger(world: World) -> None:
    course = guided(world)
    row = steps.refer(world.actor("hub"), course, Referral("Revision Nord"), date(2021, 1, 10))
    for rows, pk, change in (
        (GuidanceCourse.objects.all(), course.pk, {"municipality_id": "0840"}),
        (GuidanceCourse.objects.all(), course.pk, {"main_theme": "sales"}),
        (GuidanceCourse.objects.all(), course.pk, {"type": "short"}),
        (GuidanceCourse.objects.all(), course.pk, {"returning": True}),
        (GuidanceCourse.objects.all(), course.pk, {"started_on": date(2020, 12, 31)}),
        (GuidanceCourse.objects.all(), course.pk, {"hub_id": world["KKR"].pk}),
        (PrivateReferral.objects.all(), row.pk, {"area": "sales"}),
        (PrivateReferral.objects.all(), row.pk, {"referred_on": date(2020, 12, 31)}),
    ):
        kept = dict(rows.filter(pk=pk).values(*change).get())  # type: ignore[attr-defined]
        rows.filter(pk=pk).update(**change)  # type: ignore[attr-defined]
        found = differences()
        assert found, change
        assert str(pk) in str(found), change
        rows.filter(pk=pk).update(**kept)  # type: ignore[attr-defined]
    assert differences() == []


def test_another_type_of_the_same_published_group_is_no_other_fact(world: World) -> None:
    course = guided(world)
    correct_course(world.actor("hub"), course, entry(world, type="operation"), "Drift")
    assert len(facts()) == 1
    team(world)
    short = guided(world, type="short", company=world.companies["Kattegat Ærøkål ApS"].pk)
    correct_course(
        world.actor("hub"), short, entry(world, type="early_warning", company=short.company_id), "Alvorligere"
    )
    assert len(facts()) == 2, "nobody sees in the ledger that it became Early Warning"
    assert differences() == []


@pytest.mark.parametrize(
    "change",
    [
        {"type": "gættet"},
        {"main_theme": "kage"},
        {"other_themes": ["kage"]},
        {"stage": "ended"},
        {"stage": "ended", "ended_on": date(2021, 1, 1)},
        {"evaluation_invited_on": TODAY},
        {"evaluation_invited_on": TODAY, "evaluation_by": "own"},
        {"withdrawn_reason": "Uden"},
    ],
)
def test_the_database_holds_it(world: World, change: dict[str, object]) -> None:
    course = guided(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        GuidanceCourse.objects.filter(pk=course.pk).update(**change)
