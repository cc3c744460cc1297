"""What becomes of highly educated people's data: told of, stopped, due, and gone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from matching import people_waiting
from matching.consents import give_consent, withdraw_consent
from matching.match_people import add_person
from matching.models import Consent, MatchPerson, Person
from matching.people import anonymise_person, change_person, restrict_person
from matching.private.people import due, is_anonymised, look_up, restrict, waiting_files
from portal.audit.models import Change
from portal.identity.models import Membership
from portal.identity.tokens import issue
from portal.ledger.models import Fact
from portal.privacy import cases, registry
from portal.privacy import retention as nightly
from portal.privacy.models import PrivacyCase
from portal.tabular import uploads
from tests.matching.conftest import TODAY, World
from tests.matching.test_people import LIST, ida, officer, page, share
from tests.waits import waits

pytestmark = pytest.mark.django_db


def test_of_somebody_anonymised_nothing_leads_back(world: World) -> None:
    person = ida(world, external_key="S-1", language_note="tysk")
    share(world, person)
    match = world.register("AAU", created_by=world["AAU"].pk).match
    add_person(world.actor("AAU"), match, person)
    uploads.keep(world.actor("AAU"), "people", "Navn;Status\nIda Ærøskøbing;Ledig".encode(), "a.csv")
    assert waiting_files(person.pk).count() == 1
    facts, key = list(Fact.objects.values()), person.key
    kinds = registry.subjects()
    erase = kinds["person"].erase
    assert erase is not None
    erase(person.pk)
    erase(person.pk)  # repeated after a restore it comes to the same
    person.refresh_from_db()
    assert (person.key, person.owner, person.level, person.field_id, person.residence_id) == (
        key, world["AAU"], "H70", "39", "0851",
    )  # fmt: skip
    assert (person.completed_on, person.last_active_on) == (date(2020, 7, 1), date(2021, 1, 1))  # the quarter's first
    assert timezone.localdate(person.created_at) == date(2021, 1, 1)
    assert not MatchPerson.objects.exists()
    assert not Consent.objects.exists()
    match.refresh_from_db()
    assert match.counts
    assert list(Fact.objects.values()) == facts
    page(world, "AAU", f"{LIST}{person.pk}/", 404)
    told = list(Change.objects.filter(table__in=["matching_person", "matching_consent", "matching_matchperson"]))
    for sentinel in ("Ærøskøbing", "ida@test.example", "12 34 56 78", "cand.merc", "norsk handel", "Skriftligt"):
        assert all(sentinel not in f"{each.old}{each.new}" for each in told), sentinel
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM matching_person p WHERE p::text LIKE %s", [f"%{sentinel}%"])
            assert cursor.fetchone()[0] == 0, sentinel
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(anonymised_at=None)


def test_who_is_due(world: World) -> None:
    quiet, ended, fresh = ida(world), ida(world, name="Ud Løbet", basis="consent"), ida(world, name="Frisk Fyr")
    Person.objects.filter(pk=quiet.pk).update(last_active_on=date(2020, 1, 30))
    withdraw_consent(world.actor("AAU"), ended.consents.get())
    assert set(due(date(2020, 1, 31))) == {quiet}
    a_month_on = TODAY + timedelta(days=30 - 365)  # the day on which it has been said for thirty days, less a year
    assert set(due(a_month_on)) == {quiet, ended}
    give_consent(
        world.actor("AAU"), ended, purpose="find_match", basis="consent", given_on=TODAY, how="Fortrød", programme=None
    )
    assert set(due(a_month_on)) == {quiet}
    change_person(world.actor("AAU"), quiet, phone="")
    assert not due(date(2020, 1, 31)).exists()
    assert fresh.last_active_on == TODAY


def test_an_agreement_that_ends_soon_waits_until_another_follows(world: World) -> None:
    person = ida(world)
    share(world, person, expires_on=TODAY + timedelta(days=30))
    share(world, person, "share_contact", expires_on=TODAY + timedelta(days=31))
    [line] = waits(world.actor("AAU"), "matching.consents")
    assert (line.title, line.due, line.url) == (
        "Ida Ærøskøbing", TODAY + timedelta(days=30), f"{LIST}{person.pk}/",
    )  # fmt: skip
    assert waits(world.actor("UCN"), "matching.consents") == []
    assert people_waiting.asked(world.actor("steward")) is None
    share(world, person)
    assert people_waiting.ending(world.actor("AAU")).count() == 0


def test_a_key_that_may_not_read_people_is_told_nothing_of_them(world: World) -> None:
    share(world, ida(world), expires_on=TODAY + timedelta(days=30))
    membership = Membership.objects.get(user=world.actors["AAU"].user)
    told = {}
    for scopes in (["read"], ["read", "records:read"], ["read", "records:read", "people:read"]):
        bearer = {"Authorization": f"Bearer {issue(membership, name=str(scopes), scopes=scopes)}"}
        answer = world.client("AAU").get("/api/v1/my-day/", headers=bearer)
        told[len(scopes)] = "Ida" in answer.content.decode()
    assert told == {1: False, 2: False, 3: True}


def test_the_officer_finds_restricts_and_knows_who_is_gone(world: World) -> None:
    person = ida(world)
    officer(world, "AAU")
    for text in ("aeroeskoebing", "IDA@test.example", "12 34 56 78"):
        assert list(look_up(world.actor("dpo"), text)) == [person], text
        assert not look_up(world.actor("UCN"), text).exists()
    restrict(person.pk, True)
    person.refresh_from_db()
    assert person.restricted_why == "Personen har bedt om det."
    assert list(look_up(world.actor("dpo"), "ida")) == [person]
    restrict(person.pk, False)
    assert not is_anonymised(person.pk)
    anonymise_person(person)
    assert is_anonymised(person.pk)


def test_what_a_case_stopped_is_allowed_again_by_the_last_case_alone(world: World) -> None:
    """Not beside it by the organisation, and never where the organisation has a reason of its own."""
    person = ida(world)
    officer(world, "AAU")
    dpo = world.actor("dpo")

    def opened() -> PrivacyCase:
        return cases.open_case(
            dpo, asks="restriction", kind=registry.subjects()["person"], pk=person.pk, received_on=TODAY
        )

    first, second = opened(), opened()
    for case in (first, second):
        cases.restrict(dpo, case, stopped=True)
    with pytest.raises(ValidationError) as refused:
        restrict_person(world.actor("AAU"), person, restricted=False)
    assert "Databeskyttelsesrådgiveren har begrænset personen" in refused.value.message_dict["restricted"][0]
    cases.restrict(dpo, first, stopped=False)
    person.refresh_from_db()
    assert person.restricted
    cases.restrict(dpo, second, stopped=False)
    person.refresh_from_db()
    assert not person.restricted

    restrict_person(world.actor("AAU"), person, restricted=True, why="Uddannelsen er forkert")
    for stopped in (True, False):
        cases.restrict(dpo, first, stopped=stopped)
    person.refresh_from_db()
    assert (person.restricted, person.restricted_why) == (True, "Uddannelsen er forkert")
    restrict_person(world.actor("AAU"), person, restricted=False)
    person.refresh_from_db()
    assert not person.restricted


def test_what_is_held_is_declared(world: World) -> None:
    person = ida(world)
    share(world, person)
    held = {each.model._meta.label: each for each in registry.holdings("person")}
    assert {"matching.Person", "matching.Consent", "matching.MatchPerson"} <= set(held)
    for each in held.values():
        assert each.activity in {row.key for row in registry.activities()}
        columns = {field.name for field in each.model._meta.get_fields()}
        assert set(each.shows) <= columns
    assert held["matching.Consent"].rows(person.pk).count() == 2
    retention = held["matching.Person"].retention
    assert isinstance(retention, registry.Retention)
    assert retention.setting == "person"


def test_whose_agreements_have_ended_is_due_when_it_has_been_said_for_thirty_days(world: World) -> None:
    """An agreement that ends after the notice was written is in the next one."""

    def agreed(name: str, until: date) -> Person:
        return ida(world, name=name, basis="consent", given_on=TODAY - timedelta(days=9), expires_on=until)

    held = next(each for each in registry.holdings("person") if each.model is Person)
    person = agreed("Ud Løbet", TODAY - timedelta(days=1))
    assert [list(nightly.due(held, TODAY + timedelta(days=ahead))) for ahead in (0, 28, 29)] == [[], [], [person]]
    assert nightly.run(TODAY) == nightly.Night(warned=1)
    later = agreed("Løber Ud", TODAY + timedelta(days=20))
    assert nightly.run(TODAY + timedelta(days=30)).rows == 1
    later.refresh_from_db()
    person.refresh_from_db()
    assert (person.anonymised_at is not None, later.anonymised_at) == (True, None)
