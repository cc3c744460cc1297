"""Highly educated people: what is registered, who sees whom, what they agree to, and that nobody is left of them."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from matching.consents import give_consent, withdraw_consent
from matching.match_people import add_person, candidates, may_link, people_of, remove_person
from matching.models import Consent, MatchPerson, Person
from matching.people import anonymise_person, change_person, restrict_person
from matching.people_recording import _people as recorded
from matching.people_register import register_person
from matching.people_words import read_month
from matching.private.people import due
from portal.audit.models import Opening
from portal.identity.actor import actor_for
from portal.identity.models import Membership, User
from portal.identity.rights import Refused
from portal.identity.roles import Role
from portal.identity.tokens import issue_token
from portal.ledger.models import Fact
from tests.matching.conftest import TODAY, World

pytestmark = pytest.mark.django_db
LIST = "/hoejtuddannede/"


def ida(world: World, who: str = "AAU", **said: Any) -> Person:
    known: dict[str, Any] = {
        "name": "Ida Ærøskøbing", "status": "unemployed", "level": "H70", "field": "39", "education": "cand.merc.",
        "institution": "Aalborg Universitet", "completed_on": date(2020, 8, 14), "competences": ["sales", "it"],
        "competence_words": "norsk handel", "email": "ida@test.example", "phone": "12 34 56 78",
        "residence": "0851", "reach": "named", "reach_places": ["0840"], "unemployed_since": date(2020, 9, 1),
        "basis": "relation", "how": "Tilmeldte sig karrierecentret",
    }  # fmt: skip
    return register_person(world.actor(who), **(known | said))


def share(world: World, person: Person, purpose: str = "share", who: str = "AAU", **said: Any) -> Consent:
    known: dict[str, Any] = {
        "purpose": purpose, "basis": "consent", "given_on": TODAY, "how": "Skriftligt", "programme": world.programme,
    }  # fmt: skip
    return give_consent(world.actor(who), person, **(known | said))


def page(world: World, who: str, address: str, status: int = 200) -> str:
    answer = world.client(who).get(address)
    assert answer.status_code == status, answer.content.decode()
    return b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else answer.content.decode()


def officer(world: World, organisation: str) -> None:
    """A data protection officer of the organisation, known by DPO."""
    user = User.objects.create(email=f"dpo-{organisation}@test.example", name="DPO")
    Membership.objects.create(
        user=user, organisation=world[organisation], role=Role.DATA_PROTECTION_OFFICER, valid_from=date(2019, 1, 1)
    )
    world.actors["dpo"] = actor_for(user)


# -------------------------------------------------------------------------------------------------- what is registered
def test_a_person_is_registered_with_the_basis_and_only_the_month(world: World) -> None:
    person = ida(world)
    assert (person.owner, person.completed_on, person.length, person.disced) == (
        world["AAU"], date(2020, 8, 1), "lvu", "H7039",
    )  # fmt: skip
    assert [(each.purpose, each.basis, each.given_on) for each in person.consents.all()] == [
        ("find_match", "relation", TODAY)
    ]
    assert person.unemployed_for(TODAY) == timedelta(days=152)  # September 30, October 31, November 30, December 31, 30


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Ida 010190-1234"}, "name"),
        ({"competence_words": "se 0101901234"}, "competence_words"),
        ({"external_key": "311299 4321"}, "external_key"),
        ({"how": "cpr 010190-1234"}, "how"),
        ({"level": "H30"}, "level"),
        ({"email": "ida"}, "email"),
        ({"field": "77"}, "field"),
        ({"competences": ["flying"]}, "competences"),
        ({"reach": "named", "reach_places": []}, "reach_places"),
        ({"unemployed_since": date(2021, 2, 1)}, "unemployed_since"),
        ({"basis": "curiosity"}, "basis"),
        ({"completed_on": date(1920, 1, 1)}, "completed_on"),
    ],
)
def test_what_is_refused_is_said_at_its_field(world: World, said: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ida(world, **said)
    assert field in caught.value.message_dict
    assert not Person.objects.exists()


@pytest.mark.parametrize("text", ["06.2025", "6/2025", "2025-06", "juni 2025", "14.06.2025", "jun. 2025"])
def test_a_month_as_people_write_it(text: str) -> None:
    assert read_month(text) == date(2025, 6, 1)


def test_the_line_of_highly_educated_is_the_installations(world: World, settings: Any) -> None:
    settings.HIGHLY_EDUCATED_FROM = "H50"
    with pytest.raises(ValidationError):
        ida(world, level="H40")
    assert ida(world, level="H50").length == "mvu"


def test_owner_key_and_agreements_never_change(world: World) -> None:
    person = ida(world)
    agreed = person.consents.get()
    for change in (
        lambda: Person.objects.filter(pk=person.pk).update(owner=world["UCN"]),
        lambda: Person.objects.filter(pk=person.pk).update(key=uuid4()),
        lambda: Consent.objects.filter(pk=agreed.pk).update(how="Mundtligt"),
        lambda: Consent.objects.filter(pk=agreed.pk).update(expires_on=date(2030, 1, 1)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    withdraw_consent(world.actor("AAU"), agreed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=agreed.pk).update(withdrawn_at=None, withdrawn_by=None)


def test_sharing_needs_the_persons_own_consent_and_a_programme_of_the_owner(world: World) -> None:
    person = ida(world)
    for said, field in (
        ({"basis": "relation"}, "basis"),
        ({"programme": None}, "programme"),
        ({"given_on": TODAY + timedelta(days=1)}, "given_on"),
        ({"expires_on": TODAY - timedelta(days=1)}, "expires_on"),
    ):
        with pytest.raises(ValidationError) as caught:
            share(world, person, **said)
        assert field in caught.value.message_dict
    with pytest.raises(Refused):
        share(world, person, who="UCN")


# ------------------------------------------------------------------------------------------------------ who sees whom
def test_a_person_is_the_own_organisations_alone_until_they_agree(world: World) -> None:
    person = ida(world)
    address = f"{LIST}{person.pk}/"
    assert "Ida Ærøskøbing" in page(world, "AAU", address)
    for other in ("UCN", "hub", "office", "jobcentre", "Magistrene"):
        page(world, other, address, 404)
        assert "Ærøskøbing" not in page(world, other, f"{LIST}?whose=shared")
    for refused in ("kkr", "steward", "municipality"):
        page(world, refused, LIST, 403)
        page(world, refused, address, 403)


def test_consent_shows_without_contact_and_withdrawal_hides_at_once(world: World) -> None:
    person, address = ida(world), f"{LIST}"
    agreed = share(world, person)
    text = page(world, "UCN", f"{address}{person.pk}/")
    assert "cand.merc." in text
    assert "uden e-mail og telefon" in text
    for kept in ("ida@test.example", "12 34 56 78", "01.09.2020", "Tilmeldte sig", f"{person.pk}/ret/"):
        assert kept not in text, kept
    listed = page(world, "UCN", f"{address}?whose=shared")
    assert "Ida Ærøskøbing" in listed
    assert "i din organisation" not in listed
    exported = page(world, "UCN", f"{address}?whose=shared&export=csv")
    assert "Ida Ærøskøbing" in exported
    assert "ida@test.example" not in exported
    assert "Ærøskøbing" not in page(world, "UCN", address)  # not among the own
    page(world, "odense", f"{address}{person.pk}/", 404)  # takes no part in the programme
    contact = share(world, person, "share_contact")
    assert "ida@test.example" in page(world, "UCN", f"{address}{person.pk}/")
    assert "ida@test.example" in page(world, "UCN", f"{address}?whose=shared&export=csv")
    withdraw_consent(world.actor("AAU"), contact)
    assert "ida@test.example" not in page(world, "UCN", f"{address}{person.pk}/")
    withdraw_consent(world.actor("AAU"), agreed)
    page(world, "UCN", f"{address}{person.pk}/", 404)
    assert "Ærøskøbing" not in page(world, "UCN", f"{address}?whose=shared")


def test_consent_that_has_ended_shows_nobody(world: World, frozen: Any) -> None:
    person = ida(world)
    share(world, person, expires_on=TODAY)
    page(world, "UCN", f"{LIST}{person.pk}/")
    frozen.move_to("2021-02-01T11:00:00+00:00")
    page(world, "UCN", f"{LIST}{person.pk}/", 404)


def test_a_restricted_person_is_in_no_list_and_shown_to_no_partner(world: World) -> None:
    person = ida(world)
    share(world, person)
    officer(world, "AAU")
    restrict_person(world.actor("dpo"), person, restricted=True, why="Bestrider sin status")
    for who, query in (("AAU", ""), ("AAU", "?text=ida"), ("UCN", "?whose=shared"), ("AAU", "?export=csv")):
        assert "Ærøskøbing" not in page(world, who, f"{LIST}{query}")
    page(world, "UCN", f"{LIST}{person.pk}/", 404)
    assert "Bestrider sin status" in page(world, "AAU", f"{LIST}{person.pk}/")
    assert "Ida Ærøskøbing" in page(world, "dpo", LIST)  # who must find them does
    with pytest.raises(Refused, match="begrænset"):
        change_person(world.actor("AAU"), person, name="Ida")
    assert candidates(world.actor("AAU"), world.register("AAU", created_by=world["AAU"].pk).match, "ida") == []
    assert not due(TODAY + timedelta(days=1)).exists()  # what is restricted is kept
    restrict_person(world.actor("AAU"), person, restricted=False)
    assert "Ærøskøbing" in page(world, "AAU", LIST)


def test_the_list_is_filtered_and_searched_as_people_type(world: World) -> None:
    ida(world)
    for found in ("text=aeroeskoebing", "text=ida+ÆRØ", "status=unemployed", "level=H70", "field=39", "competence=it",
                  "municipality=0851", "municipality=0840", "available=01.02.2021"):  # fmt: skip
        assert "Ida Ærøskøbing" in page(world, "AAU", f"{LIST}?{found}"), found
    for other in ("text=bo", "status=student", "level=H50", "field=59", "competence=law", "municipality=0101"):
        assert "Ida Ærøskøbing" not in page(world, "AAU", f"{LIST}?{other}"), other
    assert "1 person i din organisation" in page(world, "AAU", LIST)


def test_each_opening_is_noted_and_each_file(world: World) -> None:
    person = ida(world)
    for address in (LIST, f"{LIST}{person.pk}/"):
        page(world, "AAU", address)
        line = Opening.objects.latest("id")
        assert (line.kind, line.keys, line.organisation) == ("highly_educated", [str(person.pk)], world["AAU"])


def test_a_partner_may_not_be_told_of_changes_it_must_not_read(world: World) -> None:
    """The trail of a person is read by those who may open them."""
    person = ida(world)
    officer(world, "UCN")
    assert person in recorded(world.actor("AAU"))
    assert person not in recorded(world.actor("dpo"))
    assert person not in recorded(world.actor("steward"))


# ------------------------------------------------------------------------------------------------------------- pages
def sent(text: str) -> dict[str, str]:
    form = text[text.index('<form method="post" novalidate') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[: form.index("</form>")]))


def test_the_forms_register_change_and_keep_what_is_typed(world: World) -> None:
    client = world.client("AAU")
    said = {
        **sent(page(world, "AAU", f"{LIST}ny/")), "name": "Bo Bysted", "status": "student", "level": "H60",
        "completed_on": "juni 2021", "competences": ["it"], "basis": "consent", "how": "Skema på nettet",
        "given_on": "31.01.2021",
    }  # fmt: skip
    wrong = client.post(f"{LIST}ny/", {**said, "phone": "0101901234"})
    assert wrong.status_code == 400
    assert "ligner et CPR-nummer" in wrong.content.decode()
    assert 'value="Bo Bysted"' in wrong.content.decode()
    answer = client.post(f"{LIST}ny/", said)
    assert answer.status_code == 302, answer.content.decode()
    person = Person.objects.get()
    assert (person.name, person.completed_on, person.competences) == ("Bo Bysted", date(2021, 6, 1), ["it"])
    again = client.post(f"{LIST}ny/", said)
    assert (again["Location"], Person.objects.count()) == (answer["Location"], 1)
    address = f"{LIST}{person.pk}/ret/"
    shown = sent(page(world, "AAU", address))
    change_person(world.actor("AAU"), person, phone="87654321")
    both = client.post(address, {**shown, "name": "Bo By", "status": "student", "level": "H60"})
    assert both.status_code == 409
    mine = {**sent(page(world, "AAU", address)), "name": "Bo By", "status": "employed", "level": "H60"}
    assert client.post(address, mine).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.status, person.phone) == ("Bo By", "employed", "")


def test_consents_are_given_and_withdrawn_on_the_persons_page(world: World) -> None:
    person, client = ida(world), world.client("AAU")
    address = f"{LIST}{person.pk}/aftaler/ny/"
    said = {
        **sent(page(world, "AAU", address)), "purpose": "share", "basis": "relation", "given_on": "31.01.2021",
        "how": "Mundtligt", "programme": "vvv",
    }  # fmt: skip
    refused = client.post(address, said)
    assert refused.status_code == 400
    assert "personens eget samtykke" in refused.content.decode()
    assert client.post(address, {**said, "basis": "consent"}).status_code == 302
    agreed = person.consents.get(purpose="share")
    take_back = f"{LIST}aftaler/{agreed.pk}/traek-tilbage/"
    page(world, "UCN", take_back, 404)
    shown = page(world, "AAU", take_back)
    assert "kan ikke længere se personen" in shown
    assert client.post(take_back, sent(shown)).status_code == 302
    agreed.refresh_from_db()
    assert agreed.withdrawn_by == world.actors["AAU"].user
    assert "Trukket tilbage 31.01.2021" in page(world, "AAU", f"{LIST}{person.pk}/")


# ----------------------------------------------------------------------------------------------------------- matches
def test_those_whose_match_it_is_say_whom_it_is_about_and_no_fact_knows(world: World) -> None:
    person, match = ida(world), world.register("AAU", created_by=world["AAU"].pk).match
    facts = list(Fact.objects.values())
    client, address = world.client("AAU"), f"/match/{match.pk}/hoejtuddannede/ny/"
    assert "Ida Ærøskøbing (" in page(world, "AAU", f"{address}?text=ida")
    assert client.post(f"{address}?text=ida", {"person": str(person.pk)}).status_code == 302
    assert "Ida Ærøskøbing" in page(world, "AAU", f"/match/{match.pk}/")
    assert "Limfjord Køleteknik" in page(world, "AAU", f"{LIST}{person.pk}/")
    assert "Ærøskøbing" not in page(world, "steward", f"/match/{match.pk}/")
    assert list(Fact.objects.values()) == facts
    with pytest.raises(Refused):
        add_person(world.actor("UCN"), match, person)
    assert not may_link(world.actor("hub"), match)
    assert not people_of(world.actor("hub"), match)
    assert client.post(f"/match/{match.pk}/hoejtuddannede/{person.pk}/fjern/").status_code == 302
    assert not MatchPerson.objects.exists()


def test_a_partners_person_is_in_ones_match_as_long_as_they_agree(world: World) -> None:
    person, match = ida(world), world.register("UCN", created_by=world["UCN"].pk).match
    ucn = world.actor("UCN")
    with pytest.raises(ValidationError):
        add_person(ucn, match, person)
    agreed = share(world, person)
    link = add_person(ucn, match, person)
    assert add_person(ucn, match, person) == link  # the same again is the same
    assert people_of(ucn, match) == [person]
    withdraw_consent(world.actor("AAU"), agreed)
    assert people_of(ucn, match) == []
    page(world, "UCN", f"/match/{match.pk}/hoejtuddannede/{person.pk}/fjern/", 404)
    remove_person(world.actor("AAU"), link)  # the own organisation may, whoever's match it is


# --------------------------------------------------------------------------------------------------------------- API
def api(world: World, who: str, path: str, body: Any = None, **headers: str) -> Any:
    bearer = {"Authorization": f"Bearer {issue_token(world.actors[who].user, uuid4().hex)}", **headers}
    client = world.client(who)
    if body is None:
        return client.get(f"/api/v1/highly-educated/{path}", headers=bearer)
    return client.post(f"/api/v1/highly-educated/{path}", body, content_type="application/json", headers=bearer)


def test_the_same_over_the_api(world: World) -> None:
    body = {
        "name": "Api Andersen", "status": "unemployed", "level": "H70", "field": "59", "completed_on": "2020-06",
        "unemployed_since": "2020-07-01", "email": "api@test.example", "external_key": "K-1",
        "basis": "relation", "how": "Medlem",
    }  # fmt: skip
    made = api(world, "AAU", "", body, **{"Idempotency-Key": "1"})
    assert made.status_code == 201, made.content
    said = made.json()
    assert (said["completed_on"], said["disced"], said["consents"][0]["basis"]) == ("2020-06", "H7059", "relation")
    assert api(world, "AAU", "", body, **{"Idempotency-Key": "1"}).status_code == 200
    assert "external_key" in api(world, "AAU", "", body).json()["errors"]  # the key is another person's
    assert "phone" in api(world, "AAU", "", {**body, "external_key": "", "phone": "010190-1234"}).json()["errors"]
    person = Person.objects.get()
    assert api(world, "UCN", f"{person.pk}/").status_code == 404
    share(world, person)
    shown = api(world, "UCN", f"{person.pk}/").json()
    assert (shown["email"], shown["unemployed_since"], shown["external_key"], shown["consents"]) == ("", None, "", [])
    assert api(world, "UCN", "?external_key=K-1").json()["results"] == []
    assert len(api(world, "UCN", "?municipality=0851").json()["results"]) == 0
    now = api(world, "AAU", f"{person.pk}/")
    changed = api(world, "AAU", f"{person.pk}/change/", {"status": "employed"}, **{"If-Match": now["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["unemployed_since"] is None
    stale = api(world, "AAU", f"{person.pk}/change/", {"status": "student"}, **{"If-Match": now["ETag"]})
    assert stale.status_code == 412
    refused = api(world, "UCN", f"{person.pk}/change/", {"status": "student"}, **{"If-Match": "*"})
    assert refused.status_code == 403


def test_no_moment_of_registering_is_lost_to_the_quarter(world: World) -> None:
    """The first of a quarter is its own quarter's first, also just after midnight in Copenhagen."""
    person = ida(world)
    early = datetime(2021, 1, 1, 0, 30, tzinfo=timezone.get_default_timezone())
    Person.objects.filter(pk=person.pk).update(created_at=early)
    anonymise_person(person)
    person.refresh_from_db()
    assert timezone.localdate(person.created_at) == date(2021, 1, 1)
