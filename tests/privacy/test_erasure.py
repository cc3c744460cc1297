"""Erasing a sole trader: nothing tells of them any more, and every count stands."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from matching import contacts, merging
from matching.companies import search
from matching.course import report as report_course
from matching.models import (
    Company,
    ContactPerson,
    GuidanceCourse,
    Match,
    MatchTransition,
    ProductionUnit,
    RegisterEntry,
)
from portal import ledger
from portal.audit.models import Change
from portal.drafts.models import FormDraft
from portal.identity.actor import Actor
from portal.identity.models import Membership, SignInEvent, User
from portal.identity.rights import Refused
from portal.ledger.audit import differences
from portal.ledger.models import ErasureLog, Fact, FactRecord, SubjectMap
from portal.privacy import cases, erasure, registry, words
from portal.privacy.models import PrivacyCase
from portal.privacy.replay import replay
from portal.tabular import uploads
from portal.tabular.models import UploadedContent, UploadedTable
from tests.matching.conftest import LIMFJORD, TODAY, World
from tests.matching.guidance import guided
from tests.privacy.conftest import officer_of
from tests.waits import waits

NAME = "Limfjord Køleteknik A/S"
COMPANY = "company"


def kind() -> registry.SubjectKind:
    return registry.subjects()[COMPANY]


@pytest.fixture
def company(world: World) -> Company:
    """With matches, of which one has had a course, a place of work, a contact and the register's words."""
    row = world.companies[NAME]
    first = world.register(agreed_on=date(2021, 1, 14), different_reason="En anden end Jens").match
    report_course(world.actor("hub"), first, "started", date(2021, 1, 20), remark="Jens begyndte")
    world.register("office", agreed_on=date(2020, 11, 5), match_type="internship")
    ProductionUnit.objects.create(company=row, number="1000000001", name="Jens' værksted")
    RegisterEntry.objects.create(company=row, attribute="name", value="Jens Køleteknik")
    ContactPerson.objects.create(company=row, name="Jens Jensen", phone="12345678")
    return row


def opened_case(officer: Actor, company: Company, asks: str = "erasure") -> PrivacyCase:
    return cases.open_case(officer, asks=asks, kind=kind(), pk=company.pk, received_on=TODAY)


def everything_said() -> str:
    """The whole database as text, without the ledger's own random keys."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        said = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            said.append(cursor.fetchone()[0])
    return "\n".join(said)


def facts() -> list[tuple[Any, ...]]:
    return list(Fact.objects.order_by("place").values_list())


def test_a_company_that_was_guided_at_a_place_of_work_goes_too(world: World, officer: Actor, company: Company) -> None:
    course = guided(world)
    GuidanceCourse.objects.filter(pk=course.pk).update(production_unit=ProductionUnit.objects.get(company=company))
    cases.erase(officer, opened_case(officer, company))
    course.refresh_from_db()
    assert course.production_unit is None
    assert not ProductionUnit.objects.filter(company=company).exists()
    assert differences() == []


def test_no_step_waits_with_a_company_that_is_gone(world: World, officer: Actor, company: Company) -> None:
    contact = contacts.register_contact(
        world.actor("office"), company, contacted_on=TODAY, kind="visit", themes=["sales"], text="Jens vil vokse",
        next_step="Ring til Jens", next_step_on=TODAY,
    )  # fmt: skip
    assert waits(world.actor("office"), "matching.contact_steps")
    cases.erase(officer, opened_case(officer, company))
    assert waits(world.actor("office"), "matching.contact_steps") == []
    contact.refresh_from_db()
    assert (contact.text, contact.next_step, contact.next_step_on) == ("", "", None)


def test_nothing_tells_of_the_company_and_every_count_stands(
    world: World, company: Company, officer: Actor, erasure_file: Path
) -> None:
    before, place = facts(), ledger.head()
    subject = Match.objects.filter(company=company).values_list("subject", flat=True).first()
    case = cases.erase(officer, opened_case(officer, company))
    said = everything_said()
    for word in (NAME, LIMFJORD, "Jens", "Nibevej", "12345678"):
        assert word not in said, word
    assert facts() == before
    assert ledger.head() == place
    assert differences() == []
    company.refresh_from_db()
    assert (company.name, company.cvr, company.municipality_id) == ("Slettet virksomhed", None, None)
    assert company.erased_at is not None
    # The matches stand, by the month, and keep the key that leads nowhere now.
    assert set(Match.objects.filter(company=company).values_list("agreed_on", "subject")) == {
        (date(2021, 1, 1), subject), (date(2020, 11, 1), subject)
    }  # fmt: skip
    assert not SubjectMap.objects.filter(subject=subject).exists()
    assert FactRecord.objects.count() == len(before)
    assert list(ErasureLog.objects.values_list("measure", "places", "subject")) == [("match_registered", [], subject)]
    assert (case.answered_on, case.done["matching.Match"]) == (TODAY, 2)
    assert PrivacyCase.objects.get().subject_name == ""


def test_the_trail_keeps_who_and_when(world: World, company: Company, officer: Actor) -> None:
    cases.erase(officer, opened_case(officer, company))
    of_match = Change.objects.filter(table="matching_match")
    assert of_match.filter(operation="insert").count() == 2
    assert not of_match.exclude(old=None, new=None).exists()


def test_the_file_has_random_keys_and_numbers_alone(
    world: World, company: Company, officer: Actor, erasure_file: Path
) -> None:
    key = Company.objects.values_list("key", flat=True).get(pk=company.pk)
    cases.erase(officer, opened_case(officer, company))
    (line,) = [json.loads(text) for text in erasure_file.read_text(encoding="utf-8").splitlines()]
    assert set(line) == {"v", "at", "kind", "key", "also", "log"}
    assert line["also"] == []
    assert (line["kind"], line["key"]) == (COMPANY, str(key))
    logged = ErasureLog.objects.get()
    assert line["log"] == [
        {"id": str(logged.pk), "measure": "match_registered", "places": [], "subject": str(logged.subject)}
    ]


@pytest.mark.parametrize("path", ["", "/findes/ikke/erasures.jsonl"])
def test_without_the_file_nothing_is_erased(
    world: World, company: Company, officer: Actor, settings: Any, path: str
) -> None:
    case = opened_case(officer, company)
    settings.ERASURE_FILE = path
    with pytest.raises(Refused, match="ERASURE_FILE"):
        cases.erase(officer, case)
    company.refresh_from_db()
    case.refresh_from_db()
    assert (company.name, case.answered_on) == (NAME, None)
    assert SubjectMap.objects.exists()
    assert not ErasureLog.objects.exists()


def test_half_a_line_of_one_who_was_cut_off_does_not_spoil_the_next(
    world: World, company: Company, officer: Actor, erasure_file: Path
) -> None:
    erasure_file.write_text('{"v": 1, "kind": "comp', encoding="utf-8")
    cases.erase(officer, opened_case(officer, company))
    assert len(erasure_file.read_text(encoding="utf-8").splitlines()) == 2
    done = replay(erasure_file)
    assert (done.erased, done.not_there, done.unknown) == (0, 1, 0)


def test_a_merged_company_goes_with_the_one_it_was_merged_into(world: World, company: Company, officer: Actor) -> None:
    other = world.companies["Randers Reb A/S"]
    world.register("office", company=other, municipality="0851", match_type="student_project")
    merging.merge(world.actor("steward"), company, other)
    assert "Slet den i stedet" in erasure.in_the_way(kind(), other.pk)
    cases.erase(officer, opened_case(officer, company))
    said = everything_said()
    assert "Randers Reb" not in said
    assert NAME not in said
    assert not SubjectMap.objects.exists()
    assert differences() == []
    row = company.merges.get()
    with pytest.raises(Refused, match="Virksomheden er slettet"):
        merging.undo_merge(world.actor("steward"), row)


def test_who_went_along_goes_again_where_they_stand_for_themselves(
    world: World, company: Company, officer: Actor, erasure_file: Path
) -> None:
    """The backup is from before the two were merged; a case about the one names nobody any more either."""
    other = world.companies["Randers Reb A/S"]
    world.register("office", company=other, municipality="0851", match_type="student_project")
    theirs = opened_case(officer, other, "access")
    backup = transaction.savepoint()
    merging.merge(world.actor("steward"), company, other)
    cases.erase(officer, opened_case(officer, company))
    theirs.refresh_from_db()
    assert theirs.subject_name == ""
    transaction.savepoint_rollback(backup)
    theirs.refresh_from_db()
    assert theirs.subject_name == "Randers Reb A/S"
    assert (replay(erasure_file).erased, replay(erasure_file).not_there) == (1, 1)
    said = everything_said()
    assert "Randers Reb" not in said
    assert NAME not in said
    assert not SubjectMap.objects.exists()
    assert differences() == []


def test_an_erased_company_is_not_found_and_not_erased_twice(world: World, company: Company, officer: Actor) -> None:
    second = opened_case(officer, company, "access")
    cases.erase(officer, opened_case(officer, company))
    assert [found for found in search("Slettet") if found.pk == company.pk] == []
    assert cases.one(officer, kind(), company.pk) is None
    with pytest.raises(Refused, match="allerede"):
        cases.erase(officer, second)


def test_a_draft_in_which_the_company_is_typed_goes(world: World, company: Company, officer: Actor) -> None:
    actor = world.actor("hub")
    for form, text in (("/a/", f"besøg hos {NAME}"), ("/b/", "noget andet")):
        FormDraft.objects.create(
            user=actor.user, membership=actor.membership, form=form, title="Kladde", fields={"text": [text]}
        )
    cases.erase(officer, opened_case(officer, company))
    assert list(FormDraft.objects.values_list("form", flat=True)) == ["/b/"]


def test_files_that_wait_to_be_imported_and_name_the_company_go(world: World, company: Company, officer: Actor) -> None:
    """A row of them would bring it back under its name and number, for as long as the file waits."""
    actor = world.actor("hub")

    def kept(cell: str, name: str, *, aside: bool = False) -> UploadedTable:
        return uploads.keep(actor, "matches", f"Virksomhed;Dato\n{cell};2021-01-30\n".encode(), name, aside=aside)

    kept("DK 99 00 00 31", "nummer.csv")
    kept("limfjord  køleteknik A/S", "navn.csv")
    kept(LIMFJORD, "lang.csv", aside=True)
    kept(f"cvr: {LIMFJORD[:4]} {LIMFJORD[4:]}, besøgt", "i en sætning.csv")
    other = kept("Randers Reb A/S", "en anden.csv")
    longer = kept("Nylimfjord Køleteknik A/Sport", "et længere navn.csv")
    UploadedTable.objects.filter(name="navn.csv").update(rows_imported=1)
    said = {each.table: each.number for each in erasure.preview(kind(), company.pk)}
    assert said[words.table_name(next(h for h in registry.holdings(COMPANY) if h.model is UploadedTable))] == 4
    cases.erase(officer, opened_case(officer, company))
    assert set(UploadedTable.objects.all()) == {other, longer}
    assert not UploadedContent.objects.exists()


def test_what_has_happened_with_a_match_may_only_be_made_to_say_less(world: World, company: Company) -> None:
    from django.db import DatabaseError, transaction

    row = MatchTransition.objects.exclude(reason="").latest("pk")
    for change in ({"reason": "Noget andet"}, {"day": date(2021, 1, 2)}, {"kind": "ended"}):
        with pytest.raises(DatabaseError, match="only be made to say less"), transaction.atomic():
            MatchTransition.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError, match="only be made to say less"), transaction.atomic():
        MatchTransition.objects.filter(pk=row.pk).delete()
    MatchTransition.objects.filter(pk=row.pk).update(reason="–", day=date(2021, 1, 1))


def test_only_the_data_protection_officer_erases(world: World, company: Company, officer: Actor) -> None:
    case = opened_case(officer, company)
    for name in ("hub", "steward", "municipality"):
        with pytest.raises(Refused, match="databeskyttelsesrådgiveren"):
            cases.erase(world.actor(name), case)


def test_another_areas_officer_finds_neither_company_nor_case(world: World, company: Company, officer: Actor) -> None:
    stranger = officer_of(world["Odense"], "odense")
    assert cases.one(stranger, kind(), company.pk) is None
    case = opened_case(officer, company)
    assert case in PrivacyCase.objects.visible_to(officer)
    assert case not in PrivacyCase.objects.visible_to(stranger)


def test_an_employee_is_erased_when_the_last_role_has_ended(world: World, officer: Actor, erasure_file: Path) -> None:
    user = User.objects.create_user("sofie.solgt@test.example", "Sofie Solgt", "et-langt-kodeord-4711")
    role = Membership.objects.create(
        user=user, organisation=world["AAU"], role="education_partner", valid_from=date(2019, 1, 1)
    )
    SignInEvent.objects.create(user=user, kind="signed_in", at="2021-01-01T10:00:00Z", device="Firefox")
    user_kind = registry.subjects()["user"]
    case = cases.open_case(
        officer_of(world["AAU"], "aau"), asks="erasure", kind=user_kind, pk=user.pk, received_on=TODAY
    )
    with pytest.raises(Refused, match="stadig en rolle"):
        cases.erase(officer, case)
    role.valid_to = date(2021, 1, 30)
    role.save()
    cases.erase(officer, case)
    said = everything_said()
    assert "Sofie" not in said
    assert "sofie.solgt" not in said
    user.refresh_from_db()
    assert (user.name, user.is_active, user.has_usable_password()) == ("Slettet bruger", False, False)
    assert not user.sign_in_events.exists()
    assert differences() == []
